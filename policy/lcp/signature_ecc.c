/* SPDX-License-Identifier: BSD-2-Clause */
/* Signatures of elliptic curves: ECDSA, and SM2 with what GB/T 32918.2 puts before the data. */
#include "policy/key/key_private.h"
#include "policy/lcp/signature_private.h"

#include <openssl/err.h>

enum { SM2_COORDINATE = 32, NUMBERS_MAX = 2 * 48, DER_MAX = 128 };

/* a | b | xG | yG of the curve that GB/T 32918.5 recommends. */
static const uint8_t sm2_curve[4 * SM2_COORDINATE] = {
    0xFF, 0xFF, 0xFF, 0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
    0xFF, 0xFF, 0xFF, 0xFF, 0x00, 0x00, 0x00, 0x00, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFC,
    0x28, 0xE9, 0xFA, 0x9E, 0x9D, 0x9F, 0x5E, 0x34, 0x4D, 0x5A, 0x9E, 0x4B, 0xCF, 0x65, 0x09, 0xA7,
    0xF3, 0x97, 0x89, 0xF5, 0x15, 0xAB, 0x8F, 0x92, 0xDD, 0xBC, 0xBD, 0x41, 0x4D, 0x94, 0x0E, 0x93,
    0x32, 0xC4, 0xAE, 0x2C, 0x1F, 0x19, 0x81, 0x19, 0x5F, 0x99, 0x04, 0x46, 0x6A, 0x39, 0xC9, 0x94,
    0x8F, 0xE3, 0x0B, 0xBF, 0xF2, 0x66, 0x0B, 0xE1, 0x71, 0x5A, 0x45, 0x89, 0x33, 0x4C, 0x74, 0xC7,
    0xBC, 0x37, 0x36, 0xA2, 0xF4, 0xF6, 0x77, 0x9C, 0x59, 0xBD, 0xCE, 0xE3, 0x6B, 0x69, 0x21, 0x53,
    0xD0, 0xA9, 0x87, 0x7C, 0xC6, 0x2A, 0x47, 0x40, 0x02, 0xDF, 0x32, 0xE5, 0x21, 0x39, 0xF0, 0xA0,
};

/* Two numbers of half the size each, from one byte order into the other. */
static void reverse_halves(uint8_t *to, assay_bytes from)
{
    const size_t half = from.size / 2;

    for (size_t i = 0; i < half; i++) {
        to[i] = from.data[half - 1 - i];
        to[half + i] = from.data[2 * half - 1 - i];
    }
}

int assay_sm2_digest(assay_hash *sm3, assay_bytes key, assay_bytes data,
                     enum assay_sm2_identity identity, uint8_t ret_digest[static 32])
{
    const assay_bytes id = ASSAY_LITERAL("1234567812345678");
    const uint8_t bits[2] = { 0, (uint8_t)(identity == ASSAY_SM2_STANDARD ? 8 * id.size : 0) };
    uint8_t point[2 * SM2_COORDINATE], z[SM2_COORDINATE];

    if (identity == ASSAY_SM2_PLAIN)
        return assay_hash_parts(sm3, &data, 1, ret_digest);
    if (key.size != sizeof point)
        return -ASSAY_UNSUPPORTED;
    reverse_halves(point, key);
    const assay_bytes parts[] = {
        assay_bytes_of(bits, sizeof bits),
        assay_bytes_of(id.data, identity == ASSAY_SM2_STANDARD ? id.size : 0),
        assay_bytes_of(sm2_curve, sizeof sm2_curve),
        assay_bytes_of(point, sizeof point),
    };
    const int status = assay_hash_parts(sm3, parts, sizeof parts / sizeof *parts, z);
    const assay_bytes message[] = { assay_bytes_of(z, sizeof z), data };
    return status < 0 ? status : assay_hash_parts(sm3, message, 2, ret_digest);
}

/* A key and a signature that libcrypto can work with. */
typedef struct pair {
    EVP_PKEY *pkey;
    uint8_t der[DER_MAX];
    size_t size;
} pair;

static bool fits(const pair *p, const uint8_t *digest, size_t size)
{
    EVP_PKEY_CTX *const context = EVP_PKEY_CTX_new_from_pkey(NULL, p->pkey, NULL);
    const bool good = context != NULL && EVP_PKEY_verify_init(context) > 0 &&
                      EVP_PKEY_verify(context, p->der, p->size, digest, size) == 1;

    EVP_PKEY_CTX_free(context);
    return good;
}

static const char *const bad = "the signature doesn't fit: the list, the key or the signature was "
                               "changed, or another key made it";

/* SM2's other ways to sign: whose SINIT takes is not published. */
static int judge_sm2_otherwise(const assay_lcp_checking *c, const pair *p)
{
    static const struct {
        enum assay_sm2_identity identity;
        const char *reason;
    } ways[] = {
        { ASSAY_SM2_STANDARD, "the signature is made with the identity 1234567812345678, and lists "
                              "are signed with an empty one" },
        { ASSAY_SM2_PLAIN, "the signature is made without an identity of the signer, and lists are "
                           "signed with an empty one" },
    };
    const assay_lcp_signature *const signature = &c->list->signature;
    uint8_t digest[SM2_COORDINATE];
    assay_hash *sm3;
    int status = assay_hashes_get(c->hashes, ASSAY_ALG_SM3_256, &sm3);

    for (size_t i = 0; i < sizeof ways / sizeof *ways && status == 0; i++) {
        status =
            assay_sm2_digest(sm3, signature->key, c->list->signed_data, ways[i].identity, digest);
        if (status == 0 && fits(p, digest, sizeof digest))
            return assay_lcp_judge(c, ASSAY_LCP_UNCHECKED, signature->value, "Signature",
                                   ways[i].reason);
    }
    return status < 0 ? assay_lcp_judge_hash(c, status)
                      : assay_lcp_judge_refused(c, signature->value, "Signature", bad);
}

static int judge(const assay_lcp_checking *c, const pair *p)
{
    const assay_lcp_signature *const signature = &c->list->signature;
    assay_digest digest;
    const int status =
        assay_lcp_signature_digest(c->list, c->verdict->hash_alg, c->hashes, &digest);

    if (status < 0)
        return assay_lcp_judge_hash(c, status);
    if (fits(p, digest.value, digest.size))
        return assay_lcp_judge(c, ASSAY_LCP_GOOD, signature->value, "Signature",
                               "the list is what the key signed");
    if (signature->scheme == ASSAY_ALG_SM2)
        return judge_sm2_otherwise(c, p);
    return assay_lcp_judge_refused(c, signature->value, "Signature", bad);
}

static bool has_sm2(void)
{
    EVP_PKEY_CTX *const context = EVP_PKEY_CTX_new_from_name(NULL, "SM2", NULL);

    EVP_PKEY_CTX_free(context);
    return context != NULL;
}

static int judge_no_key(const assay_lcp_checking *c)
{
    if (c->list->signature.scheme == ASSAY_ALG_SM2 && !has_sm2())
        return assay_lcp_judge(c, ASSAY_LCP_UNCHECKED, c->list->signature.value, "SigScheme",
                               "libcrypto has no SM2");
    return assay_lcp_judge_refused(c, c->list->signature.key, "Qx",
                                   "the key is none: its point is not on the curve");
}

static int check_pair(const assay_lcp_checking *c)
{
    const assay_lcp_signature *const signature = &c->list->signature;
    const enum assay_key_curve curve = signature->scheme == ASSAY_ALG_SM2 ? ASSAY_CURVE_SM2
                                       : signature->key_bits == 256       ? ASSAY_CURVE_P256
                                                                          : ASSAY_CURVE_P384;
    uint8_t numbers[NUMBERS_MAX];
    pair p = { .pkey = assay_key_ecc(curve, signature->key) };
    int status;

    if (p.pkey == NULL)
        return judge_no_key(c);
    reverse_halves(numbers, signature->value);
    p.size =
        assay_key_ecc_to_der(assay_bytes_of(numbers, signature->value.size), p.der, sizeof p.der);
    if (p.size == 0)
        status =
            assay_fail(c->error, ASSAY_CRYPTO, ASSAY_NOWHERE, "libcrypto can't hold the signature");
    else
        status = judge(c, &p);
    EVP_PKEY_free(p.pkey);
    return status;
}

int assay_lcp_check_ecc(const assay_lcp_checking *c)
{
    const assay_lcp_signature *const signature = &c->list->signature;
    const uint16_t wanted = assay_lcp_curve_hash(signature->scheme, signature->key_bits);
    const size_t size = 2 * (size_t)signature->key_bits / 8;

    if (wanted == ASSAY_ALG_NULL)
        return assay_lcp_judge(c, ASSAY_LCP_UNCHECKED, signature->key, "PubkeySize",
                               "the key is of no curve that lists have: P-256, P-384, SM2");
    if (signature->key.size != size || signature->value.size != size)
        return assay_lcp_judge(c, ASSAY_LCP_BAD, signature->value, "KeySize",
                               "the signature is not as long as the key");
    if (signature->hash_alg != ASSAY_ALG_NULL && signature->hash_alg != wanted)
        return assay_lcp_judge(c, ASSAY_LCP_BAD, assay_lcp_before(signature->value, 2), "HashAlg",
                               "the signature's hash isn't the one that its curve is used with: "
                               "SHA-256 with P-256, SHA-384 with P-384, SM3 with SM2");
    c->verdict->hash_alg = wanted;
    ERR_set_mark();
    const int status = check_pair(c);
    ERR_pop_to_mark();
    return status;
}
