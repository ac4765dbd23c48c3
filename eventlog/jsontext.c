/* SPDX-License-Identifier: BSD-2-Clause */
#include "eventlog/jsontext.h"

static bool is_blank(uint8_t c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

uint8_t assay_json_peek(assay_cursor *c)
{
    const assay_bytes rest = assay_peek_rest(c);
    size_t blanks = 0;

    while (blanks < rest.size && is_blank(rest.data[blanks]))
        blanks++;
    assay_take(c, blanks);
    return blanks < rest.size ? rest.data[blanks] : 0;
}

/* Where `c` is next in `text` from `from` on, or the end. */
static size_t find(assay_bytes text, size_t from, char c)
{
    const uint8_t *const at =
        from < text.size ? memchr(text.data + from, c, text.size - from) : NULL;

    return at != NULL ? (size_t)(at - text.data) : text.size;
}

/* The length of the string that `text` begins with, quotes included. */
static size_t string_length(assay_bytes text)
{
    size_t quote = find(text, 1, '"');
    size_t i = find(assay_bytes_of(text.data, quote), 1, '\\');

    while (i < quote) {
        i += 2;
        if (i > quote)
            quote = find(text, i, '"');
        i = find(assay_bytes_of(text.data, quote), i, '\\');
    }
    return quote < text.size ? quote + 1 : text.size;
}

static bool opens(uint8_t c)
{
    return c == '{' || c == '[';
}

static bool closes(uint8_t c)
{
    return c == '}' || c == ']';
}

static size_t container_length(assay_bytes text)
{
    size_t depth = 0, i = 0;

    while (i < text.size) {
        const uint8_t c = text.data[i];

        i += c == '"' ? string_length(assay_bytes_of(text.data + i, text.size - i)) : 1;
        depth += opens(c);
        if (closes(c) && --depth == 0)
            break;
    }
    return i;
}

/* Numbers, true, false, null, and what is none of them. */
static size_t word_length(assay_bytes text)
{
    size_t i = 0;

    while (i < text.size && !is_blank(text.data[i]) && !opens(text.data[i]) &&
           !closes(text.data[i]) && text.data[i] != ',' && text.data[i] != ':' &&
           text.data[i] != '"')
        i++;
    return i;
}

assay_bytes assay_json_take(assay_cursor *c)
{
    const uint8_t first = assay_json_peek(c);
    const assay_bytes rest = assay_peek_rest(c);
    size_t length;

    if (rest.size == 0)
        return ASSAY_NO_BYTES;
    if (first == '"')
        length = string_length(rest);
    else
        length = opens(first) ? container_length(rest) : word_length(rest);
    return length == 0 ? ASSAY_NO_BYTES : assay_take(c, length);
}

bool assay_json_is_modest(assay_bytes value, size_t depth_max, size_t nodes_max)
{
    size_t depth = 0, nodes = 0, i = 0;

    while (i < value.size) {
        const uint8_t c = value.data[i];

        i += c == '"' ? string_length(assay_bytes_of(value.data + i, value.size - i)) : 1;
        nodes += opens(c) || c == ',';
        depth += opens(c);
        depth -= closes(c) && depth > 0;
        if (depth > depth_max || nodes > nodes_max)
            return false;
    }
    return true;
}

bool assay_json_take_member(assay_cursor *c, assay_bytes *ret_key, assay_bytes *ret_value)
{
    if (assay_json_peek(c) == ',') {
        assay_take_u8(c);
        assay_json_peek(c);
    }
    *ret_key = assay_json_string(assay_json_take(c));
    if (ret_key->data == NULL || assay_json_peek(c) != ':')
        return false;
    assay_take_u8(c);
    *ret_value = assay_json_take(c);
    return ret_value->data != NULL;
}

assay_bytes assay_json_member(assay_bytes object, const char *key)
{
    const assay_bytes wanted = assay_bytes_of_string(key);
    assay_cursor c = assay_cursor_of(object);
    assay_bytes name, value;

    if (assay_json_peek(&c) != '{')
        return ASSAY_NO_BYTES;
    assay_take_u8(&c);
    while (assay_json_take_member(&c, &name, &value))
        if (assay_bytes_equal(name, wanted))
            return value;
    return ASSAY_NO_BYTES;
}

assay_bytes assay_json_string(assay_bytes value)
{
    if (value.size < 2 || value.data[0] != '"' || value.data[value.size - 1] != '"')
        return ASSAY_NO_BYTES;
    return assay_bytes_of(value.data + 1, value.size - 2);
}
