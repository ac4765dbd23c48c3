/* SPDX-License-Identifier: BSD-2-Clause */
/* tpm2_eventlog's text, one event: its lines up to the data. */
#include "eventlog/format/tpm2yaml.h"
#include "eventlog/types.h"

#include <stdio.h>

/* An event as far as it was read. */
typedef struct yaml_event {
    assay_event *event;
    uint64_t pcr_index;
    uint64_t count; /* DigestCount */
    uint64_t size;  /* EventSize */
    uint16_t alg;   /* AlgorithmId, whose digest is on the next line */
    bool has_pcr_index, has_type, has_count, has_size, is_spec_id, done;
} yaml_event;

static int refuse_memory(assay_log *log)
{
    return assay_log_fail(log, ASSAY_NO_MEMORY, 0, NULL,
                          "no memory to read the text of tpm2_eventlog");
}

static int refuse(assay_log *log, const assay_tpm2yaml_line *line, const char *field,
                  const char *what)
{
    return assay_log_fail(log, ASSAY_MALFORMED, line->offset, field, "%s", what);
}

static bool key_is(assay_bytes key, const char *name)
{
    return assay_bytes_equal(key, assay_bytes_of_string(name));
}

/* Fields. */

static int take_pcr_index(assay_log *log, yaml_event *e, const assay_tpm2yaml_line *line,
                          assay_bytes value)
{
    uint64_t number;

    /* It prints 0xFFFFFFFF as -1. */
    if (!assay_tpm2yaml_number(value, &number) ||
        (number > UINT32_MAX && number + (1ull << 31) > UINT32_MAX))
        return refuse(log, line, "PCRIndex", "not the number of a PCR");
    e->event->pcr_index = (uint32_t)number;
    e->has_pcr_index = true;
    return 0;
}

static int take_type(assay_log *log, yaml_event *e, const assay_tpm2yaml_line *line,
                     assay_bytes value)
{
    enum { NAME_MAX = 64 };
    static const assay_bytes unknown = ASSAY_LITERAL("Unknown event type");
    const assay_bytes name = assay_tpm2yaml_unquote(value);
    char text[NAME_MAX + 1];

    snprintf(text, sizeof text, "%.*s", name.size < NAME_MAX ? (int)name.size : NAME_MAX,
             (const char *)name.data);
    const assay_event_type *const type = assay_event_type_by_name(text);
    if (type == NULL && !assay_bytes_equal(name, unknown))
        return refuse(log, line, "EventType", "not the name of an event type");
    e->event->type = type != NULL ? type->value : ASSAY_NO_EVENT_TYPE;
    if (type == NULL) {
        e->event->content = ASSAY_CONTENT_OTHER;
        e->event->name = unknown;
    }
    e->has_type = true;
    return 0;
}

static int take_alg(assay_log *log, yaml_event *e, const assay_tpm2yaml_line *line,
                    assay_bytes value)
{
    const assay_bytes name = assay_tpm2yaml_unquote(value);
    const assay_alg *const alg = assay_alg_by_name(name);
    uint64_t number = 0;

    if (alg == NULL &&
        (!assay_tpm2yaml_number(name, &number) || number == 0 || number > UINT16_MAX))
        return refuse(log, line, "AlgorithmId", "an algorithm that is not known here");
    e->alg = alg != NULL ? alg->id : (uint16_t)number;
    if (assay_event_digest_of(e->event, e->alg).data != NULL)
        return refuse(log, line, "AlgorithmId", "two digests of one algorithm");
    return 0;
}

static int take_digest(assay_log *log, yaml_event *e, const assay_tpm2yaml_line *line,
                       assay_bytes value)
{
    assay_tpm2yaml *const self = assay_tpm2yaml_of(log);
    const uint16_t alg = e->alg != 0 ? e->alg : ASSAY_ALG_SHA1; /* of a Spec ID event */
    const size_t size = assay_log_digest_size(&log->header, alg);
    const size_t i = e->event->digest_count;
    const bool last = line->at + line->raw.size == log->bytes.size;

    if (i == ASSAY_BANKS_MAX || (e->alg == 0 && i > 0))
        return refuse(log, line, "Digest", "a digest without its algorithm, or too many");
    assay_writer copy = assay_writer_lent(self->digests[i], ASSAY_DIGEST_MAX);
    if (!assay_put_decoded(&copy, assay_tpm2yaml_unquote(value)) || copy.failure != 0 ||
        copy.used == 0 || (size != 0 && copy.used != size))
        return assay_log_fail(log, last ? ASSAY_TRUNCATED : ASSAY_MALFORMED, line->offset, "Digest",
                              "not the hexadecimal digits of a digest of its algorithm");
    e->event->digests[i] = (assay_event_digest){ alg, assay_written(&copy) };
    e->event->digest_count++;
    e->alg = 0;
    return 0;
}

/* The lines before the event's data, whose name ends the head. */
static int take_line(assay_log *log, yaml_event *e, const assay_tpm2yaml_line *line)
{
    assay_bytes value;
    const assay_bytes key = assay_tpm2yaml_split(line, &value);

    if (key_is(key, "PCRIndex") || key_is(key, "pcrIndex"))
        return take_pcr_index(log, e, line, value);
    if (key_is(key, "EventType") || key_is(key, "eventType"))
        return take_type(log, e, line, value);
    if (key_is(key, "AlgorithmId"))
        return take_alg(log, e, line, value);
    if (key_is(key, "Digest") || key_is(key, "digest"))
        return take_digest(log, e, line, value);
    if (key_is(key, "DigestCount")) {
        e->has_count = assay_tpm2yaml_number(value, &e->count);
        return e->has_count ? 0 : refuse(log, line, "DigestCount", "not a number");
    }
    if (key_is(key, "EventSize") || key_is(key, "eventDataSize")) {
        e->has_size = assay_tpm2yaml_number(value, &e->size) && e->size <= UINT32_MAX;
        return e->has_size ? 0 : refuse(log, line, "EventSize", "not the size of an event");
    }
    if (!key_is(key, "Digests"))
        assay_log_note(log, ASSAY_FINDING_TEXT_LINE, line->offset,
                       "a line of %zu characters that the program does not print", line->text.size);
    return 0;
}

static bool key_of(const assay_tpm2yaml_line *line, const char *name)
{
    assay_bytes value;

    return key_is(assay_tpm2yaml_split(line, &value), name) && value.data != NULL;
}

/* Reads lines up to the data or the event's end. */
static int read_head(assay_log *log, yaml_event *e, assay_tpm2yaml_line *line)
{
    int status = 0;

    while (status == 0 && assay_tpm2yaml_peek(log, line) && !assay_tpm2yaml_ends_event(log, line)) {
        if (key_of(line, "Event") && e->has_size)
            return 1;
        assay_tpm2yaml_skip(log, line);
        if (key_of(line, "SpecID")) {
            e->is_spec_id = true;
            return 1;
        }
        status = take_line(log, e, line);
    }
    return status;
}

static int refuse_incomplete(assay_log *log, const yaml_event *e)
{
    const bool cut = log->cursor.offset == log->bytes.size;

    return assay_log_fail(log, cut ? ASSAY_TRUNCATED : ASSAY_MALFORMED, e->event->offset,
                          !e->has_pcr_index ? "PCRIndex"
                          : !e->has_type    ? "EventType"
                          : !e->has_size    ? "EventSize"
                                            : "Digests",
                          cut ? "the text ends inside the event"
                              : "the event lacks one of its lines");
}

/* Whether all is there without which an event says nothing. */
static bool is_complete(const yaml_event *e)
{
    return e->has_pcr_index && e->has_type && e->has_size && e->alg == 0 &&
           (e->has_count ? e->count == e->event->digest_count : e->event->digest_count > 0);
}

/* The event that the crypto-agile header is. */
static int finish_spec_id(assay_log *log, assay_event *event, uint64_t size)
{
    assay_tpm2yaml *const self = assay_tpm2yaml_of(log);

    if (log->next_number > 0 || event->type != EV_NO_ACTION || event->digest_count != 1 ||
        event->digests[0].alg != ASSAY_ALG_SHA1)
        return assay_log_fail(log, ASSAY_MALFORMED, event->offset, "SpecID",
                              "a Spec ID event that is not the first, or no EV_NO_ACTION of SHA-1");
    const int status = assay_tpm2yaml_specid_read(log);
    if (status < 0)
        return status;
    assay_spec_id_put(&self->data, &log->header);
    if (self->data.failure != 0)
        return refuse_memory(log);
    event->data = assay_written(&self->data);
    if (event->pcr_index != 0 || !assay_bytes_all(event->digests[0].value, 0) ||
        size != event->data.size)
        assay_log_note(log, ASSAY_FINDING_SPEC_VERSION, event->offset,
                       "the Spec ID record names PCR %u, or has a digest or another size",
                       event->pcr_index);
    return 0;
}

/* Release 5.4 has no name for EV_EFI_HCRTM_EVENT, whose data are always this. */
static void name_hcrtm(assay_event *event)
{
    if (event->content != ASSAY_CONTENT_OTHER || event->pcr_index != 0 ||
        !assay_bytes_equal(event->data, ASSAY_LITERAL("HCRTM")))
        return;
    event->type = EV_EFI_HCRTM_EVENT;
    event->content = ASSAY_CONTENT_PCCLIENT_STD;
    event->name = ASSAY_NO_BYTES;
}

static int finish_event(assay_log *log, yaml_event *e, const assay_tpm2yaml_line *line, bool data)
{
    int status = 0;

    if (e->is_spec_id)
        return finish_spec_id(log, e->event, e->size);
    if (data)
        status = assay_tpm2yaml_data_read(log, line, e->size, e->event);
    else if (e->size == 0)
        e->event->data = ASSAY_LITERAL("");
    else
        e->event->label = ASSAY_LITERAL("");
    name_hcrtm(e->event);
    return status;
}

/* Says that the text leaves events out; those of 4.x have no numbers that mean anything. */
static void note_number(assay_log *log, const assay_tpm2yaml_line *line)
{
    assay_tpm2yaml *const self = assay_tpm2yaml_of(log);
    assay_bytes value;
    uint64_t number;

    assay_tpm2yaml_split(line, &value);
    self->old |= value.size == 0;
    if (self->old || !assay_tpm2yaml_number(value, &number) || number > UINT32_MAX)
        return;
    if (number != self->next_number)
        assay_log_note(log, ASSAY_FINDING_TEXT_GAP, line->offset,
                       "event %u stands where event %u is due", (uint32_t)number,
                       self->next_number);
    self->next_number = (uint32_t)number + 1;
}

int assay_tpm2yaml_event_read(assay_log *log, const assay_tpm2yaml_line *start, assay_event *event)
{
    assay_tpm2yaml *const self = assay_tpm2yaml_of(log);
    yaml_event e = { .event = event };
    assay_tpm2yaml_line line = *start;

    *event = (assay_event){ .number = log->next_number,
                            .offset = start->offset,
                            .data_offset = start->offset };
    self->data.used = self->label.used = 0;
    self->data.written = self->label.written = 0;
    if (self->kind == ASSAY_TPM2YAML_NUMBERED)
        note_number(log, start);
    assay_tpm2yaml_skip(log, start);
    int status = self->kind == ASSAY_TPM2YAML_UNNUMBERED ? take_line(log, &e, start) : 0;
    if (status == 0)
        status = read_head(log, &e, &line);
    if (status < 0)
        return status;
    if (!is_complete(&e))
        return refuse_incomplete(log, &e);
    status = finish_event(log, &e, &line, status > 0);
    return status < 0 ? status : 1;
}
