/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * policy/lcp/allows.h: what an index must be, and what its masks do (3.4.4.2.1, 3.4.4.3).
 * Every expectation is read from the clause of the TXT Software Development Guide beside it.
 */
#include "tests/lcp_scene.h"

Test(lcp_allows_index, an_element_outside_the_mask_is_skipped_and_requires_nothing)
{
    scene *s = new_scene();
    side *po = define(s, ASSAY_LCP_PO);
    const assay_digest other = lcp_digest(ASSAY_ALG_SHA384, 0x99);

    lcp_put_element(&po->elements, ASSAY_LCP_MLE2, 0, 0, &other);
    expect_accepted(s); /* 3.4.4.3 (4a) */
    cr_expect(says(s, ASSAY_LCP_REASON_ELEMENT_SKIPPED));
    cr_expect(says(s, ASSAY_LCP_REASON_MLE_NONE));
    po->policy.lcp_hash_alg_mask |= 0x40;
    s->launch.mle[1] = lcp_digest(ASSAY_ALG_SHA384, 0x11);
    expect_refused(s, MLE_NO_MATCH);
    free(s);
}

Test(lcp_allows_index, the_owners_masks_count_and_those_of_the_supplier_do_not)
{
    scene *s = new_scene();
    side *po = define(s, ASSAY_LCP_PO), *ps = define(s, ASSAY_LCP_PS);
    const assay_digest mle = lcp_digest(ASSAY_ALG_SHA384, 0x11);

    s->launch.mle[1] = mle;
    put_mle(po, 0x99);
    lcp_put_element(&ps->elements, ASSAY_LCP_MLE2, 0, 0, &mle);
    ps->policy.lcp_hash_alg_mask |= 0x40;
    expect_refused(s, MLE_NO_MATCH); /* 3.4.4.3 (1b) */
    po->policy.lcp_hash_alg_mask |= 0x40;
    expect_accepted(s);
    free(s);
}

Test(lcp_allows_index, what_an_index_must_be)
{
#define SPOIL(INDEX, REASON, CODE, ...)                                                            \
    do {                                                                                           \
        scene *s = new_scene();                                                                    \
        side *side = define(s, ASSAY_LCP_##INDEX);                                                 \
        assay_lcp_policy *policy = &side->policy;                                                  \
        (void)policy;                                                                              \
        __VA_ARGS__;                                                                               \
        expect_refused(s, REASON);                                                                 \
        cr_expect_eq(s->evaluation.errorcode, CODE, "%s: 0x%08x", #REASON,                         \
                     s->evaluation.errorcode);                                                     \
        free(s);                                                                                   \
    } while (0)
    /* 0xC0000001 | major << 10 | 6 << 4: 7 the owner's integrity, 8 the supplier's, 2 SINIT. */
    SPOIL(PO, MASK_EMPTY, 0xC0001C61, policy->lcp_sign_alg_mask = 0); /* 3.4.4.2.1 (3a) */
    SPOIL(PS, MASK_EMPTY, 0xC0002061, policy->lcp_sign_alg_mask = 0);
    SPOIL(PO, MASK_UNSUPPORTED, 0xC0001C61, policy->lcp_hash_alg_mask |= 0x10); /* (3b) */
    SPOIL(PO, MASK_UNSUPPORTED, 0xC0001C61, policy->lcp_sign_alg_mask |= 0x10);
    SPOIL(PS, AUX_MASK, 0xC0002061, policy->aux_hash_alg_mask = 0); /* (3c) */
    SPOIL(PS, AUX_MASK, 0xC0002061, policy->aux_hash_alg_mask = 0x40);
    SPOIL(PO, POLICY_HASH_ALG_MASK, 0xC0001C61, policy->lcp_hash_alg_mask = 0x40); /* (3d) */
    SPOIL(PS, AUX_DELETION, 0xC0002061, policy->policy_control = 1u << 31);        /* (2) */
    SPOIL(PO, POLICY_TYPE, 0xC0001C61, policy->policy_type = 2);                   /* K.1.3 (9) */
    SPOIL(PO, SINIT_REVOKED, 0xC0000861, policy->sinit_min_version = 31);          /* K.1.3 (10) */
    SPOIL(PS, PO_REQUIRED, 0xC0000061, policy->policy_control = 1u << 3);          /* K.1.2 (11) */
    SPOIL(PO, NAME_ALG, 0xC0001C61, side->name_alg = ASSAY_ALG_SHA1); /* 3.4.4.2.1 (1) */
    SPOIL(PO, NPW, 0xC0002461, s->launch.pre_production = true);      /* K.1.4 */
    SPOIL(PO, POLICY_VERSION, 0xC0001C61, s->launch.tpm12 = true);    /* K.1.3 (5) */
#undef SPOIL
}

Test(lcp_allows_index, a_pre_production_module_is_accepted_where_the_policy_says_so)
{
    scene *s = new_scene();

    define_any(s, ASSAY_LCP_PO)->policy.policy_control = 1u << 1;
    s->launch.pre_production = true;
    expect_accepted(s);
    cr_expect(says(s, ASSAY_LCP_REASON_NPW_ALLOWED));
    free(s);
}

Test(lcp_allows_index, an_owners_aux_mask_is_not_looked_at)
{
    scene *s = new_scene();

    define_any(s, ASSAY_LCP_PO)->policy.aux_hash_alg_mask = 0; /* 3.4.4.2.1 (3c), note */
    expect_accepted(s);
    free(s);
}
