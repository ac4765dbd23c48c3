/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The event lists of Intel's Security Libraries for Data Center (intel-secl): what the
 * trust agent makes of a log, and what the host verification service (HVS) keeps of it.
 *
 *     measure log     [ list, ... ]
 *     host manifest   { "pcr_manifest": { "pcr_event_log_map": { "SHA256": [ list, ... ], ... } } }
 *     trust report    { "host_manifest": { "pcr_manifest": ... } }
 *     quote response  <tpm_quote_response> ... <eventLog> a measure log, escaped </eventLog>
 *
 *     list  = { "pcr": { "index": 17, "bank": "SHA256" }, "tpm_events": [ event, ... ] }
 *     event = { "type_id": "0x402", "type_name": "HASH_START", "tags": [...], "measurement": hex }
 *
 * and before version 4 of it
 *
 *     list  = { "pcr_index": "pcr_17", "pcr_bank": "SHA256", "event_log": [ event, ... ] }
 *     event = { "value": hex, "label": "HASH_START", "info": { ... } }
 *
 * Each list is that of one PCR in one bank. No event data is kept; what stands in its place
 * becomes the event's label. An older event says its type by its label, or not at all.
 *
 * Private to inteljson*.c.
 */
#ifndef ASSAY_EVENTLOG_FORMAT_INTELJSON_H
#define ASSAY_EVENTLOG_FORMAT_INTELJSON_H

#include "eventlog/format/format.h"

#include <jansson.h>

/** More than a hundred thousand events; a tree of JSON is several times as large as its text. */
enum { ASSAY_INTELJSON_CEILING = 16 << 20 };

/** TCG_EfiStartupLocalityEvent (PFP 1.06 section 10.4.5.3), of which a tag holds the locality. */
enum { ASSAY_INTELJSON_LOCALITY_SIZE = 17 };
#define ASSAY_INTELJSON_LOCALITY "StartupLocality"

/** The JSON of an input: a part of it, or unescaped from it. */
typedef struct assay_inteljson_text {
    assay_bytes json;
    assay_bytes escaped; /* the part of the input that `json` was made of, or no bytes */
    size_t start;        /* of either in the input */
    uint8_t *unescaped;  /* owned, or NULL */
    assay_cursor raw;    /* in `escaped`, where the character `plain` of `json` comes from */
    size_t plain;
} assay_inteljson_text;

/** What in the bytes names the format, or NULL: assay_format.detect. */
const char *assay_inteljson_detect(assay_bytes bytes);

/**
 * Finds the JSON in log->bytes: 0, or fails through assay_log_fail(). Refuses JSON of so
 * much structure and so little else that its tree would be out of proportion to it.
 */
int assay_inteljson_text_open(assay_log *log, assay_inteljson_text *ret_text);
void assay_inteljson_text_close(assay_inteljson_text *text);

/** Where the input has the character `offset` of the JSON. Cheap for growing offsets. */
uint64_t assay_inteljson_place(assay_inteljson_text *text, size_t offset);

/** What log->owned points to. */
typedef struct assay_inteljson {
    assay_inteljson_text text;
    json_t *document;
    json_t *lists;   /* the list objects of the document, one after the other */
    size_t list;     /* the one at hand */
    size_t event;    /* in it, the next one */
    size_t position; /* in the JSON: what was found last */
    assay_writer label;
    uint8_t digest[ASSAY_DIGEST_MAX];
    uint8_t locality[ASSAY_INTELJSON_LOCALITY_SIZE];
} assay_inteljson;

/** Which PCR in which bank a list is of. */
typedef struct assay_inteljson_list {
    uint32_t pcr_index;
    const assay_alg *alg;
    json_t *events; /* an array, or NULL: there are none */
} assay_inteljson_list;

/** Fails as malformed at what was found last in the JSON. */
int assay_inteljson_refuse(assay_log *log, const char *field, const char *what);
int assay_inteljson_no_memory(assay_log *log);

/** Moves to the next string of the JSON that reads so; false, and stays, where there is none. */
bool assay_inteljson_find(assay_inteljson *self, const char *string);

/** The characters of a string, or no bytes for another value. */
static inline assay_bytes assay_inteljson_string(const json_t *string)
{
    return json_is_string(string)
               ? assay_bytes_of(json_string_value(string), json_string_length(string))
               : ASSAY_NO_BYTES;
}

/** The number whose digits follow `prefix`; false for other text, and beyond 32 bits. */
bool assay_inteljson_number_after(assay_bytes text, assay_bytes prefix, unsigned base,
                                  uint32_t *ret_number);

/** Reads the next event of a list: 1, or a failure. */
int assay_inteljson_event_read(assay_log *log, const assay_inteljson_list *list,
                               assay_event *event);

/** The type that Intel's programs call by this name: "HASH_START", "EV_SEPARATOR"; else none. */
uint32_t assay_inteljson_type_of(assay_bytes name);

/** The name by which they call a type, or NULL. Static. */
const char *assay_inteljson_type_name(uint32_t type);

/** Whether a tag says all of the event's data. */
bool assay_inteljson_holds_data(const assay_event *event);

/** The functions of the row. */
int assay_inteljson_write_begin(assay_log_writer *out, assay_error *error);
int assay_inteljson_write_event(assay_log_writer *out, const assay_event *event,
                                assay_error *error);
int assay_inteljson_write_end(assay_log_writer *out, assay_error *error);

#endif
