/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The sentence that goes with a verdict, policy/reference/compare.h: what differs is what was
 * altered, and of what was not given it is said that it was not compared.
 */
#include "policy/reference/compare.h"
#include "policy/reference/sequence.h"
#include "tests/altered.h"
#include "tests/learning.h"

#include <criterion/criterion.h>
#include <stdlib.h>

#define UKI "b1-uki252"
#define SHIM "d1-shim-grub206-sb"

TestSuite(reference_why, .init = set_up, .fini = tear_down);

static void expect_why(const learnt *one, assay_variant_set variants,
                       enum assay_reference_verdict verdict, const char *why)
{
    assay_reference_result result;
    assay_error error = { .what = "" };

    cr_assert_eq(assay_reference_compare(reference, &one->boot, variants, hashes, &result, &error),
                 0, "%s", error.what);
    cr_expect_eq(result.verdict, verdict, "%s", result.why);
    cr_expect_str_eq(result.why, why);
    assay_reference_result_free(&result);
}

Test(reference_why, a_match_names_the_variant_and_what_was_not_compared)
{
    /* With no log, with firmware's, and with the kernel's list as well, which is of PCR 10. */
    static const char *const why[] = {
        "its PCRs hold what variant \"" SHIM "\" comes to; PCR 10 was not compared: there is no "
        "log of what goes into it",
        "it measured what variant \"" SHIM "\" does; PCR 10 was not compared: there is no log of "
        "what goes into it",
        "it measured what variant \"" SHIM "\" does",
    };
    learnt one;

    learnt_add(reference, UKI, NULL, hashes);
    learnt_add(reference, SHIM, NULL, hashes);
    for (size_t logs = 0; logs < sizeof why / sizeof *why; logs++) {
        learnt_open(&one, SHIM);
        learnt_leave_logs(&one, logs);
        expect_why(&one, 2, ASSAY_REFERENCE_MATCH, why[logs]);
        learnt_free(&one);
    }
}

Test(reference_why, where_no_variant_may_be_nothing_is_known)
{
    learnt one;

    learnt_add(reference, UKI, NULL, hashes);
    learnt_open(&one, UKI);
    expect_why(&one, 0, ASSAY_REFERENCE_UNKNOWN, "the reference has no variant that it could be");
    learnt_free(&one);
}

Test(reference_why, nothing_in_common_is_nothing_compared)
{
    static const uint16_t sm3[] = { ASSAY_ALG_SM3_256 };
    learnt one;

    learnt_add(reference, UKI, NULL, hashes);
    learnt_open(&one, UKI);
    learnt_leave_logs(&one, 0);
    one.boot.banks = sm3;
    one.boot.bank_count = 1;
    expect_why(&one, 1, ASSAY_REFERENCE_UNKNOWN,
               "nothing could be compared: no PCR in a bank that both the reference and the boot "
               "have");
    learnt_free(&one);
}

Test(reference_why, other_values_name_what_goes_into_those_pcrs_alone)
{
    learnt one;

    learnt_add(reference, SHIM, NULL, hashes);
    learnt_open(&one, SHIM);
    learnt_leave_logs(&one, 0);
    for (size_t i = 0; i < one.values.bank_count; i++)
        one.values.banks[i].value[14][0] ^= 1;
    expect_why(&one, 1, ASSAY_REFERENCE_MISMATCH,
               "PCR 14 holds another value than in variant \"" SHIM "\"; without a log it can't be "
               "told which differs of shim");
    learnt_free(&one);
}

/* Firmware, Secure Boot, boot options, the GPT, shim, GRUB, and more; six are named. */
Test(reference_why, of_many_components_six_are_named)
{
    static const uint32_t events[] = { 2, 7, 14, 23, 24, 30, 42, 45, 48 };
    assay_reference_result result;
    assay_error error = { .what = "" };
    altered a;

    learnt_add(reference, SHIM, NULL, hashes);
    altered_open(&a, SHIM);
    learnt_leave_logs(&a.one, 1);
    a.one.boot.values = NULL;
    for (size_t i = 0; i < sizeof events / sizeof *events; i++) {
        altered_digests(&a, events[i]);
        cr_assert_eq(assay_reference_compare(reference, &a.one.boot, 1, hashes, &result, &error),
                     0);
        size_t commas = 0;
        for (const char *at = result.why; (at = strchr(at, ',')) != NULL; at++)
            commas++;
        cr_expect_eq(commas, i < 6 ? i : 5, "%s", result.why);
        cr_expect_eq(strstr(result.why, " and others differ from variant") != NULL, i >= 6, "%s",
                     result.why);
        cr_expect_eq(strstr(result.why, " differs from variant") != NULL, i == 0, "%s", result.why);
        cr_expect_eq(strstr(result.why, "others and") != NULL, false, "%s", result.why);
        assay_reference_result_free(&result);
    }
    altered_free(&a);
}

/* The log has SHA-1 before SHA-256: of the two, the bank that is named is the one of the log's. */
Test(reference_why, the_first_bank_that_contradicts_the_log_is_named)
{
    assay_reference_result result;
    assay_error error = { .what = "" };
    learnt one;

    learnt_add(reference, SHIM, NULL, hashes);
    learnt_open(&one, SHIM);
    for (size_t i = 0; i < one.values.bank_count; i++)
        one.values.banks[i].value[4][0] ^= 1;
    cr_assert_eq(assay_reference_compare(reference, &one.boot, 1, hashes, &result, &error), 0, "%s",
                 error.what);
    cr_expect(result.log_contradicts);
    cr_expect_eq(strncmp(result.why, "PCR 4 (sha1) does not hold what the log folds to", 47), 0,
                 "%s", result.why);
    assay_reference_result_free(&result);
    learnt_free(&one);
}

/* So many commands in place of one, each with a digest of its own, numbered from `from` on. */
static void repeat_command(altered *a, uint32_t from, uint32_t count)
{
    enum { TIMEOUT = 36 };
    const assay_bytes bytes = a->one.files[0].bytes;
    const assay_event command = altered_event(a, TIMEOUT);
    const size_t start = command.offset, end = altered_event(a, TIMEOUT + 1).offset;
    const size_t size = end - start, total = bytes.size + (count - 1) * size;
    uint8_t *const many = malloc(total);

    memcpy(many, bytes.data, start);
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t number = from + i;

        memcpy(many + start + i * size, bytes.data + start, size);
        for (size_t d = 0; d < command.digest_count; d++)
            memcpy(many + i * size + altered_offset(a, command.digests[d].value.data), &number,
                   sizeof number);
    }
    memcpy(many + start + count * size, bytes.data + end, bytes.size - end);
    free(a->bytes);
    a->bytes = many;
    altered_reopen(a, total);
}

/* Learns commands 0 to count - 1, and returns how many differences 1 to count come to. */
static size_t differences_of_a_shift(uint32_t count)
{
    assay_reference_result result;
    assay_error error = { .what = "" };

    for (uint32_t boot = 0; boot < 2; boot++) {
        altered a;

        altered_open(&a, SHIM);
        learnt_leave_logs(&a.one, 1);
        a.one.boot.values = NULL;
        repeat_command(&a, boot, count);
        const int status = boot == 0 ? assay_learn_boot(reference, &a.one.boot, hashes, &error)
                                     : assay_reference_compare(reference, &a.one.boot, 1, hashes,
                                                               &result, &error);
        cr_assert_eq(status, 0, "%s", error.what);
        altered_free(&a);
    }
    const size_t differences = result.difference_count;
    for (size_t i = 0; i < differences; i++)
        cr_expect(differences == 2 || result.differences[i].kind == ASSAY_COMPARED_CHANGED);
    assay_reference_result_free(&result);
    return differences;
}

/* One is missing in front and one is new behind: 4001 * 4001 pairs are fewer than 2^24. */
Test(reference_why, long_logs_that_are_shifted_by_one_are_aligned, .timeout = 120)
{
    cr_expect_eq(differences_of_a_shift(4000), 2);
}

/* 6000 * 6000 are more than 2^25 pairs: the same shift makes each command another one. */
Test(reference_why, logs_too_different_to_align_are_laid_side_by_side, .timeout = 120)
{
    cr_expect_eq(differences_of_a_shift(6000), 6000);
}
