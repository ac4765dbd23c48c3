/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/prediction.h"

#include "eventlog/keep.h"
#include "eventlog/types.h"

#include <stdlib.h>

void assay_prediction_free(assay_prediction **prediction)
{
    if (*prediction == NULL)
        return;
    assay_arena_free(&(*prediction)->arena);
    free((*prediction)->events);
    free(*prediction);
    *prediction = NULL;
}

assay_prediction *assay_prediction_new(const assay_log_header *header)
{
    assay_prediction *prediction = calloc(1, sizeof *prediction);

    if (prediction == NULL)
        return NULL;
    prediction->header = *header;
    if (!assay_arena_keep(&prediction->arena, header->spec_id.vendor_info,
                          &prediction->header.spec_id.vendor_info))
        assay_prediction_free(&prediction);
    return prediction;
}

static int no_memory(assay_error *error)
{
    return assay_fail(error, ASSAY_NO_MEMORY, ASSAY_NOWHERE, "no memory for another event");
}

static int grow(assay_prediction *prediction, assay_error *error)
{
    const size_t capacity = prediction->capacity == 0 ? 32 : prediction->capacity * 2;

    if (prediction->count < prediction->capacity)
        return 0;
    if (prediction->count >= ASSAY_PREDICTED_EVENTS_MAX)
        return assay_fail(error, ASSAY_TOO_LARGE, ASSAY_NOWHERE,
                          "more than %d events: a boot has some hundreds",
                          ASSAY_PREDICTED_EVENTS_MAX);
    void *const events = realloc(prediction->events, capacity * sizeof *prediction->events);
    if (events == NULL)
        return no_memory(error);
    prediction->events = events;
    prediction->capacity = capacity;
    return 0;
}

int assay_prediction_add(assay_prediction *prediction, const assay_predicted_event *event,
                         assay_error *error)
{
    assay_predicted_event copy = *event;
    const int status = grow(prediction, error);

    if (status < 0)
        return status;
    copy.event.number = (uint32_t)prediction->count;
    if (!assay_event_keep(&prediction->arena, &copy.event))
        return no_memory(error);
    prediction->events[prediction->count++] = copy;
    return 0;
}

bool assay_prediction_set_digest(assay_prediction *prediction, size_t number, uint16_t alg,
                                 const uint8_t *digest)
{
    assay_event *const event = &prediction->events[number].event;

    for (size_t i = 0; i < event->digest_count; i++)
        if (event->digests[i].alg == alg) {
            const size_t size = event->digests[i].value.size;
            uint8_t *const copy = assay_arena_room(&prediction->arena, size);

            if (copy == NULL)
                return false;
            memcpy(copy, digest, size);
            event->digests[i].value.data = copy;
        }
    return true;
}

/* What the log is written in: the format it has, unless that is a dump of memory or a text. */
static const char *format_for(const assay_prediction *prediction, const assay_log *log)
{
    const char *const own = assay_log_format_name(log);
    uint16_t lane = 0;
    bool lanes = false;

    if (strcmp(own, "heap") != 0 && strcmp(own, "txtstat") != 0)
        return own;
    for (size_t i = 0; i < prediction->count; i++) {
        const uint16_t bank = prediction->events[i].event.only_bank;

        lanes = lanes || (bank != 0 && lane != 0 && bank != lane);
        lane = bank != 0 ? bank : lane;
    }
    if (lane != 0)
        return lanes ? "heap" : "txt2";
    return prediction->header.spec_id.present ? "tcg2" : "txt";
}

/* The record of a digest that is not known speaks of the event after it, or of one not there. */
static bool speaks_of(const assay_predicted_event *unknown, const assay_event *event)
{
    if (event->type != unknown->event.type || event->pcr_index != unknown->event.pcr_index ||
        event->only_bank != unknown->event.only_bank)
        return false;
    for (size_t i = 0; i < unknown->unknown_count; i++)
        if (assay_event_digest_of(event, unknown->unknown[i]).data != NULL)
            return false;
    return true;
}

/* 1 when the event is such a record, kept in *pending then; else 0. */
static bool take_record(const assay_event *event, assay_predicted_event *pending)
{
    assay_unknown_record record;

    if (event->type != EV_NO_ACTION || !assay_unknown_record_decode(event->data, &record))
        return false;
    *pending = (assay_predicted_event){ .origin = ASSAY_PREDICTED_UNKNOWN,
                                        .part = assay_part_of(record.type),
                                        .unknown_count = record.count,
                                        .why = "the log it is kept from doesn't know it" };
    pending->event = (assay_event){ .pcr_index = event->pcr_index,
                                    .type = record.type,
                                    .only_bank = event->only_bank };
    memcpy(pending->unknown, record.algs, sizeof record.algs);
    return true;
}

static int add_read(assay_prediction *prediction, assay_predicted_event *event, assay_error *error)
{
    event->base = (uint32_t)prediction->count;
    return assay_prediction_add(prediction, event, error);
}

static int read_event(assay_prediction *prediction, const assay_event *event,
                      assay_predicted_event *pending, assay_error *error)
{
    assay_predicted_event read = { .event = *event,
                                   .origin = ASSAY_PREDICTED_KEPT,
                                   .part = assay_part_of(event->type) };

    if (pending->unknown_count > 0 && speaks_of(pending, event)) {
        read.unknown_count = pending->unknown_count;
        memcpy(read.unknown, pending->unknown, sizeof read.unknown);
        read.why = pending->why;
    } else if (pending->unknown_count > 0) {
        const int status = add_read(prediction, pending, error);
        if (status < 0)
            return status;
    }
    pending->unknown_count = 0;
    return take_record(event, pending) ? 0 : add_read(prediction, &read, error);
}

static int read_events(assay_prediction *prediction, assay_log *log, assay_error *error)
{
    assay_predicted_event pending = { .unknown_count = 0 };
    assay_event event;
    int status, added = 0;

    while (added >= 0 && (status = assay_log_next(log, &event)) > 0)
        added = read_event(prediction, &event, &pending, error);
    if (added >= 0 && pending.unknown_count > 0)
        added = add_read(prediction, &pending, error);
    if (added < 0)
        return added;
    if (status < 0 && error != NULL)
        *error = log->error;
    return status;
}

int assay_prediction_read(assay_prediction *prediction, assay_log *log, assay_error *error)
{
    const int status = read_events(prediction, log, error);

    prediction->format = format_for(prediction, log);
    /* A text format knows its banks only when it was read. */
    prediction->header.bank_count = log->header.bank_count;
    memcpy(prediction->header.banks, log->header.banks, sizeof log->header.banks);
    return status;
}

static void add_remark(assay_prediction *prediction, enum assay_part part, uint32_t index,
                       bool refused, const char *text)
{
    const char *const copy = assay_arena_text(&prediction->arena, assay_bytes_of_string(text));

    if (copy != NULL)
        prediction->remarks[prediction->remark_count++] =
            (assay_prediction_remark){ part, index, refused, copy };
}

void assay_prediction_remark_on(assay_prediction *prediction, enum assay_part part,
                                uint32_t index, bool refused, const char *text)
{
    for (size_t i = 0; i < prediction->remark_count; i++)
        if (prediction->remarks[i].part == part && prediction->remarks[i].index == index &&
            strcmp(prediction->remarks[i].text, text) == 0)
            return;
    if (prediction->remark_count <
        ASSAY_PREDICTION_REMARKS_MAX - (refused ? 0 : ASSAY_PREDICTION_REFUSALS))
        add_remark(prediction, part, index, refused, text);
}

void assay_prediction_allow(assay_prediction *prediction)
{
    for (size_t i = 0; i < prediction->remark_count; i++)
        prediction->remarks[i].refused = false;
}

bool assay_prediction_has_unknown(const assay_prediction *prediction)
{
    if (prediction->lost)
        return true;
    for (size_t i = 0; i < prediction->count; i++)
        if (prediction->events[i].unknown_count > 0)
            return true;
    return false;
}
