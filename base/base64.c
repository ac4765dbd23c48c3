/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/base64.h"

static const char standard[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char for_url[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

enum { BYTES = 3, DIGITS = 4 }; /* of a group */

static void put_group(assay_writer *writer, assay_bytes group, const char *alphabet, bool padded)
{
    uint32_t bits = 0;

    for (size_t i = 0; i < BYTES; i++)
        bits = bits << 8 | (i < group.size ? group.data[i] : 0);
    for (size_t i = 0; i < DIGITS; i++)
        if (i <= group.size)
            assay_put_char(writer, alphabet[bits >> (18 - 6 * i) & 63]);
        else if (padded)
            assay_put_char(writer, '=');
}

static void put_all(assay_writer *writer, assay_bytes bytes, const char *alphabet, bool padded)
{
    for (size_t at = 0; at < bytes.size; at += BYTES) {
        const size_t left = bytes.size - at;

        put_group(writer, assay_bytes_of(bytes.data + at, left < BYTES ? left : BYTES), alphabet,
                  padded);
    }
}

void assay_put_base64(assay_writer *writer, assay_bytes bytes)
{
    put_all(writer, bytes, standard, true);
}

void assay_put_base64url(assay_writer *writer, assay_bytes bytes)
{
    put_all(writer, bytes, for_url, false);
}

/* One to three bytes of two to four digits; bits that belong to no byte must be zero. */
static bool take_group(assay_writer *writer, assay_bytes digits, const char *alphabet)
{
    uint32_t bits = 0;

    if (digits.size < 2)
        return false;
    for (size_t i = 0; i < DIGITS; i++) {
        const char *const digit =
            i < digits.size && digits.data[i] != 0 ? strchr(alphabet, digits.data[i]) : NULL;

        if (i < digits.size && digit == NULL)
            return false;
        bits = bits << 6 | (digit != NULL ? (uint32_t)(digit - alphabet) : 0);
    }
    const size_t size = digits.size - 1;
    for (size_t i = 0; i < size; i++)
        assay_put_u8(writer, (uint8_t)(bits >> (16 - 8 * i)));
    return (bits & ((1u << (24 - 8 * size)) - 1)) == 0;
}

static bool take_all(assay_writer *writer, assay_bytes text, const char *alphabet)
{
    for (size_t at = 0; at < text.size; at += DIGITS) {
        const size_t left = text.size - at;

        if (!take_group(writer, assay_bytes_of(text.data + at, left < DIGITS ? left : DIGITS),
                        alphabet))
            return false;
    }
    return true;
}

bool assay_put_unbase64(assay_writer *writer, assay_bytes text)
{
    if (text.size % DIGITS != 0)
        return false;
    for (int i = 0; i < 2 && text.size > 0 && text.data[text.size - 1] == '='; i++)
        text.size--;
    return take_all(writer, text, standard);
}

bool assay_put_unbase64url(assay_writer *writer, assay_bytes text)
{
    return take_all(writer, text, for_url);
}
