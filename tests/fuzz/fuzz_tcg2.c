/* SPDX-License-Identifier: BSD-2-Clause */
/* Any bytes as the crypto-agile format, whether or not detection would take them for it. */
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    demand_tcg(assay_bytes_of(data, size), "tcg2");
    return 0;
}
