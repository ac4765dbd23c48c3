/* SPDX-License-Identifier: BSD-2-Clause */
/* The checks of each scheme. Private to policy/. */
#ifndef ASSAY_POLICY_LCP_SIGNATURE_PRIVATE_H
#define ASSAY_POLICY_LCP_SIGNATURE_PRIVATE_H

#include "policy/lcp/signature.h"

/* Whose identity is in what SM2 signs. */
enum assay_sm2_identity {
    ASSAY_SM2_EMPTY,    /* none in Z, as tboot's tools sign over libcrypto */
    ASSAY_SM2_STANDARD, /* "1234567812345678" of GM/T 0009 */
    ASSAY_SM2_PLAIN,    /* no Z at all, as tboot's tools sign over Intel's library */
};

/** H(Z | data), or H(data); `key` is Qx | Qy, little-endian, 64 bytes. 0 or a negative kind. */
int assay_sm2_digest(assay_hash *sm3, assay_bytes key, assay_bytes data,
                     enum assay_sm2_identity identity, uint8_t ret_digest[static 32]);

/** The DER before the digest in a DigestInfo of PKCS #1; no bytes for an algorithm without one. */
assay_bytes assay_digest_info_prefix(uint16_t hash_alg);

/** What stands right before a field: in lists 3.0 the exponent before its key, a hash before its
 * signature. */
static inline assay_bytes assay_lcp_before(assay_bytes field, size_t size)
{
    return assay_bytes_of(field.data - size, size);
}

/** What a check works with and says. */
typedef struct assay_lcp_checking {
    const assay_lcp_list *list;
    assay_hashes *hashes;
    assay_lcp_verdict *verdict;
    assay_error *error;
} assay_lcp_checking;

int assay_lcp_check_rsassa(const assay_lcp_checking *c);
int assay_lcp_check_rsapss(const assay_lcp_checking *c);
int assay_lcp_check_ecc(const assay_lcp_checking *c);
int assay_lcp_check_lms(const assay_lcp_checking *c);

/** Gives the verdict; `at` lies in the list. Returns 0. */
int assay_lcp_judge(const assay_lcp_checking *c, enum assay_lcp_trust trust, assay_bytes at,
                    const char *field, const char *reason);

/** The same of what libcrypto refused: BAD, unless it had no memory; 0 or a negative kind. */
int assay_lcp_judge_refused(const assay_lcp_checking *c, assay_bytes at, const char *field,
                            const char *reason);

/** What to return for a negative kind of a hash: a hash that is not to be had is a verdict. */
int assay_lcp_judge_hash(const assay_lcp_checking *c, int status);

#endif
