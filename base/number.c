/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/number.h"

#include "base/hex.h"
#include "base/safemath.h"

bool assay_digits_read(assay_bytes text, unsigned base, uint64_t max, uint64_t *ret_number)
{
    uint64_t number = 0;

    for (size_t i = 0; i < text.size; i++) {
        const int digit = assay_hex_digit((char)text.data[i]);

        if (digit < 0 || (unsigned)digit >= base || !assay_mul_u64(number, base, &number) ||
            !assay_add_u64(number, (uint64_t)digit, &number) || number > max)
            return false;
    }
    if (text.size == 0)
        return false;
    *ret_number = number;
    return true;
}

bool assay_number_read(assay_bytes text, uint64_t max, uint64_t *ret_number)
{
    static const assay_bytes prefix = ASSAY_LITERAL("0x");

    if (!assay_bytes_start_with(text, prefix))
        return assay_digits_read(text, 10, max, ret_number);
    return assay_digits_read(assay_bytes_of(text.data + prefix.size, text.size - prefix.size), 16,
                             max, ret_number);
}
