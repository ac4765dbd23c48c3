/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Policy lists: elements and perhaps a signature over them (TXT SDG appendix D.2 and E.2).
 *
 *     LCP_POLICY_LIST    1.0       RSA PKCS#1 v1.5 with SHA-1
 *     LCP_POLICY_LIST2   2.0, 2.1  RSA PKCS#1 v1.5, ECDSA, SM2
 *     LCP_POLICY_LIST2_1 3.0       RSA PSS, ECDSA, SM2, LMS, ML-DSA
 *
 * Header, elements, signature block; its numbers, keys and signatures are little-endian.
 */
#ifndef ASSAY_POLICY_LCP_LIST_H
#define ASSAY_POLICY_LCP_LIST_H

#include "base/hash.h"
#include "policy/key/key.h"
#include "policy/lcp/element.h"

enum {
    ASSAY_LCP_LIST_1_0 = 0x0100,
    ASSAY_LCP_LIST_1_1 = 0x0101, /* read, never made */
    ASSAY_LCP_LIST_2_0 = 0x0200,
    ASSAY_LCP_LIST_2_1 = 0x0201,
    ASSAY_LCP_LIST_3_0 = 0x0300,
};

/** A list's signature block; lent from the list. */
typedef struct assay_lcp_signature {
    uint16_t scheme;   /* RSASSA, RSAPSS, ECDSA, SM2, LMS or MLDSA */
    uint16_t key_alg;  /* RSA, ECC, LMS, MLDSA */
    uint16_t hash_alg; /* as the block states it; TPM_ALG_NULL where it has no room for it
                          (lists 1.x and 2.x) */
    uint16_t key_bits; /* of the modulus, or of a coordinate */
    uint32_t exponent; /* RSA; 65537 where the block has no room for it */
    /* As stored: RSA the modulus, little-endian; ECC Qx and Qy, each little-endian; else the key's
     * structure. */
    assay_bytes key;
    /* As stored: RSA little-endian; ECC r and s, each little-endian; else the signature's
     * structure. */
    assay_bytes value;
    bool empty; /* a place that waits for a signature: every byte of `value` is zero */
} assay_lcp_signature;

typedef struct assay_lcp_list {
    uint16_t version;     /* major in the high byte */
    uint64_t offset;      /* of the first byte in the input */
    assay_bytes bytes;    /* all of it; no bytes in one that is made */
    assay_bytes elements; /* PolicyElements: ElementsSize bytes */
    bool is_signed;
    uint16_t revocation_counter;   /* of a signed list */
    uint16_t stated_sig_alg;       /* SignatureAlgorithm of 1.x and 2.x as it stands there; 3.0:
                                      KeySignatureOffset */
    assay_lcp_signature signature; /* of a signed list */
    uint32_t reserved; /* bytes that must be zero (or a block's version, 0x10), put together */
    assay_bytes signed_data; /* what the signature covers: from the first byte of the list */
} assay_lcp_list;

/**
 * Reads the list at the cursor and moves past it; `base` is the offset of the cursor's bytes in
 * the input. Elements are walked once, so that later walks can't fail. 0 or a negative kind with
 * `error` filled; then ret_list->bytes has what is there and elements what is sound of them.
 */
int assay_lcp_list_read(assay_cursor *cursor, uint64_t base, assay_lcp_list *ret_list,
                        assay_error *error);

/**
 * Writes a list by its fields: header, elements, and of a signed list revocation counter, key and
 * signature, each as its version lays them out.
 */
void assay_lcp_list_encode(assay_writer *writer, const assay_lcp_list *list);

/** The elements of a list. */
assay_cursor assay_lcp_list_elements(const assay_lcp_list *list);

/**
 * What PolicyHash is made of (TXT SDG 3.3.5): of a signed list the hash of its key as stored, of
 * an unsigned one the hash of all of it. 0 or a negative kind.
 */
int assay_lcp_list_measure(const assay_lcp_list *list, assay_hash *hash, uint8_t *ret_digest);

/** "1.0" ... "3.0", or NULL. Static. */
const char *assay_lcp_list_version_name(uint16_t version);
/** The version of such a name, or 0. */
uint16_t assay_lcp_list_version(assay_bytes name);

/** What there is to know of a signature's kind; `key_size` and `value_size` are 0 where the block
 * says them. */
typedef struct assay_lcp_scheme {
    uint16_t id;      /* TPM_ALG_ID of the scheme */
    uint16_t key_alg; /* TPM_ALG_ID of its keys */
    const char *name; /* "rsassa", "rsapss", "ecdsa", "sm2", "lms", "mldsa" */
    uint16_t key_size;
    uint16_t value_size;
} assay_lcp_scheme;

/** The row of a scheme, or NULL. Static. */
const assay_lcp_scheme *assay_lcp_scheme_find(uint16_t id);
const assay_lcp_scheme *assay_lcp_scheme_by_name(assay_bytes name);

/** Whether a list of this version has room for signatures of this scheme. */
bool assay_lcp_list_takes(uint16_t version, const assay_lcp_scheme *scheme);

#endif
