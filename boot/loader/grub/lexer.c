/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * GRUB's lexer takes the longest word that it can (yylex.l). A quote that isn't closed, and a
 * backslash before the newline, want another line, whatever is open.
 */
#include "boot/loader/grub/lexer.h"

static const char *const keywords[] = {
    "case", "do", "done",   "elif", "else",  "esac",  "fi",       "for",
    "if",   "in", "select", "then", "until", "while", "function",
};

static bool is_letter(uint8_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_digit(uint8_t c)
{
    return c >= '0' && c <= '9';
}

/* The next line, as grub_file_getline gives it: no '\r', and nothing from a NUL on. */
static bool add_line(assay_grub_lexer *l)
{
    assay_grub_lines *const lines = l->lines;

    while (lines->at < lines->text.size) {
        const assay_bytes rest = assay_bytes_of(lines->text.data + lines->at,
                                                lines->text.size - lines->at);
        const size_t size = assay_bytes_find(rest, ASSAY_LITERAL("\n"));
        const bool skipped = lines->skips_comments && size > 0 && rest.data[0] == '#';

        lines->at += size < rest.size ? size + 1 : size;
        lines->number++;
        if (skipped)
            continue;
        for (size_t i = 0; i < size && rest.data[i] != '\0'; i++)
            if (rest.data[i] != '\r')
                assay_put_u8(&l->unit, rest.data[i]);
        assay_put_char(&l->unit, '\n');
        return true;
    }
    l->ended = true;
    return false;
}

static assay_bytes rest_of(const assay_grub_lexer *l, size_t from)
{
    const assay_bytes all = assay_written(&l->unit);

    return assay_bytes_of(all.data + from, all.size - from);
}

bool assay_grub_lexer_begin(assay_grub_lexer *lexer, assay_grub_lines *lines, assay_grub_pool *pool)
{
    *lexer = (assay_grub_lexer){ .lines = lines,
                                 .pool = pool,
                                 .unit = assay_writer_growing(ASSAY_GRUB_SCRIPT_MAX) };
    return add_line(lexer);
}

assay_bytes assay_grub_lexer_text(const assay_grub_lexer *lexer)
{
    return assay_bytes_of(lexer->unit.data + lexer->from, lexer->to - lexer->from);
}

size_t assay_grub_variable_size(assay_bytes text, assay_bytes *ret_name)
{
    const size_t braced = text.size > 0 && text.data[0] == '{' ? 1 : 0;
    size_t end = braced;

    if (end < text.size && strchr("?#*@", text.data[end]) != NULL && text.data[end] != '\0') {
        end++;
    } else if (end < text.size && is_digit(text.data[end])) {
        while (end < text.size && is_digit(text.data[end]))
            end++;
    } else if (end < text.size && is_letter(text.data[end])) {
        while (end < text.size && (is_letter(text.data[end]) || is_digit(text.data[end])))
            end++;
    }
    if (end == braced || (braced != 0 && (end == text.size || text.data[end] != '}')))
        return 0;
    *ret_name = assay_bytes_of(text.data + braced, end - braced);
    return end + braced;
}

enum { UNCLOSED = -1, NOTHING = 0 };

/*
 * The length of a string from its quote to the other; or UNCLOSED, and in *seen how much of it need
 * not be looked at again when there is more.
 */
static ptrdiff_t string_size(assay_bytes text, uint8_t quote, size_t *seen)
{
    size_t i = *seen > 0 ? *seen : 1;

    for (; i < text.size; i++) {
        if (text.data[i] == quote)
            return (ptrdiff_t)i + 1;
        if (quote == '"' && text.data[i] == '\\')
            i++;
    }
    *seen = i;
    return UNCLOSED;
}

/* The length of what may stand in a word; NOTHING where the word is over. */
static ptrdiff_t element_size(assay_bytes text, size_t *seen)
{
    const uint8_t c = text.data[0];
    assay_bytes name = ASSAY_NO_BYTES;

    if (c == '"' || c == '\'')
        return string_size(text, c, seen);
    if (c == '\\')
        return text.size > 2 || (text.size == 2 && text.data[1] != '\n') ? 2 : UNCLOSED;
    if (c == '$' && text.size > 1 && text.data[1] == '"') {
        const ptrdiff_t size =
            string_size(assay_bytes_of(text.data + 1, text.size - 1), '"', seen);

        return size == UNCLOSED ? UNCLOSED : size + 1;
    }
    if (c == '$') {
        const size_t size =
            assay_grub_variable_size(assay_bytes_of(text.data + 1, text.size - 1), &name);

        return size > 0 ? (ptrdiff_t)size + 1 : NOTHING;
    }
    return strchr("{}|&;<> \t\n", c) != NULL ? NOTHING : 1;
}

/* Where the word at `from` ends; `from` when there is none. Reads the lines that it wants. */
static size_t word_end(assay_grub_lexer *l, size_t from)
{
    size_t end = from, seen = 0;

    for (;;) {
        const assay_bytes rest = rest_of(l, end);
        const ptrdiff_t size = rest.size > 0 ? element_size(rest, &seen) : NOTHING;

        if (size == NOTHING)
            return end;
        if (size != UNCLOSED) {
            end += (size_t)size;
            seen = 0;
        } else if (l->unit.failure != 0 || !add_line(l)) {
            return from;
        }
    }
}

static bool is_name(assay_bytes text)
{
    assay_bytes name = ASSAY_NO_BYTES;

    return is_letter(text.data[0]) && assay_grub_variable_size(text, &name) == text.size;
}

static enum assay_grub_token word_token(assay_bytes text)
{
    for (size_t i = 0; i < sizeof keywords / sizeof *keywords; i++)
        if (assay_bytes_equal(text, assay_bytes_of_string(keywords[i])))
            return ASSAY_GRUB_TOKEN_KEYWORD;
    if (assay_bytes_equal(text, ASSAY_LITERAL("[[")) ||
        assay_bytes_equal(text, ASSAY_LITERAL("]]")))
        return ASSAY_GRUB_TOKEN_BAD;
    return is_name(text) ? ASSAY_GRUB_TOKEN_NAME : ASSAY_GRUB_TOKEN_WORD;
}

static void skip_blanks(assay_grub_lexer *l)
{
    assay_bytes rest = rest_of(l, l->at);
    size_t i = 0;

    while (i < rest.size && (rest.data[i] == ' ' || rest.data[i] == '\t'))
        i++;
    if (i < rest.size && rest.data[i] == '#')
        while (i < rest.size && rest.data[i] != '\n')
            i++;
    l->at += i;
}

static enum assay_grub_token sign_token(uint8_t c)
{
    switch (c) {
    case '\n':
        return ASSAY_GRUB_TOKEN_NEWLINE;
    case ';':
        return ASSAY_GRUB_TOKEN_SEMICOLON;
    case '{':
        return ASSAY_GRUB_TOKEN_OPEN;
    case '}':
        return ASSAY_GRUB_TOKEN_CLOSE;
    default:
        return ASSAY_GRUB_TOKEN_BAD;
    }
}

void assay_grub_lexer_next(assay_grub_lexer *l)
{
    skip_blanks(l);
    while (l->at == l->unit.used && l->open > 0 && l->unit.failure == 0 && add_line(l))
        skip_blanks(l);
    l->from = l->to = l->at;
    if (l->at == l->unit.used) {
        l->token = ASSAY_GRUB_TOKEN_END;
        return;
    }
    l->to = word_end(l, l->from);
    if (l->to > l->from) {
        l->token = word_token(assay_grub_lexer_text(l));
    } else {
        l->to = l->from + 1;
        l->token = sign_token(l->unit.data[l->from]);
    }
    l->at = l->to;
}
