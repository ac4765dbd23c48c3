/* SPDX-License-Identifier: BSD-2-Clause */
/* assay golden: the verbs of references. */
#include "cli/verbs.h"

/* clang-format off */
static const cli_verb *const verbs[] = {
    &cli_golden_learn,
    &cli_golden_show,
    &cli_golden_check,
    &cli_golden_merge,
    &cli_golden_retire,
    &cli_golden_sign,
    &cli_golden_verify,
    NULL,
};
/* clang-format on */

const cli_verb cli_golden = {
    .name = "golden",
    .summary = "references: what good boots measure",
    .about = "A reference holds what boots should measure: one variant or several, each with its "
             "steps, the components they are of, and the PCR values they come to. It is JSON that "
             "a person can review, and the same boots make the same bytes.",
    .verbs = verbs,
};
