/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * boot/loader/bls.h. The order of versions is the one that the Version Format Specification
 * (UAPI.10) gives as its example, and systemd's own comparison of versions where it is installed.
 */
#include "boot/loader/bls.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <stdio.h>
#include <sys/wait.h>

static void expect(assay_bytes text, const char *expected)
{
    cr_expect_eq(text.size, strlen(expected), "%.*s, not %s", (int)text.size,
                 (const char *)text.data, expected);
    cr_expect_eq(memcmp(text.data, expected, text.size), 0, "%.*s, not %s", (int)text.size,
                 (const char *)text.data, expected);
}

static const char entry_text[] = "# a comment\n"
                                 "\n"
                                 "  title\tDebian GNU/Linux 12  \r\n"
                                 "version 6.1.0-56\n"
                                 "version 6.1.0-57\n"
                                 "machine-id 0123\n"
                                 "sort-key debian\n"
                                 "linux /debian/linux\n"
                                 "initrd /ucode.img\n"
                                 "initrd /debian/initrd\n"
                                 "options root=/dev/vda1  ro\n"
                                 "options \"quiet splash\"\n"
                                 "grub_users nobody\n"
                                 "title\n"
                                 "architecture x64";

Test(bls, an_entry_says_what_is_started_and_with_what)
{
    assay_bls_entry entry;

    cr_assert_eq(assay_bls_read(&entry, ASSAY_LITERAL(entry_text), NULL), 0);
    expect(entry.title, "Debian GNU/Linux 12");
    expect(entry.version, "6.1.0-57");
    expect(entry.machine_id, "0123");
    expect(entry.sort_key, "debian");
    expect(entry.architecture, "x64");
    cr_expect_eq(entry.kind, ASSAY_BLS_LINUX);
    cr_expect_not(entry.mixed);
    expect(entry.loader, "/debian/linux");
    cr_assert_eq(entry.initrd_count, 2);
    expect(entry.initrds[0], "/ucode.img");
    cr_assert_eq(entry.option_count, 2);
    expect(entry.options[0], "root=/dev/vda1  ro");
    expect(entry.options[1], "quiet splash");
    cr_expect_null(entry.devicetree.data);
}

Test(bls, an_entry_that_was_written_reads_as_the_same)
{
    assay_bls_entry entry, again;
    char text[1000], twice[1000];
    assay_writer out = assay_writer_lent(text, sizeof text);
    assay_writer second = assay_writer_lent(twice, sizeof twice);

    cr_assert_eq(assay_bls_read(&entry, ASSAY_LITERAL(entry_text), NULL), 0);
    assay_bls_write(&out, &entry);
    cr_assert_eq(assay_bls_read(&again, assay_written(&out), NULL), 0);
    assay_bls_write(&second, &again);
    cr_expect(assay_bytes_equal(assay_written(&out), assay_written(&second)));
    cr_expect_eq(again.kind, entry.kind);
    expect(again.options[0], "root=/dev/vda1  ro");
}

Test(bls, the_last_program_counts_and_several_kinds_are_told)
{
    assay_bls_entry entry;

    cr_assert_eq(assay_bls_read(&entry, ASSAY_LITERAL("linux /a\nlinux /b\n"), NULL), 0);
    expect(entry.loader, "/b");
    cr_expect_not(entry.mixed);
    cr_assert_eq(assay_bls_read(&entry, ASSAY_LITERAL("linux /a\nefi /b\0efi /c\n"), NULL), 0);
    cr_expect_eq(entry.kind, ASSAY_BLS_EFI);
    expect(entry.loader, "/b");
    cr_expect(entry.mixed);
}

Test(bls, more_initrds_than_anyone_has_are_refused)
{
    char text[ASSAY_BLS_INITRDS * 12 + 20] = "";
    assay_bls_entry entry;
    assay_error error;

    for (int i = 0; i < ASSAY_BLS_INITRDS; i++)
        strcat(text, "initrd /a\n");
    cr_expect_eq(assay_bls_read(&entry, assay_bytes_of_string(text), &error), 0);
    strcat(text, "initrd /a\n");
    cr_expect_eq(assay_bls_read(&entry, assay_bytes_of_string(text), &error), -ASSAY_TOO_LARGE);
    cr_expect_str_eq(error.field, "initrd");
}

Test(bls, loader_conf_names_a_default)
{
    assay_loader_conf conf;

    assay_loader_conf_read(&conf, ASSAY_LITERAL("timeout 3\ndefault rig-*\nauto-entries no\n"));
    expect(conf.default_entry, "rig-*");
    cr_expect_not(conf.auto_entries);
    assay_loader_conf_read(&conf, ASSAY_LITERAL("default a\ndefault @other\n"));
    expect(conf.default_entry, "a"); /* no such word */
    cr_expect(conf.auto_entries);
    assay_loader_conf_read(&conf, ASSAY_LITERAL("default @saved\npreferred b\n"));
    expect(conf.default_entry, "@saved");
    expect(conf.preferred_entry, "b");
}

Test(bls, os_release_says_what_a_uki_is)
{
    assay_bls_os os;

    cr_assert(assay_bls_os_read(&os, ASSAY_LITERAL("NAME=Rig\nPRETTY_NAME=\"Rig 1\"\nID=rig\n"
                                                   "VERSION_ID=\"12\"\n")));
    expect(os.title, "Rig 1");
    expect(os.version, "12");
    expect(os.sort_key, "rig");
    cr_assert(assay_bls_os_read(&os, ASSAY_LITERAL("ID=rig\nIMAGE_ID=img\nBUILD_ID=7\n"
                                                   "IMAGE_VERSION=9\n")));
    expect(os.title, "img");
    expect(os.version, "9");
    expect(os.sort_key, "img");
    cr_expect_not(assay_bls_os_read(&os, ASSAY_LITERAL("VERSION=1\n")));
}

/* Each is older than the next. */
static const char *const ascending[] = {
    "~1",    "",        "~",       "ab",      "abb",    "abc",    "0001",  "002",   "12",
    "122.1", "123~rc1-1", "123",   "123-a",   "123-a.1", "123-1", "123-1.1", "123^post1",
    "123.a-1", "123.1-1", "123a-1", "124-1",
};

static int sign(int number)
{
    return (number > 0) - (number < 0);
}

static int compare(const char *a, const char *b)
{
    return sign(assay_bls_compare_versions(assay_bytes_of_string(a), assay_bytes_of_string(b)));
}

Test(bls, versions_are_ordered_as_the_specification_says)
{
    for (size_t i = 9; i < sizeof ascending / sizeof *ascending; i++)
        for (size_t j = 9; j < sizeof ascending / sizeof *ascending; j++)
            cr_expect_eq(compare(ascending[i], ascending[j]), (i > j) - (i < j), "%s and %s",
                         ascending[i], ascending[j]);
    cr_expect_eq(compare("123_a", "123a"), 0);
    cr_expect_eq(compare("00123", "123"), 0);
}

/* systemd-analyze compare-versions: status 0 equal, 11 the first is newer, 12 older. */
Test(bls, versions_are_ordered_as_systemd_orders_them)
{
    if (system("command -v systemd-analyze >/dev/null") != 0)
        cr_skip_test("no systemd-analyze here");
    for (size_t i = 0; i < sizeof ascending / sizeof *ascending; i++)
        for (size_t j = 0; j < sizeof ascending / sizeof *ascending; j += 2) {
            char command[200];
            snprintf(command, sizeof command,
                     "systemd-analyze compare-versions '%s' '%s' >/dev/null 2>&1", ascending[i],
                     ascending[j]);
            const int status = WEXITSTATUS(system(command));
            if (status != 0 && status != 11 && status != 12)
                continue; /* it takes no empty version */
            cr_expect_eq(compare(ascending[i], ascending[j]),
                         status == 0 ? 0 : status == 11 ? 1 : -1, "%s and %s", ascending[i],
                         ascending[j]);
        }
}

Test(bls, a_counter_stands_before_the_suffix)
{
    const struct {
        const char *name;
        int left, done;
    } cases[] = {
        { "foo+3.conf", 3, 0 },        { "foo+3-1.CONF", 3, 1 },   { "a+b+0-12.conf", 0, 12 },
        { "foo.conf", -1, -1 },        { "foo+.conf", -1, -1 },    { "foo+3-.conf", -1, -1 },
        { "foo+3.old.conf", -1, -1 },  { "foo+3", -1, -1 },        { "+1.conf", 1, 0 },
        { "foo+9999999999.conf", -1, -1 },
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const assay_bls_tries tries =
            assay_bls_tries_of(assay_bytes_of_string(cases[i].name), ".conf");
        cr_expect_eq(tries.left, cases[i].left, "%s", cases[i].name);
        cr_expect_eq(tries.done, cases[i].done, "%s", cases[i].name);
    }
}

static assay_bls_order order(const char *id, const char *key, const char *machine,
                             const char *version)
{
    return (assay_bls_order){
        .id = assay_bytes_of_string(id),
        .sort_key = key != NULL ? assay_bytes_of_string(key) : ASSAY_NO_BYTES,
        .machine_id = machine != NULL ? assay_bytes_of_string(machine) : ASSAY_NO_BYTES,
        .version = version != NULL ? assay_bytes_of_string(version) : ASSAY_NO_BYTES,
        .tries = assay_bls_tries_of(assay_bytes_of_string(id), ".conf"),
    };
}

/* The specification's rules, one after the other: each entry comes before the next. */
Test(bls, entries_come_in_the_specification_s_order)
{
    const assay_bls_order listed[] = {
        order("z.conf", "arch", NULL, "1"),
        order("a.conf", "debian", "1", "6.12"),
        order("b.conf", "debian", "1", "6.1"),
        order("a-6.2.conf", "debian", "2", "6.2"),
        order("b-6.2+3.conf", "debian", "2", "6.1"),
        order("c+2-1.conf", NULL, NULL, NULL),
        order("linux-6.12.conf", NULL, NULL, NULL),
        order("linux-6.1.conf", NULL, NULL, NULL),
        order("a+0-3.conf", "arch", NULL, "2"),
    };
    const size_t count = sizeof listed / sizeof *listed;

    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < count; j++) {
            if ((i == 5) != (j == 5) && (i > 4 && i < 8) && (j > 4 && j < 8))
                continue; /* ids alone: newest first, "linux" before "c" */
            cr_expect_eq(sign(assay_bls_compare(&listed[i], &listed[j])), (i > j) - (i < j),
                         "%zu and %zu", i, j);
        }
    cr_expect_gt(assay_bls_compare(&listed[5], &listed[6]), 0);
}
