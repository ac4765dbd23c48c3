/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * replay/replay.h: what PCR 0 starts with. tests/folded.h says where values are from.
 */
#include "tests/folded.h"

/* TPM: hash H-CRTM; TPM2_Startup; then extend 0 one. */
static const char hcrtm[] = "37771b8e98d637dee1d5ac9bfd7f2e294453d3fe";
static const char hcrtm_one[] = "7f24da5a1219f788410a54b111c99cb94c19dbb5";
static const char hcrtm_one_sha256[] =
    "ee87d24599b6fa10bfb45bacfce834c60a2bc233440a5c8f662f0d99dc9c6cba";

TestSuite(replay_startup, .init = set_up, .fini = tear_down);

Test(replay_startup, startup_locality_begins_PCR_0)
{
    /* Exactly 17 bytes, and an entry of a fixed size as some firmware writes. */
    static const uint8_t at_3[64] = "StartupLocality\0\3";
    static const size_t sizes[] = { 17, 18, 64 };

    for (size_t i = 0; i < 3; i++) {
        assay_replay replay = begin(three_banks);

        fold_no_action(&replay, 0, assay_bytes_of(at_3, sizes[i]));
        expect_pcr(&replay, ASSAY_ALG_SHA1, 0, "0000000000000000000000000000000000000003");
        fold_text(&replay, 0, EV_S_CRTM_VERSION, "one");
        expect_pcr(&replay, ASSAY_ALG_SHA1, 0, one_at_3);
        expect_pcr(&replay, ASSAY_ALG_SHA256, 0,
                   "6d7c58a95f4ee9f48f5ba4967c1945e651f67295d4541f3d9ff23002c120eb4f");
        cr_expect_eq(replay.startup_locality, 3);
    }
    cr_expect_eq(findings.count, 0);
}

Test(replay_startup, startup_locality_0_and_4_are_taken)
{
    assay_replay at_0 = begin(three_banks), at_4 = begin(three_banks);

    fold_no_action(&at_0, 0, ASSAY_LITERAL("StartupLocality\0\0"));
    fold_text(&at_0, 0, EV_S_CRTM_VERSION, "one");
    expect_pcr(&at_0, ASSAY_ALG_SHA1, 0, one_at_0);
    cr_expect_eq(at_0.startup_locality, 0);
    fold_no_action(&at_4, 0, ASSAY_LITERAL("StartupLocality\0\4"));
    expect_pcr(&at_4, ASSAY_ALG_SHA1, 0, "0000000000000000000000000000000000000004");
    cr_expect_eq(findings.count, 0);
}

Test(replay_startup, startup_locality_that_no_TPM_has_is_ignored_and_reported)
{
    static const struct {
        uint32_t pcr;
        assay_bytes data;
        const char *what;
    } wrong[] = {
        { 0, ASSAY_LITERAL("StartupLocality\0\1"), "a locality that can't start a TPM" },
        { 0, ASSAY_LITERAL("StartupLocality\0\2"), "another" },
        { 0, ASSAY_LITERAL("StartupLocality\0\xff"), "a locality that no TPM has" },
        { 0, ASSAY_LITERAL("StartupLocality\0"), "cut before the locality" },
        { 1, ASSAY_LITERAL("StartupLocality\0\3"), "in PCR 1" },
    };

    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        assay_replay replay = begin(three_banks);

        fold_no_action(&replay, wrong[i].pcr, wrong[i].data);
        fold_text(&replay, 0, EV_S_CRTM_VERSION, "one");
        expect_pcr(&replay, ASSAY_ALG_SHA1, 0, one_at_0);
        cr_expect_eq(found(ASSAY_FINDING_STARTUP_LOCALITY), i + 1, "%s", wrong[i].what);
    }
}

Test(replay_startup, startup_locality_after_a_measurement_or_a_second_time_is_ignored)
{
    assay_replay late = begin(three_banks), twice = begin(three_banks);

    fold_text(&late, 0, EV_S_CRTM_VERSION, "one");
    fold_no_action(&late, 0, ASSAY_LITERAL("StartupLocality\0\3"));
    expect_pcr(&late, ASSAY_ALG_SHA1, 0, one_at_0);
    cr_expect_eq(found(ASSAY_FINDING_STARTUP_LOCALITY), 1);

    fold_no_action(&twice, 0, ASSAY_LITERAL("StartupLocality\0\3"));
    fold_no_action(&twice, 0, ASSAY_LITERAL("StartupLocality\0\4"));
    fold_text(&twice, 0, EV_S_CRTM_VERSION, "one");
    expect_pcr(&twice, ASSAY_ALG_SHA1, 0, one_at_3);
    cr_expect_eq(found(ASSAY_FINDING_STARTUP_LOCALITY), 2);
}

Test(replay_startup, hcrtm_first_starts_PCR_0_at_4)
{
    assay_replay replay = begin(three_banks);

    fold_text(&replay, 0, EV_EFI_HCRTM_EVENT, "H-CRTM");
    expect_pcr(&replay, ASSAY_ALG_SHA1, 0, hcrtm);
    fold_text(&replay, 0, EV_S_CRTM_VERSION, "one");
    expect_pcr(&replay, ASSAY_ALG_SHA1, 0, hcrtm_one);
    expect_pcr(&replay, ASSAY_ALG_SHA256, 0, hcrtm_one_sha256);
    cr_expect(replay.hcrtm);
    cr_expect_eq(replay.startup_locality, 4);
    cr_expect_eq(findings.count, 0);
}

Test(replay_startup, hcrtm_overrules_a_startup_locality_that_contradicts_it)
{
    assay_replay replay = begin(three_banks);

    fold_no_action(&replay, 0, ASSAY_LITERAL("StartupLocality\0\3"));
    fold_text(&replay, 0, EV_EFI_HCRTM_EVENT, "H-CRTM");
    expect_pcr(&replay, ASSAY_ALG_SHA1, 0, hcrtm);
    cr_expect_eq(found(ASSAY_FINDING_STARTUP_LOCALITY), 1);
}

Test(replay_startup, hcrtm_that_is_not_first_is_an_event_like_others)
{
    assay_replay replay = begin(three_banks), plain = begin(three_banks);

    fold_text(&replay, 0, EV_S_CRTM_VERSION, "one");
    fold_text(&replay, 0, EV_EFI_HCRTM_EVENT, "H-CRTM");
    fold_text(&plain, 0, EV_S_CRTM_VERSION, "one");
    fold_text(&plain, 0, EV_IPL, "H-CRTM");
    cr_expect(assay_bytes_equal(assay_pcrs_value(&replay.pcrs, ASSAY_ALG_SHA1, 0),
                                assay_pcrs_value(&plain.pcrs, ASSAY_ALG_SHA1, 0)));
    cr_expect_not(replay.hcrtm);
    fold_text(&plain, 1, EV_EFI_HCRTM_EVENT, "H-CRTM");
    cr_expect_not(plain.hcrtm, "in another PCR than 0 it starts nothing");
}
