/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Any bytes as what tpm2_eventlog prints: the same twice; and what is read and can be written
 * says the same when it is read again, and stays as it is.
 */
#include "tests/fuzz/fuzz.h"

static int copy(assay_bytes bytes, assay_writer *writer)
{
    assay_error error;

    *writer = assay_writer_growing(FUZZ_CEILING);
    return copy_log_from(bytes, "tpm2-eventlog", "tpm2-eventlog", writer, &error);
}

static void demand_same_events(assay_bytes one, assay_bytes other)
{
    static assay_log a, b;
    assay_event x, y;

    demand(assay_log_open(&a, one, "tpm2-eventlog", NULL, NULL) == 0, "the first opens again");
    demand(assay_log_open(&b, other, "tpm2-eventlog", NULL, NULL) == 0, "what was written opens");
    while (assay_log_next(&a, &x) > 0)
        demand(assay_log_next(&b, &y) > 0 && assay_event_equal(&x, &y), "the events are the same");
    demand(assay_log_next(&b, &y) == 0, "and as many");
    assay_log_close(&a);
    assay_log_close(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static assay_findings findings;
    const assay_bytes bytes = assay_bytes_of(data, size);
    assay_writer once, twice;

    const int status = read_twice(bytes, "tpm2-eventlog", &findings).status;
    /* A header with oddities is not reproduced. */
    if (copy(bytes, &once) == 0 && status == 0 && findings.seen[ASSAY_FINDING_SPEC_VERSION] == 0) {
        demand_same_events(bytes, assay_written(&once));
        demand(copy(assay_written(&once), &twice) == 0, "what is written can be read and written");
        demand(assay_bytes_equal(assay_written(&once), assay_written(&twice)),
               "a written log stays as it is");
        assay_writer_close(&twice);
    }
    assay_writer_close(&once);
    return 0;
}
