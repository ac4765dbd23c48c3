/* SPDX-License-Identifier: BSD-2-Clause */
/* A folder of files, whole or not at all. */
#include "cli/complain.h"
#include "cli/export.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *where)
{
    (void)status;
    (void)type;
    (void)where;
    return remove(path);
}

static void remove_tree(const char *path)
{
    enum { OPEN_FOLDERS = 8 };

    nftw(path, remove_one, OPEN_FOLDERS, FTW_DEPTH | FTW_PHYS);
}

static bool is_empty(const char *path)
{
    DIR *const folder = opendir(path);
    const struct dirent *entry;
    bool empty = folder != NULL;

    while (empty && (entry = readdir(folder)) != NULL)
        empty = strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0;
    if (folder != NULL)
        closedir(folder);
    return empty;
}

/* The folders that lead to a file; 0, or -1 with errno. */
static int make_folders(char *path, size_t from)
{
    for (char *slash = strchr(path + from, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        const int made = mkdir(path, 0777);
        *slash = '/';
        if (made < 0 && errno != EEXIST)
            return -1;
    }
    return 0;
}

/* 0, or an errno. */
static int write_file(const char *folder, const assay_export_file *file)
{
    char *path;

    if (asprintf(&path, "%s/%s", folder, file->path) < 0)
        return ENOMEM;
    const int made = make_folders(path, strlen(folder) + 1);
    const int fd = made < 0 ? -1
                            : open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
                                   file->executable ? 0777 : 0666);
    int cause = fd < 0 ? errno : 0;
    free(path);
    if (fd < 0)
        return cause;
    assay_writer out = assay_writer_draining(fd);
    assay_put(&out, assay_written(&file->writer));
    if (assay_writer_flush(&out) < 0)
        cause = out.failure == ASSAY_IO ? out.cause : ENOMEM;
    assay_writer_close(&out);
    if (cause == 0 && fsync(fd) < 0)
        cause = errno;
    close(fd);
    return cause;
}

/* mkdtemp() makes it for its owner alone; a folder that one makes is for others to read, too. */
static void let_read(const char *path)
{
    const mode_t mask = umask(0);

    umask(mask);
    chmod(path, 0777 & ~mask);
}

/* The finished folder takes the place of the old one, which is removed then. 0 or an errno. */
static int put_in_place(const char *made, const char *path, bool replace)
{
    if (rename(made, path) == 0)
        return 0;
    if (!replace || (errno != ENOTEMPTY && errno != EEXIST))
        return errno;
    if (renameat2(AT_FDCWD, made, AT_FDCWD, path, RENAME_EXCHANGE) < 0)
        return errno;
    remove_tree(made);
    return 0;
}

static int complain_there(const cli_call *call, const char *path)
{
    assay_error error;

    assay_fail(&error, ASSAY_IO, ASSAY_NOWHERE, "it is there, and not an empty folder");
    return cli_complain_hint(call->verb, path, &error,
                             "name a new folder, or let --replace remove all that is in this one");
}

int cli_save_folder(const cli_call *call, const char *path, assay_export_file *const *files,
                    size_t count, bool replace)
{
    struct stat there;
    char *name = strdup(path), *made = NULL;
    size_t length = name == NULL ? 0 : strlen(name);
    const bool exists = lstat(path, &there) == 0;

    if (exists && (!S_ISDIR(there.st_mode) || (!replace && !is_empty(path)))) {
        free(name);
        return complain_there(call, path);
    }
    while (length > 1 && name[length - 1] == '/')
        name[--length] = '\0';
    int cause = name == NULL || asprintf(&made, "%s.XXXXXX", name) < 0 ? ENOMEM : 0;
    if (cause == 0 && mkdtemp(made) == NULL)
        cause = errno;
    if (cause == 0)
        let_read(made);
    const bool begun = cause == 0;
    for (size_t i = 0; i < count && cause == 0; i++)
        cause = write_file(made, files[i]);
    if (cause == 0)
        cause = put_in_place(made, name, replace);
    if (cause != 0 && begun)
        remove_tree(made);
    free(made);
    free(name);
    return cause == 0 ? CLI_YES : cli_complain_write(call->verb, path, cause);
}
