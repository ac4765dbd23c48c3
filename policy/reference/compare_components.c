/* SPDX-License-Identifier: BSD-2-Clause */
/* What the steps' fates say of each component. */
#include "policy/reference/compare_private.h"

#include <stdlib.h>

/* How the steps of one component fared. */
typedef struct tally {
    assay_reference_component component;
    size_t same, varying, changed, missing, added, following;
    assay_pcr_set unknown; /* PCRs of steps that could not be compared */
    bool elsewhere;        /* of these, some that go into no PCR */
    size_t first;
} tally;

typedef struct tallies {
    size_t count;
    tally *list;
} tallies;

assay_reference_component assay_trial_component_of(const assay_trial *t,
                                                   const assay_trial_difference *d)
{
    return d->step != SIZE_MAX ? t->sequence.steps[d->step].component
                               : t->boot->sequence.steps[d->event].component;
}

/* One for each role and index: a variant has one kernel, whatever another one calls its own. */
static tally *find(assay_trial *t, tallies *all, const assay_reference_component *component)
{
    for (size_t i = 0; i < all->count; i++)
        if (all->list[i].component.role == component->role &&
            all->list[i].component.index == component->index)
            return &all->list[i];
    tally *const added = assay_arena_more(&t->arena, &all->list, all->count, sizeof *added);
    if (added == NULL)
        return NULL;
    *added = (tally){ .component = *component, .first = SIZE_MAX };
    all->count++;
    return added;
}

static int count_step(assay_trial *t, tallies *all, size_t i)
{
    const assay_sequence_step *const step = &t->sequence.steps[i];
    tally *const one = find(t, all, &step->component);

    if (one == NULL)
        return -ASSAY_NO_MEMORY;
    if (t->side.fates[i] == ASSAY_COMPARED_EQUAL)
        one->same++;
    else if (t->side.fates[i] == ASSAY_COMPARED_VARIES)
        one->varying++;
    else if (t->side.fates[i] == ASSAY_COMPARED_UNKNOWN && step->event.pcr_index < ASSAY_PCRS)
        one->unknown |= (assay_pcr_set)1 << step->event.pcr_index;
    else if (t->side.fates[i] == ASSAY_COMPARED_UNKNOWN)
        one->elsewhere = true;
    return 0;
}

static int count_difference(assay_trial *t, tallies *all, size_t i)
{
    const assay_trial_difference *const d = &t->differences[i];
    const assay_reference_component component = assay_trial_component_of(t, d);
    tally *const one = find(t, all, &component);

    if (one == NULL)
        return -ASSAY_NO_MEMORY;
    one->changed += d->kind == ASSAY_COMPARED_CHANGED;
    one->missing += d->kind == ASSAY_COMPARED_MISSING;
    one->added += d->kind == ASSAY_COMPARED_ADDED;
    one->following += d->kind == ASSAY_COMPARED_FOLLOWS;
    /* The first that differs of itself, else the first. */
    if (one->first == SIZE_MAX || (t->differences[one->first].kind == ASSAY_COMPARED_FOLLOWS &&
                                   d->kind != ASSAY_COMPARED_FOLLOWS))
        one->first = i;
    return 0;
}

static enum assay_compared outcome_of(const assay_trial *t, const tally *one)
{
    const bool others = one->same > 0 || one->varying > 0 || one->following > 0;

    if (one->changed > 0 || (one->missing > 0 && (others || one->added > 0)) ||
        (one->added > 0 && others))
        return ASSAY_COMPARED_CHANGED;
    if (one->missing > 0)
        return ASSAY_COMPARED_MISSING;
    if (one->added > 0)
        return ASSAY_COMPARED_ADDED;
    if (one->following > 0)
        return ASSAY_COMPARED_FOLLOWS;
    /* Without steps the values of all PCRs that it goes into may say so. */
    if (one->elsewhere || (one->unknown & ~t->met) != 0)
        return ASSAY_COMPARED_UNKNOWN;
    return one->same > 0 || one->unknown != 0 ? ASSAY_COMPARED_EQUAL : ASSAY_COMPARED_VARIES;
}

static int conclude(assay_trial *t, const tallies *all)
{
    t->components = assay_arena_room(&t->arena, (all->count + 1) * sizeof *t->components);
    if (t->components == NULL)
        return -ASSAY_NO_MEMORY;
    for (size_t i = 0; i < all->count; i++) {
        const tally *const one = &all->list[i];
        const enum assay_compared outcome = outcome_of(t, one);

        t->components[t->component_count++] = (assay_reference_component_result){
            .role = one->component.role,
            .index = one->component.index,
            .name = one->component.name,
            .version = one->component.version,
            .outcome = outcome,
            .first = one->first,
        };
        t->differing += outcome == ASSAY_COMPARED_CHANGED || outcome == ASSAY_COMPARED_MISSING ||
                        outcome == ASSAY_COMPARED_ADDED;
    }
    return 0;
}

int assay_trial_components(assay_trial *t)
{
    tallies all = { .count = 0 };
    int status = 0;

    for (size_t i = 0; i < t->sequence.count && status == 0; i++)
        if (assay_trial_wants(t, &t->sequence.steps[i].event))
            status = count_step(t, &all, i);
    for (size_t i = 0; i < t->difference_count && status == 0; i++)
        status = count_difference(t, &all, i);
    return status < 0 ? status : conclude(t, &all);
}
