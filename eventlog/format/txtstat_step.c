/* SPDX-License-Identifier: BSD-2-Clause */
/* tboot's text: from one launch, header or record to the next, past all else that tboot prints. */
#include "eventlog/format/txtstat.h"

enum { HEX_BEFORE_ALL = 2 /* this many bytes at the start of a text are a record's */ };

/* The last words, of which the meaning of the next may depend. */
typedef struct tboot_context {
    bool tcg;   /* "TCG" */
    bool log;   /* "Log", after "Event" */
    bool event; /* "Event" */
} tboot_context;

static void remember(tboot_context *context, const assay_txtstat_word *word)
{
    context->log = context->event && assay_txtstat_word_is(word, "Log");
    context->event = assay_txtstat_word_is(word, "Event");
    context->tcg = assay_txtstat_word_is(word, "TCG");
}

static enum assay_txtstat_step begin_launch(assay_txtstat_reader *reader,
                                            enum assay_txtstat_shape shape)
{
    reader->shape = shape;
    reader->alg = shape == ASSAY_TXTSTAT_CONTAINER ? ASSAY_ALG_SHA1 : 0;
    reader->expected = 0;
    reader->in_rest = false;
    return ASSAY_TXTSTAT_LAUNCH;
}

static enum assay_txtstat_step read(assay_txtstat_reader *reader,
                                    bool (*record)(assay_txtstat_reader *reader),
                                    enum assay_txtstat_step step)
{
    reader->in_rest = false;
    return record(reader) ? step : ASSAY_TXTSTAT_FAULT;
}

static void read_range(assay_txtstat_reader *reader)
{
    assay_txtstat_words ahead = reader->words;
    assay_txtstat_word word;
    uint32_t from, to;

    if (!assay_txtstat_word_next(&ahead, &word) || !assay_txtstat_range(&word, &from, &to))
        return;
    reader->words = ahead;
    if (to > from)
        reader->expected += to - from;
}

static void read_alg(assay_txtstat_reader *reader)
{
    assay_txtstat_words ahead = reader->words;
    assay_txtstat_word word;
    uint32_t number;

    if (reader->shape != ASSAY_TXTSTAT_BANKS || !assay_txtstat_word_next(&ahead, &word) ||
        !assay_txtstat_number(&word, &number))
        return;
    reader->words = ahead;
    reader->alg = number <= UINT16_MAX ? (uint16_t)number : 0;
}

/* A text that begins within a record begins with its bytes, or with one of its later fields. */
static bool is_rest(const assay_txtstat_reader *reader, const assay_txtstat_word *word)
{
    assay_txtstat_words ahead = reader->words;
    assay_txtstat_word next;
    uint32_t size;

    if (assay_txtstat_word_is(word, "Digest:"))
        return assay_txtstat_word_next(&ahead, &next) && assay_txtstat_byte(&next) >= 0;
    return (assay_txtstat_word_is(word, "event_data:") || assay_txtstat_word_is(word, "Data:")) &&
           assay_txtstat_word_next(&ahead, &next) && assay_txtstat_number(&next, &size);
}

/* Whether the text begins with bytes. */
static bool begins_with_bytes(assay_txtstat_words words)
{
    assay_txtstat_word word;

    for (int i = 0; i < HEX_BEFORE_ALL; i++)
        if (!assay_txtstat_word_next(&words, &word) || assay_txtstat_byte(&word) < 0)
            return false;
    return true;
}

/* What the word begins; END: nothing. */
static enum assay_txtstat_step judge(assay_txtstat_reader *reader, const tboot_context *context,
                                     const assay_txtstat_word *word)
{
    reader->place = word->offset;
    if (assay_txtstat_word_is(word, "EVENT_LOG_POINTER:"))
        return begin_launch(reader, ASSAY_TXTSTAT_CONTAINER);
    if (assay_txtstat_word_is(word, "EVENT_LOG_PTR:"))
        return begin_launch(reader, context->tcg ? ASSAY_TXTSTAT_AGILE : ASSAY_TXTSTAT_BANKS);
    if (context->log && assay_txtstat_word_is(word, "Header:"))
        return read(reader, assay_txtstat_header_read, ASSAY_TXTSTAT_HEADER);
    if (assay_txtstat_word_is(word, "PCRIndex:"))
        return read(reader, assay_txtstat_record_read, ASSAY_TXTSTAT_RECORD);
    if (assay_txtstat_word_is(word, "pcr_index:"))
        return read(reader, assay_txtstat_agile_read, ASSAY_TXTSTAT_RECORD);
    if (assay_txtstat_word_is(word, "EventsOffset:"))
        read_range(reader);
    else if (assay_txtstat_word_is(word, "Alg:"))
        read_alg(reader);
    else if (!reader->in_rest && is_rest(reader, word)) {
        reader->in_rest = true;
        return ASSAY_TXTSTAT_REST;
    }
    return ASSAY_TXTSTAT_END;
}

enum assay_txtstat_step assay_txtstat_step(assay_txtstat_reader *reader)
{
    tboot_context context = { .tcg = false };
    assay_txtstat_word word;

    if (reader->words.cursor.offset == 0 && !reader->in_rest && begins_with_bytes(reader->words)) {
        reader->in_rest = true;
        reader->place = 0;
        return ASSAY_TXTSTAT_REST;
    }
    while (assay_txtstat_word_next(&reader->words, &word)) {
        const enum assay_txtstat_step step = judge(reader, &context, &word);

        if (step != ASSAY_TXTSTAT_END)
            return step;
        remember(&context, &word);
    }
    return ASSAY_TXTSTAT_END;
}
