/* SPDX-License-Identifier: BSD-2-Clause */
/* What became of the steps of both sides, and so the differences. */
#include "eventlog/types.h"
#include "policy/reference/compare_lanes.h"
#include "replay/datacheck.h"

#include <stdlib.h>

static int differ(assay_trial *t, enum assay_compared kind, size_t step, size_t event, size_t place,
                  bool contradicted)
{
    assay_trial_difference *const added = assay_arena_more(
        &t->arena, &t->differences, t->difference_count, sizeof *added);

    if (added == NULL)
        return -ASSAY_NO_MEMORY;
    *added = (assay_trial_difference){ kind, step, event, place, contradicted };
    t->difference_count++;
    return 0;
}

/* The digests are the reference's, and the data that the log has beside them are not. */
static int look_at_data(const assay_trial *t, const assay_event *expected,
                        const assay_event *actual, bool *ret_contradicted)
{
    assay_payload payload;
    assay_datacheck check = { .outcome = ASSAY_NOT_CHECKABLE };
    int status = 0;

    if (assay_event_keeps_data(expected) && assay_event_keeps_data(actual) &&
        !assay_bytes_equal(expected->data, actual->data)) {
        assay_payload_decode(actual, &payload);
        status = assay_datacheck_event(t->hashes, actual, &payload, &check);
    }
    *ret_contradicted = check.outcome == ASSAY_CONTRADICTED;
    return status;
}

/*
 * The banks that two steps were compared in, which are like each other. IMA's digest of every bank
 * is of the entry's data, which are there.
 */
static uint16_t banks_of(const assay_event *a, const assay_event *b)
{
    uint16_t banks = 0;

    if (a->content == ASSAY_CONTENT_IMA_TEMPLATE && assay_bytes_equal(a->data, b->data))
        return UINT16_MAX;
    for (size_t i = 0; i < a->digest_count; i++)
        if (assay_event_digest_of(b, a->digests[i].alg).data != NULL)
            banks |= (uint16_t)(1u << assay_alg_index(a->digests[i].alg));
    return banks;
}

static void note_compared(assay_trial *t, const assay_event *expected, const assay_event *actual)
{
    const bool extends = expected->content != ASSAY_CONTENT_PCCLIENT_STD ||
                         assay_event_type_extends(expected->type);
    const uint16_t sha1 = (uint16_t)(1u << assay_alg_index(ASSAY_ALG_SHA1));
    const uint16_t banks = banks_of(expected, actual);
    const uint32_t pcr = expected->pcr_index;

    if (pcr >= ASSAY_PCRS || !extends)
        return;
    t->banks[pcr] = assay_pcr_set_has(t->strict, pcr) ? t->banks[pcr] & banks : banks;
    t->strict |= (assay_pcr_set)1 << pcr;
    if ((banks & ~sha1) == 0)
        t->weak |= (assay_pcr_set)1 << pcr;
}

static int take_pair(assay_trial *t, size_t i, size_t j, enum assay_fit how)
{
    const assay_event *const expected = &t->sequence.steps[i].event;
    const assay_event *const actual = &t->boot->sequence.steps[j].event;
    enum assay_compared fate = ASSAY_COMPARED_CHANGED;
    bool contradicted = false;

    if (how == ASSAY_FIT_ALIKE && t->sequence.steps[i].varies != NULL)
        fate = ASSAY_COMPARED_VARIES;
    else if (how == ASSAY_FIT_ALIKE && !assay_trial_comparable(t, i, j))
        fate = ASSAY_COMPARED_UNKNOWN;
    else if (how == ASSAY_FIT_ALIKE) {
        const int status = look_at_data(t, expected, actual, &contradicted);

        if (status < 0)
            return status;
        fate = contradicted ? ASSAY_COMPARED_CHANGED : ASSAY_COMPARED_EQUAL;
        note_compared(t, expected, actual);
    }
    t->side.fates[i] = t->boot->side.fates[j] = fate;
    return fate == ASSAY_COMPARED_CHANGED ? differ(t, fate, i, j, 2 * j + 1, contradicted) : 0;
}

/*
 * An event beside a step that comes any number of times: one of the steps `first` to `last`, which
 * are those around it.
 */
static bool is_repeated(const assay_lane *l, size_t first, size_t last, size_t j)
{
    const assay_trial *const t = l->trial;

    for (size_t i = first; i < last && t->boot->pairs_left > 0; i++, t->boot->pairs_left--) {
        const assay_sequence_step *const step = &t->sequence.steps[l->steps[i]];

        if (step->repeats &&
            assay_steps_same_place(step, &t->boot->sequence.steps[l->events[j]]))
            return true;
    }
    return false;
}

/* A file that no boot of the reference read, or that was another then. */
static int take_unlisted(assay_trial *t, size_t event)
{
    const enum assay_compared kind = t->boot->sequence.steps[event].file != SIZE_MAX
                                         ? ASSAY_COMPARED_CHANGED
                                         : ASSAY_COMPARED_ADDED;

    t->boot->side.fates[event] = kind;
    return differ(t, kind, SIZE_MAX, event, 2 * event + 1,
                  t->boot->sequence.steps[event].contradicted);
}

/* The kernel's list goes into a PCR that the variant has steps of, and none of a list. */
static bool is_out_of_place(const assay_trial *t, const assay_lane *l, uint32_t pcr)
{
    return l->n == 0 && pcr < ASSAY_PCRS && assay_pcr_set_has(t->stepped | t->held, pcr);
}

/* A record for one bank alone, of which the variant's logs have none. */
static bool is_of_other_bank(const assay_trial *t, const assay_event *event)
{
    for (size_t i = 0; i < t->sequence.log_count; i++)
        if (assay_log_announces(&t->sequence.logs[i].header, event->only_bank))
            return false;
    return event->only_bank != 0;
}

static int take_added(assay_trial *t, const assay_lane *l, size_t first, size_t last, size_t j)
{
    const size_t event = l->events[j];
    const assay_sequence_step *const step = &t->boot->sequence.steps[event];

    if (step->unlisted && (t->boot->filed >> t->variant & 1) != 0)
        return take_unlisted(t, event);
    if (is_of_other_bank(t, &step->event))
        return 0;
    /* Files that the kernel's list has are measured as they are read: they say nothing. */
    if (((step->repeats || step->unlisted) && !is_out_of_place(t, l, step->event.pcr_index)) ||
        is_repeated(l, first, last, j)) {
        t->boot->side.fates[event] = ASSAY_COMPARED_VARIES;
        return 0;
    }
    t->boot->side.fates[event] = ASSAY_COMPARED_ADDED;
    return differ(t, ASSAY_COMPARED_ADDED, SIZE_MAX, event, 2 * event + 1, false);
}

static int take_events(assay_trial *t, const assay_lane *l, const long *of)
{
    size_t first = 0, next = 0;
    int status = 0;

    for (size_t j = 0; j < l->m && status == 0; j++) {
        if (of[j] != ASSAY_UNALIGNED) {
            first = (size_t)of[j];
            status = take_pair(t, l->steps[first], l->events[j], assay_lane_fit(l, first, j));
            continue;
        }
        for (next = next > j ? next : j; next < l->m && of[next] == ASSAY_UNALIGNED;)
            next++;
        status = take_added(t, l, first, next < l->m ? (size_t)of[next] + 1 : l->n, j);
    }
    return status;
}

/* Where the boot would have what follows all that it has of the lane. */
static size_t place_behind(const assay_trial *t, const assay_lane *l)
{
    size_t j = 0;

    if (l->m > 0)
        return 2 * l->events[l->m - 1] + 2;
    while (l->n > 0 && j < t->boot->sequence.count &&
           t->boot->sequence.steps[j].stage <= t->sequence.steps[l->steps[0]].stage)
        j++;
    return 2 * j;
}

/* A missing step stands before the event that the next step of the lane goes with. */
static int take_missing(assay_trial *t, const assay_lane *l, const size_t *event_of)
{
    size_t place = place_behind(t, l);
    int status = 0;

    for (size_t i = l->n; i-- > 0 && status == 0;) {
        const size_t step = l->steps[i];

        if (event_of[i] != SIZE_MAX) {
            place = 2 * event_of[i];
        } else if (t->sequence.steps[step].repeats) {
            t->side.fates[step] = ASSAY_COMPARED_VARIES;
        } else {
            t->side.fates[step] = ASSAY_COMPARED_MISSING;
            status = differ(t, ASSAY_COMPARED_MISSING, step, SIZE_MAX, place, false);
        }
    }
    return status;
}

static int take_lane(assay_trial *t, const assay_lane *l)
{
    long *const of = malloc((l->m + 1) * sizeof *of);
    size_t *const event_of = malloc((l->n + 1) * sizeof *event_of);
    int status = of == NULL || event_of == NULL ? -ASSAY_NO_MEMORY : assay_lane_align(l, of);

    for (size_t i = 0; status == 0 && i < l->n; i++)
        event_of[i] = SIZE_MAX;
    for (size_t j = 0; status == 0 && j < l->m; j++)
        if (of[j] != ASSAY_UNALIGNED)
            event_of[of[j]] = l->events[j];
    if (status == 0)
        status = take_events(t, l, of);
    if (status == 0)
        status = take_missing(t, l, event_of);
    free(of);
    free(event_of);
    return status;
}

/*
 * What has no steps can't miss one: of a list of values alone, and of a PCR that holds what it
 * should, the value has the last word.
 */
static bool is_settled(const assay_trial *t, unsigned pcr)
{
    return t->sequence.count == 0 ||
           (!assay_pcr_set_has(t->stepped, pcr) && assay_pcr_set_has(t->met & ~t->missed, pcr));
}

/*
 * Without one of the two logs there is nothing to compare: the variant's steps stay unknown. What
 * the boot logs of a stage of which the variant says nothing counts where it holds the PCR.
 */
static int take_unlogged(assay_trial *t, const assay_lane *l, enum assay_stage stage, unsigned pcr)
{
    int status = 0;

    if (!t->boot->side.stages[stage])
        return 0;
    for (size_t j = 0; j < l->m && status == 0; j++) {
        const size_t event = l->events[j];

        if (t->boot->sequence.steps[event].unlisted) {
            if ((t->boot->filed >> t->variant & 1) != 0)
                status = take_unlisted(t, event);
            continue;
        }
        if (pcr == ASSAY_LANE_NO_PCR || !assay_pcr_set_has(t->stepped | t->held, pcr) ||
            is_settled(t, pcr))
            continue;
        t->boot->side.fates[event] = ASSAY_COMPARED_ADDED;
        status = differ(t, ASSAY_COMPARED_ADDED, SIZE_MAX, event, 2 * event + 1, false);
    }
    return status;
}

/*
 * A PCR whose value alone is held, beside others with steps: so a server's format may say it. And a
 * variant of some PCRs says nothing of what is none, unless it has such steps.
 */
static bool is_without_steps(const assay_trial *t, const assay_lane *l, unsigned pcr)
{
    return l->n == 0 && (pcr == ASSAY_LANE_NO_PCR
                             ? t->reference->variants[t->variant].only_pcrs != 0
                             : is_settled(t, pcr));
}

static bool has_lists(const assay_sequence *sequence, const size_t *places, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (sequence->steps[places[i]].event.only_bank != 0)
            return true;
    return false;
}

static bool has_several_banks(const assay_sequence *sequence, const size_t *places, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (sequence->steps[places[i]].event.digest_count > 1)
            return true;
    return false;
}

/*
 * Lists of one bank each, as TXT keeps them, and records of all banks, as a canonical log has them:
 * no record of the one is one of the other, and the values decide.
 */
static bool is_recorded_otherwise(const assay_trial *t, const assay_lane *l)
{
    const assay_sequence *const boot = &t->boot->sequence;

    return (has_lists(&t->sequence, l->steps, l->n) && has_several_banks(boot, l->events, l->m)) ||
           (has_lists(boot, l->events, l->m) && has_several_banks(&t->sequence, l->steps, l->n));
}

static int try_lane(assay_trial *t, assay_lane *l, enum assay_stage stage, unsigned pcr)
{
    assay_lane_fill(l, stage, pcr);
    const bool both = t->side.stages[stage] && t->boot->side.stages[stage] &&
                      !is_without_steps(t, l, pcr);

    if ((l->n == 0 && l->m == 0) || is_recorded_otherwise(t, l))
        return 0;
    return both ? take_lane(t, l) : take_unlogged(t, l, stage, pcr);
}

/* PCRs of which every step of the variant stands in a log that the boot has too. */
static void find_stepped(assay_trial *t)
{
    assay_pcr_set unlogged = 0;

    for (size_t i = 0; i < t->sequence.count; i++) {
        const assay_sequence_step *const step = &t->sequence.steps[i];

        if (step->event.pcr_index >= ASSAY_PCRS || !assay_trial_wants(t, &step->event))
            continue;
        const assay_pcr_set bit = (assay_pcr_set)1 << step->event.pcr_index;
        if (t->boot->side.stages[step->stage])
            t->stepped |= bit;
        else
            unlogged |= bit;
    }
    t->stepped &= ~unlogged;
}

static int by_place(const void *a, const void *b)
{
    const assay_trial_difference *const x = a, *const y = b;

    if (x->place != y->place)
        return x->place < y->place ? -1 : 1;
    return x->step < y->step ? -1 : x->step > y->step;
}

int assay_trial_align(assay_trial *t)
{
    assay_lane l = { .trial = t };
    int status = 0;

    for (size_t i = 0; i < t->sequence.count; i++)
        t->side.fates[i] = ASSAY_COMPARED_UNKNOWN;
    for (size_t j = 0; j < t->boot->sequence.count; j++)
        t->boot->side.fates[j] = ASSAY_COMPARED_UNKNOWN;
    find_stepped(t);
    l.steps = malloc((t->sequence.count + 1) * sizeof *l.steps);
    l.events = malloc((t->boot->sequence.count + 1) * sizeof *l.events);
    if (l.steps == NULL || l.events == NULL)
        status = -ASSAY_NO_MEMORY;
    for (int stage = 0; stage < ASSAY_STAGES; stage++)
        for (unsigned pcr = 0; pcr < ASSAY_LANES && status == 0; pcr++)
            status = try_lane(t, &l, (enum assay_stage)stage, pcr);
    free(l.steps);
    free(l.events);
    if (t->difference_count > 0)
        qsort(t->differences, t->difference_count, sizeof *t->differences, by_place);
    return status;
}
