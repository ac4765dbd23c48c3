/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Any bytes as a CoRIM, bare or in COSE_Sign1: refused with a kind and a place, or read; and then
 * what is written of it comes back as the same bytes.
 */
#include "tests/fuzz/export_properties.h"

static const property_export how = { .format = "corim", .some_alone = true };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    must_read_back(&how, data, size);
    return 0;
}
