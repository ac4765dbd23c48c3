/* SPDX-License-Identifier: BSD-2-Clause */
/* assay lcp: the launch control policy of Intel TXT. */
#include "cli/verbs.h"

static const cli_verb *const verbs[] = {
    &cli_lcp_nv,
    NULL,
};

const cli_verb cli_lcp = {
    .name = "lcp",
    .summary = "Intel TXT's launch control policy",
    .about = "SINIT lets a launch happen only under the launch control policies of the platform's "
             "supplier and owner, which lie in the NV memory of the TPM.",
    .verbs = verbs,
};
