/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * replay/replay.h: what is extended, and into what. tests/folded.h says where values are from.
 */
#include "tests/folded.h"

TestSuite(replay, .init = set_up, .fini = tear_down);

Test(replay, folds_every_bank_as_a_TPM_does)
{
    assay_replay replay = begin(three_banks);

    fold_text(&replay, 16, EV_IPL, "one");
    fold_text(&replay, 16, EV_IPL, "two");
    fold_text(&replay, 16, EV_IPL, "three");
    expect_pcr(&replay, ASSAY_ALG_SHA1, 16, one_two_three);
    expect_pcr(&replay, ASSAY_ALG_SHA256, 16, one_two_three_sha256);
    expect_pcr(&replay, ASSAY_ALG_SHA384, 16, one_two_three_sha384);
    cr_expect_eq(replay.banks[0].extended, 1u << 16);
    cr_expect_eq(replay.banks[0].incomplete, 0);
    cr_expect_eq(replay.measured, 1u << 16);
    cr_expect_eq(replay.last, 16);
}

Test(replay, gives_start_values_to_what_was_never_extended)
{
    const assay_replay replay = begin(three_banks);

    for (unsigned pcr = 0; pcr < ASSAY_PCRS; pcr++)
        expect_pcr(&replay, ASSAY_ALG_SHA1, pcr, pcr >= 17 && pcr <= 22 ? ONES_SHA1 : ZEROS_SHA1);
    cr_expect_eq(replay.startup_locality, -1);
    cr_expect(assay_replay_untouched(assay_replay_bank_of(&replay, ASSAY_ALG_SHA1), 0));
    cr_expect_null(assay_replay_bank_of(&replay, ASSAY_ALG_SHA512));
}

Test(replay, finds_digests_in_any_order)
{
    static const uint16_t backwards[] = { ASSAY_ALG_SHA384, ASSAY_ALG_SHA256, ASSAY_ALG_SHA1, 0 };
    assay_replay replay = begin(three_banks);
    const char *const texts[] = { "one", "two", "three" };

    for (size_t i = 0; i < 3; i++) {
        measured m;

        measure(hashes, &m, backwards, 16, EV_IPL, texts[i]);
        cr_assert_eq(assay_replay_event(&replay, &m.event), 0);
    }
    expect_pcr(&replay, ASSAY_ALG_SHA1, 16, one_two_three);
    expect_pcr(&replay, ASSAY_ALG_SHA384, 16, one_two_three_sha384);
}

Test(replay, no_action_never_extends_wherever_it_stands)
{
    static const assay_bytes data[] = { ASSAY_LITERAL("SP800-155 Event3"), ASSAY_LITERAL(""),
                                        ASSAY_LITERAL("Spec ID Event03\0 again"),
                                        ASSAY_LITERAL("StartupLocalit") };
    assay_replay replay = begin(three_banks);

    for (uint32_t pcr = 0; pcr < ASSAY_PCRS; pcr++)
        fold_no_action(&replay, pcr, data[pcr % 4]);
    cr_expect_eq(replay.measured, 0);
    cr_expect_eq(replay.last, ASSAY_NO_PCR);
    cr_expect_not(replay.dynamic_launch);
    cr_expect_eq(findings.count, 0);
}

Test(replay, markers_extend_nothing)
{
    assay_replay replay = begin(three_banks);

    fold_text(&replay, 17, SL_EVTYPE_START, "start");
    fold_text(&replay, 18, SL_EVTYPE_END, "end");
    fold_text(&replay, 17, TXT_EVTYPE_PCRMAPPING, "mapping");
    fold_text(&replay, 255, TXT_EVTYPE_PCRMAPPING, "mapping");
    cr_expect_eq(replay.measured, 0);
    cr_expect_not(replay.dynamic_launch);
}

Test(replay, a_PCR_that_no_TPM_has_extends_nothing)
{
    static const uint32_t wrong[] = { 24, 31, 32, 255, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF };
    assay_replay replay = begin(three_banks);

    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        fold_text(&replay, wrong[i], EV_IPL, "one");
    cr_expect_eq(replay.measured, 0);
    fold_text(&replay, 23, EV_IPL, "one");
    cr_expect_eq(replay.measured, 1u << 23);
}

Test(replay, caps_are_extended_and_said)
{
    static const uint16_t sha1_only[] = { ASSAY_ALG_SHA1, 0 };
    assay_replay replay = begin(three_banks);
    measured m;

    fold_text(&replay, 17, TXT_EVTYPE_CAP_VALUE, "one");
    expect_pcr(&replay, ASSAY_ALG_SHA1, 17, one_at_0);
    cr_expect_eq(replay.banks[2].capped, 1u << 17);
    measure(hashes, &m, sha1_only, 18, TXT_EVTYPE_RANDOM_VALUE, "one");
    cr_assert_eq(assay_replay_event(&replay, &m.event), 0);
    cr_expect_eq(replay.banks[0].capped, 1u << 17 | 1u << 18);
    cr_expect_eq(replay.banks[2].capped, 1u << 17);
    cr_expect_eq(found(ASSAY_FINDING_CAPPED), 2);
}

Test(replay, every_rule_has_a_name_of_its_own_and_a_clause)
{
    const assay_replay_rule_info *rule, *other;
    size_t count = 0;

    for (; (rule = assay_replay_rule_at(count)) != NULL; count++) {
        cr_expect_gt(strlen(rule->name), 0);
        cr_expect_gt(strlen(rule->clause), 0);
        for (size_t i = 0; i < count && (other = assay_replay_rule_at(i)) != NULL; i++)
            cr_expect_str_neq(rule->name, other->name);
    }
    cr_expect_geq(count, 10);
}
