/* SPDX-License-Identifier: BSD-2-Clause */
/* Which elements the policy engine gets to see: by the TPM, by masks, in their order. */
#include "policy/lcp/engine.h"

const engine_type_row engine_types[TYPES] = {
    [TYPE_MLE] = { ASSAY_LCP_MLE, ASSAY_LCP_MLE2, 1u << 16, ASSAY_LCP_KIND_MLE,
                   ASSAY_LCP_REASON_MLE_MATCH, ASSAY_LCP_REASON_MLE_NONE,
                   ASSAY_LCP_REASON_MLE_NO_MATCH, ASSAY_LCP_REASON_MLE_UNKNOWN },
    [TYPE_PCONF] = { ASSAY_LCP_PCONF, ASSAY_LCP_PCONF2, 1u << 17, ASSAY_LCP_KIND_PS_PCONF,
                     ASSAY_LCP_REASON_PCONF_MATCH, ASSAY_LCP_REASON_PCONF_NONE,
                     ASSAY_LCP_REASON_PCONF_NO_MATCH, ASSAY_LCP_REASON_PCONF_UNKNOWN },
    [TYPE_SBIOS] = { ASSAY_LCP_SBIOS, ASSAY_LCP_SBIOS2, 0, ASSAY_LCP_KIND_SBIOS,
                     ASSAY_LCP_REASON_SBIOS_MATCH, ASSAY_LCP_REASON_SBIOS_NONE,
                     ASSAY_LCP_REASON_SBIOS_NO_MATCH, ASSAY_LCP_REASON_SBIOS_UNKNOWN },
    [TYPE_STM] = { UINT32_MAX, ASSAY_LCP_STM2, 1u << 20, ASSAY_LCP_KIND_STM,
                   ASSAY_LCP_REASON_STM_MATCH, ASSAY_LCP_REASON_STM_NONE,
                   ASSAY_LCP_REASON_STM_NO_MATCH, ASSAY_LCP_REASON_STM_UNKNOWN },
};

bool engine_is_type(const lcp_engine *engine, uint32_t type, enum engine_type wanted)
{
    return type ==
           (engine->launch->tpm12 ? engine_types[wanted].type12 : engine_types[wanted].type20);
}

/* The masks that count for an element: SBIOS goes by the supplier's own (TXT SDG K.2.7). */
static const assay_lcp_policy *mask_policy(const lcp_engine *engine, bool sbios)
{
    const engine_side *const po = &engine->sides[ASSAY_LCP_PO];

    return po->has_policy && !sbios ? &po->policy : &engine->sides[ASSAY_LCP_PS].policy;
}

bool engine_permits_list(const lcp_engine *engine, enum assay_lcp_index index, size_t i, bool sbios)
{
    const engine_side *const side = &engine->sides[index];
    const assay_lcp_list *const list = &side->data.lists[i];

    if (engine->launch->tpm12)
        return true;
    if (list->version >> 8 < 2)
        return false;
    return !list->is_signed ||
           (mask_policy(engine, sbios)->lcp_sign_alg_mask & side->sign_bit[i]) != 0;
}

bool engine_permits_element(const lcp_engine *engine, const assay_lcp_element *element, bool sbios)
{
    return engine->launch->tpm12 || (mask_policy(engine, sbios)->lcp_hash_alg_mask &
                                     assay_lcp_hash_mask(element->hash_alg)) != 0;
}

static bool walk_next_in_list(engine_walk *w, assay_lcp_element *ret_element)
{
    while (assay_lcp_element_next(&w->elements, 0, ret_element, NULL) > 0) {
        w->element = w->next++;
        if (engine_is_type(w->engine, ret_element->type, w->type) &&
            engine_permits_element(w->engine, ret_element, w->type == TYPE_SBIOS))
            return true;
    }
    return false;
}

bool engine_walk_next(engine_walk *w, assay_lcp_element *ret_element)
{
    const assay_lcp_data *const data = &w->engine->sides[w->index].data;

    for (; w->list < data->list_count; w->list++, w->inside = false) {
        if (!engine_permits_list(w->engine, w->index, w->list, w->type == TYPE_SBIOS))
            continue;
        if (!w->inside) {
            w->elements = assay_lcp_list_elements(&data->lists[w->list]);
            w->next = 0;
            w->inside = true;
        }
        if (walk_next_in_list(w, ret_element))
            return true;
    }
    return false;
}
