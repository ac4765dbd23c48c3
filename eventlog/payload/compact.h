/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * EV_COMPACT_HASH of Windows in PCR 11: the four bytes that its boot programs measure to end
 * their access to BitLocker's keys. What the numbers mean (0x10 of the boot manager, 0xFFFF of
 * what it starts, in every log known) Microsoft has not published.
 */
#ifndef ASSAY_EVENTLOG_PAYLOAD_COMPACT_H
#define ASSAY_EVENTLOG_PAYLOAD_COMPACT_H

#include "base/output.h"
#include "eventlog/event.h"

typedef struct assay_compact {
    uint32_t value;
} assay_compact;

/** False for another type, PCR or size than Windows' four bytes in PCR 11, little-endian. */
bool assay_compact_decode(const assay_event *event, assay_compact *ret_compact);
void assay_compact_encode(assay_writer *writer, const assay_compact *compact);
void assay_compact_emit(assay_output *out, const assay_compact *compact);
void assay_compact_summary(assay_writer *writer, const assay_compact *compact);

#endif
