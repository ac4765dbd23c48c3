/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * blscfg, of Fedora and RHEL (rhboot/grub2, grub-core/commands/blscfg.c, fedora-28 on): each entry
 * that is opened is measured; the menu has them from the newest to the oldest.
 */
#include "boot/artefact/tree.h"
#include "boot/loader/grub/blsfragment.h"
#include "boot/loader/grub/machine.h"
#include "boot/loader/grub/rpmvercmp.h"

enum { KEYS_MAX = 64, ENTRIES_MAX = 256 };

typedef struct fragment {
    assay_bytes id; /* the file's name without ".conf" */
    size_t count;
    assay_bytes keys[KEYS_MAX], values[KEYS_MAX];
    struct fragment *next;
} fragment;

static assay_bytes value_of(const fragment *f, const char *key)
{
    for (size_t i = 0; i < f->count; i++)
        if (assay_grub_is(f->keys[i], key))
            return f->values[i];
    return ASSAY_NO_BYTES;
}

static fragment *read_fragment(assay_grub *grub, assay_bytes id, assay_bytes text)
{
    fragment *const f = assay_grub_room(&grub->pool, sizeof *f);
    assay_cursor c = assay_cursor_of(text);
    assay_bytes key, value;

    if (f == NULL)
        return NULL;
    f->id = assay_grub_keep(&grub->pool, id);
    while (assay_grub_bls_next(&c, &key, &value)) {
        if (f->count == KEYS_MAX) {
            assay_grub_lose(grub, "a boot loader entry has very many lines");
            return NULL;
        }
        f->keys[f->count] = key;
        f->values[f->count++] = value;
    }
    return f;
}

/* Behind those that are newer; one as new as another is left out. */
static void insert(fragment **list, fragment *f)
{
    while (*list != NULL) {
        const int order = assay_rpm_compare(f->id, (*list)->id);

        if (order == 0)
            return;
        if (order > 0)
            break;
        list = &(*list)->next;
    }
    f->next = *list;
    *list = f;
}

static bool is_entry(assay_bytes name)
{
    return name.size > 5 && name.data[0] != '.' &&
           memcmp(name.data + name.size - 5, ".conf", 5) == 0;
}

/* Returns how many files were opened. */
static size_t load(assay_grub *grub, assay_bytes device, const assay_scenario_disk *disk,
                   assay_bytes folder, fragment **list)
{
    assay_bytes path = folder;
    assay_tree_entry entry;
    size_t opened = 0;

    while (path.size > 0 && path.data[path.size - 1] == '/')
        path.size--;
    for (size_t i = 0; i < ENTRIES_MAX && assay_tree_at(disk->esp, path, i, &entry); i++) {
        const assay_bytes parts[6] = { ASSAY_LITERAL("("), device, ASSAY_LITERAL(")"), folder,
                                       ASSAY_LITERAL("/"), entry.name };
        assay_bytes text;

        if (entry.folder || !is_entry(entry.name) ||
            assay_grub_open(grub, assay_grub_join(&grub->pool, parts, 6), ASSAY_PART_GRUB,
                            &text) != ASSAY_GRUB_FILE)
            continue;
        fragment *const f = read_fragment(
            grub, assay_bytes_of(entry.name.data, entry.name.size - 5), text);

        opened++;
        if (f == NULL)
            return opened;
        insert(list, f);
    }
    return opened;
}

/* --- the script of an entry ----------------------------------------------------------------- */

static bool is_variable_letter(uint8_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/*
 * "$name" with the variable's value and a blank. As GRUB has it, text of one character behind a
 * variable, or alone, is lost; and so is all text after a variable that isn't set at the front.
 */
static bool put_field(assay_grub *grub, assay_writer *out, bool variable, assay_bytes text)
{
    const assay_bytes value = variable ? assay_grub_get(grub, text) : text;

    if (variable && value.data == NULL)
        return out->used > 0;
    assay_put(out, value);
    assay_put_string(out, variable ? " " : "");
    return true;
}

static bool expand_value(assay_grub *grub, assay_writer *out, assay_bytes value)
{
    size_t start = 0, end = 0;
    bool variable = false;

    for (size_t i = 0; i < value.size; end = i++) {
        if (value.data[i] == '$') {
            if (start < end && !put_field(grub, out, variable,
                                          assay_bytes_of(value.data + start, end - start + 1)))
                return false;
            variable = true;
            start = i + 1;
        } else if (variable && !is_variable_letter(value.data[i])) {
            put_field(grub, out, true,
                      assay_bytes_of(value.data + start, end >= start ? end - start + 1 : 0));
            variable = false;
            start = i + (value.data[i] == ' ');
        }
    }
    return start >= end ||
           put_field(grub, out, variable, assay_bytes_of(value.data + start, end - start + 1));
}

static void put_options(assay_grub *grub, assay_writer *out, const fragment *f)
{
    const assay_bytes own = value_of(f, "options");
    const assay_bytes value =
        own.data != NULL ? own : assay_grub_get_string(grub, "default_kernelopts");
    assay_writer options = assay_writer_growing(ASSAY_GRUB_SCRIPT_MAX);

    if (value.data != NULL && expand_value(grub, &options, value) && options.used > 0) {
        assay_put_char(out, ' ');
        assay_put(out, assay_written(&options));
    }
    assay_writer_close(&options);
}

static assay_bytes folder_of(assay_bytes path)
{
    while (path.size > 0 && path.data[path.size - 1] != '/')
        path.size--;
    return path;
}

/* The entry's initrds, behind those that $early_initrd names in the same folder. */
static void put_initrds(assay_grub *grub, assay_writer *out, const fragment *f)
{
    const assay_bytes first = value_of(f, "initrd");
    const assay_bytes folder = folder_of(first.data != NULL ? first : value_of(f, "linux"));
    assay_bytes early = assay_grub_get_string(grub, "early_initrd");

    if (early.data == NULL && first.data == NULL)
        return;
    assay_put_string(out, "initrd");
    while (early.data != NULL) {
        const size_t size = assay_bytes_find(early, ASSAY_LITERAL(" "));

        assay_put_string(out, " ($root)");
        assay_put(out, folder);
        assay_put(out, assay_bytes_of(early.data, size));
        early = size < early.size ? assay_bytes_of(early.data + size + 1, early.size - size - 1)
                                  : ASSAY_NO_BYTES;
    }
    for (size_t i = 0; i < f->count; i++)
        if (assay_grub_is(f->keys[i], "initrd")) {
            assay_put_string(out, " ($root)");
            assay_put(out, f->values[i]);
        }
    assay_put_char(out, '\n');
}

static void put_source(assay_grub *grub, assay_writer *out, const fragment *f)
{
    if (assay_grub_is(assay_grub_get_string(grub, "save_default"), "true"))
        assay_put_string(out, "savedefault\n");
    assay_put_string(out, "load_video\nset gfxpayload=keep\ninsmod gzio\nlinux ($root)");
    assay_put(out, value_of(f, "linux"));
    put_options(grub, out, f);
    assay_put_char(out, '\n');
    put_initrds(grub, out, f);
}

static void add_entry(assay_grub *grub, const fragment *f)
{
    const assay_bytes title = value_of(f, "title"), kernel = value_of(f, "linux");
    assay_writer out = assay_writer_growing(ASSAY_GRUB_SCRIPT_MAX);
    assay_bytes *const items = assay_grub_room(&grub->pool, (KEYS_MAX + 1) * sizeof *items);
    assay_grub_entry entry = { .id = f->id, .args.items = items };

    if (kernel.data == NULL || items == NULL)
        return;
    entry.title = items[entry.args.count++] = title.data != NULL ? title : kernel;
    for (size_t i = 0; i < f->count; i++)
        if (assay_grub_is(f->keys[i], "grub_arg"))
            items[entry.args.count++] = f->values[i];
    put_source(grub, &out, f);
    entry.source = assay_grub_keep(&grub->pool, assay_written(&out));
    assay_writer_close(&out);
    assay_grub_add_entry(grub, &entry);
}

static bool is_default(assay_grub *grub, const fragment *f, size_t number)
{
    const assay_bytes value = assay_grub_get_string(grub, "default");
    uint64_t n;

    return value.data != NULL && (assay_bytes_equal(value, f->id) ||
                                  assay_bytes_equal(value, value_of(f, "title")) ||
                                  (assay_grub_number(value, &n) && n == number));
}

static void add_wanted(assay_grub *grub, const fragment *list, assay_bytes which)
{
    size_t number = 0;

    for (const fragment *f = list; f != NULL; f = f->next, number++) {
        const bool wanted = which.data == NULL           ? true
                            : assay_grub_is(which, "default") ? is_default(grub, f, number)
                            : assay_grub_is(which, "non-default")
                                ? !is_default(grub, f, number)
                                : assay_bytes_equal(which, f->id);

        if (wanted)
            add_entry(grub, f);
    }
}

int assay_grub_blscfg(assay_grub *grub, const assay_grub_args *args)
{
    const assay_bytes set = assay_grub_get_string(grub, "blsdir");
    const assay_bytes folder = set.data != NULL ? set : ASSAY_LITERAL("/loader/entries/");
    const assay_bytes device = assay_grub_get_string(grub, "root");
    const assay_grub_place place = assay_grub_resolve(grub, folder);
    fragment *list = NULL;

    if (args->count > 0 && args->items[0].size > 0 && args->items[0].data[0] == '(') {
        assay_grub_lose(grub, "GRUB's script names a folder of boot loader entries itself");
        return ASSAY_GRUB_OK;
    }
    if (place.disk == NULL) {
        assay_grub_lose(grub, "GRUB looks for boot loader entries on a volume that isn't known");
        return ASSAY_GRUB_UNKNOWN_DEVICE;
    }
    size_t opened = load(grub, device, place.disk, folder, &list);

    if (opened == 0)
        opened = load(grub, device, place.disk, ASSAY_LITERAL("/boot/loader/entries/"), &list);
    if (opened > 1)
        assay_boot_remark(grub->boot, ASSAY_PART_GRUB, false,
                          "in which order GRUB opens the boot loader entries, the file system "
                          "decides: here they come by their names");
    add_wanted(grub, list, args->count == 1 ? args->items[0] : ASSAY_NO_BYTES);
    return ASSAY_GRUB_OK;
}
