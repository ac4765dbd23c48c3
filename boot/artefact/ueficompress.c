/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The writing half of uefidecompress.h: matches found greedily, and for all blocks the same codes,
 * in which nearly every symbol has as many bits as any other.
 */
#include "boot/artefact/uefidecompress.h"

#include <string.h>

enum {
    LITERALS = 256,
    SHORTEST = 3,
    LONGEST = 256,
    SYMBOLS = 510,  /* of 9 bits, but for the first two, which have 8: that makes a complete code */
    POSITIONS = 14, /* of 4 bits, but for the first two, which have 3 */
    WINDOW = 8192,
    BLOCK_MAX = 65535,
    BUCKETS = 4096, /* of the places where three bytes stood last */
};

typedef struct packing {
    assay_writer *out;
    uint64_t held;
    unsigned count;
    assay_bytes plain;
    size_t done;
    uint32_t last[BUCKETS]; /* place + 1 */
} packing;

static void put(packing *p, unsigned value, unsigned count)
{
    p->held = p->held << count | value;
    p->count += count;
    while (p->count >= 8) {
        p->count -= 8;
        assay_put_u8(p->out, (uint8_t)(p->held >> p->count));
    }
}

/* Canonical: the two short codes come first. */
static void put_symbol(packing *p, unsigned symbol)
{
    if (symbol < 2)
        put(p, symbol, 8);
    else
        put(p, 2 + symbol, 9);
}

static void put_position(packing *p, unsigned position)
{
    if (position < 2)
        put(p, position, 3);
    else
        put(p, 2 + position, 4);
}

/* The lengths of both codes: of the first in a code of its own, where length n is symbol n + 2. */
static void put_block_header(packing *p, unsigned symbols, enum assay_uefi_compression form)
{
    put(p, symbols, 16);
    put(p, 12, 5); /* Extra Set: symbols 10 and 11 have a bit each */
    for (unsigned i = 0; i < 3; i++)
        put(p, 0, 3);
    put(p, 3, 2); /* and three more zeros */
    for (unsigned i = 6; i < 12; i++)
        put(p, i >= 10, 3);
    put(p, SYMBOLS, 9);
    for (unsigned i = 0; i < SYMBOLS; i++)
        put(p, i >= 2, 1);
    put(p, POSITIONS, form);
    for (unsigned i = 0; i < POSITIONS; i++)
        put(p, i < 2 ? 3 : 4, 3);
}

static unsigned bucket_of(const uint8_t *bytes)
{
    return (unsigned)(bytes[0] << 16 | bytes[1] << 8 | bytes[2]) * 2654435761u >> 20;
}

/* How many bytes from here on stood before, and how far before; 0: too few. */
static size_t find_match(packing *p, size_t *ret_distance)
{
    const size_t left = p->plain.size - p->done;
    const uint8_t *const here = p->plain.data + p->done;
    size_t length = 0;

    if (left < SHORTEST)
        return 0;
    uint32_t *const last = &p->last[bucket_of(here)];
    const size_t distance = p->done + 1 - *last;
    const bool seen = *last != 0 && distance <= WINDOW;

    *last = (uint32_t)p->done + 1;
    while (seen && length < left && length < LONGEST && here[length] == *(here + length - distance))
        length++;
    *ret_distance = distance;
    return length >= SHORTEST ? length : 0;
}

static void put_distance(packing *p, unsigned distance)
{
    unsigned position = 0;

    while (distance >> position > 0)
        position++;
    put_position(p, position);
    if (position > 1)
        put(p, distance & ((1u << (position - 1)) - 1), position - 1);
}

static void put_next(packing *p)
{
    size_t distance;
    const size_t length = find_match(p, &distance);

    if (length == 0) {
        put_symbol(p, p->plain.data[p->done++]);
        return;
    }
    put_symbol(p, (unsigned)(length - SHORTEST + LITERALS));
    put_distance(p, (unsigned)distance - 1);
    p->done += length;
}

/* How many symbols there will be from here on, up to a block's. */
static unsigned count_symbols(const packing *p)
{
    unsigned count = 0;
    assay_writer nowhere = assay_writer_lent(NULL, 0);
    packing trial = *p;

    trial.out = &nowhere;
    for (; count < BLOCK_MAX && trial.done < trial.plain.size; count++)
        put_next(&trial);
    return count;
}

void assay_uefi_compress(assay_bytes plain, enum assay_uefi_compression form, assay_writer *writer)
{
    packing p = { .out = writer, .plain = plain };
    const size_t start = writer->used;

    assay_put_u32le(writer, 0);
    assay_put_u32le(writer, (uint32_t)plain.size);
    while (p.done < plain.size && writer->failure == 0) {
        const unsigned symbols = count_symbols(&p);

        put_block_header(&p, symbols, form);
        for (unsigned i = 0; i < symbols; i++)
            put_next(&p);
    }
    put(&p, 0, 7); /* up to the end of the byte, which the count then forgets */
    assay_patch_u32le(writer, start, (uint32_t)(writer->used - start - 8));
}
