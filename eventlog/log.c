/* SPDX-License-Identifier: BSD-2-Clause */
#include "eventlog/log.h"

#include "eventlog/format/format.h"
#include "eventlog/format/mistakes.h"
#include "eventlog/types.h"

#include <stdarg.h>
#include <stdio.h>

enum { PCRS = 24 };

/* The first format whose mark the bytes carry, and the mark. */
static const assay_format *detect(assay_bytes bytes, const char **ret_why)
{
    const assay_format *format;

    for (size_t i = 0; (format = assay_format_at(i)) != NULL; i++)
        if ((*ret_why = format->detect(bytes)) != NULL)
            return format;
    return NULL;
}

static int choose_format(assay_log *log, const char *name, assay_error *error)
{
    if (log->bytes.size == 0)
        return assay_fail(error, ASSAY_UNKNOWN_FORMAT, ASSAY_NOWHERE,
                          "the input is empty; an empty log says nothing about the machine");
    if (name != NULL) {
        log->format = assay_format_by_name(name);
        log->why = "the caller's word";
        return log->format != NULL ? 0
                                   : assay_fail(error, ASSAY_UNKNOWN_FORMAT, ASSAY_NOWHERE,
                                                "there is no log format of that name");
    }
    if (assay_bytes_all(log->bytes, 0x00) || assay_bytes_all(log->bytes, 0xFF))
        return assay_fail(error, ASSAY_UNKNOWN_FORMAT, ASSAY_NOWHERE,
                          "nothing but 0x%02x: an unused log area, which says nothing about "
                          "the machine",
                          log->bytes.data[0]);
    log->format = assay_mistake_is_disk(log->bytes) ? NULL : detect(log->bytes, &log->why);
    return log->format != NULL ? 0 : assay_mistake_fail(log->bytes, error);
}

static void note_unknown_banks(assay_log *log)
{
    for (size_t i = 0; i < log->header.bank_count; i++)
        if (assay_alg_find(log->header.banks[i].alg) == NULL)
            assay_findings_add(log->findings, ASSAY_FINDING_BANK_UNKNOWN, 0, ASSAY_NO_OFFSET,
                               ASSAY_NO_PCR, "algorithm 0x%04x with %u-byte digests",
                               log->header.banks[i].alg, log->header.banks[i].size);
}

int assay_log_open(assay_log *log, assay_bytes bytes, const char *format,
                   assay_findings *findings, assay_error *error)
{
    memset(log, 0, sizeof *log);
    log->bytes = bytes;
    log->cursor = assay_cursor_of(bytes);
    log->findings = findings;

    int status = choose_format(log, format, error);
    if (status < 0 || log->format == NULL)
        return status;
    status = log->format->open(log);
    if (status < 0) {
        if (error != NULL)
            *error = log->error;
        assay_log_close(log);
        return status;
    }
    note_unknown_banks(log);
    return 0;
}

int assay_log_open_again(assay_log *log, const assay_log *source, assay_error *error)
{
    const int status = assay_log_open(log, source->bytes, source->format->info.name, NULL, error);

    if (status == 0)
        log->repeated = source->repeated;
    return status;
}

/* True when the event lists exactly the header's banks in the header's order. */
static bool digests_as_announced(const assay_log *log, const assay_event *event)
{
    if (event->digest_count != log->header.bank_count)
        return false;
    for (size_t i = 0; i < event->digest_count; i++)
        if (event->digests[i].alg != log->header.banks[i].alg)
            return false;
    return true;
}

/* Says how the event's digests differ from what the header announces. */
static void note_digests(assay_log *log, const assay_event *event)
{
    bool same_set = true;

    for (size_t i = 0; i < log->header.bank_count; i++) {
        const uint16_t alg = log->header.banks[i].alg;

        if (assay_event_digest_of(event, alg).data != NULL)
            continue;
        same_set = false;
        assay_findings_add(log->findings, ASSAY_FINDING_BANK_MISSING, event->number, event->offset,
                           event->pcr_index, "no digest of algorithm 0x%04x", alg);
    }
    for (size_t i = 0; i < event->digest_count; i++) {
        if (assay_log_announces(&log->header, event->digests[i].alg))
            continue;
        same_set = false;
        assay_findings_add(log->findings, ASSAY_FINDING_BANK_EXTRA, event->number, event->offset,
                           event->pcr_index, "a digest of algorithm 0x%04x",
                           event->digests[i].alg);
    }
    if (same_set)
        assay_findings_add(log->findings, ASSAY_FINDING_DIGEST_ORDER, event->number, event->offset,
                           event->pcr_index, "digests in another order than the header's");
}

static void note_event(assay_log *log, const assay_event *event)
{
    if (!assay_event_type_extends(event->type))
        return;
    /* An NV index has one algorithm, its own; what CEL says of itself need not be measured. */
    if (event->nv_index != 0 || event->content == ASSAY_CONTENT_CEL) {
        log->extending++;
        return;
    }
    if (event->pcr_index >= PCRS) {
        assay_findings_add(log->findings, ASSAY_FINDING_PCR_RANGE, event->number, event->offset,
                           event->pcr_index, "PCR index %u", event->pcr_index);
        return;
    }
    log->extending++;
    if (event->only_bank == 0 && !digests_as_announced(log, event))
        note_digests(log, event);
}

static void note_failure(assay_log *log)
{
    assay_findings_add(log->findings,
                       log->error.kind == ASSAY_TRUNCATED ? ASSAY_FINDING_TRUNCATED
                                                          : ASSAY_FINDING_MALFORMED,
                       log->error.event, log->error.offset, ASSAY_NO_PCR, "%.140s",
                       log->error.what);
}

/* What few formats have and the others need not mention. */
static void clear(assay_event *event)
{
    event->only_bank = 0;
    event->label = ASSAY_NO_BYTES;
    event->content = ASSAY_CONTENT_PCCLIENT_STD;
    event->name = ASSAY_NO_BYTES;
    event->nv_index = 0;
}

static bool is_repeated(const assay_log *log, const assay_event *event)
{
    return event->number - log->repeated.first < log->repeated.count;
}

int assay_log_next(assay_log *log, assay_event *ret_event)
{
    int status;

    if (log->error.kind != 0)
        return -log->error.kind;
    if (log->ended)
        return 0;
    do {
        clear(ret_event);
        status = log->format->next(log, ret_event);
        log->next_number += status > 0;
    } while (status > 0 && is_repeated(log, ret_event));
    if (status > 0) {
        note_event(log, ret_event);
        return 1;
    }
    log->ended = true;
    if (status < 0)
        note_failure(log);
    if (log->extending == 0 && log->repeated.count == 0)
        assay_findings_add(log->findings, ASSAY_FINDING_EMPTY, ASSAY_NO_EVENT, ASSAY_NO_OFFSET,
                           ASSAY_NO_PCR, "no event of this log extends a PCR");
    return status;
}

bool assay_log_events_last(const assay_log *log)
{
    return log->owned == NULL;
}

assay_bytes assay_log_claimed_pcrs(const assay_log *log)
{
    return log->format->claimed_pcrs != NULL ? log->format->claimed_pcrs(log) : ASSAY_NO_BYTES;
}

void assay_log_close(assay_log *log)
{
    if (log->format != NULL && log->format->close != NULL)
        log->format->close(log);
    log->owned = NULL;
}

const char *assay_stage_name(enum assay_stage stage)
{
    static const char *const names[ASSAY_STAGES] = {
        [ASSAY_STAGE_FIRMWARE] = "firmware",
        [ASSAY_STAGE_LAUNCH] = "launch",
        [ASSAY_STAGE_KERNEL] = "kernel",
        [ASSAY_STAGE_USERSPACE] = "userspace",
    };

    return names[stage];
}

const char *assay_log_format_name(const assay_log *log)
{
    return log->format->info.name;
}

const char *assay_log_format_title(const assay_log *log)
{
    return log->format->info.title;
}

bool assay_log_is_spec_id(const assay_log_header *header, const assay_event *event)
{
    return event->number == 0 && event->type == EV_NO_ACTION && header->spec_id.present;
}

bool assay_log_is_header(const assay_log *log, const assay_event *event)
{
    return assay_log_is_spec_id(&log->header, event) ||
           assay_format_is_header(log->format, &log->header, event);
}

const assay_format_info *assay_log_format_at(size_t index)
{
    const assay_format *const format = assay_format_at(index);

    return format != NULL ? &format->info : NULL;
}

/* What format files share. */

bool assay_log_announces(const assay_log_header *header, uint16_t alg)
{
    for (size_t i = 0; i < header->bank_count; i++)
        if (header->banks[i].alg == alg)
            return true;
    return false;
}

size_t assay_log_digest_size(const assay_log_header *header, uint16_t alg)
{
    for (size_t i = 0; i < header->bank_count; i++)
        if (header->banks[i].alg == alg)
            return header->banks[i].size;
    const assay_alg *const known = assay_alg_find(alg);
    return known != NULL ? known->size : 0;
}

int assay_log_fail(assay_log *log, enum assay_kind kind, uint64_t offset, const char *field,
                   const char *format, ...)
{
    va_list arguments;

    log->error = (assay_error){ (int)kind, offset, log->next_number, field, "" };
    va_start(arguments, format);
    vsnprintf(log->error.what, sizeof log->error.what, format, arguments);
    va_end(arguments);
    return -(int)kind;
}

int assay_log_fail_truncated(assay_log *log, uint64_t start, const char *field)
{
    const size_t left = log->cursor.bytes.size - log->cursor.offset;

    return assay_log_fail(log, ASSAY_TRUNCATED, start, field,
                          "the record wants %zu more bytes and %zu are left", log->cursor.wanted,
                          left);
}

void assay_log_note(assay_log *log, enum assay_finding_code code, uint64_t offset,
                    const char *format, ...)
{
    char detail[160];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(detail, sizeof detail, format, arguments);
    va_end(arguments);
    assay_findings_add(log->findings, code, log->next_number, offset, ASSAY_NO_PCR, "%s", detail);
}

int assay_log_end_with_tail(assay_log *log, uint64_t offset)
{
    log->tail_offset = offset;
    log->tail = ASSAY_TAIL_OTHER;
    assay_log_note(log, ASSAY_FINDING_TAIL_GARBAGE, offset, "%zu bytes after the last event",
                   (size_t)(log->cursor.bytes.size - offset));
    return 0;
}

bool assay_log_at_end(assay_log *log)
{
    const assay_bytes rest = assay_peek_rest(&log->cursor);

    if (rest.size == 0)
        return true;
    /* Only a rest that begins like padding is worth a look at all of it. */
    const size_t probe = rest.size < 16 ? rest.size : 16;
    const uint8_t filler = rest.data[0];

    if ((filler != 0x00 && filler != 0xFF) ||
        !assay_bytes_all(assay_bytes_of(rest.data, probe), filler) ||
        !assay_bytes_all(rest, filler))
        return false;
    log->tail = filler == 0x00 ? ASSAY_TAIL_ZEROS : ASSAY_TAIL_ONES;
    log->tail_offset = log->cursor.offset;
    assay_log_note(log, ASSAY_FINDING_TAIL, log->cursor.offset,
                   "%zu bytes of 0x%02x after the last event", rest.size, filler);
    return true;
}
