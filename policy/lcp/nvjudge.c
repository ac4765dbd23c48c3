/* SPDX-License-Identifier: BSD-2-Clause */
/* What speaks against a wish, as far as the index goes, and the fields of a policy. */
#include "policy/lcp/nv_private.h"
#include "policy/lcp/policy.h"
#include "policy/lcp/vlp.h"

#include <stdlib.h>

enum {
    STRONG = 32,                 /* bytes of a digest SINIT takes for nameAlg */
    PS_WANTS_PO = 1u << 3,       /* PolicyControl of PS */
    PS_PCONF_ENFORCED = 1u << 3, /* the same bit of PO, version 3 */
    IGNORE_PS_PCONF = 1u << 17,
};

/* The index. */

static bool role_of(const assay_lcp_nv_plan *plan, enum assay_lcp_nv_role *ret_role,
                    enum assay_lcp_nv_range *ret_range)
{
    return assay_lcp_nv_find(plan->wish.index, ret_role, ret_range);
}

static bool is_role(const assay_lcp_nv_plan *plan, enum assay_lcp_nv_role role)
{
    enum assay_lcp_nv_role of;
    enum assay_lcp_nv_range range;

    return role_of(plan, &of, &range) && of == role;
}

static void judge_place(assay_lcp_nv_plan *plan, const assay_lcp_nv_survey *survey)
{
    enum assay_lcp_nv_role role;
    enum assay_lcp_nv_range range;
    bool certain;
    const enum assay_lcp_nv_range in_use = assay_lcp_nv_range_in_use(survey, &certain);

    if (!role_of(plan, &role, &range))
        assay_lcp_nv_object(plan, ASSAY_LCP_NV_NO_ROLE, "0x%08x", plan->wish.index);
    else if (!assay_lcp_nv_kind_of(role)->owners)
        assay_lcp_nv_object(plan, ASSAY_LCP_NV_PLATFORM_INDEX, "0x%08x is the %s", plan->wish.index,
                            assay_lcp_nv_kind_of(role)->title);
    else if (certain && range != in_use && plan->wish.act <= ASSAY_LCP_NV_WRITE)
        assay_lcp_nv_object(plan, ASSAY_LCP_NV_OTHER_RANGE, "this platform's would be 0x%08x",
                            assay_lcp_nv_index(role, in_use));
}

static void judge_name_alg(assay_lcp_nv_plan *plan, uint16_t name_alg)
{
    const assay_alg *const alg = assay_alg_find(name_alg);
    char unknown[ASSAY_ALG_NUMBER_SIZE];

    if (alg == NULL || alg->size < STRONG)
        assay_lcp_nv_object(plan, ASSAY_LCP_NV_NAME_ALG, "nameAlg %s",
                            assay_alg_name(name_alg, unknown));
}

/* An existing index that is to be written. */
static void judge_existing(assay_lcp_nv_plan *plan, const assay_tpm_nv *area)
{
    enum {
        FAULTS = 1u << ASSAY_NV_LACKS_ATTRIBUTES | 1u << ASSAY_NV_EXTRA_ATTRIBUTES |
                 1u << ASSAY_NV_NOT_ORDINARY
    };
    assay_nv_verdict verdict;

    assay_lcp_nv_judge_area(area, &verdict);
    judge_name_alg(plan, area->name_alg);
    /* tboot reads its policy by the index's own right, without a password. */
    if ((verdict.faults & FAULTS) != 0 || (area->attributes & ASSAY_TPMA_NV_AUTHREAD) == 0)
        assay_lcp_nv_object(plan, ASSAY_LCP_NV_ATTRIBUTES, "it has 0x%08x, wanted are 0x%08x",
                            area->attributes, plan->area.attributes);
    if ((area->attributes & ASSAY_TPMA_NV_WRITELOCKED) != 0)
        assay_lcp_nv_object(plan, ASSAY_LCP_NV_LOCKED, "0x%08x", area->index);
}

static void judge_definition(assay_lcp_nv_plan *plan, const assay_lcp_nv_state *state)
{
    const assay_tpm_nv *const had = &state->area, *const wanted = &plan->area;

    judge_name_alg(plan, wanted->name_alg);
    if (!state->defined)
        return;
    if (state->unreadable)
        assay_lcp_nv_object(plan, ASSAY_LCP_NV_UNREADABLE, "0x%08x", had->index);
    if (had->size != wanted->size || had->name_alg != wanted->name_alg ||
        had->policy_size != wanted->policy_size ||
        memcmp(had->policy, wanted->policy, had->policy_size) != 0 ||
        (had->attributes & ASSAY_LCP_NV_DEFINING) != wanted->attributes)
        assay_lcp_nv_object(plan, ASSAY_LCP_NV_EXISTS,
                            "it has %u bytes and attributes 0x%08x, wanted are %u and 0x%08x",
                            had->size, had->attributes, wanted->size, wanted->attributes);
}

static void judge_locking(assay_lcp_nv_plan *plan, const assay_lcp_nv_state *state)
{
    const uint32_t has = state->area.attributes;

    if ((has & (ASSAY_TPMA_NV_WRITEDEFINE | ASSAY_TPMA_NV_WRITE_STCLEAR)) == 0)
        assay_lcp_nv_object(plan, ASSAY_LCP_NV_NO_LOCK, "its attributes are 0x%08x", has);
    else if ((has & ASSAY_TPMA_NV_WRITTEN) == 0)
        assay_lcp_nv_object(plan, ASSAY_LCP_NV_UNWRITTEN, "0x%08x", state->area.index);
    else if ((has & ASSAY_TPMA_NV_WRITEDEFINE) != 0)
        assay_lcp_nv_object(plan, ASSAY_LCP_NV_LOCK_FOREVER, "its attributes are 0x%08x", has);
}

/* The type of the launch control policy in an index; -1 where it has none. */
static int type_in(const assay_lcp_nv_state *state)
{
    assay_lcp_policy policy;
    const assay_bytes content = assay_lcp_nv_content(state);

    if (assay_lcp_nv_tell(content) != ASSAY_LCP_NV_IS_LCP ||
        assay_lcp_policy_read(&policy, content, NULL) < 0)
        return -1;
    return policy.policy_type;
}

static bool supplier_wants_owner(const assay_lcp_nv_survey *survey, enum assay_lcp_nv_range range)
{
    const assay_lcp_nv_state *const ps = &survey->states[ASSAY_LCP_NV_PS][range];
    assay_lcp_policy policy;

    return assay_lcp_policy_read(&policy, assay_lcp_nv_content(ps), NULL) == 0 &&
           (policy.policy_control & PS_WANTS_PO) != 0;
}

static void judge_deletion(assay_lcp_nv_plan *plan, const assay_lcp_nv_survey *survey,
                           const assay_lcp_nv_state *state)
{
    enum assay_lcp_nv_role role;
    enum assay_lcp_nv_range range;

    if (state->unreadable)
        assay_lcp_nv_object(plan, ASSAY_LCP_NV_UNREADABLE, "0x%08x", state->area.index);
    if (type_in(state) == ASSAY_LCP_TYPE_LIST)
        assay_lcp_nv_object(plan, ASSAY_LCP_NV_DELETE_LIST, "0x%08x", state->area.index);
    if (role_of(plan, &role, &range) && role == ASSAY_LCP_NV_PO &&
        supplier_wants_owner(survey, range))
        assay_lcp_nv_object(plan, ASSAY_LCP_NV_PS_WANTS_PO, "PolicyControl of 0x%08x has bit 3",
                            assay_lcp_nv_index(ASSAY_LCP_NV_PS, range));
}

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
    const int had = type_in(state);

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
    if (is_role(plan, ASSAY_LCP_NV_PO) || is_role(plan, ASSAY_LCP_NV_PS))
        return judge_for_po(plan, state, hashes, error);
    if (!is_role(plan, ASSAY_LCP_NV_VL))
        return 0;
    const int status = judge_for_vl(plan);
    return status == 0
               ? 0
               : assay_fail(error, ASSAY_NO_MEMORY, ASSAY_NOWHERE, "no memory for tboot's policy");
}

/* Of bytes that don't belong into the index the size is the least that is wrong. */
static void judge_size(assay_lcp_nv_plan *plan, const assay_lcp_nv_state *state)
{
    static const enum assay_lcp_nv_objection strangers[] = {
        ASSAY_LCP_NV_NOT_A_POLICY, ASSAY_LCP_NV_VLP_IN_PO, ASSAY_LCP_NV_LCP_IN_VL,
        ASSAY_LCP_NV_DATA_IN_NV,   ASSAY_LCP_NV_TPM12,
    };

    for (size_t i = 0; i < sizeof strangers / sizeof *strangers; i++)
        if (assay_lcp_nv_plan_has(plan, strangers[i]) && !plan->wish.force)
            return;
    if (is_role(plan, ASSAY_LCP_NV_PO) ? state->area.size != plan->wish.policy.size
                                       : state->area.size < plan->wish.policy.size)
        assay_lcp_nv_object(plan, ASSAY_LCP_NV_SIZE, "the index has %u bytes, the policy %zu",
                            state->area.size, plan->wish.policy.size);
}

int assay_lcp_nv_judge(assay_lcp_nv_plan *plan, const assay_lcp_nv_survey *survey,
                       const assay_lcp_nv_state *state, assay_hashes *hashes, assay_error *error)
{
    const enum assay_lcp_nv_act act = plan->wish.act;

    judge_place(plan, survey);
    if (act >= ASSAY_LCP_NV_LOCK && !state->defined) {
        assay_lcp_nv_object(plan, ASSAY_LCP_NV_NOT_DEFINED, "0x%08x", plan->wish.index);
        return 0;
    }
    if (act == ASSAY_LCP_NV_DEFINE)
        judge_definition(plan, state);
    else if (act == ASSAY_LCP_NV_WRITE && state->defined)
        judge_existing(plan, &state->area);
    else if (act == ASSAY_LCP_NV_WRITE)
        judge_name_alg(plan, plan->area.name_alg);
    else if (act == ASSAY_LCP_NV_LOCK)
        judge_locking(plan, state);
    else
        judge_deletion(plan, survey, state);
    if (act != ASSAY_LCP_NV_WRITE && (act != ASSAY_LCP_NV_DEFINE || plan->wish.policy.size == 0))
        return 0;
    const int status = assay_lcp_nv_judge_policy(plan, state, hashes, error);
    if (act == ASSAY_LCP_NV_WRITE && state->defined)
        judge_size(plan, state);
    return status;
}
