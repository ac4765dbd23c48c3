/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/save.h"

#include "base/file.h"
#include "cli/complain.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

bool cli_is_same_file(const char *a, const char *b)
{
    struct stat x, y;

    return stat(a, &x) == 0 && stat(b, &y) == 0 && S_ISREG(x.st_mode) && x.st_dev == y.st_dev &&
           x.st_ino == y.st_ino;
}

int cli_spare_input(const cli_call *call, const char *output, const char *input)
{
    if (output == NULL || input == NULL || !cli_is_same_file(output, input))
        return CLI_YES;
    return cli_complain_usage(call->verb, "'%s' is what is read; write to another file", output);
}

/* Written beside its name; cli_save_both and cli_save give it that. */
static int prepare(const cli_call *call, const char *path, assay_bytes bytes, assay_outfile *file)
{
    assay_error error;

    if (assay_outfile_open(file, path, &error) < 0)
        return cli_complain_output(call->verb, path, &error);
    assay_writer out = assay_writer_draining(file->fd);
    assay_put(&out, bytes);
    const int status = assay_writer_flush(&out);
    const int cause = out.failure == ASSAY_IO ? out.cause : ENOMEM;
    assay_writer_close(&out);
    if (status == 0)
        return CLI_YES;
    assay_outfile_discard(file);
    return cli_complain_write(call->verb, path, cause);
}

static int commit(const cli_call *call, const char *path, assay_outfile *file)
{
    assay_error error;

    return assay_outfile_commit(file, &error) < 0 ? cli_complain_output(call->verb, path, &error)
                                                  : CLI_YES;
}

int cli_save(const cli_call *call, const char *path, assay_bytes bytes)
{
    assay_outfile file;

    if (strcmp(path, "-") == 0) {
        assay_put(call->out, bytes);
        return CLI_YES;
    }
    return prepare(call, path, bytes, &file) == CLI_YES ? commit(call, path, &file) : CLI_TROUBLE;
}

int cli_save_binary(const cli_call *call, const char *path, assay_bytes bytes, const char *what)
{
    if (path == NULL && isatty(STDOUT_FILENO))
        return cli_complain_usage(call->verb,
                                  "%s is binary and standard output a terminal; '--output -' "
                                  "writes it all the same",
                                  what);
    return cli_save(call, path == NULL ? "-" : path, bytes);
}

/* A second name for what lies at `path` now, so that it can come back; NULL for nothing. */
static char *keep(const char *path)
{
    char *name = NULL;

    if (asprintf(&name, "%s.%ld.old", path, (long)getpid()) < 0)
        return NULL;
    if (link(path, name) == 0)
        return name;
    free(name);
    return NULL;
}

/* The first file is there already; when the second can't be, the first is as it was. */
static int commit_both(const cli_call *call, const char *const paths[2], assay_outfile files[2])
{
    char *const old = files[0].temporary == NULL ? NULL : keep(files[0].path);
    char *const first = files[0].temporary == NULL ? NULL : strdup(files[0].path);

    if (first == NULL && files[0].temporary != NULL) {
        assay_outfile_discard(&files[0]);
        assay_outfile_discard(&files[1]);
        if (old != NULL)
            unlink(old);
        free(old);
        return cli_complain_write(call->verb, paths[0], ENOMEM);
    }
    int status = commit(call, paths[0], &files[0]);
    const bool first_is_there = status == CLI_YES;

    if (first_is_there)
        status = commit(call, paths[1], &files[1]);
    else
        assay_outfile_discard(&files[1]);
    const bool undo = status != CLI_YES && first_is_there;
    if (undo && old != NULL && first != NULL)
        rename(old, first);
    else if (old != NULL)
        unlink(old);
    else if (undo && first != NULL)
        unlink(first);
    free(old);
    free(first);
    return status;
}

int cli_save_both(const cli_call *call, const char *const paths[2], const assay_bytes parts[2])
{
    assay_outfile files[2];

    for (size_t i = 0; i < 2; i++)
        if (paths[i] == NULL)
            return cli_save(call, paths[!i], parts[!i]);
        else if (strcmp(paths[i], "-") == 0)
            return cli_save(call, paths[!i], parts[!i]) == CLI_YES ? cli_save(call, "-", parts[i])
                                                                   : CLI_TROUBLE;
    if (prepare(call, paths[0], parts[0], &files[0]) != CLI_YES)
        return CLI_TROUBLE;
    if (prepare(call, paths[1], parts[1], &files[1]) != CLI_YES) {
        assay_outfile_discard(&files[0]);
        return CLI_TROUBLE;
    }
    return commit_both(call, paths, files);
}
