/* SPDX-License-Identifier: BSD-2-Clause */
/* Any bytes as a final events table, whether or not detection would take them for one. */
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static assay_findings findings;
    const assay_bytes bytes = assay_bytes_of(data, size);
    const reading reading = read_twice(bytes, "final-events", &findings);
    const size_t end = reading.tail == ASSAY_TAIL_NONE ? size : (size_t)reading.tail_offset;

    if (reading.status != 0)
        return 0;
    assay_writer back = copy_readable(bytes, "final-events", "final-events");
    demand(assay_bytes_equal(assay_written(&back), assay_bytes_of(data, end)),
           "write(read(x)) == x");
    assay_writer_close(&back);
    return 0;
}
