/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/platform/txtlive.h"

#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

enum { PAGE = 4096, FILE_MAX = 64 };

const assay_txt_live assay_txt_this_machine = { "/dev/mem", "/sys/kernel/security" };

static int fail(assay_error *error, const char *what, int cause)
{
    return assay_fail(error, ASSAY_IO, ASSAY_NOWHERE, "%s: %s", what, strerror(cause));
}

/* Device registers want reads of their own width, so no memcpy. */
static void put_words(assay_writer *writer, const volatile uint32_t *words, uint64_t size)
{
    for (uint64_t i = 0; i < size / sizeof *words; i++)
        assay_put_u32le(writer, words[i]);
}

static int put_by_pread(int fd, uint64_t base, uint64_t size, assay_writer *writer)
{
    uint8_t page[PAGE];

    for (uint64_t done = 0; done < size;) {
        const uint64_t left = size - done;
        const ssize_t got =
            pread(fd, page, left < PAGE ? (size_t)left : PAGE, (off_t)(base + done));

        if (got <= 0)
            return got < 0 ? errno : ENODATA;
        assay_put(writer, assay_bytes_of(page, (size_t)got));
        done += (uint64_t)got;
    }
    return 0;
}

/* Whether a mapping of that range may be touched: one beyond the end of an image may not. */
static bool is_beyond(int fd, uint64_t end)
{
    const off_t size = lseek(fd, 0, SEEK_END);

    return size > 0 && (uint64_t)size < end;
}

/* Registers can often be mapped and not read, as tboot's tools have it too. */
static int put_memory(int fd, uint64_t base, uint64_t size, assay_writer *writer)
{
    const uint64_t skip = base % PAGE, whole = (skip + size + PAGE - 1) / PAGE * PAGE;

    if (is_beyond(fd, base + size))
        return ENODATA;
    void *const mapped = mmap(NULL, (size_t)whole, PROT_READ, MAP_SHARED, fd, (off_t)(base - skip));
    if (mapped == MAP_FAILED)
        return put_by_pread(fd, base, size, writer);
    put_words(writer, (const volatile uint32_t *)((const uint8_t *)mapped + skip), size);
    munmap(mapped, (size_t)whole);
    return 0;
}

static int read_memory(const assay_txt_live *live, uint64_t base, uint64_t size,
                       assay_writer *writer, assay_error *error)
{
    const int fd = open(live->memory, O_RDONLY | O_CLOEXEC);

    if (fd < 0 && (errno == EPERM || errno == EACCES))
        return assay_fail(error, ASSAY_IO, ASSAY_NOWHERE,
                          "physical memory may not be read here: it takes root, and a kernel that "
                          "is not locked down (%s)",
                          strerror(errno));
    if (fd < 0)
        return fail(error, "physical memory can't be opened", errno);
    const int cause = put_memory(fd, base, size, writer);
    close(fd);
    if (cause != 0)
        return fail(error, "physical memory can't be read at that address", cause);
    return writer->failure == 0 ? 0
                                : assay_fail(error, (enum assay_kind)writer->failure, ASSAY_NOWHERE,
                                             "no memory for a copy");
}

static int read_from_memory(const assay_txt_live *live, assay_txt_registers *registers,
                            assay_error *error)
{
    uint8_t image[PAGE];
    assay_writer writer = assay_writer_lent(image, sizeof image);
    int status = read_memory(live, ASSAY_TXT_PUBLIC_SPACE, sizeof image, &writer, error);

    if (status == 0)
        status = assay_txt_registers_read_image(assay_written(&writer), registers, error);
    if (status == 0)
        registers->form = "memory";
    return status;
}

/* How many registers have a file of Secure Launch. */
static size_t read_files(const assay_txt_live *live, assay_txt_registers *registers)
{
    size_t count = 0;

    *registers = (assay_txt_registers){ .form = "securityfs" };
    for (enum assay_txt_register id = 0; id < ASSAY_TXT_REGISTERS; id++) {
        const char *const name = assay_txt_register_describe(id)->file;
        assay_file file;
        char *path;

        if (name == NULL || asprintf(&path, "%s/slaunch/txt/%s", live->securityfs, name) < 0)
            continue;
        if (assay_file_read(&file, path, FILE_MAX, NULL) == 0) {
            count += assay_txt_registers_take_file(registers, id, file.bytes, NULL) == 0;
            assay_file_close(&file);
        }
        free(path);
    }
    return count;
}

int assay_txt_live_registers(const assay_txt_live *live, assay_txt_registers *registers,
                             assay_error *error)
{
    const int status = read_from_memory(live, registers, error);

    return status == 0 || read_files(live, registers) > 0 ? 0 : status;
}

int assay_txt_live_heap(const assay_txt_live *live, uint64_t base, uint64_t size,
                        assay_writer *writer, assay_error *error)
{
    if (base == 0 || base > UINT32_MAX || base % sizeof(uint32_t) != 0)
        return assay_fail(error, ASSAY_MALFORMED,
                          (assay_place){ ASSAY_NO_OFFSET, ASSAY_NO_EVENT, "TXT.HEAP.BASE" },
                          "0x%llx is no address of a heap", (unsigned long long)base);
    if (size == 0 || size > ASSAY_TXT_HEAP_MAX || size % sizeof(uint32_t) != 0)
        return assay_fail(error, ASSAY_MALFORMED,
                          (assay_place){ ASSAY_NO_OFFSET, ASSAY_NO_EVENT, "TXT.HEAP.SIZE" },
                          "0x%llx is no size of a heap", (unsigned long long)size);
    return read_memory(live, base, size, writer, error);
}

char *assay_txt_live_log(const assay_txt_live *live, bool *ret_failed)
{
    static const char *const names[] = {
        "slaunch/eventlog",
        "txt/tpm20_binary_evtlog_tcg",
        "txt/tpm20_binary_evtlog_legacy",
        "txt/tpm12_binary_evtlog",
    };

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char *path;

        if (asprintf(&path, "%s/%s", live->securityfs, names[i]) < 0) {
            *ret_failed = true;
            return NULL;
        }
        if (access(path, R_OK) == 0)
            return path;
        free(path);
    }
    return NULL;
}
