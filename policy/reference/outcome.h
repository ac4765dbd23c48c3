/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a boot comes to: the values that are held of it, and how each is known.
 * Private to policy/.
 */
#ifndef ASSAY_POLICY_REFERENCE_OUTCOME_H
#define ASSAY_POLICY_REFERENCE_OUTCOME_H

#include "policy/reference/sequence.h"

typedef struct assay_outcome {
    assay_replay replay;
    assay_pcr_set unheld[ASSAY_ALGS];
    assay_pcrs values;
    uint8_t confidence[ASSAY_ALGS][ASSAY_PCRS];
} assay_outcome;

/**
 * Of the logs that `sequence` was read from, and the values beside them. 0; -ASSAY_MALFORMED where
 * they contradict each other, naming the PCR; or another negative kind. `error` is filled.
 */
int assay_outcome_of(assay_outcome *out, const assay_sequence *sequence,
                     const assay_learnt_boot *boot, assay_hashes *hashes, assay_error *error);

#endif
