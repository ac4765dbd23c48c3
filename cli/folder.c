/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/folder.h"

#include "base/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { NAMES_MAX = 4 };

/*
 * Of each log the names it may have, the first that exists is taken: a machine folder's, the
 * kernel's own (/sys/kernel/security), that of a rig's guest.
 */
static const char *const log_names[][NAMES_MAX] = {
    { "eventlog.bin", "binary_bios_measurements" },
    { "txt/log", "txt/heap" },
    { "ima.bin", "binary_runtime_measurements", "guest/ima.bin" },
    { "tpm2-measure.log" },
};

static const char *const pcrs_names[NAMES_MAX] = { "pcrs.json" };

bool cli_is_folder(const char *name)
{
    return strcmp(name, "-") != 0 && assay_file_is_folder(name);
}

size_t cli_folder_most_logs(void)
{
    return sizeof log_names / sizeof *log_names;
}

static char *find(const char *folder, const char *const names[NAMES_MAX], bool *ret_failed)
{
    for (size_t i = 0; i < NAMES_MAX && names[i] != NULL; i++) {
        char *path;

        if (asprintf(&path, "%s/%s", folder, names[i]) < 0) {
            *ret_failed = true;
            return NULL;
        }
        if (access(path, F_OK) == 0)
            return path;
        free(path);
    }
    return NULL;
}

char *cli_folder_log(const char *folder, size_t index, bool *ret_failed)
{
    return find(folder, log_names[index], ret_failed);
}

char *cli_folder_pcrs(const char *folder, bool *ret_failed)
{
    return find(folder, pcrs_names, ret_failed);
}
