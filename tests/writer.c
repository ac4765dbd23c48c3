/* SPDX-License-Identifier: BSD-2-Clause */
/* base/writer.h: three kinds of writer, one behaviour; failure sticks and counts go on. */
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/error.h"
#include "base/writer.h"

Test(writer, a_writer_without_a_buffer_measures)
{
    assay_writer writer = assay_writer_lent(NULL, 0);

    assay_put_string(&writer, "four");
    assay_put_zeros(&writer, 1000);
    assay_put_hex(&writer, assay_bytes_of("abc", 3));
    cr_expect_eq(writer.written, 4 + 1000 + 6);
    cr_expect_eq(assay_writer_flush(&writer), -ASSAY_TOO_LARGE);
    cr_expect_eq(assay_written(&writer).size, 0);
    cr_expect_not_null(assay_written(&writer).data);
}

Test(writer, a_lent_buffer_takes_all_or_nothing_of_a_piece)
{
    char buffer[4] = "....";
    assay_writer writer = assay_writer_lent(buffer, 3);

    assay_put_string(&writer, "ab");
    assay_put_string(&writer, "cd");
    assay_put_char(&writer, 'e'); /* would fit, but the document has a hole already */
    cr_expect_arr_eq(buffer, "ab..", 4);
    cr_expect_eq(writer.written, 5);
    cr_expect_eq(writer.failure, ASSAY_TOO_LARGE);
}

Test(writer, numbers_in_both_byte_orders)
{
    uint8_t buffer[64];
    assay_writer writer = assay_writer_lent(buffer, sizeof buffer);
    static const uint8_t expected[] = { 0x01, 0x02, 0x01, 0x04, 0x03, 0x02, 0x01,
                                        8, 7, 6, 5, 4, 3, 2, 1,
                                        0x01, 0x02, 0x01, 0x02, 0x03, 0x04,
                                        1, 2, 3, 4, 5, 6, 7, 8 };

    assay_put_u8(&writer, 0x01);
    assay_put_u16le(&writer, 0x0102);
    assay_put_u32le(&writer, 0x01020304);
    assay_put_u64le(&writer, 0x0102030405060708);
    assay_put_u16be(&writer, 0x0102);
    assay_put_u32be(&writer, 0x01020304);
    assay_put_u64be(&writer, 0x0102030405060708);
    cr_assert_eq(writer.used, sizeof expected);
    cr_expect_arr_eq(buffer, expected, sizeof expected);
}

Test(writer, decimal_agrees_with_printf)
{
    static const uint64_t values[] = { 0, 9, 10, 99, 100, 4294967295, 4294967296,
                                       9999999999999999999u, UINT64_MAX };

    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        char expected[32], buffer[32] = "";
        assay_writer writer = assay_writer_lent(buffer, sizeof buffer);

        snprintf(expected, sizeof expected, "%llu", (unsigned long long)values[i]);
        assay_put_decimal(&writer, values[i]);
        cr_expect_str_eq(buffer, expected);
    }
}

Test(writer, a_format_is_cut_at_255_characters)
{
    char buffer[512];
    assay_writer writer = assay_writer_lent(buffer, sizeof buffer);

    assay_put_format(&writer, "%0300d", 1);
    cr_expect_eq(writer.used, 255);
}

Test(writer, a_growing_writer_stops_at_its_ceiling)
{
    static const size_t ceilings[] = { 1, 100, 4096, 4097, 100000 };

    for (size_t i = 0; i < sizeof ceilings / sizeof *ceilings; i++) {
        assay_writer writer = assay_writer_growing(ceilings[i]);

        assay_put_zeros(&writer, ceilings[i]);
        cr_expect_eq(writer.failure, 0);
        cr_expect_eq(assay_written(&writer).size, ceilings[i]);
        cr_expect_leq(writer.capacity, ceilings[i]);
        assay_put_char(&writer, 'x');
        cr_expect_eq(writer.failure, ASSAY_TOO_LARGE);
        cr_expect_eq(assay_written(&writer).size, ceilings[i]);
        assay_writer_close(&writer);
    }
}

Test(writer, a_length_known_late_is_patched_in_and_only_inside)
{
    uint8_t buffer[8] = { 0 };
    assay_writer writer = assay_writer_lent(buffer, sizeof buffer);

    assay_put_zeros(&writer, 6);
    assay_patch_u32le(&writer, 2, 0xAABBCCDD);
    cr_expect_arr_eq(buffer, "\0\0\xDD\xCC\xBB\xAA\0\0", 8);
    assay_patch_u32le(&writer, 3, 0x11111111);
    assay_patch_u32le(&writer, SIZE_MAX, 0x11111111);
    cr_expect_arr_eq(buffer, "\0\0\xDD\xCC\xBB\xAA\0\0", 8);
}

/* Bytes of all sizes around the drained buffer's, through a file and back. */
Test(writer, a_draining_writer_keeps_the_order_whatever_the_sizes)
{
    static const size_t sizes[] = { 1, 65535, 65536, 65537, 200000, 3, 0, 131072 };
    static uint8_t data[200000];
    char path[] = "/tmp/assay-writer-XXXXXX";
    const int fd = mkstemp(path);
    assay_writer writer = assay_writer_draining(fd);
    uint64_t total = 0;

    unlink(path);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        memset(data, (int)('a' + i), sizes[i]);
        assay_put(&writer, assay_bytes_of(data, sizes[i]));
        total += sizes[i];
    }
    cr_expect_eq(assay_writer_flush(&writer), 0);
    cr_expect_eq(writer.written, total);
    assay_writer_close(&writer);

    lseek(fd, 0, SEEK_SET);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        cr_expect_eq(read(fd, data, sizes[i]), (ssize_t)sizes[i]);
        cr_expect(assay_bytes_all(assay_bytes_of(data, sizes[i]), (uint8_t)('a' + i)));
    }
    cr_expect_eq(read(fd, data, 1), 0);
    close(fd);
}

Test(writer, a_full_device_is_an_error_with_its_cause)
{
    const int fd = open("/dev/full", O_WRONLY);
    assay_writer writer = assay_writer_draining(fd);

    assay_put_string(&writer, "kept in the buffer");
    cr_expect_eq(writer.failure, 0);
    cr_expect_eq(assay_writer_flush(&writer), -ASSAY_IO);
    cr_expect_eq(writer.cause, ENOSPC);
    assay_put_zeros(&writer, 200000);
    cr_expect_eq(assay_writer_flush(&writer), -ASSAY_IO);
    assay_writer_close(&writer);
    close(fd);
}
