/* SPDX-License-Identifier: BSD-2-Clause */
/* tpm2_eventlog's text, its words: numbers, digits, strings, and text of known length. */
#include "base/hex.h"
#include "base/number.h"
#include "base/utf8.h"
#include "eventlog/format/tpm2yaml.h"

assay_bytes assay_tpm2yaml_unquote(assay_bytes text)
{
    text = assay_tpm2yaml_trim(text);
    if (text.size >= 2 && (text.data[0] == '"' || text.data[0] == '\'') &&
        text.data[text.size - 1] == text.data[0])
        return assay_bytes_of(text.data + 1, text.size - 2);
    return text;
}

bool assay_tpm2yaml_number(assay_bytes text, uint64_t *ret_number)
{
    assay_cursor c = assay_cursor_of(assay_tpm2yaml_trim(text));
    const bool negative = assay_bytes_start_with(c.bytes, ASSAY_LITERAL("-"));
    uint64_t number;

    assay_take(&c, negative);
    if (!assay_number_read(assay_take_rest(&c), UINT64_MAX, &number))
        return false;
    *ret_number = negative ? 0 - number : number;
    return true;
}

/* The character of "\x41", "\u0041" or "\U00000041" behind its letter; false for no digits. */
static bool take_number(assay_cursor *c, size_t digits, uint32_t *ret_character)
{
    uint8_t bytes[4] = { 0 };

    if (!assay_hex_decode(assay_take(c, digits), bytes, digits / 2))
        return false;
    *ret_character = 0;
    for (size_t i = 0; i < digits / 2; i++)
        *ret_character = *ret_character << 8 | bytes[i];
    return true;
}

static bool take_escape(assay_cursor *c, assay_writer *text)
{
    static const char simple[][2] = {
        { '0', '\0' }, { 'a', '\a' }, { 'b', '\b' }, { 't', '\t' }, { 'v', '\v' },  { 'f', '\f' },
        { 'n', '\n' }, { 'r', '\r' }, { 'e', 0x1b }, { '"', '"' },  { '\'', '\'' }, { '\\', '\\' }
    };
    const char letter = (char)assay_take_u8(c);
    uint32_t character;

    for (size_t i = 0; i < sizeof simple / sizeof *simple; i++)
        if (letter == simple[i][0]) {
            assay_put_char(text, simple[i][1]);
            return !c->failed;
        }
    if (letter != 'x' && letter != 'u' && letter != 'U')
        return false;
    if (!take_number(c, letter == 'x' ? 2 : letter == 'u' ? 4 : 8, &character))
        return false;
    if (letter == 'x') /* a byte, as the program has it of ASCII alone */
        assay_put_u8(text, (uint8_t)character);
    else if (character <= 0x10FFFF)
        assay_put_utf8(text, character);
    return character <= 0x10FFFF;
}

bool assay_tpm2yaml_unescape(assay_bytes text, assay_writer *ret_text)
{
    assay_cursor c = assay_cursor_of(text);

    while (assay_left(&c) > 0) {
        const uint8_t byte = assay_take_u8(&c);

        if (byte != '\\')
            assay_put_u8(ret_text, byte);
        else if (!take_escape(&c, ret_text))
            return false;
    }
    return true;
}

bool assay_tpm2yaml_utf16(assay_bytes text, assay_writer *ret_utf16, uint64_t *ret_units)
{
    assay_cursor c = assay_cursor_of(text);

    *ret_units = 0;
    while (assay_left(&c) > 0) {
        uint32_t character;
        const size_t size = assay_utf8_decode(assay_peek_rest(&c), &character);

        if (size == 0)
            return false;
        assay_take(&c, size);
        *ret_units += character < 0x10000 ? 1 : 2;
        if (character >= 0x10000) {
            assay_put_u16le(ret_utf16, (uint16_t)(0xD800 + ((character - 0x10000) >> 10)));
            character = 0xDC00 + (character & 0x3FF);
        }
        assay_put_u16le(ret_utf16, (uint16_t)character);
    }
    return true;
}

/* Puts the character at the cursor; how many of what is counted it is, 0 for none. */
static uint64_t count_one(assay_cursor *c, bool units, assay_writer *text)
{
    uint32_t character = 0;
    const size_t size = units ? assay_utf8_decode(assay_peek_rest(c), &character) : 1;

    assay_put(text, assay_take(c, size));
    return size == 0 ? 0 : units && character >= 0x10000 ? 2 : 1;
}

bool assay_tpm2yaml_count(assay_log *log, size_t offset, uint64_t count, bool units,
                          assay_writer *ret_text)
{
    const assay_cursor before = log->cursor;
    assay_tpm2yaml_line line;

    assay_seek(&log->cursor, offset);
    while (count > 0 && assay_left(&log->cursor) > 0) {
        const uint64_t counted = count_one(&log->cursor, units, ret_text);

        if (counted == 0 || counted > count)
            break;
        count -= counted;
    }
    const assay_bytes rest = assay_peek_rest(&log->cursor);
    const uint8_t *const end = rest.size > 0 ? memchr(rest.data, '\n', rest.size) : NULL;
    const size_t tail = end != NULL ? (size_t)(end - rest.data) : rest.size;
    if (count == 0 && tail <= 2) { /* a closing quote, a CR */
        assay_take(&log->cursor, end != NULL ? tail + 1 : tail);
        if (!assay_tpm2yaml_peek(log, &line) || assay_tpm2yaml_ends_event(log, &line) || units)
            return true;
    }
    log->cursor = before;
    return false;
}
