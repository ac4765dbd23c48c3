/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Launch control policies that tboot's tools made (fixtures/policies, and all of a collection
 * where one lies beside the project): each is read whole and written back byte for byte, and each
 * PolicyHash follows from its lists.
 */
#include <criterion/criterion.h>

#include "base/file.h"
#include "policy/lcp/policy.h"

#include <glob.h>
#include <stdio.h>
#include <string.h>

#define COLLECTION "../shared/lcp/"

enum { CEILING = 1 << 20 };

static assay_file load(const char *path)
{
    assay_file file;
    assay_error error;

    cr_assert_eq(assay_file_read(&file, path, CEILING, &error), 0, "%s: %s", path, error.what);
    return file;
}

static void expect_same(const char *path, const assay_writer *written, assay_bytes bytes)
{
    cr_expect(assay_bytes_equal(assay_written(written), bytes), "%s is written as it was read",
              path);
}

static bool read_element(assay_bytes bytes, assay_lcp_element *element, assay_error *error)
{
    assay_cursor cursor = assay_cursor_of(bytes);

    return assay_lcp_element_next(&cursor, 0, element, error) == 1 && assay_left(&cursor) == 0;
}

static void element_comes_back(const char *path, assay_bytes bytes)
{
    assay_writer writer = assay_writer_growing(CEILING);
    assay_lcp_element element;
    assay_error error = { 0 };

    cr_assert(read_element(bytes, &element, &error), "%s: %s", path, error.what);
    assay_lcp_element_encode(&writer, &element);
    expect_same(path, &writer, bytes);
    assay_writer_close(&writer);
}

/* By its elements one by one, too. */
static void list_comes_back(const char *path, assay_bytes bytes)
{
    assay_cursor cursor = assay_cursor_of(bytes);
    assay_writer writer = assay_writer_growing(CEILING), elements = assay_writer_growing(CEILING);
    assay_lcp_element element;
    assay_lcp_list list;
    assay_error error = { 0 };

    cr_assert_eq(assay_lcp_list_read(&cursor, 0, &list, &error), 0, "%s: %s", path, error.what);
    cr_expect_eq(assay_left(&cursor), 0, "%s", path);
    for (assay_cursor walk = assay_lcp_list_elements(&list);
         assay_lcp_element_next(&walk, 8, &element, NULL) > 0;)
        assay_lcp_element_encode(&elements, &element);
    list.elements = assay_written(&elements);
    list.bytes = ASSAY_NO_BYTES;
    assay_lcp_list_encode(&writer, &list);
    expect_same(path, &writer, bytes);
    assay_writer_close(&elements);
    assay_writer_close(&writer);
}

static void policy_comes_back(const char *path, assay_bytes bytes)
{
    assay_writer writer = assay_writer_growing(CEILING);
    assay_lcp_policy policy;
    assay_error error = { 0 };

    cr_assert_eq(assay_lcp_policy_read(&policy, bytes, &error), 0, "%s: %s", path, error.what);
    assay_lcp_policy_encode(&writer, &policy);
    expect_same(path, &writer, bytes);
    assay_writer_close(&writer);
}

static void expect_policy_hash(const char *path, const assay_lcp_data *data)
{
    char name[256];
    uint8_t digest[ASSAY_DIGEST_MAX];
    assay_hashes *hashes = assay_hashes_new();
    assay_lcp_policy policy;
    assay_hash *hash;

    snprintf(name, sizeof name, "%.*s.pol", (int)(strlen(path) - strlen(".dat")), path);
    assay_file file = load(name);
    cr_assert_eq(assay_lcp_policy_read(&policy, file.bytes, NULL), 0);
    cr_assert_eq(assay_hashes_get(hashes, policy.hash_alg, &hash), 0);
    cr_assert_eq(assay_lcp_data_hash(data, hash, digest), 0);
    cr_expect_eq(memcmp(digest, policy.policy_hash.value, policy.policy_hash.size), 0,
                 "PolicyHash of %s", name);
    assay_file_close(&file);
    assay_hashes_free(&hashes);
}

static void data_comes_back(const char *path, assay_bytes bytes)
{
    assay_writer writer = assay_writer_growing(CEILING);
    assay_lcp_data data;
    assay_error error = { 0 };

    cr_assert_eq(assay_lcp_data_read(&data, bytes, &error), 0, "%s: %s", path, error.what);
    cr_expect_eq(data.after.size, 0);
    assay_lcp_data_encode(&writer, &data);
    expect_same(path, &writer, bytes);
    expect_policy_hash(path, &data);
    assay_writer_close(&writer);
}

/* Runs over the files of a pattern; returns how many there are. */
static size_t each(const char *pattern, void (*check)(const char *path, assay_bytes bytes))
{
    glob_t found;
    size_t count = 0;

    if (glob(pattern, 0, NULL, &found) == 0)
        for (size_t i = 0; i < found.gl_pathc; i++) {
            assay_file file = load(found.gl_pathv[i]);

            if (file.bytes.size > 0) {
                check(found.gl_pathv[i], file.bytes);
                count++;
            }
            assay_file_close(&file);
        }
    globfree(&found);
    return count;
}

Test(lcp_oracle, files_of_tboots_tools_are_written_as_they_were_read)
{
    cr_expect_geq(each("fixtures/policies/lcp/*.elt", element_comes_back), 9, "each type");
    cr_expect_geq(each("fixtures/policies/lcp/*.lst", list_comes_back), 4);
    cr_expect_geq(each("fixtures/policies/lcp/*.pol", policy_comes_back), 8, "each version");
    cr_expect_geq(each("fixtures/policies/lcp/*.dat", data_comes_back), 3);
}

Test(lcp_oracle, so_are_all_of_a_collection)
{
    if (each(COLLECTION "elt/*.elt", element_comes_back) == 0)
        cr_skip_test("no collection");
    cr_expect_gt(each(COLLECTION "upstream/elt/*.elt", element_comes_back), 0);
    cr_expect_gt(each(COLLECTION "list/*.lst", list_comes_back), 0);
    cr_expect_gt(each(COLLECTION "upstream/list/*.lst", list_comes_back), 0);
    cr_expect_gt(each(COLLECTION "pol/*.pol", policy_comes_back), 0);
    cr_expect_gt(each(COLLECTION "upstream/pol/*.pol", policy_comes_back), 0);
    cr_expect_gt(each(COLLECTION "pol/*.dat", data_comes_back), 0);
    cr_expect_gt(each(COLLECTION "upstream/pol/*.dat", data_comes_back), 0);
}
