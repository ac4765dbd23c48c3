/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/hex.h"

void assay_hex_encode(char *text, assay_bytes bytes)
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < bytes.size; i++) {
        text[2 * i] = digits[bytes.data[i] >> 4];
        text[2 * i + 1] = digits[bytes.data[i] & 15];
    }
}

int assay_hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

bool assay_hex_decode(assay_bytes text, uint8_t *ret_bytes, size_t size)
{
    if (text.size % 2 != 0 || text.size / 2 != size)
        return false;
    for (size_t i = 0; i < text.size; i++)
        if (assay_hex_digit((char)text.data[i]) < 0)
            return false;
    for (size_t i = 0; i < size; i++)
        ret_bytes[i] = (uint8_t)(assay_hex_digit((char)text.data[2 * i]) << 4 |
                                 assay_hex_digit((char)text.data[2 * i + 1]));
    return true;
}
