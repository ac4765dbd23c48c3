/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/input.h"

#include "base/cursor.h"
#include "base/hash.h"
#include "replay/pcrvalues.h"

#include <stdlib.h>
#include <sys/stat.h>

enum { RELEASE_STEP = 1024 * 1024 };

/* Far beyond any log; a pipe that never ends must end somewhere. */
static const size_t ceiling = (size_t)1 << 30;
static const size_t artefact_ceiling = (size_t)1 << 34;

static int open_up_to(cli_input *input, const char *path, size_t most, assay_error *error)
{
    *input = (cli_input){ .name = strdup(path) };
    if (input->name == NULL)
        return assay_fail(error, ASSAY_NO_MEMORY, ASSAY_NOWHERE, "no memory for a name");
    const int status = assay_file_read(&input->file, path, most, error);
    if (status < 0)
        cli_input_close(input);
    return status;
}

int cli_input_open(cli_input *input, const char *path, assay_error *error)
{
    return open_up_to(input, path, ceiling, error);
}

/* A regular file and a disk are mapped, whatever their size; a pipe goes to a temporary file. */
int cli_input_open_artefact(cli_input *input, const char *path, assay_error *error)
{
    struct stat info;
    const bool whole = stat(path, &info) == 0 && (S_ISREG(info.st_mode) || S_ISBLK(info.st_mode));

    return open_up_to(input, path, whole ? SIZE_MAX / 2 : artefact_ceiling, error);
}

int cli_input_open_values(cli_input *input, const char *path, assay_error *error)
{
    return open_up_to(input, path, ASSAY_PCRVALUES_CEILING, error);
}

void cli_input_close(cli_input *input)
{
    assay_file_close(&input->file);
    free(input->name);
    input->name = NULL;
}

/* Piece by piece, so that a large file is never in memory as a whole. */
static int hash_file(const assay_file *file, assay_hash *hash, uint8_t *ret_digest)
{
    assay_cursor rest = assay_cursor_of(file->bytes);
    int status = assay_hash_begin(hash);

    while (assay_left(&rest) > 0 && status == 0) {
        const uint64_t from = rest.offset;

        status = assay_hash_update(hash, assay_take_up_to(&rest, RELEASE_STEP));
        assay_file_release(file, from, rest.offset);
    }
    return status == 0 ? assay_hash_end(hash, ret_digest) : status;
}

void cli_input_passed(cli_input *input, uint64_t offset)
{
    if (offset < input->released + RELEASE_STEP)
        return;
    assay_file_release(&input->file, input->released, offset);
    input->released = offset;
}

int cli_input_digest(const cli_input *input, uint8_t ret_digest[static 32])
{
    if (input->digested) {
        memcpy(ret_digest, input->sha256, sizeof input->sha256);
        return 0;
    }
    assay_hashes *hashes = assay_hashes_new();
    assay_hash *hash;
    int status =
        hashes == NULL ? -ASSAY_NO_MEMORY : assay_hashes_get(hashes, ASSAY_ALG_SHA256, &hash);

    if (status == 0)
        status = hash_file(&input->file, hash, ret_digest);
    assay_hashes_free(&hashes);
    return status;
}

void cli_input_remember_digest(cli_input *input)
{
    input->digested = cli_input_digest(input, input->sha256) == 0;
}
