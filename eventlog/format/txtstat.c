/* SPDX-License-Identifier: BSD-2-Clause */
/* tboot's text as a log: which of its launches is read, and its row. The grammar is in txtstat.h.
 */
#include "eventlog/format/txt.h"
#include "eventlog/format/txtstat.h"
#include "eventlog/types.h"

#include <stdlib.h>

enum {
    DETECT_MAX = 1 << 20, /* tboot's registers, modules and memory map may come first */
    TEXT_MIN = 64,        /* so many characters tell a text from a binary log */
};

/* What log->owned points to while a text is read. */
typedef struct txtstat {
    assay_txtstat_reader reader;
    assay_txtstat_launch chosen;
    bool header_yielded;
    uint64_t size; /* of the records so far */
    assay_writer spec_id;
} txtstat;

/* Detection. */

static bool is_text(assay_bytes bytes)
{
    const size_t most = bytes.size < TEXT_MIN ? bytes.size : TEXT_MIN;

    for (size_t i = 0; i < most; i++)
        if (bytes.data[i] == 0 || (bytes.data[i] < ' ' && strchr("\t\r\n", bytes.data[i]) == NULL))
            return false;
    return most > 0;
}

static const char *detect(assay_bytes bytes)
{
    static const struct {
        assay_bytes mark;
        const char *why;
    } marks[] = {
        { ASSAY_LITERAL("EVENT_LOG_PTR:"), "the text has tboot's \"EVENT_LOG_PTR:\"" },
        { ASSAY_LITERAL("EVENT_LOG_POINTER:"), "the text has tboot's \"EVENT_LOG_POINTER:\"" },
        { ASSAY_LITERAL("TCG Event:"), "the text has tboot's \"TCG Event:\"" },
        { ASSAY_LITERAL("TBOOT:"), "lines of the text begin with \"TBOOT:\"" },
    };

    if (!is_text(bytes))
        return NULL;
    const assay_bytes most = { bytes.data, bytes.size < DETECT_MAX ? bytes.size : DETECT_MAX };
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (assay_bytes_find(most, marks[i].mark) < most.size)
            return marks[i].why;
    return NULL;
}

/* Launches. */

static void begin_reading(assay_txtstat_reader *reader, const assay_log *log, size_t start)
{
    const assay_writer data = reader->record.data;

    memset(reader, 0, sizeof *reader);
    reader->record.data = data;
    reader->words.cursor = assay_cursor_of(log->bytes);
    assay_seek(&reader->words.cursor, start);
    /* A later launch begins with a word of its own, and so do those that come without lines. */
    reader->words.in_line = start > 0;
}

/* Reads all of the text once. */
static void survey(assay_log *log, assay_txtstat_others *others)
{
    txtstat *const self = log->owned;
    assay_txtstat_reader *const reader = &self->reader;
    assay_txtstat_launch at_hand = { .start = 0 };
    enum assay_txtstat_step step;

    begin_reading(reader, log, 0);
    do {
        step = assay_txtstat_step(reader);
        if (!assay_txtstat_take_step(&at_hand, reader, step)) {
            assay_txtstat_choose(&self->chosen, &at_hand, others);
            at_hand = (assay_txtstat_launch){ .start = (size_t)reader->place,
                                              .begun = true,
                                              .shape = reader->shape };
        }
        if (step == ASSAY_TXTSTAT_FAULT && reader->fault.kind == ASSAY_NO_MEMORY)
            return;
    } while (step != ASSAY_TXTSTAT_END);
}

static void note_others(assay_log *log, const assay_txtstat_others *others)
{
    const assay_txtstat_launch *const chosen = &((const txtstat *)log->owned)->chosen;

    for (size_t i = 0; i < others->count && i < ASSAY_TXTSTAT_LAUNCHES; i++) {
        const bool later = others->list[i].start > chosen->start;

        assay_log_note(log, later ? ASSAY_FINDING_TXTSTAT_CUT : ASSAY_FINDING_TXTSTAT_LAUNCHES,
                       others->list[i].start,
                       later ? "a later launch, of which %u events can be read, is not whole; the "
                               "one before it is read"
                             : "another launch, with %u events; a later one is read",
                       others->list[i].events);
    }
}

/* What the launch says of itself becomes the log's header. */
static void set_header(assay_log *log)
{
    txtstat *const self = log->owned;
    assay_txtstat_launch *const chosen = &self->chosen;

    log->header.stage = ASSAY_STAGE_LAUNCH;
    log->header.bank_count = chosen->bank_count;
    memcpy(log->header.banks, chosen->banks, sizeof chosen->banks);
    if (!chosen->has_header)
        return;
    log->header.spec_id = chosen->spec_id;
    log->header.spec_id.vendor_info =
        assay_bytes_of(chosen->vendor_info, chosen->spec_id.vendor_info.size);
}

static int fail_for_memory(assay_log *log)
{
    return assay_log_fail(log, ASSAY_NO_MEMORY, 0, NULL, "no memory to read tboot's text");
}

static int open(assay_log *log)
{
    txtstat *const self = calloc(1, sizeof *self);
    assay_txtstat_others others = { .count = 0 };

    log->owned = self;
    if (self == NULL)
        return fail_for_memory(log);
    self->reader.record.data = assay_writer_growing(ASSAY_TXTSTAT_DATA_MAX);
    self->spec_id = assay_writer_growing(ASSAY_TXTSTAT_DATA_MAX);
    survey(log, &others);
    if (self->reader.fault.kind == ASSAY_NO_MEMORY)
        return fail_for_memory(log);
    assay_txtstat_guess_shape(&self->chosen);
    set_header(log);
    note_others(log, &others);
    if (assay_txtstat_has_logs(&self->chosen) && !self->chosen.begun)
        assay_log_note(log, ASSAY_FINDING_TXTSTAT_CUT, self->chosen.start,
                       "the lines with which the logs of a launch begin are not in the text");
    begin_reading(&self->reader, log, self->chosen.start);
    if (self->chosen.begun)
        assay_txtstat_step(&self->reader);
    return 0;
}

/* Events. */

/* TCG_EfiSpecIDEvent, which the header's lines stand for, as the event a binary log has. */
static int yield_header(assay_log *log, assay_event *event)
{
    static const uint8_t no_digest[20];
    txtstat *const self = log->owned;

    self->header_yielded = true;
    assay_spec_id_put(&self->spec_id, &log->header);
    if (self->spec_id.failure != 0)
        return fail_for_memory(log);
    *event = (assay_event){ .number = log->next_number,
                            .offset = self->chosen.header_place,
                            .data_offset = self->chosen.header_place,
                            .type = EV_NO_ACTION,
                            .digest_count = 1,
                            .data = assay_written(&self->spec_id) };
    event->digests[0] =
        (assay_event_digest){ ASSAY_ALG_SHA1, assay_bytes_of(no_digest, sizeof no_digest) };
    return 1;
}

static int yield_record(assay_log *log, assay_event *event)
{
    txtstat *const self = log->owned;
    const assay_txtstat_record *const record = &self->reader.record;
    const bool one_bank = self->chosen.shape == ASSAY_TXTSTAT_BANKS && record->digest_count == 1;

    self->size += record->size;
    *event = (assay_event){ .number = log->next_number,
                            .offset = record->offset,
                            .data_offset = record->data_offset,
                            .pcr_index = record->pcr_index,
                            .type = record->type,
                            .digest_count = record->digest_count,
                            .only_bank = one_bank && !assay_txtstat_is_bank_header(record)
                                             ? record->digests[0].alg
                                             : 0,
                            .data = assay_written(&record->data) };
    for (size_t i = 0; i < record->digest_count; i++)
        event->digests[i] =
            (assay_event_digest){ record->digests[i].alg,
                                  assay_bytes_of(record->values[i], record->digests[i].size) };
    if (record->stale)
        assay_log_note(log, ASSAY_FINDING_TXTSTAT_STALE, record->offset,
                       "12 bytes more than a SHA-1 digest has");
    return 1;
}

static int fail(assay_log *log)
{
    const assay_error *const fault = &((const txtstat *)log->owned)->reader.fault;

    return assay_log_fail(log, (enum assay_kind)fault->kind, fault->offset, fault->field, "%s",
                          fault->what);
}

static int end(assay_log *log)
{
    const txtstat *const self = log->owned;
    const assay_txtstat_launch *const chosen = &self->chosen;

    if (chosen->begun && self->size < chosen->expected)
        assay_log_note(log, ASSAY_FINDING_TXTSTAT_CUT, chosen->start,
                       "records of %llu bytes are there, and %llu by the launch's own word",
                       (unsigned long long)self->size, (unsigned long long)chosen->expected);
    return 0;
}

static int next(assay_log *log, assay_event *ret_event)
{
    txtstat *const self = log->owned;

    if (self->chosen.has_header && !self->header_yielded)
        return yield_header(log, ret_event);
    for (;;)
        switch (assay_txtstat_step(&self->reader)) {
        case ASSAY_TXTSTAT_RECORD:
            return yield_record(log, ret_event);
        case ASSAY_TXTSTAT_FAULT:
            return fail(log);
        case ASSAY_TXTSTAT_HEADER:
            if (self->reader.record.offset != self->chosen.header_place)
                return assay_log_fail(log, ASSAY_MALFORMED, self->reader.record.offset,
                                      "TCG Event Log Header",
                                      "a log begins here inside another: the lines between are "
                                      "missing");
            self->size += self->reader.record.size;
            break;
        case ASSAY_TXTSTAT_REST:
            assay_log_note(log, ASSAY_FINDING_TXTSTAT_CUT, self->reader.place,
                           "a record whose beginning is not in the text");
            break;
        default:
            return end(log);
        }
}

static void close(assay_log *log)
{
    txtstat *const self = log->owned;

    if (self == NULL)
        return;
    assay_writer_close(&self->reader.record.data);
    assay_writer_close(&self->spec_id);
    free(self);
}

const assay_format assay_format_txtstat = {
    .info = { "txtstat", "tboot's text (txt-stat, serial log)", "tboot: txt-stat(8)", true },
    .room = { .contents = 1u << ASSAY_CONTENT_PCCLIENT_STD,
              .banks = ASSAY_ROOM_ANY_BANKS,
              .types = true,
              .data = true,
              .spec_id = true,
              .only_bank = true },
    .detect = detect,
    .open = open,
    .next = next,
    .close = close,
    .write_begin = assay_txtstat_write_begin,
    .write_event = assay_txtstat_write_event,
    .write_end = assay_txtstat_write_end,
    .is_header = assay_txt2_is_list_header,
};
