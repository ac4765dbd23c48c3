/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * policy/lcp/allows.h: what the PCRs must be (3.4.4.3 (6), table 3-1).
 * Every expectation is read from the clause of the TXT Software Development Guide beside it.
 */
#include "base/hex.h"
#include "tests/lcp_scene.h"

static void put_pconf(side *side, bool match)
{
    /* PCR 0 of 0x55 throughout: the composite is SHA-256 of these 32 bytes. */
    assay_digest digest = lcp_digest(ASSAY_ALG_SHA256, 0);
    assay_digest value = lcp_digest(ASSAY_ALG_SHA256, 0x55);
    assay_hashes *hashes = assay_hashes_new();
    assay_hash *hash;
    const assay_bytes part = assay_bytes_of(value.value, value.size);

    cr_assert_eq(assay_hashes_get(hashes, ASSAY_ALG_SHA256, &hash), 0);
    cr_assert_eq(assay_hash_parts(hash, &part, 1, digest.value), 0);
    assay_hashes_free(&hashes);
    digest.value[0] ^= match ? 0 : 1;
    lcp_put_pconf2(&side->elements, 0, 1u << 0, &digest);
}

static void set_pcr0(scene *s, assay_pcrs *pcrs)
{
    assay_pcr_bank *const bank = assay_pcrs_add_bank(pcrs, ASSAY_ALG_SHA256);

    bank->present = 1;
    memset(bank->value[0], 0x55, 32);
    s->launch.pcrs = pcrs;
}

Test(lcp_allows_pconf, pconf_follows_the_truth_table)
{
    enum { NONE, BAD, GOOD };
    static const struct {
        bool enforced;
        int po, ps;
        bool success;
    } rows[] = {
        { false, NONE, NONE, true }, { false, NONE, BAD, false }, { false, NONE, GOOD, true },
        { false, BAD, NONE, false }, { false, GOOD, NONE, true }, { false, BAD, BAD, false },
        { false, GOOD, BAD, true },  { false, BAD, GOOD, true },  { true, NONE, NONE, true },
        { true, NONE, BAD, false },  { true, NONE, GOOD, true },  { true, BAD, NONE, false },
        { true, GOOD, NONE, true },  { true, BAD, BAD, false },   { true, GOOD, BAD, false },
        { true, BAD, GOOD, false },  { true, GOOD, GOOD, true },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assay_pcrs pcrs = { 0 };
        scene *s = new_scene();
        side *po = define(s, ASSAY_LCP_PO), *ps = define(s, ASSAY_LCP_PS);

        po->policy.policy_control = rows[i].enforced ? 1u << 3 : 0;
        if (rows[i].po != NONE)
            put_pconf(po, rows[i].po == GOOD);
        if (rows[i].ps != NONE)
            put_pconf(ps, rows[i].ps == GOOD);
        set_pcr0(s, &pcrs);
        cr_expect_eq(evaluate(s), rows[i].success ? ASSAY_LCP_ACCEPTED : ASSAY_LCP_REFUSED,
                     "row %zu", i);
        if (!rows[i].success)
            cr_expect_eq(s->evaluation.errorcode, 0xC0011061,
                         "class 6, major 4, minor 1: 1 << 16 | 4 << 10 | 6 << 4 | 1");
        free(s);
    }
}

Test(lcp_allows_pconf, enforcing_and_ignoring_the_suppliers_pcrs_is_an_error)
{
    scene *s = new_scene();

    define(s, ASSAY_LCP_PO)->policy.policy_control = 1u << 3 | 1u << 17; /* K.2.5 (2c ii) */
    expect_refused(s, PCONF_CONFLICT);
    expect_class_alone(s);
    free(s);
}

Test(lcp_allows_pconf, pcrs_that_are_not_known_leave_the_answer_open)
{
    scene *s = new_scene();

    put_pconf(define(s, ASSAY_LCP_PO), true);
    cr_expect_eq(evaluate(s), ASSAY_LCP_UNKNOWN);
    cr_expect(says(s, ASSAY_LCP_REASON_PCONF_UNKNOWN));
    free(s);
}

/* The composite of pconf2-0-sha256.elt is lcp2_crtpolelt's, of the value that its command names. */
Test(lcp_allows_pconf, a_tools_composite_matches_its_pcr)
{
    const lcp_bytes element = lcp_fixture(LCP_FIXTURES "pconf2-0-sha256.elt");
    assay_pcrs pcrs = { 0 };
    scene *s = new_scene();
    side *po = define(s, ASSAY_LCP_PO);

    assay_put(&po->elements, lcp_view(&element));
    set_pcr0(s, &pcrs);
    expect_refused(s, PCONF_NO_MATCH);
    assay_hex_decode(ASSAY_LITERAL("36039b683c4bb67ffab64caf2a1cc5f6"
                                   "86efcedf8f8af94f70f9da168c6b69d8"),
                     pcrs.banks[0].value[0], 32);
    expect_accepted(s);
    free(s);
}
