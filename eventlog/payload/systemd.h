/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What systemd says of a measurement it made after the firmware was gone (the content object of
 * its records; systemd's TPM2 PCR Measurements, systemd-pcrextend(8)):
 *
 *     {"string":"enter-initrd","bootId":"...","timestamp":6000000,"eventType":"phase"}
 *
 * The digest is that of the string, but for keyed measurements: there it is the HMAC of the string
 * under a secret, a volume's key for instance. systemd writes the string with escapes of C and cuts
 * it after a thousand bytes, so that not every string is the one that was hashed.
 */
#ifndef ASSAY_EVENTLOG_PAYLOAD_SYSTEMD_H
#define ASSAY_EVENTLOG_PAYLOAD_SYSTEMD_H

#include "base/output.h"

/** How the digest relates to the string. */
enum assay_systemd_hashing {
    ASSAY_SYSTEMD_UNKNOWN, /* an event type not known here, or none */
    ASSAY_SYSTEMD_WORD,    /* the hash of the string */
    ASSAY_SYSTEMD_KEYED,   /* an HMAC of it */
};

typedef struct assay_systemd {
    assay_bytes text;       /* the whole object */
    assay_bytes event_type; /* "phase"; as they stand between the quotes, or no bytes */
    assay_bytes string;
    assay_bytes boot_id;
    assay_bytes nv_index_name; /* which NvPCR, where the measurement went to one */
    uint64_t timestamp;        /* microseconds of CLOCK_BOOTTIME */
    bool has_timestamp;
} assay_systemd;

/** False when the data have neither an eventType nor a string. */
bool assay_systemd_decode(assay_bytes data, assay_systemd *ret_systemd);
void assay_systemd_encode(assay_writer *writer, const assay_systemd *systemd);
void assay_systemd_emit(assay_output *out, const assay_systemd *systemd);
void assay_systemd_summary(assay_writer *writer, const assay_systemd *systemd);

enum assay_systemd_hashing assay_systemd_hashing_of(const assay_systemd *systemd);

/** Whether `string` is, byte for byte, what was given to systemd: nothing escaped, nothing cut. */
bool assay_systemd_is_literal(const assay_systemd *systemd);

#endif
