/* SPDX-License-Identifier: BSD-2-Clause */
/* Files of this machine in a tree: looked at when they are added, read when they are wanted. */
#include "boot/artefact/tree_private.h"

#include "base/utf8.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static const size_t file_max = UINT32_MAX; /* FAT has no larger ones */

static int fail_io(assay_error *error, const char *what)
{
    return assay_fail(error, ASSAY_IO, ASSAY_NOWHERE, "%s: %m", what);
}

/* The same with a name, as far as it fits: whoever shows an error shows it as text. */
static int fail_of(assay_error *error, const char *what, const char *path, const char *name)
{
    return assay_fail(error, ASSAY_IO, ASSAY_NOWHERE, "%s %.60s%.60s in it: %m", what, path, name);
}

static int fail_memory(assay_error *error)
{
    return assay_fail(error, ASSAY_NO_MEMORY, ASSAY_NOWHERE, "no memory for the tree of files");
}

/* --- reading -------------------------------------------------------------------------------- */

/* A folder of this machine. Of its files the node's `host` is the path below it. */
struct folder_source {
    assay_tree_source source;
    int fd;
};

static void free_folder(assay_tree_source *source)
{
    struct folder_source *const folder = (struct folder_source *)source;

    close(folder->fd);
    free(folder);
}

/* Opens a file below a folder where no part of the path may be a symbolic link by now. */
static int open_below(int folder, const char *path)
{
    int fd = fcntl(folder, F_DUPFD_CLOEXEC, 0);

    while (fd >= 0 && *path != '\0') {
        const char *const end = strchrnul(path, '/');
        const int kind = *end == '/' ? O_DIRECTORY | O_PATH : O_RDONLY | O_NONBLOCK | O_NOCTTY;
        char *const name = strndup(path, (size_t)(end - path));
        const int below = name == NULL ? -1 : openat(fd, name, kind | O_NOFOLLOW | O_CLOEXEC);

        free(name);
        close(fd);
        fd = below;
        path = *end == '/' ? end + 1 : end;
    }
    return fd;
}

static int read_below(const assay_tree_source *source, assay_tree_node *node, assay_error *error)
{
    const int fd = open_below(((const struct folder_source *)source)->fd, node->host);
    struct stat info;

    if (fd < 0)
        return fail_io(error, "cannot open a file of the folder");
    const int status = fstat(fd, &info) == 0 && S_ISREG(info.st_mode)
                           ? assay_file_read_open(&node->file, fd, file_max, error)
                           : assay_fail(error, ASSAY_IO, ASSAY_NOWHERE,
                                        "what was a file of the folder is none any more");
    close(fd);
    if (status == 0)
        node->bytes = node->file.bytes;
    return status;
}

static int read_file(const assay_tree_source *source, assay_tree_node *node, assay_error *error)
{
    const int status = assay_file_read(&node->file, node->host, file_max, error);

    (void)source;
    if (status == 0)
        node->bytes = node->file.bytes;
    return status;
}

static void free_nothing(assay_tree_source *source)
{
    (void)source;
}

/* --- looking -------------------------------------------------------------------------------- */

struct scan {
    assay_tree *tree;
    const struct folder_source *source;
    assay_error *error;
};

static bool is_utf8(assay_bytes text)
{
    size_t size = 1;
    uint32_t character;

    for (; text.size > 0 && size > 0; text = assay_bytes_of(text.data + size, text.size - size))
        size = assay_utf8_decode(text, &character);
    return size > 0;
}

static int add_below(const struct scan *scan, assay_tree_node *parent, int fd, const char *path);

/* `path` is that of the folder `fd` below the one that is scanned, with a '/' at its end. */
static int add_entry(const struct scan *scan, assay_tree_node *parent, int fd, const char *path,
                     const char *name)
{
    const assay_bytes bytes = assay_bytes_of_string(name);
    struct stat info;
    assay_tree_node *node;
    char *host;

    if (fstatat(fd, name, &info, AT_SYMLINK_NOFOLLOW) != 0) {
        if (errno != ENOENT) /* it was removed meanwhile */
            return fail_of(scan->error, "cannot look at", path, name);
        assay_tree_leave_out(scan->tree);
        return 0;
    }
    const bool folder = S_ISDIR(info.st_mode);
    if ((!folder && !S_ISREG(info.st_mode)) || !is_utf8(bytes) || strchr(name, '\\') != NULL) {
        assay_tree_leave_out(scan->tree);
        return 0;
    }
    int status = assay_tree_put(scan->tree, parent, bytes, folder, &node, scan->error);
    if (status == 0)
        return assay_fail(scan->error, ASSAY_MALFORMED, ASSAY_NOWHERE,
                          "two names in one folder differ in case only: %.60s%.60s", path, name);
    if (status < 0)
        return status;
    if (asprintf(&host, "%s%s%s", path, name, folder ? "/" : "") < 0)
        return fail_memory(scan->error);
    if (!folder) {
        node->host = host;
        node->source = &scan->source->source;
        node->entry.size = (uint64_t)info.st_size;
        return 0;
    }
    const int below = openat(fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    status = below < 0 ? fail_of(scan->error, "cannot open", path, name)
                       : add_below(scan, node, below, host);
    free(host);
    return status;
}

/* Takes over `fd`. */
static int add_below(const struct scan *scan, assay_tree_node *parent, int fd, const char *path)
{
    DIR *const folder = fdopendir(fd);
    const struct dirent *entry;
    int status = 0;

    if (folder == NULL) {
        close(fd);
        return fail_io(scan->error, "cannot read a folder");
    }
    for (errno = 0; status == 0 && (entry = readdir(folder)) != NULL; errno = 0)
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            status = add_entry(scan, parent, fd, path, entry->d_name);
    if (status == 0 && errno != 0)
        status = fail_io(scan->error, "cannot read a folder");
    closedir(folder);
    return status;
}

int assay_tree_add_folder(assay_tree *tree, const char *folder, assay_error *error)
{
    struct folder_source *const source = calloc(1, sizeof *source);

    if (source == NULL)
        return fail_memory(error);
    source->fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (source->fd < 0) {
        free(source);
        return fail_io(error, "cannot open the folder");
    }
    source->source = (assay_tree_source){ .read = read_below, .free = free_folder };
    assay_tree_own(tree, &source->source);

    const struct scan scan = { tree, source, error };
    const int fd = openat(source->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return fail_io(error, "cannot open the folder");
    assay_tree_begin(tree);
    return add_below(&scan, tree->root, fd, "");
}

int assay_tree_add_file(assay_tree *tree, assay_bytes path, const char *file, assay_error *error)
{
    static const assay_tree_source source = { .read = read_file, .free = free_nothing };
    struct stat info;
    assay_tree_node *node;

    if (stat(file, &info) != 0)
        return fail_io(error, "cannot look at the file");
    if (S_ISDIR(info.st_mode))
        return assay_fail(error, ASSAY_MALFORMED, ASSAY_NOWHERE, "this is a folder and no file");
    char *const host = strdup(file);
    if (host == NULL)
        return fail_memory(error);
    const int status = assay_tree_put_path(tree, path, &node, error);
    if (status < 0) {
        free(host);
        return status;
    }
    node->host = host;
    node->source = &source;
    node->entry.size = (uint64_t)info.st_size;
    return 0;
}
