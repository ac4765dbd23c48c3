/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * policy/reference/compare.h: what the values of a TPM decide, beside a log and without one.
 */
#include "tests/compared.h"

TestSuite(reference_compare_values, .init = set_up, .fini = tear_down);

static void alter_value(learnt *one, unsigned pcr)
{
    for (size_t i = 0; i < one->values.bank_count; i++)
        one->values.banks[i].value[pcr][0] ^= 1;
}

/* Leaves a PCR's value in that bank alone. */
static void keep_value(learnt *one, unsigned pcr, uint16_t alg)
{
    for (size_t i = 0; i < one->values.bank_count; i++)
        if (one->values.banks[i].alg != alg)
            one->values.banks[i].present &= ~((assay_pcr_set)1 << pcr);
}

Test(reference_compare_values, values_that_no_log_folds_to_are_not_of_the_boot_that_it_tells)
{
    learnt one;

    learnt_add(reference, UKI, NULL, hashes);
    learnt_open(&one, UKI);
    alter_value(&one, 4);
    assay_reference_result result = compare(&one.boot);
    cr_expect_eq(result.verdict, ASSAY_REFERENCE_MISMATCH);
    cr_expect(result.log_contradicts);
    cr_expect_eq(result.difference_count, 0);
    cr_expect_not_null(strstr(result.why, "PCR 4 "), "%s", result.why);
    assay_reference_result_free(&result);
    learnt_free(&one);
}

/* PCR 10 has no value that could be held: still nothing that such a log tells is believed. */
Test(reference_compare_values, a_log_that_lies_of_one_pcr_is_believed_in_none)
{
    learnt one;

    learnt_add(reference, SHIM, NULL, hashes);
    learnt_open(&one, SHIM);
    alter_value(&one, 10);
    assay_reference_result result = compare(&one.boot);
    cr_expect_eq(result.verdict, ASSAY_REFERENCE_MISMATCH, "%s", result.why);
    cr_expect_eq(result.difference_count, 0);
    assay_reference_result_free(&result);
    learnt_free(&one);
}

/* SHA-1 of PCR 4 is the log's word alone; the value in SHA-256 that was given is another. */
Test(reference_compare_values, a_value_that_is_another_vouches_for_nothing)
{
    learnt one;

    learnt_add(reference, SHIM, NULL, hashes);
    learnt_open(&one, SHIM);
    keep_value(&one, 4, ASSAY_ALG_SHA256);
    assay_reference_result result = compare(&one.boot);
    cr_expect(result.vouched && !result.weak, "%s", result.why);
    assay_reference_result_free(&result);
    learnt_free(&one);

    learnt_open(&one, SHIM);
    keep_value(&one, 4, ASSAY_ALG_SHA256);
    assay_pcrs_bank(&one.values, ASSAY_ALG_SHA256)->value[4][0] ^= 1;
    result = compare(&one.boot);
    cr_expect_eq(result.verdict, ASSAY_REFERENCE_MISMATCH);
    cr_expect(!result.vouched, "%s", result.why);
    assay_reference_result_free(&result);
    learnt_free(&one);
}

Test(reference_compare_values, values_alone_name_the_pcr_and_no_component)
{
    learnt one;

    learnt_add(reference, SHIM, NULL, hashes);
    learnt_open(&one, SHIM);
    learnt_leave_logs(&one, 0);
    assay_reference_result result = compare(&one.boot);
    cr_expect_eq(result.verdict, ASSAY_REFERENCE_MATCH, "%s", result.why);
    cr_expect_eq(outcome_of(&result, ASSAY_PART_KERNEL), ASSAY_COMPARED_EQUAL);
    assay_reference_result_free(&result);

    alter_value(&one, 14);
    result = compare(&one.boot);
    cr_expect_eq(result.verdict, ASSAY_REFERENCE_MISMATCH);
    cr_expect_str_eq(differing(&result), "");
    cr_expect_eq(outcome_of(&result, ASSAY_PART_SHIM), ASSAY_COMPARED_UNKNOWN);
    cr_expect_eq(outcome_of(&result, ASSAY_PART_KERNEL), ASSAY_COMPARED_EQUAL);
    cr_expect_not_null(strstr(result.why, "shim"), "%s", result.why);
    for (size_t i = 0; i < result.pcr_count; i++)
        cr_expect_eq(result.pcrs[i].outcome == ASSAY_COMPARED_CHANGED, result.pcrs[i].pcr == 14);
    assay_reference_result_free(&result);
    learnt_free(&one);
}

Test(reference_compare_values, what_no_log_told_of_where_nothing_was_extended_is_another_boot)
{
    learnt_add(reference, UKI, NULL, hashes);
    learnt one;

    learnt_open(&one, UKI);
    /* As an addon of systemd-stub leaves it, and a log without its event. */
    assay_pcrs_bank(&one.values, ASSAY_ALG_SHA256)->value[12][0] ^= 1;
    for (size_t logs = 0; logs <= 2; logs += 2) {
        one.boot.log_count = logs;
        assay_reference_result result = compare(&one.boot);
        cr_expect_eq(result.verdict, ASSAY_REFERENCE_MISMATCH, "with %zu logs", logs);
        assay_reference_result_free(&result);
    }
    learnt_free(&one);
}

Test(reference_compare_values, the_values_of_two_variants_are_never_mixed)
{
    learnt uki, shim;

    learnt_add(reference, UKI, NULL, hashes);
    learnt_add(reference, SHIM, NULL, hashes);
    learnt_open(&uki, UKI);
    learnt_open(&shim, SHIM);
    learnt_leave_logs(&uki, 0);
    for (size_t i = 0; i < uki.values.bank_count; i++)
        memcpy(uki.values.banks[i].value[4], shim.values.banks[i].value[4], ASSAY_DIGEST_MAX);
    assay_reference_result result = compare(&uki.boot);
    cr_expect_eq(result.verdict, ASSAY_REFERENCE_MISMATCH);
    cr_expect_eq(result.variant, 0, "one PCR is less than all but one");
    assay_reference_result_free(&result);
    learnt_free(&uki);
    learnt_free(&shim);
}

Test(reference_compare_values, a_pcr_that_is_held_and_was_not_given_leaves_it_open)
{
    learnt one;

    learnt_add(reference, UKI, NULL, hashes);
    learnt_open(&one, UKI);
    learnt_leave_logs(&one, 0);
    for (size_t i = 0; i < one.values.bank_count; i++)
        one.values.banks[i].present &= 0xF;
    assay_reference_result result = compare(&one.boot);
    cr_expect_eq(result.verdict, ASSAY_REFERENCE_UNKNOWN, "%s", result.why);
    assay_reference_result_free(&result);

    one.boot.pcrs = 0xF;
    result = compare(&one.boot);
    cr_expect_eq(result.verdict, ASSAY_REFERENCE_MATCH, "%s", result.why);
    assay_reference_result_free(&result);
    learnt_free(&one);
}

/* Who finds two programs of one SHA-1 has values for one, and digests of the other in the log. */
Test(reference_compare_values, a_value_in_SHA1_alone_vouches_weakly_whatever_the_log_says)
{
    learnt one;

    learnt_add(reference, UKI, NULL, hashes);
    learnt_open(&one, UKI);
    keep_value(&one, 4, ASSAY_ALG_SHA1);
    assay_reference_result result = compare(&one.boot);
    cr_expect_eq(result.verdict, ASSAY_REFERENCE_MATCH, "%s", result.why);
    cr_expect(result.vouched && result.weak);
    assay_reference_result_free(&result);

    learnt_free(&one);
    learnt_open(&one, UKI);
    keep_value(&one, 4, ASSAY_ALG_SHA256);
    result = compare(&one.boot);
    cr_expect(result.vouched && !result.weak);
    assay_reference_result_free(&result);
    learnt_free(&one);
}
