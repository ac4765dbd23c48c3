/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Why a PCR does not have the value the log folds to. Each explanation is a row of
 * a table: a way in which real machines differ from their logs, tried by value. An
 * explanation that meets the PCR's value is proven; one that only fits the
 * circumstances says so.
 */
#ifndef ASSAY_REPLAY_EXPLAIN_H
#define ASSAY_REPLAY_EXPLAIN_H

#include "replay/compare.h"

typedef struct assay_explanation {
    const char *name;   /* "windows-cap"; static */
    bool proven;        /* the value follows from it */
    uint32_t event;     /* the event it is about, or ASSAY_NO_EVENT */
    char text[400];     /* what happened, in words */
    const char *action; /* what to do next; static */
} assay_explanation;

/**
 * Explains why `expected` is not what `log` folds to for one PCR of one bank. Reads
 * the log again from its start. 1 with *ret_explanation, 0 when nothing fits, or a
 * negative kind.
 */
int assay_explain(const assay_log *log, assay_hashes *hashes, const assay_comparison *comparison,
                  const assay_pcr_status *status, assay_explanation *ret_explanation);

#endif
