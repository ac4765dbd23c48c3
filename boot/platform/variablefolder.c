/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/platform/variables.h"

#include "base/cursor.h"
#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

enum { GUID_TEXT = ASSAY_GUID_TEXT - 1, FILE_MAX = ASSAY_VARIABLE_BYTES_MAX + 4 };

/* "NAME-GUID" into its two halves; a name is never empty. */
static bool split(const char *file, assay_efivar *variable)
{
    const assay_bytes text = assay_bytes_of_string(file);

    if (text.size < GUID_TEXT + 2 || file[text.size - GUID_TEXT - 1] != '-')
        return false;
    variable->name = assay_bytes_of(file, text.size - GUID_TEXT - 1);
    return assay_guid_parse(assay_bytes_of(file + text.size - GUID_TEXT, GUID_TEXT),
                            &variable->vendor);
}

static int add(assay_variables *variables, assay_efivar *variable, assay_bytes bytes,
               assay_error *error)
{
    assay_cursor c = assay_cursor_of(bytes);

    variable->attributes = assay_take_u32le(&c);
    variable->data = assay_take_rest(&c);
    if (c.failed)
        return assay_fail(error, ASSAY_TRUNCATED, (assay_place){ 0, ASSAY_NO_EVENT, "Attributes" },
                          "the file of a variable begins with four bytes of attributes");
    const int status = assay_variables_set(variables, variable);

    if (status == -ASSAY_TOO_LARGE)
        return assay_fail(error, ASSAY_TOO_LARGE, ASSAY_NOWHERE,
                          "there are more variables than are read here");
    if (status < 0)
        return assay_fail(error, ASSAY_NO_MEMORY, ASSAY_NOWHERE, "no memory for the variables");
    return 0;
}

static int read_entry(assay_variables *variables, const char *folder, const char *name,
                      assay_error *error)
{
    assay_efivar variable;
    assay_file file;
    char *path;

    if (!split(name, &variable))
        return 0;
    if (asprintf(&path, "%s/%s", folder, name) < 0)
        return assay_fail(error, ASSAY_NO_MEMORY, ASSAY_NOWHERE, "no memory for a path");
    int status = assay_file_read(&file, path, FILE_MAX, error);

    free(path);
    if (status < 0)
        return status;
    if (file.bytes.size > 0)
        status = add(variables, &variable, file.bytes, error);
    assay_file_close(&file);
    return status;
}

/* As bytes, whatever the locale. */
static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

int assay_variables_read_folder(assay_variables *variables, const char *folder, assay_error *error)
{
    struct dirent **entries;
    const int count = scandir(folder, &entries, NULL, by_name);
    int status = 0;

    if (count < 0)
        return assay_fail(error, errno == ENOMEM ? ASSAY_NO_MEMORY : ASSAY_IO, ASSAY_NOWHERE,
                          "the folder of variables can't be read: %s", strerror(errno));
    for (int i = 0; i < count; i++) {
        if (status == 0)
            status = read_entry(variables, folder, entries[i]->d_name, error);
        free(entries[i]);
    }
    free(entries);
    return status;
}
