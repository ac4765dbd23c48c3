/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * policy/lcp/allows.h: what SINIT's policy engine says. Every expectation is read from the
 * clause of the TXT Software Development Guide that stands beside it.
 */
#include "policy/lcp/allows.h"

#include "base/hex.h"
#include "tests/lcp.h"

/* One side: elements of one unsigned list, and the policy over it. */
typedef struct side {
    bool defined;
    assay_lcp_policy policy;
    uint16_t list_version;
    uint8_t buffer[LCP_BYTES];
    assay_writer elements;
    lcp_bytes data_bytes, policy_bytes;
    uint16_t name_alg;
} side;

typedef struct scene {
    side sides[ASSAY_LCP_INDICES];
    assay_lcp_launch launch;
    assay_lcp_evaluation evaluation;
} scene;

static side *define(scene *s, enum assay_lcp_index index)
{
    side *const side = &s->sides[index];

    side->defined = true;
    side->policy = lcp_plain_policy();
    side->list_version = ASSAY_LCP_LIST_2_1;
    side->elements = assay_writer_lent(side->buffer, sizeof side->buffer);
    return side;
}

static side *define_any(scene *s, enum assay_lcp_index index)
{
    side *const side = define(s, index);

    side->policy.policy_type = ASSAY_LCP_TYPE_ANY;
    return side;
}

static void put_mle(side *side, uint8_t byte)
{
    const assay_digest digest = lcp_digest(ASSAY_ALG_SHA256, byte);

    lcp_put_element(&side->elements, ASSAY_LCP_MLE2, 0, 0, &digest);
}

/* MLE 0x11.., SINIT 30, no STM. */
static scene *new_scene(void)
{
    scene *const s = calloc(1, sizeof *s);

    cr_assert_not_null(s);
    s->launch.mle[0] = lcp_digest(ASSAY_ALG_SHA256, 0x11);
    s->launch.sinit_version_known = true;
    s->launch.sinit_version = 30;
    s->launch.stm_known = true;
    return s;
}

static void provision(scene *s, enum assay_lcp_index index)
{
    side *const side = &s->sides[index];

    if (!side->defined)
        return;
    if (side->policy.policy_type == ASSAY_LCP_TYPE_LIST && side->data_bytes.size == 0) {
        const lcp_bytes list = lcp_list(side->list_version, &side->elements);

        side->data_bytes = lcp_data(1, &list);
    }
    side->policy_bytes = lcp_policy(side->policy, &side->data_bytes);
    s->launch.indices[index] = (assay_lcp_provision){ .policy = lcp_view(&side->policy_bytes),
                                                      .data = lcp_view(&side->data_bytes),
                                                      .name_alg = side->name_alg };
}

static enum assay_lcp_outcome evaluate(scene *s)
{
    assay_error error;

    provision(s, ASSAY_LCP_PO);
    provision(s, ASSAY_LCP_PS);
    cr_assert_eq(assay_lcp_evaluate(&s->launch, &s->evaluation, &error), 0, "%s", error.what);
    return s->evaluation.outcome;
}

static bool says(const scene *s, enum assay_lcp_reason_code code)
{
    for (size_t i = 0; i < s->evaluation.reason_count; i++)
        if (s->evaluation.reasons[i].code == code)
            return true;
    return false;
}

#define expect_accepted(s)                                                                         \
    cr_expect_eq(evaluate(s), ASSAY_LCP_ACCEPTED, "first reason: %s",                              \
                 assay_lcp_reason_describe((s)->evaluation.reasons[0].code)->name)

#define expect_refused(s, reason)                                                                  \
    do {                                                                                           \
        cr_expect_eq(evaluate(s), ASSAY_LCP_REFUSED);                                              \
        cr_expect(says(s, ASSAY_LCP_REASON_##reason), #reason);                                    \
    } while (0)

/* Combining (3.2.8.2, the table with its notes; K.2.1, K.2.3). */

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

/* What is measured (3.3.9). */

Test(lcp_allows, details_and_authorities_are_those_of_the_match)
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
Test(lcp_allows, an_unsigned_lists_authority_is_its_hash)
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

/* PCONF (3.4.4.3 (6), table 3-1). */

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

Test(lcp_allows, pconf_follows_the_truth_table)
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

/* Table I-4 has no row for these: SINIT (1), class 6, an ACM (bit 15), valid, external; no more. */
static void expect_class_alone(const scene *s)
{
    cr_expect_eq(s->evaluation.errorcode, 0xC0000061);
    cr_expect_eq(s->evaluation.errorcode_known, 0xC00083FF);
}

Test(lcp_allows, enforcing_and_ignoring_the_suppliers_pcrs_is_an_error)
{
    scene *s = new_scene();

    define(s, ASSAY_LCP_PO)->policy.policy_control = 1u << 3 | 1u << 17; /* K.2.5 (2c ii) */
    expect_refused(s, PCONF_CONFLICT);
    expect_class_alone(s);
    free(s);
}

Test(lcp_allows, pcrs_that_are_not_known_leave_the_answer_open)
{
    scene *s = new_scene();

    put_pconf(define(s, ASSAY_LCP_PO), true);
    cr_expect_eq(evaluate(s), ASSAY_LCP_UNKNOWN);
    cr_expect(says(s, ASSAY_LCP_REASON_PCONF_UNKNOWN));
    free(s);
}

/* The composite of pconf2-0-sha256.elt is lcp2_crtpolelt's, of the value that its command names. */
Test(lcp_allows, a_tools_composite_matches_its_pcr)
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

/* Masks (3.4.4.2.1 (3), 3.4.4.3). */

Test(lcp_allows, an_element_outside_the_mask_is_skipped_and_requires_nothing)
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

Test(lcp_allows, the_owners_masks_count_and_those_of_the_supplier_do_not)
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

Test(lcp_allows, what_an_index_must_be)
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

Test(lcp_allows, a_pre_production_module_is_accepted_where_the_policy_says_so)
{
    scene *s = new_scene();

    define_any(s, ASSAY_LCP_PO)->policy.policy_control = 1u << 1;
    s->launch.pre_production = true;
    expect_accepted(s);
    cr_expect(says(s, ASSAY_LCP_REASON_NPW_ALLOWED));
    free(s);
}

Test(lcp_allows, an_owners_aux_mask_is_not_looked_at)
{
    scene *s = new_scene();

    define_any(s, ASSAY_LCP_PO)->policy.aux_hash_alg_mask = 0; /* 3.4.4.2.1 (3c), note */
    expect_accepted(s);
    free(s);
}

/* Integrity (K.1.5 to K.1.8). */

Test(lcp_allows, data_must_be_there_and_be_the_policys)
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

Test(lcp_allows, data_that_cannot_be_read_is_refused)
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

Test(lcp_allows, a_list_below_the_policys_counter_is_revoked)
{
    scene *s = signed_scene();

    expect_accepted(s);
    s->sides[ASSAY_LCP_PO].policy.data_revocation_counters[1] = 0xFFFF;
    s->sides[ASSAY_LCP_PO].policy.data_revocation_counters[5] = 0xFFFF; /* there is no list 5 */
    expect_refused(s, LIST_REVOKED);
    cr_expect_eq(s->evaluation.errorcode, 0xC0401C61, "minor: list 1 << 6, above bit 16");
    free(s);
}

Test(lcp_allows, every_signature_counts_even_of_a_list_that_is_skipped)
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

Test(lcp_allows, an_algorithm_that_sinit_lacks_is_refused)
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

Test(lcp_allows, two_lists_of_one_key_are_refused)
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

Test(lcp_allows, a_list_1_0_is_not_looked_at_on_a_tpm_2_0_and_may_not_have_its_elements)
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

/* Elements (K.2.4, K.2.7, K.2.8). */

Test(lcp_allows, the_larger_minimum_of_policy_and_matching_element_counts)
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

Test(lcp_allows, the_first_match_is_the_one_that_is_measured)
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

Test(lcp_allows, an_mle_without_digests_matches_nothing)
{
    scene *s = new_scene();
    const assay_digest none = { .alg = ASSAY_ALG_SHA256 };

    lcp_put_element(&define(s, ASSAY_LCP_PO)->elements, ASSAY_LCP_MLE2, 0, 0, &none);
    expect_refused(s, MLE_NO_MATCH); /* D.4.1: "will evaluate to false for all MLEs" */
    cr_expect_eq(s->evaluation.errorcode, 0xC0001061, "class 6, major 4, minor 0");
    free(s);
}

Test(lcp_allows, an_mle_may_require_an_stm)
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

Test(lcp_allows, stm_elements_count_where_there_is_one)
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

Test(lcp_allows, sbios_is_the_suppliers_alone)
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

/* TPM 1.2 (3.4.3). */

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

/* On malformed input of any kind there is an outcome, and it isn't that all is well. */
Test(lcp_allows, no_byte_of_signed_data_can_be_changed)
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
