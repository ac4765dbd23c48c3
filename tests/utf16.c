/* SPDX-License-Identifier: BSD-2-Clause */
/* base/utf16.h and base/utf8.h: conversion is total; what is not a character is U+FFFD. */
#include <criterion/criterion.h>
#include <iconv.h>

#include "base/utf16.h"
#include "base/utf8.h"

/* glibc's iconv is the other implementation. */
static size_t by_iconv(const uint8_t *utf16, size_t size, char *utf8, size_t room)
{
    const iconv_t converter = iconv_open("UTF-8", "UTF-16LE");
    char *in = (char *)(uintptr_t)utf16, *out = utf8;
    size_t left = room;

    cr_assert_neq(iconv(converter, &in, &size, &out, &left), (size_t)-1);
    iconv_close(converter);
    return room - left;
}

static size_t as_utf16(uint32_t character, uint8_t utf16[4])
{
    assay_writer writer = assay_writer_lent(utf16, 4);

    if (character >= 0x10000) {
        assay_put_u16le(&writer, (uint16_t)(0xD800 | (character - 0x10000) >> 10));
        assay_put_u16le(&writer, (uint16_t)(0xDC00 | ((character - 0x10000) & 0x3FF)));
    } else {
        assay_put_u16le(&writer, (uint16_t)character);
    }
    return writer.used;
}

Test(utf16, characters_of_all_planes_agree_with_iconv)
{
    for (uint32_t c = 0; c <= 0x10FFFF; c += c < 0x3000 ? 1 : 97) {
        uint8_t utf16[4], utf8[4];
        char expected[4];

        if (c >= 0xD800 && c <= 0xDFFF)
            continue;
        const size_t size = as_utf16(c, utf16);
        assay_writer writer = assay_writer_lent(utf8, sizeof utf8);
        assay_put_utf16(&writer, assay_bytes_of(utf16, size));
        cr_expect_eq(writer.used, by_iconv(utf16, size, expected, sizeof expected));
        cr_expect_arr_eq(utf8, expected, writer.used, "U+%04X", c);

        uint32_t back = UINT32_MAX;
        cr_expect_eq(assay_utf8_decode(assay_written(&writer), &back), writer.used);
        cr_expect_eq(back, c);
    }
}

Test(utf16, what_is_not_a_character_becomes_a_replacement)
{
    static const struct {
        const char *about, *utf16;
        size_t size;
        const char *utf8;
    } cases[] = {
        { "a high surrogate at the end", "\x00\xD8", 2, "\xEF\xBF\xBD" },
        { "a high surrogate before a letter", "\xFF\xDB" "a\0", 4, "\xEF\xBF\xBD" "a" },
        { "a low surrogate alone", "\x00\xDC", 2, "\xEF\xBF\xBD" },
        { "surrogates in the wrong order", "\x00\xDC\x00\xD8", 4, "\xEF\xBF\xBD\xEF\xBF\xBD" },
        { "half a unit", "a", 1, "\xEF\xBF\xBD" },
        { "a high surrogate, then half a unit", "\x00\xD8\x00", 3, "\xEF\xBF\xBD\xEF\xBF\xBD" },
        { "nothing", "", 0, "" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char utf8[32] = "";
        assay_writer writer = assay_writer_lent(utf8, sizeof utf8);

        assay_put_utf16(&writer, assay_bytes_of(cases[i].utf16, cases[i].size));
        cr_expect_str_eq(utf8, cases[i].utf8, "%s", cases[i].about);
    }
}

Test(utf16, comparison_with_ascii_is_exact)
{
    const assay_bytes db = assay_bytes_of("d\0b\0", 4);

    cr_expect(assay_utf16_is(db, "db"));
    cr_expect_not(assay_utf16_is(db, "d"));
    cr_expect_not(assay_utf16_is(db, "dbx"));
    cr_expect_not(assay_utf16_is(db, "dB"));
    cr_expect_not(assay_utf16_is(assay_bytes_of("d\1b\0", 4), "db"));
    cr_expect(assay_utf16_is(assay_bytes_of("", 0), ""));
}

Test(utf16, text_ends_before_its_first_nul_character)
{
    /* 0x0100 has a zero byte and is no NUL; nor are two zero bytes of two characters. */
    const assay_bytes text = assay_bytes_of("\x00\x01\x01\x00\x00\x00z\0", 8);

    cr_expect_eq(assay_utf16_until_nul(text).size, 4);
    cr_expect_eq(assay_utf16_until_nul(assay_bytes_of("a\0b\0", 4)).size, 4);
    cr_expect_eq(assay_utf16_until_nul(assay_bytes_of("a\0b\0", 3)).size, 3);
    cr_expect_eq(assay_utf16_until_nul(assay_bytes_of("\0\0", 2)).size, 0);
}

Test(utf16, a_person_writes_printable_characters)
{
    cr_expect(assay_utf16_is_text(assay_bytes_of("a\0b\0", 4)));
    cr_expect(assay_utf16_is_text(assay_bytes_of("a\0\0\0", 4)));
    cr_expect_not(assay_utf16_is_text(assay_bytes_of("a\0\0\0b\0", 6)));
    cr_expect_not(assay_utf16_is_text(assay_bytes_of("\0\0", 2)));
    cr_expect_not(assay_utf16_is_text(assay_bytes_of("a\0b", 3)));
    cr_expect_not(assay_utf16_is_text(assay_bytes_of("ab", 2)));
    cr_expect_not(assay_utf16_is_text(assay_bytes_of("", 0)));
    cr_expect_not(assay_utf16_is_text(assay_bytes_of("\n\0", 2)));
}
