/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/artefact/loadedimage.h"

#include "base/cursor.h"
#include "base/safemath.h"
#include "base/writer.h"

bool assay_loaded_image_append(assay_loaded_image *image, assay_bytes bytes, uint64_t zeros)
{
    uint64_t size;

    if (image->count == ASSAY_LOADED_IMAGE_SEGMENTS ||
        !assay_add_u64(image->size, bytes.size, &size) || !assay_add_u64(size, zeros, &size))
        return false;
    image->segments[image->count].offset = image->size;
    image->segments[image->count].bytes = bytes;
    image->segments[image->count++].zeros = zeros;
    image->size = size;
    return true;
}

/* A stretch of the image: bytes of the file, or zeros (no data). */
typedef struct stretch {
    assay_bytes bytes;
    uint64_t zeros;
} stretch;

static uint64_t least(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* The longest one from `from` on and below `to`, of segment `index`; empty when it has none. */
static stretch stretch_of(const assay_loaded_image *image, size_t index, uint64_t from, uint64_t to)
{
    const uint64_t start = image->segments[index].offset;
    const assay_bytes bytes = image->segments[index].bytes;
    const uint64_t zeros_at = start + bytes.size, end = zeros_at + image->segments[index].zeros;
    assay_cursor c = assay_cursor_of(bytes);

    if (from < start || from >= end || from >= to)
        return (stretch){ ASSAY_NO_BYTES, 0 };
    if (from >= zeros_at)
        return (stretch){ ASSAY_NO_BYTES, least(to, end) - from };
    assay_seek(&c, from - start);
    return (stretch){ assay_take_up_to(&c, to - from), 0 };
}

/* Calls `visit` for each stretch from `from` on and below `to`, in order, until it fails. */
static int walk(const assay_loaded_image *image, uint64_t from, uint64_t to,
                int (*visit)(stretch found, void *context), void *context)
{
    int status = 0;

    for (size_t i = 0; i < image->count && status == 0; i++)
        for (stretch s; status == 0; from += s.bytes.size + s.zeros) {
            s = stretch_of(image, i, from, to);
            if (s.bytes.size + s.zeros == 0)
                break;
            status = visit(s, context);
        }
    return status;
}

static int copy(stretch found, void *context)
{
    assay_writer *const out = context;

    assay_put(out, found.bytes);
    assay_put_zeros(out, (size_t)found.zeros);
    return 0;
}

bool assay_loaded_image_copy(const assay_loaded_image *image, uint64_t offset, void *ret_bytes,
                             size_t size)
{
    assay_writer out = assay_writer_lent(ret_bytes, size);
    uint64_t end;

    if (!assay_add_u64(offset, size, &end) || end > image->size)
        return false;
    walk(image, offset, end, copy, &out);
    return true;
}

static int digest(stretch found, void *context)
{
    assay_digesting *const digesting = context;
    const int status = assay_digesting_update(digesting, found.bytes);

    return status < 0 ? status : assay_digesting_zeros(digesting, found.zeros);
}

int assay_loaded_image_digest(const assay_loaded_image *image, uint64_t from, uint64_t to,
                              assay_digesting *digesting)
{
    return walk(image, from, to, digest, digesting);
}

enum { WANTED_MAX = 64 };

/* Whether `wanted` stands at an offset where several segments may meet. */
static bool stands_at(const assay_loaded_image *image, assay_bytes wanted, uint64_t offset)
{
    uint8_t found[WANTED_MAX];

    return assay_loaded_image_copy(image, offset, found, wanted.size) &&
           assay_bytes_equal(assay_bytes_of(found, wanted.size), wanted);
}

/* The first multiple of `step` that is not below `offset`. */
static uint64_t aligned(uint64_t offset, uint64_t step)
{
    return (offset + step - 1) / step * step;
}

/* Searches a segment's bytes; an occurrence that reaches out of them is looked at, too. */
static bool find_in_segment(const assay_loaded_image *image, size_t index, assay_bytes wanted,
                            uint64_t *ret_offset)
{
    const uint64_t start = image->segments[index].offset;
    assay_cursor c = assay_cursor_of(image->segments[index].bytes);
    uint64_t at = aligned(start, wanted.size);

    for (assay_seek(&c, at - start); assay_left(&c) >= wanted.size; at += wanted.size)
        if (assay_bytes_equal(assay_take(&c, wanted.size), wanted)) {
            *ret_offset = at;
            return true;
        }
    *ret_offset = at;
    return stands_at(image, wanted, at);
}

uint64_t assay_loaded_image_find(const assay_loaded_image *image, assay_bytes wanted)
{
    uint64_t offset;

    if (wanted.size == 0 || wanted.size > WANTED_MAX)
        return image->size;
    for (size_t i = 0; i < image->count; i++)
        if (find_in_segment(image, i, wanted, &offset))
            return offset;
    return image->size;
}
