/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/platform/nvindex.h"

#include "base/alg.h"
#include "base/hex.h"
#include "eventlog/txtflags.h"

enum {
    NEEDS_POLICY = 1u << 3 | 1u << 10, /* POLICYWRITE, POLICY_DELETE */
    AUTHWRITE = 1u << 2,
    POLICYWRITE = 1u << 3,
    TYPE = 15u << 4,
    WRITELOCKED = 1u << 11,
    WRITTEN = 1u << 29,
    RESERVED = 3u << 8 | 31u << 20,
    STRONG = 32, /* bytes of a digest */
    POLICY_HEADER = 38,
};

static const assay_nv_role_info roles[ASSAY_NV_ROLES] = {
#define TXT_NV(ID, old, new, name, what, least, per_digest, wanted, unwanted, alternative)         \
    [ASSAY_NV_##                                                                                   \
        ID] = { { old, new }, name, what, least, per_digest, wanted, unwanted, alternative },
#include "boot/platform/nvindex.def"
};

enum { NOTED, WRONG };

static const assay_nv_fault_info faults[ASSAY_NV_FAULTS] = {
#define TXT_NV_FAULT(ID, severity, what, action) [ASSAY_NV_##ID] = { what, action, severity },
#include "boot/platform/nvindex.def"
};

const assay_nv_role_info *assay_nv_role_describe(enum assay_nv_role role)
{
    return &roles[role];
}

const assay_nv_fault_info *assay_nv_fault_describe(enum assay_nv_fault fault)
{
    return &faults[fault];
}

enum assay_nv_role assay_nv_role_of(uint32_t handle)
{
    enum assay_nv_role role = 0;

    while (role < ASSAY_NV_ROLES && roles[role].handles[0] != handle &&
           roles[role].handles[1] != handle)
        role++;
    return role;
}

static void fault(assay_nv_verdict *verdict, enum assay_nv_fault which)
{
    verdict->faults |= 1u << which;
    verdict->wrong = verdict->wrong || faults[which].wrong;
}

static bool is_policy_size(uint32_t size)
{
    static const uint8_t digests[] = { 20, 32, 48, 64 };

    for (size_t i = 0; i < sizeof digests; i++)
        if (size == (uint32_t)POLICY_HEADER + digests[i])
            return true;
    return false;
}

/* A policy's digest need not be of the nameAlg: SHA-1's is the smallest there is. */
static void judge_size(const assay_txt_nv_public *index, const assay_alg *alg,
                       assay_nv_verdict *verdict)
{
    const assay_nv_role_info *const role = &roles[verdict->role];
    const bool is_policy = verdict->role == ASSAY_NV_PO || verdict->role == ASSAY_NV_PS;
    const uint32_t digest = is_policy ? 20u : alg != NULL ? alg->size : 0u;

    if (role->per_digest > 0 && digest == 0)
        return;
    verdict->expected_size = role->least + role->per_digest * digest;
    if (index->data_size < verdict->expected_size)
        fault(verdict, ASSAY_NV_SMALL);
    else if (is_policy && !is_policy_size(index->data_size))
        fault(verdict, ASSAY_NV_ODD_SIZE);
    else if (verdict->role == ASSAY_NV_SGX && index->data_size != verdict->expected_size)
        fault(verdict, ASSAY_NV_LARGE);
}

static void judge_attributes(const assay_txt_nv_public *index, assay_nv_verdict *verdict)
{
    const assay_nv_role_info *const role = &roles[verdict->role];
    const uint32_t has = index->attributes;
    const bool alternative =
        role->alternative != 0 && (has & role->alternative) == role->alternative;

    verdict->lacking = alternative ? 0 : role->wanted & ~has;
    verdict->extra = has & role->unwanted;
    if (verdict->role == ASSAY_NV_PS && !alternative)
        verdict->extra |= has & AUTHWRITE;
    if (verdict->lacking != 0)
        fault(verdict, ASSAY_NV_LACKS_ATTRIBUTES);
    if (verdict->extra != 0)
        fault(verdict, ASSAY_NV_EXTRA_ATTRIBUTES);
    if ((has & RESERVED) != 0)
        fault(verdict, ASSAY_NV_RESERVED_ATTRIBUTES);
    if ((has & TYPE) != 0)
        fault(verdict, ASSAY_NV_NOT_ORDINARY);
    if ((has & WRITTEN) == 0)
        fault(verdict, ASSAY_NV_NOT_WRITTEN);
    if (alternative && (has & WRITELOCKED) == 0)
        fault(verdict, ASSAY_NV_NOT_LOCKED);
}

/* The policy of AUX that real machines have, with SHA-256, on either range of handles. */
static bool is_known_aux_policy(const assay_txt_nv_public *index)
{
    static const char known[] = "ef9a26fc22d1ae8cecff59e9481ac1ec533dbe228bec6d17930f4cb2cc5b9724";
    uint8_t digest[32];

    assay_hex_decode(ASSAY_LITERAL(known), digest, sizeof digest);
    return index->name_alg != ASSAY_ALG_SHA256 ||
           assay_bytes_equal(index->auth_policy, assay_bytes_of(digest, sizeof digest));
}

static void judge_policy(const assay_txt_nv_public *index, const assay_alg *alg,
                         assay_nv_verdict *verdict)
{
    const bool empty = index->auth_policy.size == 0;

    if (empty && (index->attributes & NEEDS_POLICY) != 0 &&
        !((verdict->role == ASSAY_NV_PO) && (index->attributes & 1u << 1) != 0))
        fault(verdict, ASSAY_NV_NO_POLICY);
    else if (!empty && alg != NULL && index->auth_policy.size != alg->size)
        fault(verdict, ASSAY_NV_POLICY_SIZE);
    else if (verdict->role == ASSAY_NV_AUX && !is_known_aux_policy(index))
        fault(verdict, ASSAY_NV_OTHER_POLICY);
}

void assay_nv_judge(const assay_txt_nv_public *index, assay_nv_verdict *ret_verdict)
{
    const assay_alg *const alg = assay_alg_find(index->name_alg);

    *ret_verdict = (assay_nv_verdict){ .role = assay_nv_role_of(index->nv_index) };
    if (ret_verdict->role == ASSAY_NV_ROLES)
        return;
    judge_size(index, alg, ret_verdict);
    judge_attributes(index, ret_verdict);
    judge_policy(index, alg, ret_verdict);
    if (alg != NULL && alg->size < STRONG)
        fault(ret_verdict, ASSAY_NV_WEAK_NAME_ALG);
}

static void emit_faults(assay_output *out, const assay_nv_verdict *verdict)
{
    assay_emit_array(out, "faults");
    for (enum assay_nv_fault f = 0; f < ASSAY_NV_FAULTS; f++) {
        if ((verdict->faults & 1u << f) == 0)
            continue;
        assay_emit_object(out, NULL);
        assay_emit_bool(out, "wrong", faults[f].wrong);
        assay_emit_string(out, "what", faults[f].what);
        assay_emit_string(out, "action", faults[f].action);
        assay_emit_end(out);
    }
    assay_emit_end(out);
}

void assay_nv_emit(assay_output *out, const char *key, const assay_txt_nv_public *index)
{
    assay_nv_verdict verdict;

    assay_nv_judge(index, &verdict);
    assay_emit_object(out, key);
    if (verdict.role != ASSAY_NV_ROLES)
        assay_emit_string(out, "role", roles[verdict.role].name);
    assay_emit_address(out, "nv_index", index->nv_index);
    assay_emit_alg(out, "name_alg", index->name_alg);
    assay_emit_address(out, "attributes", index->attributes);
    assay_txt_emit_flags(out, "attribute_names", assay_txt_nv_attributes, index->attributes);
    assay_emit_hex(out, "auth_policy", index->auth_policy);
    assay_emit_u64(out, "data_size", index->data_size);
    if (verdict.role != ASSAY_NV_ROLES) {
        assay_emit_bool(out, "right", !verdict.wrong);
        assay_txt_emit_flags(out, "lacking", assay_txt_nv_attributes, verdict.lacking);
        assay_txt_emit_flags(out, "extra", assay_txt_nv_attributes, verdict.extra);
        emit_faults(out, &verdict);
    }
    assay_emit_end(out);
}
