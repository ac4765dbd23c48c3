/* SPDX-License-Identifier: BSD-2-Clause */
/* tboot's text, as words: what mails, terminals and serial lines add to it is dropped. */
#include "base/hex.h"
#include "base/number.h"
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
    const size_t mark = assay_bytes_find(line, tboot);
    size_t n;

    if (mark < line.size) {
        assay_take(c, mark + tboot.size);
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

static bool read_number(assay_bytes text, uint32_t *ret_number)
{
    uint64_t number;

    if (!assay_number_read(text, UINT32_MAX, &number))
        return false;
    *ret_number = (uint32_t)number;
    return true;
}

bool assay_txtstat_number(const assay_txtstat_word *word, uint32_t *ret_number)
{
    return read_number(word->text, ret_number);
}

bool assay_txtstat_range(const assay_txtstat_word *word, uint32_t *ret_from, uint32_t *ret_to)
{
    assay_cursor c = assay_cursor_of(word->text);

    if (word->text.size < 2 || assay_take_u8(&c) != '[')
        return false;
    const assay_bytes from =
        assay_take(&c, assay_bytes_find(assay_peek_rest(&c), ASSAY_LITERAL(",")));
    assay_take_u8(&c); /* the comma */
    const assay_bytes to =
        assay_take(&c, assay_bytes_find(assay_peek_rest(&c), ASSAY_LITERAL("]")));
    assay_take_u8(&c);
    return !c.failed && assay_left(&c) == 0 && read_number(from, ret_from) &&
           read_number(to, ret_to);
}
