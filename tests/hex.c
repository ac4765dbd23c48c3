/* SPDX-License-Identifier: BSD-2-Clause */
/* base/hex.h: every byte, at every place of a run, there and back. */
#include <criterion/criterion.h>
#include <stdio.h>

#include "base/hex.h"

enum { LONGEST = 70 };

Test(hex, every_length_agrees_with_printf_and_comes_back)
{
    uint8_t bytes[LONGEST], back[LONGEST];
    char text[2 * LONGEST + 1], expected[2 * LONGEST + 1];

    for (size_t size = 0; size <= LONGEST; size++)
        for (unsigned start = 0; start < 256; start += 5) {
            for (size_t i = 0; i < size; i++) {
                bytes[i] = (uint8_t)(start + 37 * i);
                sprintf(expected + 2 * i, "%02x", bytes[i]);
            }
            memset(text, '.', sizeof text);
            assay_hex_encode(text, assay_bytes_of(bytes, size));
            cr_expect_arr_eq(text, expected, 2 * size);
            cr_expect_eq(text[2 * size], '.');
            cr_expect(assay_hex_decode(assay_bytes_of(text, 2 * size), back, size));
            cr_expect_arr_eq(back, bytes, size);
        }
}

Test(hex, either_case_is_read)
{
    uint8_t bytes[2];

    cr_expect(assay_hex_decode(assay_bytes_of_string("aBFf"), bytes, 2));
    cr_expect_arr_eq(bytes, "\xAB\xFF", 2);
}

Test(hex, only_the_22_digits_are_digits)
{
    for (int c = 0; c < 256; c++) {
        const char *const digits = "0123456789abcdefABCDEF";
        const char *const at = c == 0 ? NULL : strchr(digits, c);
        const int value = at == NULL ? -1 : (int)(at - digits) - (at - digits > 15 ? 6 : 0);

        cr_expect_eq(assay_hex_digit((char)c), value, "0x%02x", c);
    }
}

Test(hex, another_length_or_character_is_refused_and_nothing_written)
{
    static const char *const wrong[] = { "", "0", "00", "000", "00000", "0x00", "00 0", "000g" };
    uint8_t bytes[] = { 7, 7 };

    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        cr_expect_not(assay_hex_decode(assay_bytes_of_string(wrong[i]), bytes, 2), "%s", wrong[i]);
        cr_expect_arr_eq(bytes, "\7\7", 2);
    }
}
