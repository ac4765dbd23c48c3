/* SPDX-License-Identifier: BSD-2-Clause */
/* A conversion from end to end: what fits is written, then read back beside the sources. */
#include "eventlog/convert_walk.h"

#include <stdlib.h>

enum { REFUSED_CEILING = 64 << 20 };

/* Before the first event. */

static int open_heads(assay_converter *c)
{
    for (size_t i = 0; i < c->count; i++) {
        const assay_convert_source *const source = &c->sources[i];
        const int status =
            assay_log_open(&c->heads[i], source->bytes, source->format, NULL, c->error);

        if (status < 0) {
            c->result->failed = i;
            return status;
        }
        c->heads[i].repeated = source->repeated;
        c->opened++;
        c->result->from[i] = assay_log_format_name(&c->heads[i]);
    }
    return 0;
}

static void put_in_order(assay_converter *c)
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
static void lose_spec_ids(assay_converter *c)
{
    static const assay_spec_id made = { .version_major = 2, .uintn_size = 2 };
    const assay_spec_id *const kept =
        c->room->spec_id && c->header.spec_id.signature == 3 ? &c->header.spec_id : &made;

    for (size_t i = 0; i < c->count; i++) {
        const size_t source = c->result->order[i];
        const assay_spec_id *const spec_id = &c->heads[source].header.spec_id;

        if (spec_id->present && spec_id->signature == 3 && !same_spec_id(spec_id, kept) &&
            !same_spec_id(spec_id, &made))
            assay_convert_lose(c->result, ASSAY_LOSS_SPEC_ID, source, 0, 0);
    }
}

static int make_header(assay_converter *c)
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

/* Lists of one bank each become records of all banks where the target can't tell them apart. */
static int look_for_joins(assay_converter *c)
{
    for (size_t i = 0; i < c->count; i++) {
        const int status = assay_walk_runs_parallel(c, i);

        if (status < 0)
            return status;
        c->joined[i] = status > 0;
    }
    return 0;
}

/* Whether a record speaks for several banks at once, so that those of a bank can't follow on. */
static int look_for_splits(assay_converter *c)
{
    assay_walk w = { .c = c };
    int status;

    if (c->room->banks != ASSAY_ROOM_BANK_BY_BANK)
        return 0;
    while ((status = assay_walk_next(&w)) > 0)
        if (w.event.digest_count > 1 || w.as_read.only_bank == 0) {
            c->bank_by_bank = true;
            break;
        }
    assay_walk_end(&w);
    return status < 0 ? status : 0;
}

/* Writing. */

static int remember_refusal(assay_converter *c, const assay_walk *w, const assay_error *refusal)
{
    assay_conversion *const result = c->result;

    assay_convert_lose_of_event(result, (assay_loss_set)1 << ASSAY_LOSS_EVENT, w->source,
                                &w->as_read);
    if (result->refused.kind == 0)
        result->refused = *refusal;
    assay_put_u32le(&c->refused, w->event.number);
    return c->refused.failure == 0 ? 0
                                   : assay_fail(c->error, ASSAY_NO_MEMORY, ASSAY_NOWHERE,
                                                "no memory for what the target does not take");
}

static int write_record(assay_converter *c, assay_log_writer *out, const assay_walk *w)
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

static int write_all(assay_converter *c, assay_writer *writer)
{
    assay_log_writer out;
    assay_walk w = { .c = c, .first_time = true };
    int status = assay_log_write_begin(&out, c->wish->to, &c->header, writer, c->error);

    if (status < 0)
        return status;
    while (status >= 0 && (status = assay_walk_next(&w)) > 0)
        status = write_record(c, &out, &w);
    assay_walk_end(&w);
    const int end = assay_log_write_end(&out, status < 0 ? NULL : c->error);
    return status < 0 ? status : end;
}

/* Reading back. */

/* The next record of the written log that is no header: 1, 0 at its end, or a negative kind. */
static int next_written(const assay_converter *c, assay_log *log, assay_event *ret_event)
{
    int status;

    while ((status = assay_log_next(log, ret_event)) > 0)
        if (!assay_format_is_header(c->target, &log->header, ret_event))
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

static int fail_reading_back(assay_converter *c, const assay_error *why)
{
    if (why->kind == ASSAY_NO_MEMORY || why->kind == ASSAY_CRYPTO) {
        *c->error = *why;
        return -why->kind;
    }
    return assay_fail(c->error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE,
                      "what was written can't be read back: %.120s", why->what);
}

static int compare_all(assay_converter *c, assay_log *log)
{
    assay_cursor refused = assay_cursor_of(assay_written(&c->refused));
    assay_walk w = { .c = c };
    assay_event written;
    int status, more = 1;

    while ((status = assay_walk_next(&w)) > 0) {
        if (was_refused(&refused, w.event.number))
            continue;
        if (more > 0)
            more = next_written(c, log, &written);
        assay_convert_lose_of_event(c->result,
                                    more > 0 ? assay_convert_compare(&c->header, &w.event, &written)
                                             : (assay_loss_set)1 << ASSAY_LOSS_OTHER,
                                    w.source, &w.as_read);
    }
    assay_walk_end(&w);
    if (status == 0 && more > 0 && (more = next_written(c, log, &written)) > 0)
        assay_convert_lose(c->result, ASSAY_LOSS_OTHER, 0, ASSAY_NO_EVENT, ASSAY_NO_OFFSET);
    return status < 0 || more >= 0 ? status : fail_reading_back(c, &log->error);
}

static int read_back(assay_converter *c, const assay_writer *writer)
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

static int convert(assay_converter *c, assay_writer *writer)
{
    int status = open_heads(c);

    if (status < 0)
        return status;
    put_in_order(c);
    status = make_header(c);
    if (status == 0)
        status = look_for_splits(c);
    if (status == 0)
        status = look_for_joins(c);
    if (status == 0)
        status = write_all(c, writer);
    return status < 0 ? status : read_back(c, writer);
}

int assay_convert(const assay_convert_source *sources, size_t count, const assay_convert_wish *wish,
                  assay_writer *writer, assay_conversion *ret_conversion, assay_error *error)
{
    assay_error ignored = { 0 };
    assay_converter *const c = calloc(1, sizeof *c);
    int status;

    *ret_conversion = (assay_conversion){ .failed = SIZE_MAX };
    error = error != NULL ? error : &ignored;
    if (c == NULL)
        return assay_fail(error, ASSAY_NO_MEMORY, ASSAY_NOWHERE, "no memory to convert");
    *c = (assay_converter){ .sources = sources,
                            .count = count,
                            .wish = wish,
                            .room = assay_format_room_of(wish->to),
                            .target = assay_format_by_name(wish->to),
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
