/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * EV_SEPARATOR (PFP 1.06 section 10.4.1): the line between what the firmware and
 * what the next stage measures. Four bytes: 0x00000000, or 0xFFFFFFFF by the
 * specification's conventional-BIOS rule, mean that all went well; 0x00000001
 * reports an error of the firmware. Some firmware writes text instead.
 */
#ifndef ASSAY_EVENTLOG_PAYLOAD_SEPARATOR_H
#define ASSAY_EVENTLOG_PAYLOAD_SEPARATOR_H

#include "base/output.h"

typedef struct assay_separator {
    uint32_t value; /* little-endian */
} assay_separator;

enum { ASSAY_SEPARATOR_ERROR = 1 };

bool assay_separator_decode(assay_bytes data, assay_separator *ret_separator);
void assay_separator_encode(assay_writer *writer, const assay_separator *separator);
void assay_separator_emit(assay_output *out, const assay_separator *separator);
void assay_separator_summary(assay_writer *writer, const assay_separator *separator);

#endif
