/* SPDX-License-Identifier: BSD-2-Clause */
/* What assay measure says of every artefact: where its digests go, and the digests. */
#include "cli/fold.h"
#include "cli/measure.h"
#include "cli/style.h"
#include "eventlog/types.h"

void cli_measured_label(const cli_call *call, const char *label)
{
    assay_put_format(call->out, "  %-*s", CLI_MEASURED_COLUMN - 2, label);
}

void cli_measured_put_flags(const cli_call *call, const char *label, const assay_txt_flag *flags,
                            uint32_t value)
{
    char line[512];
    assay_writer text = assay_writer_lent(line, sizeof line - 1);

    assay_txt_put_flags(&text, flags, value);
    line[text.used] = '\0';
    cli_measured_label(call, label);
    cli_put_wrapped(call->out, line, CLI_MEASURED_COLUMN, CLI_MEASURED_COLUMN, call->width);
}

void cli_measured_line(const cli_call *call, const char *label, const char *words)
{
    cli_measured_label(call, label);
    cli_put_wrapped(call->out, words, CLI_MEASURED_COLUMN, CLI_MEASURED_COLUMN, call->width);
}

static void put_file(const cli_call *call, const cli_measured *m)
{
    cli_put_toned(call, CLI_STRONG, m->kind->name);
    assay_put_string(call->out, "  ");
    assay_put_safe(call->out, assay_bytes_of_string(m->input.name != NULL ? m->input.name
                                                                          : "--cmdline"));
    assay_put_format(call->out, ": %s\n", m->kind->what);
    if (m->file.members == 0)
        return;
    cli_measured_label(call, "gzip");
    assay_put_format(call->out, "%zu bytes unzipped", m->file.bytes.size);
    if (m->file.members > 1)
        assay_put_format(call->out, ", from %zu members", m->file.members);
    if (m->file.trailing > 0)
        assay_put_format(call->out, "; %zu bytes behind them count for nothing", m->file.trailing);
    assay_put_char(call->out, '\n');
}

static void put_cmdline(const cli_call *call, const cli_measured *m)
{
    if (!m->kind->takes_cmdline && m->cmdline == NULL)
        return;
    cli_measured_label(call, "command line");
    if (m->cmdline == NULL) {
        assay_put_string(call->out, "none given\n");
        return;
    }
    assay_put_char(call->out, '"');
    assay_put_safe(call->out, assay_bytes_of_string(m->cmdline));
    assay_put_string(call->out, "\"\n");
}

static bool same_digests(const assay_digests *a, const assay_digests *b)
{
    return a->count == b->count && memcmp(a->list, b->list, a->count * sizeof *a->list) == 0;
}

void cli_put_digests(const cli_call *call, const assay_digests *digests)
{
    for (size_t i = 0; i < digests->count; i++) {
        const assay_digest *const d = &digests->list[i];

        cli_measured_label(call, assay_alg_find(d->alg)->name);
        cli_put_value(call->out, assay_bytes_of(d->value, d->size), CLI_MEASURED_COLUMN);
    }
}

static void put_event(const cli_call *call, const cli_measured_event *event)
{
    char line[512];
    assay_writer text = assay_writer_lent(line, sizeof line - 1);

    assay_put_format(&text, "PCR %u", event->pcr);
    line[text.used] = '\0';
    cli_measured_label(call, line);
    text = assay_writer_lent(line, sizeof line - 1);
    assay_put_format(&text, "%s, ", assay_event_type_find(event->type)->name);
    if (event->of != NULL) {
        assay_put_safe(&text, assay_bytes_of_string(event->of));
        assay_put_string(&text, ": ");
    }
    assay_put_string(&text, event->when);
    line[text.used] = '\0';
    cli_put_wrapped(call->out, line, CLI_MEASURED_COLUMN, CLI_MEASURED_COLUMN, call->width);
}

/* HASH_START's data is what launch policies are about; others are for those who want to know. */
static void put_data(const cli_call *call, const cli_measured_event *event)
{
    if (event->data.data == NULL ||
        (call->common->verbose == 0 && event->type != TXT_EVTYPE_HASH_START))
        return;
    cli_measured_label(call, "data");
    cli_put_value(call->out, event->data, CLI_MEASURED_COLUMN);
}

static bool is_followed_by_same(const cli_measured *m, size_t i)
{
    return i + 1 < m->event_count &&
           same_digests(&m->events[i].digests, &m->events[i + 1].digests);
}

/* Events that get the same stand above their digests together. */
static void put_events(const cli_call *call, const cli_measured *m)
{
    for (size_t i = 0; i < m->event_count; i++) {
        const cli_measured_event *const event = &m->events[i];

        if (event->minor && call->common->verbose == 0)
            continue;
        put_event(call, event);
        put_data(call, event);
        if (!is_followed_by_same(m, i))
            cli_put_digests(call, &event->digests);
    }
    if (m->event_count == 0)
        cli_put_digests(call, &m->digests);
}

void cli_measured_put(const cli_call *call, const cli_measured *m)
{
    put_file(call, m);
    if (m->kind->put != NULL)
        m->kind->put(call, m);
    put_cmdline(call, m);
    put_events(call, m);
}

void cli_emit_digests(assay_output *out, const char *key, const assay_digests *digests)
{
    assay_emit_object(out, key);
    for (size_t i = 0; i < digests->count; i++) {
        const assay_digest *const d = &digests->list[i];

        assay_emit_hex(out, assay_alg_find(d->alg)->name, assay_bytes_of(d->value, d->size));
    }
    assay_emit_end(out);
}

static void emit_event(assay_output *out, const cli_measured_event *event)
{
    assay_emit_object(out, NULL);
    assay_emit_u64(out, "pcr", event->pcr);
    assay_emit_u64(out, "type", event->type);
    assay_emit_string(out, "type_name", assay_event_type_find(event->type)->name);
    if (event->of != NULL)
        assay_emit_string(out, "of", event->of);
    assay_emit_string(out, "when", event->when);
    if (event->data.data != NULL)
        assay_emit_hex(out, "data_hex", event->data);
    cli_emit_digests(out, "digests", &event->digests);
    assay_emit_end(out);
}

void cli_measured_emit(assay_output *out, const cli_measured *m)
{
    assay_emit_object(out, NULL);
    if (m->input.name != NULL)
        assay_emit_string(out, "file", m->input.name);
    else
        assay_emit_null(out, "file");
    assay_emit_u64(out, "size", m->input.file.bytes.size);
    assay_emit_hex(out, "sha256", assay_bytes_of(m->input.sha256, sizeof m->input.sha256));
    assay_emit_string(out, "kind", m->kind->name);
    if (m->file.members > 0) {
        assay_emit_object(out, "gzip");
        assay_emit_u64(out, "members", m->file.members);
        assay_emit_u64(out, "unzipped", m->file.bytes.size);
        assay_emit_u64(out, "trailing", m->file.trailing);
        assay_emit_end(out);
    }
    if (m->cmdline != NULL)
        assay_emit_string(out, "cmdline", m->cmdline);
    else
        assay_emit_null(out, "cmdline");
    cli_emit_digests(out, "digests", &m->digests);
    assay_emit_array(out, "events");
    for (size_t i = 0; i < m->event_count; i++)
        emit_event(out, &m->events[i]);
    assay_emit_end(out);
    if (m->kind->emit != NULL)
        m->kind->emit(out, m);
    assay_emit_end(out);
}
