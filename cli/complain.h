/* SPDX-License-Identifier: BSD-2-Clause */
/* What goes to standard error: one line that says what is wrong and where, one what to do. */
#ifndef ASSAY_CLI_COMPLAIN_H
#define ASSAY_CLI_COMPLAIN_H

#include "base/error.h"
#include "cli/command.h"
#include "cli/nearest.h"

/** Says what is wrong with the words of a command line; returns CLI_TROUBLE. */
int cli_complain_usage(const cli_verb *verb, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/** The same of a word that there is not; the hint names the one that was probably meant. */
int cli_complain_word(const cli_verb *verb, const cli_nearest *nearest, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/**
 * "assay VERB: FILE: what, at byte N (event M, field F)" and a hint by the kind of the
 * error; `file` may be NULL. Returns CLI_TROUBLE.
 */
int cli_complain(const cli_verb *verb, const char *file, const assay_error *error);

/** The same with a hint that knows better what to do. */
int cli_complain_hint(const cli_verb *verb, const char *file, const assay_error *error,
                      const char *hint);

/** The same of something that fails with no more than a negative kind: `what`, a sentence. */
int cli_complain_kind(const cli_verb *verb, const char *file, int status, const char *what);

/** Says that there is no memory. Returns CLI_TROUBLE. */
int cli_complain_memory(const cli_verb *verb);

/** Says that the SHA-256 of an input, which documents have, can't be made. CLI_TROUBLE. */
int cli_complain_inputs(const cli_verb *verb);

/** The same of a file of PCR values, with the forms it may have where it has none of them. */
int cli_complain_values(const cli_verb *verb, const char *file, const assay_error *error);

/** The same of a file that can't be made, or given its name. */
int cli_complain_output(const cli_verb *verb, const char *file, const assay_error *error);

/** Says that writing to `file` (NULL: standard output) failed with this errno. */
int cli_complain_write(const cli_verb *verb, const char *file, int cause);

#endif
