/* SPDX-License-Identifier: BSD-2-Clause */
/* JSON (RFC 8259): top-level keys, and the elements of top-level arrays, on lines of their own. */
#include "base/output_ops.h"
#include "base/utf8.h"

static bool on_own_line(const assay_output *out)
{
    return !out->compact && (out->depth == 1 || (out->depth == 2 && out->in_array[1]));
}

static void json_item(assay_output *out, const char *key)
{
    if (out->depth == 0)
        return;
    if (out->not_first[out->depth - 1])
        assay_put_char(out->writer, ',');
    if (on_own_line(out))
        assay_put_char(out->writer, '\n');
    if (key == NULL)
        return;
    const size_t size = strlen(key);
    uint8_t *const room = assay_put_room(out->writer, size + 3);
    if (room == NULL)
        return;
    room[0] = '"';
    memcpy(room + 1, key, size);
    memcpy(room + 1 + size, "\":", 2);
}

static void json_begin(assay_output *out, bool array)
{
    assay_put_char(out->writer, array ? '[' : '{');
}

static void json_end(assay_output *out, bool array, bool empty)
{
    if (!empty && on_own_line(out))
        assay_put_char(out->writer, '\n');
    assay_put_char(out->writer, array ? ']' : '}');
}

static void put_unit(assay_writer *writer, uint32_t unit)
{
    assay_put_format(writer, "\\u%04x", unit);
}

static void json_escape(assay_writer *writer, uint32_t character)
{
    if (character & ASSAY_NOT_UTF8) {
        put_unit(writer, 0xFFFD);
    } else if (character == '"' || character == '\\') {
        assay_put_char(writer, '\\');
        assay_put_u8(writer, (uint8_t)character);
    } else if (character == '\n') {
        assay_put_string(writer, "\\n");
    } else if (character < 0x10000) {
        put_unit(writer, character);
    } else {
        put_unit(writer, 0xD800 + ((character - 0x10000) >> 10));
        put_unit(writer, 0xDC00 + ((character - 0x10000) & 0x3FF));
    }
}

static void json_text(assay_writer *writer, assay_bytes text)
{
    assay_put_escaped(writer, text, true, json_escape);
}

const assay_output_ops assay_json_ops = { .item = json_item, .begin = json_begin, .end = json_end,
                                          .text = json_text, .lead = "", .quote = "\"",
                                          .null = "null", .separator = "," };
