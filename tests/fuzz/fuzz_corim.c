/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Any bytes as a CoRIM, bare or in COSE_Sign1: refused with a kind and a place, or read; and then
 * what is written of it comes back as the same bytes.
 */
#include "tests/fuzz/corim_properties.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    demand_same_again("corim", assay_bytes_of(data, size));
    return 0;
}
