/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Keys that policies and references are signed with and checked by: from a file (PEM or DER:
 * PKCS#8, PKCS#1, SEC1, SubjectPublicKeyInfo, PKCS#12, a certificate), or from a URI that a provider
 * of libcrypto knows (pkcs11:, handle: ...) or an engine, so that a private key can stay where it
 * is.
 *
 * A key of a provider has a library context of its own: what is loaded for it is there for no one
 * else. Only engines are libcrypto's for the whole process.
 */
#ifndef ASSAY_POLICY_KEY_KEY_H
#define ASSAY_POLICY_KEY_KEY_H

#include "base/bytes.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/writer.h"

/** TPM_ALG_ID of keys and of signature schemes. */
enum {
    ASSAY_ALG_RSA = 0x0001,
    ASSAY_ALG_RSASSA = 0x0014,
    ASSAY_ALG_RSAPSS = 0x0016,
    ASSAY_ALG_ECDSA = 0x0018,
    ASSAY_ALG_SM2 = 0x001B,
    ASSAY_ALG_ECC = 0x0023,
    ASSAY_ALG_LMS = 0x0070,   /* tboot 1.11 */
    ASSAY_ALG_MLDSA = 0x00A1, /* tboot 1.11 */
};

typedef struct assay_key assay_key;

/**
 * Writes a passphrase of at most `size` bytes and returns its length, or -1 where there is none.
 */
typedef int assay_key_passphrase(char *buffer, size_t size, const void *context);

/** Where a key is. */
typedef struct assay_key_source {
    const char *name;                 /* a file, a URI, or what the engine calls the key */
    const char *provider;             /* of libcrypto, loaded beside the default one; or NULL */
    const char *provider_path;        /* the folder with its module; or NULL */
    const char *engine;               /* the engine's id; or NULL */
    assay_key_passphrase *passphrase; /* or NULL: an encrypted key can't be opened */
    const void *passphrase_context;
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
    uint16_t alg;      /* ASSAY_ALG_RSA or ASSAY_ALG_ECC */
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

/**
 * Whether a key is strong enough for references, what is exported, and quotes: 0, or
 * -ASSAY_UNSUPPORTED for RSA of less than 2048 bits, which NIST SP 800-131A revision 2 (table 2)
 * allows to sign nothing new with, so that nothing new is believed by it either. Lists of launch
 * control policies have rules of their own (policy/lcp/signing.h): old modules take nothing else.
 */
int assay_key_check_strength(const assay_key *key, assay_error *error);

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

/**
 * Checks a signature as assay_key_sign() writes it. 1 for a good one, 0 for any other (of another
 * size, too), or a negative kind: no memory, or libcrypto can't check such.
 */
int assay_key_verify(const assay_key *key, uint16_t scheme, const assay_digest *digest,
                     assay_bytes signature, assay_error *error);

/** Writes the public part in DER: SubjectPublicKeyInfo (RFC 5280 4.1). 0 or a negative kind. */
int assay_key_put_spki(const assay_key *key, assay_writer *writer);

/** The same as PEM, "PUBLIC KEY". 0 or a negative kind. */
int assay_key_put_pem(const assay_key *key, assay_writer *writer);

/** Writes RSA's public part as PKCS #1 has it, RSAPublicKey in DER. 0 or a negative kind. */
int assay_key_put_pkcs1(const assay_key *key, assay_writer *writer);

/** SHA-256 of the SubjectPublicKeyInfo: what a key is called here. 0 or a negative kind. */
int assay_key_id(const assay_key *key, uint8_t ret_id[32]);

/** ECDSA: r | s of full length, as keys sign here, as DER. Its size, or 0. */
size_t assay_key_ecdsa_to_der(assay_bytes numbers, uint8_t ret_der[ASSAY_KEY_SIGNATURE_MAX]);
size_t assay_key_ecdsa_from_der(const assay_key *key, assay_bytes der,
                                uint8_t ret_numbers[ASSAY_KEY_SIGNATURE_MAX]);

#endif
