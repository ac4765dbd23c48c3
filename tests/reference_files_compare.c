/* SPDX-License-Identifier: BSD-2-Clause */
/* A boot held to the files of a reference. */
#include "tests/listed.h"

#include <stdio.h>

TestSuite(reference_files_compare, .init = set_up, .fini = tear_down);

static void expect_difference(const assay_reference_result *result, size_t i,
                              enum assay_compared kind, uint32_t event, size_t file)
{
    const assay_reference_difference *const d = &result->differences[i];

    cr_expect_eq(d->kind, kind, "%zu: %s", i, assay_compared_name(d->kind));
    cr_expect_eq(d->role, ASSAY_PART_USERSPACE);
    cr_expect_eq(d->event, event, "%zu: %u", i, d->event);
    cr_expect_eq(d->file, file, "%zu: %zu", i, d->file);
    cr_expect_null(d->expected);
}

Test(reference_files_compare, a_boot_has_what_was_learnt_and_need_not_have_all)
{
    assay_writer list = new_list();

    learn_good_list("one");
    put_file(&list, "/b", "sha1", DIGEST_B);
    assay_reference_result result = compare_list(assay_written(&list), 1);
    cr_expect_eq(result.verdict, ASSAY_REFERENCE_MATCH, "%s", result.why);
    cr_expect_eq(result.unlisted, 0);
    assay_reference_result_free(&result);
    put_violation(&list, "/log");
    result = compare_list(assay_written(&list), 1);
    cr_expect_eq(result.verdict, ASSAY_REFERENCE_MATCH, "%s", result.why);
    assay_reference_result_free(&result);
    assay_writer_close(&list);
}

Test(reference_files_compare, what_else_a_boot_has_differs)
{
    assay_writer list = good_list();

    learn_good_list("one");
    put_file(&list, "/a", "sha1", DIGEST_B);          /* 4: another file's digest */
    put_file(&list, "/c", "sha1", DIGEST_A);          /* 5: nobody's path */
    put_file(&list, "/a", "sha256", DIGEST_A LONGER); /* 6: another algorithm */
    put_violation(&list, "/a");                       /* 7: whose content is not known now */
    put_file(&list, "/log", "sha1", DIGEST_A);        /* 8: whose content was never known */
    assay_put_string(&list, "10 00112233445566778899aabbccddeeff00112233 d-ng sha1:" DIGEST_A
                            "\n"); /* 9: of nothing */
    assay_reference_result result = compare_list(assay_written(&list), 1);
    cr_expect_eq(result.verdict, ASSAY_REFERENCE_MISMATCH);
    cr_expect_eq(result.unlisted, 6);
    cr_assert_eq(result.difference_count, 6);
    expect_difference(&result, 0, ASSAY_COMPARED_CHANGED, 4, 0);
    expect_difference(&result, 1, ASSAY_COMPARED_ADDED, 5, SIZE_MAX);
    expect_difference(&result, 2, ASSAY_COMPARED_CHANGED, 6, 0);
    expect_difference(&result, 3, ASSAY_COMPARED_CHANGED, 7, 0);
    expect_difference(&result, 4, ASSAY_COMPARED_CHANGED, 8, 2);
    expect_difference(&result, 5, ASSAY_COMPARED_ADDED, 9, SIZE_MAX);
    cr_expect_not_null(strstr(result.why, "; 6 entries of the kernel's list are not among its "
                                          "files"),
                       "%s", result.why);
    assay_reference_result_free(&result);
    assay_writer_close(&list);
}

/* A value vouches for the digest that was extended, and not for a file that has another. */
Test(reference_files_compare, an_entry_whose_digest_is_not_of_its_fields_is_no_file_that_is_held)
{
    assay_writer list = new_list();

    learn_good_list("one");
    assay_put_format(&list, "10 %s ima-ng sha1:%s /a\n", SOME_DIGEST, DIGEST_A);
    assay_reference_result result = compare_list(assay_written(&list), 1);
    cr_expect_eq(result.verdict, ASSAY_REFERENCE_MISMATCH, "%s", result.why);
    cr_expect_eq(result.unlisted, 1);
    cr_assert_eq(result.difference_count, 1);
    expect_difference(&result, 0, ASSAY_COMPARED_CHANGED, 1, 0);
    cr_expect(result.differences[0].contradicted);
    assay_reference_result_free(&result);
    assay_writer_close(&list);
}

/* Where nothing of the two lists is alike, none is taken for what comes any number of times. */
Test(reference_files_compare, behind_another_aggregate_files_differ_as_well)
{
    assay_writer list = assay_writer_growing(1 << 16);

    learn_good_list("one");
    assay_put_format(&list, "10 %s ima-ng sha1:" DIGEST_C " boot_aggregate\n", DIGEST_C);
    put_file(&list, "/c", "sha1", DIGEST_C);
    assay_reference_result result = compare_list(assay_written(&list), 1);
    cr_assert_eq(result.difference_count, 2);
    cr_expect_eq(result.differences[0].kind, ASSAY_COMPARED_CHANGED);
    expect_difference(&result, 1, ASSAY_COMPARED_ADDED, 1, SIZE_MAX);
    assay_reference_result_free(&result);
    assay_writer_close(&list);
}

/* A boot with a log of userspace: its records are behind the list's entries. */
Test(reference_files_compare, differences_are_in_the_order_of_the_boot)
{
    static const char form[] =
        "\x1e{\"pcr\":11,\"digests\":[{\"hashAlg\":\"sha256\",\"digest\":\"%064d\"}],"
        "\"content_type\":\"systemd\",\"content\":{\"eventType\":\"phase\",\"string\":\"x\"}}\n";
    char record[sizeof form + 64];
    assay_writer list = good_list();
    assay_log logs[2];
    assay_log *const both[] = { &logs[0], &logs[1] };
    assay_learnt_boot boot = { .log_count = 2, .logs = both, .files = true };
    assay_reference_result result;
    assay_error error = { .what = "" };

    for (int turn = 0; turn < 2; turn++) {
        put_file(&list, turn == 0 ? "/d" : "/e", "sha1", DIGEST_A);
        snprintf(record, sizeof record, form, turn);
        cr_assert_eq(assay_log_open(&logs[0], assay_written(&list), NULL, NULL, &error), 0);
        cr_assert_eq(assay_log_open(&logs[1], assay_bytes_of_string(record), NULL, NULL,
                                    &error),
                     0, "%s", error.what);
        cr_assert_eq(logs[1].header.stage, ASSAY_STAGE_USERSPACE);
        if (turn == 0)
            cr_assert_eq(assay_learn_boot(reference, &boot, hashes, &error), 0, "%s", error.what);
        else
            cr_assert_eq(assay_reference_compare(reference, &boot, 1, hashes, &result, &error), 0);
        assay_log_close(&logs[0]);
        assay_log_close(&logs[1]);
    }
    cr_assert_eq(result.difference_count, 2);
    expect_difference(&result, 0, ASSAY_COMPARED_ADDED, 5, SIZE_MAX);
    cr_expect_eq(result.differences[1].stage, ASSAY_STAGE_USERSPACE);
    assay_reference_result_free(&result);
    assay_writer_close(&list);
}

/* Two that measure the same first, as two boots of a name do. */
Test(reference_files_compare, of_variants_that_may_be_all_files_may_be)
{
    assay_writer list = new_list();

    learn_good_list("one");
    put_file(&list, "/c", "sha1", DIGEST_C);
    learn_good(reference, assay_written(&list), "two");
    assay_reference_result result = compare_list(assay_written(&list), 3);
    cr_expect_eq(result.verdict, ASSAY_REFERENCE_MATCH);
    cr_expect_eq(result.variant, 0);
    assay_reference_result_free(&result);
    result = compare_list(assay_written(&list), 1);
    cr_expect_eq(result.verdict, ASSAY_REFERENCE_MISMATCH);
    assay_reference_result_free(&result);
    assay_writer_close(&list);
}

Test(reference_files_compare, a_variant_of_which_none_is_held_may_have_any)
{
    assay_writer list = new_list(), other = good_list();

    learn_good(reference, assay_written(&list), "none");
    cr_assert_eq(reference->file_count, 0);
    assay_reference_result result = compare_list(assay_written(&other), 1);
    cr_expect_eq(result.verdict, ASSAY_REFERENCE_MATCH);
    assay_reference_result_free(&result);
    learn_good_list("some");
    put_file(&other, "/c", "sha1", DIGEST_C);
    result = compare_list(assay_written(&other), 1);
    cr_expect_eq(result.verdict, ASSAY_REFERENCE_MATCH);
    cr_expect_eq(result.unlisted, 0);
    assay_reference_result_free(&result);
    result = compare_list(assay_written(&other), 2);
    cr_expect_eq(result.verdict, ASSAY_REFERENCE_MISMATCH);
    assay_reference_result_free(&result);
    assay_writer_close(&other);
    assay_writer_close(&list);
}
