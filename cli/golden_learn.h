/* SPDX-License-Identifier: BSD-2-Clause */
/* Boots that become a reference: of golden learn, and of export and policy, which learn first. */
#ifndef ASSAY_CLI_GOLDEN_LEARN_H
#define ASSAY_CLI_GOLDEN_LEARN_H

#include "cli/command.h"
#include "cli/live.h"
#include "cli/quotes.h"
#include "cli/take.h"
#include "policy/reference/reference.h"

/** What boots are learnt from beside the call's arguments. */
typedef struct cli_learning {
    cli_words predicted;     /* further boots, of --predicted */
    cli_live_options live;   /* where the values of the one boot are from */
    cli_quote_options quote; /* and who signed for them */
    bool files;              /* with the files that the kernel's lists name: there must be some */
} cli_learning;

/**
 * Learns a reference from the boots that the call's arguments name, and from those predicted,
 * "[VARIANT=]NAME[,NAME]..." each; predictions come first. CLI_YES and a reference to be freed;
 * CLI_NO where what a boot's TPM had contradicts its logs; CLI_TROUBLE; both after saying why.
 */
int cli_learn(const cli_call *call, const cli_learning *learning, assay_reference **ret_reference);

/** The row of --predicted, in the table of a verb whose struct `type` has it as `member`. */
#define CLI_PREDICTED_OPTION(type, member)                                                         \
    {                                                                                              \
        0, "predicted", "BOOT", "one more boot, whose logs are predictions", cli_take_words,       \
            offsetof(type, member), NULL                                                           \
    }

/** What --set says of it, NAME=VALUE each. CLI_YES, or CLI_TROUBLE after saying what is wrong. */
int cli_describe_reference(const cli_call *call, assay_reference *reference,
                           const cli_words *settings);

#endif
