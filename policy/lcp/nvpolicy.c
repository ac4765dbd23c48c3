/* SPDX-License-Identifier: BSD-2-Clause */
/* What speaks against the bytes that are to go into an index: their kind, a policy's fields. */
#include "policy/lcp/nv_private.h"
#include "policy/lcp/policy.h"
#include "policy/lcp/vlp.h"

#include <stdlib.h>

enum { /* PolicyControl of the owner's policy, version 3 */
       PS_PCONF_ENFORCED = 1u << 3,
       IGNORE_PS_PCONF = 1u << 17,
};

/* The policy's fields. */

static void judge_fields(assay_lcp_nv_plan *plan, const assay_lcp_policy *policy)
{
    const uint16_t bit = assay_lcp_hash_mask(policy->hash_alg);

    if (policy->reserved != 0)
        assay_lcp_nv_object(plan, ASSAY_LCP_NV_RESERVED, "together they are 0x%llx",
                            (unsigned long long)policy->reserved);
    if (policy->policy_type > ASSAY_LCP_TYPE_ANY)
        assay_lcp_nv_object(plan, ASSAY_LCP_NV_TYPE, "PolicyType is %u", policy->policy_type);
    if (policy->lcp_hash_alg_mask == 0)
        assay_lcp_nv_object(plan, ASSAY_LCP_NV_HASH_MASK, "LcpHashAlgMask is 0");
    else if ((policy->lcp_hash_alg_mask & bit) == 0)
        assay_lcp_nv_object(plan, ASSAY_LCP_NV_HASH_ALG,
                            "HashAlg is 0x%04x, of bit 0x%04x; LcpHashAlgMask is 0x%04x",
                            policy->hash_alg, bit, policy->lcp_hash_alg_mask);
    if (policy->lcp_sign_alg_mask == 0)
        assay_lcp_nv_object(plan, ASSAY_LCP_NV_SIGN_MASK, "LcpSignAlgMask is 0");
    if ((policy->policy_control & (PS_PCONF_ENFORCED | IGNORE_PS_PCONF)) ==
        (PS_PCONF_ENFORCED | IGNORE_PS_PCONF))
        assay_lcp_nv_object(plan, ASSAY_LCP_NV_CONTROL, "PolicyControl is 0x%08x",
                            policy->policy_control);
    if (policy->sinit_min_version == UINT8_MAX)
        assay_lcp_nv_object(plan, ASSAY_LCP_NV_SINIT_MIN, "SINITMinVersion is 255");
    if (policy->max_sinit_min_ver == 0)
        assay_lcp_nv_object(plan, ASSAY_LCP_NV_MAX_SINIT_MIN, "MaxSinitMinVer is 0");
}

static void judge_change(assay_lcp_nv_plan *plan, const assay_lcp_nv_state *state,
                         const assay_lcp_policy *policy)
{
    const int had = assay_lcp_nv_type_in(state);

    if (policy->policy_type == ASSAY_LCP_TYPE_ANY && had == ASSAY_LCP_TYPE_LIST)
        assay_lcp_nv_object(plan, ASSAY_LCP_NV_LIST_TO_ANY, "from LIST to ANY");
    if (policy->policy_type != ASSAY_LCP_TYPE_LIST || plan->wish.data.data != NULL)
        return;
    if (had == ASSAY_LCP_TYPE_ANY)
        assay_lcp_nv_object(plan, ASSAY_LCP_NV_ANY_TO_LIST, "from ANY to LIST");
    else
        assay_lcp_nv_object(plan, ASSAY_LCP_NV_NO_DATA, "PolicyType is LIST");
}

static int judge_lcp(assay_lcp_nv_plan *plan, const assay_lcp_nv_state *state, assay_hashes *hashes,
                     assay_error *error)
{
    enum { NEWEST = 2 };
    const assay_bytes bytes = plan->wish.policy;
    assay_lcp_policy policy;
    assay_error fault;

    if (bytes.data[0] > NEWEST) {
        assay_lcp_nv_object(plan, ASSAY_LCP_NV_NEWER, "version 3.%u", bytes.data[0]);
        return 0;
    }
    if (assay_lcp_policy_read(&policy, bytes, &fault) < 0) {
        assay_lcp_nv_object(plan, ASSAY_LCP_NV_NOT_A_POLICY, "%s", fault.what);
        return 0;
    }
    judge_fields(plan, &policy);
    judge_change(plan, state, &policy);
    if (policy.policy_type != ASSAY_LCP_TYPE_LIST || plan->wish.data.data == NULL)
        return 0;
    return assay_lcp_nv_judge_data(plan, &policy, hashes, error);
}

static int judge_for_po(assay_lcp_nv_plan *plan, const assay_lcp_nv_state *state,
                        assay_hashes *hashes, assay_error *error)
{
    switch (assay_lcp_nv_tell(plan->wish.policy)) {
    case ASSAY_LCP_NV_IS_LCP:
        return judge_lcp(plan, state, hashes, error);
    case ASSAY_LCP_NV_IS_LCP12:
        assay_lcp_nv_object(plan, ASSAY_LCP_NV_TPM12, "version 2.%u", plan->wish.policy.data[0]);
        break;
    case ASSAY_LCP_NV_IS_VLP:
        assay_lcp_nv_object(plan, ASSAY_LCP_NV_VLP_IN_PO, "0x%08x", plan->wish.index);
        break;
    case ASSAY_LCP_NV_IS_DATA:
        assay_lcp_nv_object(plan, ASSAY_LCP_NV_DATA_IN_NV, "%zu bytes", plan->wish.policy.size);
        break;
    default:
        assay_lcp_nv_object(plan, ASSAY_LCP_NV_NOT_A_POLICY, "%zu bytes", plan->wish.policy.size);
    }
    return 0;
}

static int judge_vlp(assay_lcp_nv_plan *plan)
{
    assay_vlp *const vlp = calloc(1, sizeof *vlp);
    assay_error fault;

    if (plan->wish.policy.size > ASSAY_VLP_NV_SIZE)
        assay_lcp_nv_object(plan, ASSAY_LCP_NV_VLP_SIZE, "%zu bytes", plan->wish.policy.size);
    if (vlp == NULL)
        return -ASSAY_NO_MEMORY;
    if (assay_vlp_read(vlp, plan->wish.policy, &fault) < 0)
        assay_lcp_nv_object(plan, ASSAY_LCP_NV_VLP_BROKEN, "%s", fault.what);
    free(vlp);
    return 0;
}

static int judge_for_vl(assay_lcp_nv_plan *plan)
{
    const assay_bytes policy = plan->wish.policy;

    switch (assay_lcp_nv_tell(policy)) {
    case ASSAY_LCP_NV_IS_VLP:
        return judge_vlp(plan);
    case ASSAY_LCP_NV_IS_LCP:
    case ASSAY_LCP_NV_IS_LCP12:
        assay_lcp_nv_object(plan, ASSAY_LCP_NV_LCP_IN_VL, "0x%08x", plan->wish.index);
        break;
    case ASSAY_LCP_NV_IS_DATA:
        assay_lcp_nv_object(plan, ASSAY_LCP_NV_DATA_IN_NV, "%zu bytes", policy.size);
        break;
    default:
        assay_lcp_nv_object(plan, ASSAY_LCP_NV_NOT_A_POLICY, "%zu bytes", policy.size);
    }
    return 0;
}

int assay_lcp_nv_judge_policy(assay_lcp_nv_plan *plan, const assay_lcp_nv_state *state,
                              assay_hashes *hashes, assay_error *error)
{
    if (plan->wish.policy.size > ASSAY_LCP_NV_MAX) {
        assay_lcp_nv_object(plan, ASSAY_LCP_NV_TOO_LARGE, "%zu bytes", plan->wish.policy.size);
        return 0;
    }
    if (assay_lcp_nv_is_role(plan, ASSAY_LCP_NV_PO) || assay_lcp_nv_is_role(plan, ASSAY_LCP_NV_PS))
        return judge_for_po(plan, state, hashes, error);
    if (!assay_lcp_nv_is_role(plan, ASSAY_LCP_NV_VL))
        return 0;
    const int status = judge_for_vl(plan);
    return status == 0
               ? 0
               : assay_fail(error, ASSAY_NO_MEMORY, ASSAY_NOWHERE, "no memory for tboot's policy");
}
