/* SPDX-License-Identifier: BSD-2-Clause */
/* Enrolments by systemd-cryptenroll as references: whatever is taken comes back from what is written. */
#include "tests/fuzz/export_properties.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    must_read_back("cryptenroll", assay_bytes_of(data, size));
    return 0;
}
