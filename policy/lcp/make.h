/* SPDX-License-Identifier: BSD-2-Clause */
/* What policies are made of: digests out of hash files and PCR values, sensible masks. */
#ifndef ASSAY_POLICY_LCP_MAKE_H
#define ASSAY_POLICY_LCP_MAKE_H

#include "policy/lcp/policy.h"
#include "replay/pcrs.h"

enum { ASSAY_LCP_FILE_MAX = 64 * 1024 * 1024 }; /* bytes of a file of any kind */

/**
 * Puts the digests of a hash file: one a line, in hexadecimal with or without blanks or colons
 * between the bytes ("aa bb cc", "aabbcc"), behind "0x" or not; what follows the digest after a
 * blank, as sha256sum writes it, and all behind a '#' is left out, and so are empty lines. 0, or
 * a negative kind with `error` filled: no digest at all, or one of another length.
 */
int assay_lcp_hash_file_read(assay_writer *digests, assay_bytes text, uint16_t alg,
                             assay_error *error);

/**
 * The digest of a PCR info, of values in `pcrs`: for a PCONF SHA-1 of TPM_PCR_COMPOSITE, with
 * select and size of the values in big-endian before them; for a PCONF2 the hash (the element's)
 * of the values in the order of their numbers. -ASSAY_UNSUPPORTED where a value is missing.
 */
int assay_lcp_composite(uint32_t element_type, const assay_lcp_pcr_info *info,
                        const assay_pcrs *pcrs, assay_hash *hash, uint8_t *ret_digest,
                        assay_error *error);

/** PCR values as tboot's tools take them for a PCONF: "locality:0x1F", lines "0:hex". */
int assay_lcp_pcr_file_read(assay_bytes text, assay_pcrs *ret_pcrs, uint8_t *ret_locality,
                            assay_error *error);

/** Fields of a policy that are chosen where nobody gave them. */
enum assay_lcp_choice {
    ASSAY_LCP_CHOICE_VERSION = 1u << 0,   /* 3.2 */
    ASSAY_LCP_CHOICE_HASH_ALG = 1u << 1,  /* SHA-256; SHA-1 of version 2.x */
    ASSAY_LCP_CHOICE_TYPE = 1u << 2,      /* LIST where there are lists */
    ASSAY_LCP_CHOICE_MAX_SINIT = 1u << 3, /* 255: SINIT's own minimum may rise */
    ASSAY_LCP_CHOICE_HASH_MASK = 1u << 4, /* the policy's algorithm, and those of the elements */
    ASSAY_LCP_CHOICE_SIGN_MASK = 1u << 5, /* those of the lists; none signed: all that are sound */
    ASSAY_LCP_CHOICE_AUX_MASK = 1u << 6,  /* 3.0, 3.1: the policy's algorithm */
    ASSAY_LCP_CHOICE_HASH = 1u << 7,      /* PolicyHash */
};

/**
 * Chooses those fields whose bits are set in `chosen` and computes PolicyHash, or compares it.
 * `data` is NULL where there are no lists. 0, or a negative kind with `error` filled: an algorithm
 * that this version has not, a LIST without lists or hash, a hash that is not that of the lists.
 */
int assay_lcp_policy_complete(assay_lcp_policy *policy, uint32_t chosen, const assay_lcp_data *data,
                              assay_hashes *hashes, assay_error *error);

/**
 * Whether SINIT takes the lists together: of signed ones each has a key of its own (TXT SDG 3.2.4).
 * 0, or -ASSAY_MALFORMED naming the two.
 */
int assay_lcp_data_check(const assay_lcp_data *data, assay_error *error);

#endif
