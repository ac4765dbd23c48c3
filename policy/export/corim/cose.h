/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * COSE_Sign1 (RFC 9052 section 4.2) as CoRIM uses it: ES256, ES384 and PS256 to PS512 (RFC 9053,
 * RFC 8230). Private to policy/.
 */
#ifndef ASSAY_POLICY_EXPORT_CORIM_COSE_H
#define ASSAY_POLICY_EXPORT_CORIM_COSE_H

#include "policy/export/corim/take.h"

/** Labels of headers (IANA's COSE Header Parameters; 8 is the draft's). */
enum {
    COSE_ALG = 1,
    COSE_CRIT = 2,
    COSE_CONTENT_TYPE = 3,
    COSE_KID = 4,
    COSE_CORIM_META = 8,
    COSE_X5CHAIN = 33,
};

/** Of a CoRIM in COSE_Sign1. */
#define ASSAY_CORIM_CONTENT_TYPE "application/rim+cbor"

/** What goes into the protected header beside the algorithm and the key's name. */
typedef struct assay_cose_header {
    const char *content_type;
    assay_bytes meta; /* corim-meta-map, encoded */
    size_t certificate_count;
    const assay_bytes *certificates; /* in DER, the signer's first */
} assay_cose_header;

/** Writes #6.18 of a COSE_Sign1 with its payload. 0 or a negative kind. */
int assay_cose_sign(const assay_cose_header *header, assay_bytes payload, const assay_key *key,
                    assay_hashes *hashes, assay_writer *writer, assay_error *error);

/** A COSE_Sign1 that was read; lent from the file. */
typedef struct assay_cose {
    int64_t alg;
    const assay_cbor *protected, *payload, *signature; /* byte strings */
} assay_cose;

/**
 * Reads what #6.18 holds; everything in crit (RFC 9052 section 3.1) has to be understood here, and
 * no header may be both protected and unprotected.
 * 0 or a negative kind.
 */
int assay_cose_read(const assay_corim_reading *r, const assay_cbor *item, assay_cose *ret_cose);

/** 0 when one of the job's trusted keys made the signature; else a negative kind. */
int assay_cose_verify(const assay_corim_reading *r, const assay_cose *cose);

#endif
