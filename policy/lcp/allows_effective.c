/* SPDX-License-Identifier: BSD-2-Clause */
/* The effective policy, and what it makes the engine ignore (TXT SDG K.2.1, K.2.2). */
#include "policy/lcp/engine.h"

void engine_find_effective(lcp_engine *engine)
{
    assay_lcp_evaluation *const e = engine->evaluation;
    const engine_side *const po = &engine->sides[ASSAY_LCP_PO];
    const engine_side *const ps = &engine->sides[ASSAY_LCP_PS];
    const assay_lcp_policy *const policy = po->has_policy ? &po->policy : &ps->policy;

    if (!po->has_policy && !ps->has_policy) {
        e->any = true;
        return;
    }
    e->any = policy->policy_type == ASSAY_LCP_TYPE_ANY;
    e->policy_control = policy->policy_control;
    e->lcp_hash_alg_mask = policy->lcp_hash_alg_mask;
    e->lcp_sign_alg_mask = policy->lcp_sign_alg_mask;
    e->aux_hash_alg_mask = ps->has_policy ? ps->policy.aux_hash_alg_mask : 0;
}

static void say_skipped_in(lcp_engine *engine, const assay_lcp_list *list, engine_place place)
{
    assay_cursor elements = assay_lcp_list_elements(list);
    assay_lcp_element element;

    for (place.element = 0; assay_lcp_element_next(&elements, 0, &element, NULL) > 0;
         place.element++)
        for (int type = 0; type < TYPES; type++)
            if (engine_is_type(engine, element.type, (enum engine_type)type) &&
                !engine_permits_element(engine, &element, type == TYPE_SBIOS))
                engine_reason(engine, ASSAY_LCP_REASON_ELEMENT_SKIPPED, place, "HashAlg 0x%04x",
                              element.hash_alg);
}

static void say_skipped(lcp_engine *engine, enum assay_lcp_index index)
{
    const engine_side *const side = &engine->sides[index];

    for (size_t i = 0; side->has_data && i < side->data.list_count; i++) {
        const engine_place place = engine_at_list(index, i);

        if (engine_permits_list(engine, index, i, false))
            say_skipped_in(engine, &side->data.lists[i], place);
        else if (side->data.lists[i].version >> 8 < 2)
            engine_reason(engine, ASSAY_LCP_REASON_LIST_SKIPPED, place, "version %u.%u",
                          side->data.lists[i].version >> 8, side->data.lists[i].version & 0xFF);
        else
            engine_reason(engine, ASSAY_LCP_REASON_LIST_SKIPPED, place,
                          "bit 0x%08x, LcpSignAlgMask 0x%08x", side->sign_bit[i],
                          engine->evaluation->lcp_sign_alg_mask);
    }
}

/*
 * Where the bits are goes by the version of the owner's policy alone (TXT SDG 3.4.2 (7b)). SBIOS
 * has none: SINIT never looks at the owner's.
 */
void engine_find_ignored(lcp_engine *engine)
{
    const engine_side *const po = &engine->sides[ASSAY_LCP_PO];
    const uint8_t first = po->policy.version >> 8 >= 3 ? 1 : 3;
    const bool in_policy = po->has_policy && (po->policy.version & 0xFF) >= first;

    for (int type = 0; type < TYPES; type++) {
        engine_walk w = { .engine = engine, .index = ASSAY_LCP_PO, .type = (enum engine_type)type };
        assay_lcp_element element;

        if (in_policy && (po->policy.policy_control & engine_types[type].ignore_ps) != 0)
            engine->evaluation->ignore_ps[engine_types[type].kind] = true;
        while (!in_policy && type != TYPE_SBIOS && po->has_data && engine_walk_next(&w, &element))
            if ((element.control & ASSAY_LCP_ELT_IGNORE_PS) != 0)
                engine->evaluation->ignore_ps[engine_types[type].kind] = true;
    }
    say_skipped(engine, ASSAY_LCP_PO);
    say_skipped(engine, ASSAY_LCP_PS);
}
