/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/utf8.h"

/* RFC 3629 section 4: what a first byte announces, and the least character it may stand for. */
static const struct {
    uint8_t mask, mark;
    uint32_t least;
} forms[] = {
    { 0x80, 0x00, 0x0 },
    { 0xE0, 0xC0, 0x80 },
    { 0xF0, 0xE0, 0x800 },
    { 0xF8, 0xF0, 0x10000 },
};

enum { FORMS = sizeof forms / sizeof *forms, LAST_CHARACTER = 0x10FFFF };

size_t assay_utf8_decode(assay_bytes text, uint32_t *ret_character)
{
    size_t extra = 0;

    if (text.size == 0)
        return 0;
    while (extra < FORMS && (text.data[0] & forms[extra].mask) != forms[extra].mark)
        extra++;
    if (extra == FORMS || text.size <= extra)
        return 0;
    uint32_t character = text.data[0] & (uint8_t)~forms[extra].mask;
    for (size_t i = 1; i <= extra; i++) {
        if ((text.data[i] & 0xC0) != 0x80)
            return 0;
        character = character << 6 | (text.data[i] & 0x3F);
    }
    if (character < forms[extra].least || character > LAST_CHARACTER ||
        (character >= 0xD800 && character <= 0xDFFF))
        return 0;
    *ret_character = character;
    return extra + 1;
}

void assay_put_utf8(assay_writer *writer, uint32_t character)
{
    size_t extra = FORMS - 1;

    while (character < forms[extra].least)
        extra--;
    assay_put_u8(writer, (uint8_t)(forms[extra].mark | character >> 6 * extra));
    while (extra-- > 0)
        assay_put_u8(writer, (uint8_t)(0x80 | (character >> 6 * extra & 0x3F)));
}

bool assay_utf8_is_harmless(uint32_t character)
{
    /* Unicode 15: categories Cc, Cf, Zl and Zp, and the noncharacters. */
    static const struct {
        uint32_t first, last;
    } harmful[] = {
        { 0x0000, 0x001F },   { 0x007F, 0x009F },   { 0x00AD, 0x00AD },   { 0x0600, 0x0605 },
        { 0x061C, 0x061C },   { 0x06DD, 0x06DD },   { 0x070F, 0x070F },   { 0x0890, 0x0891 },
        { 0x08E2, 0x08E2 },   { 0x180E, 0x180E },   { 0x200B, 0x200F },   { 0x2028, 0x202E },
        { 0x2060, 0x206F },   { 0xFDD0, 0xFDEF },   { 0xFEFF, 0xFEFF },   { 0xFFF9, 0xFFFB },
        { 0x110BD, 0x110BD }, { 0x110CD, 0x110CD }, { 0x13430, 0x1343F }, { 0x1BCA0, 0x1BCA3 },
        { 0x1D173, 0x1D17A }, { 0xE0000, 0xE0FFF },
    };

    for (size_t i = 0; i < sizeof harmful / sizeof *harmful; i++)
        if (character >= harmful[i].first && character <= harmful[i].last)
            return false;
    return (character & 0xFFFE) != 0xFFFE;
}

bool assay_utf8_is_printable(assay_bytes text)
{
    uint32_t character;

    while (text.size > 0) {
        const size_t size = assay_utf8_decode(text, &character);

        if (size == 0 || !assay_utf8_is_harmless(character))
            return false;
        text = assay_bytes_of(text.data + size, text.size - size);
    }
    return true;
}

enum { WORD = sizeof(uint64_t) };

/* A word with this byte in each place. */
static uint64_t all_bytes(uint8_t value)
{
    return UINT64_MAX / 0xFF * value;
}

/* The high bit of the first byte that is zero, and perhaps of some after it. */
static uint64_t zero_bytes(uint64_t word)
{
    return (word - all_bytes(0x01)) & ~word & all_bytes(0x80);
}

/* Whether eight bytes are printable ASCII that needs no escape. */
static bool plain_word(const uint8_t *bytes, bool quoted)
{
    uint64_t word;

    memcpy(&word, bytes, WORD);
    uint64_t odd = (word & all_bytes(0x80)) | (word - all_bytes(0x20)) |
                   zero_bytes(word ^ all_bytes(0x7F));
    if (quoted)
        odd |= zero_bytes(word ^ all_bytes('"')) | zero_bytes(word ^ all_bytes('\\'));
    return (odd & all_bytes(0x80)) == 0;
}

static bool plain_byte(uint8_t c, bool quoted)
{
    return c >= 0x20 && c < 0x7F && !(quoted && (c == '"' || c == '\\'));
}

/* The size of the character `text` begins with when it may stand as it is, else 0. */
static size_t harmless_character(assay_bytes text)
{
    uint32_t character;
    const size_t size = assay_utf8_decode(text, &character);

    return size > 1 && assay_utf8_is_harmless(character) ? size : 0;
}

/* The size of the run of bytes at the start of `text` that may stand as they are. */
static size_t plain_run(assay_bytes text, bool quoted)
{
    size_t i = 0, size;

    do {
        while (text.size - i >= WORD && plain_word(text.data + i, quoted))
            i += WORD;
        while (i < text.size && plain_byte(text.data[i], quoted))
            i++;
        size = harmless_character(assay_bytes_of(text.data + i, text.size - i));
        i += size;
    } while (size > 0);
    return i;
}

void assay_put_escaped(assay_writer *writer, assay_bytes text, bool quoted, assay_escape escape)
{
    if (text.size == 0)
        return; /* NULL plus 0 is undefined in C11 */
    for (;;) {
        const size_t plain = plain_run(text, quoted);
        uint32_t character;

        assay_put(writer, assay_bytes_of(text.data, plain));
        text.data += plain;
        text.size -= plain;
        if (text.size == 0)
            return;
        size_t size = assay_utf8_decode(text, &character);
        if (size == 0) {
            character = ASSAY_NOT_UTF8 + text.data[0];
            size = 1;
        }
        escape(writer, character);
        text.data += size;
        text.size -= size;
    }
}
