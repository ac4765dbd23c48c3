/* SPDX-License-Identifier: BSD-2-Clause */
/* What speaks against a wish, as far as the index goes. */
#include "policy/lcp/nv_private.h"
#include "policy/lcp/policy.h"

enum {
    STRONG = 32,           /* bytes of a digest SINIT takes for nameAlg */
    PS_WANTS_PO = 1u << 3, /* PolicyControl of PS */
};

/* The index. */

static bool role_of(const assay_lcp_nv_plan *plan, enum assay_lcp_nv_role *ret_role,
                    enum assay_lcp_nv_range *ret_range)
{
    return assay_lcp_nv_find(plan->wish.index, ret_role, ret_range);
}

bool assay_lcp_nv_is_role(const assay_lcp_nv_plan *plan, enum assay_lcp_nv_role role)
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

int assay_lcp_nv_type_in(const assay_lcp_nv_state *state)
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
    if (assay_lcp_nv_type_in(state) == ASSAY_LCP_TYPE_LIST)
        assay_lcp_nv_object(plan, ASSAY_LCP_NV_DELETE_LIST, "0x%08x", state->area.index);
    if (role_of(plan, &role, &range) && role == ASSAY_LCP_NV_PO &&
        supplier_wants_owner(survey, range))
        assay_lcp_nv_object(plan, ASSAY_LCP_NV_PS_WANTS_PO, "PolicyControl of 0x%08x has bit 3",
                            assay_lcp_nv_index(ASSAY_LCP_NV_PS, range));
}

/* Nobody has a password at the time of a launch. */
static void judge_password(assay_lcp_nv_plan *plan, const assay_lcp_nv_state *state)
{
    if (plan->wish.index_password)
        assay_lcp_nv_object(plan, ASSAY_LCP_NV_PASSWORD, "0x%08x", plan->wish.index);
    else if (plan->wish.act == ASSAY_LCP_NV_WRITE && state->unreadable && state->refused != 0)
        assay_lcp_nv_object(plan, ASSAY_LCP_NV_PASSWORD,
                            "0x%08x can't be read with the empty one (0x%x)", plan->wish.index,
                            state->refused);
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
    const size_t has = state->area.size, wanted = plan->wish.policy.size;
    const bool fits = assay_lcp_nv_is_role(plan, ASSAY_LCP_NV_PO)
                          ? has == wanted
                          : has >= wanted && has <= ASSAY_LCP_NV_MAX;
    if (!fits)
        assay_lcp_nv_object(plan, ASSAY_LCP_NV_SIZE, "the index has %zu bytes, the policy %zu", has,
                            wanted);
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
    if (act <= ASSAY_LCP_NV_WRITE)
        judge_password(plan, state);
    if (act != ASSAY_LCP_NV_WRITE && (act != ASSAY_LCP_NV_DEFINE || plan->wish.policy.size == 0))
        return 0;
    const int status = assay_lcp_nv_judge_policy(plan, state, hashes, error);
    if (act == ASSAY_LCP_NV_WRITE && state->defined)
        judge_size(plan, state);
    return status;
}
