/* SPDX-License-Identifier: BSD-2-Clause */
/* LoadImage and StartImage (UEFI 2.10 section 7.4), as far as they measure. */
#include "boot/loader/shim.h"
#include "eventlog/payload/image.h"

static const assay_boot_program *const programs[] = {
    &assay_program_shim,   &assay_program_grub,  &assay_program_sdboot,
    &assay_program_sdstub, &assay_program_shell, &assay_program_linux,
};

static const assay_boot_program *program_of(const assay_pe *pe)
{
    for (size_t i = 0; i < sizeof programs / sizeof *programs; i++)
        if (programs[i]->recognise(pe))
            return programs[i];
    return NULL;
}

enum assay_part assay_boot_part_of(const assay_pe *pe)
{
    const assay_boot_program *const program = program_of(pe);

    return program != NULL ? program->part : ASSAY_PART_LOADER;
}

/*
 * UEFI_IMAGE_LOAD_EVENT. Where the image comes to lie is not known before; no digest covers it.
 * Firmware tells the size of what it loads, which is the file's.
 */
static assay_bytes image_event(assay_boot *boot, const assay_boot_image *image, const assay_pe *pe)
{
    assay_bytes path = image->device_path;

    if (path.data == NULL && image->disk != NULL && image->path.data != NULL)
        path = assay_boot_file_path(boot, image->disk, image->path);
    const assay_image event = {
        .length = image->file.size,
        .link_time_address = pe->image_base,
        .path_size = path.size,
        .path = path,
    };
    assay_writer out = assay_boot_writer();

    assay_image_encode(&out, &event);
    return assay_boot_take(boot, &out);
}

/* The partition table is measured with the first image of a disk that has one (PFP 1.06 3.3.4.6).
 */
static void measure_gpt(assay_boot *boot, const assay_scenario_disk *disk)
{
    if (disk == NULL || boot->gpt_measured || disk->gpt.data == NULL)
        return;
    assay_boot_measure_gpt(boot, disk);
    boot->gpt_measured = true;
}

bool assay_boot_load(assay_boot *boot, const assay_boot_image *image, const assay_pe *pe)
{
    const enum assay_part part =
        image->part != ASSAY_PART_OTHER ? image->part : assay_boot_part_of(pe);

    if (assay_shim_loads(boot))
        return assay_shim_load(boot, image, pe);
    if (!assay_boot_authorize(boot, pe, part))
        return false;
    measure_gpt(boot, image->disk);
    assay_boot_measure_pe(boot, 4, EV_EFI_BOOT_SERVICES_APPLICATION, part, pe,
                          image_event(boot, image, pe));
    return boot->status == 0;
}

enum assay_boot_end assay_boot_run(assay_boot *boot, const assay_boot_image *image,
                                   const assay_pe *pe)
{
    const assay_boot_program *const program = program_of(pe);
    enum assay_boot_end end = ASSAY_BOOT_RETURNED;

    if (boot->status < 0)
        return ASSAY_BOOT_RETURNED;
    if (program == NULL || boot->nesting == ASSAY_BOOT_NESTING) {
        assay_boot_remark(boot, ASSAY_PART_LOADER, false,
                          program == NULL
                              ? "an image is started that no program known here is: what it "
                                "measures and starts is not predicted"
                              : "images start one another without end");
        return ASSAY_BOOT_LOST;
    }
    boot->nesting++;
    end = program->run(boot, image, pe);
    boot->nesting--;
    return end;
}

enum assay_boot_end assay_boot_start(assay_boot *boot, const assay_boot_image *image)
{
    assay_pe pe;

    if (boot->status < 0)
        return ASSAY_BOOT_RETURNED;
    if (assay_pe_open(&pe, image->file, NULL) < 0) {
        assay_boot_remark(boot, image->part, true, "a file that is to be started is no PE image");
        return ASSAY_BOOT_RETURNED;
    }
    return assay_boot_load(boot, image, &pe) ? assay_boot_run(boot, image, &pe)
                                             : ASSAY_BOOT_RETURNED;
}

/* A system starts: what was refused on the way there was nothing that the boot depended on. */
static void pardon(assay_prediction *prediction)
{
    for (size_t i = 0; i < prediction->remark_count; i++)
        prediction->remarks[i].refused = false;
}

enum assay_boot_end assay_boot_exit(assay_boot *boot)
{
    pardon(boot->prediction);
    assay_boot_measure_data(boot, 5, EV_EFI_ACTION, ASSAY_PART_EXIT,
                            ASSAY_LITERAL("Exit Boot Services Invocation"));
    assay_boot_measure_data(boot, 5, EV_EFI_ACTION, ASSAY_PART_EXIT,
                            ASSAY_LITERAL("Exit Boot Services Returned with Success"));
    return ASSAY_BOOT_STARTED;
}
