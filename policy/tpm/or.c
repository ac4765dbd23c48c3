/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/tpm/or.h"

size_t assay_tpm_or_below(const assay_tpm_or *tree, size_t row, size_t place, size_t *ret_first)
{
    const size_t first = place * ASSAY_TPM_OR_MAX;
    const size_t left = tree->rows[row - 1].count - first;

    *ret_first = first;
    return left < ASSAY_TPM_OR_MAX ? left : ASSAY_TPM_OR_MAX;
}

static int fill_row(assay_tpm_or *tree, size_t row, assay_hashes *hashes, assay_error *error)
{
    const assay_digest *const below = tree->rows[row - 1].policies;

    for (size_t i = 0; i < tree->rows[row].count; i++) {
        assay_digest *const policy = &tree->rows[row].policies[i];
        size_t first;
        const size_t count = assay_tpm_or_below(tree, row, i, &first);

        *policy = below[first];
        const int failed =
            count == 1 ? 0 : assay_tpm_policy_or(policy, below + first, count, hashes, error);
        if (failed != 0)
            return failed;
    }
    return 0;
}

static bool make_row(assay_tpm_or_row *row, size_t count, assay_arena *arena)
{
    *row = (assay_tpm_or_row){ .count = count,
                               .policies = assay_arena_room(arena, count * sizeof *row->policies) };
    return row->policies != NULL;
}

int assay_tpm_or_plant(assay_tpm_or *ret_tree, const assay_digest *branches, size_t count,
                       assay_arena *arena, assay_hashes *hashes, assay_error *error)
{
    assay_tpm_or tree = { 0 };
    size_t width = count;

    if (count == 0 || count > ASSAY_TPM_BRANCHES_MAX)
        return assay_fail(error, count == 0 ? ASSAY_UNSUPPORTED : ASSAY_TOO_LARGE, ASSAY_NOWHERE,
                          "%zu branches: 1 to %d can be", count, ASSAY_TPM_BRANCHES_MAX);
    if (!make_row(&tree.rows[0], count, arena))
        return assay_fail(error, ASSAY_NO_MEMORY, ASSAY_NOWHERE, "no memory");
    memcpy(tree.rows[0].policies, branches, count * sizeof *branches);
    while (width > 1) {
        width = (width + ASSAY_TPM_OR_MAX - 1) / ASSAY_TPM_OR_MAX;
        if (!make_row(&tree.rows[++tree.depth], width, arena))
            return assay_fail(error, ASSAY_NO_MEMORY, ASSAY_NOWHERE, "no memory");
        const int failed = fill_row(&tree, tree.depth, hashes, error);
        if (failed != 0)
            return failed;
    }
    *ret_tree = tree;
    return 0;
}

const assay_digest *assay_tpm_or_policy(const assay_tpm_or *tree)
{
    return tree->rows[tree->depth].policies;
}
