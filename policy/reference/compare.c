/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/reference/compare.h"

#include "eventlog/keep.h"
#include "policy/reference/compare_boot.h"

#include <stdlib.h>

const char *assay_reference_verdict_name(enum assay_reference_verdict verdict)
{
    static const char *const names[] = { "match", "mismatch", "unknown" };

    return names[verdict];
}

const char *assay_compared_name(enum assay_compared compared)
{
    static const char *const names[] = { "equal", "varies",  "changed", "missing",
                                         "added", "follows", "unknown" };

    return names[compared];
}

/* One variant. */

/* PCRs with a step that could not be compared are held by no steps. */
static void leave_unknown(assay_trial *t)
{
    for (size_t i = 0; i < t->sequence.count; i++) {
        const uint32_t pcr = t->sequence.steps[i].event.pcr_index;

        if (t->side.fates[i] == ASSAY_COMPARED_UNKNOWN && pcr < ASSAY_PCRS)
            t->stepped &= ~((assay_pcr_set)1 << pcr);
    }
    t->strict &= t->stepped;
    t->weak &= t->strict;
}

/*
 * A value that follows from the log vouches for the log's digests of its own bank: those of another
 * may be anything.
 */
static void find_vouched(assay_trial *t)
{
    for (size_t alg = 0; alg < ASSAY_ALGS; alg++)
        for (unsigned pcr = 0; pcr < ASSAY_PCRS; pcr++) {
            const assay_pcr_set bit = (assay_pcr_set)1 << pcr;

            if ((t->boot->follows[alg] & t->strict & bit) == 0 || (t->banks[pcr] >> alg & 1) == 0)
                continue;
            t->vouched |= bit;
            t->vouched_strong |= assay_alg_at(alg)->id != ASSAY_ALG_SHA1 ? bit : 0;
        }
    t->unvouched = (t->met | t->strict) & ~t->vouched;
}

/*
 * Steps that were not compared, and no value tells of them either: those of a PCR that something
 * varying goes into, too. Who keeps a log back, or its digests, must not be the better for it. Only
 * a running system's logs may be missing, and a PCR that is none has no value.
 */
static void find_open(assay_trial *t)
{
    for (size_t i = 0; i < t->sequence.count; i++) {
        const assay_sequence_step *const step = &t->sequence.steps[i];
        const uint32_t pcr = step->event.pcr_index;
        const bool may_miss =
            step->stage >= ASSAY_STAGE_KERNEL && !t->boot->side.stages[step->stage];

        if (pcr < ASSAY_PCRS && t->side.fates[i] == ASSAY_COMPARED_UNKNOWN && !may_miss &&
            assay_trial_wants(t, &step->event))
            t->open |= (assay_pcr_set)1 << pcr;
    }
    t->open = (t->open & ~t->met) | (t->held & ~(t->met | t->stepped));
}

static enum assay_reference_verdict judge(const assay_trial *t)
{
    if (t->boot->contradicted != 0 || t->difference_count > 0 || t->missed != 0)
        return ASSAY_REFERENCE_MISMATCH;
    /* Who asks a TPM doesn't ask a log: the boot chose which PCRs are in its quote. */
    if (t->boot->learnt->quote != NULL && t->unvouched != 0)
        return ASSAY_REFERENCE_UNKNOWN;
    return t->open == 0 && (t->met | t->strict) != 0
               ? ASSAY_REFERENCE_MATCH
               : ASSAY_REFERENCE_UNKNOWN;
}

/* The place of each of the variant's steps among all. */
static int number_steps(assay_trial *t)
{
    size_t count = 0;

    t->numbers = assay_arena_room(&t->arena, (t->sequence.count + 1) * sizeof *t->numbers);
    for (size_t i = 0; t->numbers != NULL && i < t->reference->step_count; i++)
        if (assay_reference_at(&t->reference->steps[i], t->variant) != NULL)
            t->numbers[count++] = i;
    return t->numbers == NULL ? -ASSAY_NO_MEMORY : 0;
}

static int try_variant(assay_trial *t)
{
    int status = assay_sequence_of_variant(&t->sequence, t->reference, t->variant);

    if (status == 0)
        status = number_steps(t);
    if (status == 0)
        status = assay_trial_side_of(&t->side, &t->sequence, &t->arena);
    if (status == 0)
        status = assay_trial_values(t);
    if (status == 0)
        status = assay_trial_align(t);
    if (status < 0)
        return status;
    leave_unknown(t);
    find_open(t);
    find_vouched(t);
    assay_trial_follow(t);
    status = assay_trial_components(t);
    t->verdict = judge(t);
    return status;
}

static void end_trial(assay_trial *t)
{
    assay_sequence_free(&t->sequence);
    assay_arena_free(&t->arena);
}

static size_t count_pcrs(assay_pcr_set set)
{
    size_t count = 0;

    for (; set != 0; set &= set - 1)
        count++;
    return count;
}

/* Fewer components, then fewer differences, then fewer PCRs. */
static bool is_nearer(const assay_trial *a, const assay_trial *b)
{
    if ((a->verdict == ASSAY_REFERENCE_MATCH) != (b->verdict == ASSAY_REFERENCE_MATCH))
        return a->verdict == ASSAY_REFERENCE_MATCH;
    if (a->differing != b->differing)
        return a->differing < b->differing;
    if (a->difference_count != b->difference_count)
        return a->difference_count < b->difference_count;
    return count_pcrs(a->missed) < count_pcrs(b->missed);
}

/* The result. */

static bool keep_event(assay_arena *arena, const assay_event *event, const assay_event **ret_kept)
{
    assay_event *const copy = assay_arena_room(arena, sizeof *copy);

    if (copy == NULL)
        return false;
    *copy = *event;
    *ret_kept = copy;
    return assay_event_keep(arena, copy);
}

static bool take_difference(assay_reference_result *result, const assay_trial *t, size_t i)
{
    const assay_trial_difference *const d = &t->differences[i];
    const assay_reference_component component = assay_trial_component_of(t, d);
    const assay_sequence_step *const actual =
        d->event != SIZE_MAX ? &t->boot->sequence.steps[d->event] : NULL;
    const assay_sequence_step *const one =
        actual != NULL ? actual : &t->sequence.steps[d->step];
    assay_reference_difference *const into = &result->differences[i];

    *into = (assay_reference_difference){
        .kind = d->kind,
        .role = component.role,
        .index = component.index,
        .step = d->step != SIZE_MAX ? t->numbers[d->step] : SIZE_MAX,
        .event = actual != NULL ? actual->event.number : ASSAY_NO_EVENT,
        .stage = one->stage,
        .pcr_index = one->event.pcr_index,
        .file = actual != NULL && actual->unlisted ? actual->file : SIZE_MAX,
        .contradicted = d->contradicted,
    };
    if (d->step != SIZE_MAX)
        into->expected =
            &assay_reference_at(&t->reference->steps[into->step], t->variant)->event;
    return actual == NULL || keep_event(&result->arena, &actual->event, &into->actual);
}

static bool take_components(assay_reference_result *result, const assay_trial *t)
{
    bool kept = true;

    result->component_count = t->component_count;
    for (size_t i = 0; i < t->component_count && kept; i++) {
        assay_reference_component_result *const into = &result->components[i];

        *into = t->components[i];
        kept = assay_arena_keep_text(&result->arena, &into->name) &&
               assay_arena_keep_text(&result->arena, &into->version);
    }
    return kept;
}

static bool take_pcrs(assay_reference_result *result, const assay_trial *t)
{
    bool kept = true;

    result->pcr_count = t->pcr_count;
    for (size_t i = 0; i < t->pcr_count && kept; i++) {
        assay_reference_pcr_result *const into = &result->pcrs[i];

        *into = t->pcrs[i];
        kept = assay_arena_keep(&result->arena, into->expected, &into->expected) &&
               assay_arena_keep(&result->arena, into->actual, &into->actual);
    }
    return kept;
}

/* The log's word in another bank is none the better for a value in SHA-1. */
static bool is_weak(const assay_trial *t)
{
    const assay_pcr_set compared = (t->weak | t->met) & ~t->met_strong & ~(t->strict & ~t->weak);

    return (compared | ((t->met | t->strict) & t->vouched & ~t->vouched_strong)) != 0;
}

static bool take(assay_reference_result *result, const assay_trial *t)
{
    assay_arena *const arena = &result->arena;

    result->verdict = t->verdict;
    result->variant = t->variant;
    result->log_contradicts = t->boot->contradicted != 0;
    result->unlisted = (t->boot->filed >> t->variant & 1) != 0 ? t->boot->unlisted : 0;
    result->vouched = t->boot->learnt->values != NULL && t->unvouched == 0;
    result->unlogged = t->boot->unlogged & ~t->held;
    result->weak = is_weak(t);
    result->differences =
        assay_arena_room(arena, (t->difference_count + 1) * sizeof *result->differences);
    result->components =
        assay_arena_room(arena, (t->component_count + 1) * sizeof *result->components);
    result->pcrs = assay_arena_room(arena, (t->pcr_count + 1) * sizeof *result->pcrs);
    if (result->differences == NULL || result->components == NULL || result->pcrs == NULL)
        return false;
    bool kept = take_components(result, t) && take_pcrs(result, t);
    for (size_t i = 0; i < t->difference_count && kept; i++)
        kept = take_difference(result, t, i);
    result->difference_count = t->difference_count;
    result->why = assay_trial_why(t, arena);
    return kept && result->why != NULL;
}

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
        status = try_variant(&trial);
        if (status < 0 || (*found && !is_nearer(&trial, best))) {
            end_trial(&trial);
            continue;
        }
        if (*found)
            end_trial(best);
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
    else if (status == 0 && !take(ret_result, &best))
        status = assay_fail(error, ASSAY_NO_MEMORY, ASSAY_NOWHERE, "no memory for what differs");
    if (found)
        end_trial(&best);
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

void assay_reference_result_free(assay_reference_result *result)
{
    assay_arena_free(&result->arena);
    *result = (assay_reference_result){ .variant = SIZE_MAX };
}
