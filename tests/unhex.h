/* SPDX-License-Identifier: BSD-2-Clause */
/* Bytes for tests from hexadecimal digits; blanks part them as one likes. */
#ifndef ASSAY_TESTS_UNHEX_H
#define ASSAY_TESTS_UNHEX_H

#include "base/bytes.h"
#include "base/hex.h"

#include <criterion/criterion.h>

enum { UNHEXED_MAX = 2048 };

typedef struct unhexed {
    uint8_t data[UNHEXED_MAX];
    size_t size;
} unhexed;

static inline unhexed unhex(const char *digits)
{
    unhexed bytes = { .size = 0 };
    size_t count = 0;

    for (; *digits != '\0'; digits++) {
        const int digit = assay_hex_digit(*digits);

        if (*digits == ' ')
            continue;
        cr_assert(digit >= 0 && bytes.size < UNHEXED_MAX, "hexadecimal digits");
        bytes.data[bytes.size] = (uint8_t)(bytes.data[bytes.size] << 4 | digit);
        bytes.size = ++count / 2;
    }
    cr_assert_eq(count % 2, 0, "an even number of digits");
    return bytes;
}

static inline assay_bytes unhexed_bytes(const unhexed *bytes)
{
    return assay_bytes_of(bytes->data, bytes->size);
}

#endif
