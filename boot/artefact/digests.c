/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/artefact/digests.h"

#include "base/cursor.h"
#include "boot/artefact/digestteam.h"

/* As much as stays in the processor's cache while each algorithm reads it. */
enum { PIECE = 64 * 1024 };

const uint16_t assay_launch_algs[ASSAY_LAUNCH_ALGS] = {
    ASSAY_ALG_SHA1, ASSAY_ALG_SHA256, ASSAY_ALG_SHA384, ASSAY_ALG_SHA512, ASSAY_ALG_SM3_256,
};

const assay_digest *assay_digests_find(const assay_digests *digests, uint16_t alg)
{
    for (size_t i = 0; i < digests->count; i++)
        if (digests->list[i].alg == alg)
            return &digests->list[i];
    return NULL;
}

int assay_digesting_begin(assay_digesting *digesting, assay_hashes *hashes, const uint16_t *algs,
                          size_t count)
{
    *digesting = (assay_digesting){ 0 };
    for (size_t i = 0; i < count && digesting->count < ASSAY_ALGS; i++) {
        assay_hash *hash;
        int status = assay_hashes_get(hashes, algs[i], &hash);

        if (status == -ASSAY_UNSUPPORTED)
            continue;
        if (status == 0)
            status = assay_hash_begin(hash);
        if (status < 0)
            return status;
        digesting->algs[digesting->count] = algs[i];
        digesting->hash[digesting->count++] = hash;
    }
    return 0;
}

static int update_all(assay_digesting *digesting, assay_bytes piece)
{
    for (size_t i = 0; i < digesting->count; i++) {
        const int status = assay_hash_update(digesting->hash[i], piece);

        if (status < 0)
            return status;
    }
    if (digesting->hashed != NULL)
        digesting->hashed(digesting->context, piece);
    return 0;
}

int assay_digesting_update(assay_digesting *digesting, assay_bytes bytes)
{
    if (digesting->threads > 1 && digesting->count > 1 && bytes.size >= ASSAY_DIGEST_TEAM_LEAST)
        return assay_digest_team(digesting, bytes);
    assay_cursor rest = assay_cursor_of(bytes);
    int status = 0;

    while (assay_left(&rest) > 0 && status == 0)
        status = update_all(digesting, assay_take_up_to(&rest, PIECE));
    return status;
}

int assay_digesting_zeros(assay_digesting *digesting, uint64_t count)
{
    static const uint8_t zeros[PIECE];
    int status = 0;

    for (; count > 0 && status == 0; count -= count < PIECE ? count : PIECE)
        status =
            update_all(digesting, assay_bytes_of(zeros, count < PIECE ? (size_t)count : PIECE));
    return status;
}

int assay_digesting_end(assay_digesting *digesting, assay_digests *ret_digests)
{
    assay_digests digests = { .count = digesting->count };

    for (size_t i = 0; i < digesting->count; i++) {
        assay_digest *const digest = &digests.list[i];
        const int status = assay_hash_end(digesting->hash[i], digest->value);

        if (status < 0)
            return status;
        digest->alg = digesting->algs[i];
        digest->size = (uint16_t)assay_hash_size(digesting->hash[i]);
    }
    *ret_digests = digests;
    return 0;
}

int assay_digests_of(assay_hashes *hashes, const uint16_t *algs, size_t alg_count,
                     const assay_bytes *parts, size_t count, assay_digests *ret_digests)
{
    assay_digesting digesting;
    int status = assay_digesting_begin(&digesting, hashes, algs, alg_count);

    for (size_t i = 0; i < count && status == 0; i++)
        status = assay_digesting_update(&digesting, parts[i]);
    return status == 0 ? assay_digesting_end(&digesting, ret_digests) : status;
}
