/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/loader/sdstub_private.h"

#include "boot/artefact/bzimage.h"
#include "boot/loader/linux.h"
#include "eventlog/payload/tagged.h"

#include <stdio.h>

enum {
    PCR_KERNEL_BOOT = 11,
    PCR_KERNEL_CONFIG = 12,
    TAG_DEVICETREE_ADDON = 0x6c46f751,
};

static const assay_sdstub_version versions[] = {
    { .since = 260,
      .mangling = ASSAY_SD_TRIMS,
      .addons = ASSAY_SD_ADDONS,
      .without_counter = true,
      .checks_options = true,
      .tidies_addons = true,
      .confexts = true,
      .microcode = true,
      .describes = true,
      .previous_initrd = true,
      .global_extensions = true },
    { .since = 258,
      .mangling = ASSAY_SD_TRIMS,
      .addons = ASSAY_SD_ADDONS,
      .without_counter = true,
      .checks_options = true,
      .tidies_addons = true,
      .confexts = true,
      .microcode = true,
      .describes = true,
      .previous_initrd = true },
    { .since = 257,
      .mangling = ASSAY_SD_TRIMS,
      .addons = ASSAY_SD_ADDONS,
      .without_counter = true,
      .checks_options = true,
      .tidies_addons = true,
      .confexts = true,
      .microcode = true,
      .describes = true,
      .loads_kernel = true },
    { .since = 256,
      .mangling = ASSAY_SD_TRIMS,
      .addons = ASSAY_SD_ADDONS_FIRST,
      .without_counter = true,
      .confexts = true,
      .microcode = true,
      .loads_kernel = true },
    { .since = 255,
      .mangling = ASSAY_SD_TRIMS,
      .addons = ASSAY_SD_ADDONS_FIRST,
      .without_counter = true,
      .loads_kernel = true },
    { .since = 254,
      .addons = ASSAY_SD_ADDONS_BY_FOLDER,
      .without_counter = true,
      .loads_kernel = true },
    { .since = 0, .loads_kernel = true },
};

static const assay_sdstub_version *version_of(unsigned version)
{
    const assay_sdstub_version *row = versions;

    while (version != 0 && version < row->since)
        row++;
    return row;
}

/* --- PCR 11, and the command line in PCR 12 --------------------------------------------------- */

static void measure_profile(assay_sd_stub *s)
{
    char number[16];

    if (s->uki.profile == 0)
        return;
    snprintf(number, sizeof number, "%u", s->uki.profile);
    const assay_bytes text =
        assay_boot_utf16(s->boot, assay_bytes_of_string(number), true);
    assay_boot_measure_tag(s->boot, PCR_KERNEL_CONFIG, ASSAY_PART_CMDLINE,
                           ASSAY_TAG_SYSTEMD_PROFILE, text, text);
}

static enum assay_part part_of(enum assay_uki_section section)
{
    switch (section) {
    case ASSAY_UKI_LINUX:
        return ASSAY_PART_KERNEL;
    case ASSAY_UKI_INITRD:
        return ASSAY_PART_INITRD;
    case ASSAY_UKI_CMDLINE:
        return ASSAY_PART_CMDLINE;
    default:
        return ASSAY_PART_UKI;
    }
}

static void measure_section(assay_sd_stub *s, enum assay_uki_section section)
{
    const char *const name = assay_uki_section_name(section);
    const assay_bytes measured = assay_bytes_of(name, strlen(name) + 1);
    assay_bytes parts[ASSAY_SD_SECTION_PARTS];
    const size_t count = assay_sd_section_parts(s->boot, s->uki.sections[section], parts);

    assay_sd_measure(s->boot, PCR_KERNEL_BOOT, part_of(section), &measured, 1, name);
    assay_sd_measure(s->boot, PCR_KERNEL_BOOT, part_of(section), parts, count, name);
}

static void measure_sections(assay_sd_stub *s)
{
    for (enum assay_uki_section i = 0; i < ASSAY_UKI_SECTIONS; i++) {
        if (s->uki.sections[i] != NULL && assay_uki_measures(s->uki.version, i))
            measure_section(s, i);
        if (s->uki.depends_on_hardware[i])
            assay_boot_remark(s->boot, ASSAY_PART_UKI, false,
                              "which %s section a unified kernel image uses depends on the "
                              "machine, and is taken to be none",
                              assay_uki_section_name(i));
    }
}

static void settle_cmdline(assay_sd_stub *s, assay_bytes passed)
{
    const assay_pe_section *const own = s->uki.sections[ASSAY_UKI_CMDLINE];
    const bool given = s->version->checks_options ? passed.size > 0 : passed.data != NULL;

    if (given && !(s->boot->secure_boot && own != NULL)) {
        assay_sd_measure_options(s->boot, passed);
        s->cmdline = passed;
    } else if (own != NULL) {
        s->cmdline = assay_sd_mangle(s->boot, assay_sd_text(s->boot, own->bytes),
                                     s->version->mangling);
    }
}

/* --- addons ----------------------------------------------------------------------------------- */

static void append_addons_cmdline(assay_sd_stub *s)
{
    const assay_bytes more =
        assay_sd_mangle(s->boot, s->addons.cmdline, s->version->mangling);

    s->addons.cmdline = ASSAY_NO_BYTES;
    if (more.size == 0)
        return;
    assay_sd_measure_options(s->boot, more);
    s->cmdline = assay_sd_join(s->boot, s->cmdline, more);
}

/* The folder for all images first. */
static void load_addons(assay_sd_stub *s)
{
    const assay_bytes folders[] = { ASSAY_LITERAL("loader/addons"), s->extra };

    for (size_t i = 0; i < 2; i++) {
        assay_sd_load_addons(s->boot, s->image, &s->uki, s->version, folders[i], &s->addons);
        if (s->version->addons == ASSAY_SD_ADDONS_BY_FOLDER)
            append_addons_cmdline(s);
    }
}

static void measure_trees(assay_sd_stub *s)
{
    for (size_t i = 0; i < s->addons.trees.count; i++)
        assay_sd_measure_addon(s->boot, TAG_DEVICETREE_ADDON, &s->addons.trees.parts[i]);
}

/* --- the kernel ------------------------------------------------------------------------------- */

/* Vendor media of STUB_PAYLOAD_GUID, then the end of the path. */
static const uint8_t payload_path[] = { 0x04, 0x03, 0x14, 0x00, 0xf8, 0xd1, 0xc5, 0x55,
                                        0xcd, 0x04, 0xb5, 0x46, 0x8a, 0x20, 0xe5, 0x6c,
                                        0xbb, 0x30, 0x52, 0xd0, 0x7f, 0xff, 0x04, 0x00 };

/*
 * With Secure Boot on, the stub's own check takes the place of the firmware's, and of its
 * measurement.
 */
static bool load_kernel(assay_sd_stub *s, const assay_boot_image *image, assay_pe *pe)
{
    if (assay_pe_open(pe, image->file, NULL) < 0) {
        assay_boot_remark(s->boot, ASSAY_PART_KERNEL, true,
                          "the kernel in a unified kernel image is no PE image");
        return false;
    }
    return !s->version->loads_kernel || s->boot->secure_boot ||
           assay_boot_load(s->boot, image, pe);
}

/* Whatever the section holds is started, and it may be another program. */
static bool is_linux(const assay_pe *kernel, assay_bytes uname)
{
    assay_kernel_release release;

    return assay_program_linux.recognise(kernel) || uname.size > 0 ||
           assay_kernel_release_of(kernel->file, &release);
}

static enum assay_boot_end start_kernel(assay_sd_stub *s)
{
    const assay_pe_section *const uname = s->uki.sections[ASSAY_UKI_UNAME];
    const assay_boot_image image = {
        .file = s->uki.sections[ASSAY_UKI_LINUX]->bytes,
        .device_path = assay_bytes_of(payload_path, sizeof payload_path),
        .load_options = assay_sd_with_nul(s->boot, s->cmdline),
        .part = ASSAY_PART_KERNEL,
    };
    const assay_linux_handover handover = {
        .kernel = image.file,
        .load_options = image.load_options,
        .initrd_count = s->initrd.count,
        .initrd = s->initrd.list,
        .via_load_file2 = s->initrd.size > 0,
        .release = uname != NULL ? uname->bytes : ASSAY_NO_BYTES,
    };
    assay_pe pe;

    if (!load_kernel(s, &image, &pe))
        return ASSAY_BOOT_RETURNED;
    return is_linux(&pe, handover.release) ? assay_linux_start(s->boot, &handover)
                                           : assay_boot_run(s->boot, &image, &pe);
}

/* What a section has beyond its file is zeros in memory; nobody hashes gigabytes of them. */
static bool is_hollow(const assay_sd_stub *s, assay_error *error)
{
    for (size_t i = 0; i < ASSAY_UKI_SECTIONS; i++)
        if (s->uki.sections[i] != NULL && s->uki.sections[i]->zeros > ASSAY_SD_ZEROS_MAX) {
            assay_fail(error, ASSAY_TOO_LARGE, ASSAY_NOWHERE,
                       "a section of the image is much larger in memory than in its file");
            return true;
        }
    return false;
}

static bool open_image(assay_sd_stub *s, const assay_pe *pe, unsigned profile)
{
    assay_error error = { .what = "" };

    if (assay_uki_open(&s->uki, pe, profile, &error) == 0 && !is_hollow(s, &error))
        return true;
    assay_boot_remark(s->boot, ASSAY_PART_UKI, true, "%s", error.what);
    return false;
}

enum assay_boot_end assay_sdstub_start(assay_boot *boot, const assay_boot_image *image,
                                       const assay_pe *pe, const assay_sd_parts *previous)
{
    assay_sd_stub s = { .boot = boot, .image = image, .previous = previous, .uki = { .pe = pe } };
    unsigned profile = 0;

    s.version = version_of(assay_uki_version(pe));
    const assay_bytes passed = assay_sd_passed_options(
        boot, image, s.version, assay_uki_has_profiles(assay_uki_version(pe)), &profile);
    if (!open_image(&s, pe, profile))
        return ASSAY_BOOT_RETURNED;
    s.extra = assay_sd_extra_folder(boot, image, s.version->without_counter);
    measure_profile(&s);
    if (s.version->addons == ASSAY_SD_ADDONS_FIRST)
        load_addons(&s);
    measure_sections(&s);
    settle_cmdline(&s, passed);
    if (s.version->addons == ASSAY_SD_ADDONS_BY_FOLDER || s.version->addons == ASSAY_SD_ADDONS)
        load_addons(&s);
    append_addons_cmdline(&s);
    if (s.version->addons == ASSAY_SD_ADDONS)
        measure_trees(&s);
    assay_sd_stub_pack_sidecars(&s);
    if (s.version->addons == ASSAY_SD_ADDONS_FIRST)
        measure_trees(&s);
    assay_sd_stub_combine_initrds(&s);
    return start_kernel(&s);
}

static enum assay_boot_end run(assay_boot *boot, const assay_boot_image *image, const assay_pe *pe)
{
    return assay_sdstub_start(boot, image, pe, NULL);
}

const assay_boot_program assay_program_sdstub = {
    .name = "systemd-stub",
    .part = ASSAY_PART_UKI,
    .recognise = assay_uki_detect,
    .run = run,
};
