/* SPDX-License-Identifier: BSD-2-Clause */
/* What would be done to an index, and doing it. */
#include "policy/lcp/nv_private.h"

#include "eventlog/txtflags.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static const assay_lcp_nv_objection_info infos[ASSAY_LCP_NV_OBJECTIONS] = {
#define OBJECTION(token, name, weight, meaning, action)                                            \
    [ASSAY_LCP_NV_##token] = { name, ASSAY_LCP_NV_##weight, meaning, action },
#include "policy/lcp/nvobjections.def"
#undef OBJECTION
};

const assay_lcp_nv_objection_info *
assay_lcp_nv_objection_describe(enum assay_lcp_nv_objection objection)
{
    return &infos[objection];
}

void assay_lcp_nv_object(assay_lcp_nv_plan *plan, enum assay_lcp_nv_objection objection,
                         const char *format, ...)
{
    va_list arguments;

    if (plan->objection_count == ASSAY_LCP_NV_OBJECTIONS_MAX)
        return;
    assay_lcp_nv_objected *const objected = &plan->objections[plan->objection_count++];
    objected->code = objection;
    va_start(arguments, format);
    vsnprintf(objected->detail, sizeof objected->detail, format, arguments);
    va_end(arguments);
}

bool assay_lcp_nv_plan_has(const assay_lcp_nv_plan *plan, enum assay_lcp_nv_objection objection)
{
    for (size_t i = 0; i < plan->objection_count; i++)
        if (plan->objections[i].code == objection)
            return true;
    return false;
}

bool assay_lcp_nv_plan_refused(const assay_lcp_nv_plan *plan)
{
    const enum assay_lcp_nv_weight least =
        plan->wish.force ? ASSAY_LCP_NV_BAR : ASSAY_LCP_NV_REFUSAL;

    for (size_t i = 0; i < plan->objection_count; i++)
        if (infos[plan->objections[i].code].weight >= least)
            return true;
    return false;
}

/* How the index is to be defined. */

static const assay_lcp_nv_kind *kind_of(uint32_t index)
{
    enum assay_lcp_nv_role role;
    enum assay_lcp_nv_range range;

    return assay_lcp_nv_find(index, &role, &range)
               ? assay_lcp_nv_kind_of(role)
               : assay_lcp_nv_kind_of(ASSAY_LCP_NV_PO); /* forced: as the owner's others */
}

static assay_tpm_nv wanted_public(const assay_lcp_nv_wish *wish)
{
    const assay_lcp_nv_kind *const po = assay_lcp_nv_kind_of(ASSAY_LCP_NV_PO);
    const assay_lcp_nv_kind *const kind = kind_of(wish->index);
    assay_tpm_nv area = {
        .index = wish->index,
        .name_alg = wish->name_alg != 0 ? wish->name_alg : ASSAY_ALG_SHA256,
        .attributes = kind->attributes != 0 ? kind->attributes : po->attributes,
        .policy_size = (uint16_t)wish->auth_policy.size,
        .size = wish->policy.size > 0 ? (uint16_t)wish->policy.size
                : kind->size > 0      ? kind->size
                                      : po->size,
    };

    if (wish->auth_policy.size > 0 && wish->auth_policy.size <= sizeof area.policy)
        memcpy(area.policy, wish->auth_policy.data, wish->auth_policy.size);
    return area;
}

/* Steps. */

static void add(assay_lcp_nv_plan *plan, enum assay_lcp_nv_step step)
{
    plan->steps[plan->step_count++] = step;
}

static bool same_definition(const assay_tpm_nv *a, const assay_tpm_nv *b)
{
    return a->index == b->index && a->name_alg == b->name_alg && a->size == b->size &&
           (a->attributes & ASSAY_LCP_NV_DEFINING) == (b->attributes & ASSAY_LCP_NV_DEFINING) &&
           a->policy_size == b->policy_size && memcmp(a->policy, b->policy, a->policy_size) == 0;
}

/* Whether what is there can't take the content as it is, and is to be made anew. */
static bool is_unfit(const assay_lcp_nv_plan *plan)
{
    return assay_lcp_nv_plan_has(plan, ASSAY_LCP_NV_SIZE) ||
           assay_lcp_nv_plan_has(plan, ASSAY_LCP_NV_ATTRIBUTES) ||
           assay_lcp_nv_plan_has(plan, ASSAY_LCP_NV_NAME_ALG) ||
           (assay_lcp_nv_plan_has(plan, ASSAY_LCP_NV_PASSWORD) && !plan->wish.index_password);
}

static void add_definition(assay_lcp_nv_plan *plan, const assay_lcp_nv_state *state, bool anew)
{
    if (state->defined && !anew) {
        plan->area = state->area;
        return;
    }
    if (state->defined)
        add(plan, ASSAY_LCP_NV_STEP_DELETE);
    add(plan, ASSAY_LCP_NV_STEP_DEFINE);
}

static void fill_content(assay_lcp_nv_plan *plan)
{
    plan->size = plan->area.size;
    memcpy(plan->content, plan->wish.policy.data, plan->wish.policy.size);
}

static void add_steps(assay_lcp_nv_plan *plan, const assay_lcp_nv_state *state)
{
    switch (plan->wish.act) {
    case ASSAY_LCP_NV_DEFINE:
        add_definition(plan, state, state->defined && !same_definition(&state->area, &plan->area));
        break;
    case ASSAY_LCP_NV_WRITE:
        add_definition(plan, state, is_unfit(plan));
        fill_content(plan);
        if (plan->step_count == 0 && assay_bytes_equal(assay_lcp_nv_content(state),
                                                       assay_bytes_of(plan->content, plan->size)))
            break;
        add(plan, ASSAY_LCP_NV_STEP_WRITE);
        add(plan, ASSAY_LCP_NV_STEP_READ_BACK);
        break;
    case ASSAY_LCP_NV_LOCK:
        plan->area = state->area;
        if ((state->area.attributes & ASSAY_TPMA_NV_WRITELOCKED) == 0)
            add(plan, ASSAY_LCP_NV_STEP_LOCK);
        break;
    case ASSAY_LCP_NV_DELETE:
        plan->area = state->area;
        add(plan, ASSAY_LCP_NV_STEP_DELETE);
        break;
    default:
        break;
    }
}

int assay_lcp_nv_plan_make(assay_lcp_nv_plan *plan, const assay_lcp_nv_survey *survey,
                           const assay_lcp_nv_wish *wish, assay_hashes *hashes, assay_error *error)
{
    const assay_lcp_nv_state *const state = assay_lcp_nv_state_of(survey, wish->index);

    *plan = (assay_lcp_nv_plan){ .wish = *wish, .area = wanted_public(wish) };
    if (state == NULL)
        return assay_fail(error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE, "index 0x%08x was not looked at",
                          wish->index);
    const int status = assay_lcp_nv_judge(plan, survey, state, hashes, error);
    if (status == 0 && !assay_lcp_nv_plan_refused(plan))
        add_steps(plan, state);
    return status;
}

/* Doing. */

static assay_tpm_auth owner_of(const assay_lcp_nv_plan *plan,
                               const assay_lcp_nv_passwords *passwords)
{
    (void)plan;
    return (assay_tpm_auth){ ASSAY_TPM_BY_OWNER, passwords->owner };
}

static assay_tpm_auth writer_of(const assay_lcp_nv_plan *plan,
                                const assay_lcp_nv_passwords *passwords)
{
    if ((plan->area.attributes & ASSAY_TPMA_NV_OWNERWRITE) == 0 &&
        (plan->area.attributes & ASSAY_TPMA_NV_AUTHWRITE) != 0)
        return (assay_tpm_auth){ ASSAY_TPM_BY_INDEX, passwords->index };
    return owner_of(plan, passwords);
}

static int read_back(assay_lcp_nv_plan *plan, assay_tpm *tpm,
                     const assay_lcp_nv_passwords *passwords, assay_error *error)
{
    const bool by_index = (plan->area.attributes & ASSAY_TPMA_NV_AUTHREAD) != 0;
    const assay_tpm_auth auth = by_index ? (assay_tpm_auth){ ASSAY_TPM_BY_INDEX, passwords->index }
                                         : owner_of(plan, passwords);
    uint8_t *const content = malloc(plan->size + 1);
    int status = content == NULL ? assay_fail(error, ASSAY_NO_MEMORY, ASSAY_NOWHERE,
                                              "no memory for %zu bytes", plan->size)
                                 : 0;

    if (status == 0)
        status = assay_tpm_nv_read(tpm, plan->wish.index, &auth, content, plan->size, error);
    if (status == 0 && memcmp(content, plan->content, plan->size) != 0)
        status = assay_fail(error, ASSAY_IO, ASSAY_NOWHERE,
                            "the index does not have what was written to it");
    free(content);
    return status;
}

static int do_step(assay_lcp_nv_plan *plan, enum assay_lcp_nv_step step, assay_tpm *tpm,
                   const assay_lcp_nv_passwords *passwords, assay_error *error)
{
    const assay_tpm_auth owner = owner_of(plan, passwords), writer = writer_of(plan, passwords);
    const uint32_t index = plan->wish.index;

    switch (step) {
    case ASSAY_LCP_NV_STEP_DELETE:
        return assay_tpm_nv_undefine(tpm, index, &owner, error);
    case ASSAY_LCP_NV_STEP_DEFINE:
        return assay_tpm_nv_define(tpm, &plan->area, &owner, passwords->index, error);
    case ASSAY_LCP_NV_STEP_WRITE:
        return assay_tpm_nv_write(tpm, index, &writer, assay_bytes_of(plan->content, plan->size),
                                  error);
    case ASSAY_LCP_NV_STEP_READ_BACK:
        return read_back(plan, tpm, passwords, error);
    case ASSAY_LCP_NV_STEP_LOCK:
    default:
        return assay_tpm_nv_lock_write(tpm, index, &writer, error);
    }
}

int assay_lcp_nv_plan_do(assay_lcp_nv_plan *plan, assay_tpm *tpm,
                         const assay_lcp_nv_passwords *passwords, assay_error *error)
{
    int status = 0;

    while (plan->done < plan->step_count && status == 0) {
        status = do_step(plan, plan->steps[plan->done], tpm, passwords, error);
        if (status == 0)
            plan->done++;
    }
    return status;
}

static void put_definition(assay_writer *writer, const assay_tpm_nv *area)
{
    char unknown[ASSAY_ALG_NUMBER_SIZE];

    assay_put_format(writer, ": %u bytes, %s, attributes 0x%08x (", area->size,
                     assay_alg_name(area->name_alg, unknown), area->attributes);
    assay_txt_put_flags(writer, assay_txt_nv_attributes, area->attributes);
    assay_put_string(writer, ")");
    if (area->policy_size == 0)
        return;
    assay_put_string(writer, ", policy ");
    assay_put_hex(writer, assay_bytes_of(area->policy, area->policy_size));
}

void assay_lcp_nv_step_write(assay_writer *writer, const assay_lcp_nv_plan *plan, size_t step)
{
    static const char *const verbs[] = {
        [ASSAY_LCP_NV_STEP_DELETE] = "delete",         [ASSAY_LCP_NV_STEP_DEFINE] = "define",
        [ASSAY_LCP_NV_STEP_WRITE] = "write",           [ASSAY_LCP_NV_STEP_READ_BACK] = "read back",
        [ASSAY_LCP_NV_STEP_LOCK] = "lock for writing",
    };
    const enum assay_lcp_nv_step what = plan->steps[step];

    assay_put_format(writer, "%s 0x%08x", verbs[what], plan->wish.index);
    if (what == ASSAY_LCP_NV_STEP_DEFINE)
        put_definition(writer, &plan->area);
    if (what == ASSAY_LCP_NV_STEP_READ_BACK)
        assay_put_string(writer, " and compare");
    if (what != ASSAY_LCP_NV_STEP_WRITE)
        return;
    assay_put_format(writer, ": %zu bytes, ", plan->size);
    assay_lcp_nv_describe(writer, plan->wish.policy);
}
