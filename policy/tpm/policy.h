/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Policies of a TPM 2.0, as its enhanced authorization computes them (TPM 2.0 Part 1 section 19,
 * Part 3 section 23): a chain of assertions over zeros, which whoever wants to use a key or a
 * secret has to repeat on the TPM.
 *
 *     assay_tpm_policy_begin(&policy, ASSAY_ALG_SHA256, hashes, &error);
 *     assay_tpm_policy_pcr(&policy, &selection, &variant->values, hashes, &error);
 *
 * A policy is a digest of the session's hash. Each function takes what the policy was and makes it
 * what it is after one assertion; all integers that go in are big-endian. They return 0, or a
 * negative kind with `error` filled and the policy as it was.
 */
#ifndef ASSAY_POLICY_TPM_POLICY_H
#define ASSAY_POLICY_TPM_POLICY_H

#include "base/hash.h"
#include "policy/tpm/selection.h"

enum { ASSAY_TPM_OR_MIN = 2, ASSAY_TPM_OR_MAX = 8 }; /* branches of one PolicyOR */

/** A TPM2B_NAME's bytes: the algorithm's number, and a digest. */
typedef struct assay_tpm_name {
    size_t size;
    uint8_t value[2 + ASSAY_DIGEST_MAX];
} assay_tpm_name;

static inline assay_bytes assay_tpm_name_bytes(const assay_tpm_name *name)
{
    return assay_bytes_of(name->value, name->size);
}

static inline assay_bytes assay_tpm_policy_bytes(const assay_digest *policy)
{
    return assay_bytes_of(policy->value, policy->size);
}

/** TPM2_PolicyNV's operations that policies of references use (TPM 2.0 Part 2, 6.7: TPM_EO). */
enum {
    ASSAY_TPM_EO_EQ = 0x0000,
    ASSAY_TPM_EO_NEQ = 0x0001,
    ASSAY_TPM_EO_UNSIGNED_GT = 0x0003,
    ASSAY_TPM_EO_UNSIGNED_LT = 0x0005,
    ASSAY_TPM_EO_UNSIGNED_GE = 0x0007,
    ASSAY_TPM_EO_UNSIGNED_LE = 0x0009,
    ASSAY_TPM_EO_BITSET = 0x000A,
    ASSAY_TPM_EO_BITCLEAR = 0x000B,
};

/** The empty policy: zeros, as long as the hash's digest. */
int assay_tpm_policy_begin(assay_digest *ret_policy, uint16_t alg, assay_hashes *hashes,
                           assay_error *error);

/**
 * The pcrDigest of TPM2_PolicyPCR and of a quote: H(values), in the order of the selection and in
 * a bank from PCR 0 up. -ASSAY_UNSUPPORTED, naming bank and PCR, where a value isn't there, and
 * for a selection of nothing.
 */
int assay_tpm_pcr_digest(assay_digest *ret_digest, uint16_t alg,
                         const assay_tpm_selection *selection, const assay_pcrs *values,
                         assay_hashes *hashes, assay_error *error);

/** TPM2_PolicyPCR (Part 3, 23.7): the PCRs have these values. */
int assay_tpm_policy_pcr(assay_digest *policy, const assay_tpm_selection *selection,
                         const assay_pcrs *values, assay_hashes *hashes, assay_error *error);

/**
 * TPM2_PolicyOR (Part 3, 23.6) over 2 to 8 branches, each of the policy's hash. What the policy was
 * is forgotten. For more branches policy/tpm/or.h.
 */
int assay_tpm_policy_or(assay_digest *policy, const assay_digest *branches, size_t count,
                        assay_hashes *hashes, assay_error *error);

/**
 * TPM2_PolicyAuthorize (Part 3, 23.16): any policy that the key of `key_name` signed together with
 * `policy_ref`, which may be empty. What the policy was is forgotten.
 */
int assay_tpm_policy_authorize(assay_digest *policy, const assay_tpm_name *key_name,
                               assay_bytes policy_ref, assay_hashes *hashes, assay_error *error);

/** What TPM2_PolicyAuthorize wants signed: H(approved | policy_ref), H of the key's name. */
int assay_tpm_approval(assay_digest *ret_digest, uint16_t name_alg, const assay_digest *approved,
                       assay_bytes policy_ref, assay_hashes *hashes, assay_error *error);

/**
 * TPM2_PolicyNV (Part 3, 23.9): the NV index of `nv_name` holds at `offset` what `operation`
 * compares to `operand`.
 */
int assay_tpm_policy_nv(assay_digest *policy, const assay_tpm_name *nv_name, assay_bytes operand,
                        uint16_t offset, uint16_t operation, assay_hashes *hashes,
                        assay_error *error);

/**
 * TPM2_PolicyAuthorizeNV (Part 3, 23.22): any policy that the NV index of `nv_name` holds, as
 * TPMT_HA: its algorithm's number, then the digest. What the policy was is forgotten.
 */
int assay_tpm_policy_authorize_nv(assay_digest *policy, const assay_tpm_name *nv_name,
                                  assay_hashes *hashes, assay_error *error);

/** TPM2_PolicyAuthValue and TPM2_PolicyPassword (Part 3, 23.17 and 23.18): the object's secret. */
int assay_tpm_policy_auth_value(assay_digest *policy, assay_hashes *hashes, assay_error *error);

#endif
