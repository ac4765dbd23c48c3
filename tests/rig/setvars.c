/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * setvars FLASH FOLDER NEW: a flash image of variables like FLASH, with those of FOLDER added:
 * files NAME-GUID, four bytes of attributes before the data, as efivarfs has them.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "boot/platform/varstore.h"

static int set(const char *flash, const char *folder, const char *path, assay_error *error)
{
    assay_variables *variables = assay_variables_new();
    assay_writer writer = assay_writer_growing(ASSAY_VARSTORE_MAX);
    assay_file old = { 0 };
    assay_outfile new = { 0 };
    assay_varstore layout;
    int status =
        variables == NULL ? assay_fail(error, ASSAY_NO_MEMORY, ASSAY_NOWHERE, "no memory") : 0;

    if (status == 0)
        status = assay_file_read(&old, flash, ASSAY_VARSTORE_MAX, error);
    if (status == 0)
        status = assay_varstore_read(variables, old.bytes, &layout, error);
    if (status == 0)
        status = assay_variables_read_folder(variables, folder, error);
    if (status == 0)
        status = assay_varstore_write(&writer, variables, &layout, error);
    if (status == 0)
        status = assay_outfile_open(&new, path, error);
    if (status == 0) {
        const assay_bytes made = assay_written(&writer);
        const bool whole = write(new.fd, made.data, made.size) == (ssize_t)made.size;

        status = whole ? assay_outfile_commit(&new, error)
                       : assay_fail(error, ASSAY_IO, ASSAY_NOWHERE, "%s: not written whole", path);
        if (!whole)
            assay_outfile_discard(&new);
    }
    assay_file_close(&old);
    assay_writer_close(&writer);
    assay_variables_free(&variables);
    return status;
}

int main(int argc, char **argv)
{
    assay_error error = { 0 };

    if (argc != 4) {
        fprintf(stderr, "usage: setvars FLASH FOLDER NEW\n");
        return 2;
    }
    if (set(argv[1], argv[2], argv[3], &error) != 0) {
        fprintf(stderr, "setvars: %s\n", error.what);
        return 1;
    }
    return 0;
}
