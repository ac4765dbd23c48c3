/* SPDX-License-Identifier: BSD-2-Clause */
/* boot/artefact/sbat.h, after shim's SBAT.md, SbatLevel_Variable.txt and sbat.c. */
#include "boot/artefact/sbat.h"
#include "tests/artefact.h"

#define JANUARY_2024 "sbat,1,2024010900\nshim,4\ngrub,3\ngrub.debian,4\n"
#define FEBRUARY_2025 "sbat,1,2025021800\nshim,4\ngrub,5\n"

Test(sbat, the_newer_level_is_kept)
{
    static const struct {
        const char *present, *candidate;
        bool kept;
    } rows[] = {
        { JANUARY_2024, FEBRUARY_2025, false },
        { FEBRUARY_2025, JANUARY_2024, true },
        { JANUARY_2024, JANUARY_2024, true },
        { "sbat,2,2021030218\n", FEBRUARY_2025, true },
        { "sbat,10,2021030218\n", "sbat,9,2025021800\n", true },
        { "", FEBRUARY_2025, false },
        { "sbat,1,20210302", "sbat,1,2021030218\n", false }, /* too short to be one */
        { "SBAT,1,2099010100\n", FEBRUARY_2025, false },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        cr_expect_eq(assay_sbat_keeps(assay_bytes_of_string(rows[i].present),
                                      assay_bytes_of_string(rows[i].candidate)),
                     rows[i].kept, "%s for %s", rows[i].present, rows[i].candidate);
}

Test(sbat, each_component_has_to_be_of_the_level)
{
    static const struct {
        const char *section;
        bool passes;
    } rows[] = {
        { "sbat,1,SBAT,sbat,1,u\ngrub,5,FSF,grub,2.12,u\n", true },
        { "sbat,1,SBAT,sbat,1,u\ngrub,4,FSF,grub,2.06,u\n", false },
        { "grub.debian,3,Debian,grub2,2.06,u\n", true }, /* of which this level says nothing */
        { "systemd,1,S,systemd,252,u\r\n\r\nshim,4,S,shim,1,u", true },
        { "shim,x,S,shim,1,u\n", false }, /* no number is 0 */
        { "shim,4,S,shim,1\n", false },   /* a column is missing */
        { "", true },
        { "grub,5,FSF,grub,2.12,u\n\0grub,1,FSF,grub,1,u\n", true }, /* behind a NUL is nothing */
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        cr_expect_eq(assay_sbat_passes(ASSAY_LITERAL(FEBRUARY_2025),
                                       assay_bytes_of_string(rows[i].section)),
                     rows[i].passes, "%s", rows[i].section);
}

Test(sbat, a_generation_is_found_by_its_component)
{
    const assay_bytes section = ASSAY_LITERAL("sbat,1,SBAT,sbat,1,u\nshim,4,UEFI shim,shim,1,u\n");

    cr_expect_eq(assay_sbat_generation(section, "shim"), 4);
    cr_expect_eq(assay_sbat_generation(section, "shi"), -1);
    cr_expect_eq(assay_sbat_generation(ASSAY_NO_BYTES, "shim"), -1);
}

/* The section as sbat_var.S makes it: a version, two offsets from behind it, two texts. */
Test(sbat, shim_brings_two_levels_along)
{
    static const char section[] = "\0\0\0\0\x08\0\0\0\x1b\0\0\0sbat,1,2021030218\n\0sbat,1,2025021800\n";
    assay_pe pe = { .section_count = 1 };
    assay_sbat_levels levels;

    strcpy(pe.sections[0].name, ".sbatlevel");
    pe.sections[0].bytes = assay_bytes_of(section, sizeof section);
    cr_assert(assay_sbat_levels_of(&pe, &levels));
    cr_expect(assay_bytes_equal(levels.automatic, assay_sbat_original));
    cr_expect(assay_bytes_equal(levels.latest, ASSAY_LITERAL("sbat,1,2025021800\n")));
    pe.sections[0].bytes = assay_bytes_of("\1\0\0\0\x08\0\0\0\x08\0\0\0x", 14);
    cr_expect_not(assay_sbat_levels_of(&pe, &levels), "a format to come");
    pe.sections[0].bytes = assay_bytes_of("\0\0\0\0\xff\xff\xff\xff\x08\0\0\0x", 14);
    cr_expect_not(assay_sbat_levels_of(&pe, &levels), "an offset beyond the section");
    pe.section_count = 0;
    cr_expect_not(assay_sbat_levels_of(&pe, &levels));
}
