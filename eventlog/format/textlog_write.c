/* SPDX-License-Identifier: BSD-2-Clause */
/* The text form, its writer. What it writes is canonical: one log, one text. */
#include "eventlog/format/textlog.h"
#include "eventlog/types.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { LINE_WIDTH = 96, LONGEST_NAME = 40 };

static assay_textlog_writer *state(assay_log_writer *out)
{
    return out->owned;
}

void assay_textlog_word_begin(assay_log_writer *out, size_t size)
{
    assay_writer *const w = out->writer;
    const uint64_t column = w->written - state(out)->line_start;

    if (column == 0)
        return;
    if (column + 1 + size > LINE_WIDTH) {
        assay_put_string(w, " \\\n");
        state(out)->line_start = w->written;
        assay_put_string(w, "   ");
    }
    assay_put_char(w, ' ');
}

void assay_textlog_word_put(assay_log_writer *out, assay_bytes word)
{
    assay_textlog_word_begin(out, word.size);
    assay_put(out->writer, word);
}

void assay_textlog_string_put(assay_log_writer *out, const char *word)
{
    assay_textlog_word_put(out, assay_bytes_of_string(word));
}

__attribute__((format(printf, 2, 3))) static void put_format(assay_log_writer *out,
                                                             const char *format, ...)
{
    char word[LONGEST_NAME];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(word, sizeof word, format, arguments);
    va_end(arguments);
    assay_textlog_string_put(out, word);
}

static void end_line(assay_log_writer *out)
{
    assay_put_char(out->writer, '\n');
    state(out)->line_start = out->writer->written;
}

static void put_bank(assay_log_writer *out, const assay_bank *bank)
{
    const assay_alg *const alg = assay_alg_find(bank->alg);

    if (alg != NULL)
        assay_textlog_string_put(out, alg->name);
    else
        put_format(out, "0x%04x/%u", bank->alg, bank->size);
}

/* The fields that differ from what a reader assumes. */
static void put_spec_id(assay_log_writer *out, const assay_spec_id *spec_id)
{
    const struct {
        const char *name;
        uint32_t value, usual;
    } fields[] = {
        { "platform-class", spec_id->platform_class, 0 },
        { "version-major", spec_id->version_major, 2 },
        { "version-minor", spec_id->version_minor, 0 },
        { "errata", spec_id->errata, 0 },
        { "uintn-size", spec_id->uintn_size, 2 },
    };

    assay_textlog_string_put(out, "spec-id");
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        if (fields[i].value != fields[i].usual)
            put_format(out, "%s:%u", fields[i].name, fields[i].value);
    if (spec_id->vendor_info.size > 0) {
        assay_textlog_string_put(out, "vendor-info");
        assay_textlog_items_put(out, EV_NO_ACTION, spec_id->vendor_info);
    }
    end_line(out);
}

static bool has_spec_id(const assay_log_header *header)
{
    return header->spec_id.present && header->spec_id.signature == 3;
}

static void put_flags(assay_log_writer *out)
{
    const assay_log_header *const header = out->header;

    if (header->measurement_registers) {
        assay_textlog_string_put(out, "measurement-registers");
        end_line(out);
    }
    if (header->stage != ASSAY_STAGE_FIRMWARE) {
        assay_textlog_string_put(out, "stage");
        assay_textlog_string_put(out, assay_stage_name(header->stage));
        end_line(out);
    }
    if (header->big_endian) {
        assay_textlog_string_put(out, "big-endian");
        end_line(out);
    }
    if (header->banks_follow) {
        assay_textlog_string_put(out, "banks-follow");
        end_line(out);
    }
}

static void put_header(assay_log_writer *out)
{
    const assay_log_header *const header = out->header;

    assay_textlog_string_put(out, "assay-log");
    put_format(out, "%d", ASSAY_TEXTLOG_VERSION);
    for (size_t i = 0; i < header->bank_count; i++)
        put_bank(out, &header->banks[i]);
    if (header->bank_count == 0)
        assay_textlog_string_put(out, "none");
    end_line(out);
    put_flags(out);
    if (has_spec_id(header))
        put_spec_id(out, &header->spec_id);
}

static void free_state(assay_log_writer *out)
{
    if (out->owned != NULL)
        assay_hashes_free(&state(out)->hashes);
    free(out->owned);
    out->owned = NULL;
}

int assay_textlog_write_begin(assay_log_writer *out, assay_error *error)
{
    if (out->header->spec_id.vendor_info.size > UINT8_MAX)
        return assay_fail(error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE,
                          "a text log has at most 255 bytes of vendor information");
    out->owned = calloc(1, sizeof(assay_textlog_writer));
    if (out->owned == NULL || (state(out)->hashes = assay_hashes_new()) == NULL) {
        free_state(out);
        return assay_fail(error, ASSAY_NO_MEMORY, ASSAY_NOWHERE,
                          "no memory to write the text form");
    }
    state(out)->line_start = out->writer->written;
    put_header(out);
    return 0;
}

static int fail(const assay_event *event, const char *field, enum assay_kind kind, const char *what,
                assay_error *error)
{
    return assay_fail(error, kind, (assay_place){ event->offset, event->number, field }, "%s",
                      what);
}

/* What a reader would not read back. */
static int check(const assay_event *event, assay_error *error)
{
    const bool std = event->content == ASSAY_CONTENT_PCCLIENT_STD;

    if ((!std && event->type != ASSAY_NO_EVENT_TYPE) ||
        (event->name.size > 0 && !assay_textlog_has_name(event->content)))
        return fail(event, "content", ASSAY_UNSUPPORTED,
                    "the content of the event has no room for its type or its name", error);
    if (event->nv_index != 0 && event->pcr_index != UINT32_MAX)
        return fail(event, "pcrIndex", ASSAY_UNSUPPORTED,
                    "an event of a PCR and an NV index at once", error);
    if (!assay_event_keeps_data(event) && event->data.size > 0)
        return fail(event, "event", ASSAY_UNSUPPORTED, "an event of data that were not kept",
                    error);
    for (size_t i = 0; i < event->digest_count; i++)
        if (event->digests[i].value.size > UINT16_MAX)
            return fail(event, "digests", ASSAY_UNSUPPORTED, "a digest of more than 65535 bytes",
                        error);
    if (event->only_bank != 0 && assay_event_digest_of(event, event->only_bank).data == NULL)
        return fail(event, "digests", ASSAY_UNSUPPORTED,
                    "an event for one bank alone has no digest for it", error);
    return 0;
}

static void put_register(assay_log_writer *out, const assay_event *event)
{
    if (event->nv_index != 0)
        put_format(out, "nv:0x%x", event->nv_index);
    else if (event->pcr_index <= UINT8_MAX)
        put_format(out, "%u", event->pcr_index);
    else
        put_format(out, "0x%x", event->pcr_index);
}

static void put_kind(assay_log_writer *out, const assay_event *event)
{
    const assay_event_type *const type = assay_event_type_find(event->type);

    if (event->content != ASSAY_CONTENT_PCCLIENT_STD) {
        assay_textlog_string_put(out, assay_content_name(event->content));
        if (assay_textlog_has_name(event->content))
            assay_textlog_quoted_put(out, event->name);
    } else if (!assay_event_states_type(event)) {
        assay_textlog_string_put(out, "-");
    } else if (type != NULL) {
        assay_textlog_string_put(out, type->name);
    } else {
        put_format(out, "0x%x", event->type);
    }
}

static void put_data(assay_log_writer *out, const assay_event *event)
{
    if (assay_event_keeps_data(event)) {
        assay_textlog_items_put(out, event->type, event->data);
        return;
    }
    assay_textlog_string_put(out, "not-kept");
    if (event->label.size > 0)
        assay_textlog_quoted_put(out, event->label);
}

int assay_textlog_write_event(assay_log_writer *out, const assay_event *event, assay_error *error)
{
    int status = check(event, error);

    if (status < 0)
        return status;
    put_register(out, event);
    put_kind(out, event);
    put_data(out, event);
    status = assay_textlog_digests_put(out, event);
    end_line(out);
    return status == 0 ? 0
                       : fail(event, "digests", (enum assay_kind)(-status),
                              "a digest could not be computed", error);
}

int assay_textlog_write_end(assay_log_writer *out, assay_error *error)
{
    (void)error;
    free_state(out);
    return 0;
}
