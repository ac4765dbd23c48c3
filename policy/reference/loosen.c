/* SPDX-License-Identifier: BSD-2-Clause */
/* Boots of one variant that differ: what differs, varies. */
#include "policy/reference/insert_private.h"

#include <stdlib.h>

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
    const long *aligned; /* for each of the boot's steps, as assay_align_steps() says */
    assay_reference_step *steps;
    size_t count;
} loosening;

static int append(loosening *l, const assay_reference_step *step, assay_error *error)
{
    return assay_append_step(l->reference, &l->steps, &l->count, step, error);
}

/* Why the step varies from now on, or NULL: it is as it was. `j` is its like in the boot, if any. */
static const char *why_varies(const loosening *l, size_t i, const size_t *j)
{
    const assay_reference_step *const step = &l->reference->steps[i];

    if (j != NULL)
        return step->varies == NULL && fits_variant(&l->of, i, *j) == ASSAY_FIT_PLACE ? differs
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

/* What the boot has from its step *j on and the variant has not. */
static int append_missing(loosening *l, size_t *j, assay_error *error)
{
    const assay_sequence *const sequence = l->of.sequence;
    int status = 0;

    for (; *j < sequence->count && l->aligned[*j] == ASSAY_UNALIGNED && status == 0; ++*j) {
        assay_sequence_step extra = sequence->steps[*j];
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
    size_t j = 0;
    int status = append_missing(l, &j, error);

    for (size_t i = 0; i < l->reference->step_count && status == 0; i++) {
        const assay_reference_step *const step = &l->reference->steps[i];
        const bool there = j < l->of.sequence->count && l->aligned[j] == (long)i;
        const char *const why = why_varies(l, i, there ? &j : NULL);

        status = why != NULL ? append_loosened(l, step, why, error) : append(l, step, error);
        j += there;
        if (there && status == 0)
            status = append_missing(l, &j, error);
    }
    return status;
}

int assay_reference_loosen(assay_reference *reference, size_t variant,
                           const assay_sequence *sequence, assay_error *error)
{
    loosening l = { .of = { reference, sequence, variant }, .reference = reference };
    long *aligned;
    int status = assay_align_insertion(&l.of, fits_variant, &aligned, error);

    if (status < 0)
        return status;
    l.aligned = aligned;
    status = loosen(&l, error);
    free(aligned);
    if (status == 0) {
        reference->steps = l.steps;
        reference->step_count = l.count;
    }
    return status;
}
