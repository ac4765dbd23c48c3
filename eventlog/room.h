/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a log format has room for. A conversion drops the rest, and says so before (convert.h);
 * nothing else is known there about a format.
 */
#ifndef ASSAY_EVENTLOG_ROOM_H
#define ASSAY_EVENTLOG_ROOM_H

#include "eventlog/event.h"

/** The banks there is room for in an event. */
enum assay_room_banks {
    ASSAY_ROOM_ANY_BANKS,
    ASSAY_ROOM_ONE_BANK, /* the same one in all events */
    ASSAY_ROOM_SHA1_ONLY,
    ASSAY_ROOM_BANK_BY_BANK, /* any, but a record has one digest: those of a bank, then the next's
                              */
};

/** What a format can hold. The rest is lost in a conversion to it, and said before. */
typedef struct assay_format_room {
    uint32_t contents; /* bit i: events of enum assay_content i */
    enum assay_room_banks banks;
    bool types;      /* eventType */
    bool data;       /* the event's data, to the byte */
    bool labels;     /* that data was not kept, and what was said in its place */
    bool spec_id;    /* TCG_EfiSpecIDEvent, vendor information included */
    bool nv_indices; /* events that extend an NV index */
    bool registers;  /* measurement registers in the place of PCRs */
    bool
        only_bank; /* that a record speaks for one bank alone, beside banks that others speak for */
    bool odd_digests; /* digests of another size than their algorithm has */
    bool no_banks;    /* a log that announces no bank */
    /** Where `data` is false: whether it has room for the data of this event all the same. Or NULL.
     */
    bool (*holds_data)(const assay_event *event);
} assay_format_room;

/** The room of a format by its name; NULL for one that is unknown or not written. Static. */
const assay_format_room *assay_format_room_of(const char *name);

#endif
