/* SPDX-License-Identifier: BSD-2-Clause */
/* Any bytes as the log of one bank, which without a header is that of SHA-1. */
#include "tests/fuzz/txt_properties.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    demand_txt(assay_bytes_of(data, size), "txt2");
    return 0;
}
