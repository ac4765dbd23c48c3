/* SPDX-License-Identifier: BSD-2-Clause */
/* The entries that systemd-boot finds on its disk. */
#include "boot/artefact/uki.h"
#include "boot/loader/sdboot.h"

#include <stdio.h>
#include <strings.h>

/* A collection in the making. */
typedef struct collection {
    assay_boot *boot;
    const assay_sdboot_version *version;
    const assay_boot_image *self;
    uint16_t machine;
    assay_sdboot_list *list;
} collection;

assay_bytes assay_sdboot_lower(assay_boot *boot, assay_bytes text)
{
    uint8_t *const room = assay_boot_room(boot, text.size + 1);

    if (room == NULL)
        return ASSAY_NO_BYTES;
    for (size_t i = 0; i < text.size; i++)
        room[i] = text.data[i] >= 'A' && text.data[i] <= 'Z' ? (uint8_t)(text.data[i] | 0x20)
                                                             : text.data[i];
    return assay_bytes_of(room, text.size);
}

static bool ends_with(assay_bytes name, const char *suffix)
{
    const size_t size = strlen(suffix);

    return name.size >= size &&
           strncasecmp((const char *)name.data + name.size - size, suffix, size) == 0;
}

static bool is_wanted(const assay_tree_entry *file, const char *suffix)
{
    return !file->folder && file->name.size > 0 && file->name.data[0] != '.' &&
           ends_with(file->name, suffix) &&
           !(file->name.size >= 5 && strncasecmp((const char *)file->name.data, "auto-", 5) == 0);
}

static void add(collection *c, const assay_sdboot_entry *entry)
{
    if (c->list->count == ASSAY_SDBOOT_ENTRIES)
        assay_boot_fail(c->boot, ASSAY_TOO_LARGE, "there are more than %d boot entries",
                        ASSAY_SDBOOT_ENTRIES);
    else if (c->boot->status == 0)
        c->list->entries[c->list->count++] = *entry;
}

/* Paths, whichever way their names are parted, and with or without one at the beginning. */
static bool same_path(assay_bytes a, assay_bytes b)
{
    size_t i = 0, j = 0;

    for (;;) {
        while (i < a.size && (a.data[i] == '/' || a.data[i] == '\\'))
            i++;
        while (j < b.size && (b.data[j] == '/' || b.data[j] == '\\'))
            j++;
        const size_t first = i, other = j;
        while (i < a.size && a.data[i] != '/' && a.data[i] != '\\')
            i++;
        while (j < b.size && b.data[j] != '/' && b.data[j] != '\\')
            j++;
        if (i - first != j - other ||
            strncasecmp((const char *)a.data + first, (const char *)b.data + other, i - first) != 0)
            return false;
        if (i == a.size && j == b.size)
            return true;
    }
}

static bool exists(const collection *c, assay_bytes path)
{
    assay_tree_entry entry;

    return assay_tree_find(c->self->disk->esp, path, &entry) && !entry.folder;
}

/* --- type 1 ----------------------------------------------------------------------------------- */

/* What the specification and systemd call an architecture, by the image's machine. */
static bool is_of_machine(assay_bytes architecture, uint16_t machine)
{
    static const struct {
        uint16_t machine;
        const char *name;
    } names[] = {
        { 0x014c, "ia32" },    { 0x8664, "x64" },         { 0x01c2, "arm" },
        { 0xaa64, "aa64" },    { 0x5064, "riscv64" },     { 0x6264, "loongarch64" },
    };

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (names[i].machine == machine)
            return architecture.size == strlen(names[i].name) &&
                   strncasecmp((const char *)architecture.data, names[i].name,
                               architecture.size) == 0;
    return true;
}

static bool is_usable(const collection *c, const assay_bls_entry *entry)
{
    if (entry->kind == ASSAY_BLS_NOTHING ||
        (entry->architecture.data != NULL && !is_of_machine(entry->architecture, c->machine)))
        return false;
    if (entry->kind == ASSAY_BLS_EFI && same_path(entry->loader, c->self->path))
        return false;
    if (c->version->refuses_mixed && entry->mixed)
        return false;
    if (entry->kind == ASSAY_BLS_UKI && !c->version->refuses_mixed)
        return false;
    return entry->kind != ASSAY_BLS_URL && exists(c, entry->loader);
}

static void add_type1(collection *c, const assay_tree_entry *file)
{
    assay_sdboot_entry entry = { 0 };
    assay_error error = { .what = "" };
    assay_bls_entry parsed;

    if (!assay_boot_read(c->boot, c->self->disk, file->path, &entry.content))
        return;
    if (assay_bls_read(&parsed, entry.content, &error) < 0) {
        assay_boot_fail(c->boot, ASSAY_TOO_LARGE, "%s", error.what);
        return;
    }
    if (!is_usable(c, &parsed))
        return;
    entry.kind = parsed.kind;
    entry.path = parsed.loader;
    entry.id = assay_sdboot_lower(c->boot, file->name);
    entry.order = (assay_bls_order){
        .id = entry.id,
        .sort_key = parsed.sort_key,
        .machine_id = parsed.machine_id,
        .version = parsed.version,
        .tries = assay_bls_tries_of(file->name, ".conf"),
    };
    add(c, &entry);
}

/* --- type 2 ----------------------------------------------------------------------------------- */

/* An entry's id: the file's name, and '@' with the profile's own id or number. */
static assay_bytes id_of(collection *c, assay_bytes name, const assay_pe_section *profile,
                         unsigned number)
{
    char text[400];
    assay_bytes id = ASSAY_NO_BYTES, key, value;
    assay_cursor lines =
        assay_cursor_of(profile != NULL ? profile->bytes : ASSAY_NO_BYTES);

    while (assay_bls_next(&lines, "=", &key, &value))
        if (assay_bytes_equal(key, ASSAY_LITERAL("ID")))
            id = value;
    if (number == 0)
        return assay_sdboot_lower(c->boot, name);
    if (id.data != NULL)
        snprintf(text, sizeof text, "%.*s@%.*s", (int)name.size, (const char *)name.data,
                 (int)id.size, (const char *)id.data);
    else
        snprintf(text, sizeof text, "%.*s@%u", (int)name.size, (const char *)name.data, number);
    return assay_sdboot_lower(c->boot, assay_bytes_of_string(text));
}

/* False when no further profile is to be looked for. */
static bool add_profile(collection *c, const assay_tree_entry *file, const assay_pe *pe,
                        unsigned profile)
{
    assay_sdboot_entry entry = { .kind = ASSAY_BLS_UKI, .type2 = true };
    const assay_pe_section *cmdline;
    assay_bls_os os;
    assay_uki uki;

    if (assay_uki_open(&uki, pe, profile, NULL) < 0)
        return false;
    if (uki.sections[ASSAY_UKI_OSREL] == NULL ||
        !assay_bls_os_read(&os, uki.sections[ASSAY_UKI_OSREL]->bytes))
        return true;
    cmdline = uki.sections[ASSAY_UKI_CMDLINE];
    entry.path = assay_boot_keep(c->boot, file->path);
    if (cmdline != NULL && !c->version->implies_cmdline)
        entry.options = assay_sd_mangle(c->boot, assay_sd_text(c->boot, cmdline->bytes),
                                        c->version->mangling);
    entry.id = id_of(c, file->name, uki.sections[ASSAY_UKI_PROFILE], profile);
    entry.order = (assay_bls_order){
        .id = assay_sdboot_lower(c->boot, file->name),
        .sort_key = os.sort_key,
        .version = os.version,
        .profile = profile,
        .tries = assay_bls_tries_of(file->name, ".efi"),
    };
    add(c, &entry);
    return cmdline != NULL; /* without one, the search ends there */
}

static void add_type2(collection *c, const assay_tree_entry *file)
{
    const unsigned most = c->version->profiles ? ASSAY_PE_SECTIONS_MAX : 1;
    assay_bytes bytes;
    assay_pe pe;

    if (!assay_boot_read(c->boot, c->self->disk, file->path, &bytes) ||
        assay_pe_open(&pe, bytes, NULL) < 0)
        return;
    for (unsigned profile = 0; profile < most; profile++)
        if (!add_profile(c, file, &pe, profile))
            return;
}

/* --- all of them ------------------------------------------------------------------------------ */

static void scan(collection *c, const char *folder, const char *suffix,
                 void (*found)(collection *, const assay_tree_entry *))
{
    assay_tree_entry entry;

    for (size_t i = 0; assay_tree_at(c->self->disk->esp, assay_bytes_of_string(folder), i, &entry);
         i++)
        if (is_wanted(&entry, suffix))
            found(c, &entry);
}

/* Entries that are equal stay in the order in which they were found. */
static void sort(assay_sdboot_list *list)
{
    for (size_t i = 1; i < list->count; i++) {
        const assay_sdboot_entry entry = list->entries[i];
        size_t at = i;
        for (; at > 0 && assay_bls_compare(&entry.order, &list->entries[at - 1].order) < 0; at--)
            list->entries[at] = list->entries[at - 1];
        list->entries[at] = entry;
    }
}

static bool is_sdboot(const collection *c, const char *path)
{
    assay_bytes bytes;
    assay_pe pe;

    return assay_boot_read(c->boot, c->self->disk, assay_bytes_of_string(path), &bytes) &&
           assay_pe_open(&pe, bytes, NULL) == 0 && assay_program_sdboot.recognise(&pe);
}

/* Programs of others that are known by their paths. */
static void add_automatic(collection *c)
{
    static const struct {
        const char *id, *path;
    } known[] = {
        { "auto-windows", "EFI/Microsoft/Boot/bootmgfw.efi" },
        { "auto-efi-shell", "shellx64.efi" },
        { "auto-efi-default", "EFI/BOOT/BOOTX64.EFI" },
    };

    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        const assay_bytes path = assay_bytes_of_string(known[i].path);
        if (!exists(c, path) || same_path(path, c->self->path) || is_sdboot(c, known[i].path))
            continue;
        add(c, &(assay_sdboot_entry){ .kind = ASSAY_BLS_EFI,
                                      .automatic = true,
                                      .id = assay_bytes_of_string(known[i].id),
                                      .path = path });
    }
}

void assay_sdboot_collect(assay_boot *boot, const assay_sdboot_version *version,
                          const assay_boot_image *self, uint16_t machine,
                          const assay_loader_conf *conf, assay_sdboot_list *ret_list)
{
    *ret_list = (assay_sdboot_list){ 0 };
    collection c = { boot, version, self, machine, ret_list };

    ret_list->entries = (assay_sdboot_entry *)(void *)assay_boot_room(
        boot, ASSAY_SDBOOT_ENTRIES * sizeof *ret_list->entries);
    if (ret_list->entries == NULL || self->disk == NULL || self->disk->esp == NULL)
        return;
    scan(&c, "EFI/Linux", ".efi", add_type2);
    scan(&c, "loader/entries", ".conf", add_type1);
    sort(ret_list);
    if (conf->auto_entries)
        add_automatic(&c);
}
