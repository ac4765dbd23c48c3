/* SPDX-License-Identifier: BSD-2-Clause */
/* Kinds of signatures, and the bits of LcpHashAlgMask and LcpSignAlgMask. */
#include "policy/lcp/policy.h"

/* LMS_SHA256_M24_H20 with LMOTS_SHA256_N24_W4 (RFC 8554 5.3 and 5.4, NIST SP 800-208 4.2, 4.3). */
enum { LMS_KEY = 4 + 4 + 16 + 24, LMS_VALUE = 4 + 4 + 24 + 51 * 24 + 4 + 20 * 24 };

/* ML-DSA-87 (FIPS 204, table 2). */
enum { MLDSA_KEY = 2592, MLDSA_VALUE = 4627 };

static const assay_lcp_scheme schemes[] = {
    { ASSAY_ALG_RSASSA, ASSAY_ALG_RSA, "rsassa", 0, 0 },
    { ASSAY_ALG_RSAPSS, ASSAY_ALG_RSA, "rsapss", 0, 0 },
    { ASSAY_ALG_ECDSA, ASSAY_ALG_ECC, "ecdsa", 0, 0 },
    { ASSAY_ALG_SM2, ASSAY_ALG_ECC, "sm2", 0, 0 },
    { ASSAY_ALG_LMS, ASSAY_ALG_LMS, "lms", LMS_KEY, LMS_VALUE },
    { ASSAY_ALG_MLDSA, ASSAY_ALG_MLDSA, "mldsa", MLDSA_KEY, MLDSA_VALUE },
};

const assay_lcp_scheme *assay_lcp_scheme_find(uint16_t id)
{
    for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++)
        if (schemes[i].id == id)
            return &schemes[i];
    return NULL;
}

const assay_lcp_scheme *assay_lcp_scheme_by_name(assay_bytes name)
{
    for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++)
        if (assay_bytes_equal(name, assay_bytes_of_string(schemes[i].name)))
            return &schemes[i];
    return NULL;
}

bool assay_lcp_list_takes(uint16_t version, const assay_lcp_scheme *scheme)
{
    if (version >> 8 == ASSAY_LCP_LIST_1_0 >> 8)
        return scheme->id == ASSAY_ALG_RSASSA;
    if (version >> 8 == ASSAY_LCP_LIST_2_0 >> 8)
        return scheme->id == ASSAY_ALG_RSASSA || scheme->key_alg == ASSAY_ALG_ECC;
    return version == ASSAY_LCP_LIST_3_0;
}

static const struct {
    uint16_t alg;
    uint16_t bit;
} hash_bits[] = {
#define HASH_BIT(bit, alg, name) { alg, 1u << (bit) },
#include "policy/lcp/masks.def"
};

uint16_t assay_lcp_hash_mask(uint16_t alg)
{
    for (size_t i = 0; i < sizeof hash_bits / sizeof *hash_bits; i++)
        if (hash_bits[i].alg == alg)
            return hash_bits[i].bit;
    return 0;
}

static const struct {
    uint32_t bit;
    const char *name;
    uint16_t key_alg;
    uint16_t key_bits;
    uint16_t hash_alg;
} sign_bits[] = {
#define SIGN_BIT(bit, name, key_alg, key_bits, hash_alg)                                           \
    { 1u << (bit), name, key_alg, key_bits, hash_alg },
#include "policy/lcp/masks.def"
};

uint32_t assay_lcp_sign_mask(uint16_t key_alg, uint16_t key_bits, uint16_t hash_alg)
{
    for (size_t i = 0; i < sizeof sign_bits / sizeof *sign_bits; i++)
        if (sign_bits[i].key_alg == key_alg && sign_bits[i].key_bits == key_bits &&
            sign_bits[i].hash_alg == hash_alg)
            return sign_bits[i].bit;
    return 0;
}

const char *assay_lcp_sign_mask_name(uint32_t bit)
{
    for (size_t i = 0; i < sizeof sign_bits / sizeof *sign_bits; i++)
        if (sign_bits[i].bit == bit)
            return sign_bits[i].name;
    return NULL;
}
