/* SPDX-License-Identifier: BSD-2-Clause */
/* The canonical event log in JSON: opened, read record by record, closed. */
#include "eventlog/format/celjson.h"

#include "eventlog/jsontext.h"

#include <stdlib.h>

/* The next record as an event; what a sequence leaves out is passed over. */
static int read_next(assay_log *log, assay_event *ret_event)
{
    int status;

    do {
        status = assay_celjson_take(log);
        if (status <= 0)
            return status;
        status = assay_celjson_parse(log);
    } while (status == 0);
    return status < 0 ? status : assay_celjson_record(log, ret_event);
}

static void rewind_to_first(assay_log *log)
{
    assay_celjson *const self = log->owned;

    log->cursor = assay_cursor_of(log->bytes);
    assay_seek(&log->cursor, self->first);
    log->next_number = 0;
    self->started = false;
    self->order = (assay_cel_order){ 0 };
}

/* The header must outlive the event that it was read from. */
static void keep_vendor_info(assay_log *log)
{
    assay_celjson *const self = log->owned;
    assay_bytes *const info = &log->header.spec_id.vendor_info;

    if (info->size > 0)
        memcpy(self->vendor_info, info->data, info->size);
    if (info->data != NULL)
        info->data = self->vendor_info;
}

/* Reads ahead to the first event that names the banks; what is wrong before it, `next` will say. */
static int learn(assay_log *log)
{
    assay_findings *const findings = log->findings;
    const assay_celjson *const self = log->owned;
    int known = 0;

    while (known == 0) {
        assay_event event = { 0 };

        log->findings = NULL;
        const int status = read_next(log, &event);
        log->findings = findings;
        if (status == -ASSAY_NO_MEMORY)
            return status;
        if (status == 0 && log->next_number == 0)
            return assay_log_fail(log, ASSAY_MALFORMED, self->first, NULL,
                                  "nothing in the sequence is a record");
        if (status <= 0)
            break;
        known = assay_cel_learn_banks(log, &event);
        log->next_number++;
    }
    if (known < 0)
        return known;
    keep_vendor_info(log);
    log->error = (assay_error){ 0 };
    return 0;
}

int assay_celjson_open(assay_log *log)
{
    assay_celjson *const self = calloc(1, sizeof *self);

    log->owned = self;
    if (self == NULL)
        return assay_celjson_no_memory(log);
    self->data = assay_writer_growing(ASSAY_CELJSON_RECORD_MAX);
    self->digests = assay_writer_growing((size_t)ASSAY_BANKS_MAX * UINT16_MAX);
    if (assay_celjson_find(log->bytes, &self->framing, &self->first) == NULL)
        return assay_log_fail(log, ASSAY_MALFORMED, 0, NULL,
                              "JSON without a record of the canonical event log at its start");
    rewind_to_first(log);
    const int status = learn(log);
    rewind_to_first(log);
    log->tail = ASSAY_TAIL_NONE;
    return status;
}

int assay_celjson_next(assay_log *log, assay_event *ret_event)
{
    return read_next(log, ret_event);
}

void assay_celjson_close(assay_log *log)
{
    assay_celjson *const self = log->owned;

    if (self == NULL)
        return;
    json_decref(self->record);
    assay_writer_close(&self->digests);
    assay_writer_close(&self->data);
    free(self);
}

static const char *detect(assay_bytes bytes)
{
    enum assay_celjson_framing framing;
    size_t first;

    return assay_celjson_find(bytes, &framing, &first);
}

/* out->state */
enum { RECNUM };

static int put_element(assay_log_writer *out, const assay_event *event, assay_error *error)
{
    assay_put_string(out->writer, out->state[RECNUM] == 0 ? "\n" : ",\n");
    return assay_celjson_put(out, ++out->state[RECNUM], event, error);
}

static int write_begin(assay_log_writer *out, assay_error *error)
{
    uint8_t buffer[ASSAY_CEL_SPEC_ID_MAX];
    assay_event event;

    out->state[RECNUM] = 0;
    assay_put_char(out->writer, '[');
    if (!assay_cel_has_spec_id(out->header))
        return 0;
    const int status = assay_cel_spec_id_event(out->header, buffer, &event, error);
    return status < 0 ? status : put_element(out, &event, error);
}

static int write_end(assay_log_writer *out, assay_error *error)
{
    (void)error;
    assay_put_string(out->writer, "\n]\n");
    return 0;
}

const assay_format assay_format_celjson = {
    .info = { "cel-json", "TCG canonical event log in JSON", "CEL 1.0 section 5.4; systemd-pcrlock",
              true },
    .room = ASSAY_CELJSON_ROOM,
    .detect = detect,
    .open = assay_celjson_open,
    .next = assay_celjson_next,
    .close = assay_celjson_close,
    .write_begin = write_begin,
    .write_event = put_element,
    .write_end = write_end,
};
