/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Any text as flavors of HVS: refused with a reason, or values; and what is written of them in one
 * bank reads to the same, and is written the same again.
 */
#include "tests/fuzz/export_properties.h"

/* A variant may have values of another bank alone. */
static const property_export how = { .format = "hvs-flavor", .bank = ASSAY_ALG_SHA256,
                                     .some_alone = true };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    must_read_back(&how, data, size);
    return 0;
}
