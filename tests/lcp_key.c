/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Keys: from files in their notations, and what is said of those that can't be had. Memory that
 * fails is not tried: libcrypto's own decoders crash then.
 */
#include <criterion/criterion.h>

#include "policy/key/key.h"
#include "policy/lcp/list.h"

#include <openssl/core_names.h>
#include <openssl/encoder.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <unistd.h>

static char path[] = "/tmp/assay-key-XXXXXX";

static int open_passphrase(char *buffer, size_t size, const void *context)
{
    const char *const text = context;

    cr_assert_geq(size, strlen(text));
    memcpy(buffer, text, strlen(text));
    return (int)strlen(text);
}

/* Writes a key into the file at `path`. */
static void write_key(EVP_PKEY *pkey, int selection, const char *format, const char *structure,
                      const char *passphrase)
{
    OSSL_ENCODER_CTX *const encoder =
        OSSL_ENCODER_CTX_new_for_pkey(pkey, selection, format, structure, NULL);
    FILE *const file = fopen(path, "w");

    cr_assert(encoder != NULL && file != NULL);
    if (passphrase != NULL) {
        OSSL_ENCODER_CTX_set_cipher(encoder, "AES-128-CBC", NULL);
        OSSL_ENCODER_CTX_set_passphrase(encoder, (const unsigned char *)passphrase,
                                        strlen(passphrase));
    }
    cr_assert_eq(OSSL_ENCODER_to_fp(encoder, file), 1);
    fclose(file);
    OSSL_ENCODER_CTX_free(encoder);
}

static void make_path(void)
{
    const int fd = mkstemp(path);

    cr_assert_geq(fd, 0);
    close(fd);
}

static void remove_path(void)
{
    unlink(path);
}

static const struct {
    const char *type, *group;
    size_t bits;
    const char *structure;
    int selection;
    uint16_t alg;
    enum assay_key_curve curve;
} kinds[] = {
    { "RSA", NULL, 2048, "PrivateKeyInfo", EVP_PKEY_KEYPAIR, ASSAY_ALG_RSA, ASSAY_CURVE_NONE },
    { "RSA", NULL, 1024, "type-specific", EVP_PKEY_KEYPAIR, ASSAY_ALG_RSA, ASSAY_CURVE_NONE },
    { "RSA", NULL, 1024, "SubjectPublicKeyInfo", EVP_PKEY_PUBLIC_KEY, ASSAY_ALG_RSA,
      ASSAY_CURVE_NONE },
    { "EC", "P-256", 256, "PrivateKeyInfo", EVP_PKEY_KEYPAIR, ASSAY_ALG_ECC, ASSAY_CURVE_P256 },
    { "EC", "P-384", 384, "type-specific", EVP_PKEY_KEYPAIR, ASSAY_ALG_ECC, ASSAY_CURVE_P384 },
    { "EC", "P-384", 384, "SubjectPublicKeyInfo", EVP_PKEY_PUBLIC_KEY, ASSAY_ALG_ECC,
      ASSAY_CURVE_P384 },
    { "EC", "P-521", 521, "PrivateKeyInfo", EVP_PKEY_KEYPAIR, ASSAY_ALG_ECC, ASSAY_CURVE_OTHER },
    { "SM2", NULL, 256, "PrivateKeyInfo", EVP_PKEY_KEYPAIR, ASSAY_ALG_ECC, ASSAY_CURVE_SM2 },
};

static EVP_PKEY *generate(size_t kind)
{
    if (kinds[kind].group != NULL)
        return EVP_PKEY_Q_keygen(NULL, NULL, "EC", kinds[kind].group);
    return strcmp(kinds[kind].type, "RSA") == 0
               ? EVP_PKEY_Q_keygen(NULL, NULL, "RSA", kinds[kind].bits)
               : EVP_PKEY_Q_keygen(NULL, NULL, kinds[kind].type);
}

/* The number that libcrypto has, little-endian, is what the key begins with. */
static void expect_public(const assay_key_public *public, const EVP_PKEY *pkey, size_t kind)
{
    const bool rsa = kinds[kind].alg == ASSAY_ALG_RSA;
    const size_t size = rsa ? public->size : public->size / 2;
    uint8_t number[ASSAY_KEY_PUBLIC_MAX];
    BIGNUM *value = NULL;

    cr_assert_eq(
        EVP_PKEY_get_bn_param(pkey, rsa ? OSSL_PKEY_PARAM_RSA_N : OSSL_PKEY_PARAM_EC_PUB_X, &value),
        1);
    cr_assert_eq(BN_bn2lebinpad(value, number, (int)size), (int)size);
    cr_expect_eq(memcmp(public->value, number, size), 0, "kind %zu", kind);
    cr_expect_eq(public->alg, kinds[kind].alg);
    cr_expect_eq(public->bits, kinds[kind].bits);
    cr_expect_eq(public->curve, kinds[kind].curve);
    cr_expect_eq(public->exponent, rsa ? 65537 : 0);
    BN_free(value);
}

Test(lcp_key, every_notation_is_read, .init = make_path, .fini = remove_path)
{
    for (size_t kind = 0; kind < sizeof kinds / sizeof *kinds; kind++) {
        EVP_PKEY *const pkey = generate(kind);
        const bool private = kinds[kind].selection == EVP_PKEY_KEYPAIR;

        for (unsigned format = 0; format < 2; format++) {
            const assay_key_source source = { .name = path, .secret = private };
            assay_error error = { 0 };
            assay_key *key = NULL;

            write_key(pkey, kinds[kind].selection, format == 0 ? "PEM" : "DER",
                      kinds[kind].structure, NULL);
            cr_assert_eq(assay_key_open(&key, &source, &error), 0, "kind %zu: %s", kind,
                         error.what);
            expect_public(assay_key_public_of(key), pkey, kind);
            cr_expect_eq(assay_key_is_private(key), private);
            assay_key_free(&key);
            cr_expect_null(key);
        }
        EVP_PKEY_free(pkey);
    }
}

static void expect_refused(const assay_key_source *source, int status, const char *what)
{
    assay_error error = { 0 };
    assay_key *key = NULL;

    cr_expect_eq(assay_key_open(&key, source, &error), status, "%s", what);
    cr_expect_str_eq(error.what, what);
    cr_expect_null(key);
}

Test(lcp_key, what_can_not_be_had_has_a_reason, .init = make_path, .fini = remove_path)
{
    EVP_PKEY *const pkey = generate(3);

    write_key(pkey, EVP_PKEY_PUBLIC_KEY, "PEM", "SubjectPublicKeyInfo", NULL);
    expect_refused(&(assay_key_source){ .name = path, .secret = true }, -ASSAY_UNKNOWN_FORMAT,
                   "a public key is here, and the private key is wanted");
    write_key(pkey, EVP_PKEY_KEYPAIR, "PEM", "PrivateKeyInfo", "open");
    expect_refused(&(assay_key_source){ .name = path, .secret = true }, -ASSAY_CRYPTO,
                   "the key is encrypted, and there is no passphrase");
    char wrong[] = "shut", right[] = "open";
    expect_refused(&(assay_key_source){ .name = path,
                                        .secret = true,
                                        .passphrase = open_passphrase,
                                        .passphrase_context = wrong },
                   -ASSAY_CRYPTO, "the passphrase is wrong, or the key is damaged");
    assay_key *key = NULL;
    const assay_key_source source = {
        .name = path, .secret = true, .passphrase = open_passphrase, .passphrase_context = right
    };
    cr_expect_eq(assay_key_open(&key, &source, NULL), 0);
    assay_key_free(&key);
    EVP_PKEY_free(pkey);
    expect_refused(&(assay_key_source){ .name = "/nonexistent/key" }, -ASSAY_IO,
                   "cannot open: No such file or directory");
    expect_refused(&(assay_key_source){ .name = "example:key" }, -ASSAY_UNSUPPORTED,
                   "there is no such file, and for URIs like this no provider is loaded");
    expect_refused(&(assay_key_source){ .name = path, .provider = "example" }, -ASSAY_UNSUPPORTED,
                   "the provider can't be loaded");
    expect_refused(&(assay_key_source){ .name = path, .engine = "example" }, -ASSAY_UNSUPPORTED,
                   "the engine can't be loaded");
}
