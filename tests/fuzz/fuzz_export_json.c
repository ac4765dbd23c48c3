/* SPDX-License-Identifier: BSD-2-Clause */
/* Values in JSON, as references: whatever is taken comes back from what is written of it. */
#include "tests/fuzz/export_properties.h"

static const property_export how = { .format = "json" };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    must_read_back(&how, data, size);
    return 0;
}
