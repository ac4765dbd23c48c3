/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a user names as a LOG: a file, "-" for standard input, or a machine folder,
 * whose log is eventlog.bin and whose PCR values, where it has them, pcrs.json.
 */
#ifndef ASSAY_CLI_INPUT_H
#define ASSAY_CLI_INPUT_H

#include "base/error.h"
#include "base/file.h"
#include "base/output.h"

typedef struct cli_input {
    const char *name; /* as the user gave it */
    assay_file file;
    char *pcrs_path;  /* owned; NULL where there are no PCR values beside the log */
    bool digested;
    uint8_t sha256[32]; /* set by cli_input_remember_digest */
} cli_input;

/** 0 or a negative kind; close after 0. */
int cli_input_open(cli_input *input, const char *name, assay_error *error);

/**
 * The same for what a user names as PCRS: a file, "-", or a machine folder, whose values are
 * pcrs.json. A folder without it is one of sysfs: many files, so that `file` has no bytes.
 */
int cli_input_open_values(cli_input *input, const char *name, assay_error *error);

void cli_input_close(cli_input *input);

/** The path of the log that `name` stands for, to be freed; NULL without memory. */
char *cli_input_log_path(const char *name);

/** SHA-256 of the input, made now unless it was before. 0 or a negative kind. */
int cli_input_digest(const cli_input *input, uint8_t ret_digest[static 32]);

/** Makes the digest and keeps it; may run while others read the input. A failure is not kept. */
void cli_input_remember_digest(cli_input *input);

#endif
