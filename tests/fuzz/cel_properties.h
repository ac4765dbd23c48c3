/* SPDX-License-Identifier: BSD-2-Clause */
/* What must hold of any bytes read as an encoding of the canonical event log. */
#ifndef ASSAY_TESTS_FUZZ_CEL_PROPERTIES_H
#define ASSAY_TESTS_FUZZ_CEL_PROPERTIES_H

#include "eventlog/payload/payload.h"
#include "replay/datacheck.h"
#include "tests/fuzz/fuzz.h"

/** Two logs say the same; a crypto-agile header may be written with other oddities. */
static inline void demand_same_log(assay_bytes one, const char *format, assay_bytes other,
                                   const char *other_format)
{
    static assay_log a, b;
    assay_event x, y;
    int more;

    demand(assay_log_open(&a, one, format, NULL, NULL) == 0, "the first opens again");
    demand(assay_log_open(&b, other, other_format, NULL, NULL) == 0, "what was written opens");
    const bool header = a.header.spec_id.present;
    demand(a.header.bank_count == b.header.bank_count, "the banks are the same");
    do {
        more = assay_log_next(&a, &x);
        demand(more == assay_log_next(&b, &y), "the events are as many");
        demand(more <= 0 || (header && x.number == 0) || assay_event_equal(&x, &y),
               "the events are the same");
    } while (more > 0);
    assay_log_close(&a);
    assay_log_close(&b);
}

/** What events mean can be said, and their data comes back from it. */
static inline void demand_payloads(assay_bytes bytes, const char *format)
{
    static assay_log log;
    assay_hashes *hashes = assay_hashes_new();
    assay_event event;

    demand(assay_log_open(&log, bytes, format, NULL, NULL) == 0, "the log opens again");
    while (assay_log_next(&log, &event) > 0) {
        assay_writer data = assay_writer_growing(FUZZ_CEILING);
        assay_writer text = assay_writer_growing(FUZZ_CEILING);
        assay_output out = assay_output_json_line(&text);
        assay_datacheck outcome;
        assay_payload payload;

        assay_payload_decode(&event, &payload);
        assay_payload_encode(&data, &payload);
        demand(assay_bytes_equal(assay_written(&data), event.data), "encode(decode(x)) == x");
        assay_emit_object(&out, NULL);
        assay_payload_emit(&out, &payload);
        assay_emit_end(&out);
        assay_payload_summary(&text, &payload);
        demand(assay_datacheck_event(hashes, &event, &payload, &outcome) == 0,
               "the digest can be checked");
        assay_writer_close(&text);
        assay_writer_close(&data);
    }
    assay_log_close(&log);
    assay_hashes_free(&hashes);
}

/** The log in the other encoding, where that has room for it, says the same. */
static inline void demand_translation(assay_bytes bytes, const char *from, const char *to)
{
    assay_writer copy = assay_writer_growing(FUZZ_CEILING);
    assay_error error;
    const int status = copy_log_from(bytes, from, to, &copy, &error);

    demand(status == 0 || status == -ASSAY_UNSUPPORTED, "a log is translated or refused");
    if (status == 0 && copy.used > 0)
        demand_same_log(bytes, from, assay_written(&copy), to);
    assay_writer_close(&copy);
}

static inline int cel_properties(assay_bytes bytes, const char *format)
{
    static assay_findings findings;
    const reading said = read_twice(bytes, format, &findings);

    if (said.status != 0 || said.events == 0)
        return 0;
    assay_writer once = copy_readable(bytes, format, format);
    assay_writer twice = copy_readable(assay_written(&once), format, format);
    demand_same_log(bytes, format, assay_written(&once), format);
    demand(assay_bytes_equal(assay_written(&once), assay_written(&twice)),
           "a written log stays as it is");
    assay_writer_close(&twice);
    assay_writer_close(&once);
    demand_payloads(bytes, format);
    demand_translation(bytes, format, "cel-json");
    demand_translation(bytes, format, "cel-tlv");
    demand_translation(bytes, format, "systemd");
    return 0;
}

#endif
