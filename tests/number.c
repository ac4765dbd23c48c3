/* SPDX-License-Identifier: BSD-2-Clause */
/* base/number.h, and what text formats share of base/bytes.h, base/writer.h and base/alg.h. */
#include "base/alg.h"
#include "base/number.h"
#include "base/writer.h"

#include <criterion/criterion.h>

Test(number, decimal_or_hexadecimal_up_to_a_limit)
{
    static const struct {
        const char *text;
        uint64_t max;
        bool good;
        uint64_t number;
    } cases[] = {
        { "0", 0, true, 0 },
        { "23", 23, true, 23 },
        { "24", 23, false, 0 },
        { "0x17", 23, true, 23 },
        { "0xFf", 255, true, 255 },
        { "007", 9, true, 7 },
        { "18446744073709551615", UINT64_MAX, true, UINT64_MAX }, /* 2^64 - 1 */
        { "18446744073709551616", UINT64_MAX, false, 0 },         /* 2^64 */
        { "0x10000000000000000", UINT64_MAX, false, 0 },
        { "", 9, false, 0 },
        { "0x", 9, false, 0 },
        { "x1", 9, false, 0 },
        { "1a", 99, false, 0 },
        { "-1", 9, false, 0 },
        { " 1", 9, false, 0 },
        { "1 ", 9, false, 0 },
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint64_t number = 0;

        cr_expect_eq(assay_number_read(assay_bytes_of_string(cases[i].text), cases[i].max, &number),
                     cases[i].good, "%s", cases[i].text);
        cr_expect_eq(number, cases[i].number, "%s", cases[i].text);
    }
}

Test(bytes, a_word_is_found_where_it_first_stands)
{
    static const assay_bytes text = ASSAY_LITERAL("an event, an event");

    cr_expect_eq(assay_bytes_find(text, ASSAY_LITERAL("event")), 3);
    cr_expect_eq(assay_bytes_find(text, ASSAY_LITERAL("events")), text.size);
    cr_expect_eq(assay_bytes_find(ASSAY_NO_BYTES, ASSAY_LITERAL("event")), 0);
}

Test(writer, digits_are_decoded_piece_by_piece)
{
    static char digits[2 * 1500 + 1];
    uint8_t bytes[1500];
    assay_writer writer = assay_writer_lent(bytes, sizeof bytes);

    memset(digits, 'a', sizeof digits);
    cr_expect(assay_put_decoded(&writer, assay_bytes_of(digits, sizeof digits - 1)));
    cr_expect_eq(writer.used, sizeof bytes);
    cr_expect(assay_bytes_all(assay_written(&writer), 0xaa));
    cr_expect(assay_put_decoded(&writer, ASSAY_NO_BYTES));
    cr_expect_not(assay_put_decoded(&writer, assay_bytes_of(digits, sizeof digits)), "odd");
    cr_expect_not(assay_put_decoded(&writer, assay_bytes_of_string("0g")));
}

Test(alg, one_unknown_here_is_named_by_its_number)
{
    char unknown[ASSAY_ALG_NUMBER_SIZE];

    cr_expect_str_eq(assay_alg_name(ASSAY_ALG_SM3_256, unknown), "sm3_256");
    cr_expect_str_eq(assay_alg_name(0x55, unknown), "0x0055");
}
