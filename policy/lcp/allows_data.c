/* SPDX-License-Identifier: BSD-2-Clause */
/* The policy engine's look at the integrity of a policy data file (TXT SDG K.1.5 to K.1.9). */
#include "policy/lcp/engine.h"
#include "policy/lcp/signature.h"

static int fail(lcp_engine *engine, int status)
{
    if (engine->status == 0)
        engine->status = assay_fail(engine->error, (enum assay_kind)(-status), ASSAY_NOWHERE,
                                    "what a policy is made of can't be hashed");
    return status;
}

static void check_signature(lcp_engine *engine, const assay_lcp_list *list, engine_place place)
{
    engine_side *const side = &engine->sides[place.index];
    assay_lcp_verdict result;

    if (!list->is_signed)
        return;
    const int status = assay_lcp_signature_check(list, engine->hashes, &result, engine->error);
    if (status < 0) {
        engine->status = engine->status == 0 ? status : engine->status;
        return;
    }
    side->sign_hash[place.list] = result.hash_alg;
    side->sign_bit[place.list] =
        assay_lcp_sign_mask(list->signature.key_alg, list->signature.key_bits, result.hash_alg);
    const uint32_t bit = side->sign_bit[place.list];
    if (result.trust == ASSAY_LCP_BAD)
        engine_reason(engine, ASSAY_LCP_REASON_SIGNATURE_BAD, place, "%.150s", result.reason);
    else if (!engine_has_sign(engine, bit))
        engine_reason(engine, ASSAY_LCP_REASON_SIGNATURE_UNSUPPORTED, place,
                      "a key of %u bits, algorithm 0x%04x, with hash 0x%04x",
                      list->signature.key_bits, list->signature.key_alg, result.hash_alg);
    else if (result.trust == ASSAY_LCP_UNCHECKED)
        engine_reason(engine, ASSAY_LCP_REASON_SIGNATURE_UNCHECKED, place, "%.150s", result.reason);
}

static void check_counter(lcp_engine *engine, const assay_lcp_list *list, engine_place place)
{
    const uint16_t least = engine->sides[place.index].policy.data_revocation_counters[place.list];

    if (list->is_signed && list->revocation_counter < least)
        engine_reason(engine, ASSAY_LCP_REASON_LIST_REVOKED, place,
                      "RevocationCounter %u, and the policy wants %u", list->revocation_counter,
                      least);
}

static void check_elements(lcp_engine *engine, const assay_lcp_list *list, engine_place place)
{
    assay_cursor elements = assay_lcp_list_elements(list);
    assay_lcp_element element;

    for (place.element = 0; assay_lcp_element_next(&elements, 0, &element, NULL) > 0;
         place.element++) {
        const bool is_new = assay_lcp_element_is_new(element.type);

        if (list->version >> 8 == 1 && is_new)
            engine_reason(engine, ASSAY_LCP_REASON_LIST_STYLE, place, "type 0x%02x", element.type);
        if (engine_looks_at(engine, &element) && element.hash_alg != 0 &&
            !engine_has_hash(engine, element.hash_alg))
            engine_reason(engine, ASSAY_LCP_REASON_ELEMENT_ALG, place, "HashAlg 0x%04x",
                          element.hash_alg);
    }
}

/* As 8 lists at most are compared, all pairs are few. */
static void check_keys(lcp_engine *engine, const assay_lcp_data *data, engine_place place)
{
    for (size_t other = 0; other < place.list; other++)
        if (data->lists[other].is_signed &&
            assay_bytes_equal(data->lists[other].signature.key,
                              data->lists[place.list].signature.key)) {
            engine_reason(engine, ASSAY_LCP_REASON_SAME_KEY, place, "as list %zu", other);
            return;
        }
}

static void check_hash(lcp_engine *engine, const engine_side *side, engine_place place)
{
    uint8_t digest[ASSAY_DIGEST_MAX];
    assay_hash *hash;
    int status = assay_hashes_get(engine->hashes, engine_policy_alg(&side->policy), &hash);

    if (status == 0)
        status = assay_lcp_data_hash(&side->data, hash, digest);
    if (status < 0)
        fail(engine, status);
    else if (!assay_bytes_equal(
                 assay_bytes_of(side->policy.policy_hash.value, side->policy.policy_hash.size),
                 assay_bytes_of(digest, assay_hash_size(hash))))
        engine_reason(engine, ASSAY_LCP_REASON_DATA_HASH, place, "%s", "");
}

static void check_lists(lcp_engine *engine, enum assay_lcp_index index)
{
    const assay_lcp_data *const data = &engine->sides[index].data;

    for (size_t i = 0; i < data->list_count; i++)
        check_signature(engine, &data->lists[i], engine_at_list(index, i));
    check_hash(engine, &engine->sides[index], engine_at(index));
    for (size_t i = 0; i < data->list_count; i++) {
        const engine_place place = engine_at_list(index, i);

        if (data->lists[i].is_signed)
            check_keys(engine, data, place);
        check_elements(engine, &data->lists[i], place);
        check_counter(engine, &data->lists[i], place);
    }
}

void engine_check_data(lcp_engine *engine, enum assay_lcp_index index)
{
    engine_side *const side = &engine->sides[index];
    const assay_bytes bytes = engine->launch->indices[index].data;
    assay_error error;

    if (!side->has_policy || side->policy.policy_type != ASSAY_LCP_TYPE_LIST) {
        if (bytes.data != NULL)
            engine_reason(engine, ASSAY_LCP_REASON_DATA_IGNORED, engine_at(index), "%s", "");
        return;
    }
    if (bytes.data == NULL) {
        engine_reason(engine, ASSAY_LCP_REASON_DATA_MISSING, engine_at(index), "%s", "");
        return;
    }
    if (assay_lcp_data_read(&side->data, bytes, &error) < 0) {
        engine_reason(engine, ASSAY_LCP_REASON_DATA_MALFORMED,
                      engine_at_list(index, side->data.list_count), "%.150s", error.what);
        return;
    }
    side->has_data = true;
    check_lists(engine, index);
}
