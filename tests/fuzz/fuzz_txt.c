/* SPDX-License-Identifier: BSD-2-Clause */
/* Any bytes as the container of a TPM 1.2. */
#include "tests/fuzz/txt_properties.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    demand_txt(assay_bytes_of(data, size), "txt");
    return 0;
}
