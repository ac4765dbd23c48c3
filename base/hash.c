/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/hash.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <stdlib.h>

struct assay_hash {
    EVP_MD *digest;
    EVP_MD_CTX *context;
    size_t size;
};

struct assay_hashes {
    assay_hash by_index[ASSAY_ALGS];
};

assay_hashes *assay_hashes_new(void)
{
    return calloc(1, sizeof(assay_hashes));
}

void assay_hashes_free(assay_hashes **hashes)
{
    if (*hashes == NULL)
        return;
    for (size_t i = 0; i < ASSAY_ALGS; i++) {
        EVP_MD_CTX_free((*hashes)->by_index[i].context);
        EVP_MD_free((*hashes)->by_index[i].digest);
    }
    free(*hashes);
    *hashes = NULL;
}

/* Why libcrypto gave no digest: it has no such algorithm, or it failed. */
static int why_not_fetched(void)
{
    const unsigned long reason = ERR_peek_last_error();

    return ERR_GET_REASON(reason) == ERR_R_UNSUPPORTED ? -ASSAY_UNSUPPORTED : -ASSAY_CRYPTO;
}

static int make_ready(assay_hash *hash, const assay_alg *alg)
{
    int status = 0;

    ERR_set_mark();
    EVP_MD *const digest = EVP_MD_fetch(NULL, alg->libcrypto, NULL);
    EVP_MD_CTX *const context = digest != NULL ? EVP_MD_CTX_new() : NULL;

    if (digest == NULL)
        status = why_not_fetched();
    else if (context == NULL)
        status = -ASSAY_NO_MEMORY;
    else if (EVP_DigestInit_ex2(context, digest, NULL) != 1)
        status = -ASSAY_CRYPTO;
    ERR_pop_to_mark();
    if (status < 0) {
        EVP_MD_CTX_free(context);
        EVP_MD_free(digest);
        return status;
    }
    *hash = (assay_hash){ digest, context, alg->size };
    return 0;
}

int assay_hashes_get(assay_hashes *hashes, uint16_t alg, assay_hash **ret_hash)
{
    const size_t index = assay_alg_index(alg);

    if (index == ASSAY_ALGS)
        return -ASSAY_UNSUPPORTED;
    assay_hash *const hash = &hashes->by_index[index];
    if (hash->context == NULL) {
        const int status = make_ready(hash, assay_alg_at(index));

        if (status < 0)
            return status;
    }
    *ret_hash = hash;
    return 0;
}

size_t assay_hash_size(const assay_hash *hash)
{
    return hash->size;
}

int assay_hash_begin(assay_hash *hash)
{
    /* A NULL digest keeps the fetched one; naming it again costs a look-up. */
    return EVP_DigestInit_ex2(hash->context, NULL, NULL) == 1 ? 0 : -ASSAY_CRYPTO;
}

int assay_hash_update(assay_hash *hash, assay_bytes bytes)
{
    return EVP_DigestUpdate(hash->context, bytes.data, bytes.size) == 1 ? 0 : -ASSAY_CRYPTO;
}

int assay_hash_end(assay_hash *hash, uint8_t *ret_digest)
{
    return EVP_DigestFinal_ex(hash->context, ret_digest, NULL) == 1 ? 0 : -ASSAY_CRYPTO;
}

int assay_hash_parts(assay_hash *hash, const assay_bytes *parts, size_t count, uint8_t *ret_digest)
{
    int status = assay_hash_begin(hash);

    for (size_t i = 0; i < count && status == 0; i++)
        if (parts[i].size > 0)
            status = assay_hash_update(hash, parts[i]);
    return status == 0 ? assay_hash_end(hash, ret_digest) : status;
}

int assay_hash_extend(assay_hash *hash, uint8_t *pcr, const uint8_t *digest)
{
    uint8_t both[2 * ASSAY_DIGEST_MAX];

    /* One update over both halves is measurably cheaper than two. */
    memcpy(both, pcr, hash->size);
    memcpy(both + hash->size, digest, hash->size);
    const assay_bytes message = { both, 2 * hash->size };
    return assay_hash_parts(hash, &message, 1, pcr);
}
