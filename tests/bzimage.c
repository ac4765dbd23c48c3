/* SPDX-License-Identifier: BSD-2-Clause */
/* boot/artefact/bzimage.h. The offsets expected are those of the boot protocol's table. */
#include "boot/artefact/bzimage.h"

#include <criterion/criterion.h>

static const assay_bzimage sample = {
    .setup_sects = 3,
    .version = 0x020f,
    .type_of_loader = 0xb0,
    .loadflags = 0x81,
    .ramdisk_image = 0x11223344,
    .ramdisk_size = 0x55667788,
    .heap_end_ptr = 0xfe00,
    .cmd_line_ptr = 0x20000,
    .initrd_addr_max = 0x7fffffff,
    .xloadflags = ASSAY_XLF_KERNEL_64 | ASSAY_XLF_CAN_BE_LOADED_ABOVE_4G,
    .cmdline_size = 2047,
    .handover_offset = 0x190,
    .kernel_version = { (const uint8_t *)"6.1.0-56-amd64 (debian) #1 SMP", 30 },
    .protected_mode = { (const uint8_t *)"code", 4 },
};

/* Written into `buffer`, of which it returns what was used. */
static assay_bytes written(const assay_bzimage *image, uint8_t *buffer, size_t size)
{
    assay_writer out = assay_writer_lent(buffer, size);

    assay_bzimage_write(&out, image);
    cr_assert_eq(out.failure, 0);
    return assay_written(&out);
}

static assay_bytes sample_file(void)
{
    static uint8_t buffer[4096];

    return written(&sample, buffer, sizeof buffer);
}

Test(bzimage, is_read_as_it_was_written)
{
    const assay_bytes file = sample_file();
    assay_bzimage read;
    uint8_t again[4096];

    cr_assert_eq(file.size, 4 * 512 + 4);
    cr_assert(assay_bzimage_detect(file));
    cr_assert_eq(assay_bzimage_open(&read, file, NULL), 0);
    cr_expect_eq(read.version, 0x020f);
    cr_expect_eq(read.initrd_addr_max, 0x7fffffff);
    cr_expect_eq(read.handover_offset, 0x190);
    cr_expect_eq(read.xloadflags, 3);
    cr_expect_eq(read.cmdline_size, 2047);
    cr_expect(assay_bytes_equal(read.kernel_version, sample.kernel_version));
    cr_expect(assay_bytes_equal(read.protected_mode, sample.protected_mode));
    cr_expect(assay_bytes_equal(written(&read, again, sizeof again), file));
}

/* Documentation/arch/x86/boot.rst: 01F1 setup_sects, 0206 version, 0218 ramdisk_image ... */
Test(bzimage, fields_lie_where_the_protocol_says)
{
    const assay_bytes file = sample_file();
    static const uint8_t ramdisk[] = { 0x44, 0x33, 0x22, 0x11, 0x88, 0x77, 0x66, 0x55 };

    cr_expect_eq(file.data[0x1f1], 3);
    cr_expect_eq(memcmp(file.data + 0x1fe, "\x55\xaa", 2), 0);
    cr_expect_eq(memcmp(file.data + 0x202, "HdrS\x0f\x02", 6), 0);
    cr_expect_eq(file.data[0x210], 0xb0);
    cr_expect_eq(file.data[0x211], 0x81);
    cr_expect_eq(memcmp(file.data + 0x218, ramdisk, sizeof ramdisk), 0);
    cr_expect_eq(memcmp(file.data + 0x224, "\x00\xfe", 2), 0);
    cr_expect_eq(memcmp(file.data + 0x228, "\0\0\2\0\xff\xff\xff\x7f", 8), 0);
    cr_expect_eq(memcmp(file.data + 0x236, "\x03\0\xff\x07\0\0", 6), 0);
    cr_expect_eq(memcmp(file.data + 0x264, "\x90\x01\0\0", 4), 0);
}

Test(bzimage, an_old_protocol_has_fewer_fields)
{
    assay_bzimage old = sample, read;
    uint8_t buffer[4096];

    old.version = 0x0202;
    cr_assert_eq(assay_bzimage_open(&read, written(&old, buffer, sizeof buffer), NULL), 0);
    cr_expect_eq(read.initrd_addr_max, 0);
    cr_expect_eq(read.cmdline_size, 0);
    cr_expect_eq(read.handover_offset, 0);
    cr_expect_eq(read.xloadflags, 0);
    cr_expect_eq(read.ramdisk_size, 0x55667788);
}

Test(bzimage, what_is_cut_or_no_kernel_is_refused)
{
    const assay_bytes file = sample_file();
    assay_bzimage read;
    assay_error error;

    cr_expect_eq(assay_bzimage_open(&read, assay_bytes_of(file.data, 4 * 512 - 1), &error),
                 -ASSAY_TRUNCATED);
    cr_expect_eq(assay_bzimage_open(&read, assay_bytes_of(file.data, 0x206), &error),
                 -ASSAY_TRUNCATED);
    cr_expect_eq(assay_bzimage_open(&read, ASSAY_LITERAL("MZ"), &error), -ASSAY_UNKNOWN_FORMAT);
    cr_expect_eq(error.offset, 0x202);
}

static void expect_release(assay_bytes file, unsigned major, unsigned minor)
{
    assay_kernel_release release = { 0, 0 };

    cr_assert(assay_kernel_release_of(file, &release));
    cr_expect_eq(release.major, major);
    cr_expect_eq(release.minor, minor);
}

/* gzip -9n of "\0\0Linux version %s (\0Linux version 6.12.3-arm64 (debian)\0". */
static const uint8_t zipped[] = {
    0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0xff, 0x63, 0x60, 0xf0, 0xc9, 0xcc, 0x2b,
    0xad, 0x50, 0x28, 0x4b, 0x2d, 0x2a, 0xce, 0xcc, 0xcf, 0x53, 0x50, 0x2d, 0x56, 0xd0, 0x40, 0x13,
    0x32, 0xd3, 0x33, 0x34, 0xd2, 0x33, 0xd6, 0x4d, 0x2c, 0xca, 0x35, 0x33, 0x51, 0xd0, 0x48, 0x49,
    0x4d, 0xca, 0x4c, 0xcc, 0xd3, 0x64, 0x00, 0x00, 0x9f, 0xd5, 0xb9, 0xd4, 0x39, 0x00, 0x00, 0x00,
};

Test(bzimage, the_release_is_in_the_header_or_in_the_banner)
{
    static const char banner[] = "\0\0Linux version %s (\0Linux version 6.12.3-arm64 (debian)";
    uint8_t zboot[160] = "MZ\0\0zimg\x40\0\0\0";
    assay_kernel_release release;

    expect_release(sample_file(), 6, 1);
    expect_release(assay_bytes_of(banner, sizeof banner), 6, 12);
    zboot[12] = sizeof zipped;
    memcpy(zboot + 24, "gzip", 5);
    memcpy(zboot + 0x40, zipped, sizeof zipped);
    expect_release(assay_bytes_of(zboot, sizeof zboot), 6, 12);
    memcpy(zboot + 24, "xzkern", 7);
    cr_expect_not(assay_kernel_release_of(assay_bytes_of(zboot, sizeof zboot), &release));
    zboot[12] = 200;
    cr_expect_not(assay_zboot_open(assay_bytes_of(zboot, sizeof zboot), &(assay_zboot){ 0 }));
}

Test(bzimage, a_release_begins_with_two_numbers)
{
    assay_kernel_release release = { 7, 7 };

    cr_expect(assay_kernel_release_parse(ASSAY_LITERAL("5.17"), &release));
    cr_expect_eq(release.minor, 17);
    cr_expect_not(assay_kernel_release_parse(ASSAY_LITERAL("6"), &release));
    cr_expect_not(assay_kernel_release_parse(ASSAY_LITERAL("6."), &release));
    cr_expect_not(assay_kernel_release_parse(ASSAY_LITERAL(".6"), &release));
    cr_expect_not(assay_kernel_release_parse(ASSAY_LITERAL(""), &release));
    cr_expect_eq(release.major, 5);
}
