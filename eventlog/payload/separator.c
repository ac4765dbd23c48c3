/* SPDX-License-Identifier: BSD-2-Clause */
#include "eventlog/payload/separator.h"

#include "base/cursor.h"

bool assay_separator_decode(assay_bytes data, assay_separator *ret_separator)
{
    assay_cursor c = assay_cursor_of(data);
    const assay_separator separator = { assay_take_u32le(&c) };

    if (c.failed || assay_left(&c) != 0)
        return false;
    *ret_separator = separator;
    return true;
}

void assay_separator_encode(assay_writer *writer, const assay_separator *separator)
{
    assay_put_u32le(writer, separator->value);
}

void assay_separator_emit(assay_output *out, const assay_separator *separator)
{
    assay_emit_address(out, "value", separator->value);
    assay_emit_bool(out, "error", separator->value == ASSAY_SEPARATOR_ERROR);
}

void assay_separator_summary(assay_writer *writer, const assay_separator *separator)
{
    if (separator->value == ASSAY_SEPARATOR_ERROR)
        assay_put_string(writer, "separator that reports an error");
    else
        assay_put_format(writer, "separator 0x%08x", separator->value);
}
