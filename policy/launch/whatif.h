/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What if: a prediction beside what it was made of, event by event, and the PCRs that change
 * because of it.
 */
#ifndef ASSAY_POLICY_LAUNCH_WHATIF_H
#define ASSAY_POLICY_LAUNCH_WHATIF_H

#include "boot/prediction.h"
#include "policy/launch/values.h"

enum assay_whatif_kind {
    ASSAY_WHATIF_SAME,
    ASSAY_WHATIF_CHANGED, /* some digest differs, or the PCR, or in which banks there are any */
    ASSAY_WHATIF_ADDED,
    ASSAY_WHATIF_REMOVED,
    ASSAY_WHATIF_UNKNOWN, /* some digest is no longer known */
};

/** "same", "changed", "added", "removed", "unknown". Static. */
const char *assay_whatif_name(enum assay_whatif_kind kind);

typedef struct assay_whatif_change {
    enum assay_whatif_kind kind;
    const assay_predicted_event *before; /* NULL: added */
    const assay_predicted_event *after;  /* NULL: removed */
} assay_whatif_change;

typedef void assay_whatif_visit(void *context, const assay_whatif_change *change);

/**
 * Every event that is not the same, in the prediction's order, those that are gone after the
 * others. 0 or -ASSAY_NO_MEMORY.
 */
int assay_whatif_changes(const assay_prediction *base, const assay_prediction *prediction,
                         assay_whatif_visit *visit, void *context);

/** What becomes of one event of the prediction. */
enum assay_whatif_kind assay_whatif_of(const assay_prediction *base,
                                       const assay_predicted_event *after);

/**
 * What becomes of the value of a PCR in a bank: SAME, CHANGED or UNKNOWN. Of a bank that only one
 * of the two has: CHANGED.
 */
enum assay_whatif_kind assay_whatif_value(const assay_prediction_values *base,
                                          const assay_prediction_values *prediction, uint16_t alg,
                                          unsigned pcr);

#endif
