/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/utf16.h"

#include "base/cursor.h"
#include "base/utf8.h"

enum { REPLACEMENT = 0xFFFD };

static bool is_high(uint32_t unit)
{
    return unit >= 0xD800 && unit <= 0xDBFF;
}

static bool is_low(uint32_t unit)
{
    return unit >= 0xDC00 && unit <= 0xDFFF;
}

/* One character; unpaired surrogates are replaced and cost one unit. */
static uint32_t take_character(assay_cursor *cursor)
{
    const uint32_t unit = assay_take_u16le(cursor);

    if (!is_high(unit))
        return is_low(unit) ? REPLACEMENT : unit;
    assay_cursor ahead = *cursor;
    const uint32_t next = assay_take_u16le(&ahead);
    if (!is_low(next))
        return REPLACEMENT;
    *cursor = ahead;
    return 0x10000 + ((unit - 0xD800) << 10) + (next - 0xDC00);
}

void assay_put_utf16(assay_writer *writer, assay_bytes text)
{
    assay_cursor cursor = assay_cursor_of(text);

    while (assay_left(&cursor) >= 2)
        assay_put_utf8(writer, take_character(&cursor));
    if (assay_left(&cursor) == 1)
        assay_put_utf8(writer, REPLACEMENT);
}

bool assay_utf16_is(assay_bytes text, const char *ascii)
{
    assay_cursor cursor = assay_cursor_of(text);

    if (text.size != 2 * strlen(ascii))
        return false;
    while (*ascii != '\0' && assay_take_u16le(&cursor) == (uint8_t)*ascii)
        ascii++;
    return *ascii == '\0';
}

assay_bytes assay_utf16_until_nul(assay_bytes text)
{
    assay_cursor cursor = assay_cursor_of(text);

    while (assay_left(&cursor) >= 2)
        if (assay_take_u16le(&cursor) == 0)
            return assay_bytes_of(text.data, cursor.offset - 2);
    return text;
}

bool assay_utf16_is_text(assay_bytes text)
{
    assay_cursor cursor = assay_cursor_of(text);

    if (text.size < 2 || text.size % 2 != 0)
        return false;
    while (assay_left(&cursor) > 0) {
        const uint16_t unit = assay_take_u16le(&cursor);
        const bool last_nul = unit == 0 && assay_left(&cursor) == 0 && text.size > 2;

        if (!last_nul && (unit < 0x20 || unit == 0x7F || unit >= 0x3000))
            return false;
    }
    return true;
}

static void put_unit_pair(assay_writer *writer, uint32_t character)
{
    if (character >= 0x10000) {
        assay_put_u16le(writer, (uint16_t)(0xD800 + ((character - 0x10000) >> 10)));
        character = 0xDC00 + ((character - 0x10000) & 0x3FF);
    }
    assay_put_u16le(writer, (uint16_t)character);
}

void assay_put_as_utf16(assay_writer *writer, assay_bytes text)
{
    assay_cursor rest = assay_cursor_of(text);

    while (assay_left(&rest) > 0) {
        uint32_t character;
        const size_t size = assay_utf8_decode(assay_peek_rest(&rest), &character);

        put_unit_pair(writer, size > 0 ? character : REPLACEMENT);
        assay_take(&rest, size > 0 ? size : 1);
    }
}
