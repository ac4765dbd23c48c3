/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * base/output.h with any bytes as text: JSON is what a JSON parser reads, harmless text is
 * UTF-8 without a control character, and what was made harmless once stays as it is.
 */
#include "base/output.h"
#include "base/utf8.h"

#include <assert.h>
#include <jansson.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { CEILING = 1 << 20 };

static void check_json(assay_output (*make)(assay_writer *writer), assay_bytes text)
{
    assay_writer writer = assay_writer_growing(CEILING);
    assay_output out = make(&writer);

    assay_emit_object(&out, NULL);
    assay_emit_text(&out, "utf8", text);
    assay_emit_text16(&out, "utf16", text);
    assay_emit_hex(&out, "hex", text);
    assay_emit_end(&out);
    const assay_bytes document = assay_written(&writer);
    json_t *const json =
        json_loadb((const char *)document.data, document.size, JSON_ALLOW_NUL, NULL);
    assert(json != NULL);
    assert(json_string_length(json_object_get(json, "hex")) == 2 * text.size);
    json_decref(json);
    assay_writer_close(&writer);
}

static void check_harmless(assay_bytes text)
{
    assay_writer once = assay_writer_growing(CEILING), twice = assay_writer_growing(CEILING);

    assay_put_safe(&once, text);
    const assay_bytes harmless = assay_written(&once);
    assay_put_safe(&twice, harmless);
    assert(assay_bytes_equal(harmless, assay_written(&twice)));
    for (size_t i = 0; i < harmless.size;) {
        uint32_t character;
        const size_t step =
            assay_utf8_decode(assay_bytes_of(harmless.data + i, harmless.size - i), &character);

        assert(step > 0 && assay_utf8_is_harmless(character));
        i += step;
    }
    assay_writer_close(&once);
    assay_writer_close(&twice);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const assay_bytes text = assay_bytes_of(data, size);

    if (size > CEILING / 16)
        return 0;
    check_json(assay_output_json, text);
    check_json(assay_output_json_line, text);
    check_harmless(text);
    return 0;
}
