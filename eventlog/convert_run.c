/* SPDX-License-Identifier: BSD-2-Clause */
/* A conversion from end to end: what fits is written, then read back beside the sources. */
#include "eventlog/convert.h"

#include "eventlog/format/format.h"

#include <stdlib.h>

enum { REFUSED_CEILING = 64 << 20 };

typedef struct converter {
    const assay_convert_source *sources;
    size_t count;
    const assay_convert_wish *wish;
    const assay_format_room *room;
    const assay_format *target;
    assay_conversion *result;
    assay_error *error;
    assay_hashes *hashes;
    assay_log heads[ASSAY_CONVERT_SOURCES]; /* opened for their headers alone */
    size_t opened;
    assay_log_header header; /* of the target */
    bool bank_by_bank;       /* a record of several banks has to be split */
    assay_writer refused;    /* numbers of the records that the writer did not take, u32 each */
} converter;

static const assay_format *find_format(const char *name)
{
    const assay_format *format;

    for (size_t i = 0; (format = assay_format_at(i)) != NULL; i++)
        if (strcmp(format->info.name, name) == 0)
            return format;
    return NULL;
}

/* Losses. */

static assay_lost *lose(assay_conversion *result, enum assay_loss loss, size_t source,
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
    lose(conversion, loss, source, ASSAY_NO_EVENT, offset)->pcrs |= pcrs;
}

bool assay_conversion_is_lossless(const assay_conversion *conversion)
{
    for (enum assay_loss loss = 0; loss < ASSAY_LOSSES; loss++)
        if (conversion->lost[loss].count > 0 && assay_loss_describe(loss)->matters)
            return false;
    return true;
}

static void lose_of_event(assay_conversion *result, assay_loss_set losses, size_t source,
                          const assay_event *event)
{
    for (enum assay_loss loss = 0; loss < ASSAY_LOSSES; loss++)
        if ((losses >> loss & 1) != 0) {
            assay_lost *const lost = lose(result, loss, source, event->number, event->offset);

            if (event->pcr_index < 32)
                lost->pcrs |= (uint32_t)1 << event->pcr_index;
        }
}

/* The sources, event by event. */

typedef struct walk {
    converter *c;
    size_t bank; /* the pass: of which bank, where records are split */
    size_t next; /* position in the order */
    bool open;
    size_t source;
    assay_log log;
    uint32_t records;  /* so far */
    bool first_time;   /* counts what is lost */
    assay_event event; /* as the target shall have it */
    assay_event as_read;
    assay_convert_digests digests;
} walk;

static bool is_header(const converter *c, const assay_log *log, const assay_event *event)
{
    return (log->format->is_header != NULL && log->format->is_header(event)) ||
           (c->target->is_header != NULL && c->target->is_header(event));
}

static void drop_unwanted_banks(const converter *c, assay_event *event)
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

static bool is_selected(const converter *c, const assay_event *event)
{
    const assay_convert_wish *const wish = c->wish;
    bool bank = wish->bank_count == 0 || event->only_bank == 0;

    for (size_t i = 0; i < wish->bank_count && !bank; i++)
        bank = wish->banks[i] == event->only_bank;
    return bank && (wish->pcrs == 0 || (event->pcr_index < 32 && event->nv_index == 0 &&
                                        (wish->pcrs >> event->pcr_index & 1) != 0));
}

/* The part of the event that the bank of this pass has. */
static bool take_bank(const walk *w, assay_event *event)
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

/* Makes w->event of what was read: 1, 0 when the target gets nothing of it, or a negative kind. */
static int prepare(walk *w)
{
    converter *const c = w->c;
    const assay_log_header *const from = &w->log.header;
    assay_event *const event = &w->event;

    *event = w->as_read;
    if (is_header(c, &w->log, event))
        return 0;
    if (w->first_time)
        c->result->events++;
    if (!is_selected(c, event))
        return 0;
    drop_unwanted_banks(c, event);
    int status = 0;
    if (w->first_time) {
        c->result->selected++;
        if (c->wish->visit != NULL)
            status = c->wish->visit(c->wish->context, w->source, from, &w->as_read);
    }
    if (status == 0)
        status = assay_convert_complete(c->room, &c->header, c->hashes, event, &w->digests);
    if (status < 0)
        return assay_fail(c->error, (enum assay_kind)(-status), ASSAY_NOWHERE,
                          "the digests can't be computed");
    if (w->first_time)
        lose_of_event(c->result, assay_convert_losses(c->room, &c->header, from, event), w->source,
                      event);
    if (!assay_convert_fit(c->room, &c->header, event))
        return 0;
    if (c->bank_by_bank && !take_bank(w, event))
        return 0;
    if (!c->bank_by_bank && c->room->banks == ASSAY_ROOM_BANK_BY_BANK)
        event->only_bank = event->digests[0].alg;
    return 1;
}

static void end_of_source(walk *w)
{
    assay_conversion *const result = w->c->result;
    const assay_log *const log = &w->log;
    const bool padding = log->tail == ASSAY_TAIL_ZEROS || log->tail == ASSAY_TAIL_ONES;

    if (!w->first_time)
        return;
    if (log->error.kind != 0) {
        lose(result, ASSAY_LOSS_TRUNCATED, w->source, log->error.event, log->error.offset);
        if (result->cut.kind == 0) {
            result->cut = log->error;
            result->cut_source = w->source;
        }
    } else if (log->tail != ASSAY_TAIL_NONE) {
        lose(result, padding ? ASSAY_LOSS_PADDING : ASSAY_LOSS_TAIL, w->source, ASSAY_NO_EVENT,
             log->tail_offset);
    }
}

static int open_source(walk *w)
{
    converter *const c = w->c;

    w->source = c->result->order[w->next];
    const assay_convert_source *const source = &c->sources[w->source];
    const int status = assay_log_open(&w->log, source->bytes, source->format, NULL, c->error);

    if (status < 0) {
        c->result->failed = w->source;
        return status;
    }
    w->open = true;
    w->next++;
    return 0;
}

static void close_source(walk *w)
{
    if (w->open)
        assay_log_close(&w->log);
    w->open = false;
}

/* Goes on to the next source, or to the next pass: 1, 0 at the end, or a negative kind. */
static int next_source(walk *w)
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
static int next_record(walk *w)
{
    int status;

    for (;;) {
        if (!w->open && (status = next_source(w)) <= 0)
            return status;
        status = assay_log_next(&w->log, &w->as_read);
        if (status == -ASSAY_NO_MEMORY || status == -ASSAY_CRYPTO) {
            *w->c->error = w->log.error;
            w->c->result->failed = w->source;
            return status;
        }
        if (status <= 0) {
            end_of_source(w);
            close_source(w);
            continue;
        }
        status = prepare(w);
        if (status < 0)
            return status;
        if (status > 0) {
            w->event.number = w->records++;
            return 1;
        }
    }
}

/* Before the first event. */

static int open_heads(converter *c)
{
    for (size_t i = 0; i < c->count; i++) {
        const assay_convert_source *const source = &c->sources[i];
        const int status =
            assay_log_open(&c->heads[i], source->bytes, source->format, NULL, c->error);

        if (status < 0) {
            c->result->failed = i;
            return status;
        }
        c->opened++;
        c->result->from[i] = assay_log_format_name(&c->heads[i]);
    }
    return 0;
}

static void put_in_order(converter *c)
{
    size_t count = 0;

    for (int stage = 0; stage < ASSAY_STAGES; stage++)
        for (size_t i = 0; i < c->count; i++)
            if ((int)c->heads[i].header.stage == stage)
                c->result->order[count++] = i;
}

static bool same_spec_id(const assay_spec_id *a, const assay_spec_id *b)
{
    return a->platform_class == b->platform_class && a->version_minor == b->version_minor &&
           a->version_major == b->version_major && a->errata == b->errata &&
           a->uintn_size == b->uintn_size && assay_bytes_equal(a->vendor_info, b->vendor_info);
}

/* The first event of a crypto-agile log that says more than one that would be made for nothing. */
static void lose_spec_ids(converter *c)
{
    static const assay_spec_id made = { .version_major = 2, .uintn_size = 2 };
    const assay_spec_id *const kept =
        c->room->spec_id && c->header.spec_id.signature == 3 ? &c->header.spec_id : &made;

    for (size_t i = 0; i < c->count; i++) {
        const size_t source = c->result->order[i];
        const assay_spec_id *const spec_id = &c->heads[source].header.spec_id;

        if (spec_id->present && spec_id->signature == 3 && !same_spec_id(spec_id, kept) &&
            !same_spec_id(spec_id, &made))
            lose(c->result, ASSAY_LOSS_SPEC_ID, source, 0, 0);
    }
}

static int make_header(converter *c)
{
    const assay_log_header *from[ASSAY_CONVERT_SOURCES];

    for (size_t i = 0; i < c->count; i++)
        from[i] = &c->heads[c->result->order[i]].header;
    const int status = assay_convert_header(c->room, from, c->count, c->wish->banks,
                                            c->wish->bank_count, &c->header, c->error);
    if (status == 0)
        lose_spec_ids(c);
    return status;
}

/* Whether a record speaks for several banks at once, so that those of a bank can't follow on. */
static int look_for_splits(converter *c)
{
    walk w = { .c = c };
    int status;

    if (c->room->banks != ASSAY_ROOM_BANK_BY_BANK)
        return 0;
    while ((status = next_record(&w)) > 0)
        if (w.event.digest_count > 1 || w.as_read.only_bank == 0) {
            c->bank_by_bank = true;
            break;
        }
    close_source(&w);
    return status < 0 ? status : 0;
}

/* Writing. */

static int remember_refusal(converter *c, const walk *w, const assay_error *refusal)
{
    assay_conversion *const result = c->result;

    lose_of_event(result, (assay_loss_set)1 << ASSAY_LOSS_EVENT, w->source, &w->as_read);
    if (result->refused.kind == 0)
        result->refused = *refusal;
    assay_put_u32le(&c->refused, w->event.number);
    return c->refused.failure == 0 ? 0
                                   : assay_fail(c->error, ASSAY_NO_MEMORY, ASSAY_NOWHERE,
                                                "no memory for what the target does not take");
}

static int write_record(converter *c, assay_log_writer *out, const walk *w)
{
    const size_t used = out->writer->used;
    const uint64_t written = out->writer->written;
    assay_error refusal = { .kind = 0 };
    const int status = assay_log_write_event(out, &w->event, &refusal);

    if (status == 0)
        c->result->written++;
    if (status == -ASSAY_UNSUPPORTED) {
        out->writer->used = used;
        out->writer->written = written;
        return remember_refusal(c, w, &refusal);
    }
    if (status < 0)
        *c->error = refusal;
    return status;
}

static int write_all(converter *c, assay_writer *writer)
{
    assay_log_writer out;
    walk w = { .c = c, .first_time = true };
    int status = assay_log_write_begin(&out, c->wish->to, &c->header, writer, c->error);

    if (status < 0)
        return status;
    while (status >= 0 && (status = next_record(&w)) > 0)
        status = write_record(c, &out, &w);
    close_source(&w);
    const int end = assay_log_write_end(&out, status < 0 ? NULL : c->error);
    return status < 0 ? status : end;
}

/* Reading back. */

/* The next record of the written log that is no header: 1, 0 at its end, or a negative kind. */
static int next_written(const converter *c, assay_log *log, assay_event *ret_event)
{
    int status;

    while ((status = assay_log_next(log, ret_event)) > 0)
        if (c->target->is_header == NULL || !c->target->is_header(ret_event))
            break;
    return status;
}

static bool was_refused(assay_cursor *refused, uint32_t number)
{
    assay_cursor ahead = *refused;

    if (assay_take_u32le(&ahead) != number || ahead.failed)
        return false;
    *refused = ahead;
    return true;
}

static int fail_reading_back(converter *c, const assay_error *why)
{
    if (why->kind == ASSAY_NO_MEMORY || why->kind == ASSAY_CRYPTO) {
        *c->error = *why;
        return -why->kind;
    }
    return assay_fail(c->error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE,
                      "what was written can't be read back: %.120s", why->what);
}

static int compare_all(converter *c, assay_log *log)
{
    assay_cursor refused = assay_cursor_of(assay_written(&c->refused));
    walk w = { .c = c };
    assay_event written;
    int status, more = 1;

    while ((status = next_record(&w)) > 0) {
        if (was_refused(&refused, w.event.number))
            continue;
        if (more > 0)
            more = next_written(c, log, &written);
        lose_of_event(c->result,
                      more > 0 ? assay_convert_compare(&c->header, &w.event, &written)
                               : (assay_loss_set)1 << ASSAY_LOSS_OTHER,
                      w.source, &w.as_read);
    }
    close_source(&w);
    if (status == 0 && more > 0 && (more = next_written(c, log, &written)) > 0)
        lose(c->result, ASSAY_LOSS_OTHER, 0, ASSAY_NO_EVENT, ASSAY_NO_OFFSET);
    return status < 0 || more >= 0 ? status : fail_reading_back(c, &log->error);
}

static int read_back(converter *c, const assay_writer *writer)
{
    assay_log log;
    assay_error why;

    if (c->result->written == 0 && c->result->lost[ASSAY_LOSS_TRUNCATED].count == 0 &&
        c->result->selected > 0)
        return assay_fail(c->error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE,
                          "the target has no room for any event of the log");
    if (assay_log_open(&log, assay_written(writer), c->wish->to, NULL, &why) < 0)
        return fail_reading_back(c, &why);
    const int status = compare_all(c, &log);
    assay_log_close(&log);
    return status;
}

static int convert(converter *c, assay_writer *writer)
{
    int status = open_heads(c);

    if (status < 0)
        return status;
    put_in_order(c);
    status = make_header(c);
    if (status == 0)
        status = look_for_splits(c);
    if (status == 0)
        status = write_all(c, writer);
    return status < 0 ? status : read_back(c, writer);
}

int assay_convert(const assay_convert_source *sources, size_t count, const assay_convert_wish *wish,
                  assay_writer *writer, assay_conversion *ret_conversion, assay_error *error)
{
    assay_error ignored;
    converter *const c = calloc(1, sizeof *c);
    int status;

    *ret_conversion = (assay_conversion){ .failed = SIZE_MAX };
    error = error != NULL ? error : &ignored;
    if (c == NULL)
        return assay_fail(error, ASSAY_NO_MEMORY, ASSAY_NOWHERE, "no memory to convert");
    *c = (converter){ .sources = sources,
                      .count = count,
                      .wish = wish,
                      .room = assay_format_room_of(wish->to),
                      .target = find_format(wish->to),
                      .result = ret_conversion,
                      .error = error,
                      .refused = assay_writer_growing(REFUSED_CEILING) };
    if (c->room == NULL)
        status = assay_fail(error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE,
                            "logs of that format can be read, not written");
    else if (count == 0 || count > ASSAY_CONVERT_SOURCES)
        status = assay_fail(error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE, "between 1 and %d logs",
                            ASSAY_CONVERT_SOURCES);
    else if ((c->hashes = assay_hashes_new()) == NULL)
        status = assay_fail(error, ASSAY_NO_MEMORY, ASSAY_NOWHERE, "no memory to convert");
    else
        status = convert(c, writer);
    for (size_t i = 0; i < c->opened; i++)
        assay_log_close(&c->heads[i]);
    assay_hashes_free(&c->hashes);
    assay_writer_close(&c->refused);
    free(c);
    return status;
}
