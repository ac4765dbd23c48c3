/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/bytes.h"

size_t assay_bytes_find(assay_bytes bytes, assay_bytes wanted)
{
    const uint8_t *const at =
        bytes.size > 0 ? memmem(bytes.data, bytes.size, wanted.data, wanted.size) : NULL;

    return at != NULL ? (size_t)(at - bytes.data) : bytes.size;
}

bool assay_bytes_all(assay_bytes bytes, uint8_t value)
{
    if (bytes.size == 0)
        return true;
    /* Equal to itself one byte on, and the first byte right: all are. */
    return bytes.data[0] == value && memcmp(bytes.data, bytes.data + 1, bytes.size - 1) == 0;
}
