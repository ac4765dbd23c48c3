/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of check's text share. Private to check_*.c. */
#ifndef ASSAY_CLI_CHECK_SAID_H
#define ASSAY_CLI_CHECK_SAID_H

#include "cli/check.h"

/** A line of our own words that is put together before it is wrapped. */
typedef struct cli_sentence {
    char text[1024];
    assay_writer words;
} cli_sentence;

/** Begins it anew; the words go to what is returned. */
assay_writer *cli_sentence_begin(cli_sentence *s);

/** Ends it and puts it out from `column` on, further lines `indent` in. */
void cli_sentence_put(const cli_call *call, cli_sentence *s, size_t column, size_t indent);

/** "PCR", or "RTMR". */
const char *cli_register_kind(const cli_checked *checked);

/** The next of a list of banks, "sha1, sha256", which come one after the other. */
void cli_write_bank(assay_writer *words, uint16_t *last, uint16_t alg);

/** Of each PCR that differs: what it holds, why, what to do next. */
void cli_check_put_explanations(const cli_call *call, const cli_checked *checked);

/** PCRs about which the logs are silent, those of the same reason together. */
void cli_check_put_silences(const cli_call *call, const cli_checked *checked);

#endif
