/* SPDX-License-Identifier: BSD-2-Clause */
/* boot/artefact/uki.h, after systemd's src/fundamental/uki.c and src/boot/pe.c of 252 to 258. */
#include "boot/artefact/uki.h"
#include "tests/artefact.h"

typedef struct opened {
    artefact file;
    assay_pe pe;
    assay_uki uki;
} opened;

static int open_uki(opened *o, const char *name, unsigned profile)
{
    o->file = artefact_fixture(name);
    cr_assert_eq(assay_pe_open(&o->pe, artefact_bytes(&o->file), NULL), 0);
    return assay_uki_open(&o->uki, &o->pe, profile, NULL);
}

/* What is measured, section by section: ".linux=600 .osrel=11". */
static const char *measured(const assay_uki *uki)
{
    static char text[400];
    assay_writer out = assay_writer_lent(text, sizeof text - 1);

    for (enum assay_uki_section i = 0; i < ASSAY_UKI_SECTIONS; i++)
        if (uki->sections[i] != NULL && assay_uki_measures(uki->version, i))
            assay_put_format(&out, "%s=%u ", assay_uki_section_name(i),
                             uki->sections[i]->virtual_size);
    text[out.used > 0 ? out.used - 1 : 0] = '\0';
    return text;
}

Test(uki, stub_252_knows_seven_sections_in_its_own_order)
{
    opened o;

    cr_assert_eq(open_uki(&o, "pe/uki252.efi", 0), 0);
    cr_expect(assay_uki_detect(&o.pe));
    cr_expect_eq(o.uki.version, 252);
    cr_expect_str_eq(o.uki.version_text, "252.39-1~deb12u2");
    cr_expect_str_eq(measured(&o.uki), ".linux=600 .osrel=11 .cmdline=5 .initrd=300 .pcrpkey=3");
    cr_expect_not_null(o.uki.sections[ASSAY_UKI_PCRSIG], "used, and not measured");
    artefact_free(&o.file);
    cr_expect_eq(open_uki(&o, "pe/uki252.efi", 1), -ASSAY_MALFORMED, "no profiles before 257");
    artefact_free(&o.file);
}

Test(uki, a_profile_overrides_what_is_before_the_first)
{
    static const char *const profiles[] = {
        ".linux=600 .osrel=11 .cmdline=5 .initrd=300 .uname=4 .pcrpkey=3 .profile=8 .hwids=12",
        (".linux=600 .osrel=11 .cmdline=5 .initrd=300 .ucode=20 .uname=4 .pcrpkey=3 .profile=9 "
         ".hwids=12"),
        /* An empty .cmdline hides the one of all. */
        ".linux=600 .osrel=11 .initrd=300 .uname=4 .pcrpkey=3 .profile=8 .hwids=12",
    };
    opened o;

    for (unsigned i = 0; i < 3; i++) {
        cr_assert_eq(open_uki(&o, "pe/uki257.efi", i), 0);
        cr_expect_eq(o.uki.profile_count, 3);
        cr_expect_str_eq(measured(&o.uki), profiles[i], "profile %u: %s", i, measured(&o.uki));
        cr_expect(o.uki.depends_on_hardware[ASSAY_UKI_DTBAUTO]);
        cr_expect_not(o.uki.depends_on_hardware[ASSAY_UKI_EFIFW]);
        artefact_free(&o.file);
    }
    cr_expect_eq(open_uki(&o, "pe/uki257.efi", 3), -ASSAY_MALFORMED);
    artefact_free(&o.file);
}

Test(uki, the_first_of_a_name_counts_since_257_and_the_last_before)
{
    opened o;

    cr_assert_eq(open_uki(&o, "pe/uki257.efi", 1), 0);
    cr_expect(assay_bytes_equal(o.uki.sections[ASSAY_UKI_CMDLINE]->bytes, ASSAY_LITERAL("debug")));
    memcpy(strstr((char *)o.file.data + 0x600, "257"), "256", 3);
    cr_assert_eq(assay_uki_open(&o.uki, &o.pe, 0, NULL), 0);
    cr_expect_eq(o.uki.version, 256);
    cr_expect_null(o.uki.sections[ASSAY_UKI_CMDLINE], "the last one is empty");
    cr_expect_not_null(o.uki.sections[ASSAY_UKI_DTB], ".dtbauto begins with .dtb");
    cr_expect_null(o.uki.sections[ASSAY_UKI_HWIDS]);
    artefact_free(&o.file);
}

Test(uki, versions_know_what_they_know)
{
    static const struct {
        enum assay_uki_section section;
        unsigned since;
    } rows[] = {
        { ASSAY_UKI_LINUX, 252 },   { ASSAY_UKI_UNAME, 254 }, { ASSAY_UKI_SBAT, 254 },
        { ASSAY_UKI_UCODE, 256 },   { ASSAY_UKI_PROFILE, 257 }, { ASSAY_UKI_DTBAUTO, 257 },
        { ASSAY_UKI_HWIDS, 257 },   { ASSAY_UKI_EFIFW, 258 },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        cr_expect(assay_uki_measures(rows[i].since, rows[i].section));
        cr_expect_not(assay_uki_measures(rows[i].since - 1, rows[i].section), "%s",
                      assay_uki_section_name(rows[i].section));
        cr_expect(assay_uki_measures(0, rows[i].section), "an unknown stub is a new one");
    }
    cr_expect_not(assay_uki_measures(0, ASSAY_UKI_PCRSIG));
    cr_expect(assay_uki_has_profiles(0));
    cr_expect_not(assay_uki_has_profiles(256));
}

Test(uki, an_image_without_a_stub_or_a_kernel_is_none)
{
    opened o;

    cr_expect_eq(open_uki(&o, "pe/plus.efi", 0), -ASSAY_MALFORMED);
    cr_expect_not(assay_uki_detect(&o.pe));
    cr_expect_eq(assay_uki_version(&o.pe), 0);
    artefact_free(&o.file);
}
