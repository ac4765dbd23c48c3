/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A boot held against a reference: trials of its variants until one matches. Those that were learnt
 * of the same PCRs see the boot likewise, as one that has no others.
 */
#include "policy/reference/compare.h"

#include "policy/reference/compare_boot.h"

#include <stdlib.h>

/* Tries variants one after the other; what was tried before and is no better is given back. */
static int try_all(assay_trial *best, bool *found, assay_tried_boot *boot,
                   assay_variant_set variants)
{
    const assay_reference *const reference = best->reference;
    int status = 0;

    for (size_t i = 0; i < reference->variant_count && status == 0; i++) {
        assay_trial trial = {
            .reference = reference, .variant = i, .boot = boot, .hashes = boot->hashes
        };

        if ((variants >> i & 1) == 0)
            continue;
        status = assay_trial_run(&trial);
        if (status < 0 || (*found && !assay_trial_is_nearer(&trial, best))) {
            assay_trial_end(&trial);
            continue;
        }
        if (*found)
            assay_trial_end(best);
        *best = trial;
        *found = true;
        if (trial.verdict == ASSAY_REFERENCE_MATCH)
            break;
    }
    return status;
}

/* Variants that were learnt of the same PCRs, and the boot as it is for them: of these alone. */
typedef struct group {
    assay_variant_set variants;
    assay_learnt_boot learnt;
    assay_tried_boot boot;
    size_t log_count; /* the boot's logs, opened again; of the first group they are as they came */
    assay_log *logs;
    assay_log **list;
} group;

static int open_again(group *tried, assay_error *error)
{
    const size_t count = tried->learnt.log_count;
    int status = 0;

    tried->logs = calloc(count + 1, sizeof *tried->logs);
    tried->list = calloc(count + 1, sizeof *tried->list);
    if (tried->logs == NULL || tried->list == NULL)
        return assay_fail(error, ASSAY_NO_MEMORY, ASSAY_NOWHERE, "no memory for logs");
    for (size_t i = 0; i < count && status == 0; i++) {
        status = assay_log_open_again(&tried->logs[i], tried->learnt.logs[i], error);
        tried->list[i] = &tried->logs[i];
        tried->log_count += status == 0;
    }
    tried->learnt.logs = tried->list;
    return status;
}

static void end_group(group *tried)
{
    assay_tried_boot_free(&tried->boot);
    while (tried->log_count > 0)
        assay_log_close(&tried->logs[--tried->log_count]);
    free(tried->logs);
    free(tried->list);
}

static assay_variant_set learnt_of(const assay_reference *reference, assay_pcr_set only)
{
    assay_variant_set set = 0;

    for (size_t i = 0; i < reference->variant_count; i++)
        if (reference->variants[i].only_pcrs == only)
            set |= (assay_variant_set)1 << i;
    return set;
}

/* PCRs that are asked for and that the variant was not learnt of: of them it can say nothing. */
static bool is_asked_too_much(const assay_learnt_boot *boot, assay_pcr_set only)
{
    return only != 0 && (boot->pcrs & ~only) != 0;
}

static int try_group(assay_trial *best, bool *found, group *tried, bool is_first,
                     const assay_learnt_boot *boot, assay_variant_set variants,
                     assay_pcr_set only, assay_hashes *hashes, assay_error *error)
{
    tried->learnt = *boot;
    if (boot->pcrs == 0)
        tried->learnt.pcrs = only;
    int status = is_first ? 0 : open_again(tried, error);
    if (status == 0)
        status = assay_tried_boot_read(&tried->boot, &tried->learnt, best->reference, variants,
                                       hashes, error);
    if (status < 0)
        return status;
    status = try_all(best, found, &tried->boot, tried->variants);
    return status == 0 ? 0
                       : assay_fail(error, (enum assay_kind)-status, ASSAY_NOWHERE,
                                    "the boot can't be compared: no memory, or a digest can't be "
                                    "computed");
}

/* The best of all trials is of one of the boots in `groups`, of which there are *ret_count. */
static int try_groups(assay_trial *best, bool *found, group *groups, size_t *ret_count,
                      const assay_learnt_boot *boot, assay_variant_set variants,
                      assay_hashes *hashes, assay_error *error)
{
    const assay_reference *const reference = best->reference;
    assay_variant_set left = variants & assay_reference_all(reference);
    int status = 0;

    *ret_count = 0;
    while (left != 0 && status == 0 && !(*found && best->verdict == ASSAY_REFERENCE_MATCH)) {
        const assay_pcr_set only = reference->variants[__builtin_ctzll(left)].only_pcrs;
        group *const tried = &groups[*ret_count];

        tried->variants = left & learnt_of(reference, only);
        left &= ~tried->variants;
        if (is_asked_too_much(boot, only))
            continue;
        status = try_group(best, found, tried, *ret_count == 0, boot, variants, only, hashes,
                           error);
        ++*ret_count;
    }
    return status;
}

static int none(assay_reference_result *result, const assay_reference *reference,
                assay_variant_set variants)
{
    result->verdict = ASSAY_REFERENCE_UNKNOWN;
    result->variant = SIZE_MAX;
    result->why = (variants & assay_reference_all(reference)) == 0
                      ? "the reference has no variant that it could be"
                      : "no variant was learnt of all PCRs that are asked for";
    return 0;
}

static int compare(const assay_reference *reference, const assay_learnt_boot *boot,
                   assay_variant_set variants, group *groups, assay_hashes *hashes,
                   assay_reference_result *ret_result, assay_error *error)
{
    assay_trial best = { .reference = reference };
    bool found = false;
    size_t count;
    int status = try_groups(&best, &found, groups, &count, boot, variants, hashes, error);

    if (status == 0 && !found)
        status = none(ret_result, reference, variants);
    else if (status == 0 && !assay_trial_take(ret_result, &best))
        status = assay_fail(error, ASSAY_NO_MEMORY, ASSAY_NOWHERE, "no memory for what differs");
    if (found)
        assay_trial_end(&best);
    while (count > 0)
        end_group(&groups[--count]);
    return status;
}

int assay_reference_compare(const assay_reference *reference, const assay_learnt_boot *boot,
                            assay_variant_set variants, assay_hashes *hashes,
                            assay_reference_result *ret_result, assay_error *error)
{
    group *const groups = calloc(ASSAY_VARIANTS_MAX, sizeof *groups);
    int status = -ASSAY_NO_MEMORY;

    *ret_result = (assay_reference_result){ .variant = SIZE_MAX };
    if (groups == NULL)
        assay_fail(error, ASSAY_NO_MEMORY, ASSAY_NOWHERE, "no memory for a boot");
    else
        status = compare(reference, boot, variants, groups, hashes, ret_result, error);
    if (status < 0)
        assay_reference_result_free(ret_result);
    free(groups);
    return status;
}
