/* SPDX-License-Identifier: BSD-2-Clause */
/* Variables: kern/env.c and normal/context.c. */
#include "boot/loader/grub/machine.h"

static assay_grub_variable *find(const assay_grub *grub, assay_bytes name)
{
    for (assay_grub_variable *v = grub->context->variables; v != NULL; v = v->next)
        if (assay_bytes_equal(v->name, name))
            return v;
    return NULL;
}

assay_bytes assay_grub_get(const assay_grub *grub, assay_bytes name)
{
    const assay_grub_variable *const v = find(grub, name);

    return v != NULL ? v->value : ASSAY_NO_BYTES;
}

assay_bytes assay_grub_get_string(const assay_grub *grub, const char *name)
{
    return assay_grub_get(grub, assay_bytes_of_string(name));
}

static assay_grub_variable *add(assay_grub *grub, assay_bytes name)
{
    assay_grub_variable *const v = assay_grub_room(&grub->pool, sizeof *v);

    if (v == NULL)
        return NULL;
    v->name = assay_grub_keep(&grub->pool, name);
    v->next = grub->context->variables;
    grub->context->variables = v;
    return v;
}

/* Some variables do something when they are set. */
static assay_bytes before_set(assay_grub *grub, assay_bytes name, assay_bytes value)
{
    if (assay_grub_is(name, "root") && value.size > 1 && value.data[0] == '(' &&
        value.data[value.size - 1] == ')')
        return assay_bytes_of(value.data + 1, value.size - 2);
    if (assay_grub_is(name, "prefix"))
        assay_grub_prefix_changed(grub, value);
    else if (assay_grub_is(name, "lang"))
        assay_grub_language_changed(grub, value, assay_grub_get_string(grub, "locale_dir"),
                                    assay_grub_get_string(grub, "prefix"));
    else if (assay_grub_is(name, "locale_dir"))
        assay_grub_language_changed(grub, assay_grub_get_string(grub, "lang"), value,
                                    assay_grub_get_string(grub, "prefix"));
    if ((assay_grub_is(name, "lang")) &&
        assay_grub_get_string(grub, "secondary_locale_dir").size > 0)
        assay_grub_language_changed(grub, value,
                                    assay_grub_get_string(grub, "secondary_locale_dir"),
                                    ASSAY_NO_BYTES);
    else if (assay_grub_is(name, "secondary_locale_dir"))
        assay_grub_language_changed(grub, assay_grub_get_string(grub, "lang"), value,
                                    ASSAY_NO_BYTES);
    return value;
}

void assay_grub_set(assay_grub *grub, assay_bytes name, assay_bytes value)
{
    const assay_bytes kept = before_set(grub, name, value);
    assay_grub_variable *v = find(grub, name);

    if (v == NULL)
        v = add(grub, name);
    if (v != NULL)
        v->value = assay_grub_keep(&grub->pool, kept);
}

void assay_grub_set_string(assay_grub *grub, const char *name, assay_bytes value)
{
    assay_grub_set(grub, assay_bytes_of_string(name), value);
}

/* Variables with a hook are never gone, but empty. */
void assay_grub_unset(assay_grub *grub, assay_bytes name)
{
    static const char *const hooked[] = { "root", "prefix", "lang", "locale_dir", "pager",
                                          "secondary_locale_dir", "color_normal",
                                          "color_highlight" };

    for (size_t i = 0; i < sizeof hooked / sizeof *hooked; i++)
        if (assay_grub_is(name, hooked[i])) {
            if (find(grub, name) != NULL)
                assay_grub_set(grub, name, ASSAY_LITERAL(""));
            return;
        }
    for (assay_grub_variable **v = &grub->context->variables; *v != NULL; v = &(*v)->next)
        if (assay_bytes_equal((*v)->name, name)) {
            *v = (*v)->next;
            return;
        }
}

void assay_grub_export(assay_grub *grub, assay_bytes name)
{
    assay_grub_variable *v = find(grub, name);

    if (v == NULL) {
        v = add(grub, name);
        if (v != NULL)
            v->value = assay_grub_keep(&grub->pool, ASSAY_LITERAL(""));
    }
    if (v != NULL)
        v->exported = true;
}

/* Exported variables are copied: what is set inside is gone with the context. */
void assay_grub_open_context(assay_grub *grub)
{
    assay_grub_context *const context = assay_grub_room(&grub->pool, sizeof *context);

    if (context == NULL)
        return;
    context->previous = grub->context;
    grub->context = context;
    for (const assay_grub_variable *v = context->previous->variables; v != NULL; v = v->next)
        if (v->exported) {
            assay_grub_variable *const copy = add(grub, v->name);

            if (copy == NULL)
                return;
            copy->value = v->value;
            copy->exported = true;
        }
}

void assay_grub_close_context(assay_grub *grub)
{
    if (grub->context->previous != NULL)
        grub->context = grub->context->previous;
}

static unsigned digit(uint8_t c)
{
    if (c >= '0' && c <= '9')
        return (unsigned)(c - '0');
    if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
        return (unsigned)((c | 0x20) - 'a' + 10);
    return 16;
}

bool assay_grub_number(assay_bytes text, uint64_t *ret_number)
{
    size_t at = 0;
    unsigned base = 10;
    uint64_t n = 0;
    bool found = false;

    while (at < text.size && strchr(" \t\n\r\f\v", text.data[at]) != NULL)
        at++;
    if (at + 1 < text.size && text.data[at] == '0') {
        const bool hex = (text.data[at + 1] | 0x20) == 'x';

        base = hex ? 16 : 8;
        at += hex ? 2 : 0;
    }
    for (; at < text.size && digit(text.data[at]) < base; at++, found = true)
        n = n > (UINT64_MAX - 15) / base ? UINT64_MAX / 2 : n * base + digit(text.data[at]);
    if (found)
        *ret_number = n;
    return found;
}
