/* SPDX-License-Identifier: BSD-2-Clause */
/* The result: what a trial found out, in words and bytes of its own. */
#include "policy/reference/compare_private.h"

#include "eventlog/keep.h"

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
    const assay_pcr_set vouched = t->boot->vouched | t->vouched;
    const assay_pcr_set strongly = t->boot->vouched_strong | t->vouched_strong;
    const assay_pcr_set compared = (t->weak | t->met) & ~t->met_strong & ~(t->strict & ~t->weak);

    return (compared | ((t->met | t->strict) & vouched & ~strongly)) != 0;
}

bool assay_trial_take(assay_reference_result *result, const assay_trial *t)
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

void assay_reference_result_free(assay_reference_result *result)
{
    assay_arena_free(&result->arena);
    *result = (assay_reference_result){ .variant = SIZE_MAX };
}
