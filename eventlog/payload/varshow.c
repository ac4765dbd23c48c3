/* SPDX-License-Identifier: BSD-2-Clause */
/* What a UEFI variable holds, for programs and for people. */
#include "eventlog/payload/devpath.h"
#include "eventlog/payload/siglist.h"
#include "eventlog/payload/varcontent.h"

static void emit_boot_order(assay_output *out, assay_bytes numbers)
{
    assay_cursor c = assay_cursor_of(numbers);

    assay_emit_array(out, "boot_order");
    while (assay_left(&c) > 0) {
        char text[4];
        assay_writer writer = assay_writer_lent(text, sizeof text);

        assay_put_format(&writer, "%04X", assay_take_u16le(&c));
        assay_emit_text(out, NULL, assay_written(&writer));
    }
    assay_emit_end(out);
}

static void emit_signature(assay_output *out, const assay_variable_content *content)
{
    assay_emit_object(out, "signature");
    if (content->kind == ASSAY_VARIABLE_SIGNATURE)
        assay_signature_emit(out, NULL, &content->signature);
    else
        assay_certificate_emit(out, content->bytes);
    assay_emit_end(out);
}

static void emit_load_option(assay_output *out, const assay_load_option *option)
{
    assay_emit_object(out, "load_option");
    assay_load_option_emit(out, option);
    assay_emit_end(out);
}

void assay_variable_content_emit(assay_output *out, const assay_variable_content *content)
{
    assay_emit_string(out, "kind", assay_variable_kind_name(content->kind));
    switch (content->kind) {
    case ASSAY_VARIABLE_UNSET:
    case ASSAY_VARIABLE_KINDS:
        break;
    case ASSAY_VARIABLE_FLAG:
    case ASSAY_VARIABLE_NUMBER:
        assay_emit_u64(out, "value", content->number);
        break;
    case ASSAY_VARIABLE_TEXT:
        assay_emit_text(out, "text", content->bytes);
        break;
    case ASSAY_VARIABLE_SIGNATURES:
        assay_siglists_emit(out, "signatures", content->bytes);
        break;
    case ASSAY_VARIABLE_SIGNATURE:
    case ASSAY_VARIABLE_CERTIFICATE:
        emit_signature(out, content);
        break;
    case ASSAY_VARIABLE_BOOT_ORDER:
        emit_boot_order(out, content->bytes);
        break;
    case ASSAY_VARIABLE_LOAD_OPTION:
        emit_load_option(out, &content->load_option);
        break;
    case ASSAY_VARIABLE_DEVICE_PATH:
        assay_devpath_emit(out, "device_path", content->bytes);
        break;
    case ASSAY_VARIABLE_OPAQUE:
        assay_emit_hex(out, "data_hex", content->bytes);
        break;
    }
}

/* Lines side by side, a blank before each. */
static void put_lines(assay_writer *writer, assay_bytes text)
{
    bool line_begins = true;

    for (size_t i = 0; i < text.size; i++) {
        const char c = (char)text.data[i];
        const bool line_ends = c == '\n' || c == '\r';

        if (line_begins && !line_ends)
            assay_put_char(writer, ' ');
        if (!line_ends)
            assay_put_char(writer, c);
        line_begins = line_ends;
    }
}

static void put_boot_order(assay_writer *writer, assay_bytes numbers)
{
    assay_cursor c = assay_cursor_of(numbers);

    for (const char *before = " "; assay_left(&c) > 0; before = ",")
        assay_put_format(writer, "%s%04X", before, assay_take_u16le(&c));
}

void assay_variable_content_summary(assay_writer *writer, const assay_variable_content *content)
{
    switch (content->kind) {
    case ASSAY_VARIABLE_UNSET:
    case ASSAY_VARIABLE_KINDS:
        assay_put_string(writer, " is not set");
        break;
    case ASSAY_VARIABLE_FLAG:
    case ASSAY_VARIABLE_NUMBER:
        assay_put_string(writer, " = ");
        assay_put_decimal(writer, content->number);
        break;
    case ASSAY_VARIABLE_TEXT:
        put_lines(writer, content->bytes);
        break;
    case ASSAY_VARIABLE_SIGNATURES:
        assay_put_string(writer, ": ");
        assay_siglists_summary(writer, content->bytes);
        break;
    case ASSAY_VARIABLE_SIGNATURE:
        assay_put_string(writer, ": ");
        assay_signature_summary(writer, content->signature.data);
        break;
    case ASSAY_VARIABLE_CERTIFICATE:
        assay_put_string(writer, ": ");
        assay_signature_summary(writer, content->bytes);
        break;
    case ASSAY_VARIABLE_BOOT_ORDER:
        put_boot_order(writer, content->bytes);
        break;
    case ASSAY_VARIABLE_LOAD_OPTION:
        assay_put_char(writer, ' ');
        assay_load_option_summary(writer, &content->load_option);
        break;
    case ASSAY_VARIABLE_DEVICE_PATH:
        assay_put_char(writer, ' ');
        assay_devpath_put_text(writer, content->bytes);
        break;
    case ASSAY_VARIABLE_OPAQUE:
        assay_put_format(writer, ": %zu bytes", content->bytes.size);
        break;
    }
}
