/* SPDX-License-Identifier: BSD-2-Clause */
/* The rules for a list and its signature. */
#include "policy/lcp/signature.h"
#include "policy/lcp/verify_private.h"

enum { HEADER = 8, EXPONENT = 65537, LEAST_RSA_BITS = 2048 };

static lcp_place at(const lcp_place *list, uint64_t offset, const char *field)
{
    lcp_place place = *list;

    place.offset = offset;
    place.field = field;
    return place;
}

static uint64_t offset_in(const assay_lcp_list *list, assay_bytes part)
{
    return list->offset + (uint64_t)(part.data - list->bytes.data);
}

static void check_reserved(lcp_verifier *v, const assay_lcp_list *list, const lcp_place *place)
{
    enum { COUNTER_AND_SIZE = 4 };
    const bool legacy = list->version >> 8 == 1;
    const uint64_t ecc = list->offset + HEADER + list->elements.size + COUNTER_AND_SIZE;

    if (list->reserved != 0)
        lcp_find(v, ASSAY_LCP_RULE_RESERVED, at(place, legacy ? list->offset + 2 : ecc, "Reserved"),
                 "0x%08x", list->reserved);
}

static void check_strength(lcp_verifier *v, const assay_lcp_list *list, uint16_t hash_alg,
                           const lcp_place *place)
{
    const assay_lcp_signature *const signature = &list->signature;
    const lcp_place key = at(place, offset_in(list, signature->key), "PubkeyValue");
    const lcp_place value = at(place, offset_in(list, signature->value), "Signature");

    if (signature->key_alg == ASSAY_ALG_RSA && signature->key_bits < LEAST_RSA_BITS)
        lcp_find(v, ASSAY_LCP_RULE_KEY_WEAK, key, "%u bits", signature->key_bits);
    if (signature->key_alg == ASSAY_ALG_RSA && signature->exponent != EXPONENT)
        lcp_find(v, ASSAY_LCP_RULE_EXPONENT, at(place, key.offset - 4, "Exponent"), "%u",
                 signature->exponent);
    if (hash_alg == ASSAY_ALG_SHA1)
        lcp_find(v, ASSAY_LCP_RULE_SIGNATURE_WEAK, value, "%s", "");
}

/* LcpSignAlgMask counts on a TPM 2.0, where lists 1.x aren't looked at. */
static void check_mask(lcp_verifier *v, const assay_lcp_list *list, uint16_t hash_alg,
                       const lcp_place *place)
{
    const uint32_t bit =
        assay_lcp_sign_mask(list->signature.key_alg, list->signature.key_bits, hash_alg);
    const lcp_place value = at(place, offset_in(list, list->signature.value), "Signature");

    v->sign_algs_used |= bit;
    /* A scheme that knows no other hash has its bit without one. */
    if (list->version >> 8 < 2 || (hash_alg == ASSAY_ALG_NULL && bit == 0))
        return;
    if (bit == 0)
        lcp_find(v, ASSAY_LCP_RULE_SIGN_ALG, value, "a key of %u bits with hash 0x%04x",
                 list->signature.key_bits, hash_alg);
    else if (v->policy != NULL && v->policy->version >> 8 >= 3 &&
             (v->policy->lcp_sign_alg_mask & bit) == 0)
        lcp_find(v, ASSAY_LCP_RULE_SIGN_MASK, value, "%s, and LcpSignAlgMask is 0x%08x",
                 assay_lcp_sign_mask_name(bit), v->policy->lcp_sign_alg_mask);
}

static void check_signature(lcp_verifier *v, const assay_lcp_list *list, const lcp_place *place)
{
    assay_lcp_verdict verdict;
    const int status = assay_lcp_signature_check(list, v->hashes, &verdict, v->error);

    if (status < 0) {
        v->status = v->status == 0 ? status : v->status;
        return;
    }
    if (verdict.trust != ASSAY_LCP_GOOD)
        lcp_find(v,
                 verdict.trust == ASSAY_LCP_BAD ? ASSAY_LCP_RULE_SIGNATURE_BAD
                                                : ASSAY_LCP_RULE_SIGNATURE_UNCHECKED,
                 at(place, verdict.offset, verdict.field), "%.159s", verdict.reason);
    check_strength(v, list, verdict.hash_alg, place);
    check_mask(v, list, verdict.hash_alg, place);
}

static void check_kind(lcp_verifier *v, const assay_lcp_list *list, const lcp_place *place)
{
    if (v->policy == NULL)
        return;
    if (v->policy->version >> 8 >= 3 && list->version >> 8 < 2)
        lcp_find(v, ASSAY_LCP_RULE_LIST_KIND, at(place, list->offset, "Version"),
                 "a list %u.%u under a policy %u.%u", list->version >> 8, list->version & 0xFFu,
                 v->policy->version >> 8, v->policy->version & 0xFFu);
}

void lcp_verify_list(lcp_verifier *v, const assay_lcp_list *list, uint32_t index)
{
    lcp_place place = { v->subject->body_kind, list->offset, index, ASSAY_LCP_NO_ELEMENT, NULL };
    assay_cursor elements = assay_lcp_list_elements(list);
    assay_lcp_element element;

    check_kind(v, list, &place);
    check_reserved(v, list, &place);
    if (list->elements.size == 0)
        lcp_find(v, ASSAY_LCP_RULE_LIST_EMPTY, at(&place, list->offset + 4, "PolicyElementsSize"),
                 "%s", "");
    for (place.element = 0;
         assay_lcp_element_next(&elements, list->offset + HEADER, &element, NULL) > 0;
         place.element++)
        lcp_verify_element(v, list, &element, place);
    place.element = ASSAY_LCP_NO_ELEMENT;
    lcp_verify_elements(v, list, place);
    if (list->is_signed)
        check_signature(v, list, &place);
}
