/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * replay/replay.h: banks that are incomplete, odd, listed twice, or of another log of the boot.
 */
#include "tests/folded.h"

TestSuite(replay_banks, .init = set_up, .fini = tear_down);

/* assay predict's record of a digest that can't be known: "assay unknown", the type of the event to
 * be, how many algorithms, the algorithms, words (eventlog/payload/unknown.h). */
#define UNKNOWN_SHA1_AND_SHA384 "assay unknown\0\0\0\1\5\0\0\2\0\4\0\14\0why"

Test(replay_banks, a_digest_that_cannot_be_known_leaves_its_PCR_without_a_value)
{
    assay_replay replay = begin(three_banks);

    fold_text(&replay, 17, TXT_EVTYPE_LCP_HASH, "one");
    fold_no_action(&replay, 17, ASSAY_LITERAL(UNKNOWN_SHA1_AND_SHA384));
    cr_expect_eq(replay.banks[0].incomplete, 1u << 17);
    cr_expect_eq(replay.banks[1].incomplete, 0, "SHA-256 is none of those it names");
    cr_expect_eq(replay.banks[2].incomplete, 1u << 17);
    /* { head -c 32 /dev/zero; printf one | openssl dgst -sha256 -binary; } | sha256sum */
    expect_pcr(&replay, ASSAY_ALG_SHA256, 17,
               "c7e3347570821fed43690c2125ce36b1fb0ca7787ba0f219b8e75ee0fc7b4644");
    cr_expect_eq(findings.count, 0);
}

Test(replay_banks, what_only_resembles_the_record_of_an_unknown_digest_says_nothing)
{
    static const assay_bytes others[] = {
        ASSAY_LITERAL("assay unknown"), ASSAY_LITERAL("assay unknown\0\0\1\1\5\0\0\1\0\4\0"),
        ASSAY_LITERAL("assay unknown\0\0\0\1\5\0\0\2\0\4\0\14"),  /* cut in the second */
        ASSAY_LITERAL("assay unknown\0\0\0\1\5\0\0\377\377\4\0"), /* 65535 algorithms */
    };
    assay_replay replay = begin(three_banks);

    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        fold_no_action(&replay, 17, others[i]);
    for (uint32_t pcr = ASSAY_PCRS; pcr != 0; pcr *= 2) /* 24, 48 ...: no PCR of a TPM */
        fold_no_action(&replay, pcr, ASSAY_LITERAL(UNKNOWN_SHA1_AND_SHA384));
    for (size_t i = 0; i < replay.bank_count; i++)
        cr_expect_eq(replay.banks[i].incomplete, 0);
}

Test(replay_banks, an_event_without_a_digest_makes_its_bank_incomplete)
{
    static const uint16_t sha256_only[] = { ASSAY_ALG_SHA256, 0 };
    assay_replay replay = begin(three_banks);
    measured m;

    fold_text(&replay, 4, EV_IPL, "one");
    measure(hashes, &m, sha256_only, 4, EV_IPL, "two");
    cr_assert_eq(assay_replay_event(&replay, &m.event), 0);
    cr_expect_eq(replay.banks[0].incomplete, 1u << 4);
    cr_expect_eq(replay.banks[1].incomplete, 0);
    expect_pcr(&replay, ASSAY_ALG_SHA1, 4, one_at_0);
    cr_expect_not(assay_replay_untouched(&replay.banks[0], 4));

    /* A record that speaks for one bank leaves the others as they are. */
    m.event.pcr_index = 5;
    m.event.only_bank = ASSAY_ALG_SHA256;
    cr_assert_eq(assay_replay_event(&replay, &m.event), 0);
    cr_expect_eq(replay.banks[0].incomplete, 1u << 4);
    cr_expect_eq(replay.banks[1].extended, 1u << 4 | 1u << 5);
}

Test(replay_banks, a_digest_of_the_wrong_size_counts_as_missing)
{
    assay_replay replay = begin(three_banks);
    measured m;

    measure(hashes, &m, three_banks, 4, EV_IPL, "one");
    m.event.digests[0].value.size = 19;
    cr_assert_eq(assay_replay_event(&replay, &m.event), 0);
    cr_expect_eq(replay.banks[0].incomplete, 1u << 4);
    expect_pcr(&replay, ASSAY_ALG_SHA1, 4, ZEROS_SHA1);
}

Test(replay_banks, a_bank_that_can_not_be_computed_has_no_values)
{
    static const uint16_t odd[] = { 0x7777, ASSAY_ALG_SHA256, 0 };
    static const uint8_t digest[32];
    assay_replay replay = begin(odd);
    measured m;

    measure(hashes, &m, odd + 1, 4, EV_IPL, "one");
    m.event.digests[m.event.digest_count++] =
        (assay_event_digest){ 0x7777, assay_bytes_of(digest, sizeof digest) };
    cr_assert_eq(assay_replay_event(&replay, &m.event), 0);
    cr_expect_eq(replay.bank_count, 2);
    cr_expect_eq(replay.pcrs.bank_count, 1);
    cr_expect_null(replay.banks[0].hash);
    cr_expect_eq(replay.banks[0].extended, 1u << 4);
    cr_expect_eq(replay.banks[1].extended, 1u << 4);
    cr_expect_null(assay_pcrs_value(&replay.pcrs, 0x7777, 4).data);
}

Test(replay_banks, a_bank_listed_twice_is_one_bank)
{
    static const uint16_t twice[] = { ASSAY_ALG_SHA1, ASSAY_ALG_SHA256, ASSAY_ALG_SHA1, 0 };
    assay_replay replay = begin(twice);

    cr_expect_eq(replay.bank_count, 2);
    fold_text(&replay, 16, EV_IPL, "one");
    expect_pcr(&replay, ASSAY_ALG_SHA1, 16, one_at_0);
}

Test(replay_banks, there_is_a_ceiling_of_banks)
{
    assay_log_header header = { .bank_count = ASSAY_BANKS_MAX };
    assay_replay replay;

    for (uint16_t i = 0; i < ASSAY_BANKS_MAX; i++)
        header.banks[i] = (assay_bank){ (uint16_t)(0x7000 + i), 32 };
    cr_assert_eq(assay_replay_begin(&replay, &header, hashes, NULL), 0);
    header.banks[0].alg = ASSAY_ALG_SHA1;
    cr_expect_eq(assay_replay_continue(&replay, &header), -ASSAY_TOO_LARGE);
}

Test(replay_banks, logs_of_one_boot_are_folded_together_in_either_order)
{
    static const uint16_t sha256_only[] = { ASSAY_ALG_SHA256, 0 };
    const assay_log_header firmware = header_of(three_banks), txt = header_of(sha256_only);

    for (int txt_first = 0; txt_first < 2; txt_first++) {
        assay_replay replay = begin(txt_first ? sha256_only : three_banks);

        for (int part = 0; part < 2; part++) {
            const bool is_txt = part != txt_first;
            measured m;

            cr_assert_eq(assay_replay_continue(&replay, is_txt ? &txt : &firmware), 0);
            if (!is_txt)
                fold_no_action(&replay, 0, ASSAY_LITERAL("StartupLocality\0\3"));
            measure(hashes, &m, is_txt ? sha256_only : three_banks, is_txt ? 18 : 0, EV_IPL, "one");
            cr_assert_eq(assay_replay_event(&replay, &m.event), 0);
        }
        expect_pcr(&replay, ASSAY_ALG_SHA1, 0, one_at_3);
        expect_pcr(&replay, ASSAY_ALG_SHA1, 17, ZEROS_SHA1);
        cr_expect_eq(assay_replay_bank_of(&replay, ASSAY_ALG_SHA256)->extended, 1u << 18 | 1);
        cr_expect_eq(assay_replay_bank_of(&replay, ASSAY_ALG_SHA1)->incomplete, 1u << 18,
                     "what TXT did to this bank isn't known");
        cr_expect_eq(assay_replay_bank_of(&replay, ASSAY_ALG_SHA256)->incomplete, 0);
    }
}
