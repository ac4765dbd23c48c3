/* SPDX-License-Identifier: BSD-2-Clause */
#include "eventlog/payload/unknown.h"

#include "base/cursor.h"

static const assay_bytes signature = ASSAY_LITERAL("assay unknown\0\0\0");

void assay_unknown_record_encode(assay_writer *writer, const assay_unknown_record *record)
{
    assay_put(writer, signature);
    assay_put_u32le(writer, record->type);
    assay_put_u16le(writer, (uint16_t)record->count);
    for (size_t i = 0; i < record->count; i++)
        assay_put_u16le(writer, record->algs[i]);
    assay_put(writer, record->words);
}

bool assay_unknown_record_decode(assay_bytes data, assay_unknown_record *ret_record)
{
    assay_cursor c = assay_cursor_of(data);
    assay_unknown_record record = { 0 };

    if (!assay_bytes_equal(assay_take(&c, signature.size), signature))
        return false;
    record.type = assay_take_u32le(&c);
    record.count = assay_take_u16le(&c);
    if (record.count > ASSAY_BANKS_MAX)
        return false;
    for (size_t i = 0; i < record.count; i++)
        record.algs[i] = assay_take_u16le(&c);
    record.words = assay_take_rest(&c);
    if (c.failed)
        return false;
    *ret_record = record;
    return true;
}
