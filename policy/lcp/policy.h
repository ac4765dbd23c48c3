/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The policy itself, as it lies in the NV index of the platform's owner (PO) or supplier (PS):
 * LCP_POLICY of TPM 1.2 (TXT SDG appendix D.1, 54 bytes, versions 2.0 to 2.4) and LCP_POLICY2 of
 * TPM 2.0 (appendix E.1, 38 bytes and a digest, versions 3.0 to 3.2). Little-endian.
 */
#ifndef ASSAY_POLICY_LCP_POLICY_H
#define ASSAY_POLICY_LCP_POLICY_H

#include "policy/lcp/data.h"

enum { ASSAY_LCP_TYPE_LIST = 0, ASSAY_LCP_TYPE_ANY = 1 };

enum { ASSAY_LCP_POLICY_SIZE = 54, ASSAY_LCP_POLICY2_FIXED = 38 };

typedef struct assay_lcp_policy {
    uint16_t version;    /* major in the high byte: 0x0204, 0x0302 */
    uint16_t hash_alg;   /* TPM_ALG_ID; version 2 says 0 for SHA-1 */
    uint8_t policy_type; /* ASSAY_LCP_TYPE_, or anything */
    uint8_t sinit_min_version;
    uint16_t data_revocation_counters[ASSAY_LCP_LISTS_MAX];
    uint32_t policy_control;    /* see assay_txt_policy_control of eventlog/txtflags.h */
    uint8_t max_sinit_min_ver;  /* PO */
    uint8_t max_biosac_min_ver; /* PO */
    uint16_t lcp_hash_alg_mask; /* version 3, as the next two */
    uint32_t lcp_sign_alg_mask;
    uint16_t aux_hash_alg_mask; /* PS; reserved in 3.2 */
    uint64_t reserved;          /* bytes that must be zero, the first the lowest */
    assay_digest policy_hash;   /* zeros for ANY */
} assay_lcp_policy;

/** 0, or a negative kind with `error` filled: a version unknown here, a size that is not its own.
 */
int assay_lcp_policy_read(assay_lcp_policy *ret_policy, assay_bytes bytes, assay_error *error);

void assay_lcp_policy_encode(assay_writer *writer, const assay_lcp_policy *policy);

/** Bytes of a policy of that version and hash; 0 for what there is not. */
size_t assay_lcp_policy_size(uint16_t version, uint16_t hash_alg);

/**
 * One field of the two structures. The reader, the writer, all comparisons and all notations go by
 * this table; names are the specification's.
 */
typedef struct assay_lcp_field {
    const char *name; /* "SINITMinVersion" */
    const char *key;  /* as JSON spells it: "sinit_min_version" */
    uint16_t offset;  /* in the structure, as the next */
    uint16_t size;    /* of one value; 0: the digest, to the end */
    uint16_t count;   /* of values: 1, or 8 of DataRevocationCounters */
    uint16_t member;  /* for assay_lcp_field_get and _set, as the next */
    uint8_t shift;
} assay_lcp_field;

/** The fields of a version in their order; NULL beyond the last. Static. */
const assay_lcp_field *assay_lcp_policy_field(uint16_t version, size_t index);

/** A value of a field as the structure has it; `index` below its count. 0 for the digest. */
uint64_t assay_lcp_field_get(const assay_lcp_policy *policy, const assay_lcp_field *field,
                             size_t index);

/** Sets it; false, and nothing set, for a value that `size` bytes have no room for. */
bool assay_lcp_field_set(assay_lcp_policy *policy, const assay_lcp_field *field, size_t index,
                         uint64_t value);

/** "3.2" as a version, in both directions; 0 and NULL for one unknown here. */
uint16_t assay_lcp_policy_version(assay_bytes name);
const char *assay_lcp_policy_version_name(uint16_t version);

/** LcpHashAlgMask: the bit of a TPM_ALG_ID, or 0 for an algorithm that has none. */
uint16_t assay_lcp_hash_mask(uint16_t alg);

/** LcpSignAlgMask: the bit of a scheme with a key of so many bits and a hash, or 0. */
uint32_t assay_lcp_sign_mask(uint16_t key_alg, uint16_t key_bits, uint16_t hash_alg);

/** "rsa-2048-sha256", "ecdsa-p256" ... of one bit of LcpSignAlgMask, or NULL. Static. */
const char *assay_lcp_sign_mask_name(uint32_t bit);

#endif
