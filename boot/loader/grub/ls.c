/* SPDX-License-Identifier: BSD-2-Clause */
/* ls (commands/ls.c): to tell how large a file is it opens it, and so measures it. */
#include "boot/artefact/tree.h"
#include "boot/loader/grub/machine.h"

typedef struct options {
    bool sizes, hidden;
} options;

/* Files alone, in the order of the folder on the disk, which isn't known. */
static void list_sizes(assay_grub *grub, assay_bytes folder, bool hidden)
{
    const assay_grub_place place = assay_grub_resolve(grub, folder);
    const bool slash = folder.size > 0 && folder.data[folder.size - 1] == '/';
    assay_bytes path = place.path, bytes;
    assay_tree_entry entry;

    while (path.size > 0 && path.data[0] == '/')
        path = assay_bytes_of(path.data + 1, path.size - 1);
    while (path.size > 0 && path.data[path.size - 1] == '/')
        path.size--;
    for (size_t i = 0; place.disk != NULL && assay_tree_at(place.disk->esp, path, i, &entry); i++) {
        const assay_bytes parts[3] = { folder, slash ? ASSAY_NO_BYTES : ASSAY_LITERAL("/"),
                                       entry.name };

        if (!entry.folder && (hidden || entry.name.data[0] != '.'))
            assay_grub_open(grub, assay_grub_join(&grub->pool, parts, 3), ASSAY_PART_GRUB, &bytes);
    }
    assay_boot_remark(grub->boot, ASSAY_PART_GRUB, false,
                      "GRUB's script lists files with their sizes, which measures them: they are "
                      "taken in the order of their names");
}

/* A file is opened to see that it is one, and once more for its size. */
static int list(assay_grub *grub, assay_bytes name, const options *o)
{
    const bool device = name.size > 1 && name.data[name.size - 1] == ')';
    const enum assay_grub_found found = device ? ASSAY_GRUB_ABSENT : assay_grub_look(grub, name);
    assay_bytes bytes;

    if (found == ASSAY_GRUB_FOLDER && o->sizes)
        list_sizes(grub, name, o->hidden);
    if (found == ASSAY_GRUB_FILE || found == ASSAY_GRUB_UNKNOWN)
        assay_grub_open(grub, name, ASSAY_PART_GRUB, &bytes);
    if (found == ASSAY_GRUB_FILE && o->sizes)
        assay_grub_open(grub, name, ASSAY_PART_GRUB, &bytes);
    return found == ASSAY_GRUB_ABSENT && !device ? ASSAY_GRUB_FILE_NOT_FOUND : ASSAY_GRUB_OK;
}

static void read_option(options *o, assay_bytes word)
{
    const bool letters = word.data[1] != '-';

    o->sizes = o->sizes || assay_grub_is(word, "--long") ||
               (letters && assay_bytes_find(word, ASSAY_LITERAL("l")) < word.size);
    o->hidden = o->hidden || assay_grub_is(word, "--all") ||
                (letters && assay_bytes_find(word, ASSAY_LITERAL("a")) < word.size);
}

int assay_grub_ls(assay_grub *grub, const assay_grub_args *args)
{
    options o = { false, false };
    int status = ASSAY_GRUB_OK;

    for (size_t i = 0; i < args->count; i++)
        if (args->items[i].size > 1 && args->items[i].data[0] == '-')
            read_option(&o, args->items[i]);
    for (size_t i = 0; i < args->count && !grub->over; i++)
        if (args->items[i].size > 0 && args->items[i].data[0] != '-')
            status = list(grub, args->items[i], &o);
    return status;
}
