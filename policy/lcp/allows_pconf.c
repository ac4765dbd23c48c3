/* SPDX-License-Identifier: BSD-2-Clause */
/* PCONF elements: what the PCRs give, against what an element has (TXT SDG K.2.5, E.4.5). */
#include "policy/lcp/engine.h"
#include "policy/lcp/make.h"

static enum engine_try try_info(lcp_engine *engine, const assay_lcp_element *element,
                                const assay_lcp_pcr_info *info, assay_digest *ret_digest)
{
    assay_error error;
    assay_hash *hash;

    if (engine->launch->pcrs == NULL ||
        assay_hashes_get(engine->hashes, element->hash_alg, &hash) < 0)
        return ENGINE_UNDECIDED;
    *ret_digest =
        (assay_digest){ .alg = element->hash_alg, .size = (uint16_t)assay_hash_size(hash) };
    if (assay_lcp_composite(element->type, info, engine->launch->pcrs, hash, ret_digest->value,
                            &error) < 0)
        return ENGINE_UNDECIDED;
    return assay_bytes_equal(info->digest, assay_bytes_of(ret_digest->value, ret_digest->size))
               ? ENGINE_MATCH
               : ENGINE_NO_MATCH;
}

enum engine_try engine_try_pconf(lcp_engine *engine, const assay_lcp_element *element,
                                 assay_lcp_match *ret_match)
{
    assay_cursor infos = assay_cursor_of(element->infos);
    enum engine_try all = ENGINE_NO_MATCH;
    assay_lcp_pcr_info info;

    for (uint32_t i = 0; assay_lcp_pcr_info_next(element, &infos, &info); i++) {
        const enum engine_try one = try_info(engine, element, &info, &ret_match->digest);

        ret_match->entry = i;
        if (one == ENGINE_MATCH)
            return all == ENGINE_UNDECIDED ? ENGINE_UNDECIDED : ENGINE_MATCH;
        if (one == ENGINE_UNDECIDED)
            all = ENGINE_UNDECIDED;
    }
    return all;
}
