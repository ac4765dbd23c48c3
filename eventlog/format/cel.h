/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the encodings of the TCG Canonical Event Log format (CEL 1.0) share. A record is a
 * number, a PCR or NV index, digests and a content. The model has no room for the number:
 * writers count anew, readers say when a number does not follow.
 *
 * Contents that CEL gives no type of their own are ASSAY_CONTENT_OTHER. Their name is the type
 * in decimal digits, as CEL-TLV has it, with the value's bytes as data; or, in CEL-JSON alone,
 * any other string, with the text of the JSON value as data.
 *
 * Private to cel*.c and systemd.c.
 */
#ifndef ASSAY_EVENTLOG_FORMAT_CEL_H
#define ASSAY_EVENTLOG_FORMAT_CEL_H

#include "eventlog/format/format.h"

enum {
    ASSAY_CEL_TYPE_RECNUM = 0,
    ASSAY_CEL_TYPE_PCR = 1,
    ASSAY_CEL_TYPE_NV_INDEX = 2,
    ASSAY_CEL_TYPE_DIGESTS = 3,
    ASSAY_CEL_TYPE_MANAGEMENT = 4,
    ASSAY_CEL_TYPE_PCCLIENT_STD = 5,
    ASSAY_CEL_TYPE_IMA_TEMPLATE = 7,
    ASSAY_CEL_TYPE_IMA_TLV = 8,
    ASSAY_CEL_TYPE_REGISTER = 108, /* Google: a CC measurement register in the place of a PCR */
};

/** The content of a type of CEL-TLV; ASSAY_CONTENT_OTHER for one without a row. */
enum assay_content assay_cel_content_of(uint8_t type);

/** The type of a content, or -1: CEL 1.0 gives it none. */
int assay_cel_type_of(const assay_event *event);

/** Whether a record of CEL-TLV can begin its content with this type. */
bool assay_cel_is_content_type(uint8_t type);

/** "80": the type's decimal digits. Static. */
assay_bytes assay_cel_type_name(uint8_t type);

/** Whether the name of a content is such digits, and which. */
bool assay_cel_type_by_name(assay_bytes name, uint8_t *ret_type);

/** What is expected of the numbers of records; all zeros at the start. */
typedef struct assay_cel_order {
    uint32_t next;        /* of the whole log, modulo 2^32 */
    uint32_t next_of[25]; /* of a PCR, of all else */
} assay_cel_order;

/**
 * Notes a number that neither follows the last record's nor the last of the same PCR: some
 * writers count the log, some each PCR, from 0 or from 1.
 */
void assay_cel_check_order(assay_log *log, assay_cel_order *order, uint64_t number,
                           const assay_event *event);

/** Whether the log begins with the header of a crypto-agile log: writers write it, as record 0. */
static inline bool assay_cel_has_spec_id(const assay_log_header *header)
{
    return header->spec_id.present && header->spec_id.signature == 3;
}

/** More than TCG_EfiSpecIDEvent can be long. */
enum { ASSAY_CEL_SPEC_ID_MAX = 512 };

/** That header as an event, its data in `buffer`. -ASSAY_UNSUPPORTED when it can't be written. */
int assay_cel_spec_id_event(const assay_log_header *header,
                            uint8_t buffer[static ASSAY_CEL_SPEC_ID_MAX], assay_event *ret_event,
                            assay_error *error);

/**
 * Takes the algorithms of the log's banks from an event: of its Spec ID header, or else of the
 * first event that extends something; of that one, too, who wrote the log. 1 when they are known
 * now, 0 when not, or a failure.
 */
int assay_cel_learn_banks(assay_log *log, const assay_event *event);

#endif
