/* SPDX-License-Identifier: BSD-2-Clause */
/* The public part of a key, for others: in DER, in PEM, and by name. */
#include "policy/key/key_private.h"

#include <openssl/encoder.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

static int failed(void)
{
    return -ASSAY_CRYPTO;
}

static int put_der(unsigned char *der, int size, assay_writer *writer)
{
    if (size <= 0)
        return failed();
    assay_put(writer, assay_bytes_of(der, (size_t)size));
    OPENSSL_free(der);
    return writer->failure != 0 ? -writer->failure : 0;
}

int assay_key_put_spki(const assay_key *key, assay_writer *writer)
{
    unsigned char *der = NULL;

    ERR_set_mark();
    const int size = i2d_PUBKEY(key->pkey, &der);
    ERR_pop_to_mark();
    return put_der(der, size, writer);
}

/* The key's own form inside a SubjectPublicKeyInfo; of RSA that is PKCS #1. */
int assay_key_put_pkcs1(const assay_key *key, assay_writer *writer)
{
    if (key->public.alg != ASSAY_ALG_RSA)
        return -ASSAY_UNSUPPORTED;
    X509_PUBKEY *info = NULL;
    const unsigned char *bytes = NULL;
    int size = 0, status = 0;

    ERR_set_mark();
    if (X509_PUBKEY_set(&info, key->pkey) != 1 ||
        X509_PUBKEY_get0_param(NULL, &bytes, &size, NULL, info) != 1 || size <= 0)
        status = failed();
    ERR_pop_to_mark();
    if (status == 0)
        assay_put(writer, assay_bytes_of(bytes, (size_t)size));
    X509_PUBKEY_free(info);
    return status != 0 ? status : writer->failure != 0 ? -writer->failure : 0;
}

int assay_key_put_pem(const assay_key *key, assay_writer *writer)
{
    BIO *const bio = BIO_new(BIO_s_mem());
    char *text = NULL;
    int status = 0;

    ERR_set_mark();
    if (bio == NULL || PEM_write_bio_PUBKEY(bio, key->pkey) != 1)
        status = failed();
    ERR_pop_to_mark();
    const long size = status == 0 ? BIO_get_mem_data(bio, &text) : 0;
    if (status == 0)
        assay_put(writer, assay_bytes_of(text, (size_t)size));
    BIO_free(bio);
    return status != 0 ? status : writer->failure != 0 ? -writer->failure : 0;
}

int assay_key_id(const assay_key *key, uint8_t ret_id[32])
{
    uint8_t spki[2 * ASSAY_KEY_PUBLIC_MAX];
    assay_writer writer = assay_writer_lent(spki, sizeof spki);
    assay_hashes *hashes = assay_hashes_new();
    assay_hash *sha256;
    int status = hashes == NULL ? -ASSAY_NO_MEMORY : assay_key_put_spki(key, &writer);

    if (status == 0)
        status = assay_hashes_get(hashes, ASSAY_ALG_SHA256, &sha256);
    if (status == 0) {
        const assay_bytes bytes = assay_written(&writer);

        status = assay_hash_parts(sha256, &bytes, 1, ret_id);
    }
    assay_hashes_free(&hashes);
    return status;
}

/* Of a key of a provider or an engine a copy: checking needs the public part alone. */
static EVP_PKEY *public_of(const assay_key *key)
{
    const size_t half = key->public.size / 2;

    if (key->context == NULL && key->engine == NULL) {
        EVP_PKEY_up_ref(key->pkey);
        return key->pkey;
    }
    return key->public.alg == ASSAY_ALG_RSA
               ? assay_key_rsa(assay_bytes_of(key->public.value, key->public.size),
                               key->public.exponent)
           : half > 0 ? assay_key_ecc(key->public.curve,
                                      assay_bytes_of(key->public.value, key->public.size))
                      : NULL;
}

int assay_key_verify(const assay_key *key, uint16_t scheme, const assay_digest *digest,
                     assay_bytes signature, assay_error *error)
{
    uint8_t der[ASSAY_KEY_SIGNATURE_MAX];
    const bool ecc = scheme == ASSAY_ALG_ECDSA || scheme == ASSAY_ALG_SM2;
    int status;

    if (signature.size != key->public.size || ecc != (key->public.alg == ASSAY_ALG_ECC))
        return 0;
    if (ecc)
        signature = assay_bytes_of(der, assay_key_ecdsa_to_der(signature, der));
    ERR_set_mark();
    EVP_PKEY *const pkey = public_of(key);
    EVP_PKEY_CTX *const context = pkey == NULL ? NULL : EVP_PKEY_CTX_new(pkey, NULL);
    if (context == NULL || EVP_PKEY_verify_init(context) <= 0 ||
        !assay_key_set_scheme(context, scheme, digest->alg))
        status = assay_fail(error, ASSAY_CRYPTO, ASSAY_NOWHERE,
                            "libcrypto can't check signatures of this key");
    else
        status = EVP_PKEY_verify(context, signature.data, signature.size, digest->value,
                                 digest->size) == 1;
    EVP_PKEY_CTX_free(context);
    EVP_PKEY_free(pkey);
    ERR_pop_to_mark();
    return status;
}
