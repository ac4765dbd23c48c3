/* SPDX-License-Identifier: BSD-2-Clause */
/* Text for people: "key: value", indented. */
#include "base/output_ops.h"
#include "base/utf8.h"

static void text_escape(assay_writer *writer, uint32_t character)
{
    if (character & ASSAY_NOT_UTF8)
        assay_put_format(writer, "\\x%02x", character & 0xFF);
    else if (character == '\n')
        assay_put_string(writer, "\\n");
    else if (character == '\t')
        assay_put_string(writer, "\\t");
    else if (character < 0x80)
        assay_put_format(writer, "\\x%02x", character);
    else
        assay_put_format(writer, "\\u%04x", character);
}

void assay_put_safe(assay_writer *writer, assay_bytes text)
{
    assay_put_escaped(writer, text, false, text_escape);
}

static void text_end(assay_output *out, bool array, bool empty)
{
    (void)array;
    if (empty)
        assay_put_string(out->writer, " none");
}

const assay_output_ops assay_text_ops = {
    .item = assay_block_item,
    .end = text_end,
    .text = assay_put_safe,
    .null = "-",
    .quote = '\0',
    .separator = '\0',
};
