/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The steps of both sides that go into one PCR in one stage, side by side.
 * Private to policy/.
 */
#ifndef ASSAY_POLICY_REFERENCE_COMPARE_LANES_H
#define ASSAY_POLICY_REFERENCE_COMPARE_LANES_H

#include "policy/reference/compare_private.h"

/** What is extended and is no PCR, NV indices, has a lane behind those of the PCRs. */
enum { ASSAY_LANE_NO_PCR = ASSAY_PCRS, ASSAY_LANES };

typedef struct assay_lane {
    const assay_trial *trial;
    size_t n, m;
    size_t *steps, *events; /* places in the two sequences; room for all of each */
} assay_lane;

/** Fills the lane with what decides. */
void assay_lane_fill(assay_lane *lane, enum assay_stage stage, unsigned pcr);

/** ret_of[j]: the step of the lane that goes with event j, or ASSAY_UNALIGNED. */
int assay_lane_align(const assay_lane *lane, long *ret_of);

/** How step i and event j of the lane go together. */
enum assay_fit assay_lane_fit(const assay_lane *lane, size_t i, size_t j);

/** Whether digests can be compared: what extends nothing is compared by its data. */
bool assay_trial_comparable(const assay_trial *trial, size_t step, size_t event);

#endif
