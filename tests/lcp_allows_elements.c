/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * policy/lcp/allows.h: what each kind of element asks for (K.2.4, K.2.7, K.2.8).
 * Every expectation is read from the clause of the TXT Software Development Guide beside it.
 */
#include "tests/lcp_scene.h"

Test(lcp_allows_elements, the_larger_minimum_of_policy_and_matching_element_counts)
{
    scene *s = new_scene();
    side *po = define(s, ASSAY_LCP_PO);
    const assay_digest other = lcp_digest(ASSAY_ALG_SHA256, 0x99);
    const assay_digest mle = lcp_digest(ASSAY_ALG_SHA256, 0x11);

    po->policy.sinit_min_version = 10;
    lcp_put_element(&po->elements, ASSAY_LCP_MLE2, 0, 90, &other); /* doesn't match: no matter */
    lcp_put_element(&po->elements, ASSAY_LCP_MLE2, 0, 30, &mle);
    expect_accepted(s);
    cr_expect_eq(s->evaluation.sinit_min_version, 30);
    s->launch.sinit_version = 29;
    expect_refused(s, SINIT_REVOKED);
    expect_class_alone(s); /* major 2 is of an index's minimum */
    s->launch.sinit_version_known = false;
    cr_expect_eq(evaluate(s), ASSAY_LCP_UNKNOWN);
    free(s);
}

Test(lcp_allows_elements, the_first_match_is_the_one_that_is_measured)
{
    scene *s = new_scene();
    side *po = define(s, ASSAY_LCP_PO);
    const assay_digest mle = lcp_digest(ASSAY_ALG_SHA256, 0x11);

    put_mle(po, 0x99);
    lcp_put_element(&po->elements, ASSAY_LCP_MLE2, 1, 0, &mle);
    lcp_put_element(&po->elements, ASSAY_LCP_MLE2, 0, 0, &mle);
    expect_accepted(s);
    cr_expect_eq(s->evaluation.matches[ASSAY_LCP_KIND_MLE].element, 1);
    cr_expect_eq(s->evaluation.matches[ASSAY_LCP_KIND_MLE].control, 1);
    free(s);
}

Test(lcp_allows_elements, an_mle_without_digests_matches_nothing)
{
    scene *s = new_scene();
    const assay_digest none = { .alg = ASSAY_ALG_SHA256 };

    lcp_put_element(&define(s, ASSAY_LCP_PO)->elements, ASSAY_LCP_MLE2, 0, 0, &none);
    expect_refused(s, MLE_NO_MATCH); /* D.4.1: "will evaluate to false for all MLEs" */
    cr_expect_eq(s->evaluation.errorcode, 0xC0001061, "class 6, major 4, minor 0");
    free(s);
}

Test(lcp_allows_elements, an_mle_may_require_an_stm)
{
    scene *s = new_scene();
    const assay_digest mle = lcp_digest(ASSAY_ALG_SHA256, 0x11);

    lcp_put_element(&define(s, ASSAY_LCP_PO)->elements, ASSAY_LCP_MLE2, ASSAY_LCP_ELT_STM_REQUIRED,
                    0, &mle);
    expect_refused(s, STM_REQUIRED); /* K.2.4 (2b iii 2b) */
    expect_class_alone(s);
    s->launch.stm_known = false;
    cr_expect_eq(evaluate(s), ASSAY_LCP_UNKNOWN);
    s->launch.stm_known = s->launch.stm_present = true;
    expect_accepted(s);
    free(s);
}

Test(lcp_allows_elements, stm_elements_count_where_there_is_one)
{
    scene *s = new_scene();
    const assay_digest stm = lcp_digest(ASSAY_ALG_SHA256, 0x99);

    lcp_put_element(&define(s, ASSAY_LCP_PO)->elements, ASSAY_LCP_STM2, 0, 0, &stm);
    expect_accepted(s); /* K.2.8 (1): there is none */
    s->launch.stm_present = true;
    s->launch.stm[0] = lcp_digest(ASSAY_ALG_SHA256, 0x98);
    expect_refused(s, STM_NO_MATCH);
    cr_expect_eq(s->evaluation.errorcode, 0xC0041061, "class 6, major 4, minor 4");
    s->launch.stm[0] = stm;
    expect_accepted(s);
    free(s);
}

Test(lcp_allows_elements, sbios_is_the_suppliers_alone)
{
    scene *s = new_scene();
    const assay_digest bios = lcp_digest(ASSAY_ALG_SHA256, 0x99);
    const assay_digest none = { .alg = ASSAY_ALG_SHA256 };

    lcp_put_element(&define(s, ASSAY_LCP_PO)->elements, ASSAY_LCP_SBIOS2, 0, 0, &bios);
    expect_accepted(s); /* K.2.6: "If present in PO Policy Data File SBIOS element is ignored" */
    lcp_put_element(&define(s, ASSAY_LCP_PS)->elements, ASSAY_LCP_SBIOS2, 0, 0, &none);
    s->launch.bios[0] = lcp_digest(ASSAY_ALG_SHA256, 0x98);
    expect_accepted(s); /* K.2.7 (4c): no digests */
    cr_expect(says(s, ASSAY_LCP_REASON_SBIOS_PROMOTED));
    s->launch.bios[0] = lcp_digest(ASSAY_ALG_SHA256, 0x00); /* the FallbackHash */
    expect_accepted(s);
    cr_expect(s->evaluation.matches[ASSAY_LCP_KIND_SBIOS].fallback);
    free(s);
}
