/* SPDX-License-Identifier: BSD-2-Clause */
/* Where an input of Intel's has its JSON, and by which names Intel calls event types. */
#include "base/hex.h"
#include "base/utf8.h"
#include "eventlog/format/inteljson.h"
#include "eventlog/jsontext.h"
#include "eventlog/types.h"

#include <stdlib.h>

static const assay_bytes begin_tag = ASSAY_LITERAL("<eventLog>");
static const assay_bytes end_tag = ASSAY_LITERAL("</eventLog>");

static bool has(assay_bytes text, assay_bytes word)
{
    return assay_bytes_find(text, word) < text.size;
}

static uint8_t first_character(assay_bytes bytes)
{
    assay_cursor c = assay_cursor_of(bytes);

    return assay_json_peek(&c);
}

const char *assay_inteljson_detect(assay_bytes bytes)
{
    const uint8_t first = first_character(bytes);

    if (first == '<')
        return has(bytes, ASSAY_LITERAL("<tpm_quote_response>")) ? "XML with a tpm_quote_response"
                                                                 : NULL;
    if (first != '{' && first != '[')
        return NULL;
    if (has(bytes, ASSAY_LITERAL("\"pcr_event_log_map\"")))
        return "JSON with a pcr_event_log_map";
    if (has(bytes, ASSAY_LITERAL("\"tpm_events\"")))
        return "JSON with lists of tpm_events";
    return has(bytes, ASSAY_LITERAL("\"event_log\"")) && has(bytes, ASSAY_LITERAL("\"pcr_index\""))
               ? "JSON with an event_log of a pcr_index"
               : NULL;
}

/* XML 1.0 section 4.1: the character of a reference, after its "&"; 0 for what is none. */
static uint32_t take_reference(assay_cursor *c)
{
    static const struct {
        assay_bytes name;
        uint8_t character;
    } entities[] = { { ASSAY_LITERAL("lt;"), '<' },     { ASSAY_LITERAL("gt;"), '>' },
                     { ASSAY_LITERAL("amp;"), '&' },    { ASSAY_LITERAL("quot;"), '"' },
                     { ASSAY_LITERAL("apos;"), '\'' } };
    enum { DIGITS_MAX = 7, END = ';' };
    uint32_t character = 0;

    for (size_t i = 0; i < sizeof entities / sizeof *entities; i++)
        if (assay_bytes_start_with(assay_peek_rest(c), entities[i].name)) {
            assay_take(c, entities[i].name.size);
            return entities[i].character;
        }
    if (assay_take_u8(c) != '#')
        return 0;
    const bool hexadecimal = assay_bytes_start_with(assay_peek_rest(c), ASSAY_LITERAL("x"));
    const int base = hexadecimal ? 16 : 10;
    if (hexadecimal)
        assay_take_u8(c);
    for (int i = 0; i <= DIGITS_MAX; i++) {
        const uint8_t digit = assay_take_u8(c);
        const int value = assay_hex_digit((char)digit);

        if (digit == END)
            return character;
        if (value < 0 || value >= base)
            return 0;
        character = character * (uint32_t)base + (uint32_t)value;
    }
    return 0;
}

static bool is_character(uint32_t character)
{
    return character != 0 && character <= 0x10FFFF && (character < 0xD800 || character > 0xDFFF);
}

/* Unescapes one character; false for "&" that begins no reference to one. */
static bool take_unescaped(assay_cursor *c, assay_writer *writer)
{
    const uint8_t byte = assay_take_u8(c);

    if (byte != '&') {
        assay_put_u8(writer, byte);
        return true;
    }
    const uint32_t character = take_reference(c);
    if (!is_character(character))
        return false;
    assay_put_utf8(writer, character);
    return true;
}

/* No reference is shorter than the character it stands for. */
static int unescape(assay_log *log, assay_inteljson_text *text)
{
    assay_cursor c = assay_cursor_of(text->escaped);

    text->unescaped = malloc(text->escaped.size + 1);
    if (text->unescaped == NULL)
        return assay_log_fail(log, ASSAY_NO_MEMORY, text->start, NULL, "no memory to read the XML");
    assay_writer writer = assay_writer_lent(text->unescaped, text->escaped.size);
    while (assay_left(&c) > 0) {
        const size_t at = c.offset;

        if (!take_unescaped(&c, &writer))
            return assay_log_fail(log, ASSAY_MALFORMED, text->start + at, "eventLog",
                                  "an & that begins no reference to a character");
    }
    text->json = assay_bytes_of(text->unescaped, writer.used);
    text->raw = assay_cursor_of(text->escaped);
    return 0;
}

/*
 * The one element that matters, where nothing may hide another: no comment, no CDATA, no
 * document type. The programs that write this write none.
 */
static int find_element(assay_log *log, assay_inteljson_text *text)
{
    const size_t markup = assay_bytes_find(log->bytes, ASSAY_LITERAL("<!"));
    assay_cursor c = assay_cursor_of(log->bytes);

    if (markup < log->bytes.size)
        return assay_log_fail(log, ASSAY_MALFORMED, markup, NULL,
                              "XML with a comment, CDATA or a document type");
    assay_take(&c, assay_bytes_find(log->bytes, begin_tag));
    if (assay_left(&c) == 0)
        return assay_log_fail(log, ASSAY_MALFORMED, 0, "eventLog", "XML without an eventLog");
    assay_take(&c, begin_tag.size);
    text->start = c.offset;
    text->escaped = assay_take(&c, assay_bytes_find(assay_peek_rest(&c), ASSAY_LITERAL("<")));
    if (!assay_bytes_start_with(assay_peek_rest(&c), end_tag))
        return assay_log_fail(log, ASSAY_MALFORMED, c.offset, "eventLog",
                              "the eventLog is not text up to its end tag");
    if (has(assay_peek_rest(&c), begin_tag))
        return assay_log_fail(log, ASSAY_MALFORMED, c.offset, "eventLog", "more than one eventLog");
    return unescape(log, text);
}

/* Values and containers of the JSON, strings left out; each costs a tree a hundred bytes or two. */
static size_t count_nodes(assay_bytes json)
{
    bool in_string = false;
    size_t count = 0;

    for (size_t i = 0; i < json.size; i++) {
        const uint8_t c = json.data[i];

        if (c == '"')
            in_string = !in_string;
        else if (in_string)
            i += c == '\\';
        else
            count += c == ',' || c == '{' || c == '[';
    }
    return count;
}

int assay_inteljson_text_open(assay_log *log, assay_inteljson_text *ret_text)
{
    enum { BYTES_PER_NODE = 8, FEW_NODES = 256 };
    int status = 0;

    *ret_text = (assay_inteljson_text){ .json = log->bytes };
    if (log->bytes.size > ASSAY_INTELJSON_CEILING)
        return assay_log_fail(log, ASSAY_TOO_LARGE, ASSAY_INTELJSON_CEILING, NULL,
                              "larger than the %d MiB that a list of events may have",
                              ASSAY_INTELJSON_CEILING >> 20);
    if (first_character(log->bytes) == '<')
        status = find_element(log, ret_text);
    if (status == 0 &&
        count_nodes(ret_text->json) > FEW_NODES + ret_text->json.size / BYTES_PER_NODE)
        status = assay_log_fail(log, ASSAY_TOO_LARGE, ret_text->start, NULL,
                                "JSON of much structure and little content, which no list of "
                                "events is");
    return status;
}

void assay_inteljson_text_close(assay_inteljson_text *text)
{
    free(text->unescaped);
    text->unescaped = NULL;
}

uint64_t assay_inteljson_place(assay_inteljson_text *text, size_t offset)
{
    if (text->unescaped == NULL)
        return text->start + offset;
    if (offset < text->plain) {
        text->raw = assay_cursor_of(text->escaped);
        text->plain = 0;
    }
    while (text->plain < offset && assay_left(&text->raw) > 0) {
        assay_writer counter = assay_writer_lent(NULL, 0);

        take_unescaped(&text->raw, &counter);
        text->plain += (size_t)counter.written;
    }
    return text->start + text->raw.offset;
}

/* Names. */

static const char txt_prefix[] = "TXT_EVTYPE_";
static const char tboot_policy[] = "tb_policy"; /* the first that tboot measures */

static const char *name_of(const assay_event_type *type)
{
    const size_t length = sizeof txt_prefix - 1;

    return strncmp(type->name, txt_prefix, length) == 0 ? type->name + length : type->name;
}

uint32_t assay_inteljson_type_of(assay_bytes name)
{
    const assay_event_type *type;

    if (assay_bytes_equal(name, assay_bytes_of_string(tboot_policy)))
        return TB_EVTYPE_HASH;
    for (unsigned i = 0; (type = assay_event_type_at(i)) != NULL; i++)
        if (assay_bytes_equal(name, assay_bytes_of_string(name_of(type))))
            return type->value;
    return ASSAY_NO_EVENT_TYPE;
}

const char *assay_inteljson_type_name(uint32_t value)
{
    const assay_event_type *const type = assay_event_type_find(value);

    return type != NULL ? name_of(type) : NULL;
}
