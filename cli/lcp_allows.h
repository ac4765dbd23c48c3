/* SPDX-License-Identifier: BSD-2-Clause */
/* What lcp allows works with. Private to lcp_allows*.c. */
#ifndef ASSAY_CLI_LCP_ALLOWS_H
#define ASSAY_CLI_LCP_ALLOWS_H

#include "cli/command.h"
#include "cli/input.h"
#include "cli/take.h"
#include "policy/lcp/allows.h"

typedef struct cli_lcp_allows_options {
    cli_common common;
    struct {
        const char *policy, *data; /* files */
    } provisions[ASSAY_LCP_INDICES];
    uint16_t name_algs[ASSAY_LCP_INDICES];
    const char *mle, *cmdline, *pcrs, *log, *sinit;
    assay_digests mle_digests, stm_digests, bios_digests;
    bool no_stm, pre_production, big_endian;
    cli_number sinit_version;
    unsigned tpm; /* 0: by the policies, 1: 1.2, 2: 2.0 */
} cli_lcp_allows_options;

enum { CLI_LCP_ALLOWS_INPUTS = 8 };

typedef struct cli_allowing {
    const cli_call *call;
    const cli_lcp_allows_options *options;
    size_t input_count;
    cli_input inputs[CLI_LCP_ALLOWS_INPUTS];
    assay_hashes *hashes;
    assay_pcrs pcrs;
    assay_lcp_launch launch;
    assay_lcp_evaluation evaluation;
} cli_allowing;

/** Reads what the options name into `launch`. CLI_YES, or CLI_TROUBLE after saying what is wrong.
 */
int cli_allowing_gather(cli_allowing *w);

/** Puts it out in the notation that was asked for. CLI_YES or CLI_TROUBLE. */
int cli_allowing_put(const cli_allowing *w);

#endif
