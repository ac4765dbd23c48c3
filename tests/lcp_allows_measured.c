/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * policy/lcp/allows.h: what SINIT measures of the policies (3.3.9).
 * Every expectation is read from the clause of the TXT Software Development Guide beside it.
 */
#include "base/hex.h"
#include "tests/lcp_scene.h"

Test(lcp_allows_measured, details_and_authorities_are_those_of_the_match)
{
    scene *s = new_scene();
    side *po = define(s, ASSAY_LCP_PO);
    const assay_digest stm = lcp_digest(ASSAY_ALG_SHA256, 0x44);
    const assay_digest mle = lcp_digest(ASSAY_ALG_SHA256, 0x11);
    uint8_t buffer[512], wanted[512];
    assay_writer writer = assay_writer_lent(buffer, sizeof buffer);
    assay_writer by_hand = assay_writer_lent(wanted, sizeof wanted);

    lcp_put_element(&po->elements, ASSAY_LCP_MLE2, ASSAY_LCP_ELT_STM_REQUIRED, 0, &mle);
    lcp_put_element(&po->elements, ASSAY_LCP_STM2, 0, 0, &stm);
    s->launch.stm_present = true;
    s->launch.stm[0] = stm;
    expect_accepted(s);
    /* MLE: 1 | PolEltControl | TPMT_HA; PO PCONF, PS PCONF, SBIOS: 0; STM as MLE. */
    assay_put_u8(&by_hand, 1);
    assay_put_u32le(&by_hand, 2);
    assay_put_u16le(&by_hand, 0x000B);
    assay_put(&by_hand, assay_bytes_of(mle.value, 32));
    assay_put_zeros(&by_hand, 3);
    assay_put_u8(&by_hand, 1);
    assay_put_u32le(&by_hand, 0);
    assay_put_u16le(&by_hand, 0x000B);
    assay_put(&by_hand, assay_bytes_of(stm.value, 32));
    assay_lcp_put_details(&writer, &s->evaluation, false);
    cr_expect(assay_bytes_equal(assay_written(&writer), assay_written(&by_hand)));
    cr_expect_eq(s->evaluation.authority_count, 1, "one list, though two elements of it");
    free(s);
}

/* The MANIFEST of the tools' files gives sha256(l200.lst) = faac6b4a582b9eb0...: the list is not
 * signed, so that is its measurement (3.3.9.2.1). */
Test(lcp_allows_measured, an_unsigned_lists_authority_is_its_hash)
{
    static const uint8_t begin[] = { 0xfa, 0xac, 0x6b, 0x4a, 0x58, 0x2b, 0x9e, 0xb0 };
    scene *s = new_scene();
    side *po = define(s, ASSAY_LCP_PO);
    const lcp_bytes all = lcp_fixture(LCP_FIXTURES "multi-3.0.dat");
    assay_lcp_data data;

    cr_assert_eq(assay_lcp_data_read(&data, lcp_view(&all), NULL), 0);
    for (size_t i = 0; i < data.list_count; i++) {
        lcp_bytes list = { .size = data.lists[i].bytes.size };

        if (data.lists[i].is_signed)
            continue;
        memcpy(list.data, data.lists[i].bytes.data, list.size);
        po->data_bytes = lcp_data(1, &list);
    }
    assay_hex_decode(ASSAY_LITERAL("6a0d3d3fd46de2a8cacba87d3d84fd7d"
                                   "c63ba08f11790595134144078c901ea5"),
                     s->launch.mle[0].value, 32);
    expect_accepted(s);
    cr_assert_eq(s->evaluation.authority_count, 1);
    cr_expect_eq(memcmp(s->evaluation.authorities[0].digest.value, begin, sizeof begin), 0);
    free(s);
}
