/* SPDX-License-Identifier: BSD-2-Clause */
/* What is said of formats: the table, and the notes of a job. */
#include "cli/complain.h"
#include "cli/document.h"
#include "cli/export.h"
#include "cli/style.h"

#include <unistd.h>

bool cli_settings(const cli_words *words, assay_arena *arena, assay_export_setting *ret_settings)
{
    for (size_t i = 0; i < words->count; i++) {
        const char *const equals = strchr(words->list[i], '=');

        ret_settings[i].name = assay_arena_text(
            arena, assay_bytes_of(words->list[i], (size_t)(equals - words->list[i])));
        ret_settings[i].value = equals + 1;
        if (ret_settings[i].name == NULL)
            return false;
    }
    return true;
}

void cli_say_notes(const cli_call *call, const assay_export_note *notes, size_t count)
{
    assay_writer err = assay_writer_draining(STDERR_FILENO);

    for (int kind = ASSAY_EXPORT_REFUSAL; kind >= ASSAY_EXPORT_ADVICE; kind--)
        for (size_t i = 0; i < count; i++) {
            if ((int)notes[i].kind != kind ||
                (call->common->quiet && kind != ASSAY_EXPORT_REFUSAL))
                continue;
            assay_put_format(&err, "assay %s: %s: ", call->verb->name,
                             assay_export_note_kind_name(notes[i].kind));
            assay_put_safe(&err, assay_bytes_of_string(notes[i].text));
            assay_put_char(&err, '\n');
        }
    assay_writer_close(&err);
}

void cli_emit_notes(assay_output *out, const assay_export_note *notes, size_t count)
{
    assay_emit_array(out, "notes");
    for (size_t i = 0; i < count; i++) {
        assay_emit_object(out, NULL);
        assay_emit_string(out, "kind", assay_export_note_kind_name(notes[i].kind));
        assay_emit_string(out, "text", notes[i].text);
        assay_emit_end(out);
    }
    assay_emit_end(out);
}

/* The table. */

static void emit_settings(assay_output *out, const assay_export_setting_info *info)
{
    assay_emit_array(out, "settings");
    for (; info != NULL && info->name != NULL; info++) {
        assay_emit_object(out, NULL);
        assay_emit_string(out, "name", info->name);
        assay_emit_string(out, "value", info->value);
        assay_emit_string(out, "help", info->help);
        assay_emit_end(out);
    }
    assay_emit_end(out);
}

static void emit_format(assay_output *out, const assay_export_format *format)
{
    assay_emit_object(out, NULL);
    assay_emit_string(out, "name", format->name);
    assay_emit_string(out, "title", format->title);
    assay_emit_string(out, "reader", format->reader);
    assay_emit_string(out, "holds", format->holds);
    assay_emit_string(out, "loses", format->loses);
    assay_emit_bool(out, "folder", format->folder);
    assay_emit_bool(out, "signs", format->takes_key);
    assay_emit_bool(out, "imports", format->read != NULL);
    emit_settings(out, format->settings);
    assay_emit_end(out);
}

static void put_line(const cli_call *call, const char *head, const char *text)
{
    enum { INDENT = 10 };

    assay_put_format(call->out, "  %-*s", INDENT - 2, head);
    cli_put_wrapped(call->out, text, INDENT, INDENT, call->width);
}

static void put_format(const cli_call *call, const assay_export_format *format)
{
    const size_t column = strlen(format->name) + 2;

    cli_put_toned(call, CLI_STRONG, format->name);
    assay_put_string(call->out, "  ");
    cli_put_wrapped(call->out, format->title, column, column, call->width);
    put_line(call, "reader", format->reader);
    put_line(call, "holds", format->holds);
    put_line(call, "loses", format->loses);
    for (const assay_export_setting_info *info = format->settings;
         call->common->verbose > 0 && info != NULL && info->name != NULL; info++)
        assay_put_format(call->out, "  --set %s=%s\n          %s\n", info->name, info->value,
                         info->help);
}

int cli_put_formats(const cli_call *call, bool readable)
{
    const bool text = call->common->notation == CLI_TEXT;
    const assay_export_format *format;
    assay_output out;

    if (!text) {
        out = cli_document_begin(call);
        assay_emit_array(&out, "formats");
    }
    for (size_t i = 0; (format = assay_export_format_at(i)) != NULL; i++) {
        if (readable && format->read == NULL)
            continue;
        if (text)
            put_format(call, format);
        else
            emit_format(&out, format);
    }
    if (!text) {
        assay_emit_end(&out);
        assay_emit_end(&out);
    }
    return CLI_YES;
}
