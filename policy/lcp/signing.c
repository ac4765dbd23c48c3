/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/lcp/signing.h"

#include "policy/key/key_private.h"
#include "policy/lcp/policy.h"

enum { EXPONENT = 65537, HEADER = 8, COUNTER = 2 };

const char *assay_lcp_signing_note_text(unsigned number)
{
    static const char *const texts[ASSAY_LCP_NOTES] = {
        "SHA-1, which is all that a list 1.x can be signed with",
        "SHA-1, which is broken for signatures",
        "RSA-1024, which can be broken and which new hardware doesn't take",
        "no bit of LcpSignAlgMask stands for this signature, so hardware may skip the list",
    };

    return texts[number];
}

static int refuse(assay_error *error, const char *what)
{
    return assay_fail(error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE, "%s", what);
}

static const char takes[] = "hardware takes RSA-2048 and RSA-3072, P-256, P-384 and SM2";

static int check_key(const assay_key_public *key, const assay_lcp_signing *signing,
                     assay_error *error)
{
    if (key->alg == ASSAY_ALG_ECC)
        return key->curve != ASSAY_CURVE_OTHER
                   ? 0
                   : assay_fail(error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE,
                                "a key of another curve, of %u bits; %s", key->bits, takes);
    if (key->exponent != EXPONENT)
        return refuse(error, "the key's exponent isn't 65537, the only one that lists have");
    if (key->bits == 1024 && !signing->force)
        return refuse(error, "an RSA key of 1024 bits can be broken, and new hardware doesn't take "
                             "it; --force signs with it");
    if (key->bits != 1024 && key->bits != 2048 && key->bits != 3072)
        return assay_fail(error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE, "an RSA key of %u bits; %s",
                          key->bits, takes);
    return 0;
}

/* The scheme that a key of this kind has in a list of this version. */
static uint16_t scheme_for(uint16_t version, const assay_key_public *key)
{
    if (key->alg == ASSAY_ALG_RSA)
        return version == ASSAY_LCP_LIST_3_0 ? ASSAY_ALG_RSAPSS : ASSAY_ALG_RSASSA;
    return key->curve == ASSAY_CURVE_SM2 ? ASSAY_ALG_SM2 : ASSAY_ALG_ECDSA;
}

static int choose_scheme(assay_lcp_signing *signing, uint16_t version, const assay_key_public *key,
                         assay_error *error)
{
    const uint16_t fits = scheme_for(version, key);

    if (version >> 8 == 1 && fits != ASSAY_ALG_RSASSA)
        return refuse(error, "a list 1.x is signed with RSA alone (RSASSA); ECDSA and SM2 need "
                             "a list 2.0 or later");
    if (signing->scheme == 0 || signing->scheme == fits) {
        signing->scheme = fits;
        return 0;
    }
    const assay_lcp_scheme *const scheme = assay_lcp_scheme_find(signing->scheme);
    if (scheme == NULL || scheme->key_alg != key->alg ||
        (signing->scheme == ASSAY_ALG_SM2) != (key->curve == ASSAY_CURVE_SM2))
        return refuse(error, "the scheme isn't one of such a key: RSA has rsassa and rsapss, P-256 "
                             "and P-384 have ecdsa, SM2 has sm2");
    return refuse(error, version == ASSAY_LCP_LIST_3_0
                             ? "a list 3.0 is signed with rsapss, ecdsa or sm2, not with rsassa"
                         : version >> 8 == 2
                             ? "a list 2.x is signed with rsassa, ecdsa or sm2, not with rsapss"
                             : "a list 1.x is signed with rsassa alone");
}

static uint16_t hash_for(uint16_t version, uint16_t scheme, const assay_key_public *key)
{
    if (key->alg == ASSAY_ALG_ECC)
        return assay_lcp_curve_hash(scheme, key->bits);
    return version >> 8 == 1 ? ASSAY_ALG_SHA1 : ASSAY_ALG_SHA256;
}

static int choose_hash(assay_lcp_signing *signing, uint16_t version, const assay_key_public *key,
                       assay_error *error)
{
    const uint16_t fits = hash_for(version, signing->scheme, key);

    if (signing->hash_alg == 0)
        signing->hash_alg = fits;
    if (signing->hash_alg == fits)
        return 0;
    if (version >> 8 == 1)
        return refuse(error, "a list 1.x is signed with SHA-1 alone");
    if (key->alg == ASSAY_ALG_ECC)
        return refuse(error, "each curve has its hash: P-256 SHA-256, P-384 SHA-384, SM2 SM3");
    return 0;
}

/* What of a hash with RSA wants a word, or force. */
static int judge_hash(assay_lcp_signing *signing, uint16_t version, const assay_key_public *key,
                      assay_error *error)
{
    const bool sha1 = signing->hash_alg == ASSAY_ALG_SHA1;
    const bool known = assay_lcp_sign_mask(key->alg, key->bits, signing->hash_alg) != 0;

    if (sha1 && version >> 8 == 1) {
        signing->notes |= ASSAY_LCP_NOTE_SHA1_REQUIRED;
        return 0;
    }
    if (sha1 && (version == ASSAY_LCP_LIST_3_0 || !signing->force))
        return refuse(error, version == ASSAY_LCP_LIST_3_0
                                 ? "no list 3.0 is signed with SHA-1"
                                 : "SHA-1 is broken for signatures, and only lists 1.x need it; "
                                   "--force signs with it");
    if (!known && signing->hash_alg != ASSAY_ALG_SHA384 && signing->hash_alg != ASSAY_ALG_SHA512 &&
        !sha1)
        return refuse(error, "RSA signs lists with SHA-256, SHA-384 or SHA-512");
    if (!known && !signing->force)
        return refuse(error, "no bit of LcpSignAlgMask stands for this key size with this hash: "
                             "RSA-2048 goes with SHA-256, RSA-3072 with SHA-256 or SHA-384; "
                             "--force signs with it");
    signing->notes |= (sha1 ? ASSAY_LCP_NOTE_SHA1 : 0) | (known ? 0 : ASSAY_LCP_NOTE_NO_MASK);
    return 0;
}

int assay_lcp_signing_choose(assay_lcp_signing *signing, uint16_t version,
                             const assay_key_public *key, assay_error *error)
{
    int status = check_key(key, signing, error);

    signing->notes = key->alg == ASSAY_ALG_RSA && key->bits == 1024 ? ASSAY_LCP_NOTE_RSA1024 : 0;
    if (status == 0)
        status = choose_scheme(signing, version, key, error);
    if (status == 0)
        status = choose_hash(signing, version, key, error);
    if (status == 0 && key->alg == ASSAY_ALG_RSA)
        status = judge_hash(signing, version, key, error);
    return status;
}

int assay_lcp_signing_prepare(assay_writer *writer, const assay_lcp_list *list,
                              const assay_key_public *key, const assay_lcp_signing *signing,
                              assay_error *error)
{
    static const uint8_t zeros[ASSAY_KEY_PUBLIC_MAX];
    assay_lcp_list prepared = *list;

    if (list->version == ASSAY_LCP_LIST_3_0 && list->elements.size > UINT16_MAX - HEADER - COUNTER)
        return assay_fail(error, ASSAY_TOO_LARGE,
                          (assay_place){ list->offset + 4, ASSAY_NO_EVENT, "PolicyElementsSize" },
                          "a list 3.0 with so long elements can't be signed: KeySignatureOffset "
                          "has 16 bits");
    prepared.is_signed = true;
    prepared.reserved = 0;
    prepared.revocation_counter = signing->revocation_counter;
    prepared.signature = (assay_lcp_signature){
        .scheme = signing->scheme,
        .key_alg = key->alg,
        .hash_alg = signing->hash_alg,
        .key_bits = key->bits,
        .exponent = key->exponent,
        .key = assay_bytes_of(key->value, key->size),
        .value = assay_bytes_of(zeros, key->size),
        .empty = true,
    };
    assay_lcp_list_encode(writer, &prepared);
    return writer->failure == 0 ? 0
                                : assay_fail(error, (enum assay_kind)writer->failure, ASSAY_NOWHERE,
                                             "there is no room for the list");
}
