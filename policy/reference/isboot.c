/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Whether a boot is a variant. Steps that come any number of times make of the variant's steps an
 * automaton: after each event there may be several places where the boot can have come to.
 */
#include "policy/reference/insert_private.h"

#include <stdlib.h>

static bool has_stage(const assay_sequence *sequence, enum assay_stage stage)
{
    for (size_t i = 0; i < sequence->log_count; i++)
        if (sequence->logs[i].header.stage == stage)
            return true;
    return false;
}

/* A running system's logs may be missing, on either side: what they would say is not known. */
static bool unsaid(const assay_insertion *p, enum assay_stage stage)
{
    return stage >= ASSAY_STAGE_KERNEL &&
           (!has_stage(p->sequence, stage) ||
            assay_reference_log_of(p->reference, p->variant, stage) == NULL);
}

/* A set of places, in the order in which they were reached; each once. */
typedef struct places {
    size_t count;
    size_t *list;
    bool *has;
} places;

typedef struct automaton {
    assay_insertion of;
    size_t count;
    const assay_reference_step **steps; /* the variant's */
    places now, next;
} automaton;

static bool repeats(const automaton *a, size_t place)
{
    return place < a->count && a->steps[place]->repeats;
}

/* With what may be left out behind it. */
static void reach(const automaton *a, places *set, size_t place)
{
    for (bool more = true; more && !set->has[place]; place++) {
        more = repeats(a, place);
        set->has[place] = true;
        set->list[set->count++] = place;
    }
}

static bool is_step(const automaton *a, size_t place, const assay_sequence_step *other)
{
    const assay_insertion *const p = &a->of;
    const assay_reference_step *const step = a->steps[place];
    const assay_sequence_step own = assay_sequence_step_of(p->reference, step, p->variant);

    if (step->varies != NULL)
        return assay_steps_same_place(&own, other);
    return step->stage == other->stage && other->varies == NULL &&
           assay_alike_of(p->reference, step, other) == assay_reference_at(step, p->variant);
}

static void go_on(automaton *a, const assay_sequence_step *other)
{
    const places was = a->now;

    a->next.count = 0;
    for (size_t i = 0; i < was.count; i++) {
        const size_t place = was.list[i];

        was.has[place] = false;
        if (place < a->count && is_step(a, place, other))
            reach(a, &a->next, repeats(a, place) ? place : place + 1);
    }
    a->now = a->next;
    a->next = was;
}

static bool run(automaton *a)
{
    const assay_sequence *const sequence = a->of.sequence;

    reach(a, &a->now, 0);
    for (size_t j = 0; j < sequence->count && a->now.count > 0; j++)
        if (!sequence->steps[j].repeats && !unsaid(&a->of, sequence->steps[j].stage))
            go_on(a, &sequence->steps[j]);
    return a->now.count > 0 && a->now.has[a->count];
}

static bool make_places(places *set, size_t count)
{
    set->list = calloc(count + 1, sizeof *set->list);
    set->has = calloc(count + 1, sizeof *set->has);
    return set->list != NULL && set->has != NULL;
}

static void free_places(places *set)
{
    free(set->list);
    free(set->has);
}

int assay_reference_is_boot(const assay_reference *reference, size_t variant,
                            const assay_sequence *sequence)
{
    automaton a = { .of = { reference, sequence, variant } };
    int is = -ASSAY_NO_MEMORY;

    a.steps = calloc(reference->step_count + 1, sizeof *a.steps);
    for (size_t i = 0; i < reference->step_count && a.steps != NULL; i++)
        if (assay_reference_at(&reference->steps[i], variant) != NULL &&
            !unsaid(&a.of, reference->steps[i].stage))
            a.steps[a.count++] = &reference->steps[i];
    const bool now = make_places(&a.now, a.count), next = make_places(&a.next, a.count);
    if (a.steps != NULL && now && next)
        is = sequence->count > 0 && run(&a);
    free_places(&a.now);
    free_places(&a.next);
    free(a.steps);
    return is;
}
