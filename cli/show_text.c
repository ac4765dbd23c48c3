/* SPDX-License-Identifier: BSD-2-Clause */
/* The log for people: a line an event, wider fields on request, and what is odd at the end. */
#include "cli/show.h"

#include "cli/findings.h"
#include "cli/registers.h"
#include "cli/style.h"
#include "eventlog/types.h"

#include <stdarg.h>
#include <stdio.h>

enum {
    TYPE_COLUMNS = 25,   /* BOOT_SERVICES_APPLICATION */
    SUMMARY_COLUMN = 40, /* where the meaning begins, if the event's number has 4 digits at most */
    SUMMARY_LINES = 3,
    INDENT = 7,          /* of what -v adds below an event */
    NAME_COLUMNS = 7,    /* sm3_256 */
    HEX_LINE = 32,       /* bytes of a digest on one line, or 16 where that is too wide */
    RAW_LINE = 16,       /* bytes of data on one line */
    SCRATCH = 256 * 1024,
};

/* Events by what their check showed. */
typedef struct shown_tally {
    uint64_t events, silent;
    uint64_t by_outcome[ASSAY_NOT_CHECKABLE + 1];
} shown_tally;

const char *show_short_type(const char *name)
{
    static const char *const prefixes[] = { "EV_EFI_", "EV_", "TXT_EVTYPE_" };

    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++)
        if (strncmp(name, prefixes[i], strlen(prefixes[i])) == 0)
            return name + strlen(prefixes[i]);
    return name;
}

static void put_type(assay_writer *out, const assay_event *event)
{
    const assay_event_type *const type = assay_event_type_find(event->type);
    char name[TYPE_COLUMNS + 1];
    assay_writer words = assay_writer_lent(name, sizeof name - 1);

    if (type != NULL)
        assay_put_string(&words, show_short_type(type->name));
    else if (assay_event_states_type(event))
        assay_put_format(&words, "0x%08x", event->type);
    else if (event->name.size > 0)
        assay_put_safe(&words, event->name); /* what is too long is left out */
    else
        assay_put_string(&words, event->content == ASSAY_CONTENT_PCCLIENT_STD
                                     ? "not stated"
                                     : assay_content_name(event->content));
    name[assay_written(&words).size] = '\0';
    assay_put_format(out, "%-*s", TYPE_COLUMNS, name);
}

static void put_check(const cli_call *call, enum assay_outcome outcome)
{
    static const struct {
        enum cli_tone tone;
        const char *text;
    } marks[] = {
        [ASSAY_VERIFIED] = { CLI_GOOD, "ok " },
        [ASSAY_CONTRADICTED] = { CLI_BAD, "BAD" },
        [ASSAY_NOT_CHECKABLE] = { CLI_PLAIN, "   " },
    };

    cli_put_toned(call, marks[outcome].tone, marks[outcome].text);
}

/* Counts the events: the header line comes before them. */
static uint64_t count_events(const assay_log *source)
{
    assay_log log;
    assay_event event;
    uint64_t count = 0;

    if (assay_log_open_again(&log, source, NULL) < 0)
        return 0;
    while (assay_log_next(&log, &event) > 0)
        count++;
    assay_log_close(&log);
    return count;
}

static void put_banks(assay_writer *out, const assay_log_header *header)
{
    char unknown[ASSAY_ALG_NUMBER_SIZE];

    for (size_t i = 0; i < header->bank_count; i++)
        assay_put_format(out, " %s", assay_alg_name(header->banks[i].alg, unknown));
}

static int put_header(const shown *show)
{
    const cli_call *const call = show->call;
    const cli_input *const input = &show->logs.list[show->current]->input;
    const assay_log *const log = show_log(show);
    uint8_t digest[32];
    char format[256];
    const int status = cli_input_digest(input, digest);

    cli_tone_begin(call, CLI_STRONG);
    cli_put_fitted(call->out, assay_bytes_of_string(input->name), call->width - 1, 1, 0);
    cli_tone_end(call, CLI_STRONG);
    snprintf(format, sizeof format, "%s: %s", assay_log_format_title(log), log->why);
    assay_put_string(call->out, "\n  ");
    cli_put_wrapped(call->out, format, 2, 4, call->width);
    assay_put_string(call->out, "  banks");
    put_banks(call->out, &log->header);
    const uint64_t events = count_events(log);
    assay_put_format(call->out, "\n  %llu event%s, %zu bytes, SHA-256\n  ",
                     (unsigned long long)events, events == 1 ? "" : "s", input->file.bytes.size);
    if (status == 0)
        assay_put_hex(call->out, assay_bytes_of(digest, sizeof digest));
    assay_put_char(call->out, '\n');
    cli_put_registers(call, assay_registers_of(&log->header), true);
    assay_put_char(call->out, '\n');
    /* A confidential virtual machine has measurement registers instead. */
    assay_put_format(call->out, "   # %s TYPE                      DATA MEANING\n",
                     log->header.measurement_registers ? " MR" : "PCR");
    return status;
}

/* What is too long for the scratch may be cut; what had no memory is remembered. */
static void clear(assay_writer *scratch)
{
    scratch->used = 0;
    if (scratch->failure == ASSAY_TOO_LARGE)
        scratch->failure = 0;
}

/* What the payload says in one line; lent from `scratch`. */
static assay_bytes summary_of(const assay_payload *payload, assay_writer *scratch)
{
    clear(scratch);
    assay_payload_summary(scratch, payload);
    if (scratch->used == 0)
        return ASSAY_LITERAL("empty");
    return assay_written(scratch);
}

static size_t summary_column(uint32_t number)
{
    size_t column = SUMMARY_COLUMN;

    for (uint32_t left = number; left > 9999; left /= 10)
        column++;
    return column;
}

static void put_line(const cli_call *call, const show_event *seen, assay_writer *scratch)
{
    const assay_event *const event = &seen->event;
    const size_t column = summary_column(event->number);

    assay_put_format(call->out, "%4u ", event->number);
    if (event->pcr_index < ASSAY_PCRS)
        assay_put_format(call->out, "%3u ", event->pcr_index);
    else
        cli_put_toned(call, CLI_WARN, "  ? ");
    put_type(call->out, event);
    assay_put_char(call->out, ' ');
    if (assay_event_type_extends(event->type))
        put_check(call, seen->check.outcome);
    else
        assay_put_string(call->out, "-  ");
    assay_put_string(call->out, "  ");
    cli_put_fitted(call->out, summary_of(&seen->payload, scratch), call->width - column - 1,
                   SUMMARY_LINES, column);
    assay_put_char(call->out, '\n');
}

static void put_digest(const cli_call *call, const assay_event_digest *digest)
{
    const bool narrow = call->width <= INDENT + NAME_COLUMNS + 1 + 2 * HEX_LINE;
    const size_t line = narrow ? HEX_LINE / 2 : HEX_LINE;
    assay_bytes left = digest->value;
    char unknown[ASSAY_ALG_NUMBER_SIZE];

    assay_put_format(call->out, "%*s%-*s ", INDENT, "", NAME_COLUMNS,
                     assay_alg_name(digest->alg, unknown));
    while (left.size > line) {
        assay_put_hex(call->out, assay_bytes_of(left.data, line));
        assay_put_format(call->out, "\n%*s", INDENT + NAME_COLUMNS + 1, "");
        left = assay_bytes_of(left.data + line, left.size - line);
    }
    assay_put_hex(call->out, left);
    assay_put_char(call->out, '\n');
}

/* Lines of our own making, indented; each cut at the width unless all was asked for. */
static void put_indented(const cli_call *call, assay_bytes text)
{
    while (text.size > 0) {
        const uint8_t *const end = memchr(text.data, '\n', text.size);
        const size_t size = end != NULL ? (size_t)(end - text.data) : text.size;
        const assay_bytes line = assay_bytes_of(text.data, size);

        assay_put_format(call->out, "%*s", INDENT, "");
        if (call->common->verbose > 1)
            assay_put(call->out, line);
        else
            cli_put_fitted(call->out, line, call->width - INDENT - 1, 1, 0);
        assay_put_char(call->out, '\n');
        text.data += size + (end != NULL);
        text.size -= size + (end != NULL);
    }
}

static void put_fields(const cli_call *call, const assay_payload *payload, assay_writer *scratch)
{
    clear(scratch);
    assay_output fields = assay_output_text(scratch);
    assay_emit_object(&fields, NULL);
    assay_payload_emit(&fields, payload);
    assay_emit_end(&fields);
    if (payload->kind != ASSAY_PAYLOAD_OPAQUE)
        put_indented(call, assay_written(scratch));
}

/* A sentence of our own, indented. */
__attribute__((format(printf, 2, 3))) static void put_note(const cli_call *call, const char *format,
                                                           ...)
{
    char text[256];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    assay_put_format(call->out, "%*s", INDENT, "");
    cli_put_wrapped(call->out, text, INDENT, INDENT + 2, call->width);
}

static void put_details(const cli_call *call, const show_event *seen, assay_writer *scratch)
{
    const assay_event *const event = &seen->event;
    const assay_datacheck *const check = &seen->check;
    const assay_event_type *const type = assay_event_type_find(event->type);

    if (assay_event_states_type(event))
        put_note(call, "%s, 0x%x, %zu byte%s at byte %llu",
                 type != NULL ? type->name : "unknown type", event->type, event->data.size,
                 event->data.size == 1 ? "" : "s", (unsigned long long)event->data_offset);
    else
        put_note(call, "%s, %zu byte%s at byte %llu", assay_content_name(event->content),
                 event->data.size, event->data.size == 1 ? "" : "s",
                 (unsigned long long)event->data_offset);
    for (size_t i = 0; i < event->digest_count; i++)
        if (cli_bank_wanted(&call->common->banks, event->digests[i].alg))
            put_digest(call, &event->digests[i]);
    put_fields(call, &seen->payload, scratch);
    put_note(call, "data %s: %s", assay_outcome_name(check->outcome),
             check->rule != NULL ? check->rule : check->reason);
}

/* "0010  45 46 49 ...  |EFI...|" */
static void put_raw(assay_writer *out, assay_bytes data)
{
    for (size_t at = 0; at < data.size; at += RAW_LINE) {
        const size_t count = data.size - at < RAW_LINE ? data.size - at : RAW_LINE;

        assay_put_format(out, "%*s%04zx ", INDENT, "", at);
        for (size_t i = 0; i < RAW_LINE; i++)
            assay_put_format(out, i < count ? " %02x" : "   ", i < count ? data.data[at + i] : 0);
        assay_put_string(out, "  ");
        for (size_t i = 0; i < count; i++) {
            const char c = (char)data.data[at + i];

            assay_put_char(out, c >= 0x20 && c < 0x7F ? c : '.');
        }
        assay_put_char(out, '\n');
    }
}

static void count(shown_tally *tally, const show_event *seen)
{
    tally->events++;
    if (assay_event_type_extends(seen->event.type))
        tally->by_outcome[seen->check.outcome]++;
    else
        tally->silent++;
}

static void put_legend(const cli_call *call, const shown_tally *tally)
{
    char text[320];

    snprintf(
        text, sizeof text,
        "%llu event%s. DATA says whether the digest follows from the data: ok, it does (%llu); "
        "BAD, it does not (%llu); nothing, what was measured is not in the log (%llu); -, the "
        "event extends no PCR (%llu).",
        (unsigned long long)tally->events, tally->events == 1 ? "" : "s",
        (unsigned long long)tally->by_outcome[ASSAY_VERIFIED],
        (unsigned long long)tally->by_outcome[ASSAY_CONTRADICTED],
        (unsigned long long)tally->by_outcome[ASSAY_NOT_CHECKABLE],
        (unsigned long long)tally->silent);
    assay_put_char(call->out, '\n');
    cli_put_wrapped(call->out, text, 0, 0, call->width);
}

static int put_events(shown *show, shown_tally *tally, assay_writer *scratch)
{
    const cli_call *const call = show->call;
    show_event seen;

    while (call->out->failure == 0 && show_next_wanted(show, &seen.event) > 0) {
        const int status = show_examine(show->hashes, &seen);

        if (status < 0)
            return status;
        assay_datacheck_note(&seen.event, &seen.check, show->findings);
        put_line(call, &seen, scratch);
        if (call->common->verbose > 0)
            put_details(call, &seen, scratch);
        if (show->options->raw)
            put_raw(call->out, seen.event.data);
        if (scratch->failure == ASSAY_NO_MEMORY)
            return -ASSAY_NO_MEMORY;
        count(tally, &seen);
    }
    return 0;
}

int show_text(shown *show)
{
    assay_writer scratch = assay_writer_growing(SCRATCH);
    shown_tally tally = { 0 };
    int status;

    do {
        if (show->current > 0)
            assay_put_char(show->call->out, '\n');
        status = put_header(show);
        if (status == 0)
            status = put_events(show, &tally, &scratch);
    } while (status == 0 && show_next_log(show));
    assay_writer_close(&scratch);
    put_legend(show->call, &tally);
    if (show->findings->count > 0)
        assay_put_char(show->call->out, '\n');
    cli_put_findings(show->call, show->findings, ASSAY_NOTE);
    return status;
}
