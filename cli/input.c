/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/input.h"

#include "base/hash.h"
#include "replay/pcrvalues.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* Far beyond any log; a pipe that never ends must end somewhere. */
static const size_t ceiling = (size_t)256 << 20;

static bool is_folder(const char *name)
{
    struct stat info;

    return strcmp(name, "-") != 0 && stat(name, &info) == 0 && S_ISDIR(info.st_mode);
}

static char *path_in(const char *folder, const char *file)
{
    char *path;

    return asprintf(&path, "%s/%s", folder, file) < 0 ? NULL : path;
}

char *cli_input_log_path(const char *name)
{
    return is_folder(name) ? path_in(name, "eventlog.bin") : strdup(name);
}

/* pcrs.json of a machine folder, or NULL. */
static char *find_pcrs(const char *name)
{
    char *const path = is_folder(name) ? path_in(name, "pcrs.json") : NULL;

    if (path != NULL && access(path, F_OK) == 0)
        return path;
    free(path);
    return NULL;
}

static int read_path(cli_input *input, const char *path, size_t most, assay_error *error)
{
    if (path == NULL)
        return assay_fail(error, ASSAY_NO_MEMORY, ASSAY_NOWHERE, "no memory for a name");
    return assay_file_read(&input->file, path, most, error);
}

int cli_input_open(cli_input *input, const char *name, assay_error *error)
{
    char *const path = cli_input_log_path(name);

    *input = (cli_input){ .name = name };
    const int status = read_path(input, path, ceiling, error);
    if (status == 0)
        input->pcrs_path = find_pcrs(name);
    else if (path != NULL && is_folder(name) && access(path, F_OK) != 0)
        assay_fail(error, ASSAY_IO, ASSAY_NOWHERE, "no eventlog.bin is in this folder");
    free(path);
    return status;
}

int cli_input_open_values(cli_input *input, const char *name, assay_error *error)
{
    char *const path = is_folder(name) ? find_pcrs(name) : strdup(name);

    *input = (cli_input){ .name = name };
    if (path == NULL && is_folder(name))
        return 0;
    const int status = read_path(input, path, ASSAY_PCRVALUES_CEILING, error);
    free(path);
    return status;
}

void cli_input_close(cli_input *input)
{
    assay_file_close(&input->file);
    free(input->pcrs_path);
    input->pcrs_path = NULL;
}

int cli_input_digest(const cli_input *input, uint8_t ret_digest[static 32])
{
    if (input->digested) {
        memcpy(ret_digest, input->sha256, sizeof input->sha256);
        return 0;
    }
    assay_hashes *hashes = assay_hashes_new();
    assay_hash *hash;
    int status = hashes == NULL ? -ASSAY_NO_MEMORY : assay_hashes_get(hashes, ASSAY_ALG_SHA256, &hash);

    if (status == 0)
        status = assay_hash_parts(hash, &input->file.bytes, 1, ret_digest);
    assay_hashes_free(&hashes);
    return status;
}

void cli_input_remember_digest(cli_input *input)
{
    input->digested = cli_input_digest(input, input->sha256) == 0;
}
