/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/reference/signature.h"

#include "policy/reference/json.h"

/* How a key signs, and what that is called. */
typedef struct way {
    const char *name;
    uint16_t scheme, hash;      /* TPM_ALG_ID */
    enum assay_key_curve curve; /* NONE: RSA */
} way;

/* Of a key the first that it can is how it signs. */
static const way ways[] = {
    { "rsassa-sha256", ASSAY_ALG_RSASSA, ASSAY_ALG_SHA256, ASSAY_CURVE_NONE },
    { "rsapss-sha256", ASSAY_ALG_RSAPSS, ASSAY_ALG_SHA256, ASSAY_CURVE_NONE },
    { "ecdsa-sha256", ASSAY_ALG_ECDSA, ASSAY_ALG_SHA256, ASSAY_CURVE_P256 },
    { "ecdsa-sha384", ASSAY_ALG_ECDSA, ASSAY_ALG_SHA384, ASSAY_CURVE_P384 },
};

enum { WAYS = sizeof ways / sizeof *ways };

static bool fits(const way *by, const assay_key *key)
{
    const assay_key_public *const public = assay_key_public_of(key);

    return public->alg == (by->curve == ASSAY_CURVE_NONE ? ASSAY_ALG_RSA : ASSAY_ALG_ECC) &&
           public->curve == by->curve;
}

static int no_memory(assay_error *error)
{
    return assay_fail(error, ASSAY_NO_MEMORY, ASSAY_NOWHERE, "no memory");
}

/* What a scheme signs of `bytes`. */
static int digest_of(assay_bytes bytes, uint16_t alg, assay_hashes *hashes,
                     assay_digest *ret_digest, assay_error *error)
{
    assay_hash *hash;
    int status = assay_hashes_get(hashes, alg, &hash);

    *ret_digest = (assay_digest){ .alg = alg };
    if (status == 0)
        ret_digest->size = (uint16_t)assay_hash_size(hash);
    if (status == 0)
        status = assay_hash_parts(hash, &bytes, 1, ret_digest->value);
    return status == 0 ? 0
                       : assay_fail(error, (enum assay_kind) - status, ASSAY_NOWHERE,
                                    "the hash that is signed can't be made");
}

static int sign_with(const way *by, assay_bytes bytes, const assay_key *key, assay_hashes *hashes,
                     uint8_t ret_signature[ASSAY_KEY_SIGNATURE_MAX], assay_error *error)
{
    assay_digest digest;
    const int status = digest_of(bytes, by->hash, hashes, &digest, error);

    return status < 0 ? status : assay_key_sign(key, by->scheme, &digest, ret_signature, error);
}

/* The size of the signature, or a negative kind. Some RSA keys sign by one of the schemes alone. */
static int sign(assay_bytes bytes, const assay_key *key, assay_hashes *hashes, const way **ret_by,
                uint8_t ret_signature[ASSAY_KEY_SIGNATURE_MAX], assay_error *error)
{
    int status = assay_key_check_strength(key, error);

    if (status < 0)
        return status;
    status = -ASSAY_UNSUPPORTED;
    for (size_t i = 0; i < WAYS && status < 0; i++)
        if (fits(&ways[i], key)) {
            *ret_by = &ways[i];
            status = sign_with(&ways[i], bytes, key, hashes, ret_signature, error);
        }
    if (status == -ASSAY_UNSUPPORTED)
        return assay_fail(error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE,
                          "references are signed with RSA, P-256 or P-384");
    return status;
}

/* In the file. */

/* The bytes that are signed; the writer is to be closed after 0 and after a failure. */
static int write_unsigned(const assay_reference *reference, assay_writer *writer,
                          assay_error *error)
{
    const int status = assay_reference_write(reference, ASSAY_REFERENCE_UNSIGNED, writer);

    return status == 0 ? 0
                       : assay_fail(error, (enum assay_kind) - status, ASSAY_NOWHERE,
                                    "the reference can't be written");
}

/* The place of the key's signature, or room for one more. */
static assay_reference_signature *place_of(assay_reference *reference, const uint8_t id[32],
                                           bool *ret_new, assay_error *error)
{
    for (size_t i = 0; i < reference->signature_count; i++)
        if (memcmp(reference->signatures[i].key_id, id, 32) == 0)
            return &reference->signatures[i];
    *ret_new = true;
    if (reference->signature_count >= ASSAY_REFERENCE_SIGNATURES_MAX) {
        assay_fail(error, ASSAY_TOO_LARGE, ASSAY_NOWHERE, "a reference has at most %d signatures",
                   ASSAY_REFERENCE_SIGNATURES_MAX);
        return NULL;
    }
    assay_reference_signature *const place = assay_arena_more(
        &reference->arena, &reference->signatures, reference->signature_count, sizeof *place);
    if (place == NULL)
        no_memory(error);
    return place;
}

static int add(assay_reference *reference, const way *by, const uint8_t id[32], assay_bytes value,
               assay_error *error)
{
    bool is_new = false;
    assay_bytes kept;

    if (!assay_arena_keep(&reference->arena, value, &kept))
        return no_memory(error);
    assay_reference_signature *const place = place_of(reference, id, &is_new, error);
    if (place == NULL)
        return -error->kind;
    *place = (assay_reference_signature){ .algorithm = by->name, .value = kept };
    memcpy(place->key_id, id, sizeof place->key_id);
    reference->signature_count += is_new;
    return 0;
}

int assay_reference_sign(assay_reference *reference, const assay_key *key, assay_hashes *hashes,
                         assay_error *error)
{
    assay_writer writer = assay_writer_growing(ASSAY_REFERENCE_FILE_MAX);
    uint8_t signature[ASSAY_KEY_SIGNATURE_MAX], id[32];
    const way *by = ways;
    assay_error own;
    int status = write_unsigned(reference, &writer, &own);

    if (status == 0)
        status = sign(assay_written(&writer), key, hashes, &by, signature, &own);
    const size_t size = status < 0 ? 0 : (size_t)status;
    if (status >= 0 && (status = assay_key_id(key, id)) < 0)
        assay_fail(&own, (enum assay_kind) - status, ASSAY_NOWHERE, "the key's id can't be made");
    if (status == 0)
        status = add(reference, by, id, assay_bytes_of(signature, size), &own);
    assay_writer_close(&writer);
    if (status < 0 && error != NULL)
        *error = own;
    return status;
}

/* The key whose id it is, or `count`. 0 or a negative kind: a key without an id might be it. */
static int find_key(assay_key *const *keys, size_t count, const uint8_t id[32], size_t *ret_at,
                    assay_error *error)
{
    uint8_t own[32];
    size_t i = 0;

    for (; i < count; i++) {
        const int status = assay_key_id(keys[i], own);

        if (status < 0)
            return assay_fail(error, (enum assay_kind)-status, ASSAY_NOWHERE,
                              "the key's id can't be made");
        if (memcmp(own, id, sizeof own) == 0)
            break;
    }
    *ret_at = i;
    return 0;
}

/* 1, 0 or a negative kind. */
static int check(const way *by, assay_bytes bytes, assay_bytes signature, const assay_key *key,
                 assay_hashes *hashes, assay_error *error)
{
    assay_digest digest;
    int status = assay_key_check_strength(key, error);

    if (status == 0)
        status = digest_of(bytes, by->hash, hashes, &digest, error);
    return status < 0 ? status : assay_key_verify(key, by->scheme, &digest, signature, error);
}

/* The same by the name of its algorithm, which must be one that the key signs with. */
static int check_named(const assay_reference_signature *signature, assay_bytes bytes,
                       const assay_key *key, assay_hashes *hashes, assay_error *error)
{
    for (size_t i = 0; i < WAYS; i++)
        if (fits(&ways[i], key) && strcmp(ways[i].name, signature->algorithm) == 0)
            return check(&ways[i], bytes, signature->value, key, hashes, error);
    return 0;
}

static int refuse(assay_error *error, const char *what)
{
    assay_fail(error, ASSAY_CRYPTO, ASSAY_NOWHERE, "%s", what);
    return 0;
}

static int verify_all(const assay_reference *reference, assay_bytes bytes, assay_key *const *keys,
                      size_t count, assay_hashes *hashes, size_t *ret_key, assay_error *error)
{
    size_t signer = count;

    for (size_t i = 0; i < reference->signature_count; i++) {
        const assay_reference_signature *const signature = &reference->signatures[i];
        size_t at = count;
        int status = find_key(keys, count, signature->key_id, &at, error);

        if (status == 0 && at == count)
            continue;
        if (status == 0)
            status = check_named(signature, bytes, keys[at], hashes, error);
        if (status < 0)
            return status;
        if (status == 0) {
            assay_fail(error, ASSAY_CRYPTO, ASSAY_NOWHERE,
                       "signatures[%zu]: the signature by a key that is trusted is not of this "
                       "reference",
                       i);
            return 0;
        }
        signer = signer == count ? at : signer;
    }
    if (signer == count)
        return refuse(error, reference->signature_count == 0
                                 ? "the reference is not signed"
                                 : "no key that is trusted signed the reference");
    if (ret_key != NULL)
        *ret_key = signer;
    return 1;
}

int assay_reference_verify(const assay_reference *reference, assay_key *const *keys, size_t count,
                           assay_hashes *hashes, size_t *ret_key, assay_error *error)
{
    assay_writer writer = assay_writer_growing(ASSAY_REFERENCE_FILE_MAX);
    int status = write_unsigned(reference, &writer, error);

    if (status == 0)
        status = verify_all(reference, assay_written(&writer), keys, count, hashes, ret_key, error);
    assay_writer_close(&writer);
    return status;
}

/* Beside the file. */

int assay_reference_sign_detached(assay_bytes bytes, const assay_key *key, assay_hashes *hashes,
                                  assay_writer *writer, assay_error *error)
{
    uint8_t signature[ASSAY_KEY_SIGNATURE_MAX], der[ASSAY_KEY_SIGNATURE_MAX];
    const way *by = ways;
    const int status = sign(bytes, key, hashes, &by, signature, error);

    if (status < 0)
        return status;
    assay_bytes made = assay_bytes_of(signature, (size_t)status);
    if (by->curve != ASSAY_CURVE_NONE)
        made = assay_bytes_of(der, assay_key_ecdsa_to_der(made, der));
    if (made.size == 0)
        return no_memory(error);
    assay_put(writer, made);
    return writer->failure == 0 ? 0
                                : assay_fail(error, (enum assay_kind)writer->failure, ASSAY_NOWHERE,
                                             "no room for the signature");
}

/* By any of the schemes of the key: a signature beside a file doesn't say which it is of. */
static int check_detached(assay_bytes bytes, assay_bytes signature, const assay_key *key,
                          assay_hashes *hashes, assay_error *error)
{
    uint8_t numbers[ASSAY_KEY_SIGNATURE_MAX];
    int status = 0;

    /* What a key can't sign by, it can't be checked by. */
    for (size_t i = 0; i < WAYS && status <= 0; i++) {
        assay_bytes value = signature;

        if (!fits(&ways[i], key))
            continue;
        if (ways[i].curve != ASSAY_CURVE_NONE)
            value = assay_bytes_of(numbers, assay_key_ecdsa_from_der(key, signature, numbers));
        status = check(&ways[i], bytes, value, key, hashes, error);
    }
    return status;
}

int assay_reference_verify_detached(assay_bytes bytes, assay_bytes signature,
                                    assay_key *const *keys, size_t count, assay_hashes *hashes,
                                    size_t *ret_key, assay_error *error)
{
    for (size_t i = 0; i < count; i++) {
        const int status = check_detached(bytes, signature, keys[i], hashes, error);

        if (status == 0)
            continue;
        if (status > 0 && ret_key != NULL)
            *ret_key = i;
        return status;
    }
    return refuse(error, "the signature is not one of this file by a key that is trusted");
}
