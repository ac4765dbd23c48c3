/* SPDX-License-Identifier: BSD-2-Clause */
/* Any bytes as a message to Trustee's RVPS: refused, or read and written back. */
#include "tests/fuzz/corim_properties.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    demand_same_again("rvps", assay_bytes_of(data, size));
    return 0;
}
