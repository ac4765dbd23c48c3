/* SPDX-License-Identifier: BSD-2-Clause */
/* assay lcp: the verbs of launch control policies. */
#include "cli/verbs.h"

/* clang-format off */
static const cli_verb *const verbs[] = {
    &cli_lcp_create,
    &cli_lcp_show,
    &cli_lcp_sign,
    &cli_lcp_tbs,
    &cli_lcp_addsig,
    &cli_lcp_verify,
    &cli_lcp_allows,
    &cli_lcp_diff,
    &cli_lcp_nv,
    NULL,
};
/* clang-format on */

const cli_verb cli_lcp = {
    .name = "lcp",
    .summary = "launch control policies of Intel TXT",
    .about = "SINIT lets a launch happen only under the launch control policies of the platform's "
             "supplier and owner, which lie in the NV memory of the TPM. These verbs make, show, "
             "sign and check them, and put the owner's into the TPM.",
    .verbs = verbs,
};
