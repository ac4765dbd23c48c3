/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * NV_INDEX_INSTANCE_EVENT_LOG_DATA and NV_INDEX_DYNAMIC_EVENT_LOG_DATA (PFP 1.06 section
 * 10.4.5), behind their signature: what was extended into an NV index, and into no PCR, for a
 * device that speaks SPDM. The first holds DEVICE_SECURITY_EVENT_DATA2; the second a description
 * and data of one exchange with the device.
 */
#ifndef ASSAY_EVENTLOG_PAYLOAD_NVEVENT_H
#define ASSAY_EVENTLOG_PAYLOAD_NVEVENT_H

#include "base/cursor.h"
#include "base/output.h"

typedef struct assay_nv_event {
    bool dynamic; /* the second structure */
    uint16_t version;
    assay_bytes reserved;    /* six bytes */
    uint64_t uid;            /* of the device; this and the description are the second's alone */
    assay_bytes description; /* "SPDM CHALLENGE" and the like, perhaps with a NUL */
    assay_bytes data;        /* the first: to the end of the event */
} assay_nv_event;

/** Reads the fields; a failure is the cursor's. */
assay_nv_event assay_take_nv_event(assay_cursor *cursor, bool dynamic);

void assay_put_nv_event(assay_writer *writer, const assay_nv_event *nv);
void assay_nv_event_emit(assay_output *out, const assay_nv_event *nv);
void assay_nv_event_summary(assay_writer *writer, const assay_nv_event *nv);

#endif
