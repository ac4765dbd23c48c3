/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * UEFI_HANDOFF_TABLE_POINTERS and ..._POINTERS2 (PFP 1.06 section 10.2.7): which
 * configuration tables (SMBIOS, ACPI ...) the firmware measured and where they lay.
 * Only the pointers are logged; the digest is of the tables.
 */
#ifndef ASSAY_EVENTLOG_PAYLOAD_HANDOFF_H
#define ASSAY_EVENTLOG_PAYLOAD_HANDOFF_H

#include "base/output.h"

typedef struct assay_handoff {
    assay_bytes description; /* TableDescription; no bytes in the first form, which has none */
    uint64_t count;          /* NumberOfTables */
    assay_bytes tables;      /* TableEntry, `count` times EFI_CONFIGURATION_TABLE */
} assay_handoff;

/** EFI_CONFIGURATION_TABLE (UEFI 2.10 section 4.6) of a 64-bit platform. */
typedef struct assay_handoff_table {
    assay_guid vendor_guid;
    uint64_t vendor_table; /* a physical address */
} assay_handoff_table;

bool assay_handoff_decode(assay_bytes data, assay_handoff *ret_handoff);  /* ..._POINTERS */
bool assay_handoff_decode2(assay_bytes data, assay_handoff *ret_handoff); /* ..._POINTERS2 */
void assay_handoff_encode(assay_writer *writer, const assay_handoff *handoff);
void assay_handoff_emit(assay_output *out, const assay_handoff *handoff);
void assay_handoff_summary(assay_writer *writer, const assay_handoff *handoff);

/** The next table of a cursor over `tables`; false at the end. */
bool assay_handoff_next(assay_cursor *cursor, assay_handoff_table *ret_table);

#endif
