/* SPDX-License-Identifier: BSD-2-Clause */
/* What a policy says where nobody said what, and whether it is that of its lists. */
#include "policy/lcp/make.h"

enum { VERSION_DEFAULT = 0x0302 };

static bool is_legacy(const assay_lcp_policy *policy)
{
    return policy->version >> 8 == 2;
}

/* SINIT skips elements whose algorithm isn't in the mask: those of the lists are. */
static uint16_t hash_mask(const assay_lcp_policy *policy, const assay_lcp_data *data)
{
    uint16_t mask = assay_lcp_hash_mask(policy->hash_alg);

    for (size_t i = 0; data != NULL && i < data->list_count; i++) {
        assay_cursor cursor = assay_lcp_list_elements(&data->lists[i]);
        assay_lcp_element element;

        while (assay_lcp_element_next(&cursor, 0, &element, NULL) > 0)
            if (assay_lcp_element_is_new(element.type))
                mask |= assay_lcp_hash_mask(element.hash_alg);
    }
    return mask;
}

/* The bits that a list's signature may need; RSA PKCS#1 keeps its hash inside. */
static uint32_t signature_mask(const assay_lcp_signature *signature)
{
    uint32_t mask = 0;

    if (signature->hash_alg != ASSAY_ALG_NULL || signature->key_alg == ASSAY_ALG_MLDSA)
        return assay_lcp_sign_mask(signature->key_alg, signature->key_bits, signature->hash_alg);
    if (signature->scheme == ASSAY_ALG_SM2)
        return assay_lcp_sign_mask(ASSAY_ALG_ECC, 256, ASSAY_ALG_SM3_256);
    mask |= assay_lcp_sign_mask(signature->key_alg, signature->key_bits, ASSAY_ALG_SHA256);
    mask |= assay_lcp_sign_mask(signature->key_alg, signature->key_bits, ASSAY_ALG_SHA384);
    return mask;
}

/* RSA with 2048 bits and more, and the curves: SHA-1 and 1024 bits are not. */
static const uint32_t sound_sign_mask = 1u << 3 | 1u << 6 | 1u << 7 | 1u << 12 | 1u << 13;

static uint32_t sign_mask(const assay_lcp_data *data)
{
    uint32_t mask = 0;

    for (size_t i = 0; data != NULL && i < data->list_count; i++)
        if (data->lists[i].is_signed)
            mask |= signature_mask(&data->lists[i].signature);
    return mask == 0 ? sound_sign_mask : mask;
}

static void choose(assay_lcp_policy *policy, uint32_t chosen, const assay_lcp_data *data)
{
    if ((chosen & ASSAY_LCP_CHOICE_VERSION) != 0)
        policy->version = VERSION_DEFAULT;
    if ((chosen & ASSAY_LCP_CHOICE_HASH_ALG) != 0)
        policy->hash_alg = is_legacy(policy) ? ASSAY_ALG_SHA1 : ASSAY_ALG_SHA256;
    if ((chosen & ASSAY_LCP_CHOICE_TYPE) != 0)
        policy->policy_type = data == NULL ? ASSAY_LCP_TYPE_ANY : ASSAY_LCP_TYPE_LIST;
    if ((chosen & ASSAY_LCP_CHOICE_MAX_SINIT) != 0)
        policy->max_sinit_min_ver = UINT8_MAX;
    if (is_legacy(policy))
        return;
    if ((chosen & ASSAY_LCP_CHOICE_HASH_MASK) != 0)
        policy->lcp_hash_alg_mask = hash_mask(policy, data);
    if ((chosen & ASSAY_LCP_CHOICE_SIGN_MASK) != 0)
        policy->lcp_sign_alg_mask = sign_mask(data);
    if ((chosen & ASSAY_LCP_CHOICE_AUX_MASK) != 0)
        policy->aux_hash_alg_mask =
            policy->version < 0x0302 ? assay_lcp_hash_mask(policy->hash_alg) : 0;
}

static int fail(assay_error *error, const char *field, const char *what)
{
    return assay_fail(error, ASSAY_MALFORMED,
                      (assay_place){ ASSAY_NO_OFFSET, ASSAY_NO_EVENT, field }, "%s", what);
}

static int hash_lists(const assay_lcp_policy *policy, const assay_lcp_data *data,
                      assay_hashes *hashes, uint8_t *ret_digest, assay_error *error)
{
    assay_hash *hash;
    int status = assay_hashes_get(hashes, policy->hash_alg, &hash);

    if (status == 0)
        status = assay_lcp_data_hash(data, hash, ret_digest);
    return status == 0 ? 0
                       : assay_fail(error, (enum assay_kind)(-status), ASSAY_NOWHERE,
                                    "the policy's hash can't be computed here");
}

int assay_lcp_policy_complete(assay_lcp_policy *policy, uint32_t chosen, const assay_lcp_data *data,
                              assay_hashes *hashes, assay_error *error)
{
    uint8_t digest[ASSAY_DIGEST_MAX] = { 0 };
    const bool given = (chosen & ASSAY_LCP_CHOICE_HASH) == 0;

    choose(policy, chosen, data);
    const size_t size = assay_lcp_policy_size(policy->version, policy->hash_alg);
    if (size == 0)
        return fail(error, "HashAlg",
                    "a policy 2.x has sha1 alone, one of 3.x sha1, sha256, sha384, sha512 or sm3");
    const size_t digest_size =
        size - (is_legacy(policy) ? ASSAY_LCP_POLICY_SIZE - 20 : ASSAY_LCP_POLICY2_FIXED);
    if (given && policy->policy_hash.size != digest_size)
        return fail(error, "PolicyHash", "it has another size than HashAlg's digests");
    policy->policy_hash.alg = policy->hash_alg;
    policy->policy_hash.size = (uint16_t)digest_size;
    if (data == NULL && !given && policy->policy_type != ASSAY_LCP_TYPE_ANY)
        return fail(error, "PolicyHash", "a policy of type LIST wants lists, or their hash");
    if (data == NULL || (policy->policy_type == ASSAY_LCP_TYPE_ANY && !given))
        return 0;
    const int status = hash_lists(policy, data, hashes, digest, error);
    if (status < 0)
        return status;
    if (given && policy->policy_type != ASSAY_LCP_TYPE_ANY &&
        memcmp(policy->policy_hash.value, digest, digest_size) != 0)
        return fail(error, "PolicyHash",
                    "policy_hash is not that of the lists; left out, it is computed");
    if (!given)
        memcpy(policy->policy_hash.value, digest, digest_size);
    return 0;
}

int assay_lcp_data_check(const assay_lcp_data *data, assay_error *error)
{
    for (size_t i = 0; i < data->list_count; i++)
        for (size_t k = i + 1; k < data->list_count; k++)
            if (data->lists[i].is_signed && data->lists[k].is_signed &&
                assay_bytes_equal(data->lists[i].signature.key, data->lists[k].signature.key))
                return assay_fail(error, ASSAY_MALFORMED, ASSAY_NOWHERE,
                                  "lists %zu and %zu are signed with one key; SINIT wants one for "
                                  "each",
                                  i, k);
    return 0;
}
