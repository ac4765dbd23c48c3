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

/**
 * What an event's data are: the content types of the TCG Canonical Event Log format (CEL 1.0
 * section 5.1, "content"), systemd's, and any other. Most formats have events of one content alone,
 * which they need not state.
 */
enum assay_content {
    ASSAY_CONTENT_PCCLIENT_STD, /* eventType and event of the PC Client profile, and TXT's */
    ASSAY_CONTENT_IMA_TEMPLATE, /* Linux IMA: `name` is the template, data are its fields (ima.h) */
    ASSAY_CONTENT_IMA_TLV,      /* Linux IMA in CEL's own encoding; data are the TLVs */
    ASSAY_CONTENT_SYSTEMD,      /* systemd's userspace log: data are its JSON object, as text */
    ASSAY_CONTENT_CEL,          /* CEL's management events; data in CEL-TLV (payload/cel.h) */
    ASSAY_CONTENT_OTHER,        /* `name` is what the log calls it */
    ASSAY_CONTENTS
};

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
    uint32_t type;        /* eventType; ASSAY_NO_EVENT_TYPE for other contents than PCCLIENT_STD */
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
    enum assay_content content;
    assay_bytes name;  /* IMA_TEMPLATE, OTHER: see there; else no bytes */
    uint32_t nv_index; /* 0, or what was extended and no PCR: then pcr_index is UINT32_MAX */
} assay_event;

/** The eventType where a log doesn't state one. No specification defines an event of this value. */
#define ASSAY_NO_EVENT_TYPE UINT32_MAX

/** Whether the log keeps the event's data; where it does not, nothing can follow from them. */
static inline bool assay_event_keeps_data(const assay_event *event)
{
    return event->label.data == NULL;
}

/**
 * Whether the log says of which type the event is. Only one that keeps no data, or an event that
 * is none of the PC Client profile, may leave it out: elsewhere ASSAY_NO_EVENT_TYPE is a type
 * like any that nobody knows.
 */
static inline bool assay_event_states_type(const assay_event *event)
{
    return event->type != ASSAY_NO_EVENT_TYPE ||
           (event->content == ASSAY_CONTENT_PCCLIENT_STD && assay_event_keeps_data(event));
}

/** "pcclient_std", "ima_template" ... as CEL-JSON spells content_type. Static. */
const char *assay_content_name(enum assay_content content);

/** The event's digest in a bank, or no bytes when it has none. */
assay_bytes assay_event_digest_of(const assay_event *event, uint16_t alg);

/** Whether two events say the same: PCR, type, data or label, and the digests in their order. */
bool assay_event_equal(const assay_event *a, const assay_event *b);

#endif
