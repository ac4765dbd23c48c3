/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The log as JSON. Checking data costs most of the time, so large logs are shown by all
 * cores: each takes a batch of events, writes their JSON into memory of its own, and gives
 * it to the document in order. The digest of the whole input is made meanwhile, which is
 * why "inputs" comes late in the document.
 */
#include "cli/show.h"

#include "base/parallel.h"
#include "cli/document.h"
#include "cli/registers.h"
#include "eventlog/types.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <threads.h>

enum {
    BATCH_EVENTS = 256,
    BATCH_DATA = 64 * 1024,         /* bytes of event data after which a batch is full */
    BATCH_ROOM = 1024 * 1024,       /* of JSON; what takes more is written to its place directly */
    WORTH_THREADS = 256 * 1024,     /* bytes of a log */
    WORKERS_MAX = 8,
};

typedef struct batch {
    assay_hashes *hashes;
    assay_writer writer;
    size_t count;
    int status;
    bool directly; /* in give, not in make */
    show_event seen[BATCH_EVENTS];
} batch;

/* What the batches are taken from and given to. */
typedef struct document {
    shown *show;
    assay_output out;
    assay_output part;       /* out as it was when the events began: what batches fork from */
    bool one_by_one;         /* events do not last */
    assay_findings *checked; /* the reader adds to its own list at the same time */
    int status;              /* why give did not */
    atomic_bool stop;        /* no more batches are needed */
} document;

static void emit_digests(assay_output *out, const shown *show, const assay_event *event)
{
    char unknown[ASSAY_ALG_NUMBER_SIZE];

    assay_emit_object(out, "digests");
    for (size_t i = 0; i < event->digest_count; i++)
        if (cli_bank_wanted(&show->call->common->banks, event->digests[i].alg))
            assay_emit_hex(out, assay_alg_name(event->digests[i].alg, unknown),
                           event->digests[i].value);
    assay_emit_end(out);
}

static void emit_check(assay_output *out, const assay_datacheck *check)
{
    assay_emit_string(out, "data_check", assay_outcome_name(check->outcome));
    if (check->rule != NULL)
        assay_emit_string(out, "data_check_rule", check->rule);
    if (check->reason != NULL)
        assay_emit_string(out, "data_check_reason", check->reason);
}

static void emit_register(assay_output *out, const assay_event *event)
{
    if (event->nv_index != 0) {
        assay_emit_null(out, "pcr");
        assay_emit_address(out, "nv_index", event->nv_index);
    } else {
        assay_emit_u64(out, "pcr", event->pcr_index);
    }
}

/* What is no event of the PC Client profile has no type, but a content. */
static void emit_type(assay_output *out, const assay_event *event)
{
    const assay_event_type *const type = assay_event_type_find(event->type);

    if (assay_event_states_type(event))
        assay_emit_u64(out, "type", event->type);
    else
        assay_emit_null(out, "type");
    if (type != NULL)
        assay_emit_string(out, "type_name", type->name);
    else if (assay_event_states_type(event))
        assay_emit_address(out, "type_name", event->type);
    else if (event->name.size > 0)
        assay_emit_text(out, "type_name", event->name);
    else
        assay_emit_null(out, "type_name");
    if (event->content != ASSAY_CONTENT_PCCLIENT_STD)
        assay_emit_string(out, "content", assay_content_name(event->content));
}

static void emit_event(assay_output *out, const shown *show, const show_event *seen)
{
    const assay_event *const event = &seen->event;

    assay_emit_object(out, NULL);
    if (show->logs.count > 1)
        assay_emit_u64(out, "log", seen->log);
    assay_emit_u64(out, "number", event->number);
    assay_emit_u64(out, "offset", event->offset);
    emit_register(out, event);
    cli_emit_register(out, assay_registers_of(&show->logs.list[seen->log]->log.header),
                      event->pcr_index);
    emit_type(out, event);
    emit_digests(out, show, event);
    assay_emit_hex(out, "data_hex", event->data);
    assay_emit_object(out, "decoded");
    assay_emit_string(out, "payload", assay_payload_kind_name(seen->payload.kind));
    assay_payload_emit(out, &seen->payload);
    assay_emit_end(out);
    emit_check(out, &seen->check);
    assay_emit_end(out);
}

/* The next event that is asked for, of this log or those after it. */
static bool take_event(shown *show, show_event *ret_seen)
{
    do
        if (show_next_wanted(show, &ret_seen->event) > 0) {
            ret_seen->log = (uint32_t)show->current;
            return true;
        }
    while (show_next_log(show));
    return false;
}

static bool take(void *work, void *worker)
{
    document *const doc = work;
    batch *const b = worker;
    size_t data = 0;

    b->count = 0;
    while (b->count < (doc->one_by_one ? 1 : BATCH_EVENTS) && data < BATCH_DATA &&
           !atomic_load(&doc->stop) && take_event(doc->show, &b->seen[b->count]))
        data += b->seen[b->count++].event.data.size;
    b->directly = data > 2 * (size_t)BATCH_DATA;
    return b->count > 0;
}

static void emit_batch(const document *doc, batch *b, assay_output *out)
{
    for (size_t i = 0; i < b->count; i++)
        emit_event(out, doc->show, &b->seen[i]);
}

static void make(void *work, void *worker)
{
    const document *const doc = work;
    batch *const b = worker;

    b->status = 0;
    for (size_t i = 0; i < b->count && b->status == 0; i++)
        b->status = show_examine(b->hashes, &b->seen[i]);
    b->writer.used = 0;
    if (b->directly || b->status < 0)
        return;
    assay_output out = assay_output_fork(&doc->part, &b->writer);
    emit_batch(doc, b, &out);
}

static void give(void *work, void *worker)
{
    document *const doc = work;
    batch *const b = worker;

    if (doc->status == 0)
        doc->status = b->status;
    for (size_t i = 0; i < b->count && doc->status == 0; i++) {
        doc->checked->source = b->seen[i].log;
        assay_datacheck_note(&b->seen[i].event, &b->seen[i].check, doc->checked);
    }
    if (doc->status == 0 && (b->directly || b->writer.failure != 0))
        emit_batch(doc, b, &doc->out);
    else if (doc->status == 0)
        assay_output_join(&doc->out, assay_written(&b->writer));
    b->writer.failure = 0;
    if (doc->status != 0 || doc->out.writer->failure != 0)
        atomic_store(&doc->stop, true);
}

static void free_batch(batch *b)
{
    if (b == NULL)
        return;
    assay_writer_close(&b->writer);
    assay_hashes_free(&b->hashes);
    free(b);
}

static batch *new_batch(void)
{
    batch *const b = calloc(1, sizeof *b);

    if (b == NULL)
        return NULL;
    b->writer = assay_writer_growing(BATCH_ROOM);
    b->hashes = assay_hashes_new();
    if (b->hashes != NULL)
        return b;
    free_batch(b);
    return NULL;
}

static size_t total_size(const cli_logs *logs)
{
    size_t total = 0;

    for (size_t i = 0; i < logs->count; i++)
        total += logs->list[i]->input.file.bytes.size;
    return total;
}

static int emit_events(document *doc)
{
    static const assay_parallel steps = { take, make, give };
    const bool large = total_size(&doc->show->logs) > WORTH_THREADS && !doc->one_by_one;
    const size_t cores = large ? assay_parallel_cores() : 1;
    void *batches[WORKERS_MAX];
    size_t count = 0;

    /* As many as there is memory for. */
    while (count < cores && count < WORKERS_MAX && (batches[count] = new_batch()) != NULL)
        count++;
    assay_emit_array(&doc->out, "events");
    doc->part = doc->out;
    if (count > 0)
        assay_parallel_run(&steps, doc, batches, count);
    assay_emit_end(&doc->out);
    for (size_t i = 0; i < count; i++)
        free_batch(batches[i]);
    return count > 0 ? doc->status : -ASSAY_NO_MEMORY;
}

static void emit_spec_id(assay_output *out, const assay_spec_id *id)
{
    assay_emit_object(out, "spec_id");
    assay_emit_u64(out, "platform_class", id->platform_class);
    assay_emit_u64(out, "version_major", id->version_major);
    assay_emit_u64(out, "version_minor", id->version_minor);
    assay_emit_u64(out, "errata", id->errata);
    assay_emit_u64(out, "uintn_size", id->uintn_size);
    assay_emit_hex(out, "vendor_info_hex", id->vendor_info);
    assay_emit_end(out);
}

static void emit_log(assay_output *out, const char *key, const assay_log *log)
{
    assay_emit_object(out, key);
    assay_emit_string(out, "format", assay_log_format_name(log));
    assay_emit_string(out, "title", assay_log_format_title(log));
    assay_emit_string(out, "why", log->why);
    assay_emit_array(out, "banks");
    for (size_t i = 0; i < log->header.bank_count; i++)
        assay_emit_alg(out, NULL, log->header.banks[i].alg);
    assay_emit_end(out);
    assay_emit_bool(out, "measurement_registers", log->header.measurement_registers);
    if (log->header.spec_id.present)
        emit_spec_id(out, &log->header.spec_id);
    assay_emit_end(out);
}

/* "log" is the first, by which scripts know a single one. */
static void emit_logs(assay_output *out, const cli_logs *logs)
{
    emit_log(out, "log", &logs->list[0]->log);
    if (logs->count == 1)
        return;
    assay_emit_array(out, "logs");
    for (size_t i = 0; i < logs->count; i++)
        emit_log(out, NULL, &logs->list[i]->log);
    assay_emit_end(out);
}

static int digest_inputs(void *context)
{
    const cli_logs *const logs = context;

    for (size_t i = 0; i < logs->count; i++)
        cli_input_remember_digest(&logs->list[i]->input);
    return 0;
}

/* The events, and the digests of the inputs on a thread of its own where these are large. */
static int emit_events_and_digest(document *doc)
{
    cli_logs *const logs = &doc->show->logs;
    thrd_t thread;
    const bool started = total_size(logs) > WORTH_THREADS &&
                         thrd_create(&thread, digest_inputs, logs) == thrd_success;
    const int status = emit_events(doc);

    if (started)
        thrd_join(thread, NULL);
    return status;
}

static bool all_events_last(const cli_logs *logs)
{
    for (size_t i = 0; i < logs->count; i++)
        if (!assay_log_events_last(&logs->list[i]->log))
            return false;
    return true;
}

int show_json(shown *show)
{
    document doc = { .show = show,
                     .out = cli_document_begin(show->call),
                     .one_by_one = !all_events_last(&show->logs),
                     .checked = calloc(1, sizeof *doc.checked) };

    if (doc.checked == NULL)
        return -ASSAY_NO_MEMORY;
    emit_logs(&doc.out, &show->logs);
    int status = emit_events_and_digest(&doc);
    const int digest_status = cli_emit_inputs(&doc.out, &show->logs);
    if (status == 0)
        status = digest_status;
    assay_findings_append(show->findings, doc.checked);
    cli_emit_findings(&doc.out, show->findings);
    assay_emit_end(&doc.out);
    free(doc.checked);
    return status;
}
