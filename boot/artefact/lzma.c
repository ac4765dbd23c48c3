/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/artefact/lzma.h"

#include "base/cursor.h"

#include <lzma.h>

enum { SIZE_AT = 5, MEMORY_MAX = 256 * 1024 * 1024, OUT_SIZE = 4096 };

bool assay_lzma_size(assay_bytes packed, uint64_t *ret_size)
{
    assay_cursor c = assay_cursor_of(packed);

    assay_seek(&c, SIZE_AT);
    const uint64_t size = assay_take_u64le(&c);

    if (c.failed || size == UINT64_MAX)
        return false;
    *ret_size = size;
    return true;
}

static int explain(const lzma_stream *stream, lzma_ret result, assay_error *error)
{
    const assay_place place = { stream->total_in, ASSAY_NO_EVENT, "LZMA" };

    switch (result) {
    case LZMA_MEM_ERROR:
        return assay_fail(error, ASSAY_NO_MEMORY, place, "no memory to decompress");
    case LZMA_MEMLIMIT_ERROR:
        return assay_fail(error, ASSAY_TOO_LARGE, place,
                          "the LZMA data wants a larger dictionary than is given here");
    case LZMA_OK:
    case LZMA_BUF_ERROR:
        if (stream->avail_in == 0 && stream->avail_out > 0)
            return assay_fail(error, ASSAY_TRUNCATED, place, "the LZMA data is cut short");
        return assay_fail(error, ASSAY_MALFORMED, place,
                          "the LZMA data is larger than its header says");
    case LZMA_STREAM_END:
        return assay_fail(error, ASSAY_MALFORMED, place,
                          "the LZMA data is smaller than its header says");
    default:
        return assay_fail(error, ASSAY_MALFORMED, place, "the LZMA data is damaged");
    }
}

int assay_lzma_decompress(assay_bytes packed, uint8_t *room, size_t size, assay_error *error)
{
    lzma_stream stream = LZMA_STREAM_INIT;
    lzma_ret result = lzma_alone_decoder(&stream, MEMORY_MAX);

    if (result != LZMA_OK)
        return explain(&stream, result, error);
    stream.next_in = packed.data;
    stream.avail_in = packed.size;
    stream.next_out = room;
    stream.avail_out = size;
    result = lzma_code(&stream, LZMA_FINISH);
    /* One that has all its bytes but looks for a mark of the end is as good. */
    const bool whole = stream.avail_out == 0 && (result == LZMA_STREAM_END || result == LZMA_OK);
    const int status = whole ? 0 : explain(&stream, result, error);

    lzma_end(&stream);
    return status;
}

/* liblzma doesn't know how large the data will be and says so in the header; here it is known. */
static void put_header(assay_writer *writer, assay_bytes header, uint64_t size)
{
    assay_put(writer, assay_bytes_of(header.data, SIZE_AT));
    assay_put_u64le(writer, size);
    assay_put(writer, assay_bytes_of(header.data + SIZE_AT + 8, header.size - SIZE_AT - 8));
}

bool assay_lzma_compress(assay_bytes plain, assay_writer *writer)
{
    lzma_stream stream = LZMA_STREAM_INIT;
    lzma_options_lzma options;
    uint8_t buffer[OUT_SIZE];
    lzma_ret result = LZMA_MEM_ERROR;

    if (!lzma_lzma_preset(&options, 1))
        result = lzma_alone_encoder(&stream, &options);
    stream.next_in = plain.data;
    stream.avail_in = plain.size;
    for (bool first = true; result == LZMA_OK; first = false) {
        stream.next_out = buffer;
        stream.avail_out = sizeof buffer;
        result = lzma_code(&stream, LZMA_FINISH);
        const assay_bytes done = assay_bytes_of(buffer, sizeof buffer - stream.avail_out);

        if (first)
            put_header(writer, done, plain.size);
        else
            assay_put(writer, done);
    }
    lzma_end(&stream);
    return result == LZMA_STREAM_END;
}
