/* SPDX-License-Identifier: BSD-2-Clause */
/* The text form, its events, and its row in the table of formats. The grammar is in textlog.h. */
#include "base/number.h"
#include "eventlog/format/textlog.h"
#include "eventlog/types.h"

#include <stdlib.h>

static int fail(assay_log *log, const assay_textlog_word *word, const char *field, const char *what)
{
    return assay_textlog_fail(log, word->offset, field, "%s", what);
}

static const char *detect(assay_bytes bytes)
{
    assay_cursor c = assay_cursor_of(bytes);

    while (assay_left(&c) > 0) {
        if (assay_bytes_start_with(assay_peek_rest(&c), ASSAY_LITERAL("assay-log")))
            return "the first line is the mark of the text form";
        const uint8_t first = assay_take_u8(&c);

        if (first == '#')
            while (assay_left(&c) > 0 && assay_take_u8(&c) != '\n')
                ;
        else if (first != '\n' && first != '\r' && first != ' ' && first != '\t')
            return NULL;
    }
    return NULL;
}

/* TCG_EfiSpecIDEvent, which the "spec-id" line stands for, as the event a binary log has. */
static int yield_spec_id(assay_log *log, assay_event *event)
{
    static const uint8_t no_digest[20];
    assay_textlog *const text = log->owned;
    const int status = assay_textlog_reserve(log, 0);

    if (status < 0)
        return status;
    assay_spec_id_put(&text->bytes, &log->header);
    *event = (assay_event){ .offset = text->spec_id_offset, .data_offset = text->spec_id_offset,
                            .pcr_index = assay_spec_id_index(&log->header),
                            .type = EV_NO_ACTION, .digest_count = 1,
                            .data = assay_written(&text->bytes) };
    event->digests[0] =
        (assay_event_digest){ ASSAY_ALG_SHA1, assay_bytes_of(no_digest, sizeof no_digest) };
    return 1;
}

static bool parse_type(assay_bytes text, uint32_t *ret_type)
{
    const assay_event_type *type;
    uint64_t number;

    if (assay_number_read(text, UINT32_MAX, &number)) {
        *ret_type = (uint32_t)number;
        return true;
    }
    for (unsigned i = 0; (type = assay_event_type_at(i)) != NULL; i++)
        if (assay_bytes_equal(text, assay_bytes_of_string(type->name))) {
            *ret_type = type->value;
            return true;
        }
    return false;
}

static bool parse_content(assay_bytes text, enum assay_content *ret_content)
{
    for (enum assay_content content = ASSAY_CONTENT_PCCLIENT_STD + 1; content < ASSAY_CONTENTS;
         content++)
        if (assay_bytes_equal(text, assay_bytes_of_string(assay_content_name(content)))) {
            *ret_content = content;
            return true;
        }
    return false;
}

bool assay_textlog_has_name(enum assay_content content)
{
    return content == ASSAY_CONTENT_IMA_TEMPLATE || content == ASSAY_CONTENT_OTHER;
}

/* The string behind a content that has a name; leaves `word` at it. */
static int read_name(assay_log *log, assay_textlog_word *word, assay_event *event)
{
    assay_textlog *const text = log->owned;
    const size_t start = text->bytes.used;
    int status = assay_textlog_word_next(log, word);

    if (status >= 0)
        status = assay_textlog_string_read(log, word, "content", &text->bytes);
    event->name = assay_bytes_of(text->scratch + start, text->bytes.used - start);
    return status;
}

/* A PCR, or the NV index that stands in its place. */
static int read_register(assay_log *log, const assay_textlog_word *word, assay_event *event)
{
    const assay_bytes nv = assay_textlog_after(word->text, "nv:");
    uint64_t number;

    if (!assay_number_read(nv.data != NULL ? nv : word->text, UINT32_MAX, &number) ||
        (nv.data != NULL && number == 0))
        return fail(log, word, "pcrIndex",
                    "expected a PCR index: an event is a line like: "
                    "4 EV_SEPARATOR u32:0");
    event->pcr_index = nv.data != NULL ? UINT32_MAX : (uint32_t)number;
    event->nv_index = nv.data != NULL ? (uint32_t)number : 0;
    return 0;
}

/* What kind of event it is; leaves `word` at the last of the words that say so. */
static int read_kind(assay_log *log, assay_textlog_word *word, assay_event *event)
{
    event->type = ASSAY_NO_EVENT_TYPE;
    if (assay_bytes_equal(word->text, ASSAY_LITERAL("-")))
        return 0;
    if (parse_content(word->text, &event->content))
        return assay_textlog_has_name(event->content) ? read_name(log, word, event) : 0;
    if (!parse_type(word->text, &event->type))
        return fail(log, word, "eventType",
                    "expected an event type: a name like EV_SEPARATOR, "
                    "or its number");
    return 0;
}

/* Leaves `word` at what follows. */
static int read_event_head(assay_log *log, assay_textlog_word *word, assay_event *event)
{
    int status = read_register(log, word, event);

    if (status == 0)
        status = assay_textlog_word_next(log, word);
    if (status < 0)
        return status;
    status = read_kind(log, word, event);
    return status < 0 ? status : assay_textlog_word_next(log, word);
}

/* The items: the event's data, or what stands in their place. Leaves `word` behind them. */
static int read_data(assay_log *log, assay_textlog_word *word, assay_event *event)
{
    assay_textlog *const text = log->owned;
    const bool label = assay_bytes_equal(word->text, ASSAY_LITERAL("not-kept"));
    const size_t start = text->bytes.used;
    int status = label ? assay_textlog_word_next(log, word) : 0;

    if (status >= 0)
        status = assay_textlog_items_read(log, word, "event", &text->bytes);
    if (status < 0)
        return status;
    event->data = assay_bytes_of(text->scratch + start, text->bytes.used - start);
    if (label) {
        event->label = event->data;
        event->data.size = 0;
    }
    return 0;
}

static int read_event(assay_log *log, assay_event *event)
{
    assay_textlog_word word;
    int status = assay_textlog_line_begin(log, &word);

    if (status <= 0)
        return status;
    *event = (assay_event){ .number = log->next_number, .offset = word.offset };
    status = read_event_head(log, &word, event);
    if (status < 0)
        return status;
    event->data_offset = word.offset;
    status = read_data(log, &word, event);
    if (status < 0)
        return status;
    status = assay_textlog_digests_read(log, &word, event);
    return status < 0 ? status : 1;
}

static int next(assay_log *log, assay_event *ret_event)
{
    const assay_spec_id *const spec_id = &log->header.spec_id;

    if (log->next_number == 0 && spec_id->present && spec_id->signature == 3)
        return yield_spec_id(log, ret_event);
    return read_event(log, ret_event);
}

/* A SHA-1 log's first event may be its header too. */
static void read_forerunner(assay_log *log)
{
    assay_textlog *const text = log->owned;
    assay_spec_id spec_id = { .present = false };
    const assay_log before = *log;
    assay_event event;

    if (read_event(log, &event) > 0)
        assay_spec_id_read_forerunner(&event, &spec_id);
    *log = before;
    if (!spec_id.present)
        return;
    assay_writer copy = assay_writer_lent(text->vendor_info, sizeof text->vendor_info);
    assay_put(&copy, spec_id.vendor_info);
    spec_id.vendor_info = assay_written(&copy);
    log->header.spec_id = spec_id;
}

static int open(assay_log *log)
{
    assay_textlog *const text = calloc(1, sizeof *text);

    log->owned = text;
    if (text == NULL || (text->hashes = assay_hashes_new()) == NULL)
        return assay_log_fail(log, ASSAY_NO_MEMORY, 0, NULL, "no memory to read the text form");
    const int status = assay_textlog_header_read(log);
    if (status == 0 && !log->header.spec_id.present)
        read_forerunner(log);
    return status;
}

static void close(assay_log *log)
{
    assay_textlog *const text = log->owned;

    if (text == NULL)
        return;
    assay_hashes_free(&text->hashes);
    free(text->scratch);
    free(text);
}

const assay_format assay_format_text = {
    .info = { "text", "assay text log", "docs/textlog.md", true },
    .room = { .contents = (1u << ASSAY_CONTENTS) - 1,
              .banks = ASSAY_ROOM_ANY_BANKS,
              .types = true,
              .data = true,
              .labels = true,
              .spec_id = true,
              .nv_indices = true,
              .registers = true,
              .only_bank = true,
              .odd_digests = true,
              .no_banks = true },
    .detect = detect,
    .open = open,
    .next = next,
    .close = close,
    .write_begin = assay_textlog_write_begin,
    .write_event = assay_textlog_write_event,
    .write_end = assay_textlog_write_end,
    .is_header = assay_tcg2_is_header,
};
