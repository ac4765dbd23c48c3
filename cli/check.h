/* SPDX-License-Identifier: BSD-2-Clause */
/* What check found out, and its two ways out: check_text.c for people, check_document.c. */
#ifndef ASSAY_CLI_CHECK_H
#define ASSAY_CLI_CHECK_H

#include "cli/fold.h"
#include "cli/live.h"
#include "cli/quotes.h"
#include "replay/bootaggregate.h"
#include "replay/explain.h"
#include "replay/facts.h"

typedef struct cli_explained {
    const assay_pcr_status *status;
    assay_explanation explanation;
} cli_explained;

enum cli_quote_outcome {
    CLI_QUOTE_NONE,    /* none was given */
    CLI_QUOTE_COVERS,  /* the TPM signed for these values */
    CLI_QUOTE_OTHER,   /* it signed for others */
    CLI_QUOTE_PARTLY,  /* it signed for PCRs of which there is no value here */
    CLI_QUOTE_REFUSED, /* it isn't a quote of that key, or of that nonce */
};

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
    enum cli_quote_outcome quoted;
    bool quoted_without_nonce;
    bool quoted_fold;  /* it was held to what the logs fold to: no values were given */
    assay_quote quote; /* unless there is none, or it was refused */
    enum assay_verdict verdict;
    size_t explained_count;
    cli_explained explained[ASSAY_ALGS * ASSAY_PCRS];
    size_t fact_count;
    assay_fact facts[ASSAY_FACTS_MAX];
} cli_checked;

/**
 * Reads the values that were named, what stands beside a log where none were, and those of the TPM
 * where it is asked; of these are wanted what --bank and --pcr say. CLI_YES, also for a file with a
 * fault, which is kept to be told, or CLI_TROUBLE after saying why.
 */
int cli_check_read_values(const cli_call *call, const cli_live_options *live, cli_checked *checked);

/**
 * Reads the quote, if one was given, after the values. CLI_YES, also for one that is not to be
 * believed, or CLI_TROUBLE; both after saying why.
 */
int cli_check_take_quote(const cli_call *call, const cli_quote_options *options,
                         cli_checked *checked);

/**
 * Once the logs are folded, holds the values that were given to the quote, or where none were what
 * the logs fold to; then those that it covers are the values.
 */
void cli_check_hold_to_quote(const cli_call *call, cli_checked *checked);

/**
 * Once the values were compared, keeps those alone that the quote covers: nobody signed for others.
 * False, and all are kept, where no quote covers them, or where one contradicts the logs.
 */
bool cli_check_keep_quoted(cli_checked *checked);

/** A verdict that a quote was to vouch for, and does not. */
enum assay_verdict cli_check_quote_judge(const cli_checked *checked, enum assay_verdict verdict);

/** What the verdict is by the quote, in words; false, and none, where it isn't by the quote. */
bool cli_check_write_quote(assay_writer *words, const cli_checked *checked);

/** What the quote says, in a sentence and as the member "quote"; nothing where none was given. */
void cli_check_put_quote(const cli_call *call, const cli_checked *checked);
void cli_check_emit_quote(assay_output *out, const cli_checked *checked);

/** The verdict for a person: which PCR first, why, what to do next. */
void cli_check_put(const cli_call *call, const cli_checked *checked);

/** JSON or YAML. CLI_YES or CLI_TROUBLE. */
int cli_check_emit(const cli_call *call, const cli_checked *checked);

#endif
