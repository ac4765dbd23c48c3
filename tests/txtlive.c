/* SPDX-License-Identifier: BSD-2-Clause */
/* boot/platform/txtlive.h, on a file that has a machine's memory at its addresses, and a
 * securityfs. */
#include "boot/platform/txtlive.h"
#include "eventlog/heap.h"

#include "base/file.h"
#include "tests/allocfail.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[] = "/tmp/assay-txtlive-XXXXXX";
static char memory[64];

static void put_at(uint64_t offset, assay_bytes bytes)
{
    const int fd = open(memory, O_WRONLY | O_CREAT, 0600);

    cr_assert_geq(fd, 0);
    cr_assert_eq(pwrite(fd, bytes.data, bytes.size, (off_t)offset), (ssize_t)bytes.size);
    cr_assert_eq(ftruncate(fd, 0xFED40000), 0); /* holes take no room */
    close(fd);
}

static void put_file(const char *name, const char *text, size_t size)
{
    char path[128];

    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *const file = fopen(path, "wb");
    cr_assert_not_null(file);
    cr_assert_eq(fwrite(text, 1, size, file), size);
    fclose(file);
}

static void make(void)
{
    char path[128];

    cr_assert_not_null(mkdtemp(folder));
    snprintf(memory, sizeof memory, "%s/mem", folder);
    snprintf(path, sizeof path, "%s/slaunch", folder);
    mkdir(path, 0700);
    snprintf(path, sizeof path, "%s/slaunch/txt", folder);
    mkdir(path, 0700);
}

static void unmake(void)
{
    char command[128];

    snprintf(command, sizeof command, "rm -r %s", folder);
    cr_expect_eq(system(command), 0);
}

TestSuite(txtlive, .init = make, .fini = unmake);

static assay_file fixture(const char *path)
{
    assay_error error;
    assay_file file;

    cr_assert_eq(assay_file_read(&file, path, 1 << 20, &error), 0, "%s", error.what);
    return file;
}

Test(txtlive, registers_and_heap_are_read_from_memory)
{
    const assay_txt_live live = { memory, folder };
    assay_file image = fixture("fixtures/txt/registers-launched.bin");
    assay_file dump = fixture("fixtures/logs/txt-heap-agile.bin");
    assay_writer heap = assay_writer_growing(ASSAY_TXT_HEAP_MAX);
    assay_txt_registers registers, saved;
    assay_txt_heap tables;
    assay_error error = { .what = "" };

    put_at(ASSAY_TXT_PUBLIC_SPACE, image.bytes);
    put_at(0xdf720000, dump.bytes);
    cr_assert_eq(assay_txt_live_registers(&live, &registers, &error), 0, "%s", error.what);
    cr_expect_str_eq(registers.form, "memory");
    assay_txt_registers_read(image.bytes, &saved, NULL);
    cr_expect(assay_txt_registers_equal(&registers, &saved));
    cr_assert_eq(assay_txt_live_heap(&live, registers.value[ASSAY_TXT_HEAP_BASE],
                                     registers.value[ASSAY_TXT_HEAP_SIZE], &heap, &error),
                 0, "%s", error.what);
    cr_assert_eq(heap.used, 0xe0000);
    cr_expect_arr_eq(heap.data, dump.bytes.data, dump.bytes.size);
    cr_expect_eq(assay_txt_heap_open(&tables, assay_written(&heap), NULL), 0);
    cr_expect(tables.tables[ASSAY_TXT_SINIT_MLE_DATA].present);
    assay_writer_close(&heap);
    assay_file_close(&dump);
    assay_file_close(&image);
}

Test(txtlive, without_memory_the_registers_of_secure_launch_do)
{
    const assay_txt_live live = { "/nowhere/mem", folder };
    assay_txt_registers registers;
    assay_error error;

    cr_expect_eq(assay_txt_live_registers(&live, &registers, &error), -ASSAY_IO);
    put_file("slaunch/txt/sts", "0x0000000000018091\n",
             20); /* with its NUL, as the kernel has it */
    put_file("slaunch/txt/errorcode", "0x00000000\n", 12);
    put_file("slaunch/txt/ests", "nonsense\n", 9);
    cr_assert_eq(assay_txt_live_registers(&live, &registers, &error), 0);
    cr_expect_str_eq(registers.form, "securityfs");
    cr_expect_eq(assay_txt_registers_count(&registers), 2);
    cr_expect_eq(registers.value[ASSAY_TXT_STS], 0x18091);
}

Test(txtlive, a_heap_that_can_not_be_one_is_refused)
{
    static const struct {
        uint64_t base, size;
        const char *field;
    } rows[] = {
        { 0, 0x1000, "TXT.HEAP.BASE" },          { 0x100000000, 0x1000, "TXT.HEAP.BASE" },
        { 0x1001, 0x1000, "TXT.HEAP.BASE" },     { 0x1000, 0, "TXT.HEAP.SIZE" },
        { 0x1000, 0xffffffff, "TXT.HEAP.SIZE" }, { 0x1000, 0x1001, "TXT.HEAP.SIZE" },
    };
    const assay_txt_live live = { memory, folder };
    assay_writer heap = assay_writer_growing(ASSAY_TXT_HEAP_MAX);
    assay_error error;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        cr_expect_eq(assay_txt_live_heap(&live, rows[i].base, rows[i].size, &heap, &error),
                     -ASSAY_MALFORMED);
        cr_expect_str_eq(error.field, rows[i].field);
    }
    assay_writer_close(&heap);
}

Test(txtlive, memory_that_ends_before_the_address_is_no_crash)
{
    const assay_txt_live live = { memory, "/nowhere" };
    assay_txt_registers registers;
    assay_error error;

    put_file("mem", "short", 5);
    cr_expect_eq(assay_txt_live_registers(&live, &registers, &error), -ASSAY_IO);
}

Test(txtlive, the_log_that_the_kernel_shows_is_found)
{
    const assay_txt_live live = { memory, folder };
    bool failed = false;
    char *path = assay_txt_live_log(&live, &failed);

    cr_expect_null(path);
    put_file("slaunch/eventlog", "log", 3);
    path = assay_txt_live_log(&live, &failed);
    cr_assert_not_null(path);
    cr_expect_not_null(strstr(path, "/slaunch/eventlog"));
    cr_expect_not(failed);
    free(path);
}

static int find_log(void)
{
    const assay_txt_live live = { memory, folder };
    bool failed = false;

    free(assay_txt_live_log(&live, &failed));
    return failed ? -ASSAY_NO_MEMORY : 0;
}

static int read_heap(void)
{
    const assay_txt_live live = { memory, folder };
    assay_writer heap = assay_writer_growing(ASSAY_TXT_HEAP_MAX);
    const int status = assay_txt_live_heap(&live, 0x1000, 0x10000, &heap, NULL);

    assay_writer_close(&heap);
    return status;
}

Test(txtlive, without_memory_for_a_copy_it_says_so)
{
    put_at(0x1000, ASSAY_LITERAL("heap"));
    cr_expect_gt(each_allocation_fails("the log of the kernel", find_log), 0);
    cr_expect_gt(each_allocation_fails("a copy of the heap", read_heap), 0);
}
