/* SPDX-License-Identifier: BSD-2-Clause */
/* shim, from its start to that of the second stage (rhboot/shim, shim.c and load-options.c). */
#include "boot/loader/shim_private.h"
#include "boot/loader/shimsecond.h"

#include <strings.h>

static bool recognise(const assay_pe *image)
{
    return assay_sbat_generation(assay_pe_bytes(image, ".sbat"), "shim") >= 0 &&
           assay_pe_find(image, ".vendor_cert") != NULL;
}

/* --- files beside it ------------------------------------------------------------------------ */

static bool open_beside(assay_boot *boot, const assay_shim *shim, assay_bytes name,
                        assay_boot_image *image, assay_pe *pe)
{
    *image = (assay_boot_image){ .disk = shim->disk,
                                 .path = assay_shim_beside(boot, shim, name) };
    return assay_boot_read(boot, shim->disk, image->path, &image->file) &&
           assay_pe_open(pe, image->file, NULL) == 0;
}

static void add_user_keys(assay_boot *boot, assay_shim *shim, const assay_pe *pe)
{
    assay_writer out = assay_writer_growing(ASSAY_SHIM_KEYS);

    assay_put(&out, shim->user_keys);
    for (size_t i = 0; i < pe->section_count; i++)
        if (strcmp(pe->sections[i].name, ".db") == 0)
            assay_put(&out, pe->sections[i].bytes);
    shim->user_keys = assay_boot_keep(boot, assay_written(&out));
    assay_writer_close(&out);
}

static void take_revocations(assay_boot *boot, assay_shim *shim, const assay_pe *pe)
{
    const assay_sbat_levels offered = { .automatic = assay_pe_bytes(pe, ".sbata"),
                                        .latest = assay_pe_bytes(pe, ".sbatl") };

    if (offered.automatic.size > 0 && offered.latest.size > 0)
        assay_shim_set_level(boot, shim, &offered);
}

static void read_beside(assay_boot *boot, assay_shim *shim, assay_bytes name,
                        void (*use)(assay_boot *, assay_shim *, const assay_pe *))
{
    assay_boot_image image;
    assay_pe pe;

    if (!open_beside(boot, shim, name, &image, &pe))
        return;
    image.part = ASSAY_PART_SHIM;
    if (assay_shim_handle(boot, shim, &image, &pe, true))
        use(boot, shim, &pe);
}

static bool begins(assay_bytes name, const char *with)
{
    const size_t size = strlen(with);

    return name.size >= size && strncasecmp((const char *)name.data, with, size) == 0;
}

/* Revocations first, then keys, in the order in which the folder has them. */
static void read_trust(assay_boot *boot, assay_shim *shim)
{
    const assay_bytes folder = assay_bytes_of(
        shim->folder.data, shim->folder.size > 0 ? shim->folder.size - 1 : 0);
    assay_tree_entry entry;
    size_t found = 0;

    if (!boot->secure_boot || shim->disk == NULL || shim->disk->esp == NULL)
        return;
    if (shim->version->revocations != NULL)
        read_beside(boot, shim, assay_bytes_of_string(shim->version->revocations),
                    take_revocations);
    for (size_t i = 0; shim->version->certificates && boot->status == 0 &&
                       assay_tree_at(shim->disk->esp, folder, i, &entry);
         i++)
        if (!entry.folder && begins(entry.name, "shim_certificate")) {
            read_beside(boot, shim, entry.name, add_user_keys);
            found++;
        }
    if (found > 1)
        assay_boot_remark(boot, ASSAY_PART_SHIM, false,
                          "shim reads certificates in the order in which their folder lists them, "
                          "which is taken for that of their names");
}

/* --- starting ------------------------------------------------------------------------------- */

enum outcome { NOT_FOUND, REFUSED, RAN };

static enum outcome start(assay_boot *boot, assay_shim *shim, const assay_shim_second *second,
                          enum assay_boot_end *ret_end)
{
    assay_boot_image image;
    assay_pe pe;

    if (!open_beside(boot, shim, second->name, &image, &pe))
        return NOT_FOUND;
    image.load_options = second->load_options;
    if (!assay_shim_handle(boot, shim, &image, &pe, true))
        return REFUSED;
    *ret_end = assay_boot_run(boot, &image, &pe);
    return RAN;
}

static enum assay_boot_end start_second(assay_boot *boot, assay_shim *shim,
                                        assay_bytes load_options)
{
    const assay_shim_second second = assay_shim_second_of(boot, shim, load_options);
    const assay_shim_second standard = { .name = assay_shim_standard(boot, shim) };
    enum assay_boot_end end = ASSAY_BOOT_RETURNED;
    enum outcome outcome = start(boot, shim, &second, &end);
    assay_boot_image image;
    assay_pe pe;

    if (outcome == NOT_FOUND && boot->status == 0)
        outcome = start(boot, shim, &standard, &end);
    if (outcome == NOT_FOUND)
        assay_boot_remark(boot, ASSAY_PART_SHIM, true, "shim finds no second stage beside it");
    if (outcome != REFUSED)
        return end;
    if (!open_beside(boot, shim, assay_shim_helper(boot, shim, "mm"), &image, &pe)) {
        assay_boot_remark(boot, ASSAY_PART_SHIM, true,
                          "shim refuses its second stage and has no MokManager beside it");
        return ASSAY_BOOT_RETURNED;
    }
    assay_boot_remark(boot, ASSAY_PART_SHIM, true,
                      "shim refuses its second stage and starts MokManager, where a person "
                      "decides what comes next");
    return ASSAY_BOOT_WAITS;
}

/* fallback writes boot options and, where there is a TPM, resets the machine. */
static enum assay_boot_end start_fallback(assay_boot *boot, assay_shim *shim)
{
    assay_boot_image image;
    assay_pe pe;

    if (open_beside(boot, shim, assay_shim_helper(boot, shim, "fb"), &image, &pe) &&
        assay_shim_handle(boot, shim, &image, &pe, true))
        assay_boot_remark(boot, ASSAY_PART_SHIM, true,
                          "shim starts its fallback, which makes boot options of BOOTX64.CSV and "
                          "resets the machine: the next boot is another scenario");
    else
        assay_boot_remark(boot, ASSAY_PART_SHIM, true, "shim can't start its fallback");
    return ASSAY_BOOT_WAITS;
}

/* A person asked for a change at the next boot, and MokManager asks back. */
static bool meets_mok_manager(assay_boot *boot, assay_shim *shim)
{
    static const char *const requests[] = { "MokNew", "MokSB",   "MokPW",   "MokAuth",  "MokDel",
                                            "MokDB",  "MokXNew", "MokXDel", "MokXAuth",
                                            "MokListTrustedNew" };
    bool asked = false;
    assay_boot_image image;
    assay_pe pe;

    for (size_t i = 0; i < sizeof requests / sizeof *requests && !asked; i++)
        asked = assay_variables_find(boot->scenario->variables, &assay_guid_shim_lock,
                                     requests[i]) != NULL;
    if (!asked)
        return true;
    if (!open_beside(boot, shim, assay_shim_helper(boot, shim, "mm"), &image, &pe) ||
        !assay_shim_handle(boot, shim, &image, &pe, true)) {
        assay_boot_remark(boot, ASSAY_PART_SHIM, true,
                          "shim can't start MokManager, which a variable asks for");
        return false;
    }
    assay_boot_remark(boot, ASSAY_PART_SHIM, false,
                      "shim starts MokManager, which a variable asks for: nobody is taken to press "
                      "a key there");
    return true;
}

/* --- the whole ------------------------------------------------------------------------------ */

static assay_shim *make(assay_boot *boot, const assay_boot_image *image, const assay_pe *pe)
{
    assay_shim *const shim = (assay_shim *)(void *)assay_boot_room(boot, sizeof *shim);

    if (shim == NULL)
        return NULL;
    *shim = (assay_shim){ .version = assay_shim_version_of(pe),
                          .pe = pe,
                          .disk = image->disk,
                          .path = image->path,
                          .folder = assay_shim_folder_of(image->path) };
    assay_shim_read_vendor(shim);
    return shim;
}

/* Shim shuts the machine down when its own SBAT doesn't reach the level. */
static bool survives_itself(assay_boot *boot, const assay_shim *shim)
{
    if (!boot->secure_boot ||
        assay_sbat_passes(shim->level, assay_pe_bytes(shim->pe, ".sbat")))
        return true;
    assay_boot_remark(boot, ASSAY_PART_SHIM, true, "the SBAT level revokes shim itself");
    return false;
}

static void tell(assay_boot *boot, assay_shim *shim)
{
    boot->shim.installed = true;
    boot->shim.verifies = assay_shim_is_secure(boot, shim);
    boot->shim.mok_list = shim->mok_list;
    boot->shim.mok_list_x = shim->mok_list_x;
    boot->shim.vendor_certificate = shim->vendor_is_lists ? ASSAY_NO_BYTES : shim->vendor;
    boot->shim.own = shim;
}

static enum assay_boot_end run(assay_boot *boot, const assay_boot_image *image, const assay_pe *pe)
{
    const assay_boot_shim before = boot->shim;
    assay_shim *const shim = make(boot, image, pe);
    enum assay_boot_end end;

    if (shim == NULL)
        return ASSAY_BOOT_RETURNED;
    const assay_sbat_levels offered = assay_shim_levels(shim);

    assay_shim_set_level(boot, shim, &offered);
    if (!survives_itself(boot, shim))
        return ASSAY_BOOT_WAITS;
    read_trust(boot, shim);
    assay_shim_mirror(boot, shim);
    if (!meets_mok_manager(boot, shim))
        return ASSAY_BOOT_WAITS;
    tell(boot, shim);
    end = assay_shim_wants_fallback(boot, shim, image->path)
              ? start_fallback(boot, shim)
              : start_second(boot, shim, image->load_options);
    boot->shim = before;
    return end;
}

const assay_boot_program assay_program_shim = {
    .name = "shim",
    .part = ASSAY_PART_SHIM,
    .recognise = recognise,
    .run = run,
};
