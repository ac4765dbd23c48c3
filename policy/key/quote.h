/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A quote: TPMS_ATTEST of type TPM_ST_ATTEST_QUOTE (TPM 2.0 Part 2, 10.12.12) with the signature of
 * the key that the TPM made it with. It can only be had from the function that checks it.
 */
#ifndef ASSAY_POLICY_KEY_QUOTE_H
#define ASSAY_POLICY_KEY_QUOTE_H

#include "policy/key/key.h"
#include "replay/pcrs.h"

enum { ASSAY_QUOTE_NONCE_MAX = 66 }; /* bytes of qualifyingData: TPM2B_DATA */

/** The PCRs of one bank, TPMS_PCR_SELECTION. */
typedef struct assay_quote_selection {
    uint16_t alg; /* TPM_ALG_ID */
    assay_pcr_set pcrs;
} assay_quote_selection;

typedef struct assay_quote {
    size_t bank_count;
    assay_quote_selection banks[ASSAY_BANKS_MAX]; /* in the quote's order */
    assay_digest pcr_digest; /* over the values in that order, PCRs of a bank ascending */
    uint64_t clock;          /* milliseconds that the TPM has been powered */
    uint32_t reset_count, restart_count;
    uint64_t firmware_version;
    size_t nonce_size;
    uint8_t nonce[ASSAY_QUOTE_NONCE_MAX]; /* extraData */
} assay_quote;

/**
 * Checks a quote: `attest` as tpm2_quote -m writes it, `signature` as -s does, a TPMT_SIGNATURE or
 * (-f plain) RSA's number or ECDSA's DER. With a `nonce` that is some bytes the quote must hold it.
 *
 * 0 and the quote; -ASSAY_UNKNOWN_FORMAT for what is no TPMS_ATTEST; -ASSAY_MALFORMED for what is no
 * TPM's quote, for one that the key did not sign and for one that has another nonce, with what is
 * wrong in `error`; or another negative kind.
 */
int assay_quote_check(assay_bytes attest, assay_bytes signature, const assay_key *key,
                      assay_bytes nonce, assay_hashes *hashes, assay_quote *ret_quote,
                      assay_error *error);

/**
 * Whether it quotes these values: 1, 0, or -ASSAY_UNSUPPORTED when there is no value of a PCR that
 * it selects; or another negative kind.
 */
int assay_quote_covers(const assay_quote *quote, const assay_pcrs *values, assay_hashes *hashes);

/** Whether it selects a PCR. */
bool assay_quote_has(const assay_quote *quote, uint16_t alg, unsigned pcr);

#endif
