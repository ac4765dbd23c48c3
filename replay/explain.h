/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Why a PCR does not have the value the log folds to. Each explanation is a row of
 * a table: a way in which real machines differ from their logs, tried by value. An
 * explanation that meets the PCR's value is proven; one that only fits the
 * circumstances says so.
 *
 * The work for one PCR is bounded: ASSAY_EXPLAIN_EXTENDS extends, which try every single
 * edit of a chain of about 250 events. Where that was not enough, `cut` says so.
 */
#ifndef ASSAY_REPLAY_EXPLAIN_H
#define ASSAY_REPLAY_EXPLAIN_H

#include "replay/chain.h"
#include "replay/compare.h"

enum { ASSAY_EXPLAIN_EXTENDS = 1 << 18 };

typedef struct assay_explanation {
    const char *name;   /* "windows-cap"; static */
    bool proven;        /* the value follows from it */
    bool cut;           /* not every edit was tried: the chain is too long */
    uint32_t event;     /* the event it is about, or ASSAY_NO_EVENT */
    char text[400];     /* what happened, in words; printable ASCII */
    const char *action; /* what to do next; static */
} assay_explanation;

/**
 * Explains `status`, an entry of `comparison` that is a mismatch, incomplete or not in the
 * log, from the `chain` of its PCR and bank and from what was found in the log. 1 with
 * *ret_explanation, 0 when nothing fits, or a negative kind.
 */
int assay_explain(const assay_chain *chain, const assay_comparison *comparison,
                  const assay_pcr_status *status, const assay_findings *findings,
                  assay_explanation *ret_explanation);

/** One way in which machines differ from their logs. All strings static. */
typedef struct assay_lesson_info {
    const char *name;
    bool proven;        /* tried by value; else by circumstances */
    const char *action; /* what to do next */
} assay_lesson_info;

/** The lessons in the order in which they are tried; NULL beyond the last. */
const assay_lesson_info *assay_lesson_at(size_t index);

#endif
