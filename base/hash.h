/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Hashing, for the whole project.
 *
 * OpenSSL 3 looks an algorithm up by name at each one-shot call, SHA256()
 * included, which costs two to four times the hashing of a short message. So
 * each digest is fetched once and each bank keeps one context.
 *
 * A set of hashes belongs to one thread at a time.
 */
#ifndef ASSAY_BASE_HASH_H
#define ASSAY_BASE_HASH_H

#include "base/alg.h"
#include "base/error.h"

/** One algorithm, ready to hash. */
typedef struct assay_hash assay_hash;

/** All algorithms, each made ready when first asked for. */
typedef struct assay_hashes assay_hashes;

/** NULL when there is no memory. Free with assay_hashes_free, which nulls the pointer. */
assay_hashes *assay_hashes_new(void);
void assay_hashes_free(assay_hashes **hashes);

/**
 * The hash for a TPM_ALG_ID, lent from the set. Returns 0, -ASSAY_UNSUPPORTED
 * (unknown here, or libcrypto does not offer it), -ASSAY_NO_MEMORY or -ASSAY_CRYPTO.
 */
int assay_hashes_get(assay_hashes *hashes, uint16_t alg, assay_hash **ret_hash);

/** The digest size in bytes. */
size_t assay_hash_size(const assay_hash *hash);

/** H(parts[0] | parts[1] | ...) into assay_hash_size() bytes. 0 or -ASSAY_CRYPTO. */
int assay_hash_parts(assay_hash *hash, const assay_bytes *parts, size_t count, uint8_t *ret_digest);

/** The same in pieces, for what does not fit into memory. */
int assay_hash_begin(assay_hash *hash);
int assay_hash_update(assay_hash *hash, assay_bytes bytes);
int assay_hash_end(assay_hash *hash, uint8_t *ret_digest);

/** pcr = H(pcr | digest), TPM2_PCR_Extend; both of assay_hash_size() bytes. */
int assay_hash_extend(assay_hash *hash, uint8_t *pcr, const uint8_t *digest);

#endif
