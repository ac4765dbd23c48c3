/* SPDX-License-Identifier: BSD-2-Clause */
/* What check found out, and its two ways out: check_text.c for people, check_document.c. */
#ifndef ASSAY_CLI_CHECK_H
#define ASSAY_CLI_CHECK_H

#include "cli/fold.h"
#include "replay/explain.h"
#include "replay/facts.h"

enum { CLI_VALUES_MAX = 7 };

typedef struct cli_explained {
    const assay_pcr_status *status;
    assay_explanation explanation;
} cli_explained;

typedef struct cli_checked {
    cli_fold *fold;
    size_t given_count;
    cli_input given[CLI_VALUES_MAX]; /* where the PCR values came from */
    assay_comparison values;
    const assay_comparison *comparison; /* of values, or NULL: none were given */
    enum assay_verdict verdict;
    size_t explained_count;
    cli_explained explained[ASSAY_ALGS * ASSAY_PCRS];
    size_t fact_count;
    assay_fact facts[ASSAY_FACTS_MAX];
} cli_checked;

/** The verdict for a person: which PCR first, why, what to do next. */
void cli_check_put(const cli_call *call, const cli_checked *checked);

/** JSON or YAML. CLI_YES or CLI_TROUBLE. */
int cli_check_emit(const cli_call *call, const cli_checked *checked);

#endif
