/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/key/key_private.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>

const assay_key_public *assay_key_public_of(const assay_key *key)
{
    return &key->public;
}

bool assay_key_is_private(const assay_key *key)
{
    return key->is_private;
}

static int complain(assay_error *error, enum assay_kind kind, const char *what)
{
    return assay_fail(error, kind, ASSAY_NOWHERE, "%s", what);
}

/* Puts a number of the key at `to`, little-endian; false where it can't be had or has no room. */
static bool put_number(const EVP_PKEY *pkey, const char *name, uint8_t *to, size_t size)
{
    BIGNUM *number = NULL;
    const bool done = EVP_PKEY_get_bn_param(pkey, name, &number) == 1 &&
                      BN_bn2lebinpad(number, to, (int)size) == (int)size;

    BN_free(number);
    return done;
}

/* 0 for one that no list has room for; false where it can't be had. */
static bool get_exponent(const EVP_PKEY *pkey, uint32_t *ret_exponent)
{
    BIGNUM *number = NULL;
    const bool done = EVP_PKEY_get_bn_param(pkey, OSSL_PKEY_PARAM_RSA_E, &number) == 1;

    *ret_exponent = done && BN_num_bits(number) <= 32 ? (uint32_t)BN_get_word(number) : 0;
    BN_free(number);
    return done;
}

static int describe_rsa(assay_key *key, const EVP_PKEY *pkey, assay_error *error)
{
    const int bits = EVP_PKEY_get_bits(pkey);
    assay_key_public *const public = &key->public;

    if (bits <= 0 || bits > 8 * ASSAY_KEY_PUBLIC_MAX)
        return assay_fail(error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE, "an RSA key of %d bits", bits);
    *public = (assay_key_public){ .alg = ASSAY_ALG_RSA,
                                  .bits = (uint16_t)bits,
                                  .size = ((size_t)bits + 7) / 8 };
    if (!get_exponent(pkey, &public->exponent))
        return complain(error, ASSAY_CRYPTO, "the key's exponent can't be had");
    if (!put_number(pkey, OSSL_PKEY_PARAM_RSA_N, public->value, public->size))
        return complain(error, ASSAY_CRYPTO, "the key's modulus can't be had");
    return 0;
}

/* Names of curves as providers and engines have them. */
static const struct curve {
    const char *name;
    enum assay_key_curve curve;
} curves[] = {
    { "prime256v1", ASSAY_CURVE_P256 }, { "P-256", ASSAY_CURVE_P256 },
    { "secp384r1", ASSAY_CURVE_P384 },  { "P-384", ASSAY_CURVE_P384 },
    { "SM2", ASSAY_CURVE_SM2 },
};

static enum assay_key_curve curve_of(const EVP_PKEY *pkey)
{
    char name[64] = "";

    if (EVP_PKEY_get_group_name(pkey, name, sizeof name, NULL) == 1)
        for (size_t i = 0; i < sizeof curves / sizeof *curves; i++)
            if (strcasecmp(curves[i].name, name) == 0)
                return curves[i].curve;
    return ASSAY_CURVE_OTHER;
}

/* Of a point 0x04 | X | Y; engines and some providers tell no coordinates apart. */
static bool put_point(const EVP_PKEY *pkey, assay_key_public *public, size_t size)
{
    uint8_t point[1 + ASSAY_KEY_PUBLIC_MAX];
    size_t got = 0;

    if (EVP_PKEY_get_octet_string_param(pkey, OSSL_PKEY_PARAM_PUB_KEY, point, sizeof point, &got) !=
            1 ||
        got != 1 + 2 * size || point[0] != POINT_CONVERSION_UNCOMPRESSED)
        return false;
    for (size_t i = 0; i < size; i++) {
        public->value[i] = point[size - i];
        public->value[size + i] = point[2 * size - i];
    }
    return true;
}

static int describe_ecc(assay_key *key, const EVP_PKEY *pkey, assay_error *error)
{
    const int bits = EVP_PKEY_get_bits(pkey);
    const size_t size = bits > 0 ? ((size_t)bits + 7) / 8 : 0;
    assay_key_public *const public = &key->public;

    if (size == 0 || 2 * size > ASSAY_KEY_PUBLIC_MAX)
        return assay_fail(error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE, "a curve of %d bits", bits);
    *public = (assay_key_public){
        .alg = ASSAY_ALG_ECC, .bits = (uint16_t)bits, .curve = curve_of(pkey), .size = 2 * size
    };
    if ((!put_number(pkey, OSSL_PKEY_PARAM_EC_PUB_X, public->value, size) ||
         !put_number(pkey, OSSL_PKEY_PARAM_EC_PUB_Y, public->value + size, size)) &&
        !put_point(pkey, public, size))
        return complain(error, ASSAY_CRYPTO, "the key's public point can't be had");
    return 0;
}

static int describe(assay_key *key, const EVP_PKEY *pkey, assay_error *error)
{
    if (EVP_PKEY_is_a(pkey, "RSA") || EVP_PKEY_is_a(pkey, "RSA-PSS"))
        return describe_rsa(key, pkey, error);
    if (EVP_PKEY_is_a(pkey, "EC") || EVP_PKEY_is_a(pkey, "SM2"))
        return describe_ecc(key, pkey, error);
    return complain(error, ASSAY_UNSUPPORTED,
                    "the key is neither of RSA nor of an elliptic curve; lists are signed with "
                    "RSA, P-256, P-384 or SM2");
}

/* A public key whose numbers can be asked for: not all engines and providers answer. */
static EVP_PKEY *copy_public(EVP_PKEY *pkey)
{
    unsigned char *der = NULL;
    const int size = i2d_PUBKEY(pkey, &der);
    const unsigned char *at = der;
    EVP_PKEY *const copy = size > 0 ? d2i_PUBKEY(NULL, &at, size) : NULL;

    OPENSSL_free(der);
    return copy;
}

int assay_key_describe(assay_key *key, assay_error *error)
{
    const bool foreign = key->engine != NULL || key->provider != NULL;
    EVP_PKEY *const copy = foreign ? copy_public(key->pkey) : NULL;
    const int status = describe(key, copy != NULL ? copy : key->pkey, error);

    EVP_PKEY_free(copy);
    return status;
}

int assay_key_check_strength(const assay_key *key, assay_error *error)
{
    enum { RSA_BITS_LEAST = 2048 };

    if (key->public.alg != ASSAY_ALG_RSA || key->public.bits >= RSA_BITS_LEAST)
        return 0;
    return assay_fail(error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE,
                      "RSA-%u is too weak: what it signs can be forged; RSA wants %d bits or more",
                      key->public.bits, RSA_BITS_LEAST);
}

static const char *md_name(uint16_t hash_alg)
{
    const assay_alg *const alg = assay_alg_find(hash_alg);

    return alg == NULL ? NULL : alg->libcrypto;
}

bool assay_key_set_scheme(EVP_PKEY_CTX *context, uint16_t scheme, uint16_t hash_alg)
{
    const char *const md = md_name(hash_alg);

    if (md == NULL)
        return false;
    /* SM2 of libcrypto 3.0 takes no name of a digest here; it signs any 32 bytes. */
    if (scheme == ASSAY_ALG_SM2 || scheme == ASSAY_ALG_ECDSA)
        return true;
    const int padding = scheme == ASSAY_ALG_RSAPSS ? RSA_PKCS1_PSS_PADDING : RSA_PKCS1_PADDING;
    const EVP_MD *const digest = EVP_get_digestbyname(md);
    if (digest == NULL || EVP_PKEY_CTX_set_rsa_padding(context, padding) <= 0 ||
        EVP_PKEY_CTX_set_signature_md(context, digest) <= 0)
        return false;
    /* MGF1's hash is the same unless it is set, and a TPM's provider can't set it. */
    return scheme != ASSAY_ALG_RSAPSS ||
           EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST) > 0;
}

/* The signature as libcrypto gives it; its size, or 0. */
static size_t sign(const assay_key *key, uint16_t scheme, const assay_digest *digest,
                   uint8_t *ret_signature)
{
    char preference[128] = "";

    /* libcrypto 3.0 would take the first provider that signs so, and that has no private key. */
    if (key->provider != NULL)
        snprintf(preference, sizeof preference, "?provider=%s",
                 OSSL_PROVIDER_get0_name(key->provider));
    EVP_PKEY_CTX *const context = EVP_PKEY_CTX_new_from_pkey(key->context, key->pkey, preference);
    size_t size = ASSAY_KEY_SIGNATURE_MAX;

    if (context == NULL || EVP_PKEY_sign_init(context) <= 0 ||
        !assay_key_set_scheme(context, scheme, digest->alg) ||
        EVP_PKEY_sign(context, ret_signature, &size, digest->value, digest->size) <= 0)
        size = 0;
    EVP_PKEY_CTX_free(context);
    return size;
}

static int complain_refused(assay_error *error)
{
    const char *const reason = ERR_reason_error_string(ERR_peek_error());

    return assay_fail(error, ASSAY_CRYPTO, ASSAY_NOWHERE, "the key refuses to sign%s%s",
                      reason != NULL ? ": " : "", reason != NULL ? reason : "");
}

int assay_key_sign(const assay_key *key, uint16_t scheme, const assay_digest *digest,
                   uint8_t ret_signature[ASSAY_KEY_SIGNATURE_MAX], assay_error *error)
{
    uint8_t made[ASSAY_KEY_SIGNATURE_MAX];
    const bool ecc = scheme == ASSAY_ALG_ECDSA || scheme == ASSAY_ALG_SM2;
    int status = 0;

    ERR_set_mark();
    size_t size = sign(key, scheme, digest, made);
    if (size == 0)
        status = complain_refused(error);
    else if (ecc)
        size =
            assay_key_ecc_from_der(assay_bytes_of(made, size), key->public.size / 2, ret_signature);
    else
        memcpy(ret_signature, made, size);
    ERR_pop_to_mark();
    if (status == 0 && size != key->public.size)
        status = complain(error, ASSAY_CRYPTO, "the key made a signature of another size");
    return status < 0 ? status : (int)size;
}
