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
    { ASSAY_ALG_SHA1, 1u << 0 },   { ASSAY_ALG_SHA256, 1u << 3 }, { ASSAY_ALG_SM3_256, 1u << 5 },
    { ASSAY_ALG_SHA384, 1u << 6 }, { ASSAY_ALG_SHA512, 1u << 7 },
};

uint16_t assay_lcp_hash_mask(uint16_t alg)
{
    for (size_t i = 0; i < sizeof hash_bits / sizeof *hash_bits; i++)
        if (hash_bits[i].alg == alg)
            return hash_bits[i].bit;
    return 0;
}

/* TXT SDG appendix E.1 as far as it goes; bits 6, 7, 14, 17 and 18 are tboot's. */
static const struct {
    uint8_t bit;
    const char *name;
    uint16_t key_alg;
    uint16_t key_bits;
    uint16_t hash_alg;
} sign_bits[] = {
    { 0, "rsa-1024-sha1", ASSAY_ALG_RSA, 1024, ASSAY_ALG_SHA1 },
    { 1, "rsa-1024-sha256", ASSAY_ALG_RSA, 1024, ASSAY_ALG_SHA256 },
    { 2, "rsa-2048-sha1", ASSAY_ALG_RSA, 2048, ASSAY_ALG_SHA1 },
    { 3, "rsa-2048-sha256", ASSAY_ALG_RSA, 2048, ASSAY_ALG_SHA256 },
    { 6, "rsa-3072-sha256", ASSAY_ALG_RSA, 3072, ASSAY_ALG_SHA256 },
    { 7, "rsa-3072-sha384", ASSAY_ALG_RSA, 3072, ASSAY_ALG_SHA384 },
    { 12, "ecdsa-p256", ASSAY_ALG_ECC, 256, ASSAY_ALG_SHA256 },
    { 13, "ecdsa-p384", ASSAY_ALG_ECC, 384, ASSAY_ALG_SHA384 },
    { 14, "lms-56", ASSAY_ALG_LMS, 8 * 56, ASSAY_ALG_SHA256 },
    { 16, "sm2", ASSAY_ALG_ECC, 256, ASSAY_ALG_SM3_256 },
    { 17, "lms", ASSAY_ALG_LMS, 8 * LMS_KEY, ASSAY_ALG_SHA256 },
    { 18, "mldsa", ASSAY_ALG_MLDSA, 8 * MLDSA_KEY, ASSAY_ALG_NULL },
};

uint32_t assay_lcp_sign_mask(uint16_t key_alg, uint16_t key_bits, uint16_t hash_alg)
{
    for (size_t i = 0; i < sizeof sign_bits / sizeof *sign_bits; i++)
        if (sign_bits[i].key_alg == key_alg && sign_bits[i].key_bits == key_bits &&
            sign_bits[i].hash_alg == hash_alg)
            return 1u << sign_bits[i].bit;
    return 0;
}

const char *assay_lcp_sign_mask_name(uint32_t bit)
{
    for (size_t i = 0; i < sizeof sign_bits / sizeof *sign_bits; i++)
        if (1u << sign_bits[i].bit == bit)
            return sign_bits[i].name;
    return NULL;
}

uint32_t assay_lcp_sign_mask_by_name(assay_bytes name)
{
    for (size_t i = 0; i < sizeof sign_bits / sizeof *sign_bits; i++)
        if (assay_bytes_equal(name, assay_bytes_of_string(sign_bits[i].name)))
            return 1u << sign_bits[i].bit;
    return 0;
}
