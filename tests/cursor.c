/* SPDX-License-Identifier: BSD-2-Clause */
/* base/cursor.h: failure leaves the cursor where it stood, and sticks. */
#include <criterion/criterion.h>

#include "base/cursor.h"

static const uint8_t eight[] = { 1, 2, 3, 4, 5, 6, 7, 8 };

Test(cursor, numbers_in_both_byte_orders)
{
    assay_cursor c = assay_cursor_of(assay_bytes_of(eight, sizeof eight));

    cr_expect_eq(assay_take_u8(&c), 1);
    cr_expect_eq(assay_take_u16le(&c), 0x0302);
    cr_expect_eq(assay_take_u32be(&c), 0x04050607);
    cr_expect_eq(assay_left(&c), 1);
    cr_expect_not(c.failed);
    c = assay_cursor_of(assay_bytes_of(eight, sizeof eight));
    cr_expect_eq(assay_take_u64be(&c), 0x0102030405060708u);
    c = assay_cursor_of(assay_bytes_of(eight, sizeof eight));
    cr_expect_eq(assay_take_u64le(&c), 0x0807060504030201u);
}

Test(cursor, eight_bytes_are_one_number_in_both_byte_orders)
{
    assay_cursor c = assay_cursor_of(assay_bytes_of(eight, sizeof eight));

    cr_expect_eq(assay_take_u64be(&c), 0x0102030405060708);
    assay_seek(&c, 0);
    cr_expect_eq(assay_take_u64le(&c), 0x0807060504030201);
}

Test(cursor, a_read_that_does_not_fit_moves_nothing_and_sticks)
{
    assay_cursor c = assay_cursor_of(assay_bytes_of(eight, 3));

    cr_expect_eq(assay_take_u32le(&c), 0);
    cr_expect(c.failed);
    cr_expect_eq(c.offset, 0);
    cr_expect_eq(c.wanted, 4);
    cr_expect_eq(assay_take_u8(&c), 0, "one byte would fit, but the record is lost");
    cr_expect_null(assay_take(&c, 0).data);
    cr_expect_eq(assay_left(&c), 0);
}

Test(cursor, every_size_against_every_length)
{
    for (size_t length = 0; length <= sizeof eight; length++)
        for (size_t size = 0; size <= sizeof eight + 1; size++) {
            assay_cursor c = assay_cursor_of(assay_bytes_of(eight, length));
            const assay_bytes taken = assay_take(&c, size);

            cr_expect_eq(c.failed, size > length);
            cr_expect_eq(taken.size, size > length ? 0 : size);
            cr_expect_eq(c.offset, taken.size);
        }
}

Test(cursor, a_size_that_may_lie_yields_what_is_there)
{
    assay_cursor c = assay_cursor_of(assay_bytes_of(eight, sizeof eight));

    cr_expect_eq(assay_take_up_to(&c, 3).size, 3);
    cr_expect_eq(assay_take_up_to(&c, UINT64_MAX).size, 5);
    cr_expect_eq(assay_take_up_to(&c, 1).size, 0);
    cr_expect_not(c.failed);
    assay_take_u8(&c);
    cr_expect_null(assay_take_up_to(&c, 0).data, "after a failure there are no bytes");
}

Test(cursor, the_largest_size_does_not_wrap)
{
    assay_cursor c = assay_cursor_of(assay_bytes_of(eight, sizeof eight));

    assay_take_u8(&c);
    assay_take(&c, SIZE_MAX);
    cr_expect(c.failed);
    cr_expect_eq(c.offset, 1);
}

Test(cursor, seek_goes_anywhere_inside_and_nowhere_outside)
{
    assay_cursor c = assay_cursor_of(assay_bytes_of(eight, sizeof eight));

    assay_seek(&c, 7);
    cr_expect_eq(assay_take_u8(&c), 8);
    assay_seek(&c, 0);
    cr_expect_eq(assay_take_u8(&c), 1);
    assay_seek(&c, 8);
    cr_expect_eq(assay_left(&c), 0);
    cr_expect_not(c.failed);
    assay_seek(&c, 9);
    cr_expect(c.failed);
}
