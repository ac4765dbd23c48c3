/* SPDX-License-Identifier: BSD-2-Clause */
/* Boots of one variant that differ: what differs, varies. */
#include "policy/reference/insert_private.h"
#include "policy/reference/keep.h"

static const char differs[] = "its digests differ from boot to boot";
static const char comes_and_goes[] = "it is not measured at every boot";

static enum assay_fit fits_variant(const void *context, size_t i, size_t j)
{
    const assay_insertion *const p = context;
    const assay_reference_step *const step = &p->reference->steps[i];
    const assay_sequence_step *const other = &p->sequence->steps[j];
    const assay_reference_alternative *const at = assay_reference_at(step, p->variant);

    if (at == NULL)
        return ASSAY_FIT_NONE;
    const assay_sequence_step own = assay_sequence_step_of(p->reference, step, p->variant);
    if (!assay_steps_same_place(&own, other))
        return ASSAY_FIT_NONE;
    /* What varies is like anything of its place: it must not take a step from its like. */
    return step->varies == NULL && assay_alike_of(p->reference, step, other) == at
               ? ASSAY_FIT_ALIKE
               : ASSAY_FIT_PLACE;
}

/* Whether the boot has a log of the stage: else it says nothing of it. */
static bool says(const assay_sequence *sequence, enum assay_stage stage)
{
    for (size_t i = 0; i < sequence->log_count; i++)
        if (sequence->logs[i].header.stage == stage)
            return true;
    return false;
}

/* The reference's steps and the boot's in one list, which replaces the reference's at the end. */
typedef struct loosening {
    assay_insertion of;
    assay_reference *reference;
    const long *like;            /* for each of the reference's steps the boot's, or none */
    const long *missing, *next;  /* the first behind each, and before all; and the next there */
    assay_reference_step *steps;
    size_t count;
} loosening;

enum { NONE = -1 };

static int append(loosening *l, const assay_reference_step *step, assay_error *error)
{
    return assay_append_step(l->reference, &l->steps, &l->count, step, error);
}

/* Why the step varies from now on, or NULL: it is as it was. */
static const char *why_varies(const loosening *l, size_t i)
{
    const assay_reference_step *const step = &l->reference->steps[i];
    const long j = l->like[i];

    if (j != NONE)
        return step->varies == NULL && fits_variant(&l->of, i, (size_t)j) == ASSAY_FIT_PLACE
                   ? differs
                   : NULL;
    return step->repeats || assay_reference_at(step, l->of.variant) == NULL ||
                   !says(l->of.sequence, step->stage)
               ? NULL
               : comes_and_goes;
}

/* Splits off the variant's part of a step, so that it alone varies. */
static int append_loosened(loosening *l, const assay_reference_step *step, const char *why,
                           assay_error *error)
{
    const assay_variant_set variant = (assay_variant_set)1 << l->of.variant;
    assay_sequence_step own = assay_sequence_step_of(l->reference, step, l->of.variant);
    assay_reference_step made, rest = *step;

    own.varies = why;
    own.repeats = own.repeats || why == comes_and_goes;
    int status = assay_make_step(l->reference, &own, l->of.variant, &made, error);
    if (status == 0)
        status = append(l, &made, error);
    rest.alternative_count = 0;
    for (size_t a = 0; a < step->alternative_count; a++) {
        assay_reference_alternative *const kept = &rest.alternatives[rest.alternative_count];

        *kept = step->alternatives[a];
        kept->variants &= ~variant;
        rest.alternative_count += kept->variants != 0;
    }
    return status < 0 || rest.alternative_count == 0 ? status : append(l, &rest, error);
}

/* What the boot has behind a step, and the variant has not. */
static int append_missing(loosening *l, long first, assay_error *error)
{
    int status = 0;

    for (long j = first; j != NONE && status == 0; j = l->next[j]) {
        assay_sequence_step extra = l->of.sequence->steps[j];
        assay_reference_step made;

        extra.varies = extra.varies != NULL ? extra.varies : comes_and_goes;
        extra.repeats = true;
        status = assay_make_step(l->reference, &extra, l->of.variant, &made, error);
        if (status == 0)
            status = append(l, &made, error);
    }
    return status;
}

/* Of one alignment, made of steps as they are: a step that has just begun to vary, like anything of
 * its place, would draw others after it. */
static int loosen(loosening *l, assay_error *error)
{
    int status = append_missing(l, l->missing[0], error);

    for (size_t i = 0; i < l->reference->step_count && status == 0; i++) {
        const assay_reference_step *const step = &l->reference->steps[i];
        const char *const why = why_varies(l, i);

        status = why != NULL ? append_loosened(l, step, why, error) : append(l, step, error);
        if (status == 0)
            status = append_missing(l, l->missing[i + 1], error);
    }
    return status;
}

/* The alignment as seen from the reference: what goes with each step, and what comes behind it. */
static int turn(loosening *l, const long *of, const long *behind, assay_arena *arena,
                assay_error *error)
{
    const size_t n = l->reference->step_count, m = l->of.sequence->count;
    long *const like = assay_arena_room(arena, (n + 1) * sizeof *like);
    long *const missing = assay_arena_room(arena, (n + 1) * sizeof *missing);
    long *const next = assay_arena_room(arena, (m + 1) * sizeof *next);

    if (like == NULL || missing == NULL || next == NULL)
        return assay_no_memory(error);
    for (size_t i = 0; i <= n; i++)
        like[i] = missing[i] = NONE;
    for (size_t j = m; j-- > 0;) {
        if (of[j] != ASSAY_UNALIGNED) {
            like[of[j]] = (long)j;
            continue;
        }
        next[j] = missing[behind[j] + 1];
        missing[behind[j] + 1] = (long)j;
    }
    l->like = like;
    l->missing = missing;
    l->next = next;
    return 0;
}

int assay_reference_loosen(assay_reference *reference, size_t variant,
                           const assay_sequence *sequence, assay_error *error)
{
    loosening l = { .of = { reference, sequence, variant }, .reference = reference };
    assay_arena arena = { NULL };
    long *of, *behind;
    int status = assay_align_lanes(&l.of, fits_variant, &arena, &of, &behind, error);

    if (status == 0)
        status = turn(&l, of, behind, &arena, error);
    if (status == 0)
        status = loosen(&l, error);
    assay_arena_free(&arena);
    if (status == 0) {
        reference->steps = l.steps;
        reference->step_count = l.count;
    }
    return status;
}
