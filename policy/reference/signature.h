/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Signatures of references. In the file one covers the canonical JSON without "signatures", so
 * that more can be added and white space means nothing; beside it ("REF.sig"), the file's very
 * bytes, as `openssl dgst` signs and verifies them.
 */
#ifndef ASSAY_POLICY_REFERENCE_SIGNATURE_H
#define ASSAY_POLICY_REFERENCE_SIGNATURE_H

#include "policy/key/key.h"
#include "policy/reference/reference.h"

/* A key that is too weak (assay_key_check_strength) signs nothing, and nothing is believed by it:
 * -ASSAY_UNSUPPORTED. */

/** Adds a signature with a private key; one by the same key is replaced. 0 or a negative kind. */
int assay_reference_sign(assay_reference *reference, const assay_key *key, assay_hashes *hashes,
                         assay_error *error);

/** Signs `bytes` into `writer`: RSA's number, or of ECDSA the DER that openssl writes. */
int assay_reference_sign_detached(assay_bytes bytes, const assay_key *key, assay_hashes *hashes,
                                  assay_writer *writer, assay_error *error);

/**
 * Whether one of `keys` signed the reference: 1, or 0 with what is wrong in `error` (no signature,
 * none by these keys, a bad one: a bad one by one of the keys is refused whatever others say).
 * *ret_key, which may be NULL, is the key's place. Or a negative kind.
 */
int assay_reference_verify(const assay_reference *reference, assay_key *const *keys, size_t count,
                           assay_hashes *hashes, size_t *ret_key, assay_error *error);

/** The same of a signature beside the file's `bytes`. */
int assay_reference_verify_detached(assay_bytes bytes, assay_bytes signature,
                                    assay_key *const *keys, size_t count, assay_hashes *hashes,
                                    size_t *ret_key, assay_error *error);

#endif
