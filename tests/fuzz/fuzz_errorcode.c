/* SPDX-License-Identifier: BSD-2-Clause */
/* Any text as a value of TXT.ERRORCODE, and any value in words. */
#include "boot/platform/errorcode.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

enum { CEILING = 1 << 20 };

static void demand_words(uint32_t raw)
{
    assay_writer writer = assay_writer_growing(CEILING);
    assay_output out = assay_output_json_line(&writer);
    assay_txt_error error;

    assay_txt_error_decode(raw, &error);
    demand(error.raw == raw && error.meaning_count <= ASSAY_TXT_ERROR_MEANINGS_MAX,
           "a value keeps itself");
    demand(assay_txt_error_is_failure(&error) <= (raw >> 31 != 0),
           "only a valid value is an error");
    assay_txt_error_summary(&writer, &error);
    demand(writer.used > 0, "every value has words");
    assay_emit_object(&out, NULL);
    assay_txt_error_emit(&out, &error);
    demand(out.depth == 1, "what is begun is ended");
    assay_emit_end(&out);
    assay_txt_acm_status_decode(raw, &error);
    assay_txt_error_summary(&writer, &error);
    demand(writer.failure == 0, "a value is said in bounds");
    assay_writer_close(&writer);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    assay_error error = { .what = "" };
    uint32_t raw = 0;

    if (size == sizeof raw)
        memcpy(&raw, data, sizeof raw);
    else if (assay_txt_error_read(assay_bytes_of(data, size), &raw, &error) < 0)
        demand(error.what[0] != '\0', "a fault is explained");
    demand_words(raw);
    return 0;
}
