/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/artefact/uefidecompress.h"

#include "base/cursor.h"

enum {
    HEADER_SIZE = 8,
    CODE_BITS = 16,  /* of the longest code */
    LITERALS = 256,  /* symbols below are bytes, those from here on lengths */
    SHORTEST = 3,    /* length that symbol 256 stands for */
    SYMBOLS = 510,   /* Char&Len Set */
    EXTRA = 19,      /* Extra Set: lengths of the codes of the Char&Len Set */
    POSITIONS = 31,  /* Position Set: logarithms of distances; Tiano's is the larger */
    EXTRA_BITS = 5,  /* of the number of lengths of each set */
    SYMBOL_BITS = 9,
};

/* The bits of a run of bytes, first the most significant one. */
typedef struct bits {
    assay_cursor bytes;
    uint64_t held; /* `count` of them, the next one on top of those */
    unsigned count;
    bool failed; /* there were too few */
} bits;

static void hold(bits *b)
{
    while (b->count <= 48 && assay_left(&b->bytes) > 0) {
        b->held = b->held << 8 | assay_take_u8(&b->bytes);
        b->count += 8;
    }
}

static unsigned take(bits *b, unsigned count)
{
    if (b->count < count)
        hold(b);
    if (b->count < count) {
        b->failed = true;
        return 0;
    }
    b->count -= count;
    return (unsigned)(b->held >> b->count & ((1u << count) - 1));
}

/* A canonical Huffman code: how many symbols there are of each length, and all of them in the
 * order of their codes. A code of a single symbol has no bits. */
typedef struct code {
    bool single;
    uint16_t counts[CODE_BITS + 1];
    uint16_t symbols[SYMBOLS];
} code;

/* False for lengths that are no complete prefix code. */
static bool make_code(code *c, const uint8_t *lengths, unsigned symbols)
{
    unsigned next[CODE_BITS + 2] = { 0 };
    unsigned room = 1; /* codes of this length that are not begun by a shorter one */

    *c = (code){ .single = false };
    for (unsigned i = 0; i < symbols; i++)
        c->counts[lengths[i]]++;
    c->counts[0] = 0;
    for (unsigned length = 1; length <= CODE_BITS; length++) {
        room *= 2;
        if (c->counts[length] > room)
            return false;
        room -= c->counts[length];
        next[length + 1] = next[length] + c->counts[length];
    }
    for (unsigned i = 0; i < symbols; i++)
        if (lengths[i] != 0)
            c->symbols[next[lengths[i]]++] = (uint16_t)i;
    return room == 0;
}

static void make_single(code *c, unsigned symbol)
{
    *c = (code){ .single = true };
    c->symbols[0] = (uint16_t)symbol;
}

static unsigned take_symbol(bits *b, const code *c)
{
    unsigned value = 0, first = 0, index = 0;

    if (c->single)
        return c->symbols[0];
    for (unsigned length = 1; length <= CODE_BITS; length++) {
        value = value * 2 + take(b, 1);
        if (value - first < c->counts[length])
            return c->symbols[index + value - first];
        index += c->counts[length];
        first = (first + c->counts[length]) * 2;
    }
    b->failed = true; /* of a complete code never */
    return 0;
}

/* Three bits; seven and more go on with ones until a zero. */
static unsigned take_length(bits *b)
{
    unsigned length = take(b, 3);

    if (length == 7)
        while (!b->failed && length <= CODE_BITS && take(b, 1) == 1)
            length++;
    return length;
}

/* The Extra Set and the Position Set; `gap` is the index before which a run of zeros may stand. */
static bool take_small_set(bits *b, code *c, unsigned symbols, unsigned count_bits, unsigned gap)
{
    const unsigned count = take(b, count_bits);
    uint8_t lengths[POSITIONS + 4] = { 0 };

    if (count == 0) {
        const unsigned symbol = take(b, count_bits);

        make_single(c, symbol);
        return symbol < symbols;
    }
    if (count > symbols)
        return false;
    for (unsigned i = 0; i < count;) {
        const unsigned length = take_length(b);

        if (length > CODE_BITS || b->failed)
            return false;
        lengths[i++] = (uint8_t)length;
        if (i == gap)
            i += take(b, 2);
    }
    return make_code(c, lengths, symbols);
}

/* How many symbols without a code follow: the first three symbols of the Extra Set. */
static unsigned take_run(bits *b, unsigned symbol)
{
    if (symbol == 0)
        return 1;
    return symbol == 1 ? take(b, 4) + 3 : take(b, SYMBOL_BITS) + 20;
}

static bool take_symbol_set(bits *b, code *c, const code *extra)
{
    const unsigned count = take(b, SYMBOL_BITS);
    uint8_t lengths[SYMBOLS] = { 0 };

    if (count == 0) {
        const unsigned symbol = take(b, SYMBOL_BITS);

        make_single(c, symbol);
        return symbol < SYMBOLS;
    }
    if (count > SYMBOLS)
        return false;
    for (unsigned i = 0; i < count && !b->failed;) {
        const unsigned symbol = take_symbol(b, extra);

        if (symbol > 2)
            lengths[i++] = (uint8_t)(symbol - 2);
        else
            i += take_run(b, symbol);
        if (i > SYMBOLS)
            return false;
    }
    return !b->failed && make_code(c, lengths, SYMBOLS);
}

typedef struct unpacking {
    bits bits;
    unsigned form;  /* enum assay_uefi_compression */
    unsigned block; /* symbols left in it */
    code symbols, positions;
    size_t size; /* to be */
    assay_writer *out;
} unpacking;

static int fail(const unpacking *u, enum assay_kind kind, const char *what, assay_error *error)
{
    const assay_place place = { HEADER_SIZE + u->bits.bytes.offset - u->bits.count / 8,
                                ASSAY_NO_EVENT, "compressed data" };

    return assay_fail(error, kind, place, "%s", what);
}

static bool begin_block(unpacking *u)
{
    const unsigned positions = u->form == ASSAY_TIANO_COMPRESSION ? POSITIONS : 14;
    code extra;

    u->block = take(&u->bits, 16);
    return u->block > 0 && take_small_set(&u->bits, &extra, EXTRA, EXTRA_BITS, 3) &&
           take_symbol_set(&u->bits, &u->symbols, &extra) &&
           take_small_set(&u->bits, &u->positions, positions, u->form, 0);
}

/* A copy of `length` bytes that were put `distance` bytes before; the two may overlap. */
static bool repeat(unpacking *u, size_t length, uint64_t distance)
{
    const size_t done = assay_written(u->out).size;

    if (distance > done)
        return false;
    if (length > u->size - done)
        length = u->size - done;
    for (size_t i = 0; i < length; i++)
        assay_put_u8(u->out, assay_written(u->out).data[done + i - (size_t)distance]);
    return true;
}

static uint64_t take_distance(unpacking *u)
{
    const unsigned position = take_symbol(&u->bits, &u->positions);

    return (position < 2 ? position : (1u << (position - 1)) + take(&u->bits, position - 1)) + 1ull;
}

static int unpack(unpacking *u, assay_error *error)
{
    while (assay_written(u->out).size < u->size && u->out->failure == 0) {
        if (u->block == 0 && !begin_block(u))
            return fail(u, u->bits.failed ? ASSAY_TRUNCATED : ASSAY_MALFORMED,
                        "the codes of a compressed block are no codes", error);
        u->block--;
        const unsigned symbol = take_symbol(&u->bits, &u->symbols);
        const uint64_t distance = symbol < LITERALS ? 0 : take_distance(u);

        if (u->bits.failed)
            return fail(u, ASSAY_TRUNCATED, "the compressed data is cut short", error);
        if (symbol < LITERALS)
            assay_put_u8(u->out, (uint8_t)symbol);
        else if (!repeat(u, symbol - LITERALS + SHORTEST, distance))
            return fail(u, ASSAY_MALFORMED,
                        "the compressed data repeats bytes from before its beginning", error);
    }
    if (u->out->failure != 0)
        return fail(u, ASSAY_NO_MEMORY, "no memory for the decompressed data", error);
    return 0;
}

bool assay_uefi_decompressed_size(assay_bytes packed, uint32_t *ret_size)
{
    assay_cursor c = assay_cursor_of(packed);

    assay_take_u32le(&c);
    const uint32_t size = assay_take_u32le(&c);

    if (!c.failed)
        *ret_size = size;
    return !c.failed;
}

int assay_uefi_decompress(assay_bytes packed, enum assay_uefi_compression form, size_t ceiling,
                          assay_writer *out, assay_error *error)
{
    assay_cursor c = assay_cursor_of(packed);
    unpacking u = { .form = form, .out = out };
    const uint32_t compressed = assay_take_u32le(&c);

    u.size = assay_take_u32le(&c);
    u.bits.bytes = assay_cursor_of(assay_take(&c, compressed));
    if (c.failed)
        return assay_fail(error, ASSAY_TRUNCATED, (assay_place){ 0, ASSAY_NO_EVENT, "Comp Size" },
                          "the compressed data is shorter than its header says");
    if (u.size > ceiling)
        return assay_fail(error, ASSAY_TOO_LARGE, (assay_place){ 4, ASSAY_NO_EVENT, "Orig Size" },
                          "decompressed it is larger than is taken here");
    return unpack(&u, error);
}
