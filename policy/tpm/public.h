/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a TPM 2.0 calls the things that policies speak of: a name is an algorithm's number and the
 * digest of a public area (TPM 2.0 Part 1, 16). And signatures as it takes them.
 */
#ifndef ASSAY_POLICY_TPM_PUBLIC_H
#define ASSAY_POLICY_TPM_PUBLIC_H

#include "eventlog/payload/txtnv.h"
#include "policy/key/key.h"
#include "policy/tpm/policy.h"

/** TPMA_OBJECT (Part 2, 8.3). */
enum {
    ASSAY_TPMA_USER_WITH_AUTH = 1 << 6,
    ASSAY_TPMA_DECRYPT = 1 << 17,
    ASSAY_TPMA_SIGN = 1 << 18,
};

/**
 * What a key's public area has besides its numbers. Who loads a key into a TPM chooses it, and
 * with it the key's name.
 */
typedef struct assay_tpm_template {
    uint16_t name_alg;
    uint32_t attributes;
    uint16_t scheme;      /* ASSAY_ALG_NULL: none */
    uint16_t scheme_hash; /* meaningless without a scheme */
    bool exponent_said;   /* RSA's usual exponent, 65537, stands as itself and not as 0 */
} assay_tpm_template;

/** As `tpm2_loadexternal -G rsa -u PEM` (or ecc) makes one, of version 5.4. */
assay_tpm_template assay_tpm_loadexternal(uint16_t name_alg);

/** Writes TPMT_PUBLIC (Part 2, 12.2.4). 0, or -ASSAY_UNSUPPORTED for a key that it can't hold. */
int assay_tpm_put_public(assay_writer *writer, const assay_key_public *key,
                         const assay_tpm_template *how, assay_error *error);

/** The name of a public area, of a key or of an NV index. 0 or a negative kind. */
int assay_tpm_name_of(assay_tpm_name *ret_name, uint16_t name_alg, assay_bytes area,
                      assay_hashes *hashes, assay_error *error);

/** The name of a key under a template. 0 or a negative kind. */
int assay_tpm_key_name(assay_tpm_name *ret_name, const assay_key *key,
                       const assay_tpm_template *how, assay_hashes *hashes, assay_error *error);

/** Writes TPMS_NV_PUBLIC (Part 2, 13.5). */
void assay_tpm_put_nv_public(assay_writer *writer, const assay_txt_nv_public *nv);

/** The name of an NV index: it changes when TPMA_NV_WRITTEN comes. 0 or a negative kind. */
int assay_tpm_nv_name(assay_tpm_name *ret_name, const assay_txt_nv_public *nv,
                      assay_hashes *hashes, assay_error *error);

/** The scheme that signs policies with a key: RSASSA, ECDSA; 0 for a key that can't. */
uint16_t assay_tpm_scheme_of(const assay_key_public *key);

/** Writes TPMT_SIGNATURE (Part 2, 11.3.4) of a signature as assay_key_sign() makes it. */
void assay_tpm_put_signature(assay_writer *writer, uint16_t scheme, uint16_t hash,
                             assay_bytes signature);

#endif
