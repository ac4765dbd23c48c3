/* SPDX-License-Identifier: BSD-2-Clause */
/* Configurations of clevis as references: whatever is taken comes back from what is written. */
#include "tests/fuzz/export_properties.h"

static const property_export how = { .format = "clevis" };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    must_read_back(&how, data, size);
    return 0;
}
