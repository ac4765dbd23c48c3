/* SPDX-License-Identifier: BSD-2-Clause */
/* What a verb makes, into files: whole or not at all. */
#ifndef ASSAY_CLI_SAVE_H
#define ASSAY_CLI_SAVE_H

#include "cli/command.h"

/** Whether both are names of one regular file that there is. */
bool cli_is_same_file(const char *a, const char *b);

/**
 * CLI_YES, or CLI_TROUBLE after saying so where writing `output` would destroy `input`, which is
 * read. Either may be NULL.
 */
int cli_spare_input(const cli_call *call, const char *output, const char *input);

/** Writes a file; "-" is standard output. CLI_YES, or CLI_TROUBLE after saying what is wrong. */
int cli_save(const cli_call *call, const char *path, assay_bytes bytes);

/**
 * The same of what is no text, and may have no name, NULL: then it goes to standard output, unless
 * that is a terminal. `what` it is, "a policy", is for the complaint.
 */
int cli_save_binary(const cli_call *call, const char *path, assay_bytes bytes, const char *what);

/**
 * Writes two files: both, or neither, and then what was there stays. A path is NULL where there is
 * nothing to write; at most one.
 */
int cli_save_both(const cli_call *call, const char *const paths[2], const assay_bytes parts[2]);

#endif
