/* SPDX-License-Identifier: BSD-2-Clause */
/* tpm2_eventlog's text, what is around its events, and its row in the table of formats. */
#include "eventlog/format/tpm2yaml.h"

#include <stdlib.h>

static int refuse_memory(assay_log *log)
{
    return assay_log_fail(log, ASSAY_NO_MEMORY, 0, NULL,
                          "no memory to read the text of tpm2_eventlog");
}

/* The end. */

static void keep_pcrs(assay_log *log)
{
    assay_writer *const pcrs = &assay_tpm2yaml_of(log)->pcrs;
    assay_tpm2yaml_line line;
    assay_bytes value;

    while (assay_tpm2yaml_peek(log, &line)) {
        const assay_bytes key = assay_tpm2yaml_split(&line, &value);

        if (value.data == NULL || key.size == 0 ||
            (assay_alg_by_name(key) == NULL && (key.data[0] < '0' || key.data[0] > '9')))
            break;
        assay_put(pcrs, line.text);
        assay_put_char(pcrs, '\n');
        assay_tpm2yaml_skip(log, &line);
    }
    assay_take_rest(&log->cursor);
}

/* What stands between events and is none of them: passed over, and said. */
static bool find_event(assay_log *log, assay_tpm2yaml_line *line)
{
    while (assay_tpm2yaml_peek(log, line)) {
        if (assay_tpm2yaml_begins_event(log, line))
            return true;
        assay_tpm2yaml_skip(log, line);
        if (assay_tpm2yaml_ends_event(log, line)) {
            assay_tpm2yaml_of(log)->finished = true;
            keep_pcrs(log);
            return false;
        }
        assay_log_note(log, ASSAY_FINDING_TEXT_LINE, line->offset,
                       "a line of %zu characters between events", line->text.size);
    }
    return false;
}

static int read_next(assay_log *log, assay_event *event)
{
    assay_tpm2yaml_line line;

    if (find_event(log, &line))
        return assay_tpm2yaml_event_read(log, &line, event);
    if (!assay_tpm2yaml_of(log)->finished && !assay_tpm2yaml_of(log)->old)
        assay_log_note(log, ASSAY_FINDING_TEXT_END, log->bytes.size,
                       "the text has no \"pcrs:\" behind its last event");
    if (assay_tpm2yaml_of(log)->pcrs.failure == ASSAY_NO_MEMORY)
        return refuse_memory(log);
    return 0;
}

static int next(assay_log *log, assay_event *ret_event)
{
    assay_tpm2yaml *const self = assay_tpm2yaml_of(log);

    if (!self->held)
        return read_next(log, ret_event);
    self->held = false;
    *ret_event = self->first;
    return 1;
}

/* The header. */

static const char *detect(assay_bytes bytes)
{
    size_t offset, quoting;

    return assay_tpm2yaml_find(bytes, &offset, &quoting) ? "lines as tpm2_eventlog prints them"
                                                         : NULL;
}

/* The banks of a log without a Spec ID event are those of its first event. */
static void take_banks(assay_log *log, const assay_event *first)
{
    for (size_t i = 0; i < first->digest_count && i < ASSAY_BANKS_MAX; i++)
        log->header.banks[log->header.bank_count++] =
            (assay_bank){ first->digests[i].alg, (uint16_t)first->digests[i].value.size };
}

/* What a SHA-1 log's first event says of it; the next one takes its place. */
static void read_forerunner(assay_log *log)
{
    assay_tpm2yaml *const self = assay_tpm2yaml_of(log);
    assay_spec_id spec_id = { .present = false };

    assay_spec_id_read_forerunner(&self->first, &spec_id);
    if (!spec_id.present)
        return;
    assay_writer copy = assay_writer_lent(self->vendor_info, sizeof self->vendor_info);
    assay_put(&copy, spec_id.vendor_info);
    spec_id.vendor_info = assay_written(&copy);
    log->header.spec_id = spec_id;
}

static int open_at(assay_log *log, size_t offset)
{
    assay_tpm2yaml *const self = assay_tpm2yaml_of(log);
    assay_tpm2yaml_line line = { .offset = offset };

    assay_seek(&log->cursor, offset);
    while (assay_tpm2yaml_peek(log, &line) && !assay_tpm2yaml_begins_event(log, &line) &&
           !assay_tpm2yaml_ends_event(log, &line))
        assay_tpm2yaml_skip(log, &line);
    self->event_indent = line.indent;
    self->kind = assay_bytes_start_with(line.text, ASSAY_LITERAL("PCRIndex"))
                     ? ASSAY_TPM2YAML_UNNUMBERED
                     : ASSAY_TPM2YAML_NUMBERED;
    self->started = true;
    const int status = read_next(log, &self->first);
    if (status <= 0)
        return status;
    self->held = true;
    if (log->header.bank_count == 0)
        take_banks(log, &self->first);
    if (!log->header.spec_id.present)
        read_forerunner(log);
    return 0;
}

static int open(assay_log *log)
{
    enum { PCRS_MAX = 64 << 10 };
    assay_tpm2yaml *const self = calloc(1, sizeof *self);
    size_t offset;

    log->owned = self;
    if (self == NULL || (self->hashes = assay_hashes_new()) == NULL)
        return refuse_memory(log);
    self->data = assay_writer_growing(ASSAY_TPM2YAML_DATA_MAX);
    self->label = assay_writer_growing(ASSAY_TPM2YAML_DATA_MAX);
    self->pcrs = assay_writer_growing(PCRS_MAX);
    if (!assay_tpm2yaml_find(log->bytes, &offset, &self->quoting))
        return assay_log_fail(log, ASSAY_MALFORMED, 0, "EventNum",
                              "no event as tpm2_eventlog prints it");
    return open_at(log, offset);
}

static void close(assay_log *log)
{
    assay_tpm2yaml *const self = log->owned;

    if (self == NULL)
        return;
    assay_writer_close(&self->data);
    assay_writer_close(&self->label);
    assay_writer_close(&self->pcrs);
    assay_hashes_free(&self->hashes);
    free(self);
}

static assay_bytes claimed_pcrs(const assay_log *log)
{
    const assay_tpm2yaml *const self = assay_tpm2yaml_of(log);

    return self->pcrs.failure == 0 ? assay_written(&self->pcrs) : ASSAY_NO_BYTES;
}

const assay_format assay_format_tpm2yaml = {
    .info = { "tpm2-eventlog", "text of tpm2_eventlog", "tpm2-tools 4.0 to 5.8: tpm2_eventlog(1)",
              true },
    .room = { .contents = 1u << ASSAY_CONTENT_PCCLIENT_STD | 1u << ASSAY_CONTENT_OTHER,
              .banks = ASSAY_ROOM_ANY_BANKS,
              .types = true,
              .data = true,
              .spec_id = true },
    .detect = detect,
    .open = open,
    .next = next,
    .close = close,
    .claimed_pcrs = claimed_pcrs,
    .write_begin = assay_tpm2yaml_write_begin,
    .write_event = assay_tpm2yaml_write_event,
    .write_end = assay_tpm2yaml_write_end,
};
