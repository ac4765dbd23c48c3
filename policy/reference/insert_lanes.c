/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A boot's steps aligned with a variant's PCR by PCR: in which order two PCRs are extended is
 * measured nowhere, and differs from boot to boot.
 */
#include "policy/reference/insert_private.h"
#include "policy/reference/keep.h"

enum { LANES = ASSAY_STAGES * (ASSAY_PCRS + 1) };

/* The steps of both that go into one PCR in one stage, or into none. */
typedef struct lane {
    const assay_insertion *of;
    assay_fits *how;
    size_t n, m;
    size_t *steps, *others;
    long *aligned;
} lane;

static size_t number_of(enum assay_stage stage, const assay_event *event)
{
    return (size_t)stage * (ASSAY_PCRS + 1) +
           (event->pcr_index < ASSAY_PCRS ? event->pcr_index : ASSAY_PCRS);
}

static size_t number_of_other(const assay_insertion *p, size_t j)
{
    return number_of(p->sequence->steps[j].stage, &p->sequence->steps[j].event);
}

static void fill(lane *l, size_t number)
{
    const assay_reference *const reference = l->of->reference;

    l->n = l->m = 0;
    for (size_t i = 0; i < reference->step_count; i++) {
        const assay_reference_alternative *const at =
            assay_reference_at(&reference->steps[i], l->of->variant);

        if (at != NULL && number_of(reference->steps[i].stage, &at->event) == number)
            l->steps[l->n++] = i;
    }
    for (size_t j = 0; j < l->of->sequence->count; j++)
        if (number_of_other(l->of, j) == number)
            l->others[l->m++] = j;
}

static enum assay_fit fits(const void *context, size_t i, size_t j)
{
    const lane *const l = context;

    return l->how(l->of, l->steps[i], l->others[j]);
}

static int align(lane *l, size_t number, long *ret_of)
{
    fill(l, number);
    const int status = assay_align_steps(l->n, l->m, fits, l, l->aligned);

    for (size_t j = 0; j < l->m && status == 0; j++)
        ret_of[l->others[j]] =
            l->aligned[j] == ASSAY_UNALIGNED ? ASSAY_UNALIGNED : (long)l->steps[l->aligned[j]];
    return status;
}

/* Behind which step of the reference each step of the boot that has no like there comes: where the
 * boot has come to, but before what its own PCR goes on with. */
static void find_places(const assay_insertion *p, const long *of, long *ret_behind)
{
    long next[LANES], reached = -1;

    for (size_t k = 0; k < LANES; k++)
        next[k] = (long)p->reference->step_count;
    for (size_t j = p->sequence->count; j-- > 0;) {
        long *const its = &next[number_of_other(p, j)];

        ret_behind[j] = *its - 1;
        *its = of[j] != ASSAY_UNALIGNED ? of[j] : *its;
    }
    for (size_t j = 0; j < p->sequence->count; j++) {
        reached = of[j] > reached ? of[j] : reached;
        ret_behind[j] = reached < ret_behind[j] ? reached : ret_behind[j];
    }
}

int assay_align_lanes(const assay_insertion *insertion, assay_fits *how, assay_arena *arena,
                      long **ret_of, long **ret_behind, assay_error *error)
{
    const size_t n = insertion->reference->step_count + 1, m = insertion->sequence->count + 1;
    lane l = { .of = insertion, .how = how };

    l.steps = assay_arena_room(arena, n * sizeof *l.steps);
    l.others = assay_arena_room(arena, m * sizeof *l.others);
    l.aligned = assay_arena_room(arena, m * sizeof *l.aligned);
    *ret_of = assay_arena_room(arena, m * sizeof **ret_of);
    *ret_behind = assay_arena_room(arena, m * sizeof **ret_behind);
    if (l.steps == NULL || l.others == NULL || l.aligned == NULL || *ret_of == NULL ||
        *ret_behind == NULL)
        return assay_no_memory(error);
    for (size_t number = 0; number < LANES; number++)
        if (align(&l, number, *ret_of) < 0)
            return assay_no_memory(error);
    find_places(insertion, *ret_of, *ret_behind);
    return 0;
}
