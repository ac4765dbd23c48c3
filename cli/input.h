/* SPDX-License-Identifier: BSD-2-Clause */
/* A file that a user names, or that a folder he names has in it. "-" is standard input. */
#ifndef ASSAY_CLI_INPUT_H
#define ASSAY_CLI_INPUT_H

#include "base/error.h"
#include "base/file.h"
#include "base/output.h"

typedef struct cli_input {
    char *name; /* as the user gave it, or the path in the folder he gave */
    assay_file file;
    uint64_t released; /* bytes of the file whose memory was given back */
    bool digested;
    uint8_t sha256[32]; /* set by cli_input_remember_digest */
} cli_input;

/** Opens a log: 0 or a negative kind; close after 0. */
int cli_input_open(cli_input *input, const char *path, assay_error *error);

/** The same for an artefact: a disk image may be larger than any log. */
int cli_input_open_artefact(cli_input *input, const char *path, assay_error *error);

/** The same for a file of PCR values, which is small. */
int cli_input_open_values(cli_input *input, const char *path, assay_error *error);

void cli_input_close(cli_input *input);

/** Says that reading went past `offset`: a large file's memory up to there is given back. */
void cli_input_passed(cli_input *input, uint64_t offset);

/** SHA-256 of the input, made now unless it was before. 0 or a negative kind. */
int cli_input_digest(const cli_input *input, uint8_t ret_digest[static 32]);

/** Makes the digest and keeps it; may run while others read the input. A failure is not kept. */
void cli_input_remember_digest(cli_input *input);

#endif
