/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A measurement as a log records it: TCG_PCR_EVENT2 and TCG_PCClientPCREvent of
 * the PC Client Platform Firmware Profile (PFP) 1.06, section 10.2.
 *
 * Anyone may have written it. Only the digests are what a PCR was extended with,
 * and only as far as the fold meets a value somebody vouches for; the type and
 * the data are the writer's word, until a check of data against digest says more.
 */
#ifndef ASSAY_EVENTLOG_EVENT_H
#define ASSAY_EVENTLOG_EVENT_H

#include "base/alg.h"

/** One digest of an event, lent from the log. */
typedef struct assay_event_digest {
    uint16_t alg;      /* TPM_ALG_ID, known here or not */
    assay_bytes value; /* as many bytes as the log's header says, or the algorithm has */
} assay_event_digest;

typedef struct assay_event {
    uint32_t number;      /* from 0, in log order; a Spec ID header is event 0 */
    uint64_t offset;      /* of the record's first byte in the input */
    uint64_t data_offset; /* of the data's first byte in the input */
    uint32_t pcr_index;   /* PCRIndex as it stands there: 0-23, or anything */
    uint32_t type;        /* eventType */
    /*
     * 0, or the one bank (TPM_ALG_ID) this record speaks for. Intel TXT keeps one
     * log per bank: there, a missing digest of another bank means nothing, whereas
     * in a log of all banks it means that the bank was not logged.
     */
    uint16_t only_bank;
    uint16_t digest_count;
    assay_event_digest digests[ASSAY_BANKS_MAX]; /* in log order, no algorithm twice */
    assay_bytes data;     /* event, as many bytes as eventSize says */
    /*
     * Not NULL in a log that keeps no data: what it says in its place, UTF-8 in words that nobody
     * measured. `data` is empty then, and neither its absence nor its size means anything.
     */
    assay_bytes label;
} assay_event;

/** The eventType where a log doesn't state one. No specification defines an event of this value. */
#define ASSAY_NO_EVENT_TYPE UINT32_MAX

/** Whether the log keeps the event's data; where it does not, nothing can follow from them. */
static inline bool assay_event_keeps_data(const assay_event *event)
{
    return event->label.data == NULL;
}

/**
 * Whether the log says of which type the event is. Only one that keeps no data may leave it
 * out: elsewhere ASSAY_NO_EVENT_TYPE is a type like any that nobody knows.
 */
static inline bool assay_event_states_type(const assay_event *event)
{
    return assay_event_keeps_data(event) || event->type != ASSAY_NO_EVENT_TYPE;
}

/** The event's digest in a bank, or no bytes when it has none. */
assay_bytes assay_event_digest_of(const assay_event *event, uint16_t alg);

/** Whether two events say the same: PCR, type, data or label, and the digests in their order. */
bool assay_event_equal(const assay_event *a, const assay_event *b);

#endif
