/* SPDX-License-Identifier: BSD-2-Clause */
/* PCONF elements: what the PCRs give, against what an element has (TXT SDG K.2.5, E.4.5). */
#include "base/writer.h"
#include "policy/lcp/engine.h"

enum { COMPOSITE_MAX = 8 + 32 * ASSAY_DIGEST_MAX };

/* The values in the order of their PCRs; false where one is not known. */
static bool put_values(const lcp_engine *engine, const assay_lcp_pcr_info *info,
                       assay_writer *writer)
{
    for (unsigned pcr = 0; pcr < 32; pcr++) {
        if ((info->pcrs >> pcr & 1) == 0)
            continue;
        const assay_bytes value = engine->launch->pcrs == NULL || pcr >= ASSAY_PCRS
                                      ? ASSAY_NO_BYTES
                                      : assay_pcrs_value(engine->launch->pcrs, info->bank, pcr);
        if (value.data == NULL)
            return false;
        assay_put(writer, value);
    }
    return true;
}

/* TPM_PCR_COMPOSITE (TPM 1.2 Part 2, 8.2): the selection, the size of the values, the values. */
static bool put_composite12(const lcp_engine *engine, const assay_lcp_pcr_info *info,
                            assay_writer *writer)
{
    assay_writer counter = assay_writer_lent(NULL, 0);

    if (!put_values(engine, info, &counter))
        return false;
    assay_put_u16be(writer, info->select_size);
    for (unsigned i = 0; i < info->select_size; i++)
        assay_put_u8(writer, (uint8_t)(info->pcrs >> 8 * i));
    assay_put_u32be(writer, (uint32_t)counter.written);
    return put_values(engine, info, writer);
}

static enum engine_try try_info(lcp_engine *engine, const assay_lcp_element *element,
                                const assay_lcp_pcr_info *info, assay_digest *ret_digest)
{
    uint8_t buffer[COMPOSITE_MAX];
    assay_writer writer = assay_writer_lent(buffer, sizeof buffer);
    assay_hash *hash;

    if (!(element->type == ASSAY_LCP_PCONF ? put_composite12(engine, info, &writer)
                                           : put_values(engine, info, &writer)))
        return ENGINE_UNDECIDED;
    if (assay_hashes_get(engine->hashes, element->hash_alg, &hash) < 0)
        return ENGINE_UNDECIDED;
    const assay_bytes composite = assay_written(&writer);
    *ret_digest =
        (assay_digest){ .alg = element->hash_alg, .size = (uint16_t)assay_hash_size(hash) };
    if (assay_hash_parts(hash, &composite, 1, ret_digest->value) < 0)
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
