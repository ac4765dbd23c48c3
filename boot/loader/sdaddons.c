/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Addons: small PE images beside a UKI, or in loader/addons for all of them, with more of a command
 * line, a device tree, an initrd or microcode. They are loaded as programs are, so that Secure Boot
 * has its say.
 */
#include "boot/loader/sdstub.h"

static const char suffix[] = ".addon.efi";

/* Which sections make an addon, by version. */
typedef struct addon_sections {
    enum assay_sd_addons since;
    enum assay_uki_section sections[5];
    size_t count;
} addon_sections;

static const addon_sections useful[] = {
    { ASSAY_SD_ADDONS,
      { ASSAY_UKI_CMDLINE, ASSAY_UKI_DTB, ASSAY_UKI_INITRD, ASSAY_UKI_UCODE },
      4 },
    { ASSAY_SD_ADDONS_FIRST, { ASSAY_UKI_CMDLINE, ASSAY_UKI_DTB }, 2 },
    { ASSAY_SD_ADDONS_BY_FOLDER, { ASSAY_UKI_CMDLINE }, 1 },
};

static const addon_sections *useful_to(const assay_sdstub_version *version)
{
    const addon_sections *row = useful;

    while (row->since > version->addons)
        row++;
    return row;
}

/* Whether two .uname say the same, as far as the addon's goes. */
static bool same_release(assay_bytes uki, assay_bytes addon)
{
    for (size_t i = 0; i < addon.size; i++) {
        const uint8_t c = i < uki.size ? uki.data[i] : 0;
        if (addon.data[i] != c)
            return false;
        if (c == 0)
            return true;
    }
    return true;
}

static bool is_addon(const assay_uki *uki, const addon_sections *row,
                     const assay_pe_section *const sections[ASSAY_UKI_SECTIONS])
{
    const assay_pe_section *const release = sections[ASSAY_UKI_UNAME];
    const assay_pe_section *const wanted = uki->sections[ASSAY_UKI_UNAME];
    bool any = false;

    for (size_t i = 0; i < row->count; i++)
        any |= sections[row->sections[i]] != NULL;
    return any && sections[ASSAY_UKI_LINUX] == NULL &&
           (release == NULL || wanted == NULL || same_release(wanted->bytes, release->bytes));
}

static void add_part(assay_boot *boot, assay_sd_addon_list *list, assay_bytes name,
                     const assay_pe_section *section)
{
    if (section == NULL)
        return;
    if (list->count == ASSAY_SD_ADDON_PARTS) {
        assay_boot_fail(boot, ASSAY_TOO_LARGE, "there are more addons than %d",
                        ASSAY_SD_ADDON_PARTS);
        return;
    }
    assay_sd_addon_part *const part = &list->parts[list->count++];
    part->name = name;
    part->count = assay_sd_section_parts(boot, section, part->bytes);
}

/* Since 257 each is tidied up alone before it is joined, whatever blanks it has in front and
 * behind. */
static void add_cmdline(assay_boot *boot, const assay_sdstub_version *version, assay_bytes section,
                        assay_sd_addons_found *found)
{
    assay_bytes text = assay_sd_text(boot, section);

    if (version->tidies_addons)
        text = assay_sd_mangle(boot, text, version->mangling);
    found->cmdline = assay_sd_join(boot, found->cmdline, text);
}

static void take(assay_boot *boot, const assay_sdstub_version *version, assay_bytes name,
                 const assay_pe_section *const sections[ASSAY_UKI_SECTIONS],
                 assay_sd_addons_found *found)
{
    const assay_pe_section *const cmdline = sections[ASSAY_UKI_CMDLINE];

    if (cmdline != NULL)
        add_cmdline(boot, version, cmdline->bytes, found);
    if (version->addons >= ASSAY_SD_ADDONS_FIRST)
        add_part(boot, &found->trees, name, sections[ASSAY_UKI_DTB]);
    if (version->addons < ASSAY_SD_ADDONS)
        return;
    add_part(boot, &found->initrds, name, sections[ASSAY_UKI_INITRD]);
    add_part(boot, &found->microcode, name, sections[ASSAY_UKI_UCODE]);
}

static void load(assay_boot *boot, const assay_boot_image *uki_image, const assay_uki *uki,
                 const assay_sdstub_version *version, const assay_tree_entry *entry,
                 assay_sd_addons_found *found)
{
    const assay_pe_section *sections[ASSAY_UKI_SECTIONS];
    assay_boot_image image = { .disk = uki_image->disk, .part = ASSAY_PART_ADDON };
    assay_pe pe;

    image.path = assay_boot_keep(boot, entry->path);
    if (!assay_boot_read(boot, image.disk, image.path, &image.file) ||
        assay_pe_open(&pe, image.file, NULL) < 0 || !assay_sd_load(boot, &image, &pe))
        return;
    assay_uki_addon_sections(&pe, uki->version, sections);
    if (is_addon(uki, useful_to(version), sections))
        take(boot, version, assay_boot_keep(boot, entry->name), sections, found);
}

void assay_sd_load_addons(assay_boot *boot, const assay_boot_image *image, const assay_uki *uki,
                          const assay_sdstub_version *version, assay_bytes folder,
                          assay_sd_addons_found *found)
{
    assay_tree_entry entry;
    size_t position = 0;

    while (assay_sd_next_file(image->disk, folder, suffix, NULL, &position, &entry))
        load(boot, image, uki, version, &entry, found);
}

void assay_sd_measure_addon(assay_boot *boot, uint32_t tag, const assay_sd_addon_part *part)
{
    const assay_bytes name = assay_boot_utf16(boot, part->name, true);

    assay_boot_measure_parts(boot, 12, EV_EVENT_TAG, ASSAY_PART_ADDON, part->bytes, part->count,
                             assay_boot_tag(boot, tag, name));
}
