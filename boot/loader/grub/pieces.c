/* SPDX-License-Identifier: BSD-2-Clause */
/* The pieces of a word: what is quoted how, and what is a variable (yylex.l, from SPLIT on). */
#include "boot/loader/grub/lexer.h"

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
