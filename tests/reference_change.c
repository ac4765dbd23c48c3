/* SPDX-License-Identifier: BSD-2-Clause */
/* policy/reference/change.h: references merged, and what is left after some of it is retired. */
#include "policy/reference/change.h"
#include "eventlog/types.h"
#include "policy/reference/compare.h"
#include "policy/reference/json.h"
#include "policy/reference/sequence.h"
#include "tests/allocfail.h"
#include "tests/learnt.h"

#include <criterion/criterion.h>

static assay_hashes *hashes;

static void set_up(void)
{
    hashes = assay_hashes_new();
}

static void tear_down(void)
{
    assay_hashes_free(&hashes);
}

TestSuite(reference_change, .init = set_up, .fini = tear_down);

static const char *const machines[] = { "b1-uki252", "d1-shim-grub206-sb", "h3-sha1",
                                        "c5-sdboot257-type2-sb", "a5-efistub-6.12-ovmf2025",
                                        "r1-shell-startup" };
enum { MACHINES = sizeof machines / sizeof *machines };

static assay_reference *learn(const char *name, unsigned set)
{
    assay_reference *reference = assay_reference_new(name);

    for (size_t i = 0; i < MACHINES; i++)
        if ((set >> i & 1) != 0)
            learnt_add(reference, machines[i], NULL, hashes);
    return reference;
}

static void merge(assay_reference *into, const assay_reference *from)
{
    assay_error error = { .what = "" };

    cr_assert_eq(assay_reference_merge(into, from, &error), 0, "%s", error.what);
}

/*
 * The JSON of a reference with one revision, no word of what it superseded, and without what nobody
 * measured, which is of whichever variant came first: the events as which varying steps were first
 * seen, and where images lay in memory.
 */
static assay_writer written(const assay_reference *reference)
{
    assay_writer json = assay_writer_growing(1 << 26);
    assay_reference *plain = assay_reference_copy(reference);

    plain->revision = 1;
    plain->supersedes = NULL;
    for (size_t i = 0; i < plain->step_count; i++)
        for (size_t j = 0; j < plain->steps[i].alternative_count; j++) {
            assay_event *const event = &plain->steps[i].alternatives[j].event;

            if (plain->steps[i].varies != NULL)
                event->digest_count = 0;
            if (plain->steps[i].varies != NULL || event->type == EV_EFI_BOOT_SERVICES_APPLICATION)
                event->data = ASSAY_LITERAL("");
        }
    cr_assert_eq(assay_reference_write(plain, ASSAY_REFERENCE_UNSIGNED, &json), 0);
    assay_reference_free(&plain);
    return json;
}

static void expect_same(const assay_reference *a, const assay_reference *b, const char *what,
                        unsigned number)
{
    assay_writer left = written(a), right = written(b);

    cr_expect(assay_bytes_equal(assay_written(&left), assay_written(&right)), "%s %u", what,
              number);
    assay_writer_close(&left);
    assay_writer_close(&right);
}

Test(reference_change, merged_with_itself_a_reference_is_what_it_was)
{
    for (unsigned set = 1; set < 1 << MACHINES; set += 5) {
        assay_reference *once = learn("image", set), *twice = learn("image", set);

        merge(twice, once);
        cr_expect_eq(twice->revision, 2);
        expect_same(twice, once, "set", set);
        assay_reference_free(&once);
        assay_reference_free(&twice);
    }
}

static bool accepts(const assay_reference *reference, const char *machine)
{
    assay_reference_result result;
    assay_error error;
    learnt one;

    learnt_open(&one, machine);
    cr_assert_eq(assay_reference_compare(reference, &one.boot, assay_reference_all(reference),
                                         hashes, &result, &error),
                 0);
    const bool is = result.verdict == ASSAY_REFERENCE_MATCH;
    assay_reference_result_free(&result);
    learnt_free(&one);
    return is;
}

Test(reference_change, a_merged_reference_accepts_the_boots_of_both_and_no_other)
{
    assay_reference *a = learn("image", 0x03), *b = learn("image", 0x0A);

    merge(a, b);
    cr_expect_eq(a->variant_count, 3, "the one that both have is one");
    for (size_t i = 0; i < MACHINES; i++)
        cr_expect_eq(accepts(a, machines[i]), (0x0B >> i & 1) != 0, "%s", machines[i]);
    assay_reference_free(&a);
    assay_reference_free(&b);
}

/* Of all pairs of references that have no boot in common. */
Test(reference_change, retiring_undoes_merging)
{
    for (unsigned old = 1; old < 1 << MACHINES; old += 7)
        for (unsigned new = 1; new < 1 << MACHINES; new += 3) {
            assay_error error = { .what = "" };
            assay_reference *left;

            if ((old & new) != 0)
                continue;
            assay_reference *merged = learn("image", old), *wanted = learn("image", new);
            const assay_variant_set olds = assay_reference_all(merged);

            merge(merged, wanted);
            cr_assert_eq(assay_reference_retire(merged, olds, &left, &error), 0, "%s", error.what);
            expect_same(left, wanted, "old and new", old << 8 | new);
            cr_expect_eq(left->revision, 3);
            assay_reference_free(&left);
            assay_reference_free(&merged);
            assay_reference_free(&wanted);
        }
}

Test(reference_change, what_supersedes_another_names_it)
{
    assay_reference *reference = learn("image", 0x03), *left;
    uint8_t identity[32];
    char text[65] = "";
    assay_writer hex = assay_writer_lent(text, 64);
    assay_error error;

    cr_assert_eq(assay_reference_identity(reference, identity), 0);
    assay_put_hex(&hex, assay_bytes_of(identity, 32));
    cr_assert_eq(assay_reference_retire(reference, 1, &left, &error), 0);
    cr_expect_str_eq(left->supersedes, text);
    cr_expect_eq(left->variant_count, 1);
    cr_expect_eq(left->input_count, 1);
    cr_expect(!accepts(left, machines[0]) && accepts(left, machines[1]));
    assay_reference_free(&left);

    cr_expect_eq(assay_reference_retire(reference, 3, &left, &error), -ASSAY_UNSUPPORTED,
                 "nothing would be left");
    assay_reference_free(&reference);
}

Test(reference_change, of_two_names_that_are_one_the_second_is_told_apart)
{
    assay_reference *a = assay_reference_new("image"), *b = assay_reference_new("image");

    learnt_add(a, machines[0], "boot", hashes);
    learnt_add(b, machines[1], "boot", hashes);
    b->vendor = "vendor of b";
    merge(a, b);
    cr_assert_eq(a->variant_count, 2);
    cr_expect_str_eq(a->variants[0].name, "boot");
    cr_expect_str_eq(a->variants[1].name, "boot-2");
    cr_expect_str_eq(a->vendor, "vendor of b", "a says nothing of it");
    assay_reference_free(&a);
    assay_reference_free(&b);
}

static assay_reference *no_memory_into, *no_memory_from, *no_memory_both;

static int merge_once(void)
{
    assay_reference *into = assay_reference_copy(no_memory_into);
    assay_error error;

    if (into == NULL)
        return -ASSAY_NO_MEMORY;
    const int status = assay_reference_merge(into, no_memory_from, &error);
    cr_expect_eq(into->variant_count, status == 0 ? 2 : 1, "as good as it was");
    assay_reference_free(&into);
    return status;
}

static int retire_once(void)
{
    assay_reference *left;
    assay_error error;
    const int status = assay_reference_retire(no_memory_both, 2, &left, &error);

    if (status == 0)
        assay_reference_free(&left);
    return status;
}

Test(reference_change, without_memory_a_reference_stays_what_it_was)
{
    no_memory_into = learn("image", 0x01);
    no_memory_from = learn("image", 0x02);
    no_memory_both = learn("image", 0x03);
    cr_expect_gt(each_allocation_fails("merge", merge_once), 10);
    cr_expect_gt(each_allocation_fails("retire", retire_once), 10);
    assay_reference_free(&no_memory_into);
    assay_reference_free(&no_memory_from);
    assay_reference_free(&no_memory_both);
}

Test(reference_change, more_variants_than_there_can_be_are_refused)
{
    assay_reference *big = assay_reference_new("image"), *from = learn("image", 0x02);
    assay_error error;

    for (unsigned i = 0; i < ASSAY_VARIANTS_MAX; i++) {
        learnt one;

        learnt_open(&one, machines[0]);
        for (size_t j = 0; j < one.boot.log_count; j++)
            assay_log_close(one.list[j]);
        one.boot.log_count = 0;
        one.values.banks[0].value[0][0] = (uint8_t)i;
        cr_assert_eq(assay_learn_boot(big, &one.boot, hashes, &error), 0);
        learnt_free(&one);
    }
    cr_expect_eq(big->variant_count, ASSAY_VARIANTS_MAX);
    cr_expect_eq(assay_reference_merge(big, from, &error), -ASSAY_TOO_LARGE);
    cr_expect_eq(big->variant_count, ASSAY_VARIANTS_MAX);
    cr_expect_eq(big->revision, 1);
    assay_reference_free(&big);
    assay_reference_free(&from);
}

Test(reference_change, a_scope_that_is_said_stays_and_none_takes_the_others)
{
    static const struct {
        enum assay_scope into, from, merged;
    } rows[] = {
        { ASSAY_SCOPE_UNSAID, ASSAY_SCOPE_HOST, ASSAY_SCOPE_HOST },
        { ASSAY_SCOPE_PLATFORM, ASSAY_SCOPE_HOST, ASSAY_SCOPE_PLATFORM },
        { ASSAY_SCOPE_PLATFORM, ASSAY_SCOPE_UNSAID, ASSAY_SCOPE_PLATFORM },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assay_reference *into = learn("image", 0x01), *from = learn("image", 0x02);

        into->scope = rows[i].into;
        from->scope = rows[i].from;
        merge(into, from);
        cr_expect_eq(into->scope, rows[i].merged, "row %zu", i);
        assay_reference_free(&into);
        assay_reference_free(&from);
    }
}
