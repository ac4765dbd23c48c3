/* SPDX-License-Identifier: BSD-2-Clause */
/* Files in a reference's JSON. */
#include "tests/listed.h"
#include "tests/reference.h"

#include <stdio.h>

TestSuite(reference_files_json, .init = set_up, .fini = tear_down);

Test(reference_files_json, every_member_goes_where_it_belongs)
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

Test(reference_files_json, files_have_their_form)
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
Test(reference_files_json, their_order_means_nothing)
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

Test(reference_files_json, what_could_not_be_read_is_not_written)
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

/* DIGEST_A and DIGEST_C are of both boots, and what is between them of one. */
Test(reference_files_json, a_path_has_an_element_for_each_set_of_variants)
{
    assay_writer first = new_list(), second = new_list();
    const char *at;
    size_t elements = 0;

    put_file(&first, "/x", "sha1", DIGEST_A);
    put_file(&first, "/x", "sha1", DIGEST_B);
    put_file(&first, "/x", "sha1", DIGEST_C);
    put_file(&second, "/x", "sha1", DIGEST_A);
    put_file(&second, "/x", "sha1", DIGEST_C);
    learn_good(reference, assay_written(&first), "one");
    learn_good(reference, assay_written(&second), "two");
    char *const text = reference_written(reference, ASSAY_REFERENCE_WHOLE);
    at = text;
    while ((at = strstr(at, "\"path\":\"/x\"")) != NULL) {
        elements++;
        at++;
    }
    cr_expect_eq(elements, 2, "%s", text);
    assay_reference *read = reference_read(text, hashes);
    cr_expect_eq(read->file_count, reference->file_count);
    assay_reference_free(&read);
    free(text);
    assay_writer_close(&first);
    assay_writer_close(&second);
}
