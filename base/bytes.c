/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/bytes.h"

bool assay_bytes_all(assay_bytes bytes, uint8_t value)
{
    if (bytes.size == 0)
        return true;
    /* Equal to itself one byte on, and the first byte right: all are. */
    return bytes.data[0] == value && memcmp(bytes.data, bytes.data + 1, bytes.size - 1) == 0;
}
