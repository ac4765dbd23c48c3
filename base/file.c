/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    MAP_BEYOND = 1024 * 1024,
    SPILL_BEYOND = 16 * 1024 * 1024,
    READ_STEP = 16 * 1024,
    TYPED_MAX = 16 * 1024 * 1024,
    NAMES_TRIED = 100
};

static int fail_io(assay_error *error, const char *what)
{
    /* %m is the reason that errno holds. */
    return assay_fail(error, ASSAY_IO, ASSAY_NOWHERE, "%s: %m", what);
}

static int fail_too_large(assay_error *error, size_t ceiling)
{
    return assay_fail(error, ASSAY_TOO_LARGE, ASSAY_NOWHERE, "more than %zu bytes", ceiling);
}

static int map(assay_file *file, int fd, size_t size, assay_error *error)
{
    void *const data = mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0);

    if (data == MAP_FAILED)
        return fail_io(error, "cannot map the file");
    *file = (assay_file){ assay_bytes_of(data, size), data, true };
    return 0;
}

static bool write_all(int fd, assay_bytes bytes)
{
    while (bytes.size > 0) {
        const ssize_t count = write(fd, bytes.data, bytes.size);

        if (count < 0 && errno != EINTR)
            return false;
        if (count > 0)
            bytes = assay_bytes_of(bytes.data + count, bytes.size - (size_t)count);
    }
    return true;
}

/* A file without a name that goes when it is closed, with `begun` in it; -1 without such a place. */
static int open_spill(assay_bytes begun)
{
    const char *const folder = getenv("TMPDIR");
    const int fd = open(folder != NULL ? folder : "/var/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

    if (fd < 0 || write_all(fd, begun))
        return fd;
    close(fd);
    return -1;
}

/* The rest of `fd`, behind what the spill has. */
static int fill_spill(int spill, int fd, size_t used, size_t ceiling, assay_error *error)
{
    uint8_t step[READ_STEP];
    ssize_t count;

    while ((count = read(fd, step, sizeof step)) != 0) {
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return fail_io(error, "cannot read");
        if ((size_t)count > ceiling - used)
            return fail_too_large(error, ceiling);
        if (!write_all(spill, assay_bytes_of(step, (size_t)count)))
            return fail_io(error, "cannot write the temporary file");
        used += (size_t)count;
    }
    return 0;
}

static int map_spill(assay_file *file, int spill, int fd, size_t used, size_t ceiling,
                     assay_error *error)
{
    int status = fill_spill(spill, fd, used, ceiling, error);
    struct stat info;

    if (status == 0)
        status = fstat(spill, &info) == 0 ? map(file, spill, (size_t)info.st_size, error)
                                          : fail_io(error, "cannot look at the temporary file");
    close(spill);
    return status;
}

/* Reads until the end says so, or until `most` is in the writer: 0, or a negative errno. */
static int read_up_to(assay_writer *writer, int fd, size_t most, bool *ret_ended)
{
    uint8_t step[READ_STEP];

    *ret_ended = false;
    while (writer->failure == 0 && writer->used <= most) {
        const ssize_t count = read(fd, step, sizeof step);

        if (count < 0 && errno != EINTR)
            return -errno;
        *ret_ended = count == 0;
        if (*ret_ended)
            break;
        assay_put(writer, assay_bytes_of(step, count > 0 ? (size_t)count : 0));
    }
    return 0;
}

/* The size that files of securityfs and pipes state is 0. */
static int read_all(assay_file *file, int fd, size_t ceiling, assay_error *error)
{
    assay_writer writer = assay_writer_growing(ceiling);
    bool ended;
    int count = read_up_to(&writer, fd, SPILL_BEYOND, &ended);

    if (count == 0 && writer.failure == 0 && !ended) {
        const size_t used = writer.used;
        const int spill = open_spill(assay_written(&writer));

        if (spill >= 0) {
            assay_writer_close(&writer);
            return map_spill(file, spill, fd, used, ceiling, error);
        }
        count = read_up_to(&writer, fd, SIZE_MAX, &ended);
    }
    if (count >= 0 && writer.failure == 0) {
        *file = (assay_file){ assay_written(&writer), writer.data, false };
        return 0;
    }
    errno = -count;
    const int status = count < 0                             ? fail_io(error, "cannot read")
                       : writer.failure == ASSAY_TOO_LARGE   ? fail_too_large(error, ceiling)
                                                             : assay_fail(error, ASSAY_NO_MEMORY,
                                                                          ASSAY_NOWHERE,
                                                                          "no memory for the file");
    assay_writer_close(&writer);
    return status;
}

/* A disk: its size is where its end is. */
static int map_device(assay_file *file, int fd, size_t ceiling, assay_error *error)
{
    const off_t size = lseek(fd, 0, SEEK_END);

    if (size < 0)
        return fail_io(error, "cannot find the end of the device");
    if (size == 0)
        return assay_fail(error, ASSAY_IO, ASSAY_NOWHERE, "a device of size 0");
    return (uintmax_t)size > ceiling ? fail_too_large(error, ceiling)
                                     : map(file, fd, (size_t)size, error);
}

int assay_file_read_open(assay_file *file, int fd, size_t ceiling, assay_error *error)
{
    struct stat info;

    if (fstat(fd, &info) != 0)
        return fail_io(error, "cannot look at the file");
    if (S_ISBLK(info.st_mode))
        return map_device(file, fd, ceiling, error);
    /* A terminal ends sometime; /dev/zero does not, and would fill the disk that it is kept on. */
    if (S_ISCHR(info.st_mode) && ceiling > TYPED_MAX)
        ceiling = TYPED_MAX;
    if (S_ISREG(info.st_mode) && info.st_size > MAP_BEYOND) {
        if ((uintmax_t)info.st_size > ceiling)
            return fail_too_large(error, ceiling);
        /* Standard input may have been read from already: a map would begin anew. */
        if (lseek(fd, 0, SEEK_CUR) == 0)
            return map(file, fd, (size_t)info.st_size, error);
    }
    return read_all(file, fd, ceiling, error);
}

int assay_file_read(assay_file *file, const char *path, size_t ceiling, assay_error *error)
{
    if (strcmp(path, "-") == 0)
        return assay_file_read_open(file, STDIN_FILENO, ceiling, error);
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0)
        return fail_io(error, "cannot open");
    const int status = assay_file_read_open(file, fd, ceiling, error);
    close(fd);
    return status;
}

void assay_file_release(const assay_file *file, uint64_t from, uint64_t to)
{
    const uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
    const uint64_t first = (from + page - 1) / page * page, last = to / page * page;

    /* Pages of a private mapping that nobody wrote to are the file's still. */
    if (file->mapped && first < last && last <= file->bytes.size)
        madvise((uint8_t *)file->owned + first, last - first, MADV_DONTNEED);
}

void assay_file_close(assay_file *file)
{
    if (file->mapped)
        munmap(file->owned, file->bytes.size);
    else
        free(file->owned);
    *file = (assay_file){ ASSAY_NO_BYTES, NULL, false };
}

bool assay_file_is_folder(const char *path)
{
    struct stat about;

    return stat(path, &about) == 0 && S_ISDIR(about.st_mode);
}

/* A new file beside `file->path`, under the first name that is free. */
static int open_temporary(assay_outfile *file)
{
    for (unsigned i = 0; i < NAMES_TRIED; i++) {
        if (asprintf(&file->temporary, "%s.%ld-%u.part", file->path, (long)getpid(), i) < 0) {
            file->temporary = NULL;
            return -1;
        }
        const int fd = open(file->temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (fd >= 0)
            return fd;
        free(file->temporary);
        file->temporary = NULL;
        if (errno != EEXIST)
            return -1;
    }
    return -1;
}

static void release(assay_outfile *file)
{
    free(file->temporary);
    free(file->path);
    *file = (assay_outfile){ .fd = -1 };
}

int assay_outfile_open(assay_outfile *file, const char *path, assay_error *error)
{
    struct stat info;
    const bool exists = stat(path, &info) == 0;

    *file = (assay_outfile){ .path = exists ? realpath(path, NULL) : strdup(path), .fd = -1 };
    if (file->path == NULL)
        return fail_io(error, "cannot create");
    if (exists && !S_ISREG(info.st_mode))
        file->fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
    else
        file->fd = open_temporary(file);
    if (file->fd < 0) {
        const int status = fail_io(error, "cannot create");

        release(file);
        return status;
    }
    if (exists && file->temporary != NULL)
        (void)!fchmod(file->fd, info.st_mode & 0777); /* else the mode stays the default */
    return 0;
}

int assay_outfile_commit(assay_outfile *file, assay_error *error)
{
    /* What is no regular file (a pipe) can't be synced, and needs not. */
    bool sound = file->temporary == NULL || fsync(file->fd) == 0;

    if (close(file->fd) != 0)
        sound = false;
    if (sound && file->temporary != NULL)
        sound = rename(file->temporary, file->path) == 0;
    const int status = sound ? 0 : fail_io(error, "cannot write");
    if (!sound && file->temporary != NULL)
        unlink(file->temporary);
    release(file);
    return status;
}

void assay_outfile_discard(assay_outfile *file)
{
    close(file->fd);
    if (file->temporary != NULL)
        unlink(file->temporary);
    release(file);
}
