/* SPDX-License-Identifier: BSD-2-Clause */
/* Any bytes as a final events table, whether or not detection would take them for one. */
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    demand_tcg(assay_bytes_of(data, size), "final-events");
    return 0;
}
