/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Words become arguments (script/execute.c, argv.c). Until wildcards are looked for, a backslash
 * protects what is not to be one; then it goes.
 */
#include "boot/loader/grub/lexer.h"
#include "boot/loader/grub/machine.h"

enum { ARGS_MAX = 4096 };

typedef struct expansion {
    assay_grub *grub;
    assay_writer said;
    bool there; /* the argument that is being made: even without a character */
    assay_bytes *items;
    size_t count, room;
} expansion;

static bool grow(expansion *e)
{
    const size_t room = e->room == 0 ? 16 : e->room * 2;
    assay_bytes *const items = e->count < ARGS_MAX
                                   ? assay_grub_room(&e->grub->pool, room * sizeof *items)
                                   : NULL;

    if (items == NULL) {
        e->grub->pool.failed = true;
        return false;
    }
    if (e->count > 0)
        memcpy(items, e->items, e->count * sizeof *items);
    e->items = items;
    e->room = room;
    return true;
}

/* The argument is done, and another begins; one that isn't there leaves no trace. */
static void next_argument(expansion *e)
{
    if (!e->there)
        return;
    if (e->count < e->room || grow(e))
        e->items[e->count++] =
            assay_grub_keep(&e->grub->pool, assay_bytes_of(e->said.data, e->said.used));
    e->said.used = 0;
    e->there = false;
}

static void append(expansion *e, assay_bytes text)
{
    assay_put(&e->said, text);
    e->there = true;
}

static void append_protected(expansion *e, assay_bytes text)
{
    e->there = true;
    for (size_t i = 0; i < text.size; i++) {
        if (strchr("*\\?", text.data[i]) != NULL)
            assay_put_char(&e->said, '\\');
        assay_put_u8(&e->said, text.data[i]);
    }
}

/* The value of a variable without quotes: its wildcards are wildcards, its backslashes are not. */
static void append_value(expansion *e, assay_bytes text)
{
    e->there = true;
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] == '\\') {
            assay_put_char(&e->said, '\\');
            if (i + 1 < text.size && (text.data[i + 1] == '?' || text.data[i + 1] == '*'))
                assay_put_string(&e->said, "\\\\");
        }
        assay_put_u8(&e->said, text.data[i]);
    }
}

static bool is_space(uint8_t c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* A value without quotes falls into words at its blanks. */
static void append_split(expansion *e, assay_bytes value)
{
    size_t at = 0;

    while (at < value.size && is_space(value.data[at]))
        at++;
    while (at < value.size) {
        const size_t from = at;

        while (at < value.size && !is_space(value.data[at]))
            at++;
        append_value(e, assay_bytes_of(value.data + from, at - from));
        while (at < value.size && is_space(value.data[at]))
            at++;
        if (at < value.size)
            next_argument(e);
    }
}

static void append_either(expansion *e, assay_bytes value, bool quoted)
{
    if (quoted)
        append_protected(e, value);
    else
        append_split(e, value);
}

/* $* and $@: all parameters; "$*" is one argument, "$@" as many as there are. */
static void append_all(expansion *e, bool star, bool quoted)
{
    const assay_grub_args *const scope = e->grub->scope;

    for (size_t i = 0; i < scope->count; i++) {
        if (i > 0 && star && quoted)
            append(e, ASSAY_LITERAL(" "));
        else if (i > 0)
            next_argument(e);
        append_either(e, scope->items[i], quoted);
    }
}

static void append_variable(expansion *e, assay_bytes name, bool quoted)
{
    const assay_grub_args *const scope = e->grub->scope;
    const bool digits = name.data[0] >= '0' && name.data[0] <= '9';

    if (!digits && strchr("#*@", name.data[0]) == NULL) {
        const assay_bytes value = assay_grub_get(e->grub, name);

        if (value.size > 0)
            append_either(e, value, quoted);
    } else if (scope == NULL) {
        return;
    } else if (assay_grub_is(name, "#")) {
        char number[24];
        assay_writer out = assay_writer_lent(number, sizeof number);

        assay_put_decimal(&out, scope->count);
        append(e, assay_written(&out));
    } else if (!digits) {
        append_all(e, name.data[0] == '*', quoted);
    } else {
        size_t n = 0;

        for (size_t i = 0; i < name.size && n <= ARGS_MAX; i++)
            n = n * 10 + (size_t)(name.data[i] - '0');
        if (n > 0 && n <= scope->count)
            append_either(e, scope->items[n - 1], quoted);
    }
}

/* $"text" without a catalogue: itself, with the variables in it. */
static void append_translated(expansion *e, assay_bytes text)
{
    e->there = true;
    for (size_t i = 0; i < text.size; i++) {
        const assay_bytes rest = assay_bytes_of(text.data + i + 1, text.size - i - 1);
        assay_bytes name = ASSAY_NO_BYTES;
        const size_t size = text.data[i] == '$' ? assay_grub_variable_size(rest, &name) : 0;

        if (size > 0) {
            append_variable(e, name, true);
            i += size;
        } else if (text.data[i] == '\\' && i + 1 < text.size &&
                   (text.data[i + 1] == '$' || text.data[i + 1] == '\\')) {
            append_protected(e, assay_bytes_of(text.data + ++i, 1));
        } else {
            append_protected(e, assay_bytes_of(text.data + i, 1));
        }
    }
}

static void append_piece(expansion *e, const assay_grub_piece *piece)
{
    switch (piece->kind) {
    case ASSAY_GRUB_TEXT:
        if (piece->text.size > 0)
            append(e, piece->text);
        break;
    case ASSAY_GRUB_VARIABLE:
    case ASSAY_GRUB_QUOTED_VARIABLE:
        append_variable(e, piece->text, piece->kind == ASSAY_GRUB_QUOTED_VARIABLE);
        break;
    case ASSAY_GRUB_DOUBLE_QUOTED:
    case ASSAY_GRUB_SINGLE_QUOTED:
        append_protected(e, piece->text);
        break;
    case ASSAY_GRUB_TRANSLATED:
        append_translated(e, piece->text);
        break;
    case ASSAY_GRUB_BLOCK:
        append(e, ASSAY_LITERAL("{"));
        append_protected(e, piece->text);
        append(e, ASSAY_LITERAL("}"));
        break;
    }
}

static bool has_wildcard(assay_bytes text)
{
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] == '\\')
            i++;
        else if (text.data[i] == '*' || text.data[i] == '?')
            return true;
    }
    return false;
}

assay_bytes assay_grub_unprotected(assay_grub *grub, assay_bytes text)
{
    uint8_t *const room = assay_grub_room(&grub->pool, text.size + 1);
    size_t size = 0;

    if (room == NULL)
        return ASSAY_NO_BYTES;
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] == '\\' && ++i == text.size)
            break;
        room[size++] = text.data[i];
    }
    return assay_bytes_of(room, size);
}

static void add_item(expansion *e, assay_bytes item)
{
    if (e->count < e->room || grow(e))
        e->items[e->count++] = item;
}

/* The order of several is that of their folder on the disk, which isn't known. */
static void add_files(expansion *e, assay_bytes text)
{
    const size_t before = e->count;
    size_t position = 0;
    assay_bytes name;

    while (assay_grub_wildcard(e->grub, text, &position, &name))
        add_item(e, name);
    if (e->count == before)
        add_item(e, assay_grub_unprotected(e->grub, text));
    if (e->count > before + 1)
        assay_boot_remark(e->grub->boot, ASSAY_PART_GRUB, false,
                          "files that a wildcard means are taken in the order of their names");
}

/* Names of files with wildcards become the files' names. */
static void finish(expansion *e)
{
    const assay_bytes *const words = e->items;
    const size_t count = e->count;

    e->items = NULL;
    e->count = e->room = 0;
    for (size_t i = 0; i < count; i++)
        if (has_wildcard(words[i]) && (words[i].data[0] == '/' || words[i].data[0] == '('))
            add_files(e, words[i]);
        else
            add_item(e, assay_grub_unprotected(e->grub, words[i]));
}

bool assay_grub_expand(assay_grub *grub, const assay_grub_word *words, assay_grub_args *ret_args)
{
    expansion e = { .grub = grub,
                    .said = assay_writer_growing(ASSAY_GRUB_SCRIPT_MAX) };
    bool block = false;

    for (const assay_grub_word *w = words; w != NULL; w = w->next) {
        next_argument(&e);
        for (const assay_grub_piece *p = w->pieces; p != NULL; p = p->next) {
            append_piece(&e, p);
            block = p->kind == ASSAY_GRUB_BLOCK;
        }
    }
    next_argument(&e);
    finish(&e);
    if (e.said.failure != 0)
        grub->pool.failed = true;
    assay_writer_close(&e.said);
    *ret_args = (assay_grub_args){ e.items, e.count, block };
    return e.count > 0 && !grub->pool.failed;
}
