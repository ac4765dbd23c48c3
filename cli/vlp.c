/* SPDX-License-Identifier: BSD-2-Clause */
/* assay vlp: the verified launch policy of tboot. */
#include "cli/vlp.h"

#include "cli/verbs.h"

static const cli_verb *const verbs[] = {
    &cli_vlp_create, &cli_vlp_add,    &cli_vlp_del, &cli_vlp_show,
    &cli_vlp_diff,   &cli_vlp_allows, NULL,
};

const cli_verb cli_vlp = {
    .name = "vlp",
    .summary = "tboot's verified launch policy: make, review, compare, try",
    .about = "After a measured launch tboot verifies the modules it starts (kernel, initial RAM "
             "disk and others) against a verified launch policy, and extends the PCRs that the "
             "policy names. It lies in an NV index of the TPM, or in a custom element of the "
             "owner's launch control policy; all verbs read it in either, and in JSON.",
    .verbs = verbs,
};
