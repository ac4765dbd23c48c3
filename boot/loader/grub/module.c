/* SPDX-License-Identifier: BSD-2-Clause */
/* Commands that read files, and regexp. */
#include "boot/loader/grub/machine.h"

#include <regex.h>
#include <stdlib.h>

/*
 * Modules that are built in are there; what else is asked for is read from below the prefix, where
 * it is. (kern/dl.c; with Secure Boot on, distributions' GRUBs load none.)
 */
int assay_grub_insmod(assay_grub *grub, const assay_grub_args *args)
{
    assay_bytes bytes;

    if (args->count == 0)
        return ASSAY_GRUB_BAD_ARGUMENT;
    if (assay_grub_image_has_module(grub->core, args->items[0]))
        return ASSAY_GRUB_OK;
    if (grub->boot->secure_boot && grub->core->flavour->locked_modules)
        return ASSAY_GRUB_OK;
    const assay_bytes parts[4] = { assay_grub_get_string(grub, "prefix"),
                                   ASSAY_LITERAL("/x86_64-efi/"), args->items[0],
                                   ASSAY_LITERAL(".mod") };
    const bool path = args->items[0].size > 0 &&
                      (args->items[0].data[0] == '/' || args->items[0].data[0] == '(');
    const assay_bytes name =
        path ? args->items[0] : assay_grub_join(&grub->pool, parts, 4);

    if (assay_grub_open(grub, name, ASSAY_PART_GRUB, &bytes) != ASSAY_GRUB_FILE)
        return ASSAY_GRUB_FILE_NOT_FOUND;
    return ASSAY_GRUB_OK;
}

/* A font of a name alone comes from the memdisk, where the image has one, and isn't measured. */
static int load_font(assay_grub *grub, assay_bytes font)
{
    const bool path = font.size > 0 && strchr("(/+", font.data[0]) != NULL;
    const assay_bytes parts[4] = { assay_grub_get_string(grub, "prefix"),
                                   ASSAY_LITERAL("/fonts/"), font, ASSAY_LITERAL(".pf2") };
    assay_bytes bytes;

    if (!path && grub->core->flavour->memdisk_fonts && grub->core->memdisk.size > 0)
        return ASSAY_GRUB_OK;
    if (assay_grub_open(grub, path ? font : assay_grub_join(&grub->pool, parts, 4),
                        ASSAY_PART_GRUB, &bytes) != ASSAY_GRUB_FILE)
        return ASSAY_GRUB_FILE_NOT_FOUND;
    return grub->boot->shim.verifies ? ASSAY_GRUB_ACCESS_DENIED : ASSAY_GRUB_OK;
}

int assay_grub_loadfont(assay_grub *grub, const assay_grub_args *args)
{
    int status = args->count > 0 ? ASSAY_GRUB_OK : ASSAY_GRUB_BAD_ARGUMENT;

    for (size_t i = 0; i < args->count && status == ASSAY_GRUB_OK; i++)
        status = load_font(grub, args->items[i]);
    return status;
}

int assay_grub_cat(assay_grub *grub, const assay_grub_args *args)
{
    const bool dos = args->count > 0 && assay_grub_is(args->items[0], "--dos");
    assay_bytes bytes;

    if (args->count != (dos ? 2u : 1u))
        return ASSAY_GRUB_BAD_ARGUMENT;
    return assay_grub_open(grub, args->items[args->count - 1], ASSAY_PART_GRUB, &bytes) ==
                   ASSAY_GRUB_FILE
               ? ASSAY_GRUB_OK
               : ASSAY_GRUB_FILE_NOT_FOUND;
}

/* It is opened where there is a display; a virtual machine without one goes on without it. */
int assay_grub_background_image(assay_grub *grub, const assay_grub_args *args)
{
    if (args->count > 0 &&
        assay_grub_look(grub, args->items[args->count - 1]) == ASSAY_GRUB_FILE)
        assay_boot_remark(grub->boot, ASSAY_PART_GRUB, false,
                          "GRUB's script shows an image, and measures it where there is a display: "
                          "none is predicted");
    return ASSAY_GRUB_FILE_NOT_FOUND;
}

static const char *string_of(assay_grub *grub, assay_bytes bytes)
{
    char *const room = assay_grub_room(&grub->pool, bytes.size + 1);

    if (room != NULL && bytes.size > 0)
        memcpy(room, bytes.data, bytes.size);
    return room;
}

enum { GROUPS = 10 };

/* "NUMBER:VARIABLE", or a variable for group 1. */
static void set_group(assay_grub *grub, assay_bytes word, assay_bytes text, const regmatch_t *group)
{
    const size_t colon = assay_bytes_find(word, ASSAY_LITERAL(":"));
    uint64_t n = 1;
    assay_bytes name = word;

    if (colon < word.size) {
        if (!assay_grub_number(assay_bytes_of(word.data, colon), &n))
            return;
        name = assay_bytes_of(word.data + colon + 1, word.size - colon - 1);
    }
    if (n < GROUPS && group[n].rm_so >= 0)
        assay_grub_set(grub, name,
                       assay_bytes_of(text.data + group[n].rm_so,
                                      (size_t)(group[n].rm_eo - group[n].rm_so)));
}

/* regexp [--set [NUMBER:]VARIABLE] REGEXP STRING: POSIX extended (commands/regexp.c). */
int assay_grub_regexp(assay_grub *grub, const assay_grub_args *args)
{
    assay_bytes sets[GROUPS], words[2];
    size_t set_count = 0, count = 0;
    regmatch_t groups[GROUPS];
    regex_t regex;

    for (size_t i = 0; i < args->count;) {
        assay_bytes value = ASSAY_NO_BYTES;

        if (assay_grub_option(args, &i, "set", 's', &value)) {
            if (set_count < GROUPS && value.data != NULL)
                sets[set_count++] = value;
        } else if (count < 2) {
            words[count++] = args->items[i++];
        } else {
            return ASSAY_GRUB_BAD_ARGUMENT;
        }
    }
    if (count != 2 || words[0].size > 1000 || words[1].size > 10000)
        return ASSAY_GRUB_BAD_ARGUMENT;
    const char *const pattern = string_of(grub, words[0]), *const text = string_of(grub, words[1]);

    if (pattern == NULL || text == NULL || regcomp(&regex, pattern, REG_EXTENDED) != 0)
        return ASSAY_GRUB_FALSE;
    const int status = regexec(&regex, text, GROUPS, groups, 0);

    regfree(&regex);
    for (size_t i = 0; status == 0 && i < set_count; i++)
        set_group(grub, sets[i], words[1], groups);
    return status == 0 ? ASSAY_GRUB_OK : ASSAY_GRUB_FALSE;
}
