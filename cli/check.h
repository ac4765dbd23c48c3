/* SPDX-License-Identifier: BSD-2-Clause */
/* What check found out, and its two ways out: check_text.c for people, check_document.c. */
#ifndef ASSAY_CLI_CHECK_H
#define ASSAY_CLI_CHECK_H

#include "cli/fold.h"
#include "replay/bootaggregate.h"
#include "replay/explain.h"
#include "replay/facts.h"

typedef struct cli_explained {
    const assay_pcr_status *status;
    assay_explanation explanation;
} cli_explained;

typedef struct cli_checked {
    cli_fold *fold;
    assay_pcrs given;      /* what the PCRs hold, by all that was named; or no bank */
    assay_pcrs wanted;     /* of these, what --bank and --pcr ask for */
    assay_runtime runtime; /* where these lie in the logs of the running system */
    assay_error fault;     /* the first fault of a file of values, whose other banks are compared */
    const char *faulty;    /* its name; or NULL */
    assay_boot_aggregate aggregate; /* of the first IMA list with one; outcome NONE without */
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
