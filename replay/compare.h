/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Compares the fold of a log with PCR values somebody vouches for, and gives the
 * verdict:
 *
 *     unsound   the log contradicts itself or is cut, whatever the PCRs are
 *     mismatch  some PCR that the log extended has another value, or one of PCR 0-7
 *               was extended and a firmware log says nothing of it
 *     match     some PCR has the value the log folds to, none has another, and every PCR that
 *               lacks digests in one bank is met in another
 *     unknown   anything else: nothing was given to compare, nothing was measured, no bank in
 *               common, or a PCR that can be computed in no bank
 *
 * So an empty log never matches, not even PCRs of zeros: nothing was measured. And a log
 * that drops the digests of one bank gains nothing: what can't be computed isn't believed.
 * A match says that the digests of the log are those that were extended, in that order. It
 * says nothing of PCRs that the log doesn't mention, and nothing of event types and data.
 */
#ifndef ASSAY_REPLAY_COMPARE_H
#define ASSAY_REPLAY_COMPARE_H

#include "replay/runtime.h"

enum assay_pcr_state {
    ASSAY_PCR_MATCH,      /* the log extended it, and it has the value that comes to (runtime.h) */
    ASSAY_PCR_MISMATCH,   /* it has another value, or firmware extended it and did not log that */
    ASSAY_PCR_UNTOUCHED,  /* the log never extended it and it still has its start value */
    ASSAY_PCR_NOT_IN_LOG, /* the log never extended it and it was extended: by IMA, by userspace */
    ASSAY_PCR_INCOMPLETE, /* it differs, and the log lacks digests of this bank for it */
    ASSAY_PCR_NO_BANK,    /* the log has no such bank, or it can't be computed here */
};

typedef struct assay_pcr_status {
    uint16_t alg;
    unsigned pcr;
    enum assay_pcr_state state;
    const char *why;      /* neither match, mismatch nor untouched: the reason, static; else NULL */
    const assay_runtime_hit *met; /* a match that the fold alone does not give: where; else NULL */
    assay_bytes expected; /* lent from the values given */
    assay_bytes replayed; /* lent from the replay; no bytes where the bank can't be computed */
} assay_pcr_status;

enum assay_verdict {
    ASSAY_VERDICT_MATCH,
    ASSAY_VERDICT_MISMATCH,
    ASSAY_VERDICT_UNSOUND,
    ASSAY_VERDICT_UNKNOWN,
};

typedef struct assay_comparison {
    size_t count;
    assay_pcr_status list[ASSAY_ALGS * ASSAY_PCRS]; /* bank by bank, in order of PCR */
    size_t matched, mismatched;                     /* entries of the list */
    assay_pcr_set met;                              /* PCRs that match in some bank */
    assay_pcr_set met_strong; /* PCRs that match by more than SHA-1 */
    assay_pcr_set unproven;   /* PCRs that the log extended and that could be compared in no bank */
    bool weak;                /* some PCR is met in the SHA-1 bank alone */
} assay_comparison;

/** "match", "mismatch", "untouched", "not in log", "incomplete", "no bank". */
const char *assay_pcr_state_name(enum assay_pcr_state state);

/** "match", "mismatch", "unsound", "unknown". */
const char *assay_verdict_name(enum assay_verdict verdict);

/**
 * Compares every value of `expected` within `only` (a set of PCRs) with the replay. Both
 * must outlive the comparison.
 */
void assay_compare(const assay_replay *replay, const assay_pcrs *expected, assay_pcr_set only,
                   assay_comparison *ret_comparison);

/**
 * Counts as matches the values that a runtime log had on its way, and says so in `met`.
 * `runtime` has seen the fold and must outlive the comparison.
 */
void assay_compare_runtime(assay_comparison *comparison, const assay_runtime *runtime);

/** The verdict over a comparison (NULL: nothing was given to compare) and the findings. */
enum assay_verdict assay_judge(const assay_comparison *comparison, const assay_findings *findings);

#endif
