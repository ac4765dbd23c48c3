/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Any bytes as Intel's event lists: the same twice; and what is read is written as a
 * measure log that says the same and, written again, stays as it is.
 */
#include "tests/fuzz/fuzz.h"

/* Whether two logs say the same, wherever it stands in them. */
static void demand_same_events(assay_bytes one, assay_bytes other)
{
    static assay_log a, b;
    assay_event x, y;
    assay_error error;

    demand(assay_log_open(&a, one, "inteljson", NULL, &error) == 0, "the first opens again");
    demand(assay_log_open(&b, other, "inteljson", NULL, &error) == 0, "what was written opens");
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

    if (read_twice(bytes, "inteljson", &findings).status != 0)
        return 0;
    assay_writer once = copy_readable(bytes, "inteljson", "inteljson");
    assay_writer twice = copy_readable(assay_written(&once), "inteljson", "inteljson");
    demand_same_events(bytes, assay_written(&once));
    demand(assay_bytes_equal(assay_written(&once), assay_written(&twice)),
           "a written log stays as it is");
    assay_writer_close(&twice);
    assay_writer_close(&once);
    return 0;
}
