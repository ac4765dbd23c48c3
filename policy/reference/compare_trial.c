/* SPDX-License-Identifier: BSD-2-Clause */
/* A trial from its beginning to its verdict, and which of two came nearer. */
#include "policy/reference/compare_boot.h"

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
    t->unvouched = (t->met | t->strict) & ~(t->boot->vouched | t->vouched);
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

int assay_trial_run(assay_trial *t)
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
    assay_trial_follow(t);
    status = assay_trial_components(t);
    t->verdict = judge(t);
    return status;
}

void assay_trial_end(assay_trial *t)
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

bool assay_trial_is_nearer(const assay_trial *a, const assay_trial *b)
{
    if ((a->verdict == ASSAY_REFERENCE_MATCH) != (b->verdict == ASSAY_REFERENCE_MATCH))
        return a->verdict == ASSAY_REFERENCE_MATCH;
    if (a->differing != b->differing)
        return a->differing < b->differing;
    if (a->difference_count != b->difference_count)
        return a->difference_count < b->difference_count;
    return count_pcrs(a->missed) < count_pcrs(b->missed);
}
