/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The boot that is compared, read once for all variants.
 * Private to policy/.
 */
#ifndef ASSAY_POLICY_REFERENCE_COMPARE_BOOT_H
#define ASSAY_POLICY_REFERENCE_COMPARE_BOOT_H

#include "policy/reference/compare_private.h"

/**
 * Reads and folds a boot's logs; its files may be of any of `variants`. 0 or a negative kind with
 * `error` filled; free after both.
 */
int assay_tried_boot_read(assay_tried_boot *boot, const assay_learnt_boot *learnt,
                          const assay_reference *reference, assay_variant_set variants,
                          assay_hashes *hashes, assay_error *error);

void assay_tried_boot_free(assay_tried_boot *boot);

/** What a trial wants to know of a list of steps; `arena` keeps it. 0 or a negative kind. */
int assay_trial_side_of(assay_trial_side *side, const assay_sequence *sequence, assay_arena *arena);

#endif
