/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Compares the fold of a log with PCR values somebody vouches for, and gives the
 * verdict.
 */
#ifndef ASSAY_REPLAY_COMPARE_H
#define ASSAY_REPLAY_COMPARE_H

#include "replay/replay.h"

enum assay_pcr_state {
    ASSAY_PCR_MATCH,      /* the log extended it, and it has the value the log folds to */
    ASSAY_PCR_MISMATCH,   /* it has another value */
    ASSAY_PCR_UNTOUCHED,  /* the log never extended it and it still has its start value */
    ASSAY_PCR_NOT_IN_LOG, /* the log never extended it and it was extended: by IMA, by userspace */
    ASSAY_PCR_INCOMPLETE, /* it differs, and the log lacks digests of this bank for it */
};

typedef struct assay_pcr_status {
    uint16_t alg;
    unsigned pcr;
    enum assay_pcr_state state;
    assay_bytes expected; /* lent from the values given */
    assay_bytes replayed; /* lent from the replay; no bytes where the bank can't be computed */
} assay_pcr_status;

enum assay_verdict {
    ASSAY_VERDICT_MATCH,    /* sound, and every PCR the log extended has its value */
    ASSAY_VERDICT_MISMATCH, /* some PCR has another value */
    ASSAY_VERDICT_UNSOUND,  /* the log contradicts itself, whatever the PCRs are */
    ASSAY_VERDICT_UNKNOWN,  /* nothing could be compared */
};

typedef struct assay_comparison {
    size_t count;
    assay_pcr_status list[ASSAY_ALGS * ASSAY_PCRS]; /* bank by bank, in order of PCR */
    size_t matched, mismatched;
    bool weak; /* every match is in the SHA-1 bank only */
} assay_comparison;

/** "match", "mismatch", "untouched", "not in log", "incomplete". */
const char *assay_pcr_state_name(enum assay_pcr_state state);

/** "match", "mismatch", "unsound", "unknown". */
const char *assay_verdict_name(enum assay_verdict verdict);

/** Compares every value of `expected` within `only` (a set of PCRs) with the replay. */
void assay_compare(const assay_replay *replay, const assay_pcrs *expected, assay_pcr_set only,
                   assay_comparison *ret_comparison);

/** The verdict over a comparison (NULL: nothing was given to compare) and the findings. */
enum assay_verdict assay_judge(const assay_comparison *comparison, const assay_findings *findings);

#endif
