/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a log format has room for. A conversion (convert.h) drops the rest and says so; it knows
 * nothing else about a format.
 */
#ifndef ASSAY_EVENTLOG_ROOM_H
#define ASSAY_EVENTLOG_ROOM_H

#include "eventlog/event.h"

/** The banks that a log of the format can have. */
enum assay_room_banks {
    ASSAY_ROOM_ANY_BANKS,
    ASSAY_ROOM_ONE_BANK,     /* the same one in all events */
    ASSAY_ROOM_SHA1_ONLY,    /* that one, and it is SHA-1 */
    ASSAY_ROOM_BANK_BY_BANK, /* any, one a record: all events in one, then in the next */
};

/** What a format can hold: where a member is false or a bit 0, a conversion loses it. */
typedef struct assay_format_room {
    uint32_t contents; /* bit i: events of enum assay_content i */
    enum assay_room_banks banks;
    bool types;       /* eventType */
    bool data;        /* the event's data, to the byte */
    bool labels;      /* that data was not kept, and what was said in its place */
    bool spec_id;     /* TCG_EfiSpecIDEvent, vendor information included */
    bool nv_indices;  /* events that extend an NV index */
    bool registers;   /* measurement registers in the place of PCRs */
    bool only_bank;   /* assay_event.only_bank, in a log of several banks */
    bool odd_digests; /* digests of another size than their algorithm has */
    bool no_banks;    /* a log that announces no bank */
    /** Where `data` is false: whether this event's fit all the same. NULL: no event's do. */
    bool (*holds_data)(const assay_event *event);
} assay_format_room;

/** The room of the format of that name; NULL for one that is unknown or has no writer. Static. */
const assay_format_room *assay_format_room_of(const char *name);

#endif
