/* SPDX-License-Identifier: BSD-2-Clause */
/* The text form, its lines and words: blanks, comments, strings, continued lines. */
#include "eventlog/format/textlog.h"

#include "base/safemath.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static bool is_blank(uint8_t c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

/* Moves past characters until one of `stop`, which stays. */
static void skip_until(assay_cursor *cursor, const char *stop)
{
    const assay_bytes rest = assay_peek_rest(cursor);
    size_t size = 0;

    while (size < rest.size && (rest.data[size] == '\0' || strchr(stop, rest.data[size]) == NULL))
        size++;
    assay_take(cursor, size);
}

/* The size of a "\" that joins the line with the next, its newline included; else 0. */
static size_t joint(assay_bytes rest)
{
    if (assay_bytes_start_with(rest, ASSAY_LITERAL("\\\n")))
        return 2;
    return assay_bytes_start_with(rest, ASSAY_LITERAL("\\\r\n")) ? 3 : 0;
}

static void skip_blanks(assay_cursor *cursor)
{
    assay_bytes rest;

    while ((rest = assay_peek_rest(cursor)).size > 0) {
        const size_t size = is_blank(rest.data[0]) ? 1 : joint(rest);

        if (size == 0)
            break;
        assay_take(cursor, size);
    }
    if (rest.size > 0 && rest.data[0] == '#')
        skip_until(cursor, "\n");
}

static int fail_cut(assay_log *log)
{
    return assay_log_fail(log, ASSAY_TRUNCATED, log->cursor.bytes.size, NULL,
                          "the last line has no newline at its end: the file was cut, or the "
                          "newline forgotten");
}

/* Moves past a string's closing quote; the cursor stands behind the opening one. */
static int skip_string(assay_log *log, size_t start)
{
    for (;;) {
        skip_until(&log->cursor, "\"\\\n");
        const uint8_t c = assay_take_u8(&log->cursor);

        if (c == '\\')
            assay_take_u8(&log->cursor);
        if (log->cursor.failed)
            return fail_cut(log);
        if (c == '"')
            return 0;
        if (c == '\n')
            return assay_textlog_fail(log, start, NULL,
                                      "this string does not end on its line; a newline in it is "
                                      "written \\n");
    }
}

static int take_word(assay_log *log, size_t start)
{
    const assay_bytes rest = assay_peek_rest(&log->cursor);
    const bool wide = assay_bytes_start_with(rest, ASSAY_LITERAL("u\""));

    if (!wide && rest.data[0] != '"') {
        skip_until(&log->cursor, " \t\r\n");
        return 0;
    }
    assay_take(&log->cursor, wide ? 2 : 1);
    const int status = skip_string(log, start);
    if (status < 0)
        return status;
    const assay_bytes after = assay_peek_rest(&log->cursor);
    if (after.size > 0 && !is_blank(after.data[0]) && after.data[0] != '\n')
        return assay_textlog_fail(log, log->cursor.offset, NULL,
                                  "a blank is missing after the closing quote");
    return 0;
}

int assay_textlog_word_next(assay_log *log, assay_textlog_word *ret_word)
{
    skip_blanks(&log->cursor);
    const assay_bytes rest = assay_peek_rest(&log->cursor);

    ret_word->offset = log->cursor.offset;
    ret_word->text = ASSAY_NO_BYTES;
    if (rest.size == 0)
        return 0;
    if (rest.data[0] == '\n') {
        assay_take_u8(&log->cursor);
        ret_word->text = assay_bytes_of(rest.data, 0);
        return 0;
    }
    const int status = take_word(log, ret_word->offset);
    if (status < 0)
        return status;
    ret_word->text = assay_bytes_of(rest.data, log->cursor.offset - ret_word->offset);
    return 1;
}

/*
 * Moves to the next line that says something: 1 and its length in characters, 0 at
 * the end of the input, or a negative kind when a string or the last line has no end.
 */
static int next_line(assay_log *log, size_t *ret_size)
{
    assay_textlog_word word;

    while (assay_left(&log->cursor) > 0) {
        const assay_cursor start = log->cursor;
        size_t words = 0;
        int status;

        while ((status = assay_textlog_word_next(log, &word)) > 0)
            words++;
        if (status < 0)
            return status;
        if (words == 0)
            continue;
        if (word.text.data == NULL)
            return fail_cut(log);
        *ret_size = log->cursor.offset - start.offset;
        log->cursor = start;
        return 1;
    }
    return 0;
}

int assay_textlog_reserve(assay_log *log, size_t size)
{
    assay_textlog *const text = log->owned;
    size_t need;

    if (!assay_mul_size(size, 4, &need) ||
        !assay_add_size(need, (size_t)ASSAY_BANKS_MAX * ASSAY_DIGEST_MAX, &need) ||
        need > UINT32_MAX)
        return assay_log_fail(log, ASSAY_TOO_LARGE, log->cursor.offset, NULL,
                              "a line of %zu characters", size);
    if (need > text->capacity) {
        uint8_t *const scratch = realloc(text->scratch, need);

        if (scratch == NULL)
            return assay_log_fail(log, ASSAY_NO_MEMORY, log->cursor.offset, NULL,
                                  "no memory for a line of %zu characters", size);
        text->scratch = scratch;
        text->capacity = need;
    }
    text->bytes = assay_writer_lent(text->scratch, text->capacity);
    return 0;
}

int assay_textlog_line_begin(assay_log *log, assay_textlog_word *ret_word)
{
    size_t size = 0;
    int status = next_line(log, &size);

    *ret_word = (assay_textlog_word){ log->cursor.offset, ASSAY_NO_BYTES };
    if (status <= 0)
        return status;
    status = assay_textlog_reserve(log, size);
    return status < 0 ? status : assay_textlog_word_next(log, ret_word);
}

int assay_textlog_fail(assay_log *log, size_t offset, const char *field, const char *format, ...)
{
    char what[140];
    va_list arguments;
    size_t line = 1, line_start = 0;

    for (size_t i = 0; i < offset; i++)
        if (log->bytes.data[i] == '\n') {
            line++;
            line_start = i + 1;
        }
    va_start(arguments, format);
    vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    return assay_log_fail(log, ASSAY_MALFORMED, offset, field, "line %zu, column %zu: %s", line,
                          offset - line_start + 1, what);
}

assay_bytes assay_textlog_after(assay_bytes text, const char *prefix)
{
    const assay_bytes start = assay_bytes_of_string(prefix);
    assay_cursor cursor = assay_cursor_of(text);

    if (!assay_bytes_start_with(text, start))
        return ASSAY_NO_BYTES;
    assay_take(&cursor, start.size);
    return assay_take_rest(&cursor);
}
