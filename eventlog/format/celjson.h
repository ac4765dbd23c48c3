/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The canonical event log in JSON (CEL 1.0 section 5.4), and systemd's userspace log, which has
 * the same records without their numbers. A record is
 *
 *     {"pcr":4,"recnum":1,"digests":[{"hashAlg":"sha256","digest":hex}, ...],
 *      "content_type":"pcclient_std","content":{"event_type":"EV_SEPARATOR","event_data":hex}}
 *
 * or has "nv_index", or "rtmr" for a measurement register, in the place of "pcr". Names may be
 * numbers. Contents:
 *
 *     pcclient_std, 5   {"event_type":name or number,"event_data":hex}
 *     ima_template, 7   {"template_name":string,"template_data":hex}
 *     cel, 4            {"type":name or number,"data":...}, or an array of them
 *     ima_tlv, 8        hex
 *     systemd           any object: its text is the event's data, byte for byte
 *     80 or other       hex;  any other name: the text of any value;  neither of them: none
 *
 * Records stand in an array, in an array called "events" or "records" in an object (the latter is
 * systemd's .pcrlock), one after the other, or each behind the byte 0x1E (RFC 7464).
 *
 * One record at a time is parsed, so that the memory needed is that of the longest.
 *
 * Private to celjson*.c and systemd.c.
 */
#ifndef ASSAY_EVENTLOG_FORMAT_CELJSON_H
#define ASSAY_EVENTLOG_FORMAT_CELJSON_H

#include "eventlog/format/cel.h"

#include <jansson.h>

enum {
    ASSAY_CELJSON_RECORD_MAX = 64 << 20, /* bytes of one record: more than any event has */
    ASSAY_CELJSON_DATA_MAX = ASSAY_CELJSON_RECORD_MAX / 4, /* of an event, to be written */
    /* Values in a record, and in its content: each costs jansson a hundred bytes or two. */
    ASSAY_CELJSON_NODES = 4096,
    ASSAY_CELJSON_CONTENT_NODES = 3072,
    ASSAY_CELJSON_DEPTH = 32, /* of objects and arrays in each other in a content */
    ASSAY_CELJSON_RS = 0x1E,  /* RFC 7464: what each record of a sequence begins with */
};

enum assay_celjson_framing {
    ASSAY_CELJSON_ARRAY,
    ASSAY_CELJSON_MEMBER, /* an array in an object */
    ASSAY_CELJSON_STREAM, /* one value after the other */
    ASSAY_CELJSON_SEQUENCE,
};

/** What log->owned points to. */
typedef struct assay_celjson {
    enum assay_celjson_framing framing;
    size_t first;     /* where the records begin in the input */
    bool started;     /* a record of the array was taken */
    assay_bytes text; /* of the record at hand, lent from the input */
    json_t *record;
    assay_writer data; /* what the event at hand has for data, unless the input holds it */
    assay_cel_order order;
    assay_writer digests;           /* of the event at hand, one after the other */
    uint8_t vendor_info[UINT8_MAX]; /* header.spec_id.vendor_info */
} assay_celjson;

/** Where the records begin, and how they are framed; a phrase for detection, or NULL. */
const char *assay_celjson_find(assay_bytes bytes, enum assay_celjson_framing *ret_framing,
                               size_t *ret_first);

/** The first record's text, or no bytes. */
assay_bytes assay_celjson_first(assay_bytes bytes, enum assay_celjson_framing framing,
                                size_t first);

/** Takes the next record's text into self->text: 1, 0 at the end, or a failure. */
int assay_celjson_take(assay_log *log);

/** Fails at a value of the record's text, or at the record where `at` is no bytes. */
int assay_celjson_refuse(assay_log *log, assay_bytes at, const char *field, const char *what);

int assay_celjson_no_memory(assay_log *log);

/** Parses self->text into self->record: 1, 0 for what is left out, or a failure. */
int assay_celjson_parse(assay_log *log);

/** Reads self->record: 1, or a failure. */
int assay_celjson_record(assay_log *log, assay_event *ret_event);

/** Reads content_type and content of self->record: 0, or a failure. */
int assay_celjson_content(assay_log *log, assay_event *event);

/** A number of the record, written as one or as a string of digits, at most `max`. */
bool assay_celjson_number(const json_t *value, uint64_t max, uint64_t *ret_number);

/** Adds the bytes of hexadecimal digits; false for what is none. */
bool assay_celjson_hex(assay_writer *writer, const json_t *value);

/** Adds the management events of a content to self->data as CEL-TLV; false for what is none. */
bool assay_celjson_management(assay_celjson *self, const json_t *content);

/** The functions that both rows share. */
int assay_celjson_open(assay_log *log);
int assay_celjson_next(assay_log *log, assay_event *ret_event);
void assay_celjson_close(assay_log *log);

/** Writes a record, without anything before or after it; with a number unless that is 0. */
int assay_celjson_put(assay_log_writer *out, uint64_t recnum, const assay_event *event,
                      assay_error *error);

/** Writes the content of a type that has no bytes of its own: CEL management events. */
void assay_celjson_put_management(assay_writer *writer, assay_bytes data);

/** All that CEL-JSON can hold. */
#define ASSAY_CELJSON_ROOM                                                                         \
    {                                                                                              \
        .contents = (1u << ASSAY_CONTENTS) - 1, .banks = ASSAY_ROOM_ANY_BANKS, .types = true,      \
        .data = true, .spec_id = true, .nv_indices = true, .registers = true,                      \
        .no_banks = true                                                                           \
    }

#endif
