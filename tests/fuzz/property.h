/* SPDX-License-Identifier: BSD-2-Clause */
/* What fuzz targets assert: properties that hold for every input. */
#ifndef ASSAY_TESTS_FUZZ_PROPERTY_H
#define ASSAY_TESTS_FUZZ_PROPERTY_H

#include "base/output.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/** More than any output of an input that a fuzzer makes. */
enum { PROPERTY_CEILING = 64 * 1024 * 1024 };

static inline void must(bool holds)
{
    if (!holds)
        abort();
}

/** `put` writes exactly `bytes`. */
#define MUST_WRITE(put, what, bytes)                                                               \
    do {                                                                                           \
        assay_writer written = assay_writer_growing(PROPERTY_CEILING);                             \
        put(&written, what);                                                                       \
        must(assay_bytes_equal(assay_written(&written), bytes));                                   \
        assay_writer_close(&written);                                                              \
    } while (0)

/** `put` writes the same twice, and as much as it says when there is no room at all. */
#define MUST_REPEAT(put, what)                                                                     \
    do {                                                                                           \
        assay_writer first = assay_writer_growing(PROPERTY_CEILING);                               \
        assay_writer counted = assay_writer_lent(NULL, 0);                                         \
        put(&first, what);                                                                         \
        put(&counted, what);                                                                       \
        must(first.failure == 0 && first.written == counted.written);                              \
        MUST_WRITE(put, what, assay_written(&first));                                              \
        assay_writer_close(&first);                                                                \
    } while (0)

/** `emit` leaves the stream as deep as it found it,
 * and nothing below a blank in it but newlines. */
#define MUST_EMIT(emit, ...)                                                                       \
    do {                                                                                           \
        assay_writer document = assay_writer_growing(PROPERTY_CEILING);                            \
        assay_output output = assay_output_json_line(&document);                                   \
        assay_emit_object(&output, NULL);                                                          \
        emit(&output, __VA_ARGS__);                                                                \
        must(output.depth == 1);                                                                   \
        assay_emit_end(&output);                                                                   \
        const assay_bytes text = assay_written(&document);                                         \
        for (size_t at = 0; at + 1 < text.size; at++)                                              \
            must(text.data[at] >= 0x20);                                                           \
        assay_writer_close(&document);                                                             \
    } while (0)

#endif
