/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * replay/replay.h: the measurement registers of confidential guests.
 */
#include "tests/folded.h"

TestSuite(replay_registers, .init = set_up, .fini = tear_down);

Test(replay_registers, measurement_registers_are_RTMR_0_to_3)
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
Test(replay_registers, measurement_registers_of_csv_are_their_index)
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

Test(replay_registers, PCRs_and_measurement_registers_are_not_folded_together)
{
    assay_replay replay = begin(three_banks);
    assay_log_header header = header_of(three_banks);

    header.measurement_registers = true;
    cr_expect_eq(assay_replay_continue(&replay, &header), -ASSAY_UNSUPPORTED);
}
