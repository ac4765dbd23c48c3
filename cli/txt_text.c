/* SPDX-License-Identifier: BSD-2-Clause */
/* assay txt for people: the verdict and what to do first, then what it rests on. */
#include "cli/style.h"
#include "cli/txt.h"

#include <stdio.h>

enum { INDENT = 2, NAME_WIDTH = 18, VALUE_WIDTH = 19, WORDS_COLUMN = 8 + NAME_WIDTH + VALUE_WIDTH };

void cli_txt_put_line(const cli_call *call, size_t indent, const char *label, const char *text)
{
    const size_t begin = indent + strlen(label);

    assay_put_format(call->out, "%*s%s", (int)indent, "", label);
    cli_put_wrapped(call->out, text, begin, begin, call->width);
}

static enum cli_tone tone_of(const assay_txt_launch_state *state)
{
    return state->sound                          ? CLI_GOOD
           : state->verdict == ASSAY_TXT_NEVER   ? CLI_WARN
           : state->verdict == ASSAY_TXT_UNKNOWN ? CLI_WARN
                                                 : CLI_BAD;
}

static void put_verdict(const cli_txt_found *txt)
{
    const assay_txt_launch_state *const state = &txt->state;
    const char *const name = assay_txt_launch_name(state->verdict);
    char text[300];

    cli_put_toned(txt->call, tone_of(state), name);
    snprintf(text, sizeof text, "%s.", state->what);
    assay_put_string(txt->call->out, ": ");
    cli_put_wrapped(txt->call->out, text, strlen(name) + 2, INDENT, txt->call->width);
    snprintf(text, sizeof text, "%s.", state->action);
    cli_txt_put_line(txt->call, INDENT, "do: ", text);
}

static void put_meaning(const cli_call *call, const assay_txt_error_meaning *meaning, bool first)
{
    char text[400];

    if (!first) {
        snprintf(text, sizeof text, "%s.", meaning->what);
        cli_txt_put_line(call, INDENT, "or: ", text);
    }
    snprintf(text, sizeof text, "%s.", meaning->action);
    cli_txt_put_line(call, INDENT, "do: ", text);
    cli_txt_put_line(call, INDENT, "by: ", meaning->source);
}

void cli_txt_put_error(const cli_call *call, const assay_txt_error *error)
{
    char text[900], label[40];
    assay_writer words = assay_writer_lent(text, sizeof text - 2);

    assay_txt_error_summary(&words, error);
    assay_put_char(&words, '.');
    text[assay_written(&words).size] = '\0';
    snprintf(label, sizeof label, "TXT.ERRORCODE 0x%08x: ", error->raw);
    assay_put_string(call->out, label);
    cli_put_wrapped(call->out, text, strlen(label), INDENT, call->width);
    for (size_t i = 0; i < error->meaning_count; i++)
        put_meaning(call, &error->meanings[i], i == 0);
    if (assay_txt_error_is_failure(error) && error->meaning_count == 0)
        cli_txt_put_line(call, INDENT, "do: ",
                         error->kind == ASSAY_TXT_ERROR_ACM
                             ? "Look class and major code up in the error list that its archive "
                               "brings, or try a newer SINIT."
                             : "Look at the log of what was launched.");
    if (error->kind == ASSAY_TXT_ERROR_PROGRESS)
        cli_txt_put_line(call, INDENT, "do: ",
                         "If the machine was reset there, look for a cause outside the ACM: a "
                         "crash of what was launched, a watchdog.");
}

static void put_reasons(const cli_txt_found *txt)
{
    assay_put_string(txt->call->out, "\nWhy\n");
    for (size_t i = 0; i < txt->state.reason_count; i++) {
        const assay_txt_reason *const reason = &txt->state.reasons[i];
        char label[80], text[300];

        snprintf(label, sizeof label, "%-8s ", assay_txt_bearing_name(reason->bearing));
        snprintf(text, sizeof text, "%s: %s", reason->name, reason->what);
        cli_txt_put_line(txt->call, INDENT, label, text);
    }
}

static void put_register(const cli_txt_found *txt, enum assay_txt_register id)
{
    const assay_txt_register_info *const info = assay_txt_register_describe(id);
    assay_writer *const out = txt->call->out;
    char text[1000], value[24];
    assay_writer words = assay_writer_lent(text, sizeof text - 1);

    assay_put_format(out, "  0x%03x %-*s", info->offset, NAME_WIDTH, info->name);
    if (id == ASSAY_TXT_PUBLIC_KEY) {
        assay_put_hex(out, assay_bytes_of(txt->registers.public_key, 16));
        assay_put_format(out, "\n%*s", 8 + NAME_WIDTH, "");
        assay_put_hex(out, assay_bytes_of(txt->registers.public_key + 16, 16));
        assay_put_char(out, '\n');
        return;
    }
    snprintf(value, sizeof value, "0x%0*llx", 2 * (int)info->width,
             (unsigned long long)txt->registers.value[id]);
    assay_txt_register_put_words(&words, &txt->registers, id);
    text[assay_written(&words).size] = '\0';
    if (text[0] == '\0') {
        assay_put_format(out, "%s\n", value);
        return;
    }
    assay_put_format(out, "%-*s", VALUE_WIDTH, value);
    cli_put_wrapped(out, text, WORDS_COLUMN, WORDS_COLUMN, txt->call->width);
}

static void put_registers(const cli_txt_found *txt)
{
    const size_t count = assay_txt_registers_count(&txt->registers);

    assay_put_format(txt->call->out, "\nRegisters (%s%s)\n", txt->registers.form,
                     count < ASSAY_TXT_REGISTERS ? "; those not shown were not captured" : "");
    for (enum assay_txt_register id = 0; id < ASSAY_TXT_REGISTERS; id++)
        if (txt->registers.captured[id])
            put_register(txt, id);
}

static void put_heap(const cli_txt_found *txt)
{
    assay_output out = assay_output_text(txt->call->out);
    char text[300];
    assay_writer summary = assay_writer_lent(text, sizeof text - 1);

    assay_txt_heap_summary(&summary, &txt->heap);
    text[assay_written(&summary).size] = '\0';
    assay_put_char(txt->call->out, '\n');
    cli_put_wrapped(txt->call->out, text, 0, INDENT, txt->call->width);
    assay_emit_object(&out, NULL);
    assay_emit_object(&out, "heap");
    assay_txt_heap_emit(&out, &txt->heap);
    assay_emit_end(&out);
    assay_emit_end(&out);
}

static void put_log(const cli_txt_found *txt)
{
    const cli_txt_log *const log = &txt->log;

    assay_put_format(txt->call->out, "\nEvent log: %llu event%s, format %s, ",
                     (unsigned long long)log->events, log->events == 1 ? "" : "s", log->format);
    assay_put_safe(txt->call->out,
                   assay_bytes_of_string(log->name != NULL ? log->name : "in the heap"));
    assay_put_string(txt->call->out, log->fault.kind != 0 ? "; then it is broken\n" : "\n");
}

void cli_txt_put(const cli_txt_found *txt)
{
    cli_txt_put_acms(txt);
    if (txt->judged) {
        put_verdict(txt);
        if (txt->state.has_error) {
            assay_put_char(txt->call->out, '\n');
            cli_txt_put_error(txt->call, &txt->state.error);
        }
        put_reasons(txt);
    }
    if (txt->has_registers && !txt->call->common->quiet)
        put_registers(txt);
    if (txt->has_heap && !txt->call->common->quiet)
        put_heap(txt);
    if (txt->log.present)
        put_log(txt);
    cli_txt_put_nv(txt);
}
