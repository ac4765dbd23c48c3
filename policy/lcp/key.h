/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Keys that lists are signed with and checked by: from a file (PEM or DER: PKCS#8, PKCS#1, SEC1,
 * SubjectPublicKeyInfo, PKCS#12, a certificate), or from a URI that a provider of libcrypto knows
 * (pkcs11:, handle: ...) or an engine, so that a private key can stay where it is.
 *
 * A key of a provider has a library context of its own: what is loaded for it is there for no one
 * else. Only engines are libcrypto's for the whole process.
 */
#ifndef ASSAY_POLICY_LCP_KEY_H
#define ASSAY_POLICY_LCP_KEY_H

#include "base/bytes.h"
#include "base/error.h"
#include "base/hash.h"

typedef struct assay_key assay_key;

/**
 * Writes a passphrase of at most `size` bytes and returns its length, or -1 where there is none.
 */
typedef int assay_key_passphrase(char *buffer, size_t size, void *context);

/** Where a key is. */
typedef struct assay_key_source {
    const char *name;                 /* a file, a URI, or what the engine calls the key */
    const char *provider;             /* of libcrypto, loaded beside the default one; or NULL */
    const char *provider_path;        /* the folder with its module; or NULL */
    const char *engine;               /* the engine's id; or NULL */
    assay_key_passphrase *passphrase; /* or NULL: an encrypted key can't be opened */
    void *passphrase_context;
    bool secret; /* the private key is wanted, not only the public one */
} assay_key_source;

enum { ASSAY_KEY_PUBLIC_MAX = 1024 };

enum assay_key_curve {
    ASSAY_CURVE_NONE,
    ASSAY_CURVE_P256,
    ASSAY_CURVE_P384,
    ASSAY_CURVE_SM2,
    ASSAY_CURVE_OTHER,
};

/** The public part, as lists store it. */
typedef struct assay_key_public {
    uint16_t alg;      /* ASSAY_ALG_RSA or ASSAY_ALG_ECC of policy/lcp/list.h */
    uint16_t bits;     /* of the modulus, or of a coordinate */
    uint32_t exponent; /* RSA; 0: more than 32 bits */
    enum assay_key_curve curve;
    size_t size;                         /* bytes used of value */
    uint8_t value[ASSAY_KEY_PUBLIC_MAX]; /* RSA the modulus, ECC Qx | Qy; each little-endian */
} assay_key_public;

/** 0 or a negative kind with `error` filled. Free with assay_key_free. */
int assay_key_open(assay_key **ret_key, const assay_key_source *source, assay_error *error);

/** Frees a key and what was loaded for it; nulls the pointer. */
void assay_key_free(assay_key **key);

/** Lent from the key. */
const assay_key_public *assay_key_public_of(const assay_key *key);

/** Whether the private part can be used. */
bool assay_key_is_private(const assay_key *key);

static inline bool assay_key_public_equal(const assay_key_public *a, const assay_key_public *b)
{
    return a->alg == b->alg && a->curve == b->curve && a->exponent == b->exponent &&
           assay_bytes_equal(assay_bytes_of(a->value, a->size), assay_bytes_of(b->value, b->size));
}

enum { ASSAY_KEY_SIGNATURE_MAX = 1024 };

/**
 * Signs a digest: RSASSA (with its DigestInfo), RSAPSS (MGF1 of the same hash, a salt as long as
 * the digest), ECDSA or SM2 (the digest with the signer's identity in it already). Writes RSA's
 * number or r | s, big-endian and of full length. Returns its size, or a negative kind.
 */
int assay_key_sign(const assay_key *key, uint16_t scheme, const assay_digest *digest,
                   uint8_t ret_signature[ASSAY_KEY_SIGNATURE_MAX], assay_error *error);

#endif
