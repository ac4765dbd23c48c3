/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * replay/replay.h: what a dynamic launch does. tests/folded.h says where values are from.
 */
#include "tests/folded.h"

/* TPM: hash launch, after TPM2_Startup: PCR 17, and PCR 18 is zeros. */
static const char launch[] = "59f7601ebdcdc9d984ee0f30dc48643a510f9434";
static const char launch_sha256[] =
    "1432f60d0a7486b3404987a5c8a190d4fd1d70b540456a1a15623c8badcb40b8";

TestSuite(replay_launch, .init = set_up, .fini = tear_down);

Test(replay_launch, a_dynamic_launch_starts_PCR_17_to_22_at_zeros)
{
    for (unsigned pcr = 17; pcr <= 22; pcr++) {
        assay_replay replay = begin(three_banks);

        fold_text(&replay, pcr, TXT_EVTYPE_MLE_HASH, "one");
        expect_pcr(&replay, ASSAY_ALG_SHA1, pcr, one_at_0); /* H(zeros | H("one")) in any PCR */
        for (unsigned other = 17; other <= 22; other++)
            if (other != pcr)
                expect_pcr(&replay, ASSAY_ALG_SHA1, other, ZEROS_SHA1);
        cr_expect(replay.dynamic_launch);
    }
}

static void fold_hash_start(assay_replay *replay, const char *sha1, const char *sha256,
                            assay_bytes data)
{
    uint8_t digest[ASSAY_DIGEST_MAX];
    measured m;

    measure(hashes, &m, three_banks, 17, TXT_EVTYPE_HASH_START, "launch");
    m.event.data = data;
    if (sha1 != NULL) {
        assay_hex_decode(assay_bytes_of_string(sha1), digest, 20);
        set_digest(&m, ASSAY_ALG_SHA1, digest);
    }
    if (sha256 != NULL) {
        assay_hex_decode(assay_bytes_of_string(sha256), digest, 32);
        set_digest(&m, ASSAY_ALG_SHA256, digest);
    }
    cr_assert_eq(assay_replay_event(replay, &m.event), 0);
}

Test(replay_launch, hash_start_is_extended_or_loaded_by_what_its_digest_is)
{
    assay_replay input = begin(three_banks), result = begin(three_banks);

    fold_hash_start(&input, NULL, NULL, ASSAY_LITERAL("launch"));
    expect_pcr(&input, ASSAY_ALG_SHA1, 17, launch);
    expect_pcr(&input, ASSAY_ALG_SHA256, 17, launch_sha256);
    cr_expect_eq(input.banks[0].hash_start, ASSAY_HASH_START_INPUT);

    /* One bank logs the value of the PCR, the other what was extended. */
    fold_hash_start(&result, launch, NULL, ASSAY_LITERAL("launch"));
    expect_pcr(&result, ASSAY_ALG_SHA1, 17, launch);
    expect_pcr(&result, ASSAY_ALG_SHA256, 17, launch_sha256);
    cr_expect_eq(result.banks[0].hash_start, ASSAY_HASH_START_RESULT);
    cr_expect_eq(result.banks[1].hash_start, ASSAY_HASH_START_INPUT);
    cr_expect_eq(findings.count, 0);
}

Test(replay_launch, hash_start_of_unknown_meaning_is_extended_and_reported)
{
    assay_replay no_data = begin(three_banks), other_data = begin(three_banks);

    fold_hash_start(&no_data, NULL, NULL, ASSAY_NO_BYTES);
    expect_pcr(&no_data, ASSAY_ALG_SHA1, 17, launch);
    cr_expect_eq(no_data.banks[0].hash_start, ASSAY_HASH_START_UNKNOWN);
    cr_expect_eq(found(ASSAY_FINDING_HASH_START), 3, "once for each bank");

    fold_hash_start(&other_data, NULL, NULL, ASSAY_LITERAL("lunch"));
    expect_pcr(&other_data, ASSAY_ALG_SHA256, 17, launch_sha256);
    cr_expect_eq(found(ASSAY_FINDING_HASH_START), 6);
}

Test(replay_launch, a_second_hash_start_does_not_load_PCR_17_again)
{
    assay_replay replay = begin(three_banks), plain = begin(three_banks);

    fold_hash_start(&replay, NULL, NULL, ASSAY_LITERAL("launch"));
    fold_hash_start(&replay, launch, NULL, ASSAY_LITERAL("launch"));
    cr_expect_eq(replay.banks[0].hash_start, ASSAY_HASH_START_INPUT, "what the first one was");
    cr_expect_geq(found(ASSAY_FINDING_HASH_START), 1);
    fold_text(&plain, 17, EV_IPL, "launch");
    cr_expect_not(assay_bytes_equal(assay_pcrs_value(&replay.pcrs, ASSAY_ALG_SHA1, 17),
                                    assay_pcrs_value(&plain.pcrs, ASSAY_ALG_SHA1, 17)),
                  "it was extended a second time");
}

Test(replay_launch, hash_start_in_another_PCR_is_an_event_like_others)
{
    assay_replay replay = begin(three_banks);

    fold_text(&replay, 18, TXT_EVTYPE_HASH_START, "one");
    expect_pcr(&replay, ASSAY_ALG_SHA1, 18, one_at_0);
    cr_expect_eq(replay.banks[0].hash_start, ASSAY_HASH_START_NONE);
    cr_expect_eq(findings.count, 0);
}

Test(replay_launch, hash_start_in_logs_of_one_bank_each)
{
    static const uint16_t banks[][2] = { { ASSAY_ALG_SHA1, 0 }, { ASSAY_ALG_SHA256, 0 } };
    assay_replay replay = begin(banks[0]);
    const assay_log_header second = header_of(banks[1]);
    measured m;

    for (size_t i = 0; i < 2; i++) {
        if (i == 1)
            cr_assert_eq(assay_replay_continue(&replay, &second), 0);
        measure(hashes, &m, banks[i], 17, TXT_EVTYPE_HASH_START, "launch");
        m.event.only_bank = banks[i][0];
        m.event.data = ASSAY_LITERAL("launch");
        cr_assert_eq(assay_replay_event(&replay, &m.event), 0);
    }
    expect_pcr(&replay, ASSAY_ALG_SHA1, 17, launch);
    expect_pcr(&replay, ASSAY_ALG_SHA256, 17, launch_sha256);
    cr_expect_eq(replay.banks[0].incomplete | replay.banks[1].incomplete, 0);
    cr_expect_eq(replay.banks[1].hash_start, ASSAY_HASH_START_INPUT);
}
