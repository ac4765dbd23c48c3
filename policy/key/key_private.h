/* SPDX-License-Identifier: BSD-2-Clause */
/* What a key is made of. Private to policy/. */
#ifndef ASSAY_POLICY_KEY_KEY_PRIVATE_H
#define ASSAY_POLICY_KEY_KEY_PRIVATE_H

#include "policy/key/key.h"

#include <openssl/evp.h>
#include <openssl/provider.h>
#include <openssl/ui.h>

struct assay_key {
    /* Kept for what asks for a PIN only when the key is used. */
    assay_key_passphrase *passphrase;
    const void *passphrase_context;
    UI_METHOD *ui;
    bool asked, given; /* a passphrase */

    EVP_PKEY *pkey;
    OSSL_LIB_CTX *context; /* of a provider's key; NULL: the process' own */
    OSSL_PROVIDER *base;   /* libcrypto's own, beside `provider` */
    OSSL_PROVIDER *provider;
    void *engine; /* ENGINE *, initialised */
    bool is_private;
    assay_key_public public;
};

/** Reads the public part of key->pkey. 0 or a negative kind. */
int assay_key_describe(assay_key *key, assay_error *error);

/** Loads what source->engine has. 0 or a negative kind. */
int assay_key_open_engine(assay_key *key, const assay_key_source *source, assay_error *error);

/**
 * A public key for libcrypto of numbers as lists store them, or NULL: numbers that are no key.
 * Free with EVP_PKEY_free.
 */
EVP_PKEY *assay_key_rsa(assay_bytes modulus, uint32_t exponent);
EVP_PKEY *assay_key_ecc(enum assay_key_curve curve, assay_bytes x_and_y);

/** Sets what a scheme wants in a context for signing or checking. */
bool assay_key_set_scheme(EVP_PKEY_CTX *context, uint16_t scheme, uint16_t hash_alg);

/** ECDSA and SM2: r | s of full length, big-endian, of and as DER. Sizes, or 0 where it fails. */
size_t assay_key_ecc_from_der(assay_bytes der, size_t coordinate, uint8_t *ret_numbers);
size_t assay_key_ecc_to_der(assay_bytes numbers, uint8_t *ret_der, size_t size);

/** A password callback of libcrypto; `key` is an assay_key. */
int assay_key_answer(char *buffer, int size, int writing, void *key);

#endif
