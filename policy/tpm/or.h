/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * PolicyOR over more branches than the eight that one takes: a tree of them. The branches are
 * taken eight at a time in their order, what comes of them eight at a time again, until one is
 * left; what would be alone in its eight goes up as it is. One branch is its own policy.
 */
#ifndef ASSAY_POLICY_TPM_OR_H
#define ASSAY_POLICY_TPM_OR_H

#include "base/arena.h"
#include "policy/tpm/policy.h"

enum { ASSAY_TPM_OR_DEPTH = 3, ASSAY_TPM_BRANCHES_MAX = 512 };

/** One row of the tree. */
typedef struct assay_tpm_or_row {
    size_t count;
    assay_digest *policies;
} assay_tpm_or_row;

typedef struct assay_tpm_or {
    size_t depth;                                   /* how many PolicyOR a branch goes through */
    assay_tpm_or_row rows[ASSAY_TPM_OR_DEPTH + 1];  /* [0] the branches, [depth] the policy */
} assay_tpm_or;

/** Plants the tree in the arena. 0 or a negative kind: -ASSAY_TOO_LARGE for too many branches. */
int assay_tpm_or_plant(assay_tpm_or *ret_tree, const assay_digest *branches, size_t count,
                       assay_arena *arena, assay_hashes *hashes, assay_error *error);

/** The policy of it all. Lent from the tree. */
const assay_digest *assay_tpm_or_policy(const assay_tpm_or *tree);

/** How many go into policy `place` of a row that isn't 0; from *ret_first of the row below. */
size_t assay_tpm_or_below(const assay_tpm_or *tree, size_t row, size_t place, size_t *ret_first);

#endif
