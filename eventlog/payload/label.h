/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a log says of an event whose data it does not keep: the tags of Intel's event
 * lists. Nobody measured these words, and no digest follows from them.
 */
#ifndef ASSAY_EVENTLOG_PAYLOAD_LABEL_H
#define ASSAY_EVENTLOG_PAYLOAD_LABEL_H

#include "base/output.h"

typedef struct assay_label {
    assay_bytes text; /* UTF-8 */
} assay_label;

void assay_label_encode(assay_writer *writer, const assay_label *label); /* nothing: no data */
void assay_label_emit(assay_output *out, const assay_label *label);
void assay_label_summary(assay_writer *writer, const assay_label *label);

#endif
