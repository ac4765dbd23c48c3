/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/fuzz/cel_properties.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return cel_properties(assay_bytes_of(data, size), "systemd");
}
