/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The signature of a policy list: what it covers, and whether it is the key's (TXT SDG appendix
 * D.2.2 and E.3).
 *
 * A signature that can't be checked here is never taken for a good one.
 */
#ifndef ASSAY_POLICY_LCP_SIGNATURE_H
#define ASSAY_POLICY_LCP_SIGNATURE_H

#include "policy/lcp/list.h"

enum assay_lcp_trust {
    ASSAY_LCP_UNCHECKED, /* for the reason given */
    ASSAY_LCP_BAD,
    ASSAY_LCP_GOOD,
};

typedef struct assay_lcp_verdict {
    enum assay_lcp_trust trust;
    uint16_t hash_alg;  /* that the signature is made with; TPM_ALG_NULL where that isn't known */
    uint64_t offset;    /* in the input: of what is wrong, or of the signature */
    const char *field;  /* the structure's name of it: "SigBlock", "PubkeyValue" ... Static */
    const char *reason; /* a sentence without its full stop. Static */
} assay_lcp_verdict;

/**
 * Checks the signature of a list that was read (an unsigned one is UNCHECKED, with the reason).
 * 0 and the verdict, or a negative kind with `error` filled: no memory, or libcrypto failed.
 */
int assay_lcp_signature_check(const assay_lcp_list *list, assay_hashes *hashes,
                              assay_lcp_verdict *ret_verdict, assay_error *error);

/**
 * The digest that a key signs: of list->signed_data; of SM2 H(Z | signed data) with the empty
 * identity of the signer in Z, as GB/T 32918.2 has it. 0 or a negative kind.
 */
int assay_lcp_signature_digest(const assay_lcp_list *list, uint16_t hash_alg, assay_hashes *hashes,
                               assay_digest *ret_digest);

/** "good", "bad" or "unchecked". Static. */
const char *assay_lcp_trust_name(enum assay_lcp_trust trust);

/** The hash of ECDSA and SM2 with a curve of so many bits; TPM_ALG_NULL for no curve of lists. */
uint16_t assay_lcp_curve_hash(uint16_t scheme, uint16_t bits);

#endif
