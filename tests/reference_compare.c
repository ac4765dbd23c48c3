/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * policy/reference/compare.h: recorded boots and what becomes of them when their log is altered.
 * Numbers of events and what they are of are read off `tpm2_eventlog`'s listing of the logs.
 */
#include "eventlog/types.h"
#include "tests/allocfail.h"
#include "tests/altered.h"
#include "tests/compared.h"

#include <stdlib.h>

TestSuite(reference_compare, .init = set_up, .fini = tear_down);

static void repeat_event(altered *a, uint32_t number)
{
    const uint64_t start = altered_event(a, number).offset;
    const uint64_t end = altered_event(a, number + 1).offset;
    const assay_bytes bytes = a->one.files[0].bytes;

    memcpy(a->bytes + end, bytes.data + start, bytes.size - start);
    altered_reopen(a, bytes.size + (end - start));
}

Test(reference_compare, a_boot_is_the_variant_that_it_was_learnt_as)
{
    static const char *const machines[] = { UKI, SHIM, "h3-sha1", "c5-sdboot257-type2-sb",
                                            "a5-efistub-6.12-ovmf2025" };

    for (size_t i = 0; i < sizeof machines / sizeof *machines; i++)
        learnt_add(reference, machines[i], NULL, hashes);
    for (size_t i = 0; i < sizeof machines / sizeof *machines; i++) {
        learnt one;

        learnt_open(&one, machines[i]);
        assay_reference_result result = compare(&one.boot);
        cr_expect_eq(result.verdict, ASSAY_REFERENCE_MATCH, "%s: %s", machines[i], result.why);
        cr_expect_eq(result.variant, i);
        cr_expect_eq(result.difference_count, 0);
        cr_expect(result.vouched && !result.log_contradicts);
        cr_expect_eq(result.weak, strcmp(machines[i], "h3-sha1") == 0, "%s", machines[i]);
        assay_reference_result_free(&result);
        learnt_free(&one);
    }
}

Test(reference_compare, an_altered_digest_is_of_the_component_that_measured_it)
{
    static const struct {
        const char *machine;
        uint32_t event;
        const char *differs;
    } rows[] = {
        { UKI, 2, "firmware" },      { UKI, 8, "secure-boot" },  { UKI, 10, "boot-option" },
        { UKI, 15, "firmware" },     { UKI, 22, "gpt" },         { UKI, 23, "uki" },
        { UKI, 25, "kernel" },       { UKI, 27, "uki" },         { UKI, 29, "cmdline" },
        { UKI, 31, "initrd" },       { UKI, 33, "cmdline" },     { UKI, 34, "initrd" },
        { UKI, 35, "exit" },         { SHIM, 7, "secure-boot" }, { SHIM, 14, "boot-option" },
        { SHIM, 22, "secure-boot" }, { SHIM, 24, "shim" },       { SHIM, 25, "shim" },
        { SHIM, 27, "shim" },        { SHIM, 29, "shim" },       { SHIM, 30, "grub" },
        { SHIM, 36, "grub" },        { SHIM, 42, "kernel" },     { SHIM, 43, "kernel" },
        { SHIM, 45, "cmdline" },     { SHIM, 48, "initrd" },
    };

    learnt_add(reference, UKI, NULL, hashes);
    learnt_add(reference, SHIM, NULL, hashes);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        altered a;

        altered_open(&a, rows[i].machine);
        altered_digests(&a, rows[i].event);
        /* Whoever alters a log alone is found out by the TPM's values as well. */
        assay_reference_result result = compare(&a.one.boot);
        cr_expect_eq(result.verdict, ASSAY_REFERENCE_MISMATCH);
        cr_expect(result.log_contradicts, "%s %u", rows[i].machine, rows[i].event);
        cr_expect_str_eq(differing(&result), rows[i].differs, "%s %u: %s", rows[i].machine,
                         rows[i].event, differing(&result));
        cr_assert_eq(result.difference_count, 1);
        cr_expect_eq(result.differences[0].kind, ASSAY_COMPARED_CHANGED);
        cr_expect_eq(result.differences[0].event, rows[i].event);
        assay_reference_result_free(&result);
        altered_free(&a);
    }
}

Test(reference_compare, what_is_missing_and_what_is_new_is_said)
{
    altered a;

    learnt_add(reference, SHIM, NULL, hashes);
    altered_open(&a, SHIM);
    altered_drop(&a, 36); /* set timeout=0 */
    a.one.boot.values = NULL;
    assay_reference_result result = compare(&a.one.boot);
    cr_expect_str_eq(differing(&result), "grub");
    cr_assert_eq(result.difference_count, 1);
    cr_expect_eq(result.differences[0].kind, ASSAY_COMPARED_MISSING);
    cr_expect_eq(result.differences[0].event, ASSAY_NO_EVENT);
    cr_expect_null(result.differences[0].actual);
    assay_reference_result_free(&result);
    altered_free(&a);

    altered_open(&a, SHIM);
    repeat_event(&a, 36);
    a.one.boot.values = NULL;
    result = compare(&a.one.boot);
    cr_expect_str_eq(differing(&result), "grub");
    cr_assert_eq(result.difference_count, 1);
    cr_expect_eq(result.differences[0].kind, ASSAY_COMPARED_ADDED);
    cr_expect_null(result.differences[0].expected);
    assay_reference_result_free(&result);
    altered_free(&a);
}

Test(reference_compare, only_the_order_within_a_pcr_is_measured)
{
    altered a;

    learnt_add(reference, UKI, NULL, hashes);
    altered_open(&a, UKI);
    altered_swap(&a, 13); /* Boot0002 in PCR 1, and the attempt in PCR 4 */
    assay_reference_result result = compare(&a.one.boot);
    cr_expect_eq(result.verdict, ASSAY_REFERENCE_MATCH, "%s", result.why);
    assay_reference_result_free(&result);
    altered_free(&a);

    altered_open(&a, UKI);
    altered_swap(&a, 11); /* Boot0001 and Boot0000, both in PCR 1 */
    result = compare(&a.one.boot);
    cr_expect_eq(result.verdict, ASSAY_REFERENCE_MISMATCH);
    cr_expect_str_eq(differing(&result), "boot-option");
    assay_reference_result_free(&result);
    altered_free(&a);
}

Test(reference_compare, data_that_the_digest_is_not_of_are_an_altered_log)
{
    altered a;

    learnt_add(reference, UKI, NULL, hashes);
    altered_open(&a, UKI);
    const assay_event order = altered_event(&a, 10);
    /* Of BootOrder's last. */
    a.bytes[altered_offset(&a, order.data.data) + order.data.size - 2] ^= 1;
    altered_reopen(&a, a.one.files[0].bytes.size);
    assay_reference_result result = compare(&a.one.boot);
    cr_expect_eq(result.verdict, ASSAY_REFERENCE_MISMATCH);
    cr_expect(!result.log_contradicts, "the digests are those that were extended");
    cr_expect_str_eq(differing(&result), "boot-option");
    cr_assert_eq(result.difference_count, 1);
    cr_expect(result.differences[0].contradicted);
    assay_reference_result_free(&result);
    altered_free(&a);
}

Test(reference_compare, an_event_of_another_type_is_another)
{
    altered a;

    learnt_add(reference, UKI, NULL, hashes);
    altered_open(&a, UKI);
    const assay_event exit_event = altered_event(&a, 35);
    cr_assert_eq(exit_event.type, EV_EFI_ACTION);
    a.bytes[exit_event.offset + 4] = 0x0A; /* 80000007 becomes 8000000A */
    altered_reopen(&a, a.one.files[0].bytes.size);
    assay_reference_result result = compare(&a.one.boot);
    cr_expect_eq(result.verdict, ASSAY_REFERENCE_MISMATCH);
    assay_reference_result_free(&result);
    altered_free(&a);
}

Test(reference_compare, no_variant_that_may_be_is_no_match)
{
    learnt one;
    assay_reference_result result;
    assay_error error;

    learnt_add(reference, UKI, NULL, hashes);
    learnt_add(reference, SHIM, NULL, hashes);
    learnt_open(&one, UKI);
    cr_assert_eq(assay_reference_compare(reference, &one.boot, 2, hashes, &result, &error), 0);
    cr_expect_eq(result.verdict, ASSAY_REFERENCE_MISMATCH);
    cr_expect_eq(result.variant, 1);
    assay_reference_result_free(&result);
    learnt_free(&one);
}

/* Boots whose log differs in many ways from the reference's: some seconds at most. */
Test(reference_compare, a_hostile_log_is_compared_in_bounded_time, .timeout = 120)
{
    enum { MANY = 30000 };
    altered a;

    learnt_add(reference, SHIM, NULL, hashes);
    altered_open(&a, SHIM);
    const assay_bytes bytes = a.one.files[0].bytes;
    const assay_event command = altered_event(&a, 36);
    const uint64_t start = command.offset, end = altered_event(&a, 37).offset;
    const size_t size = end - start;
    const size_t digest = altered_offset(&a, command.digests[0].value.data) - start;
    uint8_t *const many = malloc(bytes.size + MANY * size);
    memcpy(many, bytes.data, start);
    for (uint32_t i = 0; i < MANY; i++) {
        memcpy(many + start + i * size, bytes.data + start, size);
        memcpy(many + start + i * size + digest, &i, sizeof i);
    }
    memcpy(many + start + MANY * size, bytes.data + start, bytes.size - start);
    free(a.bytes);
    a.bytes = many;
    altered_reopen(&a, bytes.size + MANY * size);
    a.one.boot.values = NULL;
    assay_reference_result result = compare(&a.one.boot);
    cr_expect_eq(result.verdict, ASSAY_REFERENCE_MISMATCH);
    cr_expect_geq(result.difference_count, MANY);
    assay_reference_result_free(&result);
    altered_free(&a);
}

static learnt no_memory_boot;

static int compare_once(void)
{
    assay_reference_result result;
    assay_error error;
    assay_error closed;

    for (size_t i = 0; i < no_memory_boot.boot.log_count; i++) {
        assay_log_close(no_memory_boot.list[i]);
        cr_assert_eq(assay_log_open(no_memory_boot.list[i], no_memory_boot.files[i].bytes, NULL,
                                    NULL, &closed),
                     0);
    }
    const int status =
        assay_reference_compare(reference, &no_memory_boot.boot, 1, hashes, &result, &error);
    if (status == 0)
        assay_reference_result_free(&result);
    return status;
}

Test(reference_compare, without_memory_it_says_so)
{
    learnt_add(reference, SHIM, NULL, hashes);
    learnt_open(&no_memory_boot, UKI);
    cr_expect_gt(each_allocation_fails("compare", compare_once), 10);
    learnt_free(&no_memory_boot);
}
