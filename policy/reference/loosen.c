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
    return step->varies != NULL || assay_alike_of(p->reference, step, other) == at ? ASSAY_FIT_ALIKE
                                                                             : ASSAY_FIT_PLACE;
}

/* Splits off the variant's part of a step, so that it alone varies. */
static int let_vary(assay_reference *reference, size_t i, size_t variant, const char *why,
                    bool repeats, assay_error *error)
{
    const assay_reference_step *const step = &reference->steps[i];
    assay_sequence_step own = assay_sequence_step_of(reference, step, variant);
    assay_reference_step *steps = NULL, made;
    size_t count = 0;
    int status = 0;

    own.varies = why;
    own.repeats = repeats;
    status = assay_make_step(reference, &own, variant, &made, error);
    for (size_t k = 0; k < reference->step_count && status == 0; k++) {
        assay_reference_step one = reference->steps[k];

        if (k == i) {
            size_t kept = 0;

            status = assay_append_step(reference, &steps, &count, &made, error);
            for (size_t a = 0; a < one.alternative_count; a++) {
                one.alternatives[kept] = one.alternatives[a];
                one.alternatives[kept].variants &= ~((assay_variant_set)1 << variant);
                kept += one.alternatives[kept].variants != 0;
            }
            one.alternative_count = kept;
            if (kept == 0)
                continue;
        }
        if (status == 0)
            status = assay_append_step(reference, &steps, &count, &one, error);
    }
    if (status == 0) {
        reference->steps = steps;
        reference->step_count = count;
    }
    return status;
}

/* Whether the boot has a log of the stage: else it says nothing of it. */
static bool says(const assay_sequence *sequence, enum assay_stage stage)
{
    for (size_t i = 0; i < sequence->log_count; i++)
        if (sequence->logs[i].header.stage == stage)
            return true;
    return false;
}

/* The first difference is loosened, and then the next is looked for: boots differ in little. */
static int loosen_one(assay_reference *reference, size_t variant, const assay_sequence *sequence,
                      bool *ret_more, assay_error *error)
{
    const assay_insertion context = { reference, sequence, variant };
    long *of;
    int status = assay_align_insertion(&context, fits_variant, &of, error);

    *ret_more = false;
    if (status < 0)
        return status;
    for (size_t j = 0; j < sequence->count && status == 0 && !*ret_more; j++)
        if (of[j] != ASSAY_UNALIGNED &&
            fits_variant(&context, (size_t)of[j], j) == ASSAY_FIT_PLACE) {
            *ret_more = true;
            status = let_vary(reference, (size_t)of[j], variant, differs, false, error);
        }
    for (size_t i = 0; i < reference->step_count && status == 0 && !*ret_more; i++) {
        bool there = reference->steps[i].repeats ||
                     assay_reference_at(&reference->steps[i], variant) == NULL ||
                     !says(sequence, reference->steps[i].stage);

        for (size_t j = 0; j < sequence->count && !there; j++)
            there = of[j] == (long)i;
        if (!there) {
            *ret_more = true;
            status = let_vary(reference, i, variant, comes_and_goes, true, error);
        }
    }
    free(of);
    return status;
}

/* What the boot has and the variant has not, behind the step that it follows. */
static int add_missing(assay_reference *reference, size_t variant, const assay_sequence *sequence,
                       assay_error *error)
{
    const assay_insertion context = { reference, sequence, variant };
    long *of;
    int status = assay_align_insertion(&context, fits_variant, &of, error);

    if (status < 0)
        return status;
    for (size_t j = 0; j < sequence->count && status == 0; j++) {
        if (of[j] != ASSAY_UNALIGNED)
            continue;
        assay_sequence_step extra = sequence->steps[j];
        assay_reference_step *steps = NULL, made;
        size_t count = 0, after = 0;

        extra.varies = extra.varies != NULL ? extra.varies : comes_and_goes;
        extra.repeats = true;
        for (size_t k = 0; k < j; k++)
            if (of[k] != ASSAY_UNALIGNED)
                after = (size_t)of[k] + 1;
        status = assay_make_step(reference, &extra, variant, &made, error);
        for (size_t k = 0; k <= reference->step_count && status == 0; k++) {
            if (k == after)
                status = assay_append_step(reference, &steps, &count, &made, error);
            if (k < reference->step_count && status == 0)
                status = assay_append_step(reference, &steps, &count, &reference->steps[k], error);
        }
        if (status == 0) {
            reference->steps = steps;
            reference->step_count = count;
            for (size_t k = 0; k < sequence->count; k++)
                if (of[k] != ASSAY_UNALIGNED && (size_t)of[k] >= after)
                    of[k]++;
            of[j] = (long)after;
        }
    }
    free(of);
    return status;
}

int assay_reference_loosen(assay_reference *reference, size_t variant,
                           const assay_sequence *sequence, assay_error *error)
{
    bool more = true;
    int status = 0;

    while (more && status == 0)
        status = loosen_one(reference, variant, sequence, &more, error);
    return status < 0 ? status : add_missing(reference, variant, sequence, error);
}
