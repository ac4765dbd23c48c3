/* SPDX-License-Identifier: BSD-2-Clause */
/* What export and policy are of: a reference, or boots that one is learnt from first. */
#ifndef ASSAY_CLI_GOLDEN_OPEN_H
#define ASSAY_CLI_GOLDEN_OPEN_H

#include "cli/reference.h"
#include "policy/export/export.h"

typedef struct cli_opened {
    assay_reference *reference; /* what is wanted */
    cli_reference opened;
    bool is_opened; /* it was a file; else learnt */
} cli_opened;

/**
 * Opens what the call's arguments name. CLI_YES; or CLI_NO or CLI_TROUBLE after saying why. Close
 * after all.
 */
int cli_golden_open(cli_opened *golden, const cli_call *call, const cli_reference_options *options,
                    const cli_words *predicted);
void cli_golden_close(cli_opened *golden);

/** The variants of these names, all for none. CLI_YES, or CLI_TROUBLE after saying why. */
int cli_golden_variants(const cli_call *call, const assay_reference *reference,
                        const cli_words *names, assay_variant_set *ret_variants);

/** What --bank and --pcr want of the job's reference and variants, into the job. */
void cli_golden_wanted(const cli_call *call, assay_export_job *job);

#endif
