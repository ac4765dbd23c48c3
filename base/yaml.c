/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * YAML, of the part on which versions 1.1 and 1.2 agree: blocks by indentation, and
 * every string in double quotes, so that "no", "0x10" and "1e3" stay strings.
 */
#include "base/output_ops.h"
#include "base/utf8.h"

/*
 * After "key:" or "-" nothing is written until it is known what follows: a scalar,
 * which leads with a space, or an item, which begins its own line; except for the
 * first item of an array's element, which stands on the line of the dash.
 */
void assay_block_item(assay_output *out, const char *key)
{
    const unsigned depth = out->depth;

    if (depth == 0)
        return;
    if (depth > 1 && !out->not_first[depth - 1] && out->in_array[depth - 2])
        assay_put_char(out->writer, ' ');
    else if (depth > 1 || out->not_first[0])
        assay_put_format(out->writer, "\n%*s", (int)(2 * (depth - 1)), "");
    assay_put_string(out->writer, key == NULL ? "-" : key);
    if (key != NULL)
        assay_put_char(out->writer, ':');
}

void assay_block_begin(assay_output *out, bool array)
{
    (void)out;
    (void)array;
}

void assay_block_end(assay_output *out, bool array, bool empty)
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

const assay_output_ops assay_yaml_ops = { .item = assay_block_item, .begin = assay_block_begin,
                                          .end = assay_block_end, .text = yaml_text, .lead = " ",
                                          .quote = "\"", .null = "null", .separator = "" };
