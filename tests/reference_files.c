/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Files that the kernel's list names, in references. What the lists of fixtures/logs have is what
 * ima.py beside them put there; a list that is changed here is changed by hand.
 */
#include "policy/reference/files.h"
#include "policy/reference/change.h"
#include "policy/reference/compare.h"
#include "tests/allocfail.h"
#include "tests/learnt.h"
#include "tests/reference.h"

#include <stdio.h>

#define SHIM "d1-shim-grub206-sb"
#define UKI "c5-sdboot257-type2-sb"

static assay_hashes *hashes;
static assay_reference *reference;

static void set_up(void)
{
    hashes = assay_hashes_new();
    reference = assay_reference_new("image");
}

static void tear_down(void)
{
    assay_reference_free(&reference);
    assay_hashes_free(&hashes);
}

TestSuite(reference_files, .init = set_up, .fini = tear_down);

/* Boots that are a list alone. */

static int learn_list(assay_reference *into, assay_bytes bytes, const char *variant,
                      assay_error *error)
{
    assay_log log;
    assay_log *const list = &log;
    const assay_learnt_boot boot = { .variant = variant, .log_count = 1, .logs = &list,
                                     .files = true };

    cr_assert_eq(assay_log_open(&log, bytes, NULL, NULL, error), 0, "%s", error->what);
    const int status = assay_learn_boot(into, &boot, hashes, error);
    assay_log_close(&log);
    return status;
}

static void learn_good(assay_reference *into, assay_bytes bytes, const char *variant)
{
    assay_error error = { .what = "" };

    cr_assert_eq(learn_list(into, bytes, variant, &error), 0, "%s", error.what);
}

static assay_reference_result compare_list(assay_bytes bytes, assay_variant_set variants)
{
    assay_reference_result result;
    assay_log log;
    assay_log *const list = &log;
    const assay_learnt_boot boot = { .log_count = 1, .logs = &list };
    assay_error error = { .what = "" };

    cr_assert_eq(assay_log_open(&log, bytes, NULL, NULL, &error), 0, "%s", error.what);
    cr_assert_eq(assay_reference_compare(reference, &boot, variants, hashes, &result, &error), 0,
                 "%s", error.what);
    assay_log_close(&log);
    return result;
}

/* A list in text: SHA-1 of the entry's fields is not looked at, and of a violation zeros. */

static const char *const some_digest = "00112233445566778899aabbccddeeff00112233";

static void put_aggregate(assay_writer *list)
{
    assay_put_format(list, "10 %s ima-ng sha1:%s boot_aggregate\n", some_digest, some_digest);
}

static void put_file(assay_writer *list, const char *path, const char *alg, const char *digest)
{
    assay_put_format(list, "10 %s ima-ng %s:%s %s\n", some_digest, alg, digest, path);
}

static void put_violation(assay_writer *list, const char *path)
{
    assay_put_format(list, "10 %040d ima-ng sha1:%040d %s\n", 0, 0, path);
}

static assay_writer new_list(void)
{
    assay_writer list = assay_writer_growing(1 << 26);

    put_aggregate(&list);
    return list;
}

#define DIGEST_A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define DIGEST_B "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define DIGEST_C "cccccccccccccccccccccccccccccccccccccccc"
#define LONGER "aaaaaaaaaaaaaaaaaaaaaaaa" /* to SHA-256's size, behind DIGEST_A */

/* /a and /b, and /log, which is being written. */
static assay_writer good_list(void)
{
    assay_writer list = new_list();

    put_file(&list, "/a", "sha1", DIGEST_A);
    put_file(&list, "/b", "sha1", DIGEST_B);
    put_violation(&list, "/log");
    return list;
}

static void learn_good_list(const char *variant)
{
    assay_writer list = good_list();

    learn_good(reference, assay_written(&list), variant);
    assay_writer_close(&list);
}

/* Learning. */

Test(reference_files, without_being_wanted_none_is_held)
{
    learnt_add(reference, SHIM, NULL, hashes);
    cr_expect_eq(reference->file_count, 0);
}

static void expect_file(const assay_reference *of, size_t i, enum assay_file_kind kind,
                        const char *path, const char *alg, size_t size)
{
    const assay_reference_file *const file = &of->files[i];

    cr_expect_eq(file->kind, kind, "%zu", i);
    cr_expect(assay_bytes_equal(file->path, assay_bytes_of_string(path)), "%zu: %.*s", i,
              (int)file->path.size, (const char *)file->path.data);
    cr_expect((alg == NULL) == (file->alg == NULL) && (alg == NULL || strcmp(alg, file->alg) == 0),
              "%zu: %s", i, file->alg);
    cr_expect_eq(file->digest.size, size, "%zu", i);
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

/* Comparing. */

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

Test(reference_files, a_boot_has_what_was_learnt_and_need_not_have_all)
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

Test(reference_files, what_else_a_boot_has_differs)
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

/* Where nothing of the two lists is alike, none is taken for what comes any number of times. */
Test(reference_files, behind_another_aggregate_files_differ_as_well)
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
Test(reference_files, differences_are_in_the_order_of_the_boot)
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
Test(reference_files, of_variants_that_may_be_all_files_may_be)
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

Test(reference_files, a_variant_of_which_none_is_held_may_have_any)
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

/* The file. */

Test(reference_files, every_member_goes_where_it_belongs)
{
    char *const text = load_text(REFERENCE_FIXTURES "full.json", NULL);
    assay_reference *full = reference_read(text, hashes);

    cr_assert_eq(full->file_count, 10);
    expect_file(full, 0, ASSAY_FILE_KEYRING, ".ima", "sha256", 32);
    expect_file(full, 1, ASSAY_FILE, "/etc/\xc3\xbc b", "sha512", 64);
    expect_file(full, 3, ASSAY_FILE, "/usr/bin/sh", "md5", 16);
    expect_file(full, 5, ASSAY_FILE, "/usr/bin/sh", "verity:sha256", 32);
    expect_file(full, 6, ASSAY_FILE, "/var/log/wtmp", NULL, 0);
    expect_file(full, 8, ASSAY_FILE_BUFFER, "kexec-cmdline", "sha256", 32);
    expect_file(full, 9, ASSAY_FILE, "\xff/", "sm3-of-tomorrow", 1);
    cr_expect_eq(full->files[3].variants, 1);
    cr_expect_eq(full->files[5].variants, 2);
    cr_expect_eq(full->files[6].variants, 3);
    assay_reference_free(&full);
    free(text);
}

Test(reference_files, files_have_their_form)
{
    static const struct {
        const char *from, *to, *said;
    } rows[] = {
        { "\"kind\":\"keyring\"", "\"kind\":\"ring\"", "files[0].kind: there is no such word" },
        { "\"path\":\".ima\"", "\"path\":1", "files[0].path: this is no text" },
        { "\"path\":\".ima\",", "", "files[0].path: either this or \"path_hex\" is there" },
        { "\"path\":\".ima\",", "\"path\":\".ima\",\"path_hex\":\"ff\",",
          "files[0].path: either this or \"path_hex\" is there" },
        { "\"path_hex\":\"ff2f\"", "\"path_hex\":\"2f\"",
          "files[7].path_hex: this is UTF-8: it goes into \"path\"" },
        { "\"path_hex\":\"ff2f\"", "\"path_hex\":\"f\"",
          "files[7].path_hex: these are no bytes in hexadecimal" },
        { "\"path\":\".ima\",", "\"path\":\".ima\",\"size\":1,",
          "files[0]: the key 'size' is unknown here" },
        { "\"violates\":true", "\"violates\":1",
          "files[4].violates: this is neither true nor false" },
        { "\"violates\":true", "\"violates\":false",
          "files[4].digests: this is no object of arrays of digests" },
        { "\"violates\":true", "\"violates\":true,\"digests\":{}",
          "files[4].digests: a violation has none" },
        { "\"sm3-of-tomorrow\":[", "\"Sm3\":[",
          "files[7].digests: by the kernel's name of an algorithm, \"sha256\", its digests" },
        { "\"sm3-of-tomorrow\":[", "\"sha1\":[",
          "files[7].digests: by the kernel's name of an algorithm, \"sha256\", its digests" },
        { "\"sm3-of-tomorrow\":[", "\"a-name-of-more-than-31-characters\":[",
          "files[7].digests: by the kernel's name of an algorithm, \"sha256\", its digests" },
        { "\"sm3-of-tomorrow\":[", "\"verity:\":[",
          "files[7].digests: by the kernel's name of an algorithm, \"sha256\", its digests" },
        { "\"sm3-of-tomorrow\":[\n          \"00\"", "\"sm3\":[",
          "files[7].digests: an algorithm has an array of digests" },
        { "\"sm3-of-tomorrow\":[\n          \"00\"", "\"sm4\":[\"\"",
          "files[7].digests: by the kernel's name of an algorithm, \"sha256\", its digests" },
        { "\"sm3-of-tomorrow\":[\n          \"00\"", "\"sm4\":[\"00\",\"00\"",
          "files: a digest of one path stands there twice" },
        { "\"path\":\".ima\",", "\"path\":\".ima\",\"variants\":[],",
          "files[0].variants: a file is of one at least" },
        { "\"path\":\".ima\",", "\"path\":\".ima\",\"variants\":[\"nobody's\"],",
          "files[0].variants: name 0 is no variant's" },
        { "\"files\":[", "\"files\":{}, \"x\":[", "the key 'x' is unknown here" },
        { "\"files\":[\n    {", "\"files\":[],\"critical\":[{",
          "files: this is no array of files" },
        { "\"files\":[\n    {", "\"files\":{},\"critical\":[{",
          "files: this is no array of files" },
    };
    char *const full = load_text(REFERENCE_FIXTURES "full.json", NULL);

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *const text = replaced_text(full, rows[i].from, rows[i].to);
        assay_reference *read;
        assay_error error = { .what = "" };

        cr_expect_lt(assay_reference_read(&read, assay_bytes_of_string(text), hashes, &error), 0,
                     "%s", rows[i].said);
        cr_expect_str_eq(error.what, rows[i].said);
        free(text);
    }
    free(full);
}

/* The digests of tomorrow come first, and the keyring last. */
Test(reference_files, their_order_means_nothing)
{
    char *const text = load_text(REFERENCE_FIXTURES "full.json", NULL);
    assay_reference *full = reference_read(text, hashes);
    const char *const array = strstr(text, "  \"files\":[\n") + 12;
    const char *const second = strstr(array, "    },\n") + 7, *const end = strstr(array, "\n  ],");
    char *const other = calloc(1, strlen(text) + 3);

    sprintf(other, "%.*s%.*s,\n%.*s%s", (int)(array - text), text, (int)(end - second), second,
            (int)(second - array) - 2, array, end);
    cr_assert_str_neq(other, text);
    assay_reference *moved = reference_read(other, hashes);
    char *const written = reference_written(moved, ASSAY_REFERENCE_WHOLE);
    cr_expect_str_eq(written, text);
    free(written);
    free(other);
    free(text);
    assay_reference_free(&moved);
    assay_reference_free(&full);
}

Test(reference_files, what_could_not_be_read_is_not_written)
{
    learn_good_list("one");
    for (int turn = 0; turn < 3; turn++) {
        assay_writer json = assay_writer_growing(1 << 20);
        const assay_reference_file before = reference->files[0];

        if (turn == 0)
            reference->files[0].digest.size = 19;
        else if (turn == 1)
            reference->files[0].variants = 0;
        else
            reference->files[0] = reference->files[1];
        cr_expect_eq(assay_reference_write(reference, ASSAY_REFERENCE_WHOLE, &json),
                     -ASSAY_MALFORMED, "%d", turn);
        reference->files[0] = before;
        assay_writer_close(&json);
    }
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
