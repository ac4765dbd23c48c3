/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A boot that a user names, to learn from or to hold against a reference: logs of one boot, a
 * machine folder, PCR values, or these together.
 */
#ifndef ASSAY_CLI_BOOTS_H
#define ASSAY_CLI_BOOTS_H

#include "cli/logs.h"
#include "policy/reference/learn.h"

enum { CLI_BOOT_INPUTS_MAX = CLI_LOGS_MAX + CLI_VALUES_MAX };

typedef struct cli_boot {
    cli_logs logs;
    assay_findings findings;
    assay_pcrs values;
    assay_log *list[CLI_LOGS_MAX];
    size_t input_count;
    assay_reference_input inputs[CLI_BOOT_INPUTS_MAX];
    assay_quote quote;      /* of cli/quotes.h, where one was given */
    assay_pcrs quoted;
    assay_learnt_boot boot; /* what the library takes; lent from here */
} cli_boot;

/**
 * Opens a boot that is to be held against something: what `words` name, or one word alone
 * "NAME[,NAME]...", as below; of PCRs and banks what --pcr and --bank ask for. Of a folder with
 * PCR values a log may be an empty file: that is a finding, and the values decide without it. NULL
 * after saying what is wrong: all else that is named must be readable. Free after anything else.
 */
cli_boot *cli_boot_of_words(const cli_call *call, char *const *words, size_t count);

/**
 * Opens a boot to learn from, whose logs have to be readable, too: of one word
 * "[VARIANT=]NAME[,NAME]...", in which a name that there is as a file counts whole. *ret_variant is
 * the variant's name, to be freed, or NULL.
 */
cli_boot *cli_boot_of_word(const cli_call *call, const char *word, char **ret_variant);

void cli_boot_free(cli_boot **boot);

#endif
