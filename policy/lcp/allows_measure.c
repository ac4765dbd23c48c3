/* SPDX-License-Identifier: BSD-2-Clause */
/* What SINIT measures of the policy that it enforced (TXT SDG 3.2.10, 3.3.9). */
#include "policy/lcp/engine.h"

/* Authorities: each list that has a match, once, in the order of the kinds. */

static bool is_authority(const assay_lcp_evaluation *e, const assay_lcp_match *match)
{
    for (size_t i = 0; i < e->authority_count; i++)
        if (e->authorities[i].index == match->index && e->authorities[i].list == match->list)
            return true;
    return false;
}

static void add_authority(lcp_engine *engine, const assay_lcp_match *match)
{
    assay_lcp_evaluation *const e = engine->evaluation;
    const engine_side *const side = &engine->sides[match->index];
    const assay_lcp_list *const list = &side->data.lists[match->list];
    const uint16_t alg = engine_policy_alg(&side->policy);
    assay_hash *hash;

    e->authorities[e->authority_count].index = match->index;
    e->authorities[e->authority_count].list = match->list;
    e->authorities[e->authority_count].sign_alg =
        list->is_signed ? list->signature.scheme : ASSAY_ALG_NULL;
    if (list->is_signed) {
        e->authorities[e->authority_count].hash_alg = side->sign_hash[match->list];
        e->authorities[e->authority_count].pubkey_size = (uint16_t)(list->signature.key_bits / 8);
    }
    assay_digest *const digest = &e->authorities[e->authority_count].digest;
    int status = assay_hashes_get(engine->hashes, alg, &hash);

    if (status == 0) {
        *digest = (assay_digest){ .alg = alg, .size = (uint16_t)assay_hash_size(hash) };
        status = assay_lcp_list_measure(list, hash, digest->value);
    }
    if (status == 0)
        e->authority_count++;
    else if (engine->status == 0)
        engine->status = assay_fail(engine->error, ASSAY_CRYPTO, ASSAY_NOWHERE,
                                    "a list of the policy can't be hashed");
}

void engine_find_authorities(lcp_engine *engine)
{
    for (size_t i = 0; i < ASSAY_TXT_ELEMENTS; i++) {
        const assay_lcp_match *const match = &engine->evaluation->matches[i];

        if (match->matched && !is_authority(engine->evaluation, match))
            add_authority(engine, match);
    }
}

/* The data of two events, and PCR 17 of a TPM 1.2. */

static assay_txt_ha ha_of(const assay_digest *digest)
{
    return (assay_txt_ha){ digest->alg, assay_bytes_of(digest->value, digest->size) };
}

void assay_lcp_put_details(assay_writer *writer, const assay_lcp_evaluation *evaluation,
                           bool big_endian)
{
    assay_txt_details details = { .big_endian = big_endian };

    if (evaluation->any) {
        assay_put_u8(writer, 0);
        return;
    }
    for (size_t i = 0; i < ASSAY_TXT_ELEMENTS; i++) {
        const assay_lcp_match *const match = &evaluation->matches[i];

        details.elements[i].matched = match->matched;
        details.elements[i].pol_elt_control = match->control;
        details.elements[i].digest = ha_of(&match->digest);
    }
    assay_txt_details_encode(writer, &details);
}

void assay_lcp_put_authorities(assay_writer *writer, const assay_lcp_evaluation *evaluation,
                               bool big_endian)
{
    assay_txt_authorities authorities = { .big_endian = big_endian,
                                          .count = evaluation->authority_count };

    if (evaluation->any) {
        assay_put_u8(writer, 0);
        return;
    }
    for (size_t i = 0; i < evaluation->authority_count; i++)
        authorities.lists[i] = (assay_txt_authority){
            .sign_alg = evaluation->authorities[i].sign_alg,
            .hash_alg = evaluation->authorities[i].hash_alg,
            .pubkey_size = evaluation->authorities[i].pubkey_size,
            .digest = ha_of(&evaluation->authorities[i].digest),
        };
    assay_txt_authorities_encode(writer, &authorities);
}

int assay_lcp_policy_hash12(const assay_lcp_evaluation *evaluation, uint8_t ret_digest[20])
{
    assay_bytes measured[ASSAY_TXT_ELEMENTS];
    assay_hashes *hashes;
    assay_hash *hash;

    memset(ret_digest, 0, 20);
    if (evaluation->any || evaluation->authority_count == 0)
        return 0;
    hashes = assay_hashes_new();
    if (hashes == NULL)
        return -ASSAY_NO_MEMORY;
    for (size_t i = 0; i < evaluation->authority_count; i++)
        measured[i] = ha_of(&evaluation->authorities[i].digest).digest;
    int status = assay_hashes_get(hashes, ASSAY_ALG_SHA1, &hash);
    if (status == 0)
        status = assay_hash_parts(hash, measured, evaluation->authority_count, ret_digest);
    assay_hashes_free(&hashes);
    return status;
}
