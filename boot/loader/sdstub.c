/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/loader/sdstub.h"

#include "base/utf16.h"
#include "boot/loader/linux.h"
#include "eventlog/payload/tagged.h"

#include <limits.h>
#include <stdio.h>
#include <strings.h>

enum {
    PCR_KERNEL_BOOT = 11,
    PCR_KERNEL_CONFIG = 12,
    PCR_SYSEXTS = 13,
    TAG_DEVICETREE_ADDON = 0x6c46f751,
    TAG_INITRD_ADDON = 0x49dffe0f,
};
static const uint32_t tag_microcode_addon = 0xdac08e1a;

static const assay_sdstub_version versions[] = {
    { .since = 260,
      .mangling = ASSAY_SD_TRIMS,
      .addons = ASSAY_SD_ADDONS,
      .without_counter = true,
      .checks_options = true,
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
      .confexts = true,
      .microcode = true,
      .describes = true,
      .previous_initrd = true },
    { .since = 257,
      .mangling = ASSAY_SD_TRIMS,
      .addons = ASSAY_SD_ADDONS,
      .without_counter = true,
      .checks_options = true,
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

static const assay_sd_target meta_target = { ".extra", 0555, 0444 };

/* In the order in which they are made; which of them by which version, has_sidecar() says. */
enum { CREDENTIALS, GLOBAL_CREDENTIALS, SYSEXT, GLOBAL_SYSEXT, CONFEXT, GLOBAL_CONFEXT, SIDECARS };

static const assay_sd_sidecar sidecars[SIDECARS] = {
    [CREDENTIALS] = { .suffix = ".cred",
                      .target = { ".extra/credentials", 0500, 0400 },
                      .pcr = PCR_KERNEL_CONFIG,
                      .description = "Credentials initrd" },
    [GLOBAL_CREDENTIALS] = { .folder = "loader/credentials",
                             .suffix = ".cred",
                             .target = { ".extra/global_credentials", 0500, 0400 },
                             .pcr = PCR_KERNEL_CONFIG,
                             .description = "Global credentials initrd" },
    [SYSEXT] = { .suffix = ".raw",
                 .exclude = ".confext.raw",
                 .target = { ".extra/sysext", 0555, 0444 },
                 .pcr = PCR_SYSEXTS,
                 .description = "System extension initrd" },
    [GLOBAL_SYSEXT] = { .folder = "loader/extensions",
                        .suffix = ".raw",
                        .exclude = ".confext.raw",
                        .target = { ".extra/global_sysext", 0555, 0444 },
                        .pcr = PCR_SYSEXTS,
                        .description = "Global system extension initrd" },
    [CONFEXT] = { .suffix = ".confext.raw",
                  .target = { ".extra/confext", 0555, 0444 },
                  .pcr = PCR_KERNEL_CONFIG,
                  .description = "Configuration extension initrd" },
    [GLOBAL_CONFEXT] = { .folder = "loader/extensions",
                         .suffix = ".confext.raw",
                         .target = { ".extra/global_confext", 0555, 0444 },
                         .pcr = PCR_KERNEL_CONFIG,
                         .description = "Global configuration extension initrd" },
};

/* A stub at work. */
typedef struct stub {
    assay_boot *boot;
    const assay_boot_image *image;
    const assay_sdstub_version *version;
    const assay_sd_parts *previous;
    assay_uki uki;
    assay_bytes extra; /* the folder beside the image */
    assay_bytes cmdline;
    assay_sd_addons_found addons;
    assay_sd_parts sidecars[SIDECARS];
    size_t initrd_count; /* that the initrd is put together of */
    assay_sd_parts initrd;
} stub;

static const assay_sdstub_version *version_of(unsigned version)
{
    const assay_sdstub_version *row = versions;

    while (version != 0 && version < row->since)
        row++;
    return row;
}

/* --- what it was given ------------------------------------------------------------------------ */

static uint16_t unit_at(assay_bytes text, size_t index)
{
    return (uint16_t)(text.data[2 * index] | text.data[2 * index + 1] << 8);
}

static assay_bytes skip_units(assay_bytes text, size_t count)
{
    return assay_bytes_of(text.data + 2 * count, text.size - 2 * count);
}

static assay_bytes last_name(assay_bytes path)
{
    size_t first = path.size;

    while (first > 0 && path.data[first - 1] != '/' && path.data[first - 1] != '\\')
        first--;
    return assay_bytes_of(path.data + first, path.size - first);
}

/*
 * The UEFI shell hands over its whole line, and tells the stub so; what is passed on is without
 * the program's name. Here the name is what tells.
 */
static assay_bytes without_program(const stub *s, assay_bytes options)
{
    uint8_t utf8[1024];
    assay_writer out = assay_writer_lent(utf8, sizeof utf8);
    const size_t count = options.size / 2;
    size_t end = 0;

    while (end < count && unit_at(options, end) != ' ')
        end++;
    assay_put_utf16(&out, assay_bytes_of(options.data, 2 * end));
    const assay_bytes program = last_name(assay_written(&out)), name = last_name(s->image->path);
    if (out.failure != 0 || program.size != name.size || name.size == 0 ||
        strncasecmp((const char *)program.data, (const char *)name.data, name.size) != 0)
        return options;
    while (end < count && unit_at(options, end) == ' ')
        end++;
    return end < count ? skip_units(options, end) : ASSAY_NO_BYTES;
}

static bool is_printable(const stub *s, assay_bytes options)
{
    const size_t count = s->version->checks_options ? options.size / 2 : 1;

    for (size_t i = 0; i < count; i++)
        if (unit_at(options, i) < ' ')
            return false;
    return true;
}

/* "@2 quiet": profile 2 and the options "quiet". */
static assay_bytes take_profile(assay_bytes options, unsigned *profile)
{
    const size_t count = options.size / 2;
    uint64_t number = 0;
    size_t i = 1;

    if (count < 2 || unit_at(options, 0) != '@')
        return options;
    for (; i < count && unit_at(options, i) >= '0' && unit_at(options, i) <= '9'; i++) {
        number = number * 10 + (uint64_t)(unit_at(options, i) - '0');
        if (number > UINT_MAX)
            return options;
    }
    if (i == 1 || (i < count && unit_at(options, i) != ' '))
        return options;
    *profile = (unsigned)number;
    return skip_units(options, i < count ? i + 1 : i);
}

/* The options that were passed, mangled; or no text. */
static assay_bytes passed_options(stub *s, unsigned *profile)
{
    assay_bytes options = assay_sd_options(s->image->load_options);

    if (options.size == 0 || !is_printable(s, options))
        return ASSAY_NO_BYTES;
    options = without_program(s, options);
    if (options.data == NULL)
        return ASSAY_NO_BYTES;
    if (assay_uki_has_profiles(assay_uki_version(s->uki.pe)))
        options = take_profile(options, profile);
    return assay_sd_mangle(s->boot, options, s->version->mangling);
}

/* --- PCR 11, and the command line in PCR 12 --------------------------------------------------- */

static void measure_profile(stub *s)
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

static void measure_section(stub *s, enum assay_uki_section section)
{
    const char *const name = assay_uki_section_name(section);
    const assay_bytes measured = assay_bytes_of(name, strlen(name) + 1);
    assay_bytes parts[ASSAY_SD_SECTION_PARTS];
    const size_t count = assay_sd_section_parts(s->boot, s->uki.sections[section], parts);

    assay_sd_measure(s->boot, PCR_KERNEL_BOOT, part_of(section), &measured, 1, name);
    assay_sd_measure(s->boot, PCR_KERNEL_BOOT, part_of(section), parts, count, name);
}

static void measure_sections(stub *s)
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

static void settle_cmdline(stub *s, assay_bytes passed)
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

static void append_addons_cmdline(stub *s)
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
static void load_addons(stub *s)
{
    const assay_bytes folders[] = { ASSAY_LITERAL("loader/addons"), s->extra };

    for (size_t i = 0; i < 2; i++) {
        assay_sd_load_addons(s->boot, s->image, &s->uki, s->version, folders[i], &s->addons);
        if (s->version->addons == ASSAY_SD_ADDONS_BY_FOLDER)
            append_addons_cmdline(s);
    }
}

static void measure_trees(stub *s)
{
    for (size_t i = 0; i < s->addons.trees.count; i++)
        assay_sd_measure_addon(s->boot, TAG_DEVICETREE_ADDON, &s->addons.trees.parts[i]);
}

/* --- the initrd ------------------------------------------------------------------------------- */

static bool has_sidecar(const stub *s, size_t which)
{
    switch (which) {
    case CONFEXT:
        return s->version->confexts;
    case GLOBAL_SYSEXT:
    case GLOBAL_CONFEXT:
        return s->version->global_extensions;
    default:
        return true;
    }
}

static void pack_sidecars(stub *s)
{
    for (size_t i = 0; i < SIDECARS; i++) {
        assay_sd_sidecar sidecar = sidecars[i];
        if (!s->version->confexts)
            sidecar.exclude = NULL;
        if (has_sidecar(s, i))
            assay_sd_pack_sidecars(s->boot, s->image->disk, s->extra, &sidecar, &s->sidecars[i]);
    }
}

static void add_initrd(stub *s, const assay_sd_parts *parts)
{
    if (parts->size == 0)
        return;
    if (s->initrd_count++ > 0)
        assay_sd_parts_pad(s->boot, &s->initrd);
    for (size_t i = 0; i < parts->count; i++)
        assay_sd_parts_add(s->boot, &s->initrd, parts->list[i]);
}

static void add_bytes(stub *s, const assay_bytes *bytes, size_t count)
{
    assay_sd_parts parts = { 0 };

    for (size_t i = 0; i < count; i++)
        assay_sd_parts_add(s->boot, &parts, bytes[i]);
    add_initrd(s, &parts);
}

static void add_section(stub *s, enum assay_uki_section section)
{
    assay_bytes bytes[ASSAY_SD_SECTION_PARTS];

    if (s->uki.sections[section] != NULL)
        add_bytes(s, bytes, assay_sd_section_parts(s->boot, s->uki.sections[section], bytes));
}

/* A section as a file that userspace finds. */
static void add_wrapped(stub *s, enum assay_uki_section section, const char *name)
{
    assay_bytes bytes[ASSAY_SD_SECTION_PARTS];
    assay_sd_parts archive = { 0 };

    if (s->uki.sections[section] == NULL)
        return;
    const size_t count = assay_sd_section_parts(s->boot, s->uki.sections[section], bytes);
    assay_sd_pack_one(s->boot, &meta_target, name, bytes, count, &archive);
    add_initrd(s, &archive);
}

/* The kernel takes the first microcode that it finds: that of the last addon comes first. */
static void add_microcode(stub *s)
{
    const assay_sd_addon_list *const list = &s->addons.microcode;

    for (size_t i = list->count; i-- > 0;) {
        assay_sd_measure_addon(s->boot, tag_microcode_addon, &list->parts[i]);
        add_bytes(s, list->parts[i].bytes, list->parts[i].count);
    }
    if (s->version->microcode)
        add_section(s, ASSAY_UKI_UCODE);
}

static void add_initrd_addons(stub *s)
{
    const assay_sd_addon_list *const list = &s->addons.initrds;

    for (size_t i = 0; i < list->count; i++) {
        assay_sd_measure_addon(s->boot, TAG_INITRD_ADDON, &list->parts[i]);
        add_bytes(s, list->parts[i].bytes, list->parts[i].count);
    }
}

/* One initrd alone is handed over as it is; of several each is padded. */
static void combine_initrds(stub *s)
{
    add_microcode(s);
    if (s->version->previous_initrd && s->previous != NULL)
        add_initrd(s, s->previous);
    add_section(s, ASSAY_UKI_INITRD);
    for (size_t i = 0; i < SIDECARS; i++)
        add_initrd(s, &s->sidecars[i]);
    add_wrapped(s, ASSAY_UKI_PCRSIG, "tpm2-pcr-signature.json");
    add_wrapped(s, ASSAY_UKI_PCRPKEY, "tpm2-pcr-public-key.pem");
    if (s->version->describes) {
        add_wrapped(s, ASSAY_UKI_OSREL, "os-release");
        add_wrapped(s, ASSAY_UKI_PROFILE, "profile");
    }
    add_initrd_addons(s);
    if (s->initrd_count > 1)
        assay_sd_parts_pad(s->boot, &s->initrd);
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
static bool load_kernel(stub *s, assay_bytes kernel)
{
    const assay_boot_image image = {
        .file = kernel,
        .device_path = assay_bytes_of(payload_path, sizeof payload_path),
        .part = ASSAY_PART_KERNEL,
    };
    assay_pe pe;

    if (assay_pe_open(&pe, kernel, NULL) < 0) {
        assay_boot_remark(s->boot, ASSAY_PART_KERNEL, true,
                          "the kernel in a unified kernel image is no PE image");
        return false;
    }
    return !s->version->loads_kernel || s->boot->secure_boot ||
           assay_boot_load(s->boot, &image, &pe);
}

static enum assay_boot_end start_kernel(stub *s)
{
    const assay_bytes kernel = s->uki.sections[ASSAY_UKI_LINUX]->bytes;
    const assay_pe_section *const uname = s->uki.sections[ASSAY_UKI_UNAME];
    const assay_linux_handover handover = {
        .kernel = kernel,
        .load_options = assay_sd_with_nul(s->boot, s->cmdline),
        .initrd_count = s->initrd.count,
        .initrd = s->initrd.list,
        .via_load_file2 = s->initrd.size > 0,
        .release = uname != NULL ? uname->bytes : ASSAY_NO_BYTES,
    };

    return load_kernel(s, kernel) ? assay_linux_start(s->boot, &handover) : ASSAY_BOOT_RETURNED;
}

static bool open_image(stub *s, const assay_pe *pe, unsigned profile)
{
    assay_error error = { .what = "" };

    if (assay_uki_open(&s->uki, pe, profile, &error) == 0)
        return true;
    assay_boot_remark(s->boot, ASSAY_PART_UKI, true, "%s", error.what);
    return false;
}

enum assay_boot_end assay_sdstub_start(assay_boot *boot, const assay_boot_image *image,
                                       const assay_pe *pe, const assay_sd_parts *previous)
{
    stub s = { .boot = boot, .image = image, .previous = previous, .uki = { .pe = pe } };
    unsigned profile = 0;

    s.version = version_of(assay_uki_version(pe));
    const assay_bytes passed = passed_options(&s, &profile);
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
    pack_sidecars(&s);
    if (s.version->addons == ASSAY_SD_ADDONS_FIRST)
        measure_trees(&s);
    combine_initrds(&s);
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
