/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/tpm/public.h"

enum {
    USUAL_EXPONENT = 65537,
    AREA_MAX = ASSAY_KEY_PUBLIC_MAX + 64,
};

/* TPM_ECC_CURVE, Part 2, 6.4. */
enum { ECC_NIST_P256 = 0x0003, ECC_NIST_P384 = 0x0004, ECC_SM2_P256 = 0x0020 };

assay_tpm_template assay_tpm_loadexternal(uint16_t name_alg)
{
    return (assay_tpm_template){
        .name_alg = name_alg,
        .attributes = ASSAY_TPMA_USER_WITH_AUTH | ASSAY_TPMA_DECRYPT | ASSAY_TPMA_SIGN,
        .scheme = ASSAY_ALG_NULL,
        .exponent_said = true,
    };
}

static uint16_t curve_of(const assay_key_public *key)
{
    switch (key->curve) {
    case ASSAY_CURVE_P256:
        return ECC_NIST_P256;
    case ASSAY_CURVE_P384:
        return ECC_NIST_P384;
    case ASSAY_CURVE_SM2:
        return ECC_SM2_P256;
    default:
        return 0;
    }
}

/* TPM2B of a number that is little-endian. */
static void put_number(assay_writer *writer, const uint8_t *number, size_t size)
{
    assay_put_u16be(writer, (uint16_t)size);
    for (size_t i = size; i > 0; i--)
        assay_put_u8(writer, number[i - 1]);
}

static void put_scheme(assay_writer *writer, const assay_tpm_template *how)
{
    assay_put_u16be(writer, how->scheme);
    if (how->scheme != ASSAY_ALG_NULL)
        assay_put_u16be(writer, how->scheme_hash);
}

int assay_tpm_put_public(assay_writer *writer, const assay_key_public *key,
                         const assay_tpm_template *how, assay_error *error)
{
    const bool rsa = key->alg == ASSAY_ALG_RSA;
    const size_t coordinate = key->size / 2;

    if (rsa ? key->exponent == 0 : key->alg != ASSAY_ALG_ECC || curve_of(key) == 0)
        return assay_fail(
            error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE,
            "a TPM knows RSA keys with an exponent of 32 bits, and ECC keys on P-256, "
            "P-384 and SM2; this is neither");
    assay_put_u16be(writer, key->alg);
    assay_put_u16be(writer, how->name_alg);
    assay_put_u32be(writer, how->attributes);
    assay_put_u16be(writer, 0); /* authPolicy */
    assay_put_u16be(writer, ASSAY_ALG_NULL); /* symmetric */
    put_scheme(writer, how);
    if (rsa) {
        assay_put_u16be(writer, key->bits);
        assay_put_u32be(writer, key->exponent == USUAL_EXPONENT && !how->exponent_said
                                    ? 0
                                    : key->exponent);
        put_number(writer, key->value, key->size);
    } else {
        assay_put_u16be(writer, curve_of(key));
        assay_put_u16be(writer, ASSAY_ALG_NULL); /* kdf */
        put_number(writer, key->value, coordinate);
        put_number(writer, key->value + coordinate, coordinate);
    }
    return 0;
}

int assay_tpm_name_of(assay_tpm_name *ret_name, uint16_t name_alg, assay_bytes area,
                      assay_hashes *hashes, assay_error *error)
{
    assay_tpm_name name = { .value = { (uint8_t)(name_alg >> 8), (uint8_t)name_alg } };
    assay_hash *hash;
    int failed = assay_hashes_get(hashes, name_alg, &hash);

    if (failed == 0)
        failed = assay_hash_parts(hash, &area, 1, name.value + 2);
    if (failed != 0)
        return assay_fail(error, (enum assay_kind)-failed, ASSAY_NOWHERE,
                          "the name's hash can't be computed");
    name.size = 2 + assay_hash_size(hash);
    *ret_name = name;
    return 0;
}

int assay_tpm_key_name(assay_tpm_name *ret_name, const assay_key *key,
                       const assay_tpm_template *how, assay_hashes *hashes, assay_error *error)
{
    uint8_t area[AREA_MAX];
    assay_writer writer = assay_writer_lent(area, sizeof area);
    const int failed = assay_tpm_put_public(&writer, assay_key_public_of(key), how, error);

    return failed != 0 ? failed
                       : assay_tpm_name_of(ret_name, how->name_alg, assay_written(&writer), hashes,
                                           error);
}

void assay_tpm_put_nv_public(assay_writer *writer, const assay_txt_nv_public *nv)
{
    assay_put_u32be(writer, nv->nv_index);
    assay_put_u16be(writer, nv->name_alg);
    assay_put_u32be(writer, nv->attributes);
    assay_put_u16be(writer, (uint16_t)nv->auth_policy.size);
    assay_put(writer, nv->auth_policy);
    assay_put_u16be(writer, nv->data_size);
}

int assay_tpm_nv_name(assay_tpm_name *ret_name, const assay_txt_nv_public *nv,
                      assay_hashes *hashes, assay_error *error)
{
    uint8_t area[AREA_MAX];
    assay_writer writer = assay_writer_lent(area, sizeof area);

    assay_tpm_put_nv_public(&writer, nv);
    return assay_tpm_name_of(ret_name, nv->name_alg, assay_written(&writer), hashes, error);
}

uint16_t assay_tpm_scheme_of(const assay_key_public *key)
{
    if (key->alg == ASSAY_ALG_RSA)
        return ASSAY_ALG_RSASSA;
    return key->curve == ASSAY_CURVE_P256 || key->curve == ASSAY_CURVE_P384 ? ASSAY_ALG_ECDSA : 0;
}

void assay_tpm_put_signature(assay_writer *writer, uint16_t scheme, uint16_t hash,
                             assay_bytes signature)
{
    const bool rsa = scheme == ASSAY_ALG_RSASSA || scheme == ASSAY_ALG_RSAPSS;
    const size_t part = rsa ? signature.size : signature.size / 2;

    assay_put_u16be(writer, scheme);
    assay_put_u16be(writer, hash);
    for (size_t at = 0; at < signature.size; at += part) {
        assay_put_u16be(writer, (uint16_t)part);
        assay_put(writer, assay_bytes_of(signature.data + at, part));
    }
}
