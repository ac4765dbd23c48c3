/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * policy/reference/learn.h: what references are learnt from boots that were recorded. Values are
 * those that the machines' TPMs had (pcrs.json); numbers of steps are counted by hand from
 * `tpm2_eventlog`'s listing of the logs.
 */
#include "policy/reference/compare.h"
#include "policy/reference/describe.h"
#include "policy/reference/sequence.h"
#include "tests/allocfail.h"
#include "tests/altered.h"
#include "tests/learning.h"

#include <criterion/criterion.h>

#define UKI "b1-uki252"
#define SHIM "d1-shim-grub206-sb"

TestSuite(reference_learn, .init = set_up, .fini = tear_down);

/* Every value that a variant holds is the TPM's. Returns how many there are. */
static size_t expect_values(size_t variant, const char *machine)
{
    learnt one;
    size_t count = 0;

    learnt_open(&one, machine);
    for (size_t i = 0; i < one.values.bank_count; i++)
        for (unsigned pcr = 0; pcr < ASSAY_PCRS; pcr++) {
            const uint16_t alg = one.values.banks[i].alg;
            const assay_bytes held = assay_reference_value(reference, variant, alg, pcr);

            if (held.data == NULL)
                continue;
            count++;
            cr_expect(assay_bytes_equal(held, assay_pcrs_value(&one.values, alg, pcr)),
                      "%s PCR %u of 0x%04x", machine, pcr, alg);
        }
    learnt_free(&one);
    return count;
}

Test(reference_learn, a_boot_is_a_variant_with_the_values_of_its_tpm)
{
    learnt_add(reference, UKI, NULL, hashes);
    cr_assert_eq(reference->variant_count, 1);
    cr_expect_str_eq(reference->variants[0].name, UKI);
    /* PCR 0-9 and 11-14 in four banks, and 10 in those two that the kernel could hash in. */
    cr_expect_eq(expect_values(0, UKI), 4 * 14 + 2);
    /* 37 records of firmware's log without its Spec ID event, and boot_aggregate. */
    cr_expect_eq(reference->step_count, 36 + 1);
    cr_expect_eq(reference->log_count, 2);
    cr_expect_eq(reference->variants[0].confidence[0][0], ASSAY_CONFIDENCE_OBSERVED);
}

Test(reference_learn, without_a_tpms_values_a_boot_is_replayed_or_predicted)
{
    for (int predicted = 0; predicted < 2; predicted++) {
        learnt one;
        assay_error error = { .what = "" };

        learnt_open(&one, UKI);
        one.boot.values = NULL;
        one.boot.predicted = predicted != 0;
        assay_reference *other = assay_reference_new("image");
        cr_assert_eq(assay_learn_boot(other, &one.boot, hashes, &error), 0, "%s", error.what);
        cr_expect_eq(other->variants[0].confidence[0][0],
                     predicted != 0 ? ASSAY_CONFIDENCE_PREDICTED : ASSAY_CONFIDENCE_REPLAYED);
        assay_reference_free(&other);
        learnt_free(&one);
    }
}

Test(reference_learn, the_same_boot_again_is_no_other_variant)
{
    learnt_add(reference, UKI, NULL, hashes);
    const size_t steps = reference->step_count;

    learnt_add(reference, UKI, NULL, hashes);
    cr_expect_eq(reference->variant_count, 1);
    cr_expect_eq(reference->step_count, steps);
    cr_expect_eq(reference->input_count, 1);
    for (size_t i = 0; i < steps; i++)
        cr_expect_null(reference->steps[i].varies);
}

Test(reference_learn, another_boot_is_another_variant_and_each_keeps_its_values)
{
    learnt_add(reference, UKI, NULL, hashes);
    learnt_add(reference, SHIM, NULL, hashes);
    cr_assert_eq(reference->variant_count, 2);
    expect_values(0, UKI);
    expect_values(1, SHIM);
    for (size_t variant = 0; variant < 2; variant++) {
        assay_replay replay;
        assay_pcr_set unheld[ASSAY_ALGS];

        cr_assert_eq(assay_reference_fold(reference, variant, hashes, &replay, unheld), 0);
        cr_expect(
            assay_bytes_equal(assay_pcrs_value(&replay.pcrs, ASSAY_ALG_SHA256, 4),
                              assay_reference_value(reference, variant, ASSAY_ALG_SHA256, 4)));
    }
    /* The firmware of both is one: its first measurement is the same step. */
    cr_expect(assay_reference_is_fixed(&reference->steps[0], 3));
}

Test(reference_learn, what_differs_between_boots_of_one_name_varies_and_is_not_held)
{
    learnt_add(reference, UKI, "host", hashes);
    learnt_add(reference, SHIM, "host", hashes);
    cr_assert_eq(reference->variant_count, 1);
    /* Both have a separator alone in PCR 2, and other programs in PCR 4. */
    cr_expect_not_null(assay_reference_value(reference, 0, ASSAY_ALG_SHA256, 2).data);
    cr_expect_null(assay_reference_value(reference, 0, ASSAY_ALG_SHA256, 4).data);
    size_t varying = 0;
    for (size_t i = 0; i < reference->step_count; i++)
        varying += reference->steps[i].varies != NULL;
    cr_expect_gt(varying, 0);
}

Test(reference_learn, each_boot_of_a_variant_that_varies_is_of_it)
{
    learnt_add(reference, UKI, "host", hashes);
    learnt_add(reference, SHIM, "host", hashes);
    learnt_add(reference, UKI, NULL, hashes);
    learnt_add(reference, SHIM, NULL, hashes);
    cr_expect_eq(reference->variant_count, 1);
}

/* Its PCRs then hold the same, and an event of another digest in one of them is another boot. */
Test(reference_learn, the_order_in_which_two_pcrs_are_extended_lets_nothing_vary)
{
    altered a;
    assay_error error = { .what = "" };

    learnt_add(reference, UKI, "host", hashes);
    const size_t steps = reference->step_count;
    altered_open(&a, UKI);
    altered_swap(&a, 13); /* Boot0002 in PCR 1, and the attempt in PCR 4 */
    a.one.boot.variant = "host";
    cr_assert_eq(assay_learn_boot(reference, &a.one.boot, hashes, &error), 0, "%s", error.what);
    altered_free(&a);
    cr_expect_eq(reference->step_count, steps);
    for (size_t i = 0; i < reference->step_count; i++)
        cr_expect_null(reference->steps[i].varies, "step %zu: %s", i, reference->steps[i].varies);
    cr_expect_eq(expect_values(0, UKI), 4 * 14 + 2);
}

/* Without an event, which the other boot has earlier among those of other PCRs. */
Test(reference_learn, what_comes_and_goes_keeps_its_place_in_its_pcr)
{
    static const size_t orders[][3] = { { 0, 1, 2 }, { 1, 2, 0 }, { 2, 0, 1 } };

    for (size_t k = 0; k < 3; k++) {
        assay_reference *other = assay_reference_new("image");
        assay_reference_result result;
        assay_error error = { .what = "" };
        altered a;

        for (size_t i = 0; i < 3; i++) {
            altered_open(&a, UKI);
            if (orders[k][i] == 1)
                altered_drop(&a, 11); /* Boot0001, of PCR 1 */
            if (orders[k][i] == 2)
                altered_swap(&a, 13);
            a.one.boot.values = NULL;
            a.one.boot.log_count = 1; /* boot_aggregate is of PCR 1, too */
            a.one.boot.variant = "host";
            cr_assert_eq(assay_learn_boot(other, &a.one.boot, hashes, &error), 0, "%s",
                         error.what);
            a.one.boot.log_count = 2;
            altered_free(&a);
        }
        size_t varying = 0;
        for (size_t i = 0; i < other->step_count; i++)
            varying += other->steps[i].varies != NULL;
        cr_expect_eq(varying, 1, "order %zu: %zu", k, varying);
        cr_expect_null(assay_reference_value(other, 0, ASSAY_ALG_SHA256, 1).data);
        cr_expect_not_null(assay_reference_value(other, 0, ASSAY_ALG_SHA256, 4).data);
        altered_open(&a, UKI);
        altered_digests(&a, 14); /* the attempt */
        a.one.boot.values = NULL;
        cr_assert_eq(assay_reference_compare(other, &a.one.boot, assay_reference_all(other),
                                             hashes, &result, &error),
                     0, "%s", error.what);
        cr_expect_eq(result.verdict, ASSAY_REFERENCE_MISMATCH, "order %zu: %s", k, result.why);
        assay_reference_result_free(&result);
        altered_free(&a);
        assay_reference_free(&other);
    }
}

Test(reference_learn, values_that_contradict_the_log_are_refused_by_their_pcr)
{
    learnt one;
    assay_error error;

    learnt_open(&one, UKI);
    assay_pcrs_bank(&one.values, ASSAY_ALG_SHA256)->value[4][31] ^= 1;
    cr_assert_eq(assay_learn_boot(reference, &one.boot, hashes, &error), -ASSAY_MALFORMED);
    cr_expect_not_null(strstr(error.what, "PCR 4 of bank sha256"));
    cr_expect_eq(reference->variant_count, 0);
    learnt_free(&one);
}

Test(reference_learn, a_pcr_that_is_left_out_contradicts_nothing)
{
    learnt one;
    assay_error error = { .what = "" };

    learnt_open(&one, UKI);
    assay_pcrs_bank(&one.values, ASSAY_ALG_SHA256)->value[4][31] ^= 1;
    one.boot.pcrs = ASSAY_ALL_PCRS & ~(1u << 4);
    cr_assert_eq(assay_learn_boot(reference, &one.boot, hashes, &error), 0, "%s", error.what);
    cr_expect_null(assay_reference_value(reference, 0, ASSAY_ALG_SHA256, 4).data);
    for (size_t i = 0; i < reference->step_count; i++)
        cr_expect_neq(reference->steps[i].alternatives[0].event.pcr_index, 4);
    learnt_free(&one);
}

Test(reference_learn, only_the_banks_wanted_are_learnt)
{
    static const uint16_t banks[] = { ASSAY_ALG_SHA256 };
    learnt one;
    assay_error error = { .what = "" };

    learnt_open(&one, UKI);
    one.boot.banks = banks;
    one.boot.bank_count = 1;
    cr_assert_eq(assay_learn_boot(reference, &one.boot, hashes, &error), 0, "%s", error.what);
    cr_expect_eq(reference->variants[0].values.bank_count, 1);
    cr_expect_eq(reference->steps[0].alternatives[0].event.digest_count, 1);
    learnt_free(&one);
}

static const assay_pcr_set loaders = 1u << 8 | 1u << 12 | 1u << 13 | 1u << 14;

/* Of the PCRs that a boot of b1-uki252 leaves at zeros, which a variant holds as such. */
static assay_pcr_set held_zeros(size_t variant)
{
    assay_pcr_set held = 0;

    for (unsigned pcr = 0; pcr < ASSAY_PCRS; pcr++) {
        const assay_bytes value = assay_reference_value(reference, variant, ASSAY_ALG_SHA256, pcr);

        if (value.data != NULL && assay_bytes_all(value, 0))
            held |= (assay_pcr_set)1 << pcr;
    }
    return held;
}

Test(reference_learn, what_no_loader_extended_is_held_also_without_a_tpms_word)
{
    for (int predicted = 0; predicted < 2; predicted++) {
        learnt one;
        assay_error error = { .what = "" };

        learnt_open(&one, UKI);
        one.boot.values = NULL;
        one.boot.predicted = predicted;
        cr_assert_eq(assay_learn_boot(reference, &one.boot, hashes, &error), 0, "%s", error.what);
        cr_expect_eq(held_zeros(0), loaders);
        learnt_free(&one);
    }
}

Test(reference_learn, what_was_not_extended_is_held_of_all_pcrs_that_are_named)
{
    learnt one;
    assay_error error = { .what = "" };

    learnt_open(&one, UKI);
    one.boot.pcrs = 1u << 4 | 1u << 12 | 1u << 15 | 1u << 23;
    cr_assert_eq(assay_learn_boot(reference, &one.boot, hashes, &error), 0, "%s", error.what);
    cr_expect_eq(held_zeros(0), 1u << 12 | 1u << 15, "23 is for anyone's use");
    learnt_free(&one);
}

Test(reference_learn, zeros_of_a_bank_that_the_machine_does_not_use_say_nothing)
{
    learnt one;
    assay_error error = { .what = "" };

    learnt_open(&one, UKI);
    memset(assay_pcrs_bank(&one.values, ASSAY_ALG_SHA256)->value, 0,
           sizeof(assay_pcr_bank){ 0 }.value);
    one.boot.log_count = 0;
    cr_assert_eq(assay_learn_boot(reference, &one.boot, hashes, &error), 0, "%s", error.what);
    cr_expect_eq(held_zeros(0), 0);
    one.boot.log_count = 2;
    learnt_free(&one);
}

Test(reference_learn, of_values_alone_those_are_held_that_are_no_start_values)
{
    learnt one;
    assay_error error = { .what = "" };

    learnt_open(&one, UKI);
    one.boot.log_count = 0;
    cr_assert_eq(assay_learn_boot(reference, &one.boot, hashes, &error), 0, "%s", error.what);
    cr_expect_eq(reference->step_count, 0);
    cr_expect_not_null(assay_reference_value(reference, 0, ASSAY_ALG_SHA256, 0).data);
    cr_expect_null(assay_reference_value(reference, 0, ASSAY_ALG_SHA256, 15).data, "zeros");
    cr_expect_eq(held_zeros(0), loaders);
    cr_expect_null(assay_reference_value(reference, 0, ASSAY_ALG_SHA256, 10).data, "IMA's");
    cr_expect_null(assay_reference_value(reference, 0, ASSAY_ALG_SHA256, 17).data, "ones");
    one.boot.log_count = 2;
    learnt_free(&one);
}

Test(reference_learn, nothing_is_nothing_to_learn)
{
    const assay_learnt_boot nothing = { .log_count = 0 };
    assay_error error;

    cr_expect_eq(assay_learn_boot(reference, &nothing, hashes, &error), -ASSAY_UNKNOWN_FORMAT);
}

static learnt boots[2];

static int learn_both(void)
{
    assay_hashes *own = assay_hashes_new();
    assay_reference *made = assay_reference_new("image");
    int status = own == NULL || made == NULL ? -ASSAY_NO_MEMORY : 0;
    assay_error error;

    for (int i = 0; i < 2 && status == 0; i++) {
        assay_log again;
        assay_log *const one = &again;
        assay_learnt_boot boot = boots[i].boot;

        status = assay_log_open_again(&again, &boots[i].logs[0], &error);
        if (status < 0)
            break;
        boot.log_count = 1;
        boot.logs = &one;
        boot.variant = "host";
        status = assay_learn_boot(made, &boot, own, &error);
        assay_log_close(&again);
    }
    assay_reference_free(&made);
    assay_hashes_free(&own);
    return status;
}

Test(reference_learn, no_memory_is_said, .timeout = 300)
{
    learnt_open(&boots[0], UKI);
    learnt_open(&boots[1], SHIM);
    cr_expect_gt(each_allocation_fails("two boots", learn_both), 10);
    learnt_free(&boots[0]);
    learnt_free(&boots[1]);
}

/* Alignment: lists of letters; capitals are of one place with their small letters. */

typedef struct lists {
    const char *a, *b;
} lists;

static enum assay_fit letters(const void *context, size_t i, size_t j)
{
    const lists *const l = context;

    return l->a[i] == l->b[j]                     ? ASSAY_FIT_ALIKE
           : (l->a[i] | 0x20) == (l->b[j] | 0x20) ? ASSAY_FIT_PLACE
                                                  : ASSAY_FIT_NONE;
}

/* By hand: the letters of `a` that those of `b` go with, '-' for none. */
static const struct {
    const char *a, *b, *with;
} aligned[] = {
    { "abc", "abc", "abc" }, { "abc", "ac", "ac" },      { "ac", "abc", "a-c" },
    { "abc", "aBc", "abc" }, { "", "ab", "--" },         { "ab", "", "" },
    { "axb", "ayb", "a-b" }, { "aAb", "Ab", "Ab" },      { "abab", "ab", "ab" },
    { "abc", "cab", "-ab" }, { "aBcD", "abcd", "aBcD" }, { "xaby", "ab", "ab" },
};

Test(reference_learn, steps_are_aligned_in_order_alike_before_place)
{
    for (size_t k = 0; k < sizeof aligned / sizeof *aligned; k++) {
        const lists l = { aligned[k].a, aligned[k].b };
        const size_t m = strlen(l.b);
        long of[8];

        cr_assert_eq(assay_align_steps(strlen(l.a), m, letters, &l, of), 0);
        for (size_t j = 0; j < m; j++) {
            const char with = of[j] == ASSAY_UNALIGNED ? '-' : l.a[of[j]];

            cr_expect_eq(with, aligned[k].with[j], "%s with %s at %zu: %c", l.a, l.b, j, with);
        }
    }
}

/* What a reference says of itself. */

static const struct {
    const char *name, *value;
    int status;
} properties[] = {
    { "name", "compute image", 0 },
    { "scope", "image", 0 },
    { "scope", "IMAGE", -ASSAY_MALFORMED },
    { "revision", "7", 0 },
    { "revision", "0", -ASSAY_MALFORMED },
    { "revision", "1x", -ASSAY_MALFORMED },
    { "not-before", "2026-01-02T03:04:05Z", 0 },
    { "not-before", "2026-02-29T03:04:05Z", -ASSAY_MALFORMED },
    { "not-after", "2028-02-29T23:59:59Z", 0 },
    { "not-after", "2026-01-02T03:04:05+01:00", -ASSAY_MALFORMED },
    { "not-after", "2026-13-02T03:04:05Z", -ASSAY_MALFORMED },
    { "not-after", "2026-01-02T24:00:00Z", -ASSAY_MALFORMED },
    { "class-id", "1.3.6.1.4.1", 0 },
    { "class-id", "11111111-2222-4333-8444-555555555555", 0 },
    { "class-id", "1", -ASSAY_MALFORMED },
    { "class-id", "1..2", -ASSAY_MALFORMED },
    { "class-id", "01.2", -ASSAY_MALFORMED },
    { "supersedes", "00", -ASSAY_MALFORMED },
    { "component.uki.version", "2026.01", 0 },
    { "component.uki.colour", "red", -ASSAY_UNSUPPORTED },
    { "component.shim.version", "15.8", -ASSAY_UNSUPPORTED },
    { "colour", "red", -ASSAY_UNSUPPORTED },
};

Test(reference_learn, properties_are_set_or_refused)
{
    learnt_add(reference, UKI, NULL, hashes);
    for (size_t i = 0; i < sizeof properties / sizeof *properties; i++) {
        assay_error error = { .what = "" };

        cr_expect_eq(
            assay_reference_set(reference, properties[i].name, properties[i].value, &error),
            properties[i].status, "%s=%s: %s", properties[i].name, properties[i].value, error.what);
    }
    cr_expect_str_eq(reference->name, "compute image");
    cr_expect_eq(reference->scope, ASSAY_SCOPE_IMAGE);
    cr_expect_eq(reference->revision, 7);
    size_t named = 0;
    for (size_t i = 0; i < reference->component_count; i++)
        named += reference->components[i].version != NULL &&
                 strcmp(reference->components[i].version, "2026.01") == 0;
    cr_expect_eq(named, 1);
}

Test(reference_learn, boots_without_a_name_are_told_apart_by_a_number)
{
    static const char *const names[] = { UKI, UKI "-2", UKI "-3" };

    for (size_t i = 0; i < 3; i++) {
        learnt one;
        assay_error error = { .what = "" };

        learnt_open(&one, UKI);
        assay_log_close(one.list[0]);
        one.boot.log_count = 0; /* its values are all that it has, and are each time others */
        for (size_t bank = 0; bank < one.values.bank_count; bank++)
            one.values.banks[bank].value[4][0] ^= (uint8_t)i;
        cr_assert_eq(assay_learn_boot(reference, &one.boot, hashes, &error), 0, "%s", error.what);
        cr_assert_eq(reference->variant_count, i + 1);
        cr_expect_str_eq(reference->variants[i].name, names[i]);
        learnt_free(&one);
    }
}

/* Learnt without the kernel's list, and with it afterwards: as if it had been there at first. */
Test(reference_learn, a_list_that_comes_later_is_added)
{
    assay_reference *whole = assay_reference_new("image");
    learnt one;
    assay_error error = { .what = "" };

    learnt_add(whole, SHIM, "shim", hashes);
    learnt_open(&one, SHIM);
    one.boot.variant = "shim";
    assay_log_close(one.list[1]);
    one.boot.log_count = 1;
    cr_assert_eq(assay_learn_boot(reference, &one.boot, hashes, &error), 0, "%s", error.what);
    cr_expect_null(assay_reference_log_of(reference, 0, ASSAY_STAGE_KERNEL));
    cr_expect_lt(reference->step_count, whole->step_count);
    learnt_free(&one);
    learnt_add(reference, SHIM, "shim", hashes);
    cr_assert_eq(reference->variant_count, 1);
    cr_expect_not_null(assay_reference_log_of(reference, 0, ASSAY_STAGE_KERNEL));
    cr_assert_eq(reference->step_count, whole->step_count);
    for (size_t i = 0; i < whole->step_count; i++) {
        const assay_event *const a = &assay_reference_at(&reference->steps[i], 0)->event;
        const assay_event *const b = &assay_reference_at(&whole->steps[i], 0)->event;

        cr_expect_eq(a->pcr_index, b->pcr_index);
        cr_expect(assay_bytes_equal(a->data, b->data), "step %zu", i);
    }
    assay_reference_free(&whole);
}

/* RFC 3339's moments in UTC: "60" is a second of a leap minute alone, which nothing here has. */
Test(reference_learn, a_moment_is_one_of_the_calendar)
{
    static const char *const moments[] = { "2024-02-29T23:59:59Z", "2000-02-29T00:00:00Z" };
    static const char *const none[] = {
        "2023-02-29T00:00:00Z", "1900-02-29T00:00:00Z", "2024-13-01T00:00:00Z",
        "2024-00-01T00:00:00Z", "2024-04-31T00:00:00Z", "2024-01-00T00:00:00Z",
        "2024-01-01T24:00:00Z", "2024-01-01T00:60:00Z", "2024-01-01T00:00:60Z",
        "2024-01-01T00:00:00", "2024-01-01 00:00:00Z",
    };

    for (size_t i = 0; i < sizeof moments / sizeof *moments; i++)
        cr_expect(assay_is_moment(moments[i]), "%s", moments[i]);
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        cr_expect(!assay_is_moment(none[i]), "%s", none[i]);
}

/* Names of kernels as distributions and their loaders have them, the version behind a '-'. */
Test(reference_learn, a_kernels_version_is_that_in_its_files_name)
{
    static const struct {
        const char *file, *version;
    } rows[] = {
        { "/boot/vmlinuz", NULL },   { "/vmlinuz-6.12", "6.12" }, { "//linux-6.img", "6" },
        { "//linux-6.efi", "6" },    { "/vmlinuz-new9", NULL },   { "/vmlinux-6.12", NULL },
        { "/vmlinuz-0.12", "0.12" }, { "/vmlinuz-9.12", "9.12" }, { "/vmlinuz-:.12", NULL },
        { "/vmlinuz-..12", NULL },   { "/////vmlinuz-", NULL },   { "/linux-6.12.5", "6.12.5" },
        { "/linux-6.imgx", "6.imgx" }, { "/kernel-6.efi", "6" },  { "/kernel--6.12", NULL },
        { "///linux-.img", NULL },   { "/initrd-6.img", "6" },    { "/initramfs-6x", "6x" },
        { "/initrd.img-6", "6" },
    };
    enum { MENU = 38, LINUX = 41, KERNEL = 42, TOLD = 45 };
    static const uint32_t named[] = { MENU, LINUX, KERNEL, TOLD };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assay_error error = { .what = "" };
        size_t kernels = 0;
        altered a;

        assay_reference_free(&reference);
        reference = assay_reference_new("image");
        altered_open(&a, SHIM);
        a.one.boot.values = NULL;
        while (a.one.boot.log_count > 1)
            assay_log_close(a.one.list[--a.one.boot.log_count]);
        for (size_t j = 0; j < sizeof named / sizeof *named; j++)
            altered_text(&a, named[j], "/boot/vmlinuz", rows[i].file);
        cr_assert_eq(assay_learn_boot(reference, &a.one.boot, hashes, &error), 0, "%s", error.what);
        for (size_t j = 0; j < reference->component_count; j++) {
            const assay_reference_component *const c = &reference->components[j];

            if (c->role != ASSAY_PART_KERNEL)
                continue;
            kernels++;
            cr_expect_eq(c->version == NULL, rows[i].version == NULL, "%s", rows[i].file);
            if (c->version != NULL && rows[i].version != NULL)
                cr_expect_str_eq(c->version, rows[i].version);
        }
        cr_expect_eq(kernels, 1, "%s", rows[i].file);
        altered_free(&a);
    }
}

/* In whichever order the logs are named: firmware is there before the kernel. */
Test(reference_learn, steps_are_in_the_order_of_their_stages)
{
    assay_sequence sequence;
    assay_error error = { .what = "" };
    learnt one;
    size_t of_list = 0;

    learnt_open(&one, SHIM);
    cr_assert_eq(one.boot.log_count, 2);
    assay_log *const backwards[] = { one.list[1], one.list[0] };
    one.boot.logs = backwards;
    cr_assert_eq(assay_sequence_read(&sequence, &one.boot, hashes, &error), 0, "%s", error.what);
    for (size_t i = 0; i < sequence.count; i++) {
        cr_expect(i == 0 || sequence.steps[i - 1].stage <= sequence.steps[i].stage, "step %zu", i);
        of_list += sequence.steps[i].stage == ASSAY_STAGE_KERNEL;
    }
    cr_expect_eq(sequence.steps[0].stage, ASSAY_STAGE_FIRMWARE);
    cr_expect(of_list > 0 && of_list < sequence.count);
    assay_sequence_free(&sequence);
    learnt_free(&one);
}
