/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What of the kernel's list a reference holds: boot_aggregate, wherever it stands, and of what was
 * read nothing. That goes for violations, too, also where a list begins with one, as it may where a
 * log's beginning was cut off.
 */
#include "tests/listed.h"

TestSuite(reference_list, .init = set_up, .fini = tear_down);

static void expect_compared(assay_writer *list, enum assay_reference_verdict verdict)
{
    assay_reference_result result = compare_list(assay_written(list), 1);

    cr_expect_eq(result.verdict, verdict, "%s", result.why);
    assay_reference_result_free(&result);
    assay_writer_close(list);
}

static assay_writer empty_list(void)
{
    return assay_writer_growing(1 << 16);
}

static void learn_written(assay_writer *list)
{
    learn_good(reference, assay_written(list), "one");
    assay_writer_close(list);
}

Test(reference_list, behind_a_violation_the_aggregate_is_held)
{
    assay_writer list = empty_list();

    put_violation(&list, "/log");
    put_aggregate(&list);
    learn_written(&list);
    cr_assert_eq(reference->step_count, 2);
    cr_expect(reference->steps[0].repeats);
    cr_expect_null(reference->steps[1].varies);

    list = new_list();
    expect_compared(&list, ASSAY_REFERENCE_MATCH);
    list = empty_list();
    put_violation(&list, "/log");
    assay_put_string(&list, "10 " DIGEST_C " ima-ng sha1:" DIGEST_C " boot_aggregate\n");
    expect_compared(&list, ASSAY_REFERENCE_MISMATCH);
    list = empty_list();
    put_violation(&list, "/log");
    expect_compared(&list, ASSAY_REFERENCE_MISMATCH);
}

/* A violation's zeros say nothing of the PCRs that the kernel hashed. */
Test(reference_list, a_violation_of_its_name_is_not_the_aggregate)
{
    assay_writer list = empty_list();

    put_violation(&list, "boot_aggregate");
    learn_written(&list);
    cr_assert_eq(reference->step_count, 1);
    cr_expect(reference->steps[0].repeats);

    list = new_list();
    learn_good(reference, assay_written(&list), "two");
    assay_writer_close(&list);
    list = empty_list();
    put_violation(&list, "boot_aggregate");
    assay_reference_result result = compare_list(assay_written(&list), 2);
    cr_expect_eq(result.verdict, ASSAY_REFERENCE_MISMATCH, "%s", result.why);
    assay_reference_result_free(&result);
    assay_writer_close(&list);
}

/* Nothing in it is the boot's: no other list is the same, and none is another. */
Test(reference_list, without_an_aggregate_nothing_decides)
{
    assay_writer list = empty_list();

    put_violation(&list, "/log");
    put_file(&list, "/a", "sha1", DIGEST_A);
    learn_written(&list);
    cr_assert_eq(reference->step_count, 1);
    cr_expect(reference->steps[0].repeats);

    list = empty_list();
    put_violation(&list, "/log");
    put_file(&list, "/a", "sha1", DIGEST_A);
    expect_compared(&list, ASSAY_REFERENCE_UNKNOWN);
    list = new_list();
    expect_compared(&list, ASSAY_REFERENCE_UNKNOWN);
}

/* ima_add_violation(): what is extended for the zeros of the list are ones. */
Test(reference_list, a_violation_at_the_beginning_extends_ones)
{
    static const struct {
        uint8_t pcr10[20];
        bool contradicts;
    } cases[] = {
        /* SHA-1 of 20 bytes of zeros and 20 of ones */
        { { 0xba, 0xc3, 0x7b, 0x84, 0xf0, 0x07, 0xd0, 0x23, 0x8a, 0xf9,
            0x5a, 0xf7, 0x07, 0xca, 0xc8, 0xd6, 0x12, 0x54, 0x87, 0x0e }, false },
        /* SHA-1 of 40 bytes of zeros */
        { { 0xb8, 0x0d, 0xe5, 0xd1, 0x38, 0x75, 0x85, 0x41, 0xc5, 0xf0,
            0x52, 0x65, 0xad, 0x14, 0x4a, 0xb9, 0xfa, 0x86, 0xd1, 0xdb }, true },
    };
    assay_writer list = empty_list();

    put_violation(&list, "/log");
    learn_good(reference, assay_written(&list), "one");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assay_error error = { .what = "" };
        assay_pcrs values = { .bank_count = 0 };
        assay_pcr_bank *const bank = assay_pcrs_add_bank(&values, ASSAY_ALG_SHA1);
        assay_log log;
        assay_log *const logs = &log;
        const assay_learnt_boot boot = { .log_count = 1, .logs = &logs, .values = &values };
        assay_reference_result result;

        memcpy(bank->value[10], cases[i].pcr10, sizeof cases[i].pcr10);
        bank->present = 1u << 10;
        cr_assert_eq(assay_log_open(&log, assay_written(&list), NULL, NULL, &error), 0);
        cr_assert_eq(assay_reference_compare(reference, &boot, 1, hashes, &result, &error), 0);
        cr_expect_eq(result.log_contradicts, cases[i].contradicts, "%zu: %s", i, result.why);
        assay_reference_result_free(&result);
        assay_log_close(&log);
    }
    assay_writer_close(&list);
}
