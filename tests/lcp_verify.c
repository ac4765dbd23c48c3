/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * policy/lcp/verify.h: every rule, each with a policy that breaks it; and every byte of signed
 * lists, of policy data and of a policy, changed in every bit.
 */
#include "policy/lcp/verify.h"

#include "tests/lcp.h"

#include <stdio.h>

/* A policy over one unsigned list 2.1 of one MLE: nothing is wrong with it. */
typedef struct good {
    assay_lcp_policy policy;
    uint16_t list_version;
    uint8_t buffer[LCP_BYTES];
    assay_writer elements;
    lcp_bytes policy_bytes, data;
    enum assay_lcp_index index;
    assay_lcp_findings findings;
} good;

static good *new_good(void)
{
    good *const g = calloc(1, sizeof *g);

    cr_assert_not_null(g);
    g->policy = lcp_plain_policy();
    g->list_version = ASSAY_LCP_LIST_2_1;
    g->elements = assay_writer_lent(g->buffer, sizeof g->buffer);
    g->index = ASSAY_LCP_INDICES;
    return g;
}

/* Digests of hand-made elements: not of one byte throughout, which is a finding. */
static assay_digest digest_of(uint16_t alg, uint8_t first)
{
    assay_digest digest = lcp_digest(alg, 0x5A);

    digest.value[0] = first;
    return digest;
}

static void put_mle(good *g, uint32_t control, uint8_t minver, uint16_t alg, uint8_t first)
{
    const assay_digest digest = digest_of(alg, first);

    lcp_put_element(&g->elements, ASSAY_LCP_MLE2, control, minver, &digest);
}

static void verify(good *g, assay_bytes policy, assay_bytes body, enum assay_lcp_input kind)
{
    const assay_lcp_subject subject = { policy, body, kind, g->index };
    assay_error error;

    cr_assert_eq(assay_lcp_verify(&subject, &g->findings, &error), 0, "%s", error.what);
}

static void verify_good(good *g)
{
    if (g->policy.policy_type == ASSAY_LCP_TYPE_LIST && g->data.size == 0) {
        const lcp_bytes list = lcp_list(g->list_version, &g->elements);

        g->data = lcp_data(1, &list);
    }
    if (g->policy_bytes.size == 0)
        g->policy_bytes = lcp_policy(g->policy, &g->data);
    verify(g, lcp_view(&g->policy_bytes), lcp_view(&g->data), ASSAY_LCP_INPUT_DATA);
}

static const assay_lcp_finding *found(const good *g, enum assay_lcp_rule rule)
{
    for (size_t i = 0; i < g->findings.count; i++)
        if (g->findings.list[i].rule == rule)
            return &g->findings.list[i];
    return NULL;
}

static uint64_t bad(const good *g)
{
    return assay_lcp_findings_count(&g->findings, ASSAY_LCP_WARNING);
}

Test(lcp_verify, findings_are_counted_from_a_severity_on)
{
    assay_lcp_findings findings = { 0 };
    uint64_t wanted[] = { 0, 0, 0 };

    for (size_t rule = 0; rule < ASSAY_LCP_RULES; rule++) {
        findings.seen[rule] = rule + 1;
        for (int least = ASSAY_LCP_NOTE; least <= ASSAY_LCP_ERROR; least++)
            if ((int)assay_lcp_rule_describe(rule)->severity >= least)
                wanted[least] += rule + 1;
    }
    for (int least = ASSAY_LCP_NOTE; least <= ASSAY_LCP_ERROR; least++)
        cr_expect_eq(assay_lcp_findings_count(&findings, least), wanted[least]);
    cr_expect(wanted[ASSAY_LCP_NOTE] > wanted[ASSAY_LCP_WARNING] &&
              wanted[ASSAY_LCP_WARNING] > wanted[ASSAY_LCP_ERROR]);
}

Test(lcp_verify, nothing_is_wrong_with_a_plain_policy)
{
    good *g = new_good();

    put_mle(g, 0, 0, ASSAY_ALG_SHA256, 1);
    verify_good(g);
    cr_expect_eq(bad(g), 0, "%s", assay_lcp_rule_describe(g->findings.list[0].rule)->name);
    free(g);
}

/*
 * Each case spoils the plain policy, its data or its elements, and names the rule, the field and
 * where in its file the field stands. Offsets of a policy 3.x are TXT SDG E.1's; the data's list
 * begins at 36, its first element at 44, that one's body at 56.
 */
#define CASE(RULE, FIELD, OFFSET, ...)                                                             \
    do {                                                                                           \
        good *g = new_good();                                                                      \
        assay_lcp_policy *const policy = &g->policy;                                               \
        (void)policy;                                                                              \
        __VA_ARGS__;                                                                               \
        verify_good(g);                                                                            \
        const assay_lcp_finding *const finding = found(g, ASSAY_LCP_RULE_##RULE);                  \
        cr_expect_not_null(finding, #RULE);                                                        \
        if (finding != NULL) {                                                                     \
            cr_expect_eq(finding->offset, (uint64_t)(OFFSET), "%s at %d", #RULE,                   \
                         (int)finding->offset);                                                    \
            cr_expect_str_eq(finding->field == NULL ? "" : finding->field, FIELD, #RULE);          \
        }                                                                                          \
        free(g);                                                                                   \
    } while (0)
#define MLE put_mle(g, 0, 0, ASSAY_ALG_SHA256, 1)

Test(lcp_verify, what_can_be_wrong_with_a_policy)
{
    CASE(RESERVED, "Reserved2", 36, MLE; policy->reserved = 1);
    CASE(RESERVED, "AuxHashAlgMask", 34, MLE; policy->version = 0x0302);
    CASE(POLICY_TYPE, "PolicyType", 4, MLE; policy->policy_type = 2);
    CASE(CONTROL_RESERVED, "PolicyControl", 22, MLE; policy->policy_control = 1);
    CASE(CONTROL_RESERVED, "PolicyControl", 22, MLE; policy->policy_control = 1u << 18);
    CASE(CONTROL_RESERVED, "PolicyControl", 22, MLE; policy->version = 0x0300;
         policy->policy_control = 1u << 16); /* of version 3.1 */
    CASE(CONTROL_ROLE, "PolicyControl", 22, MLE; g->index = ASSAY_LCP_PS;
         policy->policy_control = 1u << 16);
    CASE(AUX_DELETION, "PolicyControl", 22, MLE; policy->policy_control = 1u << 31);
    CASE(PCONF_CONFLICT, "PolicyControl", 22, MLE; policy->policy_control = 1u << 3 | 1u << 17);
    CASE(SINIT_RANGE, "MaxSinitMinVer", 26, MLE; policy->sinit_min_version = 20;
         policy->max_sinit_min_ver = 19);
    CASE(SINIT_IMPLAUSIBLE, "SINITMinVersion", 5, MLE; policy->sinit_min_version = 0xFF);
    CASE(BIOSAC, "MaxBiosacMinVer", 27, MLE; policy->max_biosac_min_ver = 1);
    CASE(FIELD_ROLE, "MaxSinitMinVer", 26, MLE; g->index = ASSAY_LCP_PS);
    CASE(MASK_EMPTY, "LcpHashAlgMask", 28, MLE; policy->lcp_hash_alg_mask = 0);
    CASE(MASK_EMPTY, "LcpSignAlgMask", 30, MLE; policy->lcp_sign_alg_mask = 0);
    CASE(MASK_RESERVED, "LcpHashAlgMask", 28, MLE; policy->lcp_hash_alg_mask |= 0x0100);
    CASE(MASK_RESERVED, "LcpSignAlgMask", 30, MLE; policy->lcp_sign_alg_mask |= 1u << 20);
    CASE(MASK_POLICY, "LcpHashAlgMask", 28, MLE; policy->lcp_hash_alg_mask = 0x40);
    CASE(MASK_AUX, "AuxHashAlgMask", 34, MLE; policy->aux_hash_alg_mask = 0x48);
    CASE(MASK_AUX, "AuxHashAlgMask", 34, MLE; policy->aux_hash_alg_mask = 0x40);
    CASE(MASK_AUX, "AuxHashAlgMask", 34, MLE; g->index = ASSAY_LCP_PS;
         policy->aux_hash_alg_mask = 0);
    CASE(MASK_WEAK, "LcpHashAlgMask", 28, MLE; policy->lcp_hash_alg_mask |= 1);
    CASE(MASK_WEAK, "LcpSignAlgMask", 30, MLE; policy->lcp_sign_alg_mask |= 2);
    CASE(MASK_UNUSED, "LcpHashAlgMask", 28, MLE; policy->lcp_hash_alg_mask |= 0x40);
    CASE(ANY_HASH, "PolicyHash", 38, policy->policy_type = ASSAY_LCP_TYPE_ANY;
         g->policy_bytes = lcp_policy(g->policy, NULL); g->policy_bytes.data[69] = 1);
    CASE(ANY_COUNTERS, "DataRevocationCounters", 12, policy->policy_type = ASSAY_LCP_TYPE_ANY;
         policy->data_revocation_counters[3] = 1);
    CASE(ANY_DATA, "PolicyType", 4, MLE; policy->policy_type = ASSAY_LCP_TYPE_ANY;
         const lcp_bytes list = lcp_list(g->list_version, &g->elements);
         g->data = lcp_data(1, &list); g->policy_bytes = lcp_policy(g->policy, NULL));
    CASE(LIST_HASH, "PolicyHash", 38, MLE; g->policy_bytes = lcp_policy(g->policy, NULL));
    CASE(POLICY_HASH, "PolicyHash", 38, MLE; g->policy_bytes = lcp_policy(g->policy, NULL);
         g->policy_bytes.data[40] = 7);
    CASE(COUNTER_UNUSED, "DataRevocationCounters", 6, MLE; policy->data_revocation_counters[0] = 1);
    CASE(COUNTER_UNUSED, "DataRevocationCounters", 20, MLE;
         policy->data_revocation_counters[7] = 1);
}

Test(lcp_verify, what_can_be_wrong_with_lists_and_elements)
{
    CASE(NO_LISTS, "NumLists", 35, g->data = lcp_data(0, NULL));
    CASE(LIST_EMPTY, "PolicyElementsSize", 40, );
    CASE(LIST_STYLE, "Type", 48, MLE; g->list_version = ASSAY_LCP_LIST_1_0);
    CASE(LIST_KIND, "Version", 36, MLE; g->list_version = ASSAY_LCP_LIST_1_0);
    CASE(LIST_MIXED, "Version", 94, MLE; lcp_bytes lists[2];
         lists[0] = lcp_list(ASSAY_LCP_LIST_2_1, &g->elements);
         lists[1] = lcp_list(ASSAY_LCP_LIST_3_0, &g->elements); g->data = lcp_data(2, lists));
    CASE(ELEMENT_TYPE, "Type", 48, MLE; g->buffer[4] = 0x20);
    CASE(ELEMENT_MASK, "HashAlg", 58, put_mle(g, 0, 0, ASSAY_ALG_SHA384, 1));
    CASE(ELEMENT_ALG, "HashAlg", 58, put_mle(g, 0, 0, ASSAY_ALG_SHA3_256, 1));
    CASE(ELEMENT_CONTROL, "PolEltControl", 52, put_mle(g, 4, 0, ASSAY_ALG_SHA256, 1));
    CASE(ELEMENT_IGNORE, "PolEltControl", 52, put_mle(g, 1, 0, ASSAY_ALG_SHA256, 1));
    CASE(ELEMENT_STM, "PolEltControl", 52,
         const assay_digest digest = digest_of(ASSAY_ALG_SHA256, 1);
         lcp_put_element(&g->elements, ASSAY_LCP_STM2, 2, 0, &digest));
    CASE(ELEMENT_EMPTY, "Size", 44, const assay_digest none = { .alg = ASSAY_ALG_SHA256 };
         lcp_put_element(&g->elements, ASSAY_LCP_MLE2, 0, 0, &none));
    CASE(ELEMENT_TWICE, "", 94, MLE; MLE);
    CASE(DIGEST_CONSTANT, "Hashes", 62, const assay_digest zeros = lcp_digest(ASSAY_ALG_SHA256, 0);
         lcp_put_element(&g->elements, ASSAY_LCP_MLE2, 0, 0, &zeros));
    CASE(PADDING, "Size", 94, MLE; assay_put_u32le(&g->elements, 9); g->buffer[0] += 4);
    /* The element begins at 44; after its header SINITMinVersion, then the reserved byte. */
    CASE(RESERVED, "Reserved", 57, MLE; g->buffer[13] = 1);
    /* HashAlg, two reserved bytes, the fallback digest of 32, two reserved bytes. */
    CASE(RESERVED, "Reserved", 59, const assay_digest digest = digest_of(ASSAY_ALG_SHA256, 1);
         lcp_put_element(&g->elements, ASSAY_LCP_SBIOS2, 0, 0, &digest); g->buffer[15] = 1);
    CASE(RESERVED, "Reserved", 93, const assay_digest digest = digest_of(ASSAY_ALG_SHA256, 1);
         lcp_put_element(&g->elements, ASSAY_LCP_SBIOS2, 0, 0, &digest); g->buffer[49] = 1);
    CASE(SINIT_IMPLAUSIBLE, "SINITMinVersion", 56, put_mle(g, 0, 0xC0, ASSAY_ALG_SHA256, 1));
    CASE(LEGACY, "Type", 48, const assay_digest sha1 = digest_of(ASSAY_ALG_SHA1, 1);
         lcp_put_element(&g->elements, ASSAY_LCP_MLE, 0, 0, &sha1));
    CASE(SBIOS_PO, "Type", 48, g->index = ASSAY_LCP_PO;
         const assay_digest digest = digest_of(ASSAY_ALG_SHA256, 1);
         lcp_put_element(&g->elements, ASSAY_LCP_SBIOS2, 0, 0, &digest));
    CASE(CUSTOM_UUID, "Uuid", 56, const assay_lcp_element custom = { .type = ASSAY_LCP_CUSTOM2 };
         assay_lcp_element_encode(&g->elements, &custom));
}

Test(lcp_verify, what_can_be_wrong_with_pcrs)
{
    const assay_digest digest = digest_of(ASSAY_ALG_SHA256, 1);
    const assay_digest shorter = { .alg = ASSAY_ALG_SHA256, .size = 20, .value = { 1 } };

    /* PCRInfos begin at 44 + 12 + 4; the bank stands 4 bytes on, the size of select 6. */
    CASE(PCONF_NONE, "PCRInfos", 60, lcp_put_pconf2(&g->elements, 0, 0, &digest));
    CASE(PCONF_PCR, "PCRInfos", 60, lcp_put_pconf2(&g->elements, 0, 1u << 17, &digest));
    CASE(PCONF_BANK, "PCRInfos", 60, lcp_put_pconf2(&g->elements, 0, 1, &digest);
         g->buffer[21] = 0xFF);
    CASE(PCONF_BANK_OTHER, "PCRInfos", 60, lcp_put_pconf2(&g->elements, 0, 1, &digest);
         g->buffer[21] = ASSAY_ALG_SHA1);
    CASE(PCONF_DIGEST, "PCRInfos", 60, lcp_put_pconf2(&g->elements, 0, 1, &shorter));
    CASE(PCONF_SELECT, "PCRInfos", 60,
         const uint8_t two[] = { 0, 0, 0, 1, 0, 0x0B, 2, 1, 0, 0, 32 };
         uint8_t infos[sizeof two + 32]; memcpy(infos, two, sizeof two);
         memcpy(infos + sizeof two, digest.value, 32);
         const assay_lcp_element element = { .type = ASSAY_LCP_PCONF2,
                                             .hash_alg = ASSAY_ALG_SHA256,
                                             .count = 1,
                                             .infos = assay_bytes_of(infos, sizeof infos) };
         assay_lcp_element_encode(&g->elements, &element));
    CASE(PCONF_LOCALITY, "PCRInfos", 58, const uint8_t head[] = { 0, 3, 1, 0, 0, 0x80 };
         uint8_t infos[sizeof head + 20]; memcpy(infos, head, sizeof head);
         memcpy(infos + sizeof head, digest.value, 20);
         const assay_lcp_element element = { .type = ASSAY_LCP_PCONF,
                                             .hash_alg = ASSAY_ALG_SHA1,
                                             .count = 1,
                                             .infos = assay_bytes_of(infos, sizeof infos) };
         assay_lcp_element_encode(&g->elements, &element));
    CASE(ENTRY_TWICE, "Hashes", 94, uint8_t twice[64]; memcpy(twice, digest.value, 32);
         memcpy(twice + 32, digest.value, 32);
         const assay_lcp_element element = { .type = ASSAY_LCP_MLE2,
                                             .hash_alg = ASSAY_ALG_SHA256,
                                             .count = 2,
                                             .digests = assay_bytes_of(twice, sizeof twice) };
         assay_lcp_element_encode(&g->elements, &element));
}

/* Signed lists. */

static void verify_file(good *g, const lcp_bytes *bytes)
{
    verify(g, ASSAY_NO_BYTES, lcp_view(bytes), assay_lcp_recognise(lcp_view(bytes)));
}

Test(lcp_verify, signatures_of_the_tools_are_good)
{
    static const char *const names[] = { "l100-rsa2048.lst", "l200-p256.lst", "l300-p384.lst",
                                         "l300-pss2048-sha256.lst" };
    good *g = new_good();

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char path[128];

        snprintf(path, sizeof path, LCP_FIXTURES "%s", names[i]);
        const lcp_bytes bytes = lcp_fixture(path);
        verify_file(g, &bytes);
        cr_expect_eq(bad(g), 0, "%s", names[i]);
    }
    cr_expect_null(found(g, ASSAY_LCP_RULE_SIGNATURE_WEAK));
    free(g);
}

/* multi-3.0: an unsigned list, then two signed ones with the counters 1 and 65535. */
static void load_multi(good *g)
{
    g->policy_bytes = lcp_fixture(LCP_FIXTURES "multi-3.0.pol");
    g->data = lcp_fixture(LCP_FIXTURES "multi-3.0.dat");
}

Test(lcp_verify, signed_lists_beside_each_other)
{
    good *g = new_good();
    assay_lcp_data data;
    lcp_bytes lists[2] = { 0 };

    load_multi(g);
    verify_good(g);
    cr_expect_eq(bad(g), 0);
    cr_expect_not_null(found(g, ASSAY_LCP_RULE_COUNTER_BEHIND), "65535, and the policy wants 6");
    g->policy_bytes.data[6 + 2] = 0xFF; /* counter 1 */
    g->policy_bytes.data[6 + 3] = 0xFF;
    verify_good(g);
    cr_assert_not_null(found(g, ASSAY_LCP_RULE_COUNTER_REVOKED));
    cr_expect_eq(found(g, ASSAY_LCP_RULE_COUNTER_REVOKED)->list, 1);
    g->policy_bytes.data[30] = 0x40; /* RSA-3072 with SHA-256 alone */
    verify_good(g);
    cr_assert_not_null(found(g, ASSAY_LCP_RULE_SIGN_MASK));
    cr_assert_eq(assay_lcp_data_read(&data, lcp_view(&g->data), NULL), 0);
    for (size_t i = 0; i < 2; i++) {
        lists[i].size = data.lists[1].bytes.size;
        memcpy(lists[i].data, data.lists[1].bytes.data, lists[i].size);
    }
    g->data = lcp_data(2, lists);
    verify_good(g);
    cr_expect_not_null(found(g, ASSAY_LCP_RULE_SAME_KEY));
    free(g);
}

/* A log of tboot 1.9.10 on tboot-devel, 2019-09-09, has "acm_ver: 171". */
Test(lcp_verify, the_version_of_a_real_sinit_is_plausible)
{
    good *g = new_good();

    put_mle(g, 0, 171, ASSAY_ALG_SHA256, 1);
    g->policy.sinit_min_version = 171;
    verify_good(g);
    cr_expect_null(found(g, ASSAY_LCP_RULE_SINIT_IMPLAUSIBLE));
    free(g);
}

/* Every byte, each of its bits and all of them: a change leaves an error or a warning. */
static unsigned flips(good *g, lcp_bytes *flipped, void (*again)(good *, const lcp_bytes *),
                      bool *ret_undetected)
{
    unsigned undetected = 0;

    for (size_t i = 0; i < flipped->size; i++)
        for (unsigned bit = 0; bit <= 8; bit++) {
            const uint8_t mask = bit == 8 ? 0xFF : (uint8_t)(1u << bit);

            flipped->data[i] ^= mask;
            again(g, flipped);
            flipped->data[i] ^= mask;
            if (bad(g) > 0)
                continue;
            undetected++;
            if (ret_undetected != NULL)
                ret_undetected[i] = true;
            else
                cr_expect_fail("byte %zu, bits 0x%02x", i, mask);
        }
    return undetected;
}

Test(lcp_verify, no_bit_of_a_signed_list_can_change)
{
    static const char *const names[] = { "l100-rsa2048.lst", "l200-p256.lst",
                                         "l300-pss2048-sha256.lst", "l300-p384.lst" };
    good *g = new_good();

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char path[128];

        snprintf(path, sizeof path, LCP_FIXTURES "%s", names[i]);
        lcp_bytes bytes = lcp_fixture(path);
        cr_expect_eq(flips(g, &bytes, verify_file, NULL), 0, "%s", names[i]);
    }
    free(g);
}

static void verify_data_flip(good *g, const lcp_bytes *flipped)
{
    enum assay_lcp_input policy = ASSAY_LCP_INPUT_POLICY,
                         body = assay_lcp_recognise(lcp_view(flipped));

    assay_lcp_recognise_pair(lcp_view(&g->policy_bytes), &policy, lcp_view(flipped), &body);
    verify(g, lcp_view(&g->policy_bytes), lcp_view(flipped), body);
}

Test(lcp_verify, no_bit_of_policy_data_can_change)
{
    good *g = new_good();

    load_multi(g);
    lcp_bytes data = g->data;
    cr_expect_eq(flips(g, &data, verify_data_flip, NULL), 0);
    free(g);
}

static void verify_policy_flip(good *g, const lcp_bytes *flipped)
{
    enum assay_lcp_input policy = assay_lcp_recognise(lcp_view(flipped)),
                         body = ASSAY_LCP_INPUT_DATA;

    assay_lcp_recognise_pair(lcp_view(flipped), &policy, lcp_view(&g->data), &body);
    if (g->data.size == 0)
        policy = assay_lcp_recognise(lcp_view(flipped));
    if (policy == ASSAY_LCP_INPUT_POLICY)
        verify(g, lcp_view(flipped), lcp_view(&g->data), ASSAY_LCP_INPUT_DATA);
    else
        verify(g, ASSAY_NO_BYTES, lcp_view(flipped), policy);
}

/*
 * A policy isn't determined by its data. These bytes of a policy 3.1 can have another legal value
 * that nothing contradicts; --expect is for them.
 */
static void expect_undetermined(good *g, const size_t *bytes, size_t count)
{
    lcp_bytes policy = g->policy_bytes;
    bool undetected[128] = { false }, wanted[128] = { false };

    flips(g, &policy, verify_policy_flip, undetected);
    for (size_t i = 0; i < count; i++)
        wanted[bytes[i]] = true;
    for (size_t i = 0; i < policy.size; i++)
        cr_expect_eq(undetected[i], wanted[i], "byte %zu", i);
}

Test(lcp_verify, what_of_a_policy_its_data_does_not_determine)
{
    /* Version's minor number, SINITMinVersion, PolicyControl (2), MaxSinitMinVer, LcpHashAlgMask,
     * LcpSignAlgMask (3), AuxHashAlgMask: 10 of 70 bytes. */
    static const size_t plain[] = { 0, 5, 22, 24, 26, 28, 30, 31, 32, 34 };
    /* With signed lists also their counters, as far as they don't revoke the lists: the low byte
     * of list 1's (5 of 1 would), both of list 2's. No Ignore_PS bits in version 3.0. */
    static const size_t multi[] = { 0, 5, 8, 10, 11, 22, 26, 28, 30, 31, 32, 34 };
    good *g = new_good();

    put_mle(g, 0, 0, ASSAY_ALG_SHA256, 1);
    verify_good(g);
    expect_undetermined(g, plain, sizeof plain / sizeof *plain);
    load_multi(g);
    expect_undetermined(g, multi, sizeof multi / sizeof *multi);
    free(g);
}

Test(lcp_verify, of_a_policy_2_4_few_bytes_are_not_determined)
{
    /* Version's minor number, SINITMinVersion, PolicyControl (2), MaxSinitMinVer; ANY or LIST is
     * told by PolicyHash. */
    static const size_t bytes[] = { 0, 4, 22, 24, 26 };
    good *g = new_good();

    g->policy_bytes = lcp_fixture(LCP_FIXTURES "any-2.4.pol");
    expect_undetermined(g, bytes, sizeof bytes / sizeof *bytes);
    free(g);
}

static const char *field_at(size_t offset)
{
    const assay_lcp_field *field, *last = NULL;

    for (size_t i = 0; (field = assay_lcp_policy_field(0x0301, i)) != NULL; i++)
        if (field->offset <= offset)
            last = field;
    return last->name;
}

Test(lcp_verify, against_what_is_expected_every_byte_counts_and_has_its_name)
{
    good *g = new_good();

    put_mle(g, 0, 0, ASSAY_ALG_SHA256, 1);
    verify_good(g);
    for (size_t i = 0; i < g->policy_bytes.size; i++)
        for (unsigned bit = 0; bit <= 8; bit++) {
            lcp_bytes policy = g->policy_bytes;
            assay_error error;

            policy.data[i] ^= bit == 8 ? 0xFF : (uint8_t)(1u << bit);
            verify_policy_flip(g, &policy);
            cr_assert_eq(assay_lcp_verify_expect(ASSAY_LCP_INPUT_POLICY, lcp_view(&g->policy_bytes),
                                                 lcp_view(&policy), &g->findings, &error),
                         0);
            cr_expect_gt(bad(g), 0, "byte %zu", i);
            if (i < 4) /* Version and HashAlg make the structure another one */
                continue;
            cr_assert_not_null(found(g, ASSAY_LCP_RULE_DIFFERS), "byte %zu", i);
            cr_expect_str_eq(found(g, ASSAY_LCP_RULE_DIFFERS)->field, field_at(i), "byte %zu", i);
        }
    free(g);
}

/* What can't be read. */

Test(lcp_verify, what_ends_too_early_is_told_with_its_place)
{
    good *g = new_good();
    const lcp_bytes whole = lcp_fixture(LCP_FIXTURES "l200-p256.lst");

    for (size_t size = 1; size < whole.size; size++) {
        lcp_bytes cut = whole;

        cut.size = size;
        verify_file(g, &cut);
        cr_expect_gt(bad(g), 0, "%zu bytes", size);
    }
    lcp_bytes longer = whole;
    longer.size++;
    verify(g, ASSAY_NO_BYTES, lcp_view(&longer), ASSAY_LCP_INPUT_LIST);
    cr_assert_not_null(found(g, ASSAY_LCP_RULE_TRAILING));
    cr_expect_eq(found(g, ASSAY_LCP_RULE_TRAILING)->offset, whole.size);
    free(g);
}

Test(lcp_verify, bytes_that_are_nothing_are_said_to_be_nothing)
{
    static const lcp_bytes nothing = { .size = 3, .data = { 0xAA, 0xBB, 0xCC } };
    good *g = new_good();

    verify_file(g, &nothing);
    cr_expect_not_null(found(g, ASSAY_LCP_RULE_FORMAT));
    cr_expect_eq(assay_lcp_recognise(ASSAY_NO_BYTES), ASSAY_LCP_NO_INPUT);
    free(g);
}

/* Thousands of findings cost no more room than a few, and all are counted. */
Test(lcp_verify, findings_are_counted_beyond_those_that_are_kept)
{
    good *g = new_good();

    for (unsigned i = 0; i < 100; i++)
        put_mle(g, 4, 0, ASSAY_ALG_SHA256, (uint8_t)i);
    verify_good(g);
    cr_expect_eq(g->findings.seen[ASSAY_LCP_RULE_ELEMENT_CONTROL], 100);
    size_t kept = 0;
    for (size_t i = 0; i < g->findings.count; i++)
        kept += g->findings.list[i].rule == ASSAY_LCP_RULE_ELEMENT_CONTROL;
    cr_expect_eq(kept, ASSAY_LCP_FINDINGS_PER_RULE);
    free(g);
}
