/* SPDX-License-Identifier: BSD-2-Clause */
#include "eventlog/payload/compact.h"

#include "eventlog/types.h"

enum { PCR_BITLOCKER = 11 };

bool assay_compact_decode(const assay_event *event, assay_compact *ret_compact)
{
    assay_cursor c = assay_cursor_of(event->data);

    if (event->type != EV_COMPACT_HASH || event->pcr_index != PCR_BITLOCKER)
        return false;
    const uint32_t value = assay_take_u32le(&c);
    if (c.failed || assay_left(&c) > 0)
        return false;
    ret_compact->value = value;
    return true;
}

void assay_compact_encode(assay_writer *writer, const assay_compact *compact)
{
    assay_put_u32le(writer, compact->value);
}

void assay_compact_emit(assay_output *out, const assay_compact *compact)
{
    assay_emit_address(out, "value", compact->value);
}

void assay_compact_summary(assay_writer *writer, const assay_compact *compact)
{
    assay_put_format(writer, "BitLocker's access control, value 0x%x", compact->value);
}
