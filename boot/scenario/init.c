/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/scenario/init_private.h"

#include "base/file.h"
#include "boot/artefact/esp.h"
#include "boot/artefact/fv.h"
#include "boot/artefact/pe.h"
#include "boot/platform/varstore.h"
#include "eventlog/log.h"

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

static const size_t file_max = (size_t)1 << 40;
static const size_t flash_max = (size_t)64 << 20; /* a larger file is no flash image */

enum { GPT_MAX = 1 << 24 };

assay_scenario_init *assay_scenario_init_new(void)
{
    assay_scenario_init *const init = calloc(1, sizeof *init);

    if (init == NULL)
        return NULL;
    assay_document_init(&init->document);
    init->gpt = assay_writer_growing(GPT_MAX);
    return init;
}

void assay_scenario_init_free(assay_scenario_init **init)
{
    assay_scenario_init *const i = *init;

    if (i == NULL)
        return;
    assay_document_free(&i->document);
    for (size_t n = 0; n < i->string_count; n++)
        free(i->strings[n]);
    free(i->strings);
    for (size_t n = 0; n < i->note_count; n++)
        free(i->notes[n]);
    assay_writer_close(&i->gpt);
    free(i);
    *init = NULL;
}

int assay_init_fail(assay_error *error, enum assay_kind kind, const char *what)
{
    return assay_fail(error, kind, ASSAY_NOWHERE, "%s", what);
}

static int no_memory(assay_error *error)
{
    return assay_init_fail(error, ASSAY_NO_MEMORY, "no memory for the scenario");
}

const char *assay_init_keep(assay_scenario_init *init, const char *text, assay_error *error)
{
    char **const strings =
        realloc(init->strings, (init->string_count + 1) * sizeof *init->strings);

    if (strings == NULL) {
        no_memory(error);
        return NULL;
    }
    init->strings = strings;
    strings[init->string_count] = strdup(text);
    if (strings[init->string_count] == NULL) {
        no_memory(error);
        return NULL;
    }
    return strings[init->string_count++];
}

void assay_init_note(assay_scenario_init *init, const char *format, ...)
{
    va_list arguments;
    char *note;

    va_start(arguments, format);
    const int size = vasprintf(&note, format, arguments);
    va_end(arguments);
    if (size < 0)
        return;
    for (size_t i = 0; i < init->note_count; i++)
        if (strcmp(init->notes[i], note) == 0) {
            free(note);
            return;
        }
    if (init->note_count == ASSAY_INIT_NOTES)
        free(note);
    else
        init->notes[init->note_count++] = note;
}

/* --- disks ------------------------------------------------------------------------------------ */

static bool has_esp(const assay_document_disk *disk)
{
    return disk->image != NULL || disk->esp != NULL || disk->file_count > 0;
}

assay_document_disk *assay_init_open_disk(assay_scenario_init *init, bool esp)
{
    for (size_t i = 0; i < init->document.disk_count; i++) {
        assay_document_disk *const disk = &init->document.disks[i];

        if (disk->image == NULL && (esp ? !has_esp(disk) : disk->gpt == NULL))
            return disk;
    }
    return assay_document_add_disk(&init->document);
}

static int too_many(assay_error *error)
{
    return assay_init_fail(error, ASSAY_TOO_LARGE, "more disks than a scenario has");
}

static void note_disk(assay_scenario_init *init, const assay_esp *esp)
{
    if (!esp->typed && esp->kind != ASSAY_ESP_BARE)
        assay_init_note(init, "no partition of the disk has the type of an EFI system partition: "
                              "the first with a FAT file system is taken for it");
    if (esp->others > 0)
        assay_init_note(init, "the disk has %u more partition%s with a FAT file system, where this "
                              "scenario looks for nothing",
                        esp->others, esp->others == 1 ? "" : "s");
    if (esp->kind == ASSAY_ESP_GPT && esp->gpt.restored)
        assay_init_note(init, "the primary partition table is broken (%s): firmware makes it anew "
                              "of the backup before it measures it",
                        esp->gpt.primary.fault);
    if (esp->kind == ASSAY_ESP_MBR)
        assay_init_note(init, "the disk has an MBR and no GUID partition table: no table is "
                              "measured into PCR 5");
    if (!assay_fat_is_regular(&esp->fat))
        assay_init_note(init, "the file system is a FAT32 of fewer clusters than FAT32 has: EDK2 "
                              "does not mount it, and would find no loader there");
}

static int add_disk(assay_scenario_init *init, const char *path, const assay_esp *esp,
                    assay_error *error)
{
    assay_tree *tree = assay_tree_new();
    assay_document_disk *const disk = assay_init_open_disk(init, true);

    if (tree == NULL)
        return no_memory(error);
    const int status = assay_tree_add_fat(tree, esp->fat.volume, error);
    if (status == 0 && disk != NULL) {
        if (esp->kind == ASSAY_ESP_BARE)
            disk->esp = path;
        else
            disk->image = path;
        if (disk->image != NULL && disk->gpt != NULL) {
            assay_init_note(init, "the partition table of the image is taken, not the log's");
            disk->gpt = NULL;
        }
        note_disk(init, esp);
        assay_init_note_esp(init, tree);
    }
    assay_tree_free(&tree);
    return status < 0 ? status : disk == NULL ? too_many(error) : 0;
}

static int add_pe(assay_scenario_init *init, const char *path, assay_bytes bytes,
                  assay_error *error)
{
    char fallback[40];
    assay_pe pe;
    const int status = assay_pe_open(&pe, bytes, error);

    if (status < 0)
        return status;
    const char *const name = assay_init_fallback_name(pe.machine);
    if (name == NULL)
        return assay_init_fail(error, ASSAY_UNSUPPORTED,
                               "the image is for no machine that is known");
    snprintf(fallback, sizeof fallback, "EFI/BOOT/%s", name);
    const char *const kept = assay_init_keep(init, fallback, error);
    assay_document_disk *const disk = kept == NULL ? NULL : assay_init_open_disk(init, true);
    if (disk == NULL)
        return kept == NULL ? -ASSAY_NO_MEMORY : too_many(error);
    assay_init_note(init, "the image is taken for the one that firmware finds at \\EFI\\BOOT\\%s",
                    name);
    return assay_document_add_file(disk, kept, path, error);
}

/* --- firmware --------------------------------------------------------------------------------- */

static bool has_code(assay_bytes flash)
{
    uint64_t offset = 0;
    assay_fv volume;

    while (assay_fv_next(flash, &offset, &volume) > 0)
        if (assay_fv_has_files(&volume))
            return true;
    return false;
}

/* False for what is no flash image. */
static bool add_flash(assay_scenario_init *init, const char *path, assay_bytes flash)
{
    const bool small = flash.size <= flash_max;
    const bool code = small && has_code(flash), store = small && assay_varstore_detect(flash);

    if (code)
        init->document.code = path;
    if (store && (init->document.variables == NULL || !code))
        init->document.variables = path;
    return code || store;
}

/* --- files and folders ------------------------------------------------------------------------ */

static int add_bytes(assay_scenario_init *init, const char *path, assay_bytes bytes,
                     assay_error *error)
{
    assay_esp esp;

    if (assay_pe_detect(bytes))
        return add_pe(init, path, bytes, error);
    const int status = assay_esp_find(bytes, &esp, error);
    if (status == 0)
        return add_disk(init, path, &esp, error);
    if (status != -ASSAY_UNKNOWN_FORMAT)
        return status;
    if (add_flash(init, path, bytes))
        return 0;
    if (assay_init_add_log(init, bytes, NULL) == 0)
        return 0;
    return assay_init_fail(error, ASSAY_UNKNOWN_FORMAT,
                           "no disk or file system with files to boot, no PE image, no firmware "
                           "and no event log");
}

static int add_file(assay_scenario_init *init, const char *path, assay_error *error)
{
    assay_file file;
    int status = assay_file_read(&file, path, file_max, error);

    if (status < 0)
        return status;
    status = add_bytes(init, path, file.bytes, error);
    assay_file_close(&file);
    return status;
}

static bool looks_like_esp(const assay_tree *tree)
{
    assay_tree_entry entry;

    if (assay_tree_find(tree, ASSAY_LITERAL("EFI"), &entry) && entry.folder)
        return true;
    if (assay_tree_find(tree, ASSAY_LITERAL("loader"), &entry) && entry.folder)
        return true;
    for (size_t i = 0; assay_tree_at(tree, ASSAY_NO_BYTES, i, &entry); i++)
        if (!entry.folder && entry.name.size > 4 &&
            strncasecmp((const char *)entry.name.data + entry.name.size - 4, ".efi", 4) == 0)
            return true;
    return false;
}

static int add_esp_folder(assay_scenario_init *init, const char *path, assay_error *error)
{
    assay_tree *tree = assay_tree_new();
    int status = tree == NULL ? no_memory(error) : assay_tree_add_folder(tree, path, error);

    if (status == 0 && !looks_like_esp(tree))
        status = assay_init_fail(error, ASSAY_UNKNOWN_FORMAT,
                                 "a folder with neither EFI/, loader/ or *.efi of an ESP nor "
                                 "eventlog.bin, efivars/ or pcrs.json of a machine");
    assay_document_disk *const disk = status == 0 ? assay_init_open_disk(init, true) : NULL;
    if (status == 0 && disk == NULL)
        status = too_many(error);
    if (disk != NULL) {
        disk->esp = path;
        if (assay_tree_left_out(tree) > 0)
            assay_init_note(init, "%zu entries of the folder are left out: links, and what has no "
                                  "place on FAT",
                            assay_tree_left_out(tree));
        assay_init_note_esp(init, tree);
    }
    assay_tree_free(&tree);
    return status;
}

int assay_scenario_init_add(assay_scenario_init *init, const char *path, assay_error *error)
{
    struct stat about;
    char whole[PATH_MAX];

    if (realpath(path, whole) == NULL)
        return assay_fail(error, ASSAY_IO, ASSAY_NOWHERE, "cannot look at it: %m");
    const char *const kept = assay_init_keep(init, whole, error);
    if (kept == NULL)
        return -ASSAY_NO_MEMORY;
    if (stat(kept, &about) != 0)
        return assay_fail(error, ASSAY_IO, ASSAY_NOWHERE, "cannot look at it: %m");
    if (!S_ISDIR(about.st_mode))
        return add_file(init, kept, error);
    return assay_init_is_machine(kept) ? assay_init_add_machine(init, kept, error)
                                       : add_esp_folder(init, kept, error);
}

/* --- what came of it -------------------------------------------------------------------------- */

void assay_scenario_init_end(assay_scenario_init *init)
{
    const assay_document *const d = &init->document;
    bool table = false, files = false;

    for (size_t i = 0; i < d->disk_count; i++) {
        table = table || d->disks[i].gpt != NULL || d->disks[i].image != NULL;
        files = files || has_esp(&d->disks[i]);
    }
    if (d->code == NULL)
        assay_init_note(init, "firmware.code is missing: what PCR 0 will hold is not known");
    if (d->variables == NULL)
        assay_init_note(init, "firmware.variables is missing: taken as none, so no Secure Boot and "
                              "no boot options but the firmware's own");
    if (!files)
        assay_init_note(init, "no disk has files to boot from");
    else if (!table)
        assay_init_note(init, "no partition table is given: none is measured into PCR 5");
    if (d->bank_count == 0)
        assay_init_note(init, "banks are taken as sha1, sha256, sha384 and sha512");
    if (d->disk_count > 0)
        assay_init_note(init, "the disk is taken for a virtio disk of QEMU's at 1.0, booted from "
                              "by default: bus, pci_device and bootindex say otherwise");
    if (d->memory == ASSAY_NOT_GIVEN)
        assay_init_note(init, "the machine is taken as QEMU's q35 of 512 MiB and one CPU");
}

const assay_document *assay_scenario_init_document(const assay_scenario_init *init)
{
    return &init->document;
}

const char *assay_scenario_init_note(const assay_scenario_init *init, size_t position)
{
    return position < init->note_count ? init->notes[position] : NULL;
}

bool assay_scenario_init_file(const assay_scenario_init *init, size_t position,
                              const char **ret_name, assay_bytes *ret_bytes)
{
    const assay_bytes gpt = assay_written(&init->gpt);
    bool named = false;

    for (size_t i = 0; i < init->document.disk_count; i++)
        named = named || init->document.disks[i].gpt != NULL;
    if (position > 0 || gpt.size == 0 || !named)
        return false;
    *ret_name = "gpt.bin";
    *ret_bytes = gpt;
    return true;
}
