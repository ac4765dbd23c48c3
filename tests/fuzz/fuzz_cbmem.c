/* SPDX-License-Identifier: BSD-2-Clause */
/* Any bytes as cbmem's text: the same twice, explained, in order. */
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static assay_findings findings;

    read_twice(assay_bytes_of(data, size), "cbmem", &findings);
    return 0;
}
