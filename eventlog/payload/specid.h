/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * TCG_EfiSpecIDEvent (PFP 1.06 section 10.4.5.1, signature "Spec ID Event03") and its
 * ancestors of TPM 1.2 ("Spec ID Event00", "...02"), behind their signature.
 */
#ifndef ASSAY_EVENTLOG_PAYLOAD_SPECID_H
#define ASSAY_EVENTLOG_PAYLOAD_SPECID_H

#include "base/output.h"

typedef struct assay_spec_id_event {
    uint32_t platform_class; /* 0 client, 1 server */
    uint8_t version_minor;
    uint8_t version_major;
    uint8_t errata;
    uint8_t uintn_size;     /* 1: 32 bit, 2: 64 bit; reserved in "...00" */
    assay_bytes algorithms; /* u16 algorithmId, u16 digestSize each; no bytes before "...03" */
    assay_bytes vendor_info;
} assay_spec_id_event;

/** Reads the form without algorithms, and that with them; a failure is the cursor's. */
assay_spec_id_event assay_take_spec_id(assay_cursor *cursor);
assay_spec_id_event assay_take_spec_id3(assay_cursor *cursor);

void assay_put_spec_id(assay_writer *writer, const assay_spec_id_event *spec_id);
void assay_spec_id_emit(assay_output *out, const assay_spec_id_event *spec_id);
void assay_spec_id_summary(assay_writer *writer, const assay_spec_id_event *spec_id);

#endif
