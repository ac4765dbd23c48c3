/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/rebase/work.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void assay_work_fail(assay_rebase_work *work, int status, const char *what)
{
    if (work->status == 0)
        work->status =
            assay_fail(work->error, (enum assay_kind) - status, ASSAY_NOWHERE, "%s", what);
}

void assay_work_remark(assay_rebase_work *work, enum assay_part part, bool refused,
                       const char *format, ...)
{
    char text[256];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    assay_prediction_remark_on(work->made, part, 0, refused, text);
}

static void begin_items(assay_rebase_work *work, assay_recognised *recognised)
{
    assay_recognise(work->base, recognised);
    for (size_t i = 0; i < work->base->count; i++)
        work->items[i] =
            (assay_rebase_item){ .kept = &work->base->events[i], .is = recognised[i] };
    work->count = work->base->count;
}

void assay_work_begin(assay_rebase_work *work)
{
    const size_t count = work->base->count;
    assay_recognised *const recognised = calloc(count + 1, sizeof *recognised);

    work->capacity = count + 1;
    work->items = calloc(work->capacity, sizeof *work->items);
    work->made = assay_prediction_new(&work->base->header);
    if (recognised == NULL || work->items == NULL || work->made == NULL)
        assay_work_fail(work, -ASSAY_NO_MEMORY, "no memory for the events");
    else
        begin_items(work, recognised);
    free(recognised);
}

void assay_work_end(assay_rebase_work *work)
{
    free(work->items);
    assay_prediction_free(&work->made);
}

const assay_event *assay_work_was(const assay_rebase_work *work, size_t at)
{
    return work->items[at].kept != NULL ? &work->items[at].kept->event : NULL;
}

const assay_event *assay_work_event(const assay_rebase_work *work, size_t at)
{
    const assay_rebase_item *const item = &work->items[at];

    return item->made > 0 ? &work->made->events[item->made - 1].event : &item->kept->event;
}

size_t assay_work_find(const assay_rebase_work *work, enum assay_role role, size_t from)
{
    for (size_t i = from; i < work->count; i++)
        if (work->items[i].is.role == role && !work->items[i].removed)
            return i;
    return work->count;
}

static size_t algs_of(const assay_event *event, uint16_t ret_algs[ASSAY_BANKS_MAX])
{
    size_t count = 0;

    for (size_t i = 0; i < event->digest_count; i++)
        if (assay_alg_find(event->digests[i].alg) != NULL)
            ret_algs[count++] = event->digests[i].alg;
    return count;
}

bool assay_work_explains(assay_rebase_work *work, size_t at, const assay_bytes *parts, size_t count)
{
    const assay_event *const event = assay_work_was(work, at);
    uint16_t algs[ASSAY_BANKS_MAX];
    assay_digests digests;

    if (work->status < 0 || event == NULL)
        return false;
    const int status = assay_digests_of(work->hashes, algs, algs_of(event, algs), parts, count,
                                        &digests);
    if (status < 0)
        assay_work_fail(work, status, "the digests can't be computed");
    for (size_t i = 0; i < digests.count && status == 0; i++)
        if (!assay_bytes_equal(
                assay_event_digest_of(event, digests.list[i].alg),
                assay_bytes_of(digests.list[i].value, digests.list[i].size)))
            return false;
    return status == 0 && digests.count > 0;
}

static void set(assay_rebase_work *work, size_t at, const assay_predicted_event *event)
{
    assay_rebase_item *const item = &work->items[at];

    if (work->status < 0)
        return;
    work->status = assay_prediction_add(work->made, event, work->error);
    if (work->status == 0)
        item->made = work->made->count;
}

/* An event in place of the one there, without digests. */
static assay_predicted_event in_place_of(const assay_rebase_work *work, size_t at, assay_bytes data)
{
    const assay_rebase_item *const item = &work->items[at];
    assay_predicted_event event = {
        .event = *assay_work_event(work, at),
        .origin = ASSAY_PREDICTED_COMPUTED,
        .part = item->is.part,
        .base = item->kept != NULL ? item->kept->event.number : ASSAY_NO_EVENT,
    };

    event.event.digest_count = 0;
    if (data.data != NULL)
        event.event.data = data;
    return event;
}

/* A bank whose digest is not known. */
static void lack(assay_predicted_event *event, uint16_t alg)
{
    event->unknown[event->unknown_count++] = alg;
}

/* The banks an event has digests in: as the base's does, or all of the log for an added one. */
static size_t banks_of(const assay_rebase_work *work, size_t at, uint16_t ret_algs[ASSAY_BANKS_MAX])
{
    const assay_predicted_event *const kept = work->items[at].kept;
    const assay_log_header *const header = &work->base->header;
    size_t count = 0;

    if (kept == NULL) {
        for (size_t i = 0; i < header->bank_count; i++)
            ret_algs[count++] = header->banks[i].alg;
        return count;
    }
    for (size_t i = 0; i < kept->event.digest_count; i++)
        ret_algs[count++] = kept->event.digests[i].alg;
    for (size_t i = 0; i < kept->unknown_count && count < ASSAY_BANKS_MAX; i++)
        ret_algs[count++] = kept->unknown[i];
    return count;
}

static bool as_it_was(const assay_rebase_work *work, size_t at, const assay_predicted_event *event)
{
    const assay_predicted_event *const kept = work->items[at].kept;

    return kept != NULL && kept->unknown_count == 0 && event->unknown_count == 0 &&
           assay_event_equal(&kept->event, &event->event);
}

void assay_work_measure_digests(assay_rebase_work *work, size_t at, const assay_digests *digests,
                                assay_bytes data)
{
    assay_predicted_event event;
    uint16_t algs[ASSAY_BANKS_MAX];

    if (work->status < 0)
        return;
    event = in_place_of(work, at, data);
    const size_t count = banks_of(work, at, algs);
    for (size_t i = 0; i < count; i++) {
        const assay_digest *const digest = assay_digests_find(digests, algs[i]);

        if (digest == NULL)
            lack(&event, algs[i]);
        else
            event.event.digests[event.event.digest_count++] = (assay_event_digest){
                algs[i], assay_bytes_of(digest->value, digest->size)
            };
    }
    if (event.unknown_count > 0)
        event.why = "libcrypto has no such algorithm";
    if (event.event.digest_count == 0)
        event.origin = ASSAY_PREDICTED_UNKNOWN;
    if (as_it_was(work, at, &event))
        work->items[at].made = 0;
    else
        set(work, at, &event);
}

/* The algorithms of the banks that are known here. */
static size_t known_banks_of(const assay_rebase_work *work, size_t at,
                             uint16_t ret_algs[ASSAY_ALGS])
{
    uint16_t algs[ASSAY_BANKS_MAX];
    const size_t count = banks_of(work, at, algs);
    size_t known = 0;

    for (size_t i = 0; i < count && known < ASSAY_ALGS; i++)
        if (assay_alg_find(algs[i]) != NULL)
            ret_algs[known++] = algs[i];
    return known;
}

void assay_work_measure(assay_rebase_work *work, size_t at, const assay_bytes *parts, size_t count,
                        assay_bytes data)
{
    uint16_t algs[ASSAY_ALGS];
    assay_digests digests;

    if (work->status < 0)
        return;
    const int status = assay_digests_of(work->hashes, algs, known_banks_of(work, at, algs), parts,
                                        count, &digests);
    if (status < 0)
        assay_work_fail(work, status, "the digests can't be computed");
    else
        assay_work_measure_digests(work, at, &digests, data);
}

void assay_work_measure_pe(assay_rebase_work *work, size_t at, const assay_pe *pe,
                           assay_bytes data)
{
    uint16_t algs[ASSAY_ALGS];
    assay_digesting digesting;
    assay_digests digests;

    if (work->status < 0)
        return;
    int status = assay_digesting_begin(&digesting, work->hashes, algs,
                                       known_banks_of(work, at, algs));
    if (status == 0)
        status = assay_pe_digest(pe, &digesting, &digests, NULL);
    if (status < 0)
        assay_work_fail(work, status, "the image can't be hashed");
    else
        assay_work_measure_digests(work, at, &digests, data);
}

void assay_work_unknown(assay_rebase_work *work, size_t at, assay_bytes data, const char *why)
{
    uint16_t algs[ASSAY_BANKS_MAX];
    assay_predicted_event event;

    if (work->status < 0)
        return;
    event = in_place_of(work, at, data);
    event.origin = ASSAY_PREDICTED_UNKNOWN;
    event.why = why;
    event.unknown_count = banks_of(work, at, algs);
    memcpy(event.unknown, algs, event.unknown_count * sizeof *algs);
    set(work, at, &event);
}

void assay_work_copy(assay_rebase_work *work, size_t at, const assay_predicted_event *source)
{
    assay_predicted_event event = *source;

    event.base =
        work->items[at].kept != NULL ? work->items[at].kept->event.number : ASSAY_NO_EVENT;
    event.part = work->items[at].is.part;
    set(work, at, &event);
}

void assay_work_copy_unless_same(assay_rebase_work *work, size_t at,
                                 const assay_predicted_event *source)
{
    const assay_predicted_event *const kept = work->items[at].kept;
    bool same = kept != NULL && kept->unknown_count == 0 && source->unknown_count == 0 &&
                kept->event.digest_count == source->event.digest_count;

    for (size_t i = 0; same && i < kept->event.digest_count; i++)
        same = assay_bytes_equal(
            kept->event.digests[i].value,
            assay_event_digest_of(&source->event, kept->event.digests[i].alg));
    if (same)
        work->items[at].made = 0;
    else
        assay_work_copy(work, at, source);
}

void assay_work_remove(assay_rebase_work *work, size_t at)
{
    work->items[at].removed = true;
}

static bool grow(assay_rebase_work *work)
{
    if (work->count < work->capacity)
        return true;
    if (work->count >= ASSAY_PREDICTED_EVENTS_MAX) {
        assay_work_fail(work, -ASSAY_TOO_LARGE, "no boot has so many events");
        return false;
    }
    void *const items = realloc(work->items, 2 * work->capacity * sizeof *work->items);
    if (items == NULL) {
        assay_work_fail(work, -ASSAY_NO_MEMORY, "no memory for another event");
        return false;
    }
    work->items = items;
    work->capacity *= 2;
    return true;
}

bool assay_work_insert(assay_rebase_work *work, size_t at, uint32_t pcr, uint32_t type,
                       enum assay_role role)
{
    const assay_predicted_event empty = {
        .event = { .pcr_index = pcr, .type = type, .data = ASSAY_LITERAL("") },
        .origin = ASSAY_PREDICTED_COMPUTED,
        .base = ASSAY_NO_EVENT,
    };

    if (work->status < 0 || !grow(work))
        return false;
    memmove(work->items + at + 1, work->items + at, (work->count - at) * sizeof *work->items);
    work->count++;
    work->items[at] = (assay_rebase_item){ .is = { role, assay_role_part(role), 0 } };
    set(work, at, &empty);
    if (work->status < 0) {
        /* What has no event must not be asked for one. */
        memmove(work->items + at, work->items + at + 1,
                (work->count - at - 1) * sizeof *work->items);
        work->count--;
    }
    return work->status == 0;
}

bool assay_work_open(assay_rebase_work *work, assay_pe *pe, assay_bytes file, const char *field)
{
    if (work->status < 0)
        return false;
    work->status = assay_pe_open(pe, file, work->error);
    if (work->status < 0)
        work->error->field = field;
    return work->status == 0;
}
