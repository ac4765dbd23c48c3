/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Of what systemd-stub puts its kernel's initrd together. Each of these archives and addons is
 * measured by itself before the kernel measures the whole.
 */
#include "boot/loader/sdstub_private.h"

enum { PCR_KERNEL_CONFIG = 12, PCR_SYSEXTS = 13, TAG_INITRD_ADDON = 0x49dffe0f };
static const uint32_t tag_microcode_addon = 0xdac08e1a;

static const assay_sd_target meta_target = { ".extra", 0555, 0444 };

/* Which of them are made by which version, has_sidecar() says. */
static const assay_sd_sidecar sidecars[ASSAY_SD_SIDECARS] = {
    [ASSAY_SD_CREDENTIALS] = { .suffix = ".cred",
                      .target = { ".extra/credentials", 0500, 0400 },
                      .pcr = PCR_KERNEL_CONFIG,
                      .description = "Credentials initrd" },
    [ASSAY_SD_GLOBAL_CREDENTIALS] = { .folder = "loader/credentials",
                             .suffix = ".cred",
                             .target = { ".extra/global_credentials", 0500, 0400 },
                             .pcr = PCR_KERNEL_CONFIG,
                             .description = "Global credentials initrd" },
    [ASSAY_SD_SYSEXT] = { .suffix = ".raw",
                 .exclude = ".confext.raw",
                 .target = { ".extra/sysext", 0555, 0444 },
                 .pcr = PCR_SYSEXTS,
                 .description = "System extension initrd" },
    [ASSAY_SD_GLOBAL_SYSEXT] = { .folder = "loader/extensions",
                        .suffix = ".raw",
                        .exclude = ".confext.raw",
                        .target = { ".extra/global_sysext", 0555, 0444 },
                        .pcr = PCR_SYSEXTS,
                        .description = "Global system extension initrd" },
    [ASSAY_SD_CONFEXT] = { .suffix = ".confext.raw",
                  .target = { ".extra/confext", 0555, 0444 },
                  .pcr = PCR_KERNEL_CONFIG,
                  .description = "Configuration extension initrd" },
    [ASSAY_SD_GLOBAL_CONFEXT] = { .folder = "loader/extensions",
                         .suffix = ".confext.raw",
                         .target = { ".extra/global_confext", 0555, 0444 },
                         .pcr = PCR_KERNEL_CONFIG,
                         .description = "Global configuration extension initrd" },
};

static bool has_sidecar(const assay_sd_stub *s, size_t which)
{
    switch (which) {
    case ASSAY_SD_CONFEXT:
        return s->version->confexts;
    case ASSAY_SD_GLOBAL_SYSEXT:
    case ASSAY_SD_GLOBAL_CONFEXT:
        return s->version->global_extensions;
    default:
        return true;
    }
}

void assay_sd_stub_pack_sidecars(assay_sd_stub *s)
{
    for (size_t i = 0; i < ASSAY_SD_SIDECARS; i++) {
        assay_sd_sidecar sidecar = sidecars[i];
        if (!s->version->confexts)
            sidecar.exclude = NULL;
        if (has_sidecar(s, i))
            assay_sd_pack_sidecars(s->boot, s->image->disk, s->extra, &sidecar, &s->sidecars[i]);
    }
}

static void add_initrd(assay_sd_stub *s, const assay_sd_parts *parts)
{
    if (parts->size == 0)
        return;
    if (s->initrd_count++ > 0)
        assay_sd_parts_pad(s->boot, &s->initrd);
    for (size_t i = 0; i < parts->count; i++)
        assay_sd_parts_add(s->boot, &s->initrd, parts->list[i]);
}

static void add_bytes(assay_sd_stub *s, const assay_bytes *bytes, size_t count)
{
    assay_sd_parts parts = { 0 };

    for (size_t i = 0; i < count; i++)
        assay_sd_parts_add(s->boot, &parts, bytes[i]);
    add_initrd(s, &parts);
}

static void add_section(assay_sd_stub *s, enum assay_uki_section section)
{
    assay_bytes bytes[ASSAY_SD_SECTION_PARTS];

    if (s->uki.sections[section] != NULL)
        add_bytes(s, bytes, assay_sd_section_parts(s->boot, s->uki.sections[section], bytes));
}

/* A section as a file that userspace finds. */
static void add_wrapped(assay_sd_stub *s, enum assay_uki_section section, const char *name)
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
static void add_microcode(assay_sd_stub *s)
{
    const assay_sd_addon_list *const list = &s->addons.microcode;

    for (size_t i = list->count; i-- > 0;) {
        assay_sd_measure_addon(s->boot, tag_microcode_addon, &list->parts[i]);
        add_bytes(s, list->parts[i].bytes, list->parts[i].count);
    }
    if (s->version->microcode)
        add_section(s, ASSAY_UKI_UCODE);
}

static void add_initrd_addons(assay_sd_stub *s)
{
    const assay_sd_addon_list *const list = &s->addons.initrds;

    for (size_t i = 0; i < list->count; i++) {
        assay_sd_measure_addon(s->boot, TAG_INITRD_ADDON, &list->parts[i]);
        add_bytes(s, list->parts[i].bytes, list->parts[i].count);
    }
}

void assay_sd_stub_combine_initrds(assay_sd_stub *s)
{
    add_microcode(s);
    if (s->version->previous_initrd && s->previous != NULL)
        add_initrd(s, s->previous);
    add_section(s, ASSAY_UKI_INITRD);
    for (size_t i = 0; i < ASSAY_SD_SIDECARS; i++)
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
