/* SPDX-License-Identifier: BSD-2-Clause */
/* Values in JSON, as references: whatever is taken comes back from what is written of it. */
#include "tests/fuzz/export_properties.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    must_read_back("json", assay_bytes_of(data, size));
    return 0;
}
