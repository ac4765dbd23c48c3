/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/loader/grub/script.h"

static void put_double_quoted(assay_writer *out, assay_bytes text)
{
    for (size_t i = 0; i < text.size; i++) {
        if (strchr("$\\\"", text.data[i]) != NULL && text.data[i] != '\0')
            assay_put_char(out, '\\');
        assay_put_u8(out, text.data[i]);
    }
}

static void put_translated(assay_writer *out, assay_bytes text)
{
    assay_put_string(out, "$\"");
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] == '"')
            assay_put_char(out, '\\');
        assay_put_u8(out, text.data[i]);
    }
    assay_put_char(out, '"');
}

static void put_variable(assay_writer *out, assay_bytes name)
{
    assay_put_string(out, "${");
    assay_put(out, name);
    assay_put_char(out, '}');
}

static bool is(const assay_grub_piece *piece, enum assay_grub_piece_kind kind)
{
    return piece != NULL && piece->kind == kind;
}

/* Text, a variable, text ... between two quotes. Returns the last of them. */
static const assay_grub_piece *put_string(assay_writer *out, const assay_grub_piece *piece)
{
    assay_put_char(out, '"');
    put_double_quoted(out, piece->text);
    while (is(piece->next, ASSAY_GRUB_QUOTED_VARIABLE)) {
        piece = piece->next;
        put_variable(out, piece->text);
        if (is(piece->next, ASSAY_GRUB_DOUBLE_QUOTED)) {
            piece = piece->next;
            put_double_quoted(out, piece->text);
        }
    }
    assay_put_char(out, '"');
    return piece;
}

static const assay_grub_piece *put_piece(assay_writer *out, const assay_grub_piece *piece)
{
    switch (piece->kind) {
    case ASSAY_GRUB_TEXT:
        assay_put(out, piece->text);
        if (is(piece->next, ASSAY_GRUB_TEXT))
            assay_put_string(out, "\\\n");
        break;
    case ASSAY_GRUB_DOUBLE_QUOTED:
        return put_string(out, piece);
    case ASSAY_GRUB_SINGLE_QUOTED:
        assay_put_char(out, '\'');
        assay_put(out, piece->text);
        assay_put_char(out, '\'');
        break;
    case ASSAY_GRUB_TRANSLATED:
        put_translated(out, piece->text);
        break;
    case ASSAY_GRUB_BLOCK:
        assay_put_char(out, '{');
        assay_put(out, piece->text);
        assay_put_char(out, '}');
        break;
    case ASSAY_GRUB_VARIABLE:
    case ASSAY_GRUB_QUOTED_VARIABLE:
        put_variable(out, piece->text);
        break;
    }
    return piece;
}

static void put_words(assay_writer *out, const assay_grub_word *words)
{
    for (const assay_grub_word *word = words; word != NULL; word = word->next) {
        if (word != words)
            assay_put_char(out, ' ');
        for (const assay_grub_piece *p = word->pieces; p != NULL; p = p->next)
            p = put_piece(out, p);
    }
}

static void put_if(assay_writer *out, const assay_grub_statement *s)
{
    assay_put_string(out, s->elif ? "elif " : "if ");
    assay_grub_write_script(out, s->condition);
    assay_put_string(out, "then\n");
    assay_grub_write_script(out, s->body);
    if (s->otherwise != NULL && s->otherwise->elif) {
        put_if(out, s->otherwise);
        return;
    }
    if (s->otherwise != NULL)
        assay_put_string(out, "else\n");
    assay_grub_write_script(out, s->otherwise);
    assay_put_string(out, "fi");
}

static void put_body(assay_writer *out, const assay_grub_statement *s)
{
    assay_put_string(out, "do\n");
    assay_grub_write_script(out, s->body);
    assay_put_string(out, "done");
}

static void put_statement(assay_writer *out, const assay_grub_statement *s)
{
    switch (s->kind) {
    case ASSAY_GRUB_COMMAND:
        put_words(out, s->words);
        break;
    case ASSAY_GRUB_IF:
        put_if(out, s);
        break;
    case ASSAY_GRUB_FOR:
        assay_put_string(out, "for ");
        assay_put(out, s->name);
        assay_put_string(out, " in ");
        put_words(out, s->words);
        assay_put_char(out, '\n');
        put_body(out, s);
        break;
    case ASSAY_GRUB_WHILE:
    case ASSAY_GRUB_UNTIL:
        assay_put_string(out, s->kind == ASSAY_GRUB_WHILE ? "while " : "until ");
        assay_grub_write_script(out, s->condition);
        put_body(out, s);
        break;
    case ASSAY_GRUB_FUNCTION:
        assay_put_string(out, "function ");
        assay_put(out, s->name);
        assay_put_string(out, " {\n");
        assay_grub_write_script(out, s->body);
        assay_put_char(out, '}');
        break;
    }
}

void assay_grub_write_script(assay_writer *out, const assay_grub_statement *statements)
{
    for (const assay_grub_statement *s = statements; s != NULL; s = s->next) {
        put_statement(out, s);
        assay_put_char(out, '\n');
    }
}
