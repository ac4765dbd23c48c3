/* SPDX-License-Identifier: BSD-2-Clause */
/* tboot's text, as words: what mails, terminals and serial lines add to it is dropped. */
#include "base/hex.h"
#include "eventlog/format/txtstat.h"

enum { PREFIX_MAX = 96, TIME_MAX = 40 };

static const assay_bytes tboot = ASSAY_LITERAL("TBOOT:");

/* Carriage returns and the NULs that tboot's memory log has are blanks as well. */
static bool is_blank(uint8_t c)
{
    return c <= ' ' && c != '\n';
}

static bool is_in_time(uint8_t c)
{
    return (c >= '0' && c <= '9') || (c != '\0' && strchr(":.-/+TZ", c) != NULL);
}

/* How many of the first characters are blank. */
static size_t blanks(assay_bytes text)
{
    size_t n = 0;

    while (n < text.size && is_blank(text.data[n]))
        n++;
    return n;
}

static size_t characters(assay_bytes text)
{
    size_t n = 0;

    while (n < text.size && text.data[n] > ' ')
        n++;
    return n;
}

/* The line that begins here, and not more of it than there may be before tboot's words. */
static assay_bytes line_of(assay_bytes text)
{
    const size_t most = text.size < PREFIX_MAX ? text.size : PREFIX_MAX;
    size_t n = 0;

    while (n < most && text.data[n] != '\n')
        n++;
    return assay_bytes_of(text.data, n);
}

/* "[   12.345678]", of which blanks and a time are in the brackets; its size or 0. */
static size_t bracketed_time(assay_bytes line)
{
    size_t n = 1;

    if (line.size == 0 || line.data[0] != '[')
        return 0;
    while (n < line.size && n < TIME_MAX && (is_in_time(line.data[n]) || line.data[n] == ' '))
        n++;
    return n < line.size && line.data[n] == ']' ? n + 1 : 0;
}

/* "12:34:56.789" or "2020-01-15", which no word of tboot's looks like. */
static size_t bare_time(assay_bytes line)
{
    bool divided = false;
    size_t n = 0;

    while (n < line.size && is_in_time(line.data[n])) {
        divided |= n > 0 && strchr(":-", line.data[n]) != NULL;
        n++;
    }
    const bool digit = n > 0 && line.data[0] >= '0' && line.data[0] <= '9';
    return digit && divided && n == characters(line) ? n : 0;
}

static size_t quotes(assay_bytes line)
{
    return line.size > 0 && (line.data[0] == '>' || line.data[0] == '|') ? 1 : 0;
}

/* What stands before tboot's words. */
static void skip_prefix(assay_cursor *c)
{
    const assay_bytes line = line_of(assay_peek_rest(c));
    const uint8_t *const mark =
        line.size > 0 ? memmem(line.data, line.size, tboot.data, tboot.size) : NULL;
    size_t n;

    if (mark != NULL) {
        assay_take(c, (size_t)(mark - line.data) + tboot.size);
        return;
    }
    do {
        const assay_bytes rest = line_of(assay_peek_rest(c));

        n = blanks(rest);
        n = n > 0 ? n : quotes(rest);
        n = n > 0 ? n : bracketed_time(rest);
        n = n > 0 ? n : bare_time(rest);
        assay_take(c, n);
    } while (n > 0);
}

/* What a mail program or a lost newline left between the words. */
static bool is_noise(assay_bytes word)
{
    return assay_bytes_equal(word, tboot) || assay_bytes_all(word, '>');
}

bool assay_txtstat_word_next(assay_txtstat_words *words, assay_txtstat_word *ret_word)
{
    assay_cursor *const c = &words->cursor;

    while (assay_left(c) > 0) {
        if (!words->in_line)
            skip_prefix(c);
        words->in_line = true;
        assay_take(c, blanks(assay_peek_rest(c)));
        ret_word->offset = c->offset;
        ret_word->text = assay_take(c, characters(assay_peek_rest(c)));
        if (ret_word->text.size > 0 && !is_noise(ret_word->text))
            return true;
        if (ret_word->text.size == 0 && assay_left(c) > 0) {
            assay_take_u8(c); /* the newline */
            words->in_line = false;
        }
    }
    *ret_word = (assay_txtstat_word){ .offset = c->offset };
    return false;
}

bool assay_txtstat_word_is(const assay_txtstat_word *word, const char *text)
{
    return assay_bytes_equal(word->text, assay_bytes_of_string(text));
}

int assay_txtstat_byte(const assay_txtstat_word *word)
{
    uint8_t byte;

    return assay_hex_decode(word->text, &byte, 1) ? byte : -1;
}

/* Digits of a number up to the first other character, which `c` stays at. */
static bool take_number(assay_cursor *c, unsigned base, uint32_t *ret_number)
{
    uint64_t number = 0;
    size_t digits = 0;

    for (; assay_left(c) > 0; digits++) {
        assay_cursor ahead = *c;
        const int digit = assay_hex_digit((char)assay_take_u8(&ahead));

        if (digit < 0 || (unsigned)digit >= base)
            break;
        number = number * base + (unsigned)digit;
        if (number > UINT32_MAX)
            return false;
        *c = ahead;
    }
    *ret_number = (uint32_t)number;
    return digits > 0;
}

bool assay_txtstat_number(const assay_txtstat_word *word, uint32_t *ret_number)
{
    const bool hexadecimal = assay_bytes_start_with(word->text, ASSAY_LITERAL("0x"));
    assay_cursor c = assay_cursor_of(word->text);

    assay_take(&c, hexadecimal ? 2 : 0);
    return take_number(&c, hexadecimal ? 16 : 10, ret_number) && assay_left(&c) == 0;
}

bool assay_txtstat_range(const assay_txtstat_word *word, uint32_t *ret_from, uint32_t *ret_to)
{
    assay_cursor c = assay_cursor_of(word->text);

    return assay_take_u8(&c) == '[' && take_number(&c, 10, ret_from) && assay_take_u8(&c) == ',' &&
           take_number(&c, 10, ret_to) && assay_take_u8(&c) == ']' && assay_left(&c) == 0 &&
           !c.failed;
}
