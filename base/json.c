/* SPDX-License-Identifier: BSD-2-Clause */
/* JSON (RFC 8259): top-level keys, and the elements of top-level arrays, on lines of their own. */
#include "base/output_ops.h"
#include "base/utf8.h"

static bool on_own_line(const assay_output *out)
{
    if (out->indented)
        return out->depth > 0;
    return !out->compact && (out->depth == 1 || (out->depth == 2 && out->in_array[1]));
}

static size_t indent_of(const assay_output *out)
{
    return out->indented ? 2 * (size_t)out->depth : 0;
}

static void json_item(assay_output *out, const char *key, enum assay_value value)
{
    static const char opening[] = {
        [ASSAY_SCALAR] = '\0', [ASSAY_STRING] = '"', [ASSAY_OBJECT] = '{', [ASSAY_ARRAY] = '['
    };
    const bool comma = out->depth > 0 && out->not_first[out->depth - 1];
    const bool line = on_own_line(out);
    const bool open = opening[value] != '\0';
    const assay_bytes name = assay_bytes_of_string(key != NULL ? key : "");
    const size_t indent = line ? indent_of(out) : 0;
    uint8_t *room = assay_put_room(out->writer, (size_t)comma + line + indent + open +
                                                    (key != NULL ? name.size + 3 : 0));

    if (room == NULL)
        return;
    if (comma)
        *room++ = ',';
    if (line)
        *room++ = '\n';
    memset(room, ' ', indent);
    room += indent;
    if (key != NULL) {
        *room++ = '"';
        memcpy(room, name.data, name.size);
        room += name.size;
        *room++ = '"';
        *room++ = ':';
    }
    if (open)
        *room = (uint8_t)opening[value];
}

static void json_end(assay_output *out, bool array, bool empty)
{
    if (!empty && (on_own_line(out) || out->indented))
        assay_put_format(out->writer, "\n%*s", (int)(out->indented ? 2 * (out->depth - 1) : 0), "");
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

const assay_output_ops assay_json_ops = {
    .item = json_item,
    .end = json_end,
    .text = json_text,
    .null = "null",
    .quote = '"',
    .separator = ',',
};
