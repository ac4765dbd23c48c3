/* SPDX-License-Identifier: BSD-2-Clause */
#include "eventlog/convert_walk.h"

/* Losses. */

assay_lost *assay_convert_lose(assay_conversion *result, enum assay_loss loss, size_t source,
                               uint32_t event, uint64_t offset)
{
    assay_lost *const lost = &result->lost[loss];

    if (lost->count++ == 0)
        *lost = (assay_lost){ .count = 1, .source = source, .event = event, .offset = offset };
    return lost;
}

void assay_conversion_add(assay_conversion *conversion, enum assay_loss loss, size_t source,
                          uint64_t offset, uint32_t pcrs)
{
    assay_convert_lose(conversion, loss, source, ASSAY_NO_EVENT, offset)->pcrs |= pcrs;
}

bool assay_conversion_is_lossless(const assay_conversion *conversion)
{
    for (enum assay_loss loss = 0; loss < ASSAY_LOSSES; loss++)
        if (conversion->lost[loss].count > 0 && assay_loss_describe(loss)->matters)
            return false;
    return true;
}

void assay_convert_lose_of_event(assay_conversion *result, assay_loss_set losses, size_t source,
                                 const assay_event *event)
{
    for (enum assay_loss loss = 0; loss < ASSAY_LOSSES; loss++)
        if ((losses >> loss & 1) != 0) {
            assay_lost *const lost =
                assay_convert_lose(result, loss, source, event->number, event->offset);

            if (event->pcr_index < 32)
                lost->pcrs |= (uint32_t)1 << event->pcr_index;
        }
}

/* The sources, event by event. */

/* What the target has of its own is no record to write, whichever log it is read from. */
static bool is_header(const assay_converter *c, const assay_log *log, const assay_event *event)
{
    return assay_format_is_header(log->format, &log->header, event) ||
           assay_format_is_header(c->target, &c->header, event);
}

static void drop_unwanted_banks(const assay_converter *c, assay_event *event)
{
    uint16_t kept = 0;

    for (size_t i = 0; i < event->digest_count; i++)
        for (size_t w = 0; w < c->wish->bank_count; w++)
            if (c->wish->banks[w] == event->digests[i].alg) {
                event->digests[kept++] = event->digests[i];
                break;
            }
    if (c->wish->bank_count > 0)
        event->digest_count = kept;
}

static bool is_selected(const assay_converter *c, const assay_event *event)
{
    const assay_convert_wish *const wish = c->wish;
    bool bank = wish->bank_count == 0 || event->only_bank == 0;

    for (size_t i = 0; i < wish->bank_count && !bank; i++)
        bank = wish->banks[i] == event->only_bank;
    return bank && (wish->pcrs == 0 ||
                    (event->pcr_index < 32 && (wish->pcrs >> event->pcr_index & 1) != 0));
}

/* The part of the event that the bank of this pass has. */
static bool take_bank(const assay_walk *w, assay_event *event)
{
    const uint16_t alg = w->c->header.banks[w->bank].alg;
    const assay_bytes value = assay_event_digest_of(event, alg);

    if (value.data == NULL || (event->only_bank != 0 && event->only_bank != alg))
        return false;
    event->digest_count = 1;
    event->digests[0] = (assay_event_digest){ alg, value };
    event->only_bank = alg;
    return true;
}

/* Counts an event of a source, and shows it to who wants to see it. 0 or a negative kind. */
static int visit(const assay_walk *w, const assay_log *log, const assay_event *event)
{
    assay_converter *const c = w->c;
    int status = 0;

    if (!w->first_time || is_header(c, log, event))
        return 0;
    c->result->events++;
    if (!is_selected(c, event))
        return 0;
    c->result->selected++;
    if (c->wish->visit != NULL)
        status = c->wish->visit(c->wish->context, w->source, &log->header, event);
    return status == 0 ? 0
                       : assay_fail(c->error, (enum assay_kind)(-status), ASSAY_NOWHERE,
                                    "the digests can't be computed");
}

/* A format's own header: the target has its own. */
static void leave_header(const assay_walk *w, const assay_event *event)
{
    if (w->first_time && assay_convert_header_says_more(&w->log, event))
        assay_convert_lose(w->c->result, ASSAY_LOSS_SPEC_ID, w->source, event->number,
                           event->offset);
}

/* Makes w->event of what was read: 1, 0 when the target gets nothing of it, or a negative kind. */
static int prepare(assay_walk *w)
{
    assay_converter *const c = w->c;
    const assay_log_header *const from = &w->log.header;
    assay_event *const event = &w->event;

    *event = w->as_read;
    if (is_header(c, &w->log, event)) {
        leave_header(w, event);
        return 0;
    }
    if (!is_selected(c, event))
        return 0;
    const int status = assay_convert_complete(c->room, &c->header, c->hashes, event, &w->digests);
    if (status < 0)
        return assay_fail(c->error, (enum assay_kind)(-status), ASSAY_NOWHERE,
                          "the digests can't be computed");
    drop_unwanted_banks(c, event);
    if (w->first_time)
        assay_convert_lose_of_event(
            c->result, assay_convert_losses(c->room, &c->header, from, event), w->source, event);
    if (!assay_convert_fit(c->room, &c->header, event))
        return 0;
    if (c->bank_by_bank && !take_bank(w, event))
        return 0;
    if (!c->bank_by_bank && c->room->banks == ASSAY_ROOM_BANK_BY_BANK)
        event->only_bank = event->digests[0].alg;
    return 1;
}

static void end_of_source(assay_walk *w)
{
    assay_conversion *const result = w->c->result;
    const assay_log *const log = &w->log;
    const bool padding = log->tail == ASSAY_TAIL_ZEROS || log->tail == ASSAY_TAIL_ONES;

    if (!w->first_time)
        return;
    if (assay_log_claimed_pcrs(log).size > 0)
        assay_convert_lose(result, ASSAY_LOSS_PCR_VALUES, w->source, ASSAY_NO_EVENT,
                           ASSAY_NO_OFFSET);
    if (log->error.kind != 0) {
        assay_convert_lose(result, ASSAY_LOSS_TRUNCATED, w->source, log->error.event,
                           log->error.offset);
        if (result->cut.kind == 0) {
            result->cut = log->error;
            result->cut_source = w->source;
        }
    } else if (log->tail != ASSAY_TAIL_NONE) {
        assay_convert_lose(result, padding ? ASSAY_LOSS_PADDING : ASSAY_LOSS_TAIL, w->source,
                           ASSAY_NO_EVENT, log->tail_offset);
    }
}

/* How many logs the source is read by at once: one, or one for each of its lists. */
static size_t logs_of(const assay_walk *w)
{
    return w->c->joined[w->source] ? w->c->heads[w->source].header.bank_count : 0;
}

static void close_logs(assay_walk *w, size_t lists)
{
    assay_log_close(&w->log);
    for (size_t i = 0; i < lists; i++)
        assay_log_close(&w->lists[i]);
}

static int open_source(assay_walk *w)
{
    assay_converter *const c = w->c;
    size_t lists = 0;

    w->source = c->result->order[w->next];
    const assay_log *const head = &c->heads[w->source];
    int status = assay_log_open_again(&w->log, head, c->error);

    if (status < 0) {
        c->result->failed = w->source;
        return status;
    }
    while (lists < logs_of(w) && status >= 0)
        if ((status = assay_log_open_again(&w->lists[lists], head, c->error)) >= 0)
            lists++;
    if (status < 0) {
        close_logs(w, lists);
        c->result->failed = w->source;
        return status;
    }
    w->open = true;
    w->next++;
    return 0;
}

void assay_walk_end(assay_walk *w)
{
    if (w->open)
        close_logs(w, logs_of(w));
    w->open = false;
}

/* One event of all lists; what `log` has is read for its headers and its end. */
static int read_joined(assay_walk *w)
{
    assay_event *const joined = &w->as_read;
    const assay_log_header *const header = &w->log.header;
    assay_event event;
    int status = 1;

    for (size_t i = 0; i < header->bank_count && status > 0; i++) {
        status = assay_walk_next_of_list(w->c, &w->lists[i], header->banks[i].alg, &event);
        if (status > 0 && visit(w, &w->lists[i], &event) < 0)
            return -w->c->error->kind;
        if (i == 0)
            *joined = event;
        joined->digests[i] = event.digests[0];
    }
    joined->digest_count = (uint16_t)header->bank_count;
    joined->only_bank = 0;
    if (status > 0)
        return status;
    while (assay_log_next(&w->log, &event) > 0)
        if (is_header(w->c, &w->log, &event))
            leave_header(w, &event);
    return status;
}

static int read_event(assay_walk *w)
{
    if (w->c->joined[w->source])
        return read_joined(w);
    const int status = assay_log_next(&w->log, &w->as_read);
    return status <= 0 || visit(w, &w->log, &w->as_read) == 0 ? status : -w->c->error->kind;
}

/* Goes on to the next source, or to the next pass: 1, 0 at the end, or a negative kind. */
static int next_source(assay_walk *w)
{
    if (w->next == w->c->count && w->c->bank_by_bank && w->bank + 1 < w->c->header.bank_count) {
        w->bank++;
        w->next = 0;
        w->first_time = false;
    }
    if (w->next == w->c->count)
        return 0;
    const int status = open_source(w);
    return status < 0 ? status : 1;
}

/* The next record of the target, in w->event: 1, 0 at the end, or a negative kind. */
int assay_walk_next(assay_walk *w)
{
    int status;

    for (;;) {
        if (!w->open && (status = next_source(w)) <= 0)
            return status;
        status = read_event(w);
        if (status == -ASSAY_NO_MEMORY || status == -ASSAY_CRYPTO) {
            w->c->result->failed = w->source;
            return assay_fail(w->c->error, (enum assay_kind)(-status), ASSAY_NOWHERE,
                              "no memory, or a digest that can't be computed");
        }
        if (status <= 0) {
            end_of_source(w);
            assay_walk_end(w);
            continue;
        }
        status = prepare(w);
        if (status < 0)
            return status;
        if (status > 0) {
            /* Where the header is event 0, no record may be taken for it. */
            w->event.number = w->records++ + w->c->room->spec_id;
            return 1;
        }
    }
}
