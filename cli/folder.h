/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A machine folder: what `assay collect` writes of a machine, each part of it optional, and
 * accepted wherever a log is.
 */
#ifndef ASSAY_CLI_FOLDER_H
#define ASSAY_CLI_FOLDER_H

#include <stdbool.h>
#include <stddef.h>

/** Whether the user names a folder. */
bool cli_is_folder(const char *name);

/** How many logs a folder can have. */
size_t cli_folder_most_logs(void);

/**
 * The path of a folder's log, below cli_folder_most_logs(), in the order of a boot; to be freed.
 * NULL when the folder has no such log; *ret_failed is set when there is no memory instead.
 */
char *cli_folder_log(const char *folder, size_t index, bool *ret_failed);

/** The path of a folder's PCR values; likewise. */
char *cli_folder_pcrs(const char *folder, bool *ret_failed);

#endif
