/* SPDX-License-Identifier: BSD-2-Clause */
/* replay/compare.h: each state of a PCR, each verdict, and the boots whose TPM is known. */
#include "tests/measure.h"

#include "base/file.h"
#include "replay/compare.h"
#include "replay/pcrvalues.h"

#include <glob.h>
#include <sys/stat.h>

static assay_hashes *hashes;
static assay_findings findings;
static assay_replay replay;
static assay_pcrs expected;
static assay_comparison comparison;

static void set_up(void)
{
    const assay_log_header header = header_of(three_banks);

    hashes = assay_hashes_new();
    assay_findings_reset(&findings);
    cr_assert_eq(assay_replay_begin(&replay, &header, hashes, &findings), 0);
}

static void tear_down(void)
{
    assay_hashes_free(&hashes);
}

TestSuite(compare, .init = set_up, .fini = tear_down);

/* The values of the replay so far, as if a TPM had given them. */
static void take_values(void)
{
    expected = replay.pcrs;
}

static void change(uint16_t alg, unsigned pcr)
{
    assay_pcrs_bank(&expected, alg)->value[pcr][3] ^= 0x10;
}

static enum assay_verdict judge(void)
{
    assay_compare(&replay, &expected, ASSAY_ALL_PCRS, &comparison);
    return assay_judge(&comparison, &findings);
}

static const assay_pcr_status *status_of(uint16_t alg, unsigned pcr)
{
    for (size_t i = 0; i < comparison.count; i++)
        if (comparison.list[i].alg == alg && comparison.list[i].pcr == pcr)
            return &comparison.list[i];
    cr_assert_fail("no status of PCR %u", pcr);
    return NULL;
}

/* A measurement that only has a SHA-256 digest. */
static void fold_sha256(unsigned pcr)
{
    static const uint16_t only[] = { ASSAY_ALG_SHA256, 0 };
    measured m;

    measure(hashes, &m, only, pcr, EV_IPL, "in one bank");
    cr_assert_eq(assay_replay_event(&replay, &m.event), 0);
}

Test(compare, values_that_are_met_match)
{
    fold_text(&replay, 0, EV_S_CRTM_VERSION, "one");
    fold_text(&replay, 4, EV_IPL, "two");
    take_values();
    cr_expect_eq(judge(), ASSAY_VERDICT_MATCH);
    cr_expect_eq(comparison.count, 3 * ASSAY_PCRS);
    cr_expect_eq(comparison.matched, 6);
    cr_expect_eq(comparison.mismatched, 0);
    cr_expect_eq(comparison.met, 0x11);
    cr_expect_eq(comparison.met_strong, 0x11);
    cr_expect_not(comparison.weak);
    cr_expect_eq(status_of(ASSAY_ALG_SHA1, 4)->state, ASSAY_PCR_MATCH);
    cr_expect_eq(status_of(ASSAY_ALG_SHA1, 5)->state, ASSAY_PCR_UNTOUCHED);
    cr_expect_eq(status_of(ASSAY_ALG_SHA384, 17)->state, ASSAY_PCR_UNTOUCHED, "all ones");
    cr_expect_null(status_of(ASSAY_ALG_SHA1, 5)->why);
}

Test(compare, one_value_that_differs_is_a_mismatch)
{
    fold_text(&replay, 0, EV_S_CRTM_VERSION, "one");
    fold_text(&replay, 4, EV_IPL, "two");
    take_values();
    change(ASSAY_ALG_SHA384, 4);
    cr_expect_eq(judge(), ASSAY_VERDICT_MISMATCH);
    cr_expect_eq(comparison.mismatched, 1);
    cr_expect_eq(status_of(ASSAY_ALG_SHA384, 4)->state, ASSAY_PCR_MISMATCH);
    cr_expect_eq(status_of(ASSAY_ALG_SHA256, 4)->state, ASSAY_PCR_MATCH);
}

Test(compare, a_PCR_outside_of_the_question_does_not_count)
{
    fold_text(&replay, 0, EV_S_CRTM_VERSION, "one");
    fold_text(&replay, 4, EV_IPL, "two");
    take_values();
    change(ASSAY_ALG_SHA384, 4);
    assay_compare(&replay, &expected, 0x1, &comparison);
    cr_expect_eq(comparison.count, 3);
    cr_expect_eq(assay_judge(&comparison, &findings), ASSAY_VERDICT_MATCH);
}

Test(compare, what_others_extend_is_not_in_the_log_and_no_mismatch)
{
    static const unsigned others[] = { 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 22, 23 };

    fold_text(&replay, 0, EV_S_CRTM_VERSION, "one");
    take_values();
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        change(ASSAY_ALG_SHA256, others[i]);
    cr_expect_eq(judge(), ASSAY_VERDICT_MATCH);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        cr_expect_eq(status_of(ASSAY_ALG_SHA256, others[i])->state, ASSAY_PCR_NOT_IN_LOG);
        cr_expect_not_null(status_of(ASSAY_ALG_SHA256, others[i])->why, "PCR %u", others[i]);
    }
    cr_expect_not_null(strstr(status_of(ASSAY_ALG_SHA256, 10)->why, "IMA"));
    cr_expect_not_null(strstr(status_of(ASSAY_ALG_SHA256, 17)->why, "dynamic launch"));
}

Test(compare, a_firmware_PCR_that_the_log_does_not_mention_is_a_mismatch)
{
    for (unsigned pcr = 1; pcr < 8; pcr++) {
        tear_down();
        set_up();
        fold_text(&replay, 0, EV_S_CRTM_VERSION, "one");
        take_values();
        change(ASSAY_ALG_SHA256, pcr);
        cr_expect_eq(judge(), ASSAY_VERDICT_MISMATCH, "PCR %u", pcr);
    }
}

Test(compare, the_log_of_a_dynamic_launch_alone_says_nothing_of_the_firmware)
{
    fold_text(&replay, 17, TXT_EVTYPE_MLE_HASH, "one");
    take_values();
    change(ASSAY_ALG_SHA256, 0);
    cr_expect_eq(judge(), ASSAY_VERDICT_MATCH);
    cr_expect_eq(status_of(ASSAY_ALG_SHA256, 0)->state, ASSAY_PCR_NOT_IN_LOG);
    cr_expect_eq(status_of(ASSAY_ALG_SHA256, 18)->state, ASSAY_PCR_UNTOUCHED, "zeros");
    fold_text(&replay, 0, EV_S_CRTM_VERSION, "the firmware's log, too");
    take_values();
    change(ASSAY_ALG_SHA256, 1);
    cr_expect_eq(judge(), ASSAY_VERDICT_MISMATCH);
}

Test(compare, an_empty_log_never_matches)
{
    take_values();
    findings.seen[ASSAY_FINDING_EMPTY] = 1; /* what the reader of an empty log says */
    cr_expect_eq(judge(), ASSAY_VERDICT_UNKNOWN, "nothing was measured");
    change(ASSAY_ALG_SHA256, 0);
    cr_expect_eq(judge(), ASSAY_VERDICT_MISMATCH);
    cr_expect_eq(assay_judge(NULL, &findings), ASSAY_VERDICT_UNKNOWN);
}

Test(compare, a_log_that_contradicts_itself_is_unsound_whatever_the_PCRs_are)
{
    fold_text(&replay, 0, EV_S_CRTM_VERSION, "one");
    take_values();
    findings.seen[ASSAY_FINDING_TRUNCATED] = 1;
    cr_expect_eq(judge(), ASSAY_VERDICT_UNSOUND);
    cr_expect_eq(assay_judge(NULL, &findings), ASSAY_VERDICT_UNSOUND);
    change(ASSAY_ALG_SHA256, 0);
    cr_expect_eq(judge(), ASSAY_VERDICT_UNSOUND);
    assay_findings_reset(&findings);
    findings.seen[ASSAY_FINDING_BANK_MISSING] = 9; /* a warning is no contradiction */
    cr_expect_eq(assay_judge(NULL, &findings), ASSAY_VERDICT_UNKNOWN);
}

Test(compare, SHA1_alone_is_called_weak)
{
    fold_text(&replay, 0, EV_S_CRTM_VERSION, "one");
    fold_text(&replay, 4, EV_IPL, "two");
    take_values();
    assay_pcrs_bank(&expected, ASSAY_ALG_SHA256)->present = 1;
    assay_pcrs_bank(&expected, ASSAY_ALG_SHA384)->present = 0;
    cr_expect_eq(judge(), ASSAY_VERDICT_MATCH);
    cr_expect(comparison.weak, "PCR 4 is met in SHA-1 alone");
    cr_expect_eq(comparison.met_strong, 1);
    assay_pcrs_bank(&expected, ASSAY_ALG_SHA256)->present = 0x11;
    cr_expect_eq(judge(), ASSAY_VERDICT_MATCH);
    cr_expect_not(comparison.weak);
}

Test(compare, dropping_the_digests_of_a_bank_gains_nothing)
{
    static const uint16_t sha1_only[] = { ASSAY_ALG_SHA1, 0 };
    measured m;

    fold_text(&replay, 0, EV_S_CRTM_VERSION, "one");
    measure(hashes, &m, sha1_only, 4, EV_IPL, "what the TPM got in every bank");
    cr_assert_eq(assay_replay_event(&replay, &m.event), 0);
    take_values();
    change(ASSAY_ALG_SHA256, 4);
    change(ASSAY_ALG_SHA384, 4);
    assay_pcrs_bank(&expected, ASSAY_ALG_SHA1)->present = 1;
    cr_expect_eq(judge(), ASSAY_VERDICT_UNKNOWN, "PCR 4 can be computed in no bank given");
    cr_expect_eq(comparison.unproven, 0x10);
    cr_expect_eq(status_of(ASSAY_ALG_SHA256, 4)->state, ASSAY_PCR_INCOMPLETE);
    cr_expect_not_null(status_of(ASSAY_ALG_SHA256, 4)->why);
}

Test(compare, a_bank_that_a_program_leaves_out_is_met_in_another)
{
    fold_text(&replay, 4, EV_IPL, "one");
    fold_sha256(4);
    fold_sha256(12);
    take_values();
    cr_expect_eq(judge(), ASSAY_VERDICT_MATCH, "the SHA-1 bank was left out in the TPM, too");
    cr_expect_eq(status_of(ASSAY_ALG_SHA1, 4)->state, ASSAY_PCR_MATCH);
    cr_expect_eq(status_of(ASSAY_ALG_SHA1, 12)->state, ASSAY_PCR_UNTOUCHED);
    change(ASSAY_ALG_SHA1, 4);
    change(ASSAY_ALG_SHA1, 12);
    cr_expect_eq(judge(), ASSAY_VERDICT_MATCH, "SHA-256 meets both");
    cr_expect_eq(status_of(ASSAY_ALG_SHA1, 4)->state, ASSAY_PCR_INCOMPLETE);
    cr_expect_eq(status_of(ASSAY_ALG_SHA1, 12)->state, ASSAY_PCR_INCOMPLETE);
}

Test(compare, values_of_a_bank_that_the_log_lacks)
{
    fold_text(&replay, 0, EV_S_CRTM_VERSION, "one");
    expected = (assay_pcrs){ 0 };
    assay_pcrs_add_bank(&expected, ASSAY_ALG_SHA512)->present = 3;
    expected.banks[0].value[1][5] = 7;
    cr_expect_eq(judge(), ASSAY_VERDICT_UNKNOWN);
    cr_expect_eq(comparison.count, 2);
    cr_expect_eq(comparison.list[0].state, ASSAY_PCR_NO_BANK);
    cr_expect_null(comparison.list[0].replayed.data);
    cr_expect_str_neq(comparison.list[0].why, comparison.list[1].why,
                      "a bank that nobody extended is open to anyone");
}

Test(compare, PCRs_are_not_compared_with_measurement_registers)
{
    fold_text(&replay, 0, EV_S_CRTM_VERSION, "one");
    take_values();
    expected.measurement_registers = true;
    cr_expect_eq(judge(), ASSAY_VERDICT_UNKNOWN);
    cr_expect_eq(comparison.count, 0);
}

Test(compare, registers_extended_at_run_time_are_not_in_the_log)
{
    static const uint16_t sha384[] = { ASSAY_ALG_SHA384, 0 };
    assay_log_header header = header_of(sha384);

    header.measurement_registers = true;
    cr_assert_eq(assay_replay_begin(&replay, &header, hashes, &findings), 0);
    fold_text(&replay, 2, EV_IPL, "one");
    take_values();
    change(ASSAY_ALG_SHA384, 3);
    cr_expect_eq(judge(), ASSAY_VERDICT_MATCH);
    cr_expect_eq(status_of(ASSAY_ALG_SHA384, 3)->state, ASSAY_PCR_NOT_IN_LOG);
    change(ASSAY_ALG_SHA384, 0);
    cr_expect_eq(judge(), ASSAY_VERDICT_MISMATCH, "RTMR 0 is the firmware's");
}

Test(compare, states_and_verdicts_have_names)
{
    static const char *const states[] = { "match",      "mismatch",   "untouched",
                                          "not in log", "incomplete", "no bank" };
    static const char *const verdicts[] = { "match", "mismatch", "unsound", "unknown" };

    for (int i = 0; i < 6; i++)
        cr_expect_str_eq(assay_pcr_state_name((enum assay_pcr_state)i), states[i]);
    for (int i = 0; i < 4; i++)
        cr_expect_str_eq(assay_verdict_name((enum assay_verdict)i), verdicts[i]);
}

/* Recorded boots: the values are what the TPM gave to the guest. */

static void fold_machine(const char *folder)
{
    char path[300];
    assay_file file;
    assay_error error;
    assay_event event;
    assay_log log;

    snprintf(path, sizeof path, "%s/eventlog.bin", folder);
    cr_assert_eq(assay_file_read(&file, path, 1 << 24, &error), 0, "%s", path);
    cr_assert_eq(assay_log_open(&log, file.bytes, NULL, &findings, &error), 0, "%s", path);
    cr_assert_eq(assay_replay_begin(&replay, &log.header, hashes, &findings), 0);
    while (assay_log_next(&log, &event) > 0)
        cr_assert_eq(assay_replay_event(&replay, &event), 0);
    cr_assert_eq(assay_pcrvalues_read(folder, &expected, &error), 0, "%s", folder);
    assay_log_close(&log);
    assay_file_close(&file);
}

/* Some boot paths leave no log, or an empty one. */
static bool has(const char *folder, const char *name)
{
    char path[300];
    struct stat info;

    snprintf(path, sizeof path, "%s/%s", folder, name);
    return stat(path, &info) == 0 && info.st_size > 0;
}

/*
 * In each of them every PCR from 0 to 9 and 14 is what the log folds to; PCR 10 is IMA's, where
 * there was a Linux. Without one nothing need have been measured into 8 and 9.
 */
Test(compare, recorded_boots_fold_to_what_their_TPM_held)
{
    enum { FIRMWARE = 0x43FF };
    glob_t folders;

    cr_assert_eq(glob("fixtures/machines/*", 0, NULL, &folders), 0);
    glob("../shared/boots/[a-k]*-*", GLOB_APPEND, NULL, &folders);
    for (size_t i = 0; i < folders.gl_pathc; i++) {
        if (!has(folders.gl_pathv[i], "eventlog.bin"))
            continue;
        const bool has_linux =
            has(folders.gl_pathv[i], "ima.bin") || has(folders.gl_pathv[i], "guest");
        assay_findings_reset(&findings);
        fold_machine(folders.gl_pathv[i]);
        assay_compare(&replay, &expected, FIRMWARE, &comparison);
        cr_expect_eq(assay_judge(&comparison, &findings), ASSAY_VERDICT_MATCH, "%s",
                     folders.gl_pathv[i]);
        cr_expect_geq(comparison.matched, (has_linux ? 9 : 8) * expected.bank_count, "%s",
                      folders.gl_pathv[i]);
        assay_compare(&replay, &expected, ASSAY_ALL_PCRS, &comparison);
        cr_expect_eq(status_of(expected.banks[0].alg, 10)->state,
                     has_linux ? ASSAY_PCR_NOT_IN_LOG : ASSAY_PCR_UNTOUCHED, "%s",
                     folders.gl_pathv[i]);
    }
    globfree(&folders);
}
