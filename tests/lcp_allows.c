/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * policy/lcp/allows.h: what SINIT's policy engine says where an owner's and a supplier's policy
 * meet (3.2.8.2, the table with its notes; K.2.1, K.2.3), and on a TPM 1.2 (3.4.3).
 * Every expectation is read from the clause of the TXT Software Development Guide beside it.
 */
#include "tests/lcp_scene.h"

Test(lcp_allows, without_policies_everything_is_permitted)
{
    scene *s = new_scene();
    uint8_t buffer[64];
    assay_writer writer = assay_writer_lent(buffer, sizeof buffer);

    expect_accepted(s); /* note 1 */
    cr_expect(says(s, ASSAY_LCP_REASON_NO_POLICY));
    assay_lcp_put_details(&writer, &s->evaluation, false);
    cr_expect_eq(writer.used, 1, "3.3.9.1: a single byte of 0");
    cr_expect_eq(buffer[0], 0);
    free(s);
}

Test(lcp_allows, without_an_owner_any_mle_is_permitted)
{
    scene *s = new_scene();
    side *ps = define(s, ASSAY_LCP_PS);
    const assay_digest bios = lcp_digest(ASSAY_ALG_SHA256, 0x22);

    put_mle(ps, 0x99);
    lcp_put_element(&ps->elements, ASSAY_LCP_SBIOS2, 0, 0, &bios);
    s->launch.bios[0] = bios;
    expect_accepted(s); /* note 2: the MLE is none of the supplier's; SBIOS is */
    cr_expect(says(s, ASSAY_LCP_REASON_MLE_ANY));
    cr_expect_not(s->evaluation.matches[ASSAY_LCP_KIND_MLE].matched);
    cr_expect(s->evaluation.matches[ASSAY_LCP_KIND_SBIOS].matched);
    s->launch.bios[0].value[0] ^= 1;
    expect_refused(s, SBIOS_NO_MATCH); /* "all other element types are evaluated as expected" */
    free(s);
}

Test(lcp_allows, an_owners_any_overrides_the_suppliers_list)
{
    scene *s = new_scene();
    side *ps = define(s, ASSAY_LCP_PS);
    const assay_digest bios = lcp_digest(ASSAY_ALG_SHA256, 0x22);

    lcp_put_element(&ps->elements, ASSAY_LCP_SBIOS2, 0, 0, &bios);
    s->launch.bios[0] = lcp_digest(ASSAY_ALG_SHA256, 0x23);
    define_any(s, ASSAY_LCP_PO);
    expect_accepted(s);
    cr_expect(s->evaluation.any);
    free(s);
}

Test(lcp_allows, the_owners_list_rules_beside_a_suppliers_any)
{
    scene *s = new_scene();

    define_any(s, ASSAY_LCP_PS);
    put_mle(define(s, ASSAY_LCP_PO), 0x99);
    expect_refused(s, MLE_NO_MATCH); /* table: PS type ANY, PO type LIST: PO */
    free(s);
}

Test(lcp_allows, both_lists_are_a_union)
{
    scene *s = new_scene();

    put_mle(define(s, ASSAY_LCP_PO), 0x99);
    put_mle(define(s, ASSAY_LCP_PS), 0x11);
    expect_accepted(s); /* note 3 */
    cr_expect_eq(s->evaluation.matches[ASSAY_LCP_KIND_MLE].index, ASSAY_LCP_PS);
    s->sides[ASSAY_LCP_PO].policy.policy_control = 1u << 16; /* Ignore_PS_MLE, 3.2.2 */
    expect_refused(s, MLE_NO_MATCH);
    cr_expect(says(s, ASSAY_LCP_REASON_PS_IGNORED));
    free(s);
}

Test(lcp_allows, where_the_ignore_bits_are_goes_by_the_policys_version)
{
    static const struct {
        uint16_t policy, list;
        uint32_t policy_control, element_control;
        bool ignored;
    } cases[] = {
        /* 3.4.2 (7b): bits of PolicyControl from 3.1 on, else those of the elements, whatever the
         * list's version says of them. */
        { 0x0300, ASSAY_LCP_LIST_2_0, 0, 1, true },
        { 0x0300, ASSAY_LCP_LIST_2_1, 0, 1, true },
        { 0x0300, ASSAY_LCP_LIST_2_0, 1u << 16, 0, false },
        { 0x0301, ASSAY_LCP_LIST_2_0, 0, 1, false },
        { 0x0301, ASSAY_LCP_LIST_2_1, 1u << 16, 0, true },
        { 0x0301, ASSAY_LCP_LIST_2_1, 1u << 17, 0, false }, /* of PCONF */
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        scene *s = new_scene();
        side *po = define(s, ASSAY_LCP_PO);
        const assay_digest other = lcp_digest(ASSAY_ALG_SHA256, 0x99);

        po->policy.version = cases[i].policy;
        po->policy.policy_control = cases[i].policy_control;
        po->list_version = cases[i].list;
        lcp_put_element(&po->elements, ASSAY_LCP_MLE2, cases[i].element_control, 0, &other);
        put_mle(define(s, ASSAY_LCP_PS), 0x11);
        cr_expect_eq(evaluate(s), cases[i].ignored ? ASSAY_LCP_REFUSED : ASSAY_LCP_ACCEPTED,
                     "case %zu", i);
        free(s);
    }
}

Test(lcp_allows, on_a_tpm_1_2_elements_of_it_count)
{
    scene *s = new_scene();
    side *po = define(s, ASSAY_LCP_PO);
    const assay_digest sha1 = lcp_digest(ASSAY_ALG_SHA1, 0x11);
    uint8_t hash[20];

    po->policy = (assay_lcp_policy){ .version = 0x0203, .hash_alg = ASSAY_ALG_SHA1 };
    po->list_version = ASSAY_LCP_LIST_1_0;
    lcp_put_element(&po->elements, ASSAY_LCP_MLE, 0, 0, &sha1);
    s->launch.tpm12 = true;
    s->launch.mle[1] = sha1;
    expect_accepted(s);
    cr_expect(s->evaluation.matches[ASSAY_LCP_KIND_MLE].matched);
    /* 3.2.10: the hash of the one list's measurement, as PolicyHash of that one list is (3.2.3). */
    cr_assert_eq(assay_lcp_policy_hash12(&s->evaluation, hash), 0);
    cr_expect_eq(memcmp(hash, po->policy_bytes.data + 34, 20), 0);
    s->launch.mle[1].value[0] ^= 1;
    expect_refused(s, MLE_NO_MATCH);
    free(s);
}
