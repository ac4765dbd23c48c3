/* SPDX-License-Identifier: BSD-2-Clause */
/* Boots that become a reference: of golden learn, and of export and policy, which learn first. */
#ifndef ASSAY_CLI_GOLDEN_LEARN_H
#define ASSAY_CLI_GOLDEN_LEARN_H

#include "cli/command.h"
#include "cli/quotes.h"
#include "cli/take.h"
#include "policy/reference/reference.h"

/**
 * Learns a reference from the boots that the call's arguments name, and from those of --predicted,
 * "[VARIANT=]NAME[,NAME]..." each; predictions come first. `quote` may be NULL; `files`: with the
 * files that the kernel's lists name, of which there must be some. CLI_YES and a reference to be
 * freed; CLI_NO where what a boot's TPM had contradicts its logs; CLI_TROUBLE; both after saying
 * why.
 */
int cli_learn(const cli_call *call, const cli_words *predicted, const cli_quote_options *quote,
              bool files, assay_reference **ret_reference);

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
