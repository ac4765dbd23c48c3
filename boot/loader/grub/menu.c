/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The menu and who chooses in it (normal/menu.c, commands/menuentry.c): what the scenario says;
 * else what `default` says, when `timeout` is over.
 */
#include "boot/loader/grub/machine.h"

void assay_grub_add_entry(assay_grub *grub, const assay_grub_entry *entry)
{
    assay_grub_entry *const kept = assay_grub_room(&grub->pool, sizeof *kept);
    assay_grub_menu *const menu = &grub->context->menu;

    if (kept == NULL)
        return;
    *kept = *entry;
    kept->next = NULL;
    if (menu->last != NULL)
        menu->last->next = kept;
    else
        menu->entries = kept;
    menu->last = kept;
    menu->count++;
}

/* The title, or an id, up to '>'; ">>" stands for one of its own.
 * What follows goes to *ret_rest. */
static bool names(assay_bytes wanted, assay_bytes name, assay_bytes *ret_rest)
{
    size_t at = 0, in = 0;

    for (; at < wanted.size; at++, in++) {
        if (wanted.data[at] == '>' && !(at + 1 < wanted.size && wanted.data[at + 1] == '>'))
            break;
        if (in == name.size || name.data[in] != wanted.data[at])
            return false;
        at += wanted.data[at] == '>';
    }
    const size_t rest = at < wanted.size ? at + 1 : at;

    *ret_rest = assay_bytes_of(wanted.data + rest, wanted.size - rest);
    return in == name.size;
}

static assay_grub_entry *entry_at(const assay_grub_menu *menu, uint64_t number)
{
    assay_grub_entry *e = menu->entries;

    while (e != NULL && number-- > 0)
        e = e->next;
    return e;
}

/* The entry that "1>2", "title>id" ... names, and what is for its own menu. */
static assay_grub_entry *find_entry(const assay_grub_menu *menu, assay_bytes wanted,
                                    assay_bytes *ret_rest)
{
    uint64_t number;

    if (assay_grub_number(wanted, &number)) {
        const size_t at = assay_bytes_find(wanted, ASSAY_LITERAL(">"));

        *ret_rest = at < wanted.size ? assay_bytes_of(wanted.data + at + 1, wanted.size - at - 1)
                                     : ASSAY_NO_BYTES;
        return entry_at(menu, number);
    }
    for (assay_grub_entry *e = menu->entries; e != NULL; e = e->next)
        if (names(wanted, e->title, ret_rest) || names(wanted, e->id, ret_rest))
            return e;
    return NULL;
}

static void set_or_unset(assay_grub *grub, const char *name, assay_bytes value)
{
    if (value.data != NULL)
        assay_grub_set_string(grub, name, value);
    else
        assay_grub_unset(grub, assay_bytes_of_string(name));
}

/* "chosen" is the path of ids down to the entry, where '>' within an id is doubled. */
static void set_chosen(assay_grub *grub, const assay_grub_entry *entry)
{
    const assay_bytes chosen = assay_grub_get_string(grub, "chosen");
    uint8_t *const room = assay_grub_room(&grub->pool, chosen.size + 1 + 2 * entry->id.size);

    if (room == NULL)
        return;
    assay_writer out = assay_writer_lent(room, chosen.size + 1 + 2 * entry->id.size);

    if (chosen.data != NULL) {
        assay_put(&out, chosen);
        assay_put_char(&out, '>');
    }
    for (size_t i = 0; i < entry->id.size; i++) {
        if (entry->id.data[i] == '>')
            assay_put_char(&out, '>');
        assay_put_u8(&out, entry->id.data[i]);
    }
    assay_grub_set_string(grub, "chosen", assay_written(&out));
    assay_grub_export(grub, ASSAY_LITERAL("chosen"));
}

/* What of "default" is for the menu that the entry opens. */
static void pass_default(assay_grub *grub, assay_bytes value)
{
    size_t at = 0;

    while (at < value.size && !(value.data[at] == '>' &&
                                !(at + 1 < value.size && value.data[at + 1] == '>')))
        at += value.data[at] == '>' ? 2 : 1;
    if (at + 1 < value.size)
        assay_grub_set_string(grub, "default",
                              assay_bytes_of(value.data + at + 1, value.size - at - 1));
    else
        assay_grub_unset(grub, ASSAY_LITERAL("default"));
}

static void execute(assay_grub *grub, const assay_grub_entry *entry, bool automatic)
{
    const assay_bytes chosen = assay_grub_get_string(grub, "chosen");
    const assay_bytes value = assay_grub_get_string(grub, "default");

    if (grub->nesting == ASSAY_GRUB_NESTING_MAX) {
        assay_grub_lose(grub, "menus open one another without end");
        return;
    }
    grub->nesting++;
    if (entry->submenu) {
        assay_grub_open_context(grub);
        if (automatic)
            assay_grub_set_string(grub, "timeout", ASSAY_LITERAL("0"));
    }
    set_chosen(grub, entry);
    pass_default(grub, value);
    assay_grub_run_source(grub, entry->source, &entry->args);
    if (!grub->over && grub->loaded.ready)
        assay_grub_boot(grub, &(assay_grub_args){ 0 });
    if (entry->submenu) {
        if (!grub->over && grub->context->menu.count > 0)
            assay_grub_show_menu(grub, true, automatic);
        assay_grub_close_context(grub);
    }
    set_or_unset(grub, "chosen", chosen);
    set_or_unset(grub, "default", value);
    assay_grub_unset(grub, ASSAY_LITERAL("timeout"));
    grub->nesting--;
}

/* "fallback" lists numbers, each of which is tried once. */
static void execute_with_fallback(assay_grub *grub, const assay_grub_entry *entry)
{
    const assay_grub_menu menu = grub->context->menu;
    uint64_t number;

    execute(grub, entry, true);
    while (!grub->over &&
           assay_grub_number(assay_grub_get_string(grub, "fallback"), &number)) {
        assay_bytes rest = assay_grub_get_string(grub, "fallback");
        size_t at = 0;

        while (at < rest.size && rest.data[at] == ' ')
            at++;
        while (at < rest.size && rest.data[at] != ' ')
            at++;
        while (at < rest.size && rest.data[at] == ' ')
            at++;
        assay_grub_set_string(grub, "fallback",
                              assay_bytes_of(rest.data + at, rest.size - at));
        entry = entry_at(&menu, number);
        if (entry == NULL)
            return;
        execute(grub, entry, true);
    }
}

/* What the scenario says that a person chooses in this menu. */
static const assay_grub_entry *chosen_entry(assay_grub *grub)
{
    assay_bytes rest;

    if (grub->choice.size == 0)
        return NULL;
    const assay_grub_entry *const entry =
        find_entry(&grub->context->menu, grub->choice, &rest);

    if (entry == NULL)
        assay_grub_lose(grub, "GRUB's menu has no entry as the scenario chooses it");
    grub->choice = rest;
    return entry;
}

static const assay_grub_entry *default_entry(assay_grub *grub)
{
    const assay_bytes value = assay_grub_get_string(grub, "default");
    uint64_t timeout;
    assay_bytes rest;
    const assay_grub_entry *const entry =
        value.data != NULL ? find_entry(&grub->context->menu, value, &rest) : NULL;

    if (!assay_grub_number(assay_grub_get_string(grub, "timeout"), &timeout))
        assay_boot_remark(grub->boot, ASSAY_PART_GRUB, false,
                          "GRUB's menu waits for someone to choose: the entry that it offers is "
                          "predicted");
    assay_grub_unset(grub, ASSAY_LITERAL("timeout"));
    return entry != NULL ? entry : grub->context->menu.entries;
}

void assay_grub_show_menu(assay_grub *grub, bool nested, bool automatic)
{
    const assay_grub_entry *const chosen = chosen_entry(grub);

    if (grub->over)
        return;
    if (chosen != NULL)
        execute(grub, chosen, false);
    else
        execute_with_fallback(grub, default_entry(grub));
    if (grub->over || grub->exits || (nested && automatic))
        return;
    assay_boot_remark(grub->boot, ASSAY_PART_GRUB, true,
                      "GRUB could start nothing, and waits in its menu");
    grub->over = true;
    grub->end = ASSAY_BOOT_WAITS;
}

/* --- menuentry and submenu ------------------------------------------------------------------ */

static void put_quoted(assay_writer *out, assay_bytes text)
{
    assay_put_string(out, " '");
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] == '\'')
            assay_put_string(out, "'\\'");
        assay_put_u8(out, text.data[i]);
    }
    assay_put_char(out, '\'');
}

/* The entry's script begins by setting its parameters: the words that are no options. */
static assay_bytes entry_source(assay_grub *grub, const assay_grub_args *words, assay_bytes block)
{
    assay_writer out = assay_writer_growing(ASSAY_GRUB_SCRIPT_MAX);

    assay_put_string(&out, "setparams");
    for (size_t i = 0; i < words->count; i++)
        put_quoted(&out, words->items[i]);
    assay_put_char(&out, '\n');
    assay_put(&out, assay_bytes_of(block.data + 1, block.size - 2));
    const assay_bytes source = assay_grub_keep(&grub->pool, assay_written(&out));

    if (out.failure != 0)
        grub->pool.failed = true;
    assay_writer_close(&out);
    return source;
}

typedef struct entry_options {
    assay_bytes id, source, other;
    assay_grub_args words;
} entry_options;

/* False for an option that menuentry doesn't have. */
static bool read_entry_word(entry_options *o, const assay_grub_args *args, size_t *i)
{
    if (assay_grub_option(args, i, "id", 'i', &o->id) ||
        assay_grub_option(args, i, "class", 'c', &o->other) ||
        assay_grub_option(args, i, "users", 'u', &o->other) ||
        assay_grub_option(args, i, "hotkey", 'k', &o->other) ||
        assay_grub_option(args, i, "source", 's', &o->source) ||
        assay_grub_option(args, i, "unrestricted", '\0', &o->other))
        return true;
    const assay_bytes word = args->items[(*i)++];

    if (assay_grub_is(word, "--")) {
        while (*i < args->count)
            o->words.items[o->words.count++] = args->items[(*i)++];
        return true;
    }
    o->words.items[o->words.count++] = word;
    return !(word.size > 1 && word.data[0] == '-');
}

static int add_entry(assay_grub *grub, const assay_grub_args *args, bool submenu)
{
    const assay_grub_args before_block = { args->items, args->count - (args->block ? 1 : 0),
                                           false };
    entry_options o = { .words.items =
                            assay_grub_room(&grub->pool, (args->count + 1) * sizeof *args->items) };

    if (o.words.items == NULL)
        return ASSAY_GRUB_FALSE;
    for (size_t i = 0; i < before_block.count;)
        if (!read_entry_word(&o, &before_block, &i))
            return ASSAY_GRUB_BAD_ARGUMENT;
    if (o.words.count == 0 || args->block == (o.source.data != NULL))
        return ASSAY_GRUB_BAD_ARGUMENT;
    const assay_grub_entry entry = {
        .title = o.words.items[0],
        .id = o.id.data != NULL ? o.id : o.words.items[0],
        .source = args->block ? entry_source(grub, &o.words, args->items[args->count - 1])
                              : o.source,
        .args = o.words,
        .submenu = submenu,
    };

    assay_grub_add_entry(grub, &entry);
    return ASSAY_GRUB_OK;
}

int assay_grub_menuentry(assay_grub *grub, const assay_grub_args *args)
{
    return add_entry(grub, args, false);
}

int assay_grub_submenu(assay_grub *grub, const assay_grub_args *args)
{
    return add_entry(grub, args, true);
}
