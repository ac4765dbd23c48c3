/* SPDX-License-Identifier: BSD-2-Clause */
/* search, and its relatives of the rescue mode (commands/search.c, search_wrap.c). */
#include "boot/loader/grub/machine.h"

enum by { BY_FILE, BY_LABEL, BY_UUID };

/* The first disk whose ESP has the file; its opening measures it. */
static const assay_scenario_disk *find_file(assay_grub *grub, assay_bytes name)
{
    const assay_scenario *const scenario = grub->boot->scenario;

    for (size_t i = 0; i < scenario->disk_count; i++) {
        if (scenario->disks[i].esp == NULL)
            continue;
        const assay_bytes parts[4] = { ASSAY_LITERAL("("),
                                       assay_grub_device(grub, &scenario->disks[i]),
                                       ASSAY_LITERAL(")"), name };
        assay_bytes bytes;

        if (assay_grub_open(grub, assay_grub_join(&grub->pool, parts, 4), ASSAY_PART_GRUB,
                            &bytes) == ASSAY_GRUB_FILE)
            return &scenario->disks[i];
    }
    return NULL;
}

/*
 * Of a file system known by its files alone, neither label nor UUID is known. Where there is but
 * one that could be meant, it is meant: a configuration looks for what its machine has.
 */
static const assay_scenario_disk *find_only(assay_grub *grub, assay_bytes key)
{
    const assay_scenario *const scenario = grub->boot->scenario;
    const assay_scenario_disk *found = NULL;
    size_t candidates = 0;

    for (size_t i = 0; i < scenario->disk_count; i++)
        if (scenario->disks[i].esp != NULL) {
            found = &scenario->disks[i];
            candidates++;
        }
    if (candidates == 1 && !assay_grub_has_unknown_volumes(grub)) {
        assay_boot_remark(grub->boot, ASSAY_PART_GRUB, false,
                          "GRUB's search for the file system %.*s is taken to find the only one",
                          (int)(key.size < 80 ? key.size : 80), (const char *)key.data);
        return found;
    }
    if (candidates > 0)
        assay_grub_lose(grub, "which file system GRUB's search for %.*s finds is not known",
                        (int)(key.size < 80 ? key.size : 80), (const char *)key.data);
    return NULL;
}

static int search(assay_grub *grub, enum by by, assay_bytes key, assay_bytes variable)
{
    const assay_scenario_disk *const found =
        by == BY_FILE ? find_file(grub, key) : find_only(grub, key);

    if (found == NULL && by == BY_FILE && assay_grub_has_unknown_volumes(grub))
        assay_grub_lose(grub, "GRUB searches for a file that is on no volume that is known");
    if (found == NULL)
        return ASSAY_GRUB_FILE_NOT_FOUND;
    if (variable.data != NULL)
        assay_grub_set(grub, variable, assay_grub_device(grub, found));
    return ASSAY_GRUB_OK;
}

static int search_short(assay_grub *grub, const assay_grub_args *args, enum by by)
{
    if (args->count == 0)
        return ASSAY_GRUB_BAD_ARGUMENT;
    return search(grub, by, args->items[0],
                  args->count > 1 ? args->items[1] : ASSAY_NO_BYTES);
}

int assay_grub_search_file(assay_grub *grub, const assay_grub_args *args)
{
    return search_short(grub, args, BY_FILE);
}

int assay_grub_search_label(assay_grub *grub, const assay_grub_args *args)
{
    return search_short(grub, args, BY_LABEL);
}

int assay_grub_search_uuid(assay_grub *grub, const assay_grub_args *args)
{
    return search_short(grub, args, BY_UUID);
}

typedef struct request {
    int by; /* -1: not said */
    bool sets;
    assay_bytes variable, key;
} request;

static bool read_letters(request *r, assay_bytes word)
{
    for (size_t i = 1; i < word.size; i++)
        switch (word.data[i]) {
        case 'f':
            r->by = BY_FILE;
            break;
        case 'l':
            r->by = BY_LABEL;
            break;
        case 'u':
            r->by = BY_UUID;
            break;
        case 's':
            r->sets = true;
            break;
        case 'n':
            break;
        default:
            return false;
        }
    return true;
}

/* Hints only say where to look first. */
static void read_word(request *r, const assay_grub_args *args, size_t *position)
{
    const assay_bytes word = args->items[*position];
    assay_bytes none;

    if (assay_grub_option(args, position, "hint", 'h', &none))
        return;
    ++*position;
    if (assay_grub_is(word, "--file"))
        r->by = BY_FILE;
    else if (assay_grub_is(word, "--label"))
        r->by = BY_LABEL;
    else if (assay_grub_is(word, "--fs-uuid"))
        r->by = BY_UUID;
    else if (assay_grub_is(word, "--set"))
        r->sets = true;
    else if (assay_bytes_start_with(word, ASSAY_LITERAL("--set="))) {
        r->sets = true;
        r->variable = assay_bytes_of(word.data + 6, word.size - 6);
    } else if (assay_bytes_start_with(word, ASSAY_LITERAL("--hint-"))) {
        *position += assay_bytes_find(word, ASSAY_LITERAL("=")) == word.size;
    } else if (!(word.size > 1 && word.data[0] == '-' && word.data[1] != '-' &&
                 read_letters(r, word)) &&
               !assay_bytes_start_with(word, ASSAY_LITERAL("--")) && r->key.data == NULL) {
        r->key = word;
    }
}

int assay_grub_search(assay_grub *grub, const assay_grub_args *args)
{
    request r = { .by = -1 };

    for (size_t i = 0; i < args->count;)
        read_word(&r, args, &i);
    if (r.sets && r.key.data == NULL) {
        r.key = r.variable;
        r.variable = ASSAY_NO_BYTES;
    }
    if (r.key.data == NULL || r.by < 0)
        return ASSAY_GRUB_BAD_ARGUMENT;
    if (r.sets && r.variable.data == NULL)
        r.variable = ASSAY_LITERAL("root");
    return search(grub, (enum by)r.by, r.key, r.variable);
}
