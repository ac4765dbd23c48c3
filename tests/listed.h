/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Boots that are the kernel's list alone, in text, for the suites about files in references. A
 * list that a test changes is changed by hand.
 */
#ifndef ASSAY_TESTS_LISTED_H
#define ASSAY_TESTS_LISTED_H

#include "policy/reference/compare.h"
#include "policy/reference/files.h"
#include "tests/learning.h"
#include "tests/unhex.h"

#include <criterion/criterion.h>

static inline int learn_list(assay_reference *into, assay_bytes bytes, const char *variant,
                             assay_error *error)
{
    assay_log log;
    assay_log *const list = &log;
    const assay_learnt_boot boot = {
        .variant = variant, .log_count = 1, .logs = &list, .files = true
    };

    cr_assert_eq(assay_log_open(&log, bytes, NULL, NULL, error), 0, "%s", error->what);
    const int status = assay_learn_boot(into, &boot, hashes, error);
    assay_log_close(&log);
    return status;
}

static inline void learn_good(assay_reference *into, assay_bytes bytes, const char *variant)
{
    assay_error error = { .what = "" };

    cr_assert_eq(learn_list(into, bytes, variant, &error), 0, "%s", error.what);
}

static inline assay_reference_result compare_list(assay_bytes bytes, assay_variant_set variants)
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

/* A list in text: SHA-1 is of the entry's fields, each behind its size, and of a violation zeros. */

#define SOME_DIGEST "00112233445566778899aabbccddeeff00112233"

static inline void put_aggregate(assay_writer *list)
{
    assay_put_format(list, "10 %s ima-ng sha1:%s boot_aggregate\n", SOME_DIGEST, SOME_DIGEST);
}

static inline void put_entry_hash(assay_writer *list, const char *path, const char *alg,
                                  const char *digest)
{
    assay_writer data = assay_writer_growing(1 << 16);
    const unhexed digested = unhex(digest);
    uint8_t value[20];
    assay_hash *hash;

    assay_put_u32le(&data, (uint32_t)(strlen(alg) + 2 + strlen(digest) / 2));
    assay_put_string(&data, alg);
    assay_put(&data, assay_bytes_of(":", 2));
    assay_put(&data, unhexed_bytes(&digested));
    assay_put_u32le(&data, (uint32_t)(strlen(path) + 1));
    assay_put(&data, assay_bytes_of(path, strlen(path) + 1));
    const assay_bytes written = assay_written(&data);
    cr_assert_eq(assay_hashes_get(hashes, ASSAY_ALG_SHA1, &hash), 0);
    cr_assert_eq(assay_hash_parts(hash, &written, 1, value), 0);
    assay_put_hex(list, assay_bytes_of(value, sizeof value));
    assay_writer_close(&data);
}

static inline void put_file(assay_writer *list, const char *path, const char *alg,
                            const char *digest)
{
    assay_put_string(list, "10 ");
    put_entry_hash(list, path, alg, digest);
    assay_put_format(list, " ima-ng %s:%s %s\n", alg, digest, path);
}

static inline void put_violation(assay_writer *list, const char *path)
{
    assay_put_format(list, "10 %040d ima-ng sha1:%040d %s\n", 0, 0, path);
}

static inline assay_writer new_list(void)
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
static inline assay_writer good_list(void)
{
    assay_writer list = new_list();

    put_file(&list, "/a", "sha1", DIGEST_A);
    put_file(&list, "/b", "sha1", DIGEST_B);
    put_violation(&list, "/log");
    return list;
}

static inline void learn_good_list(const char *variant)
{
    assay_writer list = good_list();

    learn_good(reference, assay_written(&list), variant);
    assay_writer_close(&list);
}

/* File `i` of a reference; `alg` is NULL where its content was being written (a violation). */
static inline void expect_file(const assay_reference *of, size_t i, enum assay_file_kind kind,
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

#endif
