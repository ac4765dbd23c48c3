/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * policy/lcp/allows.h: the policy's data, its lists and their signatures (K.1.5 to K.1.8).
 * Every expectation is read from the clause of the TXT Software Development Guide beside it.
 */
#include "base/hex.h"
#include "tests/lcp_scene.h"

Test(lcp_allows_integrity, data_must_be_there_and_be_the_policys)
{
    scene *s = new_scene();
    side *po = define(s, ASSAY_LCP_PO);

    put_mle(po, 0x11);
    expect_accepted(s);
    s->launch.indices[ASSAY_LCP_PO].data = ASSAY_NO_BYTES;
    assay_error error;
    cr_assert_eq(assay_lcp_evaluate(&s->launch, &s->evaluation, &error), 0);
    cr_expect(says(s, ASSAY_LCP_REASON_DATA_MISSING));
    /* Another digest in the data that the policy doesn't know of. */
    po->data_bytes.data[po->data_bytes.size - 1] ^= 1;
    s->launch.indices[ASSAY_LCP_PO].data = lcp_view(&po->data_bytes);
    cr_assert_eq(assay_lcp_evaluate(&s->launch, &s->evaluation, &error), 0);
    cr_expect(says(s, ASSAY_LCP_REASON_DATA_HASH));
    cr_expect_eq(s->evaluation.errorcode, 0xC0001C61);
    free(s);
}

Test(lcp_allows_integrity, data_that_cannot_be_read_is_refused)
{
    scene *s = new_scene();
    side *po = define(s, ASSAY_LCP_PO);

    put_mle(po, 0x11);
    expect_accepted(s);
    for (size_t size = 1; size < po->data_bytes.size; size++) {
        assay_error error;

        s->launch.indices[ASSAY_LCP_PO].data = assay_bytes_of(po->data_bytes.data, size);
        cr_assert_eq(assay_lcp_evaluate(&s->launch, &s->evaluation, &error), 0);
        cr_expect_eq(s->evaluation.outcome, ASSAY_LCP_REFUSED, "%zu bytes", size);
    }
    free(s);
}

/* multi-3.0: list 1 is signed with rsa2048b, list 2 with rsa3072; both have their counters. */
static scene *signed_scene(void)
{
    scene *const s = new_scene();
    side *const po = define(s, ASSAY_LCP_PO);

    po->data_bytes = lcp_fixture(LCP_FIXTURES "multi-3.0.dat");
    po->policy.lcp_sign_alg_mask = 0x48; /* RSA-2048 and RSA-3072 with SHA-256 */
    assay_hex_decode(ASSAY_LITERAL("6a0d3d3fd46de2a8cacba87d3d84fd7d"
                                   "c63ba08f11790595134144078c901ea5"),
                     s->launch.mle[0].value, 32);
    return s;
}

Test(lcp_allows_integrity, a_list_below_the_policys_counter_is_revoked)
{
    scene *s = signed_scene();

    expect_accepted(s);
    s->sides[ASSAY_LCP_PO].policy.data_revocation_counters[1] = 0xFFFF;
    s->sides[ASSAY_LCP_PO].policy.data_revocation_counters[5] = 0xFFFF; /* there is no list 5 */
    expect_refused(s, LIST_REVOKED);
    cr_expect_eq(s->evaluation.errorcode, 0xC0401C61, "minor: list 1 << 6, above bit 16");
    free(s);
}

Test(lcp_allows_integrity, every_signature_counts_even_of_a_list_that_is_skipped)
{
    scene *s = signed_scene();
    side *po = &s->sides[ASSAY_LCP_PO];

    po->policy.lcp_sign_alg_mask = 0x1000; /* none of the two */
    expect_accepted(s);
    cr_expect(says(s, ASSAY_LCP_REASON_LIST_SKIPPED)); /* 3.4.4.3 (2) */
    po->data_bytes.data[po->data_bytes.size - 1] ^= 1; /* in the last list's signature */
    expect_refused(s, SIGNATURE_BAD);                  /* 3.4.4.2.2 (2) */
    free(s);
}

Test(lcp_allows_integrity, an_algorithm_that_sinit_lacks_is_refused)
{
    scene *s = signed_scene();

    s->launch.acm_sign_algs = 0x8; /* no RSA-3072: 3.4.4.2.2 (2a) */
    expect_refused(s, SIGNATURE_UNSUPPORTED);
    cr_expect(says(s, ASSAY_LCP_REASON_MASK_UNSUPPORTED));
    free(s);
    s = new_scene();
    const assay_digest other = lcp_digest(ASSAY_ALG_SHA512, 0x99);
    lcp_put_element(&define(s, ASSAY_LCP_PO)->elements, ASSAY_LCP_STM2, 0, 0, &other);
    s->launch.acm_hash_algs = 0x8;
    expect_refused(s, ELEMENT_ALG); /* 3.4.4.2.2 (4) */
    free(s);
}

Test(lcp_allows_integrity, two_lists_of_one_key_are_refused)
{
    scene *s = signed_scene();
    side *po = &s->sides[ASSAY_LCP_PO];
    assay_lcp_data data;
    lcp_bytes lists[2] = { 0 };

    cr_assert_eq(assay_lcp_data_read(&data, lcp_view(&po->data_bytes), NULL), 0);
    for (size_t i = 0; i < 2; i++) {
        lists[i].size = data.lists[1].bytes.size;
        memcpy(lists[i].data, data.lists[1].bytes.data, lists[i].size);
    }
    cr_assert(data.lists[1].is_signed);
    po->data_bytes = lcp_data(2, lists);
    expect_refused(s, SAME_KEY); /* 3.2.10, 3.3.9.2.2 */
    free(s);
}

Test(lcp_allows_integrity, a_list_1_0_is_not_looked_at_on_a_tpm_2_0_and_may_not_have_its_elements)
{
    scene *s = new_scene();
    side *po = define(s, ASSAY_LCP_PO);

    po->list_version = ASSAY_LCP_LIST_1_0;
    put_mle(po, 0x11);
    expect_refused(s, LIST_STYLE); /* K.1.8 (3) */
    free(s);
    s = new_scene();
    po = define(s, ASSAY_LCP_PO);
    po->list_version = ASSAY_LCP_LIST_1_0;
    const assay_digest sha1 = lcp_digest(ASSAY_ALG_SHA1, 0x99);
    lcp_put_element(&po->elements, ASSAY_LCP_MLE, 0, 0, &sha1);
    expect_accepted(s); /* K.2.4 (1b) */
    cr_expect(says(s, ASSAY_LCP_REASON_LIST_SKIPPED));
    free(s);
}

/* On malformed input of any kind there is an outcome, and it isn't that all is well. */
Test(lcp_allows_integrity, no_byte_of_signed_data_can_be_changed)
{
    scene *s = signed_scene();
    side *po = &s->sides[ASSAY_LCP_PO];

    expect_accepted(s);
    for (size_t i = 0; i < po->data_bytes.size; i += 7) {
        assay_error error;

        po->data_bytes.data[i] ^= 0xFF;
        cr_assert_eq(assay_lcp_evaluate(&s->launch, &s->evaluation, &error), 0);
        cr_expect_eq(s->evaluation.outcome, ASSAY_LCP_REFUSED, "byte %zu", i);
        po->data_bytes.data[i] ^= 0xFF;
    }
    free(s);
}
