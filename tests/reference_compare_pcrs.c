/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * policy/reference/compare.h: references and comparisons of some PCRs, or of some banks.
 */
#include "tests/altered.h"
#include "tests/compared.h"

TestSuite(reference_compare_pcrs, .init = set_up, .fini = tear_down);

Test(reference_compare_pcrs, only_the_banks_and_pcrs_that_are_wanted_decide)
{
    static const uint16_t sha1[] = { ASSAY_ALG_SHA1 }, sm3[] = { ASSAY_ALG_SM3_256 };
    altered a;

    learnt_add(reference, UKI, NULL, hashes);
    altered_open(&a, UKI);
    altered_digests(&a, 29); /* .cmdline, PCR 11 */
    a.one.boot.values = NULL;
    a.one.boot.pcrs = 0xFF;
    assay_reference_result result = compare(&a.one.boot);
    cr_expect_eq(result.verdict, ASSAY_REFERENCE_MATCH, "%s", result.why);
    cr_expect(!result.weak && !result.vouched);
    assay_reference_result_free(&result);

    altered_reopen(&a, a.one.files[0].bytes.size);
    a.one.boot.banks = sha1;
    a.one.boot.bank_count = 1;
    result = compare(&a.one.boot);
    cr_expect_eq(result.verdict, ASSAY_REFERENCE_MATCH);
    cr_expect(result.weak);
    assay_reference_result_free(&result);

    altered_reopen(&a, a.one.files[0].bytes.size);
    a.one.boot.banks = sm3;
    result = compare(&a.one.boot);
    cr_expect_eq(result.verdict, ASSAY_REFERENCE_UNKNOWN, "%s", result.why);
    cr_expect_eq(outcome_of(&result, ASSAY_PART_FIRMWARE), ASSAY_COMPARED_UNKNOWN);
    assay_reference_result_free(&result);
    altered_free(&a);
}

/* Of the UKI's boot firmware's PCRs alone: 0 to 7. */
static void learn_some(const char *machine, const char *variant, assay_pcr_set pcrs)
{
    learnt one;
    assay_error error = { .what = "" };

    learnt_open(&one, machine);
    one.boot.variant = variant;
    one.boot.pcrs = pcrs;
    cr_assert_eq(assay_learn_boot(reference, &one.boot, hashes, &error), 0, "%s", error.what);
    learnt_free(&one);
}

static assay_reference_result compare_some(const char *machine, assay_pcr_set pcrs)
{
    learnt one;

    learnt_open(&one, machine);
    one.boot.pcrs = pcrs;
    const assay_reference_result result = compare(&one.boot);
    learnt_free(&one);
    return result;
}

Test(reference_compare_pcrs, a_reference_of_some_pcrs_holds_no_boot_to_others)
{
    learn_some(UKI, "some", 0xFF);
    cr_expect_eq(reference->variants[0].only_pcrs, 0xFF);
    assay_reference_result result = compare_some(UKI, 0);
    cr_expect_eq(result.verdict, ASSAY_REFERENCE_MATCH, "%s", result.why);
    cr_expect_eq(result.unlogged, 0);
    cr_expect_not_null(strstr(result.why, "it was learnt of PCR 0-7 alone"), "%s", result.why);
    for (size_t i = 0; i < result.pcr_count; i++)
        cr_expect_leq(result.pcrs[i].pcr, 7);
    assay_reference_result_free(&result);
    /* Fewer may be asked for, and others not: of PCR 8 it knows nothing. */
    result = compare_some(UKI, 0x0F);
    cr_expect_eq(result.verdict, ASSAY_REFERENCE_MATCH, "%s", result.why);
    assay_reference_result_free(&result);
    result = compare_some(UKI, 0x1FF);
    cr_expect_eq(result.verdict, ASSAY_REFERENCE_UNKNOWN);
    cr_expect_str_eq(result.why, "no variant was learnt of all PCRs that are asked for");
    assay_reference_result_free(&result);
    /* Another loader stands in PCR 4. */
    result = compare_some(SHIM, 0);
    cr_expect_eq(result.verdict, ASSAY_REFERENCE_MISMATCH);
    assay_reference_result_free(&result);
}

Test(reference_compare_pcrs, what_is_in_its_pcrs_still_decides)
{
    altered a;

    learn_some(UKI, "some", 0xFF);
    altered_open(&a, UKI);
    a.one.boot.values = NULL;
    altered_digests(&a, 3);
    const assay_event event = altered_event(&a, 3);
    cr_assert_leq(event.pcr_index, 7);
    assay_reference_result result = compare(&a.one.boot);
    cr_expect_eq(result.verdict, ASSAY_REFERENCE_MISMATCH, "%s", result.why);
    assay_reference_result_free(&result);
    altered_free(&a);
}

Test(reference_compare_pcrs, variants_of_other_pcrs_are_other_variants)
{
    learnt one;
    assay_error error = { .what = "" };

    learn_some(UKI, NULL, 0xFF);
    learn_some(UKI, NULL, 0);
    learn_some(SHIM, NULL, 0x7F);
    cr_expect_eq(reference->variant_count, 3);
    assay_reference_result result = compare_some(UKI, 0);
    cr_expect_eq(result.variant, 0);
    assay_reference_result_free(&result);
    result = compare_some(UKI, 0xFFF);
    cr_expect_eq(result.verdict, ASSAY_REFERENCE_MATCH);
    cr_expect_eq(result.variant, 1, "only the one of all PCRs can tell");
    assay_reference_result_free(&result);
    result = compare_some(SHIM, 0);
    cr_expect_eq(result.verdict, ASSAY_REFERENCE_MATCH);
    cr_expect_eq(result.variant, 2);
    assay_reference_result_free(&result);
    /* By its name: what the other boot has beyond these PCRs would be called new. */
    learnt_open(&one, UKI);
    one.boot.variant = reference->variants[0].name;
    cr_expect_eq(assay_learn_boot(reference, &one.boot, hashes, &error), -ASSAY_UNSUPPORTED);
    cr_expect_not_null(strstr(error.what, "other PCRs"));
    learnt_free(&one);
}
