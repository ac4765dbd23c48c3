/* SPDX-License-Identifier: BSD-2-Clause */
/* The structures of wbcl.h that records of Windows hold, and how they are read. */
#ifndef ASSAY_EVENTLOG_PAYLOAD_SIPAVALUE_H
#define ASSAY_EVENTLOG_PAYLOAD_SIPAVALUE_H

#include "eventlog/payload/sipa.h"

/** A list or policy with its digest: SIPAEVENT_REVOCATION_LIST_PAYLOAD and the two policies. */
typedef struct assay_sipa_digested {
    uint64_t number;  /* CreationTime (FILETIME), PolicyVersion, or Options of a boot policy */
    uint32_t signers; /* of a boot policy */
    uint16_t alg;     /* TPM_ALG_ID */
    assay_bytes name; /* of a policy: UTF-16LE with its NUL; else none */
    assay_bytes digest;
} assay_sipa_digested;

/** False unless the data have the whole structure, in little endian. */
bool assay_sipa_revocation_read(assay_bytes data, assay_sipa_digested *ret);
bool assay_sipa_policy_read(assay_bytes data, assay_sipa_digested *ret);
bool assay_sipa_boot_policy_read(assay_bytes data, assay_sipa_digested *ret);

/** An RSA key; the modulus without leading zeros, big-endian, and so the exponent. */
typedef struct assay_sipa_key {
    uint32_t bits;
    assay_bytes modulus, exponent;
} assay_sipa_key;

/** SIPAEVENT_VSM_IDK_INFO_PAYLOAD of an RSA key. */
bool assay_sipa_identity_key_read(assay_bytes data, assay_sipa_key *ret);

/** SubjectPublicKeyInfo (RFC 5280 section 4.1) of an RSA key. */
bool assay_sipa_public_key_read(assay_bytes der, assay_sipa_key *ret);

/** Names of numbers; NULL for one unknown. Static. */
const char *assay_sipa_device_name(uint64_t device);
const char *assay_sipa_algorithm_name(uint64_t algorithm);

#endif
