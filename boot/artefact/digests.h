/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Digests of several algorithms in one pass over the bytes, which come in pieces: an
 * artefact is read once, however many banks want its digest.
 */
#ifndef ASSAY_BOOT_ARTEFACT_DIGESTS_H
#define ASSAY_BOOT_ARTEFACT_DIGESTS_H

#include "base/hash.h"

/** One digest for each algorithm that was wanted and is to be had. */
typedef struct assay_digests {
    size_t count;
    assay_digest list[ASSAY_ALGS];
} assay_digests;

/** The digest of an algorithm, or NULL. */
const assay_digest *assay_digests_find(const assay_digests *digests, uint16_t alg);

/** The algorithms that launches know (TXT SDG E.1): SHA-1, the SHA-2 family and SM3. */
enum { ASSAY_LAUNCH_ALGS = 5 };
extern const uint16_t assay_launch_algs[ASSAY_LAUNCH_ALGS];

/**
 * Told which bytes were hashed since it was last told, in every algorithm; in their order. By one
 * thread at a time, which need not be the one that began.
 */
typedef void assay_hashed(void *context, assay_bytes bytes);

typedef struct assay_digesting {
    size_t count;
    uint16_t algs[ASSAY_ALGS];
    assay_hash *hash[ASSAY_ALGS]; /* lent from the set of hashes */
    assay_hashed *hashed;         /* or NULL; the caller may set these three after the beginning */
    void *context;
    size_t threads; /* that may work at once on a large run of bytes; 0 and 1: the caller's alone */
} assay_digesting;

/**
 * Begins digests of `count` algorithms (at most ASSAY_ALGS, none twice), with the hashes of a set
 * that nothing else may use until the end. What libcrypto doesn't offer is left out.
 * 0 or a negative kind.
 */
int assay_digesting_begin(assay_digesting *digesting, assay_hashes *hashes, const uint16_t *algs,
                          size_t count);
int assay_digesting_update(assay_digesting *digesting, assay_bytes bytes);
int assay_digesting_zeros(assay_digesting *digesting, uint64_t count);
int assay_digesting_end(assay_digesting *digesting, assay_digests *ret_digests);

/** The digests of parts[0] | parts[1] | ... */
int assay_digests_of(assay_hashes *hashes, const uint16_t *algs, size_t alg_count,
                     const assay_bytes *parts, size_t count, assay_digests *ret_digests);

#endif
