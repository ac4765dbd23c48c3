/* SPDX-License-Identifier: BSD-2-Clause */
/* base/file.h: read to the end whatever the size says; written whole or not at all. */
#include <criterion/criterion.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"

enum { CEILING = 64 * 1024 * 1024 };

static char folder[] = "/tmp/assay-file-XXXXXX";
static char path[64];

static void make_folder(void)
{
    cr_assert_not_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/x", folder);
}

static int files_left(void)
{
    DIR *const directory = opendir(folder);
    int count = 0;

    while (readdir(directory) != NULL)
        count++;
    closedir(directory);
    return count - 2;
}

static void remove_folder(void)
{
    unlink(path);
    cr_expect_eq(files_left(), 0, "something was left behind");
    rmdir(folder);
}

TestSuite(file, .init = make_folder, .fini = remove_folder);

static uint8_t pattern(size_t i)
{
    return (uint8_t)(i ^ i >> 8 ^ i >> 16);
}

static void fill(const char *name, size_t size)
{
    FILE *const file = fopen(name, "w");

    for (size_t i = 0; i < size; i++)
        fputc(pattern(i), file);
    fclose(file);
}

static void expect_pattern(assay_bytes bytes, size_t size)
{
    size_t same = 0;

    cr_assert_eq(bytes.size, size);
    cr_assert_not_null(bytes.data);
    while (same < size && bytes.data[same] == pattern(same))
        same++;
    cr_expect_eq(same, size);
}

Test(file, every_size_is_read_whole_and_large_ones_are_mapped)
{
    static const size_t sizes[] = { 0, 1, 16384, 16385, 1048576, 1048577, 3000000 };

    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        assay_file file;

        fill(path, sizes[i]);
        cr_assert_eq(assay_file_read(&file, path, CEILING, NULL), 0);
        expect_pattern(file.bytes, sizes[i]);
        cr_expect_eq(file.mapped, sizes[i] > 1048576);
        assay_file_close(&file);
        cr_expect_null(file.bytes.data);
    }
}

Test(file, what_is_beyond_the_ceiling_is_refused)
{
    static const size_t sizes[] = { 1001, 2000000 };

    for (size_t i = 0; i < 2; i++) {
        assay_file file;
        assay_error error;

        fill(path, sizes[i]);
        cr_expect_eq(assay_file_read(&file, path, 1000, &error), -ASSAY_TOO_LARGE);
        cr_expect_str_eq(error.what, "more than 1000 bytes");
        cr_expect_eq(assay_file_read(&file, path, sizes[i], &error), 0);
        assay_file_close(&file);
    }
}

/* Files of securityfs and procfs state the size 0 and have content. */
Test(file, a_stated_size_of_zero_is_not_believed)
{
    struct stat info;
    assay_file file;

    cr_assert_eq(stat("/proc/self/status", &info), 0);
    cr_expect_eq(info.st_size, 0);
    cr_assert_eq(assay_file_read(&file, "/proc/self/status", CEILING, NULL), 0);
    cr_expect(assay_bytes_start_with(file.bytes, ASSAY_LITERAL("Name:")));
    assay_file_close(&file);
}

static void do_nothing(int signal_number)
{
    (void)signal_number;
}

/* A pipe that gives a few bytes at a time, and signals that interrupt each wait for them. */
Test(file, short_reads_and_signals_lose_nothing)
{
    enum { SIZE = 40 };
    const struct sigaction action = { .sa_handler = do_nothing }; /* without SA_RESTART */
    const pid_t parent = getpid();
    int ends[2];

    sigaction(SIGUSR1, &action, NULL);
    cr_assert_eq(pipe(ends), 0);
    const pid_t child = fork();
    if (child == 0) {
        for (size_t i = 0; i < SIZE; i++) {
            const uint8_t byte = pattern(i);

            usleep(500);
            kill(parent, SIGUSR1);
            if (write(ends[1], &byte, 1) != 1)
                _exit(1);
        }
        _exit(0);
    }
    close(ends[1]);
    dup2(ends[0], STDIN_FILENO);
    assay_file file;
    cr_assert_eq(assay_file_read(&file, "-", CEILING, NULL), 0);
    expect_pattern(file.bytes, SIZE);
    assay_file_close(&file);
    waitpid(child, NULL, 0);
}

/* A child that writes the pattern into standard input. */
static pid_t pipe_pattern(size_t size)
{
    int ends[2];

    cr_assert_eq(pipe(ends), 0);
    const pid_t child = fork();
    if (child == 0) {
        close(ends[0]);
        FILE *const out = fdopen(ends[1], "w");

        for (size_t i = 0; i < size; i++)
            putc_unlocked(pattern(i), out);
        _exit(fclose(out) != 0);
    }
    close(ends[1]);
    dup2(ends[0], STDIN_FILENO);
    close(ends[0]);
    return child;
}

Test(file, a_large_pipe_goes_to_a_file_without_a_name)
{
    enum { SIZE = 17 * 1024 * 1024 + 5 };
    static const struct {
        const char *place;
        bool mapped;
    } cases[] = { { folder, true }, { "/nowhere", false } };

    for (size_t i = 0; i < 2; i++) {
        const pid_t child = pipe_pattern(SIZE);
        assay_file file;

        setenv("TMPDIR", cases[i].place, 1);
        cr_assert_eq(assay_file_read(&file, "-", CEILING, NULL), 0);
        expect_pattern(file.bytes, SIZE);
        cr_expect_eq(file.mapped, cases[i].mapped);
        cr_expect_eq(files_left(), 0);
        assay_file_close(&file);
        waitpid(child, NULL, 0);
    }
}

Test(file, a_pipe_beyond_the_ceiling_is_refused_wherever_it_went)
{
    const pid_t child = pipe_pattern(18 * 1024 * 1024);
    assay_file file;
    assay_error error;

    signal(SIGPIPE, SIG_IGN);
    setenv("TMPDIR", folder, 1);
    cr_expect_eq(assay_file_read(&file, "-", 17 * 1024 * 1024, &error), -ASSAY_TOO_LARGE);
    cr_expect_str_eq(error.what, "more than 17825792 bytes");
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
}

/* What was given back is the file's still, and is not in memory: its pages fault anew. */
Test(file, released_memory_is_read_anew)
{
    enum { SIZE = 3000000 };
    assay_file file;

    fill(path, SIZE);
    cr_assert_eq(assay_file_read(&file, path, CEILING, NULL), 0);
    expect_pattern(file.bytes, SIZE);
    assay_file_release(&file, 1, SIZE);
    expect_pattern(file.bytes, SIZE);
    assay_file_release(&file, 0, UINT64_MAX); /* nothing: there are no such pages */
    expect_pattern(file.bytes, SIZE);
    assay_file_close(&file);
}

Test(file, standard_input_is_read_from_where_it_stands)
{
    assay_file file;

    fill(path, 2000000);
    const int fd = open(path, O_RDONLY);
    dup2(fd, STDIN_FILENO);
    lseek(STDIN_FILENO, 256 * 256, SEEK_SET);
    cr_assert_eq(assay_file_read(&file, "-", CEILING, NULL), 0);
    cr_expect_eq(file.bytes.size, 2000000 - 256 * 256);
    cr_expect_not(file.mapped);
    assay_file_close(&file);
}

Test(file, what_cannot_be_read_says_why)
{
    static const struct {
        const char *name, *what;
    } cases[] = {
        { "/nonexistent/file", "cannot open: No such file or directory" },
        { "/tmp", "cannot read: Is a directory" },
        { "", "cannot open: No such file or directory" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assay_file file;
        assay_error error;

        cr_expect_eq(assay_file_read(&file, cases[i].name, CEILING, &error), -ASSAY_IO);
        cr_expect_str_eq(error.what, cases[i].what);
    }
}

static void write_out(const char *name, const char *text)
{
    assay_outfile out;

    cr_assert_eq(assay_outfile_open(&out, name, NULL), 0);
    cr_assert_eq(write(out.fd, text, strlen(text)), (ssize_t)strlen(text));
    cr_expect_eq(assay_outfile_commit(&out, NULL), 0);
}

static void expect_content(const char *name, const char *text)
{
    assay_file file;

    cr_assert_eq(assay_file_read(&file, name, CEILING, NULL), 0);
    cr_expect(assay_bytes_equal(file.bytes, assay_bytes_of_string(text)));
    assay_file_close(&file);
}

Test(file, a_file_appears_when_it_is_whole)
{
    assay_outfile out;

    write_out(path, "old");
    cr_assert_eq(assay_outfile_open(&out, path, NULL), 0);
    cr_assert_eq(write(out.fd, "new", 3), 3);
    expect_content(path, "old");
    cr_expect_eq(assay_outfile_commit(&out, NULL), 0);
    expect_content(path, "new");
    cr_expect_eq(files_left(), 1);
}

Test(file, a_discarded_file_leaves_what_was_there)
{
    assay_outfile out;

    write_out(path, "old");
    cr_assert_eq(assay_outfile_open(&out, path, NULL), 0);
    cr_assert_eq(write(out.fd, "new", 3), 3);
    assay_outfile_discard(&out);
    expect_content(path, "old");
    cr_expect_eq(files_left(), 1);
}

Test(file, the_mode_follows_the_umask_or_the_file_that_was_there)
{
    struct stat info;

    umask(027);
    write_out(path, "new");
    stat(path, &info);
    cr_expect_eq(info.st_mode & 0777, 0640);
    chmod(path, 0600);
    write_out(path, "newer");
    stat(path, &info);
    cr_expect_eq(info.st_mode & 0777, 0600);
}

Test(file, a_symbolic_link_stays_one)
{
    char link[80];
    struct stat info;

    snprintf(link, sizeof link, "%s/link", folder);
    write_out(path, "old");
    cr_assert_eq(symlink("x", link), 0);
    write_out(link, "new");
    expect_content(path, "new");
    cr_expect_eq(lstat(link, &info), 0);
    cr_expect(S_ISLNK(info.st_mode));
    unlink(link);
}

Test(file, two_can_write_the_same_file_and_the_last_wins)
{
    assay_outfile first, second;

    cr_assert_eq(assay_outfile_open(&first, path, NULL), 0);
    cr_assert_eq(assay_outfile_open(&second, path, NULL), 0);
    cr_assert_eq(write(first.fd, "first", 5), 5);
    cr_assert_eq(write(second.fd, "second", 6), 6);
    cr_expect_eq(assay_outfile_commit(&first, NULL), 0);
    cr_expect_eq(assay_outfile_commit(&second, NULL), 0);
    expect_content(path, "second");
}

Test(file, a_device_is_written_to_directly)
{
    assay_outfile out;

    cr_assert_eq(assay_outfile_open(&out, "/dev/full", NULL), 0);
    cr_expect_null(out.temporary);
    cr_expect_eq(write(out.fd, "x", 1), -1);
    cr_expect_eq(errno, ENOSPC);
    cr_expect_eq(assay_outfile_commit(&out, NULL), 0, "there is nothing to rename");
}

Test(file, a_file_that_cannot_be_made_says_why)
{
    assay_outfile out;
    assay_error error;

    cr_expect_eq(assay_outfile_open(&out, "/nonexistent/x", &error), -ASSAY_IO);
    cr_expect_str_eq(error.what, "cannot create: No such file or directory");
    cr_expect_eq(assay_outfile_open(&out, "/tmp", &error), -ASSAY_IO);
    cr_expect_str_eq(error.what, "cannot create: Is a directory");
}

Test(file, when_the_name_is_taken_by_a_folder_meanwhile_nothing_is_left)
{
    assay_outfile out;
    assay_error error;

    cr_assert_eq(assay_outfile_open(&out, path, NULL), 0);
    cr_assert_eq(mkdir(path, 0700), 0);
    cr_expect_eq(assay_outfile_commit(&out, &error), -ASSAY_IO);
    cr_expect_str_eq(error.what, "cannot write: Is a directory");
    cr_expect_eq(files_left(), 1, "the folder only");
    rmdir(path);
}
