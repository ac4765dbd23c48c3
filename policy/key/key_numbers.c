/* SPDX-License-Identifier: BSD-2-Clause */
/* Keys and signatures as lists store them, as libcrypto wants them. */
#include "policy/key/key_private.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/param_build.h>

static EVP_PKEY *from_parameters(const char *type, OSSL_PARAM_BLD *builder)
{
    OSSL_PARAM *const parameters = OSSL_PARAM_BLD_to_param(builder);
    EVP_PKEY_CTX *const context = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
    EVP_PKEY *pkey = NULL;

    if (parameters == NULL || context == NULL || EVP_PKEY_fromdata_init(context) <= 0 ||
        EVP_PKEY_fromdata(context, &pkey, EVP_PKEY_PUBLIC_KEY, parameters) <= 0)
        pkey = NULL;
    EVP_PKEY_CTX_free(context);
    OSSL_PARAM_free(parameters);
    return pkey;
}

EVP_PKEY *assay_key_rsa(assay_bytes modulus, uint32_t exponent)
{
    OSSL_PARAM_BLD *const builder = OSSL_PARAM_BLD_new();
    BIGNUM *const n = BN_lebin2bn(modulus.data, (int)modulus.size, NULL);
    EVP_PKEY *pkey = NULL;

    if (builder != NULL && n != NULL && BN_is_odd(n) &&
        OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_N, n) == 1 &&
        OSSL_PARAM_BLD_push_uint32(builder, OSSL_PKEY_PARAM_RSA_E, exponent) == 1)
        pkey = from_parameters("RSA", builder);
    OSSL_PARAM_BLD_free(builder);
    BN_free(n);
    return pkey;
}

static const char *group_of(enum assay_key_curve curve)
{
    return curve == ASSAY_CURVE_P256   ? "prime256v1"
           : curve == ASSAY_CURVE_P384 ? "secp384r1"
                                       : "SM2";
}

EVP_PKEY *assay_key_ecc(enum assay_key_curve curve, assay_bytes x_and_y)
{
    const size_t size = x_and_y.size / 2;
    uint8_t point[1 + ASSAY_KEY_PUBLIC_MAX] = { POINT_CONVERSION_UNCOMPRESSED };
    OSSL_PARAM_BLD *const builder = OSSL_PARAM_BLD_new();
    EVP_PKEY *pkey = NULL;

    for (size_t i = 0; i < size; i++) {
        point[size - i] = x_and_y.data[i];
        point[2 * size - i] = x_and_y.data[size + i];
    }
    if (builder != NULL &&
        OSSL_PARAM_BLD_push_utf8_string(builder, OSSL_PKEY_PARAM_GROUP_NAME, group_of(curve), 0) ==
            1 &&
        OSSL_PARAM_BLD_push_octet_string(builder, OSSL_PKEY_PARAM_PUB_KEY, point, 1 + 2 * size) ==
            1)
        pkey = from_parameters(curve == ASSAY_CURVE_SM2 ? "SM2" : "EC", builder);
    OSSL_PARAM_BLD_free(builder);
    return pkey;
}

size_t assay_key_ecc_from_der(assay_bytes der, size_t coordinate, uint8_t *ret_numbers)
{
    const uint8_t *at = der.data;
    ECDSA_SIG *const signature = d2i_ECDSA_SIG(NULL, &at, (long)der.size);
    size_t size = 0;

    if (signature != NULL && at == der.data + der.size &&
        BN_bn2binpad(ECDSA_SIG_get0_r(signature), ret_numbers, (int)coordinate) >= 0 &&
        BN_bn2binpad(ECDSA_SIG_get0_s(signature), ret_numbers + coordinate, (int)coordinate) >= 0)
        size = 2 * coordinate;
    ECDSA_SIG_free(signature);
    return size;
}

size_t assay_key_ecc_to_der(assay_bytes numbers, uint8_t *ret_der, size_t size)
{
    const int half = (int)(numbers.size / 2);
    ECDSA_SIG *const signature = ECDSA_SIG_new();
    BIGNUM *const r = BN_bin2bn(numbers.data, half, NULL);
    BIGNUM *const s = BN_bin2bn(numbers.data + half, half, NULL);
    size_t written = 0;

    if (signature == NULL || r == NULL || s == NULL || ECDSA_SIG_set0(signature, r, s) != 1) {
        BN_free(r);
        BN_free(s);
    } else {
        const int wanted = i2d_ECDSA_SIG(signature, NULL);

        if (wanted > 0 && (size_t)wanted <= size)
            written = (size_t)i2d_ECDSA_SIG(signature, &ret_der);
    }
    ECDSA_SIG_free(signature);
    return written;
}

size_t assay_key_ecdsa_to_der(assay_bytes numbers, uint8_t ret_der[ASSAY_KEY_SIGNATURE_MAX])
{
    return assay_key_ecc_to_der(numbers, ret_der, ASSAY_KEY_SIGNATURE_MAX);
}

size_t assay_key_ecdsa_from_der(const assay_key *key, assay_bytes der,
                                uint8_t ret_numbers[ASSAY_KEY_SIGNATURE_MAX])
{
    return assay_key_ecc_from_der(der, key->public.size / 2, ret_numbers);
}
