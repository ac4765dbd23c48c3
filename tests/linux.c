/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * boot/loader/linux.h. Which release measures what is in the kernel's history; the digests are
 * those of sha256sum: 2d7d7381 is "quiet" in UTF-16 with its NUL, f5e3dba1 "INITRD", d8043d6b and
 * b54f7542 the two texts of ExitBootServices.
 */
#include "boot/loader/linux.h"
#include "boot/artefact/bzimage.h"
#include "tests/played.h"

#include <criterion/criterion.h>

#define EXIT "5:d8043d6b 5:b54f7542"

/* A kernel that says that it is of this release. */
static assay_bytes kernel(const char *release)
{
    static uint8_t buffer[8192];
    assay_writer out = assay_writer_lent(buffer, sizeof buffer);
    const assay_bzimage image = {
        .version = 0x020f,
        .kernel_version = assay_bytes_of_string(release),
    };

    assay_bzimage_write(&out, &image);
    return assay_written(&out);
}

typedef struct given {
    const char *release, *options;
    const char *initrd; /* through LoadFile2; NULL: none */
    enum assay_boot_end end;
    const char *expected;
} given;

static const given cases[] = {
    { "5.10.0-8-amd64", "quiet", "INITRD", ASSAY_BOOT_STARTED, EXIT },
    { "5.16.18", "quiet", "INITRD", ASSAY_BOOT_STARTED, EXIT },
    { "5.17.0", "quiet", "INITRD", ASSAY_BOOT_STARTED, "9:f5e3dba1 " EXIT },
    { "6.0.9", "quiet", "INITRD", ASSAY_BOOT_STARTED, "9:f5e3dba1 " EXIT },
    { "6.1.0-56-amd64", "quiet", "INITRD", ASSAY_BOOT_STARTED, "9:2d7d7381 9:f5e3dba1 " EXIT },
    { "6.1.0-56-amd64", "quiet", "", ASSAY_BOOT_STARTED, "9:2d7d7381 " EXIT },
    { "6.12.1", "noinitrd", "INITRD", ASSAY_BOOT_STARTED, "9:d08bcfa6 " EXIT },
    { "6.12.1", "-- noinitrd", "INITRD", ASSAY_BOOT_STARTED, "9:da277948 9:f5e3dba1 " EXIT },
    /* initrd= is read from the disk, and since 6.13 measured, files one behind the other */
    { "6.12.1", "initrd=\\a/b initrd=/c.img quiet", NULL, ASSAY_BOOT_STARTED,
      "9:e53711ca " EXIT },
    { "6.13.0", "initrd=\\a/b initrd=/c.img quiet", NULL, ASSAY_BOOT_STARTED,
      "9:e53711ca 9:d3d542bb " EXIT },
    { "7.0.1", "xinitrd=c.img", NULL, ASSAY_BOOT_STARTED, "9:29bbbd76 9:dcdb7041 " EXIT },
    { "6.13.0", "initrd=\\missing", NULL, ASSAY_BOOT_RETURNED, "9:b1d9d603" },
    { "6.13.0", "initrd=\\missing", "INITRD", ASSAY_BOOT_STARTED,
      "9:b1d9d603 9:f5e3dba1 " EXIT },
    /* what can't be read is taken for a new one */
    { "rolling", "quiet", "INITRD", ASSAY_BOOT_STARTED, "9:2d7d7381 9:f5e3dba1 " EXIT },
};

Test(linux_stub, a_release_measures_what_its_stub_does)
{
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const given *const c = &cases[i];
        const char *const initrd = c->initrd != NULL ? c->initrd : "";
        const assay_bytes bytes = assay_bytes_of_string(initrd);
        played p;

        played_make(&p);
        played_add(&p, "a/b", ASSAY_LITERAL("AA"));
        played_add(&p, "c.img", ASSAY_LITERAL("BBB"));
        const assay_linux_handover handover = {
            .kernel = kernel(c->release),
            .load_options =
                assay_boot_utf16(&p.boot, assay_bytes_of_string(c->options), true),
            .initrd_count = 1,
            .initrd = &bytes,
            .via_load_file2 = c->initrd != NULL,
            .disk = &p.scenario.disks[0],
        };
        cr_expect_eq(assay_linux_start(&p.boot, &handover), c->end, "case %zu", i);
        cr_expect_str_eq(played_words(&p), c->expected, "case %zu", i);
        played_free(&p);
    }
}

Test(linux_stub, a_release_may_be_known_from_elsewhere)
{
    played p;

    played_make(&p);
    const assay_linux_handover handover = {
        .kernel = ASSAY_LITERAL("compressed"),
        .load_options = assay_boot_utf16(&p.boot, ASSAY_LITERAL("quiet"), true),
        .release = ASSAY_LITERAL("5.15.0-rpi"),
    };
    cr_expect_eq(assay_linux_start(&p.boot, &handover), ASSAY_BOOT_STARTED);
    cr_expect_str_eq(played_words(&p), EXIT);
    cr_expect_eq(p.played->remark_count, 0);
    played_free(&p);
}

/* What stood in the way was not what the system needed: an option, an addon. */
Test(linux_stub, a_start_pardons_what_was_refused_before)
{
    const assay_linux_handover handover = { .kernel = kernel("6.12.1") };
    played p;

    played_make(&p);
    assay_boot_remark(&p.boot, ASSAY_PART_ADDON, true, "an addon is refused");
    cr_assert_eq(assay_linux_start(&p.boot, &handover), ASSAY_BOOT_STARTED);
    cr_expect_eq(p.played->remark_count, 1);
    cr_expect_not(p.played->remarks[0].refused);
    assay_boot_remark(&p.boot, ASSAY_PART_KERNEL, true, "what comes after it stays");
    cr_expect(p.played->remarks[1].refused);
    played_free(&p);
}
