/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Any bytes as coreboot's own log: the same twice; and what is read is written as an area that
 * says the same and, written again, stays as it is.
 */
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static assay_findings findings;
    const assay_bytes bytes = assay_bytes_of(data, size);
    const reading read = read_twice(bytes, "coreboot", &findings);

    if (read.status != 0)
        return 0;
    assay_writer once = copy_readable(bytes, "coreboot", "coreboot");
    assay_writer twice = copy_readable(assay_written(&once), "coreboot", "coreboot");
    const reading again = read_log(assay_written(&once), "coreboot", NULL);

    demand(again.events == read.events && again.print == read.print, "it says the same");
    demand(assay_bytes_equal(assay_written(&once), assay_written(&twice)),
           "a written log stays as it is");
    assay_writer_close(&twice);
    assay_writer_close(&once);
    return 0;
}
