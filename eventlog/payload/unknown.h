/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A measurement that will be made and whose digest can't be known: assay predict's own record in
 * the logs it writes. It is an EV_NO_ACTION event of the PCR concerned, so other readers pass over
 * it; the fold of that PCR lacks a digest then, in the banks that the record names. The event
 * itself follows where some bank's digest is known. Its data, little-endian:
 *
 *     16 bytes "assay unknown" | u32 eventType | u16 n | n x u16 TPM_ALG_ID | UTF-8 words
 */
#ifndef ASSAY_EVENTLOG_PAYLOAD_UNKNOWN_H
#define ASSAY_EVENTLOG_PAYLOAD_UNKNOWN_H

#include "base/writer.h"
#include "eventlog/event.h"

typedef struct assay_unknown_record {
    uint32_t type; /* of the event that will be */
    size_t count;
    uint16_t algs[ASSAY_BANKS_MAX];
    assay_bytes words; /* why, for people */
} assay_unknown_record;

void assay_unknown_record_encode(assay_writer *writer, const assay_unknown_record *record);

/** False when `data` is no such record. */
bool assay_unknown_record_decode(assay_bytes data, assay_unknown_record *ret_record);

#endif
