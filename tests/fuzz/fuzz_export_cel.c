/* SPDX-License-Identifier: BSD-2-Clause */
/* A canonical event log as a reference: whatever is learnt comes back from the log made of it. */
#include "tests/fuzz/export_properties.h"

static const property_export how = { .format = "cel-json" };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    must_read_back(&how, data, size);
    return 0;
}
