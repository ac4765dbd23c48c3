/* SPDX-License-Identifier: BSD-2-Clause */
/* Any bytes as a unified kernel image, profile by profile, and as an addon. */
#include "boot/artefact/uki.h"
#include "tests/fuzz/fuzz.h"

static void demand_uki(const assay_uki *uki)
{
    demand(uki->sections[ASSAY_UKI_LINUX] != NULL, "there is a kernel");
    demand(memchr(uki->version_text, '\0', sizeof uki->version_text) != NULL, "the version ends");
    for (enum assay_uki_section i = 0; i < ASSAY_UKI_SECTIONS; i++) {
        const assay_pe_section *const section = uki->sections[i];

        demand(section == NULL || section->virtual_size > 0, "no section is empty");
        demand(section == NULL || (section >= uki->pe->sections &&
                                   section < uki->pe->sections + uki->pe->section_count),
               "a section is one of the image");
        demand(section == NULL || strncmp(section->name, assay_uki_section_name(i),
                                          strlen(assay_uki_section_name(i))) == 0,
               "a section has its name");
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const assay_pe_section *addon[ASSAY_UKI_SECTIONS];
    assay_error error = { .what = "" };
    assay_uki uki;
    assay_pe pe;

    if (assay_pe_open(&pe, assay_bytes_of(data, size), NULL) < 0)
        return 0;
    for (unsigned profile = 0; profile < 4; profile++)
        if (assay_uki_open(&uki, &pe, profile, &error) == 0) {
            demand_uki(&uki);
            demand(profile == 0 || profile < uki.profile_count, "a profile is there");
        } else {
            demand(error.what[0] != '\0', "a fault is explained");
        }
    assay_uki_addon_sections(&pe, assay_uki_version(&pe), addon);
    return 0;
}
