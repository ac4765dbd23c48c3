/* SPDX-License-Identifier: BSD-2-Clause */
/* Configurations of clevis as references: whatever is taken comes back from what is written. */
#include "tests/fuzz/export_properties.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    must_read_back("clevis", assay_bytes_of(data, size));
    return 0;
}
