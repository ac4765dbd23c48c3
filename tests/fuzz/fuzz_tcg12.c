/* SPDX-License-Identifier: BSD-2-Clause */
/* Any bytes as the SHA-1 format, whether or not detection would take them for it. */
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    demand_tcg(assay_bytes_of(data, size), "tcg12");
    return 0;
}
