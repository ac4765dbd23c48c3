/* SPDX-License-Identifier: BSD-2-Clause */
/* boot/loader/cpio.h. The archive expected was written by hand. */
#include "boot/loader/cpio.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const assay_cpio_entry folder = { .ino = 1, .mode = 040555, .nlink = 1,
                                         .name = { (const uint8_t *)".extra", 6 } };
static const assay_cpio_entry file = { .ino = 2, .mode = 0100444, .nlink = 1,
                                       .name = { (const uint8_t *)".extra/os-release", 17 },
                                       .data = { (const uint8_t *)"ID=rig", 6 } };

/* By hand from buffer-format.rst: 110 bytes of header, name and NUL to 120, 128, data to 8. */
static const char by_hand[] =
    "070701" "00000001" "0000416d" "00000000" "00000000" "00000001" "00000000" "00000000"
    "00000000" "00000000" "00000000" "00000000" "00000007" "00000000" ".extra\0\0\0\0"
    "070701" "00000002" "00008124" "00000000" "00000000" "00000001" "00000000" "00000006"
    "00000000" "00000000" "00000000" "00000000" "00000012" "00000000" ".extra/os-release\0"
    "ID=rig\0\0"
    "070701" "00000000" "00000000" "00000000" "00000000" "00000001" "00000000" "00000000"
    "00000000" "00000000" "00000000" "00000000" "0000000B" "00000000" "TRAILER!!!\0\0\0";

static assay_bytes archive(uint8_t *buffer, size_t size)
{
    assay_writer out = assay_writer_lent(buffer, size);

    assay_put_cpio(&out, &folder);
    assay_put_cpio(&out, &file);
    assay_put_cpio_trailer(&out);
    return assay_written(&out);
}

Test(cpio, is_written_as_the_format_says)
{
    uint8_t buffer[512];
    const assay_bytes bytes = archive(buffer, sizeof buffer);

    cr_assert_eq(bytes.size, sizeof by_hand);
    cr_expect_eq(memcmp(bytes.data, by_hand, bytes.size), 0);
}

Test(cpio, is_read_as_it_was_written)
{
    assay_cursor c = assay_cursor_of(assay_bytes_of(by_hand, sizeof by_hand));
    assay_cpio_entry entry;

    cr_assert_eq(assay_cpio_next(&c, &entry, NULL), 1);
    cr_expect_eq(entry.mode, 040555);
    cr_expect_eq(entry.data.size, 0);
    cr_assert_eq(assay_cpio_next(&c, &entry, NULL), 1);
    cr_expect(assay_bytes_equal(entry.name, file.name));
    cr_expect(assay_bytes_equal(entry.data, file.data));
    cr_expect_eq(entry.ino, 2);
    cr_expect_eq(assay_cpio_next(&c, &entry, NULL), 0);
    cr_expect_eq(assay_left(&c), 0);
}

Test(cpio, what_is_cut_or_wrong_is_refused)
{
    static const struct {
        size_t at; /* of the byte that is changed */
        char to;
        int kind;
    } faults[] = {
        { 0, 'x', ASSAY_MALFORMED },    /* no magic */
        { 13, 'g', ASSAY_MALFORMED },   /* no hexadecimal number */
        { 101, '0', ASSAY_MALFORMED },  /* a name of no bytes */
        { 101, '8', ASSAY_MALFORMED },  /* a name that goes on behind its NUL */
        { 98, '2', ASSAY_MALFORMED },   /* a name of 8199 bytes */
        { 54, '7', ASSAY_TRUNCATED },   /* a file larger than the archive */
    };

    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        char copy[sizeof by_hand];
        assay_cpio_entry entry;
        assay_error error = { 0 };
        memcpy(copy, by_hand, sizeof copy);
        copy[faults[i].at] = faults[i].to;
        assay_cursor c = assay_cursor_of(assay_bytes_of(copy, sizeof copy));
        cr_expect_eq(assay_cpio_next(&c, &entry, &error), -faults[i].kind, "fault %zu", i);
    }
    for (size_t size = 0; size < 120; size++) {
        assay_cursor c = assay_cursor_of(assay_bytes_of(by_hand, size));
        cr_expect_eq(assay_cpio_next(&c, &(assay_cpio_entry){ 0 }, NULL), -ASSAY_TRUNCATED);
    }
}
