/* SPDX-License-Identifier: BSD-2-Clause */
/* What speaks against the lists of a policy: the policy data file, as SINIT will go through it. */
#include "policy/lcp/nv_private.h"
#include "policy/lcp/policy.h"
#include "policy/lcp/signature.h"

/* Elements that SINIT looks at, by type. */
typedef struct element_count {
    unsigned elements, values;
} element_count;

enum { MLE, PCONF, SBIOS, STM, COUNTED };

static const struct {
    uint32_t type;
    const char *name;
} counted[COUNTED] = {
    [MLE] = { ASSAY_LCP_MLE2, "MLE" },
    [PCONF] = { ASSAY_LCP_PCONF2, "PCONF" },
    [SBIOS] = { ASSAY_LCP_SBIOS2, "SBIOS" },
    [STM] = { ASSAY_LCP_STM2, "STM" },
};

static bool hash_allowed(const assay_lcp_policy *policy, uint16_t alg)
{
    return (policy->lcp_hash_alg_mask & assay_lcp_hash_mask(alg)) != 0;
}

/* Those of TPM 1.2, and of algorithms that the mask leaves out, it passes over (SDG K.2.4). */
static void count_elements(const assay_lcp_policy *policy, const assay_lcp_list *list,
                           element_count counts[static COUNTED])
{
    assay_cursor cursor = assay_lcp_list_elements(list);
    assay_lcp_element element;

    while (assay_lcp_element_next(&cursor, 0, &element, NULL) > 0)
        for (size_t i = 0; i < COUNTED; i++)
            if (counted[i].type == element.type && hash_allowed(policy, element.hash_alg)) {
                counts[i].elements++;
                counts[i].values += element.count;
            }
}

static void judge_counts(assay_lcp_nv_plan *plan, const element_count counts[static COUNTED])
{
    if (counts[MLE].elements == 0)
        assay_lcp_nv_object(plan, ASSAY_LCP_NV_NO_MLE, "of all lists");
    for (size_t i = 0; i < COUNTED; i++)
        if (counts[i].elements > 0 && counts[i].values == 0)
            assay_lcp_nv_object(plan, ASSAY_LCP_NV_NO_MATCH, "%u %s elements, no value in them",
                                counts[i].elements, counted[i].name);
}

static void judge_place(assay_lcp_nv_plan *plan, const assay_lcp_policy *policy,
                        const assay_lcp_data *data, size_t number)
{
    const assay_lcp_list *const list = &data->lists[number];

    if (list->revocation_counter < policy->data_revocation_counters[number])
        assay_lcp_nv_object(plan, ASSAY_LCP_NV_REVOKED,
                            "list %zu has RevocationCounter %u, the policy wants at least %u",
                            number, list->revocation_counter,
                            policy->data_revocation_counters[number]);
    for (size_t i = 0; i < number; i++)
        if (data->lists[i].is_signed &&
            assay_bytes_equal(data->lists[i].signature.key, list->signature.key))
            assay_lcp_nv_object(plan, ASSAY_LCP_NV_SAME_KEY, "lists %zu and %zu", i, number);
}

/* Whether SINIT looks at the elements of a signed list: 1, 0, or a negative kind. */
static int judge_signature(assay_lcp_nv_plan *plan, const assay_lcp_policy *policy,
                           const assay_lcp_list *list, size_t number, assay_hashes *hashes,
                           assay_error *error)
{
    const assay_lcp_signature *const signature = &list->signature;
    assay_lcp_verdict verdict;
    const int status = assay_lcp_signature_check(list, hashes, &verdict, error);

    if (status < 0)
        return status;
    if (signature->empty)
        assay_lcp_nv_object(plan, ASSAY_LCP_NV_UNSIGNED_PLACE, "list %zu", number);
    else if (verdict.trust == ASSAY_LCP_BAD)
        assay_lcp_nv_object(plan, ASSAY_LCP_NV_SIGNATURE, "list %zu: %s", number, verdict.reason);
    else if (verdict.trust == ASSAY_LCP_UNCHECKED)
        assay_lcp_nv_object(plan, ASSAY_LCP_NV_UNCHECKED, "list %zu: %s", number, verdict.reason);
    const uint32_t bit =
        assay_lcp_sign_mask(signature->key_alg, signature->key_bits, verdict.hash_alg);
    if (verdict.trust != ASSAY_LCP_GOOD || (policy->lcp_sign_alg_mask & bit) != 0)
        return 1;
    assay_lcp_nv_object(plan, ASSAY_LCP_NV_SIGN_ALG,
                        "list %zu has a signature of bit 0x%x; LcpSignAlgMask is 0x%x", number, bit,
                        policy->lcp_sign_alg_mask);
    return 0;
}

static int judge_hash(assay_lcp_nv_plan *plan, const assay_lcp_policy *policy,
                      const assay_lcp_data *data, assay_hashes *hashes, assay_error *error)
{
    uint8_t digest[ASSAY_DIGEST_MAX];
    assay_hash *hash;
    int status = assay_hashes_get(hashes, policy->hash_alg, &hash);

    if (status == 0)
        status = assay_lcp_data_hash(data, hash, digest);
    if (status < 0)
        return assay_fail(error, (enum assay_kind)(-status), ASSAY_NOWHERE,
                          "the hash of the policy data can't be computed");
    if (memcmp(digest, policy->policy_hash.value, assay_hash_size(hash)) != 0)
        assay_lcp_nv_object(plan, ASSAY_LCP_NV_DATA_HASH,
                            "%02x%02x%02x%02x..., wanted is "
                            "%02x%02x%02x%02x...",
                            digest[0], digest[1], digest[2], digest[3],
                            policy->policy_hash.value[0], policy->policy_hash.value[1],
                            policy->policy_hash.value[2], policy->policy_hash.value[3]);
    return 0;
}

int assay_lcp_nv_judge_data(assay_lcp_nv_plan *plan, const assay_lcp_policy *policy,
                            assay_hashes *hashes, assay_error *error)
{
    element_count counts[COUNTED] = { 0 };
    assay_lcp_data data;
    assay_error fault;

    if (assay_lcp_data_read(&data, plan->wish.data, &fault) < 0) {
        assay_lcp_nv_object(plan, ASSAY_LCP_NV_DATA_BROKEN, "%s", fault.what);
        return 0;
    }
    for (size_t i = 0; i < data.list_count; i++) {
        int looked_at = 1;

        if (data.lists[i].is_signed) {
            judge_place(plan, policy, &data, i);
            looked_at = judge_signature(plan, policy, &data.lists[i], i, hashes, error);
        }
        if (looked_at < 0)
            return looked_at;
        if (looked_at > 0)
            count_elements(policy, &data.lists[i], counts);
    }
    judge_counts(plan, counts);
    return judge_hash(plan, policy, &data, hashes, error);
}
