/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Names of files with '*' and '?' become the names of the files that are there, where the image has
 * the module regexp (commands/wildcard.c). Played where the last name alone has them.
 */
#include "boot/artefact/tree.h"
#include "boot/loader/grub/machine.h"

static bool is_wildcard(uint8_t c)
{
    return c == '*' || c == '?';
}

/* Where the last name begins; 0 where an earlier one has a wildcard, or there is no folder. */
static size_t last_name(assay_bytes text)
{
    size_t at = 0;
    bool wild = false;

    for (size_t i = 0; i < text.size && !wild; i++) {
        if (text.data[i] == '\\')
            i++;
        else if (text.data[i] == '/')
            at = i + 1;
        else
            wild = is_wildcard(text.data[i]);
    }
    for (size_t i = at; i < text.size; i++)
        if (text.data[i] == '/')
            return 0;
    return at;
}

/* The pattern's '\' takes its meaning from what follows. */
static bool matches(assay_bytes pattern, assay_bytes name)
{
    size_t p = 0, n = 0, star = SIZE_MAX, retry = 0;

    while (n < name.size) {
        const bool literal = p + 1 < pattern.size && pattern.data[p] == '\\';
        const size_t at = literal ? p + 1 : p;

        if (!literal && p < pattern.size && pattern.data[p] == '*') {
            star = ++p;
            retry = n;
        } else if (at < pattern.size && (pattern.data[at] == name.data[n] ||
                                         (!literal && pattern.data[at] == '?'))) {
            p = at + 1;
            n++;
        } else if (star != SIZE_MAX) {
            p = star;
            n = ++retry;
        } else {
            return false;
        }
    }
    while (p < pattern.size && pattern.data[p] == '*')
        p++;
    return p == pattern.size;
}

static assay_bytes without_slashes(assay_bytes path)
{
    while (path.size > 0 && path.data[0] == '/')
        path = assay_bytes_of(path.data + 1, path.size - 1);
    while (path.size > 0 && path.data[path.size - 1] == '/')
        path.size--;
    return path;
}

bool assay_grub_wildcard(assay_grub *grub, assay_bytes text, size_t *position,
                         assay_bytes *ret_name)
{
    const size_t at = last_name(text);
    const assay_bytes folder = assay_grub_unprotected(grub, assay_bytes_of(text.data, at));
    const assay_bytes pattern = assay_bytes_of(text.data + at, text.size - at);
    const assay_grub_place place = assay_grub_resolve(grub, folder);
    assay_tree_entry entry;

    if (at == 0 || place.disk == NULL ||
        !assay_grub_image_has_module(grub->core, ASSAY_LITERAL("regexp")))
        return false;
    while (assay_tree_at(place.disk->esp, without_slashes(place.path), (*position)++, &entry))
        if (matches(pattern, entry.name)) {
            const assay_bytes parts[2] = { folder, entry.name };

            *ret_name = assay_grub_join(&grub->pool, parts, 2);
            return true;
        }
    return false;
}
