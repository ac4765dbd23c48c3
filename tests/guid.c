/* SPDX-License-Identifier: BSD-2-Clause */
/* base/guid.h: the text form of UEFI 2.10 appendix A,
 * whose first three fields are little-endian. */
#include <criterion/criterion.h>

#include "base/guid.h"

/* UEFI 2.10 section 3.3: EFI_GLOBAL_VARIABLE; the bytes as efivarfs and GPT lay them out. */
static const char text[] = "8be4df61-93ca-11d2-aa0d-00e098032b8c";
static const uint8_t bytes[] = { 0x61, 0xdf, 0xe4, 0x8b, 0xca, 0x93, 0xd2, 0x11,
                                 0xaa, 0x0d, 0x00, 0xe0, 0x98, 0x03, 0x2b, 0x8c };

Test(guid, text_and_bytes_stand_for_each_other)
{
    assay_guid guid;
    char shown[ASSAY_GUID_TEXT];

    cr_assert(assay_guid_parse(assay_bytes_of_string(text), &guid));
    cr_expect_arr_eq(guid.bytes, bytes, sizeof bytes);
    assay_guid_format(&guid, shown);
    cr_expect_str_eq(shown, text);
    cr_assert(
        assay_guid_parse(assay_bytes_of_string("8BE4DF61-93CA-11D2-AA0D-00E098032B8C"), &guid));
    cr_expect_arr_eq(guid.bytes, bytes, sizeof bytes);
}

Test(guid, the_macro_and_the_cursor_agree_with_the_text)
{
    static const assay_guid constant =
        ASSAY_GUID(0x8be4df61, 0x93ca, 0x11d2, 0xaa, 0x0d, 0x00, 0xe0, 0x98, 0x03, 0x2b, 0x8c);
    assay_cursor cursor = assay_cursor_of(assay_bytes_of(bytes, sizeof bytes));
    const assay_guid taken = assay_take_guid(&cursor);
    uint8_t back[16];
    assay_writer writer = assay_writer_lent(back, sizeof back);

    cr_expect(assay_guid_equal(&constant, &taken));
    assay_put_guid(&writer, &taken);
    cr_expect_arr_eq(back, bytes, sizeof bytes);
}

Test(guid, fifteen_bytes_are_no_guid)
{
    assay_cursor cursor = assay_cursor_of(assay_bytes_of(bytes, 15));
    const assay_guid guid = assay_take_guid(&cursor);

    cr_expect(cursor.failed);
    cr_expect(assay_bytes_all(assay_bytes_of(guid.bytes, sizeof guid.bytes), 0));
}

Test(guid, any_other_text_is_refused_and_nothing_written)
{
    assay_guid guid = { { 1 } };
    char wrong[sizeof text];

    for (size_t i = 0; i < sizeof text - 1; i++) {
        strcpy(wrong, text);
        wrong[i] = wrong[i] == '-' ? '0' : '-';
        cr_expect_not(assay_guid_parse(assay_bytes_of_string(wrong), &guid));
        cr_expect_not(assay_guid_parse(assay_bytes_of(text, i), &guid));
    }
    cr_expect_not(assay_guid_parse(assay_bytes_of(text, sizeof text), &guid),
                  "the NUL is too much");
    cr_expect_eq(guid.bytes[0], 1);
}

Test(guid, well_known_ones_have_a_name)
{
    assay_guid guid;

    assay_guid_parse(assay_bytes_of_string(text), &guid);
    cr_expect_str_eq(assay_guid_name(&guid), "EFI_GLOBAL_VARIABLE");
    guid.bytes[15] ^= 1;
    cr_expect_null(assay_guid_name(&guid));
}
