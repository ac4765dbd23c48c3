/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/artefact/gunzip.h"

#include "base/cursor.h"

#define ZLIB_CONST
#include <stdlib.h>
#include <zlib.h>

enum {
    GZIP_WINDOW = 16 + MAX_WBITS, /* zlib's way to ask for gzip's header and trailer */
    OUT_SIZE = 64 * 1024,
    IN_STEP = 1 << 30, /* zlib counts in unsigned int */
};

/* The magic, and the method. */
bool assay_gunzip_detect(assay_bytes bytes)
{
    return assay_bytes_start_with(bytes, ASSAY_LITERAL("\x1f\x8b\x08")); /* deflate is 8 */
}

typedef struct unzipping {
    z_stream zlib;
    assay_cursor input;
    assay_writer *out;
    uint8_t buffer[OUT_SIZE];
} unzipping;

static uint64_t offset_of(const unzipping *u)
{
    return u->input.offset - u->zlib.avail_in;
}

static int fail(const unzipping *u, enum assay_kind kind, const char *what, assay_error *error)
{
    const assay_place place = { offset_of(u), ASSAY_NO_EVENT, "gzip" };

    return assay_fail(error, kind, place, "%s", what);
}

static int explain(const unzipping *u, int result, assay_error *error)
{
    switch (result) {
    case Z_BUF_ERROR:
        return fail(u, ASSAY_TRUNCATED, "the compressed data is cut short", error);
    case Z_NEED_DICT:
        return fail(u, ASSAY_MALFORMED, "the compressed data wants a dictionary", error);
    case Z_MEM_ERROR:
        return fail(u, ASSAY_NO_MEMORY, "no memory to unzip", error);
    default:
        return fail(u, ASSAY_MALFORMED,
                    "the compressed data is damaged, or its CRC or size contradicts it", error);
    }
}

/* What zlib has put into the buffer goes to the image. */
static int keep(unzipping *u, assay_error *error)
{
    const size_t size = OUT_SIZE - u->zlib.avail_out;

    assay_put(u->out, assay_bytes_of(u->buffer, size));
    if (u->out->failure == ASSAY_TOO_LARGE)
        return fail(u, ASSAY_TOO_LARGE, "unzipped it is larger than is taken here", error);
    if (u->out->failure != 0)
        return fail(u, ASSAY_NO_MEMORY, "no memory for the unzipped image", error);
    return 0;
}

static void feed(unzipping *u)
{
    if (u->zlib.avail_in > 0)
        return;
    const assay_bytes step = assay_take_up_to(&u->input, IN_STEP);

    u->zlib.next_in = step.data;
    u->zlib.avail_in = (uInt)step.size;
}

static int unzip_member(unzipping *u, assay_error *error)
{
    int result = Z_OK, status = 0;

    while (result != Z_STREAM_END && status == 0) {
        feed(u);
        u->zlib.next_out = u->buffer;
        u->zlib.avail_out = OUT_SIZE;
        result = inflate(&u->zlib, Z_NO_FLUSH);
        if (result != Z_OK && result != Z_STREAM_END)
            return explain(u, result, error);
        status = keep(u, error);
    }
    return status;
}

/* What stands behind a member: another, or nothing that is gzip's. */
static assay_bytes behind(const unzipping *u)
{
    assay_cursor c = assay_cursor_of(u->input.bytes);

    assay_seek(&c, offset_of(u));
    return assay_take_rest(&c);
}

static int unzip_members(unzipping *u, assay_gunzipped *gunzipped, assay_error *error)
{
    assay_bytes rest;

    do {
        int status =
            gunzipped->members == 0 || inflateReset(&u->zlib) == Z_OK ? 0 : -ASSAY_MALFORMED;

        if (status == 0)
            status = unzip_member(u, error);
        if (status < 0)
            return status;
        gunzipped->members++;
        rest = behind(u);
    } while (assay_gunzip_detect(rest));
    gunzipped->trailing = rest.size;
    return 0;
}

int assay_gunzip(assay_gunzipped *gunzipped, assay_bytes input, size_t ceiling, assay_error *error)
{
    *gunzipped = (assay_gunzipped){ .bytes = input, .image = assay_writer_growing(ceiling) };
    if (!assay_gunzip_detect(input))
        return 0;
    unzipping *const u = calloc(1, sizeof *u);

    if (u == NULL)
        return assay_fail(error, ASSAY_NO_MEMORY, ASSAY_NOWHERE, "no memory to unzip");
    u->input = assay_cursor_of(input);
    u->out = &gunzipped->image;
    int result = inflateInit2(&u->zlib, GZIP_WINDOW);
    int status = result == Z_OK ? unzip_members(u, gunzipped, error) : explain(u, result, error);

    inflateEnd(&u->zlib);
    free(u);
    gunzipped->bytes = assay_written(&gunzipped->image);
    if (status < 0)
        assay_gunzip_close(gunzipped);
    return status;
}

size_t assay_gunzip_start(assay_bytes input, uint8_t *ret_bytes, size_t room)
{
    assay_cursor start = assay_cursor_of(input);
    const assay_bytes step = assay_take_up_to(&start, OUT_SIZE);
    z_stream zlib = { .next_in = step.data,
                      .avail_in = (uInt)step.size,
                      .next_out = ret_bytes,
                      .avail_out = (uInt)room };

    if (!assay_gunzip_detect(input) || inflateInit2(&zlib, GZIP_WINDOW) != Z_OK)
        return 0;
    const int result = inflate(&zlib, Z_SYNC_FLUSH);
    const size_t size = room - zlib.avail_out;

    inflateEnd(&zlib);
    return result == Z_OK || result == Z_STREAM_END || result == Z_BUF_ERROR ? size : 0;
}

void assay_gunzip_close(assay_gunzipped *gunzipped)
{
    assay_writer_close(&gunzipped->image);
    gunzipped->bytes = ASSAY_NO_BYTES;
}
