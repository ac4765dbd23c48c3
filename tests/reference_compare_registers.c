/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * policy/reference/compare.h: measurement registers are no PCRs, though bytes may be the same.
 */
#include "eventlog/types.h"
#include "tests/compared.h"

TestSuite(reference_compare_registers, .init = set_up, .fini = tear_down);

/* A log of one event with index 1, which is RTMR 0 (UEFI 2.10 section 38.4.1), and its value. */
static void learn_registers(assay_log *log, assay_writer *text, assay_pcrs *ret_values)
{
    static const uint8_t digest[48] = { 1, 2, 3 };
    const assay_log_header header = { .bank_count = 1,
                                      .banks = { { ASSAY_ALG_SHA384, 48 } },
                                      .measurement_registers = true };
    const assay_event event = { .pcr_index = 1,
                                .type = EV_EFI_ACTION,
                                .digest_count = 1,
                                .digests = { { ASSAY_ALG_SHA384, assay_bytes_of(digest, 48) } } };
    assay_error error = { .what = "" };
    assay_log_writer out;
    assay_hash *hash;

    cr_assert_eq(assay_log_write_begin(&out, "text", &header, text, &error), 0, "%s", error.what);
    cr_assert_eq(assay_log_write_event(&out, &event, &error), 0, "%s", error.what);
    cr_assert_eq(assay_log_write_end(&out, &error), 0);
    cr_assert_eq(assay_log_open(log, assay_written(text), "text", NULL, &error), 0, "%s",
                 error.what);
    cr_assert(log->header.measurement_registers);
    *ret_values = (assay_pcrs){ .bank_count = 0 };
    assay_pcr_bank *const bank = assay_pcrs_add_bank(ret_values, ASSAY_ALG_SHA384);
    cr_assert_eq(assay_hashes_get(hashes, ASSAY_ALG_SHA384, &hash), 0);
    cr_assert_eq(assay_hash_extend(hash, bank->value[0], digest), 0); /* from zeros */
    bank->present = 1 << 0;
}

/* RTMR 0 comes to the very bytes that PCR 0 of the reference holds. */
Test(reference_compare_registers, a_log_of_measurement_registers_says_nothing_of_pcrs)
{
    assay_writer text = assay_writer_growing(1 << 12);
    assay_log log, *const logs[] = { &log };
    assay_error error = { .what = "" };
    assay_pcrs values;

    learn_registers(&log, &text, &values);
    for (int registers = 0; registers < 2; registers++) {
        const assay_learnt_boot held = { .variant = "held", .values = &values },
                                boot = { .logs = logs, .log_count = 1 };

        assay_reference_free(&reference);
        reference = assay_reference_new("image");
        values.measurement_registers = registers != 0;
        cr_assert_eq(assay_learn_boot(reference, &held, hashes, &error), 0, "%s", error.what);
        assay_reference_result result = compare(&boot);
        cr_assert_eq(result.pcr_count, 1);
        cr_expect_eq(result.pcrs[0].outcome,
                     registers != 0 ? ASSAY_COMPARED_EQUAL : ASSAY_COMPARED_UNKNOWN);
        cr_expect_eq(result.pcrs[0].actual.data != NULL, registers != 0);
        cr_expect_eq(result.verdict == ASSAY_REFERENCE_MATCH, registers != 0, "%s", result.why);
        assay_reference_result_free(&result);
    }
    assay_log_close(&log);
    assay_writer_close(&text);
}

Test(reference_compare_registers, values_of_measurement_registers_are_learnt_as_such_and_not_mixed)
{
    assay_writer text = assay_writer_growing(1 << 12);
    assay_log log, *const logs[] = { &log };
    assay_error error = { .what = "" };
    assay_pcrs registers, pcrs;

    learn_registers(&log, &text, &registers);
    registers.measurement_registers = true;
    pcrs = registers;
    pcrs.measurement_registers = false;
    const assay_learnt_boot of_registers = { .variant = "one", .values = &registers },
                            of_pcrs = { .variant = "one", .values = &pcrs },
                            mixed = { .logs = logs, .log_count = 1, .values = &pcrs };

    cr_assert_eq(assay_learn_boot(reference, &of_registers, hashes, &error), 0, "%s", error.what);
    cr_expect(reference->variants[0].values.measurement_registers);
    assay_reference_result result = compare(&of_registers);
    cr_expect_eq(result.verdict, ASSAY_REFERENCE_MATCH, "%s", result.why);
    assay_reference_result_free(&result);
    result = compare(&of_pcrs);
    cr_expect_eq(result.verdict, ASSAY_REFERENCE_UNKNOWN, "%s", result.why);
    assay_reference_result_free(&result);
    cr_expect_eq(assay_learn_boot(reference, &of_pcrs, hashes, &error), -ASSAY_UNSUPPORTED);
    cr_expect_not_null(strstr(error.what, "of the variant and this boot"), "%s", error.what);
    cr_expect_eq(assay_learn_boot(reference, &mixed, hashes, &error), -ASSAY_UNSUPPORTED);
    cr_expect_not_null(strstr(error.what, "of the logs and the values"), "%s", error.what);
    const assay_learnt_boot unnamed = { .values = &pcrs };
    cr_assert_eq(assay_learn_boot(reference, &unnamed, hashes, &error), 0, "%s", error.what);
    cr_expect_eq(reference->variant_count, 2, "the same bytes are no register's here");
    assay_log_close(&log);
    assay_writer_close(&text);
}
