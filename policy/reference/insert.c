/* SPDX-License-Identifier: BSD-2-Clause */
/* A boot's steps among those of a reference. */
#include "eventlog/keep.h"
#include "policy/reference/insert_private.h"
#include "policy/reference/keep.h"

#include <stdlib.h>

static int make_alternative(assay_reference *reference, const assay_sequence_step *step,
                            size_t variant, assay_reference_alternative *ret_made,
                            assay_error *error)
{
    assay_reference_alternative made = { .variants = (assay_variant_set)1 << variant,
                                         .event = step->event,
                                         .unknown_count = step->unknown_count };
    const int status =
        assay_reference_keep_component(reference, &step->component, &made.component, error);

    if (status < 0)
        return status;
    memcpy(made.unknown, step->unknown, sizeof made.unknown);
    made.event.number = 0;
    made.event.offset = made.event.data_offset = 0;
    if (!assay_event_keep(&reference->arena, &made.event))
        return assay_no_memory(error);
    *ret_made = made;
    return 0;
}

int assay_make_step(assay_reference *reference, const assay_sequence_step *from, size_t variant,
                     assay_reference_step *ret_made, assay_error *error)
{
    assay_reference_step made = { .stage = from->stage, .repeats = from->repeats };
    assay_reference_alternative *const one =
        assay_arena_more(&reference->arena, &made.alternatives, 0, sizeof *one);

    if (one == NULL)
        return assay_no_memory(error);
    made.alternative_count = 1;
    if (from->varies != NULL) {
        made.varies = assay_arena_text(&reference->arena, assay_bytes_of_string(from->varies));
        if (made.varies == NULL)
            return assay_no_memory(error);
    }
    const int status = make_alternative(reference, from, variant, one, error);
    if (status == 0)
        *ret_made = made;
    return status;
}

/* The alternative of a step that measures what a boot's does, or NULL. */
assay_reference_alternative *assay_alike_of(const assay_reference *reference,
                                             const assay_reference_step *step,
                                             const assay_sequence_step *other)
{
    for (size_t i = 0; i < step->alternative_count; i++) {
        const assay_reference_alternative *const at = &step->alternatives[i];

        /* A list of the kernel's states a bank and means all of them. */
        if (at->unknown_count == other->unknown_count &&
            (at->event.digest_count == other->event.digest_count ||
             other->stage == ASSAY_STAGE_KERNEL) &&
            at->event.content == other->event.content && at->event.type == other->event.type &&
            reference->components[at->component].role == other->component.role &&
            assay_events_alike(&at->event, &other->event))
            return &step->alternatives[i];
    }
    return NULL;
}

static enum assay_fit fit(const assay_insertion *p, const assay_reference_step *step,
                          const assay_sequence_step *other)
{
    if (step->stage != other->stage || step->repeats != other->repeats)
        return ASSAY_FIT_NONE;
    const assay_sequence_step own = assay_sequence_step_of(p->reference, step, SIZE_MAX);
    const bool place = assay_steps_same_place(&own, other);
    if (step->varies != NULL || other->varies != NULL)
        return !place                                               ? ASSAY_FIT_NONE
               : (step->varies != NULL) == (other->varies != NULL) ? ASSAY_FIT_ALIKE
                                                                    : ASSAY_FIT_PLACE;
    return assay_alike_of(p->reference, step, other) != NULL ? ASSAY_FIT_ALIKE
           : place                                     ? ASSAY_FIT_PLACE
                                                       : ASSAY_FIT_NONE;
}

static enum assay_fit fits(const void *context, size_t i, size_t j)
{
    const assay_insertion *const p = context;
    const enum assay_fit one = fit(p, &p->reference->steps[i], &p->sequence->steps[j]);

    /* A step that varies holds no digests: a boot that knows them has a step of its own. */
    return one == ASSAY_FIT_PLACE && (p->reference->steps[i].varies != NULL ||
                                      p->sequence->steps[j].varies != NULL)
               ? ASSAY_FIT_NONE
               : one;
}

/* Puts what the boot has at step `to` of the reference, which fits. */
static int join(assay_reference *reference, assay_reference_step *to,
                const assay_sequence_step *from, size_t variant, assay_error *error)
{
    assay_reference_alternative *const alike =
        to->varies != NULL ? &to->alternatives[0] : assay_alike_of(reference, to, from);

    if (alike != NULL) {
        alike->variants |= (assay_variant_set)1 << variant;
        return 0;
    }
    assay_reference_alternative *const added = assay_arena_more(
        &reference->arena, &to->alternatives, to->alternative_count, sizeof *added);
    if (added == NULL)
        return assay_no_memory(error);
    const int status = make_alternative(reference, from, variant, added, error);
    if (status == 0)
        to->alternative_count++;
    return status;
}

int assay_append_step(assay_reference *reference, assay_reference_step **steps, size_t *count,
                  const assay_reference_step *step, assay_error *error)
{
    if (*count >= ASSAY_REFERENCE_STEPS_MAX)
        return assay_fail(error, ASSAY_TOO_LARGE, ASSAY_NOWHERE,
                          "a reference has at most %d steps", ASSAY_REFERENCE_STEPS_MAX);
    assay_reference_step *const added =
        assay_arena_more(&reference->arena, steps, *count, sizeof *added);
    if (added == NULL)
        return assay_no_memory(error);
    *added = *step;
    ++*count;
    return 0;
}

/* Both lists in one, each in its order; what stands between two pairs comes stage by stage. */
static int weave(assay_reference *reference, size_t variant, const assay_sequence *sequence,
                 const long *of, assay_error *error)
{
    assay_reference_step *woven = NULL;
    size_t count = 0, i = 0;
    int status = 0;

    for (size_t j = 0; j <= sequence->count && status == 0; j++) {
        const bool end = j == sequence->count;
        const size_t until = end                         ? reference->step_count
                             : of[j] != ASSAY_UNALIGNED ? (size_t)of[j]
                                                         : i;

        while (i < reference->step_count && status == 0 &&
               (i < until || (!end && of[j] == ASSAY_UNALIGNED &&
                              reference->steps[i].stage < sequence->steps[j].stage)))
            status = assay_append_step(reference, &woven, &count, &reference->steps[i++], error);
        if (end || status < 0)
            break;
        if (of[j] != ASSAY_UNALIGNED) {
            status = join(reference, &reference->steps[i], &sequence->steps[j], variant, error);
            if (status == 0)
                status =
                    assay_append_step(reference, &woven, &count, &reference->steps[i++], error);
        } else {
            assay_reference_step made;

            status = assay_make_step(reference, &sequence->steps[j], variant, &made, error);
            if (status == 0)
                status = assay_append_step(reference, &woven, &count, &made, error);
        }
    }
    if (status == 0) {
        reference->steps = woven;
        reference->step_count = count;
    }
    return status;
}

static bool same_header(const assay_log_header *a, const assay_log_header *b)
{
    if (a->stage != b->stage || a->bank_count != b->bank_count ||
        a->measurement_registers != b->measurement_registers ||
        a->banks_follow != b->banks_follow || a->big_endian != b->big_endian)
        return false;
    for (size_t i = 0; i < a->bank_count; i++)
        if (a->banks[i].alg != b->banks[i].alg || a->banks[i].size != b->banks[i].size)
            return false;
    const assay_spec_id *const x = &a->spec_id, *const y = &b->spec_id;
    return x->present == y->present && x->signature == y->signature &&
           x->platform_class == y->platform_class && x->version_minor == y->version_minor &&
           x->version_major == y->version_major && x->errata == y->errata &&
           x->uintn_size == y->uintn_size && assay_bytes_equal(x->vendor_info, y->vendor_info);
}

static int insert_logs(assay_reference *reference, size_t variant, const assay_sequence *sequence,
                       assay_error *error)
{
    for (size_t i = 0; i < sequence->log_count; i++) {
        const assay_reference_log *const log = &sequence->logs[i];
        size_t at = 0;

        while (at < reference->log_count &&
               (!same_header(&reference->logs[at].header, &log->header) ||
                strcmp(reference->logs[at].format, log->format) != 0))
            at++;
        if (at == reference->log_count) {
            assay_reference_log *const added = assay_arena_more(
                &reference->arena, &reference->logs, reference->log_count, sizeof *added);

            if (added == NULL)
                return assay_no_memory(error);
            *added = *log;
            added->variants = 0;
            added->format =
                assay_arena_text(&reference->arena, assay_bytes_of_string(log->format));
            if (added->format == NULL ||
                !assay_arena_keep(&reference->arena, log->header.spec_id.vendor_info,
                                  &added->header.spec_id.vendor_info))
                return assay_no_memory(error);
            reference->log_count++;
        }
        reference->logs[at].variants |= (assay_variant_set)1 << variant;
    }
    return 0;
}

/* The boot with all of the reference's steps; *ret_of is to be freed after 0. */
static int align(const assay_insertion *insertion, long **ret_of, assay_error *error)
{
    const size_t count = insertion->sequence->count;
    long *const of = malloc((count + 1) * sizeof *of);

    if (of == NULL ||
        assay_align_steps(insertion->reference->step_count, count, fits, insertion, of) < 0) {
        free(of);
        return assay_no_memory(error);
    }
    *ret_of = of;
    return 0;
}

int assay_reference_insert(assay_reference *reference, size_t variant,
                           const assay_sequence *sequence, assay_error *error)
{
    const assay_insertion context = { reference, sequence, SIZE_MAX };
    long *of = NULL;
    int status = align(&context, &of, error);

    if (status < 0 || of == NULL)
        return status;
    status = weave(reference, variant, sequence, of, error);
    free(of);
    return status < 0 ? status : insert_logs(reference, variant, sequence, error);
}
