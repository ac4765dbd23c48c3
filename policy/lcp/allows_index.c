/* SPDX-License-Identifier: BSD-2-Clause */
/* The policy engine's look at the indices themselves (TXT SDG K.1.2 to K.1.4). */
#include "policy/lcp/engine.h"

enum { NPW_OK = 1u << 1, PO_REQUIRED = 1u << 3 };
static const uint32_t AUX_DELETION = 1u << 31;

static bool is_single(uint16_t mask)
{
    return mask != 0 && (mask & (mask - 1)) == 0;
}

static bool is_256_bits(uint16_t alg)
{
    const assay_alg *const row = assay_alg_find(alg);

    return row != NULL && row->size >= 32;
}

static void check_hash_mask(lcp_engine *engine, const assay_lcp_policy *policy, engine_place place)
{
    uint16_t unsupported = policy->lcp_hash_alg_mask;

    for (size_t i = 0; i < ASSAY_ALGS; i++)
        if (engine_has_hash(engine, assay_alg_at(i)->id))
            unsupported &= (uint16_t)~assay_lcp_hash_mask(assay_alg_at(i)->id);
    if (unsupported != 0)
        engine_reason(engine, ASSAY_LCP_REASON_MASK_UNSUPPORTED, place,
                      "LcpHashAlgMask has the bits 0x%04x", unsupported);
}

static void check_sign_mask(lcp_engine *engine, const assay_lcp_policy *policy, engine_place place)
{
    uint32_t unsupported = 0;

    for (unsigned bit = 0; bit < 32; bit++)
        if ((policy->lcp_sign_alg_mask >> bit & 1) != 0 && !engine_has_sign(engine, 1u << bit))
            unsupported |= 1u << bit;
    if (unsupported != 0)
        engine_reason(engine, ASSAY_LCP_REASON_MASK_UNSUPPORTED, place,
                      "LcpSignAlgMask has the bits 0x%08x", unsupported);
}

/* TPM 2.0: what a mask permits must be there, and must permit something. */
static void check_masks(lcp_engine *engine, const assay_lcp_policy *policy, engine_place place)
{
    if (policy->lcp_hash_alg_mask == 0)
        engine_reason(engine, ASSAY_LCP_REASON_MASK_EMPTY, place, "LcpHashAlgMask is 0");
    if (policy->lcp_sign_alg_mask == 0)
        engine_reason(engine, ASSAY_LCP_REASON_MASK_EMPTY, place, "LcpSignAlgMask is 0");
    check_hash_mask(engine, policy, place);
    check_sign_mask(engine, policy, place);
    if ((policy->lcp_hash_alg_mask & assay_lcp_hash_mask(engine_policy_alg(policy))) == 0)
        engine_reason(engine, ASSAY_LCP_REASON_POLICY_HASH_ALG_MASK, place, "LcpHashAlgMask 0x%04x",
                      policy->lcp_hash_alg_mask);
}

/* Version 3.2 has the field reserved. */
static void check_aux_mask(lcp_engine *engine, const assay_lcp_policy *policy, engine_place place)
{
    if (policy->version >= 0x0302)
        return;
    if (!is_single(policy->aux_hash_alg_mask) ||
        (policy->aux_hash_alg_mask & policy->lcp_hash_alg_mask) == 0)
        engine_reason(engine, ASSAY_LCP_REASON_AUX_MASK, place,
                      "AuxHashAlgMask 0x%04x, LcpHashAlgMask 0x%04x", policy->aux_hash_alg_mask,
                      policy->lcp_hash_alg_mask);
}

static void check_sinit_version(lcp_engine *engine, const assay_lcp_policy *policy,
                                engine_place place)
{
    if (!engine->launch->sinit_version_known) {
        if (policy->sinit_min_version > 0)
            engine_reason(engine, ASSAY_LCP_REASON_SINIT_UNKNOWN, place, "the policy wants %u",
                          policy->sinit_min_version);
    } else if (policy->sinit_min_version > engine->launch->sinit_version)
        engine_reason(engine, ASSAY_LCP_REASON_SINIT_REVOKED, place,
                      "AcmVersion %u, and the policy wants %u", engine->launch->sinit_version,
                      policy->sinit_min_version);
}

/* LCP_POLHALG_SHA1 of version 2 is 0, and there is no other (TXT SDG D.1). */
static bool has_legacy_alg(const lcp_engine *engine, enum assay_lcp_index index)
{
    assay_cursor cursor = assay_cursor_of(engine->launch->indices[index].policy);

    assay_seek(&cursor, 2);
    return assay_take_u8(&cursor) == 0;
}

static void check_policy(lcp_engine *engine, const assay_lcp_policy *policy, engine_place place)
{
    const bool tpm20 = !engine->launch->tpm12;

    if ((policy->version >> 8 >= 3) != tpm20)
        engine_reason(engine, ASSAY_LCP_REASON_POLICY_VERSION, place,
                      "version %u.%u in TPM %s mode", policy->version >> 8, policy->version & 0xFF,
                      tpm20 ? "2.0" : "1.2");
    if (!engine_has_hash(engine, engine_policy_alg(policy)) ||
        (policy->version >> 8 < 3 && !has_legacy_alg(engine, place.index)))
        engine_reason(engine, ASSAY_LCP_REASON_POLICY_HASH_ALG, place, "HashAlg 0x%04x",
                      policy->hash_alg);
    if (tpm20 && policy->version >> 8 >= 3)
        check_masks(engine, policy, place);
    if (policy->policy_type > ASSAY_LCP_TYPE_ANY)
        engine_reason(engine, ASSAY_LCP_REASON_POLICY_TYPE, place, "PolicyType %u",
                      policy->policy_type);
    check_sinit_version(engine, policy, place);
    if (place.index != ASSAY_LCP_PS)
        return;
    if ((policy->policy_control & PO_REQUIRED) != 0 &&
        engine->launch->indices[ASSAY_LCP_PO].policy.data == NULL)
        engine_reason(engine, ASSAY_LCP_REASON_PO_REQUIRED, place, "PolicyControl 0x%08x",
                      policy->policy_control);
    if (!tpm20 || policy->version >> 8 < 3)
        return;
    check_aux_mask(engine, policy, place);
    if ((policy->policy_control & AUX_DELETION) != 0)
        engine_reason(engine, ASSAY_LCP_REASON_AUX_DELETION, place, "PolicyControl 0x%08x",
                      policy->policy_control);
}

void engine_check_index(lcp_engine *engine, enum assay_lcp_index index)
{
    const assay_lcp_provision *const provision = &engine->launch->indices[index];
    const engine_place place = engine_at(index);
    engine_side *const side = &engine->sides[index];
    assay_error error;

    if (provision->policy.data == NULL) {
        engine_reason(
            engine, index == ASSAY_LCP_PS ? ASSAY_LCP_REASON_PS_ABSENT : ASSAY_LCP_REASON_PO_ABSENT,
            place, "%s", "");
        return;
    }
    if (!engine->launch->tpm12 && provision->name_alg != 0 && !is_256_bits(provision->name_alg))
        engine_reason(engine, ASSAY_LCP_REASON_NAME_ALG, place, "nameAlg 0x%04x",
                      provision->name_alg);
    if (assay_lcp_policy_read(&side->policy, provision->policy, &error) < 0) {
        engine_reason(engine, ASSAY_LCP_REASON_POLICY_MALFORMED, place, "%.150s", error.what);
        return;
    }
    side->has_policy = true;
    check_policy(engine, &side->policy, place);
}

void engine_check_npw(lcp_engine *engine)
{
    const engine_side *const po = &engine->sides[ASSAY_LCP_PO];
    const engine_side *const ps = &engine->sides[ASSAY_LCP_PS];
    const uint32_t control = po->has_policy   ? po->policy.policy_control
                             : ps->has_policy ? ps->policy.policy_control
                                              : 0;

    if (!engine->launch->pre_production)
        return;
    engine_reason(engine,
                  (control & NPW_OK) != 0 ? ASSAY_LCP_REASON_NPW_ALLOWED : ASSAY_LCP_REASON_NPW,
                  po->has_policy   ? engine_at(ASSAY_LCP_PO)
                  : ps->has_policy ? engine_at(ASSAY_LCP_PS)
                                   : ENGINE_NOWHERE,
                  "PolicyControl 0x%08x", control);
}
