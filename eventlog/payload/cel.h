/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The management events of the TCG Canonical Event Log format (CEL 1.0 section 5.1, celmgt), as
 * CEL-TLV has them: one or more of
 *
 *     u8 type | u32be length | value
 *
 *     1   cel_version    two such fields, 0 major and 1 minor
 *     2   firmware_end   no value: what follows is not the firmware's
 *     80  cel_timestamp  a number
 *     81  state_trans    a number: 0 suspend, 1 hibernate, 2 kexec
 *
 * Numbers are big-endian, as many bytes as the length says. One implementation takes 80 and 81
 * for hexadecimal: types 0x80 and 0x81 are read alike.
 */
#ifndef ASSAY_EVENTLOG_PAYLOAD_CEL_H
#define ASSAY_EVENTLOG_PAYLOAD_CEL_H

#include "base/cursor.h"
#include "base/output.h"

enum assay_cel_kind {
    ASSAY_CEL_UNKNOWN,
    ASSAY_CEL_VERSION,
    ASSAY_CEL_FIRMWARE_END,
    ASSAY_CEL_TIMESTAMP,
    ASSAY_CEL_STATE_TRANS,
};

/** One management event. */
typedef struct assay_cel_item {
    enum assay_cel_kind kind;
    uint8_t type;
    assay_bytes value; /* as it stands there */
    uint64_t number;   /* timestamp, or state_trans */
    uint64_t major, minor;
} assay_cel_item;

typedef struct assay_cel {
    assay_bytes list;
    size_t count; /* at least 1 */
} assay_cel;

/** False unless the data are one or more whole events. */
bool assay_cel_decode(assay_bytes data, assay_cel *ret_cel);
void assay_cel_encode(assay_writer *writer, const assay_cel *cel);
void assay_cel_emit(assay_output *out, const assay_cel *cel);
void assay_cel_summary(assay_writer *writer, const assay_cel *cel);

/** The next of the list that `c` reads: false at its end, and where none fits. */
bool assay_cel_next(assay_cursor *c, assay_cel_item *ret_item);

/** Type, length and value. */
void assay_cel_put(assay_writer *writer, uint8_t type, assay_bytes value);

/** A number as a field, in as few bytes as it needs, at least one. */
void assay_cel_put_number(assay_writer *writer, uint8_t type, uint64_t number);

/** A number of 1 to 8 bytes, big endian; false for another length. */
bool assay_cel_number(assay_bytes value, uint64_t *ret_number);

/** "cel_version", "state_trans" ... as CEL-JSON spells them; NULL for ASSAY_CEL_UNKNOWN. Static. */
const char *assay_cel_kind_name(enum assay_cel_kind kind);

/** The type that CEL 1.0 gives to a kind. */
uint8_t assay_cel_kind_type(enum assay_cel_kind kind);

/** "suspend", "hibernate", "kexec"; NULL for a number unknown here. Static. */
const char *assay_cel_state_name(uint64_t number);

#endif
