/* SPDX-License-Identifier: BSD-2-Clause */
/* The PCR values that a prediction comes to. */
#ifndef ASSAY_POLICY_LAUNCH_VALUES_H
#define ASSAY_POLICY_LAUNCH_VALUES_H

#include "boot/prediction.h"
#include "replay/replay.h"

/** What the events fold to. */
typedef struct assay_prediction_values {
    assay_replay replay;
    /* By position of the bank in replay.pcrs: values that miss a digest that is not known. */
    assay_pcr_set unknown[ASSAY_ALGS];
} assay_prediction_values;

/** Folds it; `hashes` stays the caller's. 0 or a negative kind. */
int assay_prediction_fold(const assay_prediction *prediction, assay_hashes *hashes,
                          assay_prediction_values *ret_values);

#endif
