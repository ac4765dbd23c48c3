/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A boot's steps beside a variant's. Each PCR is a sequence of its own: in which order two PCRs are
 * extended is measured nowhere.
 */
#include "eventlog/payload/ipl.h"
#include "eventlog/payload/tagged.h"
#include "eventlog/types.h"
#include "policy/reference/compare_lanes.h"

bool assay_trial_wants(const assay_trial *trial, const assay_event *event)
{
    const assay_learnt_boot *const boot = trial->boot->learnt;
    bool bank = boot->bank_count == 0 || event->only_bank == 0;

    for (size_t i = 0; i < boot->bank_count; i++)
        bank = bank || boot->banks[i] == event->only_bank;
    return bank && (boot->pcrs == 0 || event->pcr_index >= ASSAY_PCRS ||
                    assay_pcr_set_has(boot->pcrs, event->pcr_index));
}

/* When two steps are of one thing. */

static bool same_words(assay_bytes a, assay_bytes b)
{
    assay_bytes left = ASSAY_NO_BYTES, right = ASSAY_NO_BYTES;

    assay_take_word(&a, &left);
    assay_take_word(&b, &right);
    return assay_bytes_equal(left, right);
}

/* Of texts that say what was measured, the same one; of a command of GRUB's its name. */
static bool same_text(const assay_event *a, const assay_event *b)
{
    assay_ipl left, right;

    if (!assay_ipl_decode(a, &left) || !assay_ipl_decode(b, &right))
        return true;
    if (left.kind != right.kind)
        return false;
    switch (left.kind) {
    case ASSAY_IPL_GRUB_COMMAND:
        return same_words(left.text, right.text);
    case ASSAY_IPL_SHIM:
    case ASSAY_IPL_SECTION:
    case ASSAY_IPL_INITRD:
        return assay_bytes_equal(left.text, right.text);
    default:
        return true;
    }
}

static bool same_tag(const assay_event *a, const assay_event *b)
{
    assay_tagged left, right;
    assay_tag x, y;

    if (!assay_tagged_decode(a->data, &left) || !assay_tagged_decode(b->data, &right))
        return true;
    assay_cursor p = assay_cursor_of(left.list), q = assay_cursor_of(right.list);
    return assay_tagged_next(&p, &x) && assay_tagged_next(&q, &y) && x.id == y.id;
}

static bool same_thing(const assay_lane *l, size_t i, size_t j)
{
    const assay_trial *const t = l->trial;
    const assay_event *const a = &t->sequence.steps[i].event;
    const assay_event *const b = &t->boot->sequence.steps[j].event;
    const enum assay_role role = t->side.recognised[i].role;

    if (!assay_steps_same_place(&t->sequence.steps[i], &t->boot->sequence.steps[j]))
        return false;
    if (a->type == EV_IPL)
        return (role == t->boot->side.recognised[j].role || role == ASSAY_ROLE_OTHER) &&
               same_text(a, b);
    return a->type != EV_EVENT_TAG || same_tag(a, b);
}

static bool have_common_bank(const assay_event *a, const assay_event *b)
{
    for (size_t i = 0; i < a->digest_count; i++)
        if (assay_event_digest_of(b, a->digests[i].alg).data != NULL)
            return true;
    return a->content == ASSAY_CONTENT_PCCLIENT_STD && !assay_event_type_extends(a->type);
}

/* A boot whose log only says that something comes is a prediction, or pretends to be one. */
bool assay_trial_comparable(const assay_trial *t, size_t i, size_t j)
{
    const assay_sequence_step *const actual = &t->boot->sequence.steps[j];

    return actual->varies == NULL && have_common_bank(&t->sequence.steps[i].event, &actual->event);
}

static bool same_type(const assay_event *a, const assay_event *b)
{
    return !assay_event_states_type(a) || !assay_event_states_type(b) ||
           (a->type == b->type && a->content == b->content);
}

static enum assay_fit fit(const assay_lane *l, size_t i, size_t j)
{
    const assay_trial *const t = l->trial;
    const assay_sequence_step *const a = &t->sequence.steps[i];
    const assay_sequence_step *const b = &t->boot->sequence.steps[j];

    if ((b->repeats && !a->repeats) || b->unlisted)
        return ASSAY_FIT_NONE;
    if (a->varies != NULL)
        return assay_steps_same_place(a, b) ? ASSAY_FIT_ALIKE : ASSAY_FIT_NONE;
    if (!assay_trial_comparable(t, i, j))
        return same_thing(l, i, j) ? ASSAY_FIT_ALIKE : ASSAY_FIT_NONE;
    if (assay_events_alike(&a->event, &b->event))
        return same_type(&a->event, &b->event) ? ASSAY_FIT_ALIKE : ASSAY_FIT_PLACE;
    return same_thing(l, i, j) ? ASSAY_FIT_PLACE : ASSAY_FIT_NONE;
}

enum assay_fit assay_lane_fit(const assay_lane *l, size_t i, size_t j)
{
    return fit(l, l->steps[i], l->events[j]);
}

/* What varies is like anything of its place: it must not take an event from its like. */
static enum assay_fit fits(const void *context, size_t i, size_t j)
{
    const assay_lane *const l = context;
    const enum assay_fit one = assay_lane_fit(l, i, j);
    const bool varies = l->trial->sequence.steps[l->steps[i]].varies != NULL;

    return varies && one == ASSAY_FIT_ALIKE ? ASSAY_FIT_PLACE : one;
}

/* The lanes. */

static bool is_in(const assay_event *event, unsigned pcr)
{
    return pcr == ASSAY_LANE_NO_PCR ? event->pcr_index >= ASSAY_PCRS : event->pcr_index == pcr;
}

static size_t pick(const assay_trial *trial, const assay_sequence *sequence, enum assay_stage stage,
                   unsigned pcr, size_t *ret_places)
{
    size_t count = 0;

    for (size_t i = 0; i < sequence->count; i++)
        if (sequence->steps[i].stage == stage && is_in(&sequence->steps[i].event, pcr) &&
            assay_trial_wants(trial, &sequence->steps[i].event))
            ret_places[count++] = i;
    return count;
}

void assay_lane_fill(assay_lane *l, enum assay_stage stage, unsigned pcr)
{
    l->n = pick(l->trial, &l->trial->sequence, stage, pcr, l->steps);
    l->m = pick(l->trial, &l->trial->boot->sequence, stage, pcr, l->events);
}

/* How many at the beginning, or from the end on, are alike. */
static size_t alike(const assay_lane *l, size_t most, bool from_end)
{
    size_t k = 0;

    while (k < most && fits(l, from_end ? l->n - 1 - k : k, from_end ? l->m - 1 - k : k) ==
                           ASSAY_FIT_ALIKE)
        k++;
    return k;
}

/* Aligned well, as long as there are pairs left to look at; else side by side. */
int assay_lane_align(const assay_lane *l, long *ret_of)
{
    const size_t shorter = l->n < l->m ? l->n : l->m;
    const size_t start = alike(l, shorter, false);
    const size_t end = alike(l, shorter - start, true);
    const size_t n = l->n - start - end, m = l->m - start - end;

    if (m == 0 || n <= l->trial->boot->pairs_left / m) {
        l->trial->boot->pairs_left -= n * m;
        return assay_align_steps(l->n, l->m, fits, l, ret_of);
    }
    for (size_t j = 0; j < l->m; j++) {
        const size_t i = j < l->m - end ? j : l->n - (l->m - j);

        ret_of[j] = (j < l->m - end && i >= l->n - end) || fits(l, i, j) == ASSAY_FIT_NONE
                        ? ASSAY_UNALIGNED
                        : (long)i;
    }
    return 0;
}
