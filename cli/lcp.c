/* SPDX-License-Identifier: BSD-2-Clause */
/* assay lcp: the verbs of launch control policies. */
#include "cli/verbs.h"

static const cli_verb *const verbs[] = { &cli_lcp_sign, &cli_lcp_tbs, &cli_lcp_addsig, NULL };

const cli_verb cli_lcp = {
    .name = "lcp",
    .summary = "launch control policies of Intel TXT",
    .about = "Makes, signs and checks what SINIT decides by whether a launch goes on.",
    .verbs = verbs,
};
