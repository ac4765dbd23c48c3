/* SPDX-License-Identifier: BSD-2-Clause */
/* Where the records of a canonical event log in JSON begin and end. */
#include "eventlog/format/celjson.h"

#include "eventlog/jsontext.h"

/* The array that an object keeps its records in, or no bytes. */
static assay_bytes wrapped(assay_bytes object)
{
    const assay_bytes events = assay_json_member(object, "events");

    return events.data != NULL ? events : assay_json_member(object, "records");
}

static bool has_member(assay_bytes object, const char *key)
{
    return assay_json_member(object, key).data != NULL;
}

/* Whether a value is a record, whole or not. */
static bool is_record(assay_bytes value)
{
    return has_member(value, "digests") || has_member(value, "content_type") ||
           has_member(value, "recnum");
}

assay_bytes assay_celjson_first(assay_bytes bytes, enum assay_celjson_framing framing, size_t first)
{
    assay_cursor c = assay_cursor_of(bytes);

    (void)framing;
    assay_seek(&c, first);
    return assay_json_take(&c);
}

/* Where the array of a wrapping object begins, behind its bracket; 0: there is none. */
static size_t find_member(assay_bytes bytes)
{
    const assay_bytes array = wrapped(bytes);

    return array.size > 0 && array.data[0] == '[' ? (size_t)(array.data - bytes.data) + 1 : 0;
}

const char *assay_celjson_find(assay_bytes bytes, enum assay_celjson_framing *ret_framing,
                               size_t *ret_first)
{
    assay_cursor c = assay_cursor_of(bytes);
    const uint8_t character = assay_json_peek(&c);
    const char *why = "an array of canonical records";

    *ret_first = c.offset + 1;
    if (character == ASSAY_CELJSON_RS) {
        *ret_framing = ASSAY_CELJSON_SEQUENCE;
        while (assay_json_peek(&c) == ASSAY_CELJSON_RS)
            assay_take_u8(&c);
        return assay_json_peek(&c) == '{' ? "JSON behind a record separator (RFC 7464)" : NULL;
    }
    *ret_framing = ASSAY_CELJSON_ARRAY;
    if (character == '{') {
        const size_t array = find_member(bytes);

        *ret_framing = array != 0 ? ASSAY_CELJSON_MEMBER : ASSAY_CELJSON_STREAM;
        *ret_first = array != 0 ? array : c.offset;
        why = "canonical records in JSON";
    } else if (character != '[') {
        return NULL;
    }
    return is_record(assay_celjson_first(bytes, *ret_framing, *ret_first)) ? why : NULL;
}

/* The end of the array, and of the object around it. */
static int finish(assay_log *log, bool wrapper)
{
    assay_cursor *const c = &log->cursor;
    assay_bytes key, value;

    while (wrapper && assay_json_peek(c) == ',' && assay_json_take_member(c, &key, &value))
        ;
    if (wrapper && assay_json_peek(c) != '}')
        return assay_log_fail(log, assay_left(c) == 0 ? ASSAY_TRUNCATED : ASSAY_MALFORMED,
                              c->offset, NULL, "the object around the records does not end");
    if (wrapper)
        assay_take_u8(c);
    assay_json_peek(c);
    return assay_left(c) == 0 ? 0 : assay_log_end_with_tail(log, c->offset);
}

static int take_value(assay_log *log)
{
    assay_celjson *const self = log->owned;

    self->text = assay_json_take(&log->cursor);
    self->started = true;
    return self->text.data != NULL ? 1
                                   : assay_log_fail(log, ASSAY_MALFORMED, log->cursor.offset, NULL,
                                                    "no record where one has to be");
}

static int take_element(assay_log *log)
{
    assay_celjson *const self = log->owned;
    assay_cursor *const c = &log->cursor;
    const uint8_t character = assay_json_peek(c);

    if (assay_left(c) == 0)
        return assay_log_fail(log, ASSAY_TRUNCATED, c->offset, NULL,
                              "the array of records does not end");
    if (character == ']') {
        assay_take_u8(c);
        return finish(log, self->framing == ASSAY_CELJSON_MEMBER);
    }
    if (self->started && character != ',')
        return assay_log_fail(log, ASSAY_MALFORMED, c->offset, NULL, "no comma between records");
    if (self->started)
        assay_take_u8(c);
    return take_value(log);
}

/* Up to the next separator, blanks left out at both ends. */
static assay_bytes take_text(assay_cursor *c)
{
    const assay_bytes rest = assay_peek_rest(c);
    const uint8_t *const end =
        rest.size > 0 ? memchr(rest.data, ASSAY_CELJSON_RS, rest.size) : NULL;
    assay_bytes text = assay_take(c, end != NULL ? (size_t)(end - rest.data) : rest.size);
    assay_cursor inner = assay_cursor_of(text);

    assay_take(c, end != NULL ? 1 : 0);
    assay_json_peek(&inner);
    text = assay_peek_rest(&inner);
    while (text.size > 0 && (text.data[text.size - 1] == '\n' || text.data[text.size - 1] == ' ' ||
                             text.data[text.size - 1] == '\r' || text.data[text.size - 1] == '\t'))
        text.size--;
    return text;
}

/* RFC 7464 section 2.1: separators may follow each other with nothing in between. */
static int take_of_sequence(assay_log *log)
{
    assay_celjson *const self = log->owned;

    do
        self->text = take_text(&log->cursor);
    while (self->text.size == 0 && assay_left(&log->cursor) > 0);
    return self->text.size > 0;
}

int assay_celjson_take(assay_log *log)
{
    const assay_celjson *const self = log->owned;

    if (self->framing == ASSAY_CELJSON_SEQUENCE)
        return take_of_sequence(log);
    if (self->framing != ASSAY_CELJSON_STREAM)
        return take_element(log);
    assay_json_peek(&log->cursor);
    return assay_left(&log->cursor) == 0 ? 0 : take_value(log);
}
