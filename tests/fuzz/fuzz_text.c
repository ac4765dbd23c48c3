/* SPDX-License-Identifier: BSD-2-Clause */
/* Any bytes as the text form. */
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static assay_findings findings;
    const assay_bytes text = assay_bytes_of(data, size);

    if (read_twice(text, "text", &findings).status == 0)
        demand_canonical(text);
    return 0;
}
