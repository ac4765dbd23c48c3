/* SPDX-License-Identifier: BSD-2-Clause */
/* What every test of a payload reader does with what it read. */
#ifndef ASSAY_TESTS_PAYLOAD_H
#define ASSAY_TESTS_PAYLOAD_H

#include "base/output.h"

#include <criterion/criterion.h>

enum { PAYLOAD_TEXT = 256 * 1024 };

/** The bytes of a u"" literal without its NUL. */
#define TEXT16(s) assay_bytes_of(s, sizeof(s) - 2)

/** What `put(writer, what)` writes, as a string until the next use. */
#define TEXT_OF(put, what)                                                                         \
    ({                                                                                             \
        static char text[PAYLOAD_TEXT];                                                            \
        assay_writer text_writer = assay_writer_lent(text, sizeof text - 1);                       \
        put(&text_writer, what);                                                                   \
        text[text_writer.used] = '\0';                                                             \
        text;                                                                                      \
    })

/** What `emit(out, what)` says in an object, as one line of JSON until the next use. */
#define JSON_OF(emit, ...)                                                                         \
    ({                                                                                             \
        static char text[PAYLOAD_TEXT];                                                            \
        assay_writer text_writer = assay_writer_lent(text, sizeof text - 1);                       \
        assay_output text_output = assay_output_json_line(&text_writer);                           \
        assay_emit_object(&text_output, NULL);                                                     \
        emit(&text_output, __VA_ARGS__);                                                           \
        assay_emit_end(&text_output);                                                              \
        text[text_writer.used] = '\0';                                                             \
        text;                                                                                      \
    })

/** Whether `encode(writer, what)` writes exactly `bytes`. */
#define ENCODES_TO(encode, what, bytes)                                                            \
    ({                                                                                             \
        assay_writer encoded = assay_writer_growing(PAYLOAD_TEXT);                                 \
        encode(&encoded, what);                                                                    \
        const bool same = assay_bytes_equal(assay_written(&encoded), bytes);                       \
        assay_writer_close(&encoded);                                                              \
        same;                                                                                      \
    })

#endif
