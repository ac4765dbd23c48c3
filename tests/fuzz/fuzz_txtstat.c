/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Any bytes as tboot's text: the same twice; and what is read is written, where tboot has words for
 * it, as a text that says the same and, written again, stays as it is.
 */
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static assay_findings findings;
    const assay_bytes bytes = assay_bytes_of(data, size);
    assay_writer once = assay_writer_growing(FUZZ_CEILING);
    assay_error error;

    if (read_twice(bytes, "txtstat", &findings).status == 0 &&
        copy_log_from(bytes, "txtstat", "txtstat", &once, &error) == 0) {
        assay_writer twice = copy_readable(assay_written(&once), "txtstat", "txtstat");

        demand(assay_bytes_equal(assay_written(&once), assay_written(&twice)),
               "a written text stays as it is");
        read_twice(assay_written(&once), "txtstat", &findings);
        demand(findings.seen[ASSAY_FINDING_TXTSTAT_CUT] == 0, "a written text is whole");
        assay_writer_close(&twice);
    }
    assay_writer_close(&once);
    return 0;
}
