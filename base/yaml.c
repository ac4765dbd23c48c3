/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * YAML, of the part on which versions 1.1 and 1.2 agree: blocks by indentation, and
 * every string in double quotes, so that "no", "0x10" and "1e3" stay strings.
 */
#include "base/output_ops.h"
#include "base/utf8.h"

static void put_indentation(assay_output *out, unsigned depth)
{
    /* The first item of an array's element stands on the line of its dash. */
    if (depth > 1 && !out->not_first[depth - 1] && out->in_array[depth - 2])
        assay_put_char(out->writer, ' ');
    else if (depth > 1 || out->not_first[0])
        assay_put_format(out->writer, "\n%*s", (int)(2 * (depth - 1)), "");
}

void assay_block_item(assay_output *out, const char *key, enum assay_value value)
{
    if (out->depth > 0) {
        put_indentation(out, out->depth);
        assay_put_string(out->writer, key == NULL ? "-" : key);
        if (key != NULL)
            assay_put_char(out->writer, ':');
    }
    /* After an object or array nothing: its first item begins a line, or there is none. */
    if (value == ASSAY_SCALAR || value == ASSAY_STRING)
        assay_put_char(out->writer, ' ');
}

static void yaml_item(assay_output *out, const char *key, enum assay_value value)
{
    assay_block_item(out, key, value);
    if (value == ASSAY_STRING)
        assay_put_char(out->writer, '"');
}

static void yaml_end(assay_output *out, bool array, bool empty)
{
    if (empty)
        assay_put_string(out->writer, array ? " []" : " {}");
}

static void yaml_escape(assay_writer *writer, uint32_t character)
{
    if (character & ASSAY_NOT_UTF8)
        assay_put_string(writer, "\\uFFFD");
    else if (character == '"' || character == '\\')
        assay_put_format(writer, "\\%c", (int)character);
    else if (character == '\n')
        assay_put_string(writer, "\\n");
    else
        assay_put_format(writer, character < 0x10000 ? "\\u%04x" : "\\U%08x", character);
}

static void yaml_text(assay_writer *writer, assay_bytes text)
{
    assay_put_escaped(writer, text, true, yaml_escape);
}

const assay_output_ops assay_yaml_ops = {
    .item = yaml_item,
    .end = yaml_end,
    .text = yaml_text,
    .null = "null",
    .quote = '"',
    .separator = '\0',
};
