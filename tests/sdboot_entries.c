/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * boot/loader/sdboot.h: which entry is taken, and what is measured of it. Digests are hashlib's, of
 * texts in UTF-16 with their NUL: "a" a2d39892, "B" 46f83e3a, "C" d23f96d8, "a b" db6d9af6,
 * "initrd=\u.img initrd=\i.img a b" 603f9783, "@1" 6fe1a7ee, "K" a1559d84, "k=1" c0072a01.
 */
#include "boot/loader/sdboot.h"
#include "tests/madepe.h"
#include "tests/played.h"

#include <criterion/criterion.h>
#include <stdio.h>

static const assay_guid loader_guid =
    ASSAY_GUID(0x4a67b082, 0x0a4c, 0x41cf, 0xb6, 0xc7, 0x44, 0x0b, 0x29, 0xbb, 0x8c, 0x4f);

/* A kernel of arm64 says so in its DOS header (Documentation/arch/arm64/booting.rst). */
static void add_kernel(played *p, const char *path)
{
    const made_section text = { .name = ".text", .content = "Linux version 6.12.1 (rig)" };
    uint8_t buffer[2048];
    const assay_bytes kernel = made_pe(buffer, sizeof buffer, &text, 1);

    memcpy(buffer + 56, "ARM\x64", 4);
    played_add(p, path, assay_boot_keep(&p->boot, kernel));
}

static void add_image(played *p, const char *path, const made_section *sections, size_t count)
{
    uint8_t buffer[16384];

    played_add(p, path, assay_boot_keep(&p->boot, made_pe(buffer, sizeof buffer, sections, count)));
}

/* systemd-boot of a version, and a kernel that measures what it is given. */
static void begin(played *p, const char *version)
{
    char magic[80];
    const made_section loader = { .name = ".sdmagic", .content = magic };

    played_make(p);
    snprintf(magic, sizeof magic, "#### LoaderInfo: systemd-boot %s ####", version);
    add_image(p, "EFI/systemd/systemd-bootx64.efi", &loader, 1);
    add_kernel(p, "k");
}

static void add_entry(played *p, const char *name, const char *text)
{
    char path[100];

    snprintf(path, sizeof path, "loader/entries/%s", name);
    played_add(p, path, assay_bytes_of_string(text));
}

static void set(played *p, const char *name, const char *value)
{
    const assay_efivar variable = {
        .vendor = loader_guid,
        .name = assay_bytes_of_string(name),
        .data = assay_boot_utf16(&p->boot, assay_bytes_of_string(value), true),
    };

    cr_assert_eq(assay_variables_set(p->scenario.variables, &variable), 0);
}

/* The eight characters of the first digest in a PCR, or "none". */
static const char *first(played *p, const char *pcr)
{
    static char digest[9];
    const char *const found = strstr(played_words(p), pcr);

    snprintf(digest, sizeof digest, "%.8s", found != NULL ? found + strlen(pcr) : "none");
    return digest;
}

/* Of the options of the entry that is taken. */
static const char *options_taken(played *p)
{
    played_start(p, "EFI/systemd/systemd-bootx64.efi", ASSAY_NO_BYTES);
    return first(p, " 12:");
}

static void add_three(played *p)
{
    add_entry(p, "a.conf", "linux /k\noptions a\n");
    add_entry(p, "b.conf", "linux /k\noptions B\n");
    add_entry(p, "c+0-3.conf", "linux /k\noptions C\n");
}

Test(sdboot_entries, the_default_is_chosen_by_many)
{
    enum { NONE, CONF, VARIABLE, ONE_SHOT, SAVED, CHOICE, NO_MATCH, CASES };
    static const char *const expected[CASES] = { "46f83e3a", "a2d39892", "d23f96d8", "46f83e3a",
                                                 "a2d39892", "d23f96d8", "46f83e3a" };

    for (int i = 0; i < CASES; i++) {
        played p;
        begin(&p, "257");
        add_three(&p);
        if (i >= CONF && i <= ONE_SHOT)
            played_add(&p, "loader/loader.conf", ASSAY_LITERAL("default A.*\n"));
        if (i == VARIABLE || i == ONE_SHOT)
            set(&p, "LoaderEntryDefault", "c*");
        if (i == ONE_SHOT)
            set(&p, "LoaderEntryOneShot", "b.conf");
        if (i == SAVED) {
            played_add(&p, "loader/loader.conf", ASSAY_LITERAL("default @saved\n"));
            set(&p, "LoaderEntryLastBooted", "a.conf");
        }
        if (i == CHOICE)
            p.scenario.choice.boot_manager = "c+0-3.conf";
        if (i == NO_MATCH)
            played_add(&p, "loader/loader.conf", ASSAY_LITERAL("default d*\n"));
        cr_expect_str_eq(options_taken(&p), expected[i], "case %d", i);
        played_free(&p);
    }
}

Test(sdboot_entries, a_choice_that_is_not_there_is_an_error)
{
    played p;

    begin(&p, "257");
    add_three(&p);
    p.scenario.choice.boot_manager = "d.conf";
    const assay_boot_image image = {
        .file = played_file(&p, "EFI/systemd/systemd-bootx64.efi"),
        .disk = &p.scenario.disks[0],
        .path = ASSAY_LITERAL("EFI/systemd/systemd-bootx64.efi"),
    };
    cr_expect_eq(assay_boot_start(&p.boot, &image), ASSAY_BOOT_RETURNED);
    cr_expect_eq(p.boot.status, -ASSAY_MALFORMED);
    played_free(&p);
}

Test(sdboot_entries, entries_that_start_nothing_here_are_none)
{
    static const char *const texts[] = {
        "options a\n",
        "linux /missing\noptions a\n",
        "linux /k\narchitecture aa64\noptions a\n",
        "efi \\EFI\\systemd\\SYSTEMD-BOOTX64.EFI\noptions a\n",
        "linux /k\nefi /k\noptions a\n",
        "uki-url https://rig/x\noptions a\n",
    };

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        played p;
        begin(&p, "258");
        add_entry(&p, "z.conf", texts[i]);
        add_entry(&p, "b.conf", "linux /k\narchitecture X64\noptions B\n");
        add_entry(&p, "auto-x.conf", "linux /k\noptions C\n");
        add_entry(&p, ".x.conf", "linux /k\noptions C\n");
        cr_expect_str_eq(options_taken(&p), "46f83e3a", "text %zu", i);
        played_free(&p);
    }
}

/* Several kinds in one entry: before 258 the last counts. */
Test(sdboot_entries, an_older_version_takes_the_last_of_several_programs)
{
    played p;

    begin(&p, "257");
    add_entry(&p, "z.conf", "linux /missing\nefi /k\noptions a\n");
    cr_expect_str_eq(options_taken(&p), "a2d39892");
    played_free(&p);
}

/* "AAA" and "BB" one behind the other: 5f4f5ddd; with the padding of 257 between them: c1adf6e2. */
Test(sdboot_entries, initrds_are_named_in_the_options_and_handed_over)
{
    static const struct {
        const char *version, *initrd;
    } cases[] = { { "252", "5f4f5ddd" }, { "256", "5f4f5ddd" }, { "257", "c1adf6e2" } };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        played p;
        begin(&p, cases[i].version);
        played_add(&p, "u.img", ASSAY_LITERAL("AAA"));
        played_add(&p, "i.img", ASSAY_LITERAL("BB"));
        add_entry(&p, "a.conf",
                  "linux /k\ninitrd //u.img\ninitrd /i.img\noptions a\noptions b\n");
        cr_expect_str_eq(options_taken(&p), "603f9783", "%s", cases[i].version);
        cr_expect_str_eq(first(&p, " 9:603f9783 9:"), cases[i].initrd, "%s", cases[i].version);
        played_free(&p);
    }
}

Test(sdboot_entries, a_missing_initrd_is_found_before_or_behind_the_kernel)
{
    for (unsigned version = 257; version <= 258; version++) {
        char text[8];
        played p;
        snprintf(text, sizeof text, "%u", version);
        begin(&p, text);
        add_entry(&p, "a.conf", "linux /k\ninitrd /i.img\noptions a\n");
        cr_expect_str_eq(options_taken(&p), "none");
        cr_expect_eq(p.played->count, version == 257 ? 1 : 2);
        played_free(&p);
    }
}

/* sha256 of "default b*\n": 293855e7. */
Test(sdboot_entries, loader_conf_is_measured_since_255)
{
    static const struct {
        const char *version, *expected;
    } cases[] = { { "252", "d8043d6b" }, { "254", "d8043d6b" }, { "255", "293855e7" } };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        played p;
        begin(&p, cases[i].version);
        add_three(&p);
        played_add(&p, "loader/loader.conf", ASSAY_LITERAL("default b*\n"));
        played_start(&p, "EFI/systemd/systemd-bootx64.efi", ASSAY_NO_BYTES);
        cr_expect_str_eq(first(&p, " 5:"), cases[i].expected, "%s", cases[i].version);
        played_free(&p);
    }
}

/* A UKI with a second profile. */
static void add_uki(played *p)
{
    const made_section kernel = { .name = ".text", .content = "Linux version 6.12.1 (rig)" };
    uint8_t buffer[2048];
    const made_section sections[] = {
        { .name = ".sdmagic", .content = "#### LoaderInfo: systemd-stub 257 ####" },
        { .name = ".osrel", .content = "ID=rig\nNAME=Rig\n" },
        { .name = ".cmdline", .content = "K" },
        { .name = ".linux", .bytes = made_pe(buffer, sizeof buffer, &kernel, 1) },
        { .name = ".profile", .content = "ID=main\n" },
        { .name = ".profile", .content = "ID=Safe\n" },
        { .name = ".cmdline", .content = "safe" },
    };

    add_image(p, "EFI/Linux/rig.efi", sections, sizeof sections / sizeof *sections);
}

Test(sdboot_entries, a_uki_is_passed_its_own_options_by_old_versions_and_a_profile_by_new_ones)
{
    static const struct {
        const char *version, *choice, *expected;
    } cases[] = {
        { "254", NULL, "a1559d84" },
        { "255", NULL, "none" },
        { "257", NULL, "none" },
        { "257", "rig.efi@safe", "6fe1a7ee" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        played p;
        begin(&p, cases[i].version);
        add_uki(&p);
        p.scenario.choice.boot_manager = cases[i].choice;
        cr_expect_str_eq(options_taken(&p), cases[i].expected, "%s", cases[i].version);
        played_free(&p);
    }
}

Test(sdboot_entries, what_is_known_by_its_path_comes_last)
{
    played p;

    begin(&p, "257");
    add_kernel(&p, "shellx64.efi");
    cr_expect_eq(played_start(&p, "EFI/systemd/systemd-bootx64.efi", ASSAY_NO_BYTES),
                 ASSAY_BOOT_STARTED);
    cr_expect_eq(p.played->count, 4);
    played_free(&p);
    begin(&p, "257");
    add_kernel(&p, "shellx64.efi");
    played_add(&p, "loader/loader.conf", ASSAY_LITERAL("auto-entries no\n"));
    cr_expect_eq(played_start(&p, "EFI/systemd/systemd-bootx64.efi", ASSAY_NO_BYTES),
                 ASSAY_BOOT_RETURNED);
    played_free(&p);
}
