/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * replay/replay.h: every rule of the fold. The values of a TPM come from swtpm 0.7.1 with
 * tpm2-tools 5.4; what each was told stands beside it. "extend P text" is
 *
 *     h() { printf %s "$2" | openssl dgst -$1 -r | cut -d' ' -f1; }
 *     tpm2_pcrextend P:sha1=$(h sha1 text),sha256=$(h sha256 text),sha384=$(h sha384 text)
 *
 * and "hash text" is the sequence TPM_HASH_START, TPM_HASH_DATA, TPM_HASH_END on its control
 * channel, which stands for an H-CRTM before TPM2_Startup and a dynamic launch after it.
 */
#include "tests/measure.h"

#define ZEROS_SHA1 "0000000000000000000000000000000000000000"
#define ONES_SHA1 "ffffffffffffffffffffffffffffffffffffffff"

/* TPM: extend 0 one, after TPM2_Startup at locality 0. */
static const char one_at_0[] = "863b40ac690a22c4da6fb6c26a520d5f118d0d5b";
/* TPM: the same after TPM2_Startup at locality 3. */
static const char one_at_3[] = "7ec7260eebe22c19e590ffa49494fe6fe44a1424";
/* TPM: hash H-CRTM; TPM2_Startup; then extend 0 one. */
static const char hcrtm[] = "37771b8e98d637dee1d5ac9bfd7f2e294453d3fe";
static const char hcrtm_one[] = "7f24da5a1219f788410a54b111c99cb94c19dbb5";
static const char hcrtm_one_sha256[] =
    "ee87d24599b6fa10bfb45bacfce834c60a2bc233440a5c8f662f0d99dc9c6cba";
/* TPM: hash launch, after TPM2_Startup: PCR 17, and PCR 18 is zeros. */
static const char launch[] = "59f7601ebdcdc9d984ee0f30dc48643a510f9434";
static const char launch_sha256[] =
    "1432f60d0a7486b3404987a5c8a190d4fd1d70b540456a1a15623c8badcb40b8";
/* TPM: extend 16 one, two, three. */
static const char one_two_three[] = "868eb613ce3b022a240d7149872ef3cfe90bb483";
static const char one_two_three_sha256[] =
    "e1012279ab3ce1e8ecfd2c84a42c27fbef6b883e538a1b9d437b9c6edb5cc940";
static const char one_two_three_sha384[] =
    "39caadb424f66138576f6b54cd1ec9f1912b65b94c7c684ba96da979a4aeccba225950d26cdcd3802700a4fffc9d33"
    "3f";

static assay_hashes *hashes;
static assay_findings findings;

static void set_up(void)
{
    hashes = assay_hashes_new();
    assay_findings_reset(&findings);
}

static void tear_down(void)
{
    assay_hashes_free(&hashes);
}

TestSuite(replay, .init = set_up, .fini = tear_down);

static assay_replay begin(const uint16_t *algs)
{
    const assay_log_header header = header_of(algs);
    assay_replay replay;

    cr_assert_eq(assay_replay_begin(&replay, &header, hashes, &findings), 0);
    return replay;
}

static uint64_t found(enum assay_finding_code code)
{
    return findings.seen[code];
}

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

Test(replay, startup_locality_begins_PCR_0)
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

Test(replay, startup_locality_0_and_4_are_taken)
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

Test(replay, startup_locality_that_no_TPM_has_is_ignored_and_reported)
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

Test(replay, startup_locality_after_a_measurement_or_a_second_time_is_ignored)
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

Test(replay, hcrtm_first_starts_PCR_0_at_4)
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

Test(replay, hcrtm_overrules_a_startup_locality_that_contradicts_it)
{
    assay_replay replay = begin(three_banks);

    fold_no_action(&replay, 0, ASSAY_LITERAL("StartupLocality\0\3"));
    fold_text(&replay, 0, EV_EFI_HCRTM_EVENT, "H-CRTM");
    expect_pcr(&replay, ASSAY_ALG_SHA1, 0, hcrtm);
    cr_expect_eq(found(ASSAY_FINDING_STARTUP_LOCALITY), 1);
}

Test(replay, hcrtm_that_is_not_first_is_an_event_like_others)
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

Test(replay, a_dynamic_launch_starts_PCR_17_to_22_at_zeros)
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

Test(replay, hash_start_is_extended_or_loaded_by_what_its_digest_is)
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

Test(replay, hash_start_of_unknown_meaning_is_extended_and_reported)
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

Test(replay, a_second_hash_start_does_not_load_PCR_17_again)
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

Test(replay, hash_start_in_another_PCR_is_an_event_like_others)
{
    assay_replay replay = begin(three_banks);

    fold_text(&replay, 18, TXT_EVTYPE_HASH_START, "one");
    expect_pcr(&replay, ASSAY_ALG_SHA1, 18, one_at_0);
    cr_expect_eq(replay.banks[0].hash_start, ASSAY_HASH_START_NONE);
    cr_expect_eq(findings.count, 0);
}

Test(replay, hash_start_in_logs_of_one_bank_each)
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

/* assay predict's record of a digest that can't be known: "assay unknown", the type of the event to
 * be, how many algorithms, the algorithms, words (eventlog/payload/unknown.h). */
#define UNKNOWN_SHA1_AND_SHA384 "assay unknown\0\0\0\1\5\0\0\2\0\4\0\14\0why"

Test(replay, a_digest_that_cannot_be_known_leaves_its_PCR_without_a_value)
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

Test(replay, what_only_resembles_the_record_of_an_unknown_digest_says_nothing)
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

Test(replay, measurement_registers_are_RTMR_0_to_3)
{
    static const uint16_t sha384[] = { ASSAY_ALG_SHA384, 0 };
    assay_log_header header = header_of(sha384);
    assay_replay replay;

    header.measurement_registers = true;
    cr_assert_eq(assay_replay_begin(&replay, &header, hashes, &findings), 0);
    cr_expect_eq(replay.pcrs.banks[0].present, 0xF);
    fold_text(&replay, 0, EV_IPL, "MRTD is not extended by events");
    fold_no_action(&replay, 1, ASSAY_LITERAL("StartupLocality\0\3"));
    fold_text(&replay, 4, EV_IPL, "one");
    fold_text(&replay, 4, EV_IPL, "two");
    fold_text(&replay, 4, EV_IPL, "three");
    expect_pcr(&replay, ASSAY_ALG_SHA384, 3, one_two_three_sha384);
    fold_text(&replay, 1, EV_EFI_HCRTM_EVENT, "it has no meaning here");
    cr_expect_not(replay.hcrtm);
    cr_expect_eq(replay.measured, 1u << 3 | 1u << 0);
    cr_expect_eq(findings.count, 0);
    fold_text(&replay, 5, EV_IPL, "there is no such register");
    fold_text(&replay, 17, EV_IPL, "nor this");
    cr_expect_eq(replay.measured, 1u << 3 | 1u << 0);
    cr_expect_eq(found(ASSAY_FINDING_PCR_RANGE), 2);
}

/* Hygon CSV: SM3 alone, five registers that count from zero (Linux, psp-hygon.h). */
Test(replay, measurement_registers_of_csv_are_their_index)
{
    static const uint16_t sm3[] = { ASSAY_ALG_SM3_256, 0 };
    assay_log_header header = header_of(sm3);
    assay_replay replay;
    measured m;

    header.measurement_registers = true;
    cr_assert_eq(assay_replay_begin(&replay, &header, hashes, &findings), 0);
    cr_expect_eq(replay.pcrs.banks[0].present, 0x1F);
    for (uint32_t index = 0; index <= 5; index += 2) {
        measure(hashes, &m, sm3, index, EV_IPL, "one");
        cr_assert_eq(assay_replay_event(&replay, &m.event), 0);
    }
    cr_expect_eq(replay.measured, 0x15);
    measure(hashes, &m, sm3, 5, EV_IPL, "there is no such register");
    cr_assert_eq(assay_replay_event(&replay, &m.event), 0);
    cr_expect_eq(replay.measured, 0x15);
    cr_expect_eq(found(ASSAY_FINDING_PCR_RANGE), 1);
}

Test(replay, an_event_without_a_digest_makes_its_bank_incomplete)
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

Test(replay, a_digest_of_the_wrong_size_counts_as_missing)
{
    assay_replay replay = begin(three_banks);
    measured m;

    measure(hashes, &m, three_banks, 4, EV_IPL, "one");
    m.event.digests[0].value.size = 19;
    cr_assert_eq(assay_replay_event(&replay, &m.event), 0);
    cr_expect_eq(replay.banks[0].incomplete, 1u << 4);
    expect_pcr(&replay, ASSAY_ALG_SHA1, 4, ZEROS_SHA1);
}

Test(replay, a_bank_that_can_not_be_computed_has_no_values)
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

Test(replay, a_bank_listed_twice_is_one_bank)
{
    static const uint16_t twice[] = { ASSAY_ALG_SHA1, ASSAY_ALG_SHA256, ASSAY_ALG_SHA1, 0 };
    assay_replay replay = begin(twice);

    cr_expect_eq(replay.bank_count, 2);
    fold_text(&replay, 16, EV_IPL, "one");
    expect_pcr(&replay, ASSAY_ALG_SHA1, 16, one_at_0);
}

Test(replay, there_is_a_ceiling_of_banks)
{
    assay_log_header header = { .bank_count = ASSAY_BANKS_MAX };
    assay_replay replay;

    for (uint16_t i = 0; i < ASSAY_BANKS_MAX; i++)
        header.banks[i] = (assay_bank){ (uint16_t)(0x7000 + i), 32 };
    cr_assert_eq(assay_replay_begin(&replay, &header, hashes, NULL), 0);
    header.banks[0].alg = ASSAY_ALG_SHA1;
    cr_expect_eq(assay_replay_continue(&replay, &header), -ASSAY_TOO_LARGE);
}

Test(replay, logs_of_one_boot_are_folded_together_in_either_order)
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

Test(replay, PCRs_and_measurement_registers_are_not_folded_together)
{
    assay_replay replay = begin(three_banks);
    assay_log_header header = header_of(three_banks);

    header.measurement_registers = true;
    cr_expect_eq(assay_replay_continue(&replay, &header), -ASSAY_UNSUPPORTED);
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

/* Properties, over random sequences of measurements. */

enum { SEQUENCES = 60, LENGTH = 40 };

static uint32_t next_random(uint32_t *state)
{
    *state = *state * 1664525 + 1013904223; /* Numerical Recipes' constants: good enough to vary */
    return *state >> 8;
}

/* Events of PCR 0-7 and 17-18, of which some are EV_NO_ACTION. */
static void generate(measured *sequence, uint32_t seed)
{
    static const uint32_t pcrs[] = { 0, 1, 2, 3, 4, 5, 6, 7, 17, 18 };
    char text[16];

    for (size_t i = 0; i < LENGTH; i++) {
        snprintf(text, sizeof text, "%u", next_random(&seed));
        measure(hashes, &sequence[i], three_banks, pcrs[next_random(&seed) % 10],
                next_random(&seed) % 4 == 0 ? EV_NO_ACTION : EV_IPL, text);
    }
}

static void fold_all(assay_replay *replay, const measured *sequence, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++)
        cr_assert_eq(assay_replay_event(replay, &sequence[i].event), 0);
}

static bool same_values(const assay_replay *a, const assay_replay *b)
{
    return memcmp(&a->pcrs, &b->pcrs, sizeof a->pcrs) == 0;
}

/* Calls `check` with the fold of each sequence. */
static void for_all(void (*check)(const measured *sequence, const assay_replay *whole))
{
    static measured sequence[LENGTH];

    for (uint32_t seed = 1; seed <= SEQUENCES; seed++) {
        assay_replay whole = begin(three_banks);

        generate(sequence, seed);
        fold_all(&whole, sequence, 0, LENGTH);
        check(sequence, &whole);
    }
}

/* All events of one PCR after all of another: an interleaving that keeps each PCR's order. */
static void check_interleaving(const measured *sequence, const assay_replay *whole)
{
    assay_replay sorted = begin(three_banks);

    for (uint32_t pcr = ASSAY_PCRS; pcr-- > 0;)
        for (size_t i = 0; i < LENGTH; i++)
            if (sequence[i].event.pcr_index == pcr)
                fold_all(&sorted, sequence, i, i + 1);
    cr_expect(same_values(whole, &sorted));
}

Test(replay, only_the_order_within_a_PCR_counts)
{
    for_all(check_interleaving);
}

static void check_without_no_action(const measured *sequence, const assay_replay *whole)
{
    assay_replay without = begin(three_banks);

    for (size_t i = 0; i < LENGTH; i++)
        if (sequence[i].event.type != EV_NO_ACTION)
            fold_all(&without, sequence, i, i + 1);
    cr_expect(same_values(whole, &without));
}

Test(replay, dropping_every_no_action_changes_nothing)
{
    for_all(check_without_no_action);
}

static void check_banks(const measured *sequence, const assay_replay *whole)
{
    for (size_t i = 0; three_banks[i] != 0; i++) {
        const uint16_t alone[] = { three_banks[i], 0 };
        assay_replay one = begin(alone);

        fold_all(&one, sequence, 0, LENGTH);
        cr_expect_eq(memcmp(&one.pcrs.banks[0], &whole->pcrs.banks[i], sizeof *one.pcrs.banks), 0);
    }
}

Test(replay, a_bank_does_not_depend_on_the_others)
{
    for_all(check_banks);
}

static void check_parts(const measured *sequence, const assay_replay *whole)
{
    const assay_log_header header = header_of(three_banks);

    for (size_t cut = 0; cut <= LENGTH; cut += 7) {
        assay_replay first = begin(three_banks);

        fold_all(&first, sequence, 0, cut);
        assay_replay rest = first; /* a copy is a fork */
        fold_all(&first, sequence, cut, LENGTH);
        cr_assert_eq(assay_replay_continue(&rest, &header), 0);
        fold_all(&rest, sequence, cut, LENGTH);
        cr_expect(same_values(whole, &first));
        cr_expect(same_values(whole, &rest));
    }
}

Test(replay, folding_two_parts_is_folding_the_whole)
{
    for_all(check_parts);
}
