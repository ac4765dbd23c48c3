/* SPDX-License-Identifier: BSD-2-Clause */
#include "eventlog/payload/handoff.h"

#include "base/safemath.h"

enum { TABLE_SIZE = 16 + 8 };

static bool take_tables(assay_cursor *cursor, assay_bytes description, assay_handoff *ret_handoff)
{
    const uint64_t count = assay_take_u64le(cursor);
    const assay_bytes tables = assay_take_rest(cursor);
    uint64_t size;

    if (cursor->failed || !assay_mul_u64(count, TABLE_SIZE, &size) || size != tables.size)
        return false;
    *ret_handoff = (assay_handoff){ description, count, tables };
    return true;
}

bool assay_handoff_decode(assay_bytes data, assay_handoff *ret_handoff)
{
    assay_cursor c = assay_cursor_of(data);

    return take_tables(&c, ASSAY_NO_BYTES, ret_handoff);
}

bool assay_handoff_decode2(assay_bytes data, assay_handoff *ret_handoff)
{
    assay_cursor c = assay_cursor_of(data);
    const assay_bytes description = assay_take(&c, assay_take_u8(&c));

    return take_tables(&c, description, ret_handoff);
}

void assay_handoff_encode(assay_writer *writer, const assay_handoff *handoff)
{
    if (handoff->description.data != NULL) {
        assay_put_u8(writer, (uint8_t)handoff->description.size);
        assay_put(writer, handoff->description);
    }
    assay_put_u64le(writer, handoff->count);
    assay_put(writer, handoff->tables);
}

bool assay_handoff_next(assay_cursor *cursor, assay_handoff_table *ret_table)
{
    const assay_guid vendor_guid = assay_take_guid(cursor);
    const uint64_t vendor_table = assay_take_u64le(cursor);

    if (cursor->failed)
        return false;
    *ret_table = (assay_handoff_table){ vendor_guid, vendor_table };
    return true;
}

void assay_handoff_emit(assay_output *out, const assay_handoff *handoff)
{
    assay_cursor c = assay_cursor_of(handoff->tables);
    assay_handoff_table table;

    if (handoff->description.data != NULL)
        assay_emit_text(out, "description", handoff->description);
    assay_emit_array(out, "tables");
    while (assay_handoff_next(&c, &table)) {
        assay_emit_object(out, NULL);
        assay_emit_guid(out, "vendor_guid", &table.vendor_guid);
        assay_emit_address(out, "vendor_table", table.vendor_table);
        assay_emit_end(out);
    }
    assay_emit_end(out);
}

void assay_handoff_summary(assay_writer *writer, const assay_handoff *handoff)
{
    assay_cursor c = assay_cursor_of(handoff->tables);
    assay_handoff_table table;
    const char *separator = "";

    if (handoff->description.size > 0) {
        assay_put(writer, handoff->description);
        assay_put_string(writer, ": ");
    }
    if (handoff->count == 0)
        assay_put_string(writer, "no tables");
    while (assay_handoff_next(&c, &table)) {
        assay_put_string(writer, separator);
        assay_put_guid_name(writer, &table.vendor_guid);
        separator = ", ";
    }
}
