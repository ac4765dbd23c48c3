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

/* --- the pieces of a word ------------------------------------------------------------------- */

typedef struct splitting {
    assay_grub_pool *pool;
    assay_bytes text;
    size_t at;
    assay_grub_piece **end;
    assay_writer said;  /* of the piece that is being read */
    bool continued;     /* a line was continued in it */
} splitting;

static void emit(splitting *s, enum assay_grub_piece_kind kind, assay_bytes text)
{
    assay_grub_piece *const piece = assay_grub_room(s->pool, sizeof *piece);

    if (piece == NULL)
        return;
    piece->kind = kind;
    piece->text = assay_grub_keep(s->pool, text);
    *s->end = piece;
    s->end = &piece->next;
}

static void emit_said(splitting *s, enum assay_grub_piece_kind kind)
{
    emit(s, kind, assay_bytes_of(s->said.data, s->said.used));
    s->said.used = 0;
    s->continued = false;
}

static void emit_text(splitting *s)
{
    if (s->said.used > 0 || s->continued)
        emit_said(s, ASSAY_GRUB_TEXT);
}

static uint8_t peek(const splitting *s, size_t ahead)
{
    return s->at + ahead < s->text.size ? s->text.data[s->at + ahead] : '\0';
}

static void say(splitting *s, size_t count)
{
    assay_put(&s->said, assay_bytes_of(s->text.data + s->at, count));
    s->at += count;
}

static bool split_variable(splitting *s, enum assay_grub_piece_kind kind)
{
    assay_bytes name = ASSAY_NO_BYTES;
    const size_t size = assay_grub_variable_size(
        assay_bytes_of(s->text.data + s->at + 1, s->text.size - s->at - 1), &name);

    if (size == 0)
        return false;
    emit(s, kind, name);
    s->at += 1 + size;
    return true;
}

static bool split_double_quoted(splitting *s)
{
    for (s->at++; peek(s, 0) != '"';) {
        if (peek(s, 0) == '$') {
            emit_said(s, ASSAY_GRUB_DOUBLE_QUOTED);
            if (!split_variable(s, ASSAY_GRUB_QUOTED_VARIABLE))
                return false;
        } else if (peek(s, 0) == '\\' && peek(s, 1) == '\n') {
            s->at += 2;
        } else {
            if (peek(s, 0) == '\\' && strchr("$\\\"", peek(s, 1)) != NULL)
                s->at++;
            say(s, 1);
        }
    }
    s->at++;
    emit_said(s, ASSAY_GRUB_DOUBLE_QUOTED);
    return true;
}

static void split_translated(splitting *s)
{
    for (s->at += 2; peek(s, 0) != '"';) {
        if (peek(s, 0) == '\\' && peek(s, 1) == '\n') {
            s->at += 2;
        } else if (peek(s, 0) == '\\' && peek(s, 1) == '\\') {
            say(s, 2);
        } else {
            if (peek(s, 0) == '\\' && peek(s, 1) == '"')
                s->at++;
            say(s, 1);
        }
    }
    s->at++;
    emit_said(s, ASSAY_GRUB_TRANSLATED);
}

static void split_single_quoted(splitting *s)
{
    for (s->at++; peek(s, 0) != '\'';)
        say(s, 1);
    s->at++;
    emit_said(s, ASSAY_GRUB_SINGLE_QUOTED);
}

static void split_escape(splitting *s)
{
    if (peek(s, 1) != '\n') {
        say(s, 2);
        return;
    }
    emit_said(s, ASSAY_GRUB_TEXT);
    s->continued = true;
    s->at += 2;
}

static bool split_element(splitting *s)
{
    const uint8_t c = peek(s, 0);

    if (c == '\\') {
        split_escape(s);
        return true;
    }
    if (c != '"' && c != '\'' && c != '$') {
        say(s, 1);
        return true;
    }
    emit_text(s);
    if (c == '"')
        return split_double_quoted(s);
    if (c == '$' && peek(s, 1) != '"')
        return split_variable(s, ASSAY_GRUB_VARIABLE);
    if (c == '$')
        split_translated(s);
    else
        split_single_quoted(s);
    return true;
}

bool assay_grub_lexer_split(const assay_grub_lexer *lexer, assay_grub_piece **ret_pieces)
{
    splitting s = { .pool = lexer->pool,
                    .text = assay_grub_lexer_text(lexer),
                    .end = ret_pieces,
                    .said = assay_writer_growing(ASSAY_GRUB_SCRIPT_MAX) };
    bool good = true;

    while (good && s.at < s.text.size)
        good = split_element(&s);
    if (good)
        emit_text(&s);
    if (s.said.failure != 0)
        lexer->pool->failed = true;
    assay_writer_close(&s.said);
    return good;
}
