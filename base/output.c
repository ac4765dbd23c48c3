/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/output.h"

#include "base/alg.h"
#include "base/output_ops.h"
#include "base/utf16.h"

#include <assert.h>

assay_output assay_output_json(assay_writer *writer)
{
    return (assay_output){ .ops = &assay_json_ops, .writer = writer };
}

assay_output assay_output_json_line(assay_writer *writer)
{
    return (assay_output){ .ops = &assay_json_ops, .writer = writer, .compact = true };
}

assay_output assay_output_json_indented(assay_writer *writer)
{
    assay_output out = assay_output_json(writer);

    out.indented = true;
    return out;
}

assay_output assay_output_yaml(assay_writer *writer)
{
    return (assay_output){ .ops = &assay_yaml_ops, .writer = writer };
}

assay_output assay_output_text(assay_writer *writer)
{
    return (assay_output){ .ops = &assay_text_ops, .writer = writer };
}

static void put_unless_nul(assay_writer *writer, char c)
{
    if (c != '\0')
        assay_put_char(writer, c);
}

static void item(assay_output *out, const char *key, enum assay_value value)
{
    out->ops->item(out, key, value);
    if (out->depth > 0)
        out->not_first[out->depth - 1] = true;
}

static void begin(assay_output *out, const char *key, enum assay_value value)
{
    assert(out->depth < ASSAY_OUTPUT_DEPTH);
    item(out, key, value);
    out->in_array[out->depth] = value == ASSAY_ARRAY;
    out->not_first[out->depth] = false;
    out->depth++;
}

void assay_emit_object(assay_output *out, const char *key)
{
    begin(out, key, ASSAY_OBJECT);
}

void assay_emit_array(assay_output *out, const char *key)
{
    begin(out, key, ASSAY_ARRAY);
}

void assay_emit_end(assay_output *out)
{
    const size_t innermost = out->depth - 1;

    out->ops->end(out, out->in_array[innermost], !out->not_first[innermost]);
    out->depth--;
    if (out->depth == 0)
        assay_put_char(out->writer, '\n');
}

assay_output assay_output_fork(const assay_output *out, assay_writer *writer)
{
    assay_output fork = *out;

    fork.writer = writer;
    fork.not_first[fork.depth - 1] = false;
    return fork;
}

void assay_output_join(assay_output *out, assay_bytes written)
{
    if (written.size == 0)
        return;
    if (out->not_first[out->depth - 1])
        put_unless_nul(out->writer, out->ops->separator);
    out->not_first[out->depth - 1] = true;
    assay_put(out->writer, written);
}

static void close_string(assay_output *out)
{
    put_unless_nul(out->writer, out->ops->quote);
}

void assay_emit_text(assay_output *out, const char *key, assay_bytes text)
{
    item(out, key, ASSAY_STRING);
    out->ops->text(out->writer, text);
    close_string(out);
}

void assay_emit_string(assay_output *out, const char *key, const char *text)
{
    assay_emit_text(out, key, assay_bytes_of_string(text));
}

void assay_emit_text16(assay_output *out, const char *key, assay_bytes text)
{
    enum { PART = 160 }; /* bytes; every two become at most three */
    uint8_t utf8[PART / 2 * 3];

    item(out, key, ASSAY_STRING);
    while (text.size > 0) {
        assay_bytes part = { text.data, text.size < PART ? text.size : PART };
        assay_writer writer = assay_writer_lent(utf8, sizeof utf8);

        /* A pair of surrogates stays together: the first of them begins the next part. */
        if (part.size < text.size && (part.data[PART - 1] & 0xFC) == 0xD8)
            part.size -= 2;
        assay_put_utf16(&writer, part);
        out->ops->text(out->writer, assay_written(&writer));
        text = assay_bytes_of(text.data + part.size, text.size - part.size);
    }
    close_string(out);
}

void assay_emit_hex(assay_output *out, const char *key, assay_bytes bytes)
{
    item(out, key, ASSAY_STRING);
    assay_put_hex(out->writer, bytes);
    close_string(out);
}

void assay_emit_u64(assay_output *out, const char *key, uint64_t value)
{
    item(out, key, ASSAY_SCALAR);
    assay_put_decimal(out->writer, value);
}

void assay_emit_address(assay_output *out, const char *key, uint64_t value)
{
    item(out, key, ASSAY_STRING);
    assay_put_format(out->writer, "0x%llx", (unsigned long long)value);
    close_string(out);
}

void assay_emit_alg(assay_output *out, const char *key, uint16_t alg)
{
    char unknown[ASSAY_ALG_NUMBER_SIZE];

    assay_emit_string(out, key, assay_alg_name(alg, unknown));
}

void assay_emit_bool(assay_output *out, const char *key, bool value)
{
    item(out, key, ASSAY_SCALAR);
    assay_put_string(out->writer, value ? "true" : "false");
}

void assay_emit_null(assay_output *out, const char *key)
{
    item(out, key, ASSAY_SCALAR);
    assay_put_string(out->writer, out->ops->null);
}

void assay_emit_guid(assay_output *out, const char *key, const assay_guid *guid)
{
    char text[ASSAY_GUID_TEXT];

    assay_guid_format(guid, text);
    assay_emit_string(out, key, text);
}
