/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * policy/reference/compare.h: recorded boots and what becomes of them when something is altered.
 * Numbers of events and what they are of are read off `tpm2_eventlog`'s listing of the logs.
 */
#include "policy/reference/compare.h"
#include "eventlog/types.h"
#include "tests/allocfail.h"
#include "tests/altered.h"
#include "tests/learning.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define UKI "b1-uki252"
#define SHIM "d1-shim-grub206-sb"

TestSuite(reference_compare, .init = set_up, .fini = tear_down);

static assay_reference_result compare(const assay_learnt_boot *boot)
{
    assay_reference_result result;
    assay_error error = { .what = "" };

    cr_assert_eq(assay_reference_compare(reference, boot, assay_reference_all(reference), hashes,
                                         &result, &error),
                 0, "%s", error.what);
    return result;
}

/* The parts that differ of themselves, one after the other: "kernel initrd". */
static const char *differing(const assay_reference_result *result)
{
    static char text[512];

    text[0] = '\0';
    for (size_t i = 0; i < result->component_count; i++) {
        const enum assay_compared outcome = result->components[i].outcome;

        if (outcome != ASSAY_COMPARED_CHANGED && outcome != ASSAY_COMPARED_MISSING &&
            outcome != ASSAY_COMPARED_ADDED)
            continue;
        strcat(text, text[0] != '\0' ? " " : "");
        strcat(text, assay_part_name(result->components[i].role));
    }
    return text;
}

static enum assay_compared outcome_of(const assay_reference_result *result, enum assay_part role)
{
    for (size_t i = 0; i < result->component_count; i++)
        if (result->components[i].role == role)
            return result->components[i].outcome;
    cr_assert_fail("no component %s", assay_part_name(role));
    return ASSAY_COMPARED_UNKNOWN;
}

/* Alterations of a log. */

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

/* Values. */

static void alter_value(learnt *one, unsigned pcr)
{
    for (size_t i = 0; i < one->values.bank_count; i++)
        one->values.banks[i].value[pcr][0] ^= 1;
}

static void without_logs(learnt *one)
{
    one->boot.logs = NULL;
    one->boot.log_count = 0;
}

static void close_logs(learnt *one)
{
    for (size_t i = 0; i < 2; i++)
        assay_log_close(&one->logs[i]);
}

Test(reference_compare, values_that_no_log_folds_to_are_not_of_the_boot_that_it_tells)
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
Test(reference_compare, a_log_that_lies_of_one_pcr_is_believed_in_none)
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
Test(reference_compare, a_value_that_is_another_vouches_for_nothing)
{
    learnt one;

    learnt_add(reference, SHIM, NULL, hashes);
    learnt_open(&one, SHIM);
    for (size_t i = 0; i < one.values.bank_count; i++)
        if (one.values.banks[i].alg != ASSAY_ALG_SHA256)
            one.values.banks[i].present &= ~((assay_pcr_set)1 << 4);
    assay_reference_result result = compare(&one.boot);
    cr_expect(result.vouched && !result.weak, "%s", result.why);
    assay_reference_result_free(&result);
    learnt_free(&one);

    learnt_open(&one, SHIM);
    for (size_t i = 0; i < one.values.bank_count; i++)
        if (one.values.banks[i].alg != ASSAY_ALG_SHA256)
            one.values.banks[i].present &= ~((assay_pcr_set)1 << 4);
    assay_pcrs_bank(&one.values, ASSAY_ALG_SHA256)->value[4][0] ^= 1;
    result = compare(&one.boot);
    cr_expect_eq(result.verdict, ASSAY_REFERENCE_MISMATCH);
    cr_expect(!result.vouched, "%s", result.why);
    assay_reference_result_free(&result);
    learnt_free(&one);
}

/*
 * A log has digests of several banks, and a value says what was extended in its own: of a program
 * that the reference knows by SHA-256 the log may say anything, as long as its SHA-384 is true.
 */
Test(reference_compare, a_value_of_another_bank_vouches_for_no_digest)
{
    static const uint16_t sha256[] = { ASSAY_ALG_SHA256 };
    static const struct {
        uint16_t alg;
        bool quoted, vouches;
        enum assay_reference_verdict verdict;
    } rows[] = {
        { ASSAY_ALG_SHA256, false, true, ASSAY_REFERENCE_MATCH },
        { ASSAY_ALG_SHA384, false, false, ASSAY_REFERENCE_MATCH },
        { ASSAY_ALG_SHA256, true, true, ASSAY_REFERENCE_MATCH },
        { ASSAY_ALG_SHA384, true, false, ASSAY_REFERENCE_UNKNOWN },
    };
    learnt one;

    learnt_open(&one, SHIM);
    one.boot.banks = sha256;
    one.boot.bank_count = 1;
    cr_assert_eq(assay_learn_boot(reference, &one.boot, hashes, NULL), 0);
    learnt_free(&one);
    for (size_t row = 0; row < sizeof rows / sizeof *rows; row++) {
        learnt_open(&one, SHIM);
        one.boot.pcrs = 1u << 4;
        one.boot.quote = rows[row].quoted ? &(assay_quote){ 0 } : NULL;
        for (size_t i = 0; i < one.values.bank_count; i++)
            if (one.values.banks[i].alg != rows[row].alg)
                one.values.banks[i].present = 0;
        assay_reference_result result = compare(&one.boot);
        cr_expect_eq(result.verdict, rows[row].verdict, "row %zu: %s", row, result.why);
        cr_expect_eq(result.vouched, rows[row].vouches, "row %zu: %s", row, result.why);
        cr_expect_eq(strstr(result.why, "in a bank that was compared") == NULL, rows[row].vouches,
                     "row %zu: %s", row, result.why);
        assay_reference_result_free(&result);
        learnt_free(&one);
    }
}

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
Test(reference_compare, a_log_of_measurement_registers_says_nothing_of_pcrs)
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

Test(reference_compare, values_of_measurement_registers_are_learnt_as_such_and_not_mixed)
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

Test(reference_compare, values_alone_name_the_pcr_and_no_component)
{
    learnt one;

    learnt_add(reference, SHIM, NULL, hashes);
    learnt_open(&one, SHIM);
    close_logs(&one);
    without_logs(&one);
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

Test(reference_compare, what_no_log_told_of_where_nothing_was_extended_is_another_boot)
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

Test(reference_compare, the_values_of_two_variants_are_never_mixed)
{
    learnt uki, shim;

    learnt_add(reference, UKI, NULL, hashes);
    learnt_add(reference, SHIM, NULL, hashes);
    learnt_open(&uki, UKI);
    learnt_open(&shim, SHIM);
    close_logs(&uki);
    without_logs(&uki);
    for (size_t i = 0; i < uki.values.bank_count; i++)
        memcpy(uki.values.banks[i].value[4], shim.values.banks[i].value[4], ASSAY_DIGEST_MAX);
    assay_reference_result result = compare(&uki.boot);
    cr_expect_eq(result.verdict, ASSAY_REFERENCE_MISMATCH);
    cr_expect_eq(result.variant, 0, "one PCR is less than all but one");
    assay_reference_result_free(&result);
    learnt_free(&uki);
    learnt_free(&shim);
}

Test(reference_compare, a_pcr_that_is_held_and_was_not_given_leaves_it_open)
{
    learnt one;

    learnt_add(reference, UKI, NULL, hashes);
    learnt_open(&one, UKI);
    close_logs(&one);
    without_logs(&one);
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
Test(reference_compare, a_value_in_SHA1_alone_vouches_weakly_whatever_the_log_says)
{
    learnt one;

    learnt_add(reference, UKI, NULL, hashes);
    learnt_open(&one, UKI);
    for (size_t i = 0; i < one.values.bank_count; i++)
        if (one.values.banks[i].alg != ASSAY_ALG_SHA1)
            one.values.banks[i].present &= ~((assay_pcr_set)1 << 4);
    assay_reference_result result = compare(&one.boot);
    cr_expect_eq(result.verdict, ASSAY_REFERENCE_MATCH, "%s", result.why);
    cr_expect(result.vouched && result.weak);
    assay_reference_result_free(&result);

    learnt_free(&one);
    learnt_open(&one, UKI);
    for (size_t i = 0; i < one.values.bank_count; i++)
        if (one.values.banks[i].alg != ASSAY_ALG_SHA256)
            one.values.banks[i].present &= ~((assay_pcr_set)1 << 4);
    result = compare(&one.boot);
    cr_expect(result.vouched && !result.weak);
    assay_reference_result_free(&result);
    learnt_free(&one);
}

Test(reference_compare, only_the_banks_and_pcrs_that_are_wanted_decide)
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

/* The machines beside the project, where they are: each with one thing replaced. */
Test(reference_compare, a_tampered_twin_differs_in_what_was_replaced)
{
    static const struct {
        const char *base, *second, *twin, *differs;
    } rows[] = {
        { UKI, "b1s-uki252-second-boot", "g-b1-cmdline", "cmdline" },
        { UKI, "b1s-uki252-second-boot", "g-b1-initrd", "initrd" },
        { UKI, "b1s-uki252-second-boot", "i2-sata", "boot-option" },
        { UKI, "b1s-uki252-second-boot", "i4-optrom", "option-rom" },
        { UKI, "b1s-uki252-second-boot", "i5-2M", "firmware" },
        { SHIM, "d1s-shim-grub206-sb-second-boot", "g-d1-bootorder", "boot-option" },
        { SHIM, "d1s-shim-grub206-sb-second-boot", "g-d1-cmdline", "cmdline" },
        { SHIM, "d1s-shim-grub206-sb-second-boot", "g-d1-dbx", "secure-boot" },
        { SHIM, "d1s-shim-grub206-sb-second-boot", "g-d1-grubcfg-command", "grub" },
        /* Its initrd has the modules of that kernel. */
        { SHIM, "d1s-shim-grub206-sb-second-boot", "g-d1-kernel", "kernel initrd" },
        { SHIM, "d1s-shim-grub206-sb-second-boot", "g-d1-mok", "shim" },
        { "a2-efistub-bootentry", "a2-efistub-bootentry", "a4-efistub-ima-tcb", "cmdline" },
        { "a2-efistub-bootentry", "a2-efistub-bootentry", "a3-efistub-bootentry-6.12", "kernel" },
    };

    if (access("../shared/boots/" UKI, R_OK) != 0)
        return;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char base[128], second[128], twin[128];
        learnt one;

        snprintf(base, sizeof base, "../../../shared/boots/%s", rows[i].base);
        snprintf(second, sizeof second, "../../../shared/boots/%s", rows[i].second);
        snprintf(twin, sizeof twin, "../../../shared/boots/%s", rows[i].twin);
        assay_reference_free(&reference);
        reference = assay_reference_new("image");
        learnt_add(reference, base, NULL, hashes);
        learnt_add(reference, second, NULL, hashes);
        cr_expect_eq(reference->variant_count, 1, "%s", rows[i].second);
        learnt_open(&one, twin);
        assay_reference_result result = compare(&one.boot);
        cr_expect_eq(result.verdict, ASSAY_REFERENCE_MISMATCH, "%s", rows[i].twin);
        cr_expect(!result.log_contradicts, "%s", rows[i].twin);
        cr_expect_str_eq(differing(&result), rows[i].differs, "%s: %s", rows[i].twin,
                         differing(&result));
        assay_reference_result_free(&result);
        learnt_free(&one);
    }
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
    const int status = assay_reference_compare(reference, &no_memory_boot.boot, 1, hashes, &result,
                                               &error);
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

/* Some PCRs. */

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

Test(reference_compare, a_reference_of_some_pcrs_holds_no_boot_to_others)
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

Test(reference_compare, what_is_in_its_pcrs_still_decides)
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

Test(reference_compare, variants_of_other_pcrs_are_other_variants)
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
