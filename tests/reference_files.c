/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Files that the kernel's list names, in references: learnt, merged, retired. What the lists of
 * fixtures/logs have is what ima.py beside them put there.
 */
#include "policy/reference/change.h"
#include "policy/reference/json.h"
#include "tests/allocfail.h"
#include "tests/listed.h"

#include <stdio.h>

#define SHIM "d1-shim-grub206-sb"
#define UKI "c5-sdboot257-type2-sb"

TestSuite(reference_files, .init = set_up, .fini = tear_down);

Test(reference_files, without_being_wanted_none_is_held)
{
    learnt_add(reference, SHIM, NULL, hashes);
    cr_expect_eq(reference->file_count, 0);
}

/* Every template that there is, of both forms of the list and both orders of bytes. */
Test(reference_files, each_template_names_its_file_and_digest)
{
    static const char *const lists[] = { "ima.bin", "ima.ascii", "ima-sha256.bin",
                                         "ima-sha256.ascii" };
    /* printf sh | sha1sum */
    static const uint8_t sh[] = { 0x16, 0x79, 0x56, 0x33, 0xe2, 0xc1, 0x54, 0x30, 0x64, 0xa3,
                                  0xad, 0x70, 0xac, 0x3b, 0xa7, 0x1d, 0x3d, 0x58, 0x9b, 0x3b };

    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        assay_reference *one = assay_reference_new("list");
        assay_file file;
        assay_error error;
        char path[64];

        snprintf(path, sizeof path, "fixtures/logs/%s", lists[i]);
        cr_assert_eq(assay_file_read(&file, path, 1 << 20, &error), 0);
        learn_good(one, file.bytes, NULL);
        cr_assert_eq(one->file_count, 12, "%s: %zu", lists[i], one->file_count);
        expect_file(one, 0, ASSAY_FILE, "/custom", "sha1", 20);
        expect_file(one, 1, ASSAY_FILE, "/etc/other", "nobody-knows", 8);
        expect_file(one, 2, ASSAY_FILE, "/init", "sha1", 20);
        expect_file(one, 3, ASSAY_FILE, "/lib/modules/m.ko", "sha256", 32);
        expect_file(one, 4, ASSAY_FILE, "/opt/a", "verity:sha256", 32);
        expect_file(one, 5, ASSAY_FILE, "/opt/b", "sha256", 32);
        expect_file(one, 6, ASSAY_FILE, "/usr/bin/c", "sha256", 32);
        expect_file(one, 7, ASSAY_FILE, "/usr/bin/ls", "sha256", 32);
        expect_file(one, 8, ASSAY_FILE, "/usr/bin/sh", "sha1", 20);
        expect_file(one, 9, ASSAY_FILE, "/usr/lib/\xc3\xa4", "sha512", 64);
        expect_file(one, 10, ASSAY_FILE, "/var/log/being_written", NULL, 0);
        expect_file(one, 11, ASSAY_FILE_BUFFER, "kexec-cmdline", "sha256", 32);
        cr_expect_eq(memcmp(one->files[8].digest.data, sh, sizeof sh), 0);
        assay_file_close(&file);
        assay_reference_free(&one);
    }
}

Test(reference_files, boots_add_theirs_and_the_same_ones_once)
{
    assay_writer list = new_list();

    learn_good_list("one");
    put_file(&list, "/a", "sha1", DIGEST_C);
    put_file(&list, "/a", "sha1", DIGEST_A);
    put_file(&list, "/a", "sha1", DIGEST_A);
    learn_good(reference, assay_written(&list), "two");
    cr_assert_eq(reference->file_count, 4);
    cr_expect_eq(reference->files[0].variants, 3); /* /a is DIGEST_A in both */
    cr_expect_eq(reference->files[1].variants, 2);
    cr_expect_eq(reference->files[2].variants, 1);
    cr_expect_eq(assay_reference_filed(reference), 3);
    assay_writer_close(&list);
}

Test(reference_files, what_can_not_be_told_is_refused_and_changes_nothing)
{
    static const char *const entries[] = {
        "10 00112233445566778899aabbccddeeff00112233 d-ng sha1:" DIGEST_A "\n",
        "10 00112233445566778899aabbccddeeff00112233 ima-ng sha256:" DIGEST_A " /a\n",
        "10 00112233445566778899aabbccddeeff00112233 ima-ng SHA1:" DIGEST_A " /a\n",
        "10 00112233445566778899aabbccddeeff00112233 ima-ng sha1: /a\n",
    };

    for (size_t i = 0; i < sizeof entries / sizeof *entries; i++) {
        assay_writer list = new_list();
        assay_error error;

        assay_put_string(&list, entries[i]);
        cr_expect_eq(learn_list(reference, assay_written(&list), NULL, &error),
                     -ASSAY_UNSUPPORTED, "%s: %s", entries[i], error.what);
        cr_expect_eq(error.event, 1, "%s", entries[i]);
        cr_expect_eq(reference->variant_count, 0);
        assay_writer_close(&list);
    }
}

Test(reference_files, of_a_pcr_that_is_left_out_none_is_held)
{
    learnt one;
    assay_error error;

    learnt_open(&one, SHIM);
    one.boot.files = true;
    one.boot.pcrs = 0xff;
    cr_assert_eq(assay_learn_boot(reference, &one.boot, hashes, &error), 0, "%s", error.what);
    cr_expect_eq(reference->file_count, 0);
    learnt_free(&one);
}

/* The steps of such a boot are held all the same, and the value isn't. */
Test(reference_files, a_list_that_the_tpm_contradicts_is_not_believed)
{
    learnt one;
    assay_error error;

    learnt_open(&one, SHIM);
    for (size_t i = 0; i < one.values.bank_count; i++)
        one.values.banks[i].value[10][0] ^= 1;
    cr_expect_eq(assay_learn_boot(reference, &one.boot, hashes, &error), 0);
    learnt_free(&one);
    learnt_open(&one, SHIM);
    one.boot.files = true;
    for (size_t i = 0; i < one.values.bank_count; i++)
        one.values.banks[i].value[10][0] ^= 1;
    cr_expect_eq(assay_learn_boot(reference, &one.boot, hashes, &error), -ASSAY_MALFORMED);
    cr_expect_eq(reference->file_count, 0);
    learnt_free(&one);
}

/* 100000 files, and as many others: no more than a second or two for any of it. */
Test(reference_files, a_long_list_is_learnt_and_compared_in_bounded_time, .timeout = 60)
{
    enum { MANY = 100000 };
    assay_writer list = new_list(), other = new_list(), json = assay_writer_growing(1 << 28);
    assay_error error;
    char path[32];

    for (unsigned i = 0; i < MANY; i++) {
        snprintf(path, sizeof path, "/%u", i * 7919 % MANY);
        put_file(&list, path, "sha1", DIGEST_A);
        put_file(&other, path, "sha1", DIGEST_B);
    }
    learn_good(reference, assay_written(&list), "one");
    cr_assert_eq(reference->file_count, MANY);
    learn_good(reference, assay_written(&list), "one");
    cr_assert_eq(reference->file_count, MANY);
    cr_assert_eq(assay_reference_write(reference, ASSAY_REFERENCE_WHOLE, &json), 0);
    assay_reference_free(&reference);
    cr_assert_eq(assay_reference_read(&reference, assay_written(&json), hashes, &error), 0, "%s",
                 error.what);
    cr_expect_eq(reference->file_count, MANY);
    assay_reference_result result = compare_list(assay_written(&list), 1);
    cr_expect_eq(result.verdict, ASSAY_REFERENCE_MATCH);
    assay_reference_result_free(&result);
    result = compare_list(assay_written(&other), 1);
    cr_expect_eq(result.verdict, ASSAY_REFERENCE_MISMATCH);
    cr_expect_eq(result.unlisted, MANY);
    cr_expect_eq(result.difference_count, ASSAY_UNLISTED_MAX);
    assay_reference_result_free(&result);
    assay_writer_close(&json);
    assay_writer_close(&other);
    assay_writer_close(&list);
}

/* Merging and retiring. */

Test(reference_files, merged_they_are_of_both_and_retired_of_those_that_stay)
{
    assay_reference *other = assay_reference_new("other"), *left = NULL;
    assay_writer list = new_list();
    assay_error error = { .what = "" };

    learnt_add(reference, SHIM, "shim", hashes);
    learn_good_list("one");
    put_file(&list, "/b", "sha1", DIGEST_B);
    put_file(&list, "/c", "sha1", DIGEST_C);
    learnt_add(other, UKI, "uki", hashes);
    learn_good(other, assay_written(&list), "two");
    learnt_add(other, "b1-uki252", "last", hashes);
    other->files[0].variants |= 1 << 2; /* "/b" */
    cr_assert_eq(assay_reference_merge(reference, other, &error), 0, "%s", error.what);
    /* shim 0, one 1, uki 2, two is what one is, last 3 */
    cr_assert_eq(reference->variant_count, 4);
    cr_assert_eq(reference->file_count, 4);
    cr_expect_eq(reference->files[0].variants, 1 << 1);          /* /a */
    cr_expect_eq(reference->files[1].variants, 1 << 1 | 1 << 3); /* /b */
    cr_expect_eq(reference->files[2].variants, 1 << 1);          /* /c */
    cr_assert_eq(assay_reference_retire(reference, 1 << 1, &left, &error), 0, "%s", error.what);
    cr_assert_eq(left->file_count, 1);
    cr_expect(assay_bytes_equal(left->files[0].path, ASSAY_LITERAL("/b")));
    cr_expect_eq(left->files[0].variants, 1 << 2);
    assay_writer_close(&list);
    assay_reference_free(&left);
    assay_reference_free(&other);
}

/* Without memory. */

static assay_writer memory_list;

static int learn_write_merge(void)
{
    assay_reference *made = assay_reference_new("image"), *copy = NULL;
    assay_writer json = assay_writer_growing(1 << 20);
    assay_error error;
    int status = made == NULL ? -ASSAY_NO_MEMORY : 0;
    assay_log log;
    assay_log *const list = &log;
    const assay_learnt_boot boot = { .log_count = 1, .logs = &list, .files = true };

    if (status == 0)
        status = assay_log_open(&log, assay_written(&memory_list), "ima-text", NULL, &error);
    if (status == 0) {
        status = assay_learn_boot(made, &boot, hashes, &error);
        assay_log_close(&log);
    }
    if (status == 0)
        status = assay_reference_write(made, ASSAY_REFERENCE_WHOLE, &json);
    if (status == 0)
        status = assay_reference_read(&copy, assay_written(&json), hashes, &error);
    if (status == 0)
        status = assay_reference_merge(copy, made, &error);
    if (status == 0 && copy->file_count != made->file_count)
        status = -ASSAY_MALFORMED;
    assay_writer_close(&json);
    assay_reference_free(&copy);
    assay_reference_free(&made);
    return status;
}

Test(reference_files, no_memory_is_said, .timeout = 120)
{
    memory_list = good_list();
    cr_expect_gt(each_allocation_fails("files", learn_write_merge), 10);
    assay_writer_close(&memory_list);
}
