/* SPDX-License-Identifier: BSD-2-Clause */
/* boot/loader/grub/envblk.h against grub-editenv, and the order of boot loader entries. */
#include "boot/loader/grub/envblk.h"

#include "base/file.h"
#include "boot/loader/grub/rpmvercmp.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <unistd.h>

static assay_writer block_of(const char *name, const char *value)
{
    assay_writer out = assay_writer_growing(4096);

    assay_envblk_begin(&out);
    if (name != NULL)
        assay_envblk_put(&out, assay_bytes_of_string(name), assay_bytes_of_string(value));
    assay_envblk_end(&out, ASSAY_ENVBLK_SIZE);
    return out;
}

/* GRUB manual, "The GRUB environment block": 1024 bytes, the rest '#'. */
Test(grubenv, fills_a_kilobyte)
{
    assay_writer out = block_of("saved_entry", "a\\b");

    cr_expect_eq(out.used, 1024);
    cr_expect(assay_bytes_start_with(
        assay_written(&out),
        ASSAY_LITERAL("# GRUB Environment Block\nsaved_entry=a\\\\b\n####")));
    cr_expect_eq(out.data[1023], '#');
    assay_writer_close(&out);
}

Test(grubenv, reads_what_it_wrote)
{
    assay_writer out = block_of("x", "a\\b\nc=d"), value = assay_writer_growing(100);
    assay_cursor c;
    assay_bytes name, written;

    cr_assert_eq(assay_envblk_open(&c, assay_written(&out), NULL), 0);
    cr_assert_eq(assay_envblk_next(&c, &name, &written), 1);
    assay_envblk_put_value(&value, written);
    cr_expect(assay_bytes_equal(name, ASSAY_LITERAL("x")));
    cr_expect(assay_bytes_equal(assay_written(&value), ASSAY_LITERAL("a\\b\nc=d")));
    cr_expect_eq(assay_envblk_next(&c, &name, &written), 0);
    assay_writer_close(&value);
    assay_writer_close(&out);
}

Test(grubenv, stops_where_grub_does)
{
    static const struct {
        const char *block;
        int count;
    } cases[] = {
        { "# GRUB Environment Block\na=b\nc=d\n", 2 },
        { "# GRUB Environment Block\na=b\n# c\nc=d\n###", 2 },
        { "# GRUB Environment Block\na=b\nc=d", 1 }, /* no newline */
        { "# GRUB Environment Block\nno equals\n", 0 },
        { "# GRUB Environment Block\na=b\\\n", 0 },
        { "# GRUB Environment Block\n", -ASSAY_MALFORMED },
        { "# grub\na=b\n", -ASSAY_MALFORMED },
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assay_cursor c;
        assay_bytes name, value;
        assay_error error;
        int count = assay_envblk_open(&c, assay_bytes_of_string(cases[i].block), &error);

        while (count >= 0 && assay_envblk_next(&c, &name, &value) > 0)
            count++;
        cr_expect_eq(count, cases[i].count, "%s", cases[i].block);
    }
}

Test(grubenv, writes_what_grub_editenv_writes)
{
    char name[] = "/tmp/assay-grubenv-XXXXXX", command[120];
    const int fd = mkstemp(name);
    assay_writer out = block_of("saved_entry", "a\\b c");
    assay_file file;

    if (system("command -v grub-editenv > /dev/null") != 0)
        cr_skip_test("no grub-editenv here");
    snprintf(command, sizeof command, "grub-editenv %s create && grub-editenv %s set "
             "'saved_entry=a\\b c'", name, name);
    cr_assert(fd >= 0 && system(command) == 0);
    cr_assert_eq(assay_file_read(&file, name, 4096, NULL), 0);
    cr_expect(assay_bytes_equal(file.bytes, assay_written(&out)));
    assay_file_close(&file);
    assay_writer_close(&out);
    close(fd);
    unlink(name);
}

/* rpm's own test cases (tests/rpmvercmp.at of rpm), as far as GRUB's order has their signs. */
Test(grubenv, orders_versions_as_rpm_does)
{
    static const struct {
        const char *a, *b;
        int order;
    } cases[] = {
        { "1.0", "1.0", 0 },       { "1.0", "2.0", -1 },     { "2.0.1", "2.0", 1 },
        { "2.0.1a", "2.0.1", 1 },  { "5.5p1", "5.5p10", -1 }, { "10xyz", "10.1xyz", -1 },
        { "xyz10", "xyz10.1", -1 }, { "xyz.4", "8", -1 },     { "5.5p2", "5.6p1", -1 },
        { "6.0.rc1", "6.0", 1 },   { "10b2", "10a1", 1 },     { "1.0aa", "1.0a", 1 },
        { "10.0001", "10.0039", -1 }, { "4.999.9", "5.0", -1 }, { "20101121", "20101122", -1 },
        { "2_0", "2.0", 0 },       { "a+", "a_", 1 },         { "1.0~rc1", "1.0", -1 },
        { "1.0~rc1~git123", "1.0~rc1", -1 }, { "1.05", "1.5", 0 }, { "fc4", "fc.4", 0 },
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const assay_bytes a = assay_bytes_of_string(cases[i].a);
        const assay_bytes b = assay_bytes_of_string(cases[i].b);
        const int there = assay_rpmvercmp(a, b), back = assay_rpmvercmp(b, a);

        cr_expect_eq((there > 0) - (there < 0), cases[i].order, "%s %s", cases[i].a, cases[i].b);
        cr_expect_eq((back > 0) - (back < 0), -cases[i].order, "%s %s", cases[i].b, cases[i].a);
    }
}

Test(grubenv, orders_entries_by_version_then_release)
{
    const assay_bytes newer = ASSAY_LITERAL("m-5.14.0-183.el9.x86_64");

    cr_expect_gt(assay_rpm_compare(newer, ASSAY_LITERAL("m-5.14.0-9.el9.x86_64")), 0);
    cr_expect_gt(assay_rpm_compare(newer, ASSAY_LITERAL("m-0-rescue")), 0);
    cr_expect_eq(assay_rpm_compare(newer, newer), 0);
}
