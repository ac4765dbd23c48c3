/* SPDX-License-Identifier: BSD-2-Clause */
/* What this machine's TPM holds now, as the values of a boot. */
#ifndef ASSAY_CLI_LIVE_H
#define ASSAY_CLI_LIVE_H

#include "cli/boots.h"
#include "cli/tpm.h"

typedef struct cli_live_options {
    bool live;
    const char *tcti;
} cli_live_options;

/** Their rows, in the table of a verb whose struct `type` has them as `member`. */
#define CLI_LIVE_OPTIONS(type, member, help)                                                       \
    { 0, "live", NULL, help, cli_take_flag, offsetof(type, member.live), NULL },                   \
    { 'T', "tcti", "TCTI", CLI_TCTI_HELP "; with --live", cli_take_text,                           \
      offsetof(type, member.tcti), NULL }

/**
 * With --live, adds the values of all PCRs to those of the boot, of whose logs they have to be.
 * CLI_YES, or CLI_TROUBLE after saying why.
 */
int cli_boot_live(const cli_call *call, const cli_live_options *options, cli_boot *boot);

/** Adds them to `values`; the same. */
int cli_live_values(const cli_call *call, const cli_live_options *options, assay_pcrs *values);

#endif
