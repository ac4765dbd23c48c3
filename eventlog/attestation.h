/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The Attestation message of go-tpm-tools (proto/attest.proto, proto/tpm.proto), which brings
 * quotes, the PCR values that they speak for and an event log in one file of protobuf:
 *
 *     Attestation   1 ak_pub | 2 quotes, each a Quote | 3 event_log | 4 instance_info
 *                   | 5 canonical_event_log | 6 ak_cert | 7 intermediate_certs | 8, 9 of a TEE
 *     Quote         1 quote | 2 raw_sig | 3 pcrs, a PCRs
 *     PCRs          1 hash, a TPM_ALG_ID | 2 pcrs, a map of numbers to values
 *
 * Reading allocates nothing; all bytes are lent from the message. No signature is checked.
 */
#ifndef ASSAY_EVENTLOG_ATTESTATION_H
#define ASSAY_EVENTLOG_ATTESTATION_H

#include "base/cursor.h"
#include "base/error.h"

/** A part of the message, of which `bytes` may be less than its stated `size`. */
typedef struct assay_attestation_part {
    uint64_t offset;   /* in the message */
    uint64_t size;     /* as stated */
    assay_bytes bytes; /* no bytes: the part is absent */
} assay_attestation_part;

typedef struct assay_attestation {
    assay_bytes message;
    assay_attestation_part event_log;
    assay_attestation_part canonical_event_log;
    unsigned quotes;   /* how many there are */
    assay_error fault; /* what is wrong with the message, behind what was read; or kind 0 */
} assay_attestation;

/** One value of a quote's PCRs. */
typedef struct assay_attestation_pcr {
    uint32_t alg; /* TPM_ALG_ID, or anything */
    uint32_t pcr; /* 0-23, or anything */
    assay_bytes value;
    uint64_t offset; /* of the value in the message */
} assay_attestation_pcr;

/** Where a walk through the PCRs of all quotes stands. Begins as { .message = ... }. */
typedef struct assay_attestation_walk {
    assay_cursor message; /* over the whole message */
    assay_cursor pcrs;    /* over the PCRs of the quote at hand */
    uint64_t offset;      /* of those in the message */
    uint32_t alg;
    bool inside;
} assay_attestation_walk;

/** Whether the bytes are such a message with a firmware log in it, complete or cut. */
bool assay_attestation_is(assay_bytes bytes);

/** Finds the parts; reads as far as the message is sound and keeps the fault for its caller. */
void assay_attestation_read(assay_bytes bytes, assay_attestation *ret_attestation);

/** The next value: 1, 0 behind the last, or -ASSAY_MALFORMED with `error` filled. */
int assay_attestation_next_pcr(assay_attestation_walk *walk, assay_attestation_pcr *ret_pcr,
                               assay_error *error);

#endif
