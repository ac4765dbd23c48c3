/* SPDX-License-Identifier: BSD-2-Clause */
/* eventlog/payload/label.h: what a log says of data that it does not keep. */
#include <criterion/criterion.h>

#include "eventlog/payload/payload.h"

static void expect_shown(assay_bytes text, const char *summary, const char *json)
{
    const assay_payload payload = { .kind = ASSAY_PAYLOAD_LABEL, .label = { text } };
    char shown[128] = "";
    assay_writer writer = assay_writer_lent(shown, sizeof shown - 1);

    assay_payload_summary(&writer, &payload);
    shown[writer.used] = '\0';
    cr_expect_str_eq(shown, summary);
    writer.used = 0;
    assay_output out = assay_output_json_line(&writer);
    assay_emit_object(&out, NULL);
    assay_payload_emit(&out, &payload);
    assay_emit_end(&out);
    shown[writer.used] = '\0';
    cr_expect_str_eq(shown, json);
    writer.used = 0;
    assay_payload_encode(&writer, &payload);
    cr_expect_eq(writer.used, 0, "there is no data");
}

Test(payload_label, is_what_the_log_says_in_place_of_the_data)
{
    expect_shown(ASSAY_LITERAL("LCP_CONTROL_HASH"), "LCP_CONTROL_HASH",
                 "{\"label\":\"LCP_CONTROL_HASH\"}\n");
    expect_shown(ASSAY_LITERAL(""), "data not kept", "{\"label\":\"\"}\n");
}
