/* SPDX-License-Identifier: BSD-2-Clause */
/* assay lcp: Intel TXT launch control policies; what is below it has a file each. */
#include "cli/verbs.h"

static const cli_verb *const lcp_verbs[] = {
    &cli_lcp_create,
    &cli_lcp_show,
    NULL,
};

const cli_verb cli_lcp = {
    .name = "lcp",
    .summary = "Intel TXT launch control policies: make, read, judge",
    .about = "Launch control policies say what Intel TXT may launch: a policy in an NV index of "
             "the TPM, and for a policy of type LIST a policy data file with lists of elements.",
    .verbs = lcp_verbs,
};
