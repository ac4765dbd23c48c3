/* SPDX-License-Identifier: BSD-2-Clause */
/* Any bytes as a message to Trustee's RVPS: refused, or read and written back. */
#include "tests/fuzz/export_properties.h"

static const property_export how = { .format = "rvps", .some_alone = true };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    must_read_back(&how, data, size);
    return 0;
}
