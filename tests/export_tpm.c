/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * policy/export/tpm: the folders for tpm2-tools and for the Feature API. Policies are what swtpm
 * came to in trial sessions (tests/tpm_policy.c); that they seal and unseal is tried by
 * tests/checks/sealing and tests/cli/export-fapi.sh.
 */
#include "base/hex.h"
#include "tests/exported.h"

static assay_hashes *hashes;
static assay_reference *reference;
static assay_export_job job;

static void set_up(void)
{
    hashes = assay_hashes_new();
    reference = assay_reference_new("image");
    cr_assert(hashes != NULL && reference != NULL);
}

static void tear_down(void)
{
    assay_export_job_free(&job);
    assay_reference_free(&reference);
    assay_hashes_free(&hashes);
}

TestSuite(export_tpm, .init = set_up, .fini = tear_down);

/* Of the variants that tests/tpm_policy.c has: PCR 0 of SHA-1, PCR 4 and 9 of SHA-256. */
static void add_known(const char *name)
{
    assay_reference_variant *const variant = add_test_variant(reference, name);

    set_test_value(variant, ASSAY_ALG_SHA1, 0, 0x01);
    set_test_value(variant, ASSAY_ALG_SHA256, 4, 0x11);
    set_test_value(variant, ASSAY_ALG_SHA256, 9, 0x22);
}

static int write_all(const char *format, const char *setting, const char *value,
                     assay_error *error)
{
    static assay_export_setting given;

    job = job_of(reference, hashes);
    given = (assay_export_setting){ setting, value };
    job.settings = &given;
    job.setting_count = setting != NULL;
    job.banks_asked = true;
    return assay_export_write(assay_export_format_by_name(format), &job, error);
}

static void expect_hex(const char *path, const char *hex)
{
    char text[257] = "";
    const assay_bytes bytes = file_of(&job, path);

    cr_assert(bytes.data != NULL && bytes.size <= 128, "%s", path);
    assay_hex_encode(text, bytes);
    cr_expect_str_eq(text, hex, "%s", path);
}

static void expect_text(const char *path, const char *text)
{
    const assay_bytes bytes = file_of(&job, path);

    cr_expect(assay_bytes_equal(bytes, assay_bytes_of_string(text)), "%s: %.*s", path,
              (int)bytes.size, (const char *)bytes.data);
}

Test(export_tpm, the_policy_of_one_variant_is_the_tpms)
{
    assay_error error;

    add_known("old kernel");
    cr_assert_eq(write_all("tpm2-policy", NULL, NULL, &error), 0);
    expect_text("name", "image\n");
    expect_text("variants/list", "variant+1\n");
    expect_text("variants/variant+1/name", "old kernel\n");
    expect_text("variants/variant+1/selection", "sha1:0+sha256:4,9\n");
    expect_hex("policy.digest", "18e0deab6c6265291950ff266b92090e1e4ef1adbd6b8e2c157c7a0ea148acee");
    cr_expect_eq(file_of(&job, "variants/variant+1/pcrs.raw").size, 20 + 32 + 32);
    cr_expect_not(has_note(&job, ASSAY_EXPORT_ADVICE, "SHA-1"));
}

/* Its TPM has PCR 8 and 12 to 14 at zeros. PCR 12 is where systemd-stub measures credentials. */
Test(export_tpm, that_a_boot_which_measures_more_is_let_in_is_said)
{
    assay_error error;

    learnt_add(reference, "b1-uki252", "uki", hashes);
    cr_assert_eq(write_all("tpm2-policy", NULL, NULL, &error), 0);
    cr_expect(has_note(&job, ASSAY_EXPORT_ADVICE, "variant uki measures nothing into PCR 8,12-14,"));
    assay_export_job_free(&job);
    job = job_of(reference, hashes);
    job.pcrs_asked = true;
    cr_assert_eq(assay_export_write(assay_export_format_by_name("tpm2-policy"), &job, &error), 0);
    cr_expect_not(has_note(&job, ASSAY_EXPORT_ADVICE, "measures nothing into"));
}

Test(export_tpm, no_variants_folder_is_where_a_file_is)
{
    assay_error error;

    add_known("list");
    cr_assert_eq(write_all("tpm2-policy", NULL, NULL, &error), 0);
    expect_text("variants/list", "variant+1\n");
    expect_text("variants/variant+1/name", "list\n");
}

Test(export_tpm, the_session_hash_can_be_another)
{
    assay_error error;

    add_known("old");
    cr_assert_eq(write_all("tpm2-policy", "hash", "sha1", &error), 0);
    expect_hex("variants/old/policy.digest", "b3319bb6e45f204b26a6dfb49e3bc1a15b3e6542");
}

Test(export_tpm, nine_variants_make_a_tree_whose_first_row_is_a_file)
{
    static const char *const names[] = { "1", "2", "3", "4", "5", "6", "7", "8", "9" };
    assay_error error;

    for (size_t i = 0; i < 9; i++)
        add_known(names[i]);
    cr_assert_eq(write_all("tpm2-policy", NULL, NULL, &error), 0);
    cr_expect_eq(file_of(&job, "or/1-1.digest").size, 32);
    cr_expect_eq(file_of(&job, "or/2-1.digest").data, NULL); /* it is policy.digest */
    const assay_bytes script = file_of(&job, "unseal.sh");
    const assay_bytes way = ASSAY_LITERAL("or/1-1.digest,or/1-2.digest\n");
    cr_expect_lt(assay_bytes_find(script, way), script.size);
}

Test(export_tpm, what_an_operator_has_to_know_is_said)
{
    assay_reference_variant *variant;
    assay_error error;

    variant = add_test_variant(reference, "old");
    for (unsigned pcr = 0; pcr < 9; pcr++)
        set_test_value(variant, ASSAY_ALG_SHA1, pcr, 1);
    variant = add_test_variant(reference, "new");
    set_test_value(variant, ASSAY_ALG_SHA1, 0, 1);
    set_test_value(variant, ASSAY_ALG_SHA1, 23, 1);
    cr_assert_eq(write_all("tpm2-policy", NULL, NULL, &error), 0);
    cr_expect(has_note(&job, ASSAY_EXPORT_ADVICE,
                       "variant old is bound by SHA-1 values alone"));
    cr_expect(has_note(&job, ASSAY_EXPORT_ADVICE, "PCR 16 and 23"));
    cr_expect(has_note(&job, ASSAY_EXPORT_ADVICE,
                       "PCR 1-8, which others bind, variant new"));
    cr_expect(has_note(&job, ASSAY_EXPORT_ADVICE, "variant old has 9"));
    cr_expect_not(has_note(&job, ASSAY_EXPORT_ADVICE, "variant new has 2"));
}

Test(export_tpm, settings_that_are_none_are_refused)
{
    static const struct {
        const char *name, *value, *says;
    } rows[] = {
        { "hash", "md5", "the setting hash is no algorithm known here" },
        { "policy-ref", "0", "the setting policy-ref is not up to 64 bytes in hexadecimal" },
        { "policy-ref", "0x", "the setting policy-ref is not up to 64 bytes in hexadecimal" },
        { "nv-index", "0x81000001", "the setting nv-index is none of 0x01000000 to 0x01ffffff" },
        { "nv-index", "1", "the setting nv-index is none of 0x01000000 to 0x01ffffff" },
    };

    add_known("old");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assay_error error = { .what = "" };

        cr_expect_lt(write_all("tpm2-policy", rows[i].name, rows[i].value, &error), 0);
        cr_expect_str_eq(error.what, rows[i].says);
        assay_export_job_free(&job);
    }
}

Test(export_tpm, measurement_registers_have_no_policy)
{
    assay_error error;

    add_known("old");
    reference->variants[0].values.measurement_registers = true;
    cr_expect_eq(write_all("tpm2-policy", NULL, NULL, &error), -ASSAY_UNSUPPORTED);
    cr_expect_str_eq(error.what, "variant 1 holds measurement registers, and a TPM has PCRs");
}

/* Reading: files as text; "pcrs.raw" of 20 bytes for sha1:0. */

static int read_files(const char *const (*files)[2], size_t count, const char *selection,
                      assay_import_job *import, assay_reference **ret, assay_error *error)
{
    assay_export_file list[4] = { 0 };
    const assay_export_setting setting = { "selection", selection };

    for (size_t i = 0; i < count; i++) {
        list[i] = (assay_export_file){ .path = files[i][0], .writer = assay_writer_growing(1 << 16) };
        assay_put_string(&list[i].writer, files[i][1]);
    }
    *import = (assay_import_job){ .file_count = count, .files = list, .hashes = hashes,
                                  .setting_count = selection != NULL, .settings = &setting };
    const int status =
        assay_export_read(assay_export_format_by_name("tpm2-policy"), import, ret, error);
    for (size_t i = 0; i < count; i++)
        assay_writer_close(&list[i].writer);
    assay_import_job_free(import);
    return status;
}

#define TWENTY "01234567890123456789"

Test(export_tpm, values_of_tpm2_pcrread_are_read_with_their_selection)
{
    static const char *const alone[][2] = { { "any.bin", TWENTY } };
    assay_reference *read = NULL;
    assay_import_job import;
    assay_error error;

    cr_assert_eq(read_files(alone, 1, "sha1:7", &import, &read, &error), 0);
    const assay_bytes value = assay_reference_value(read, 0, ASSAY_ALG_SHA1, 7);
    cr_expect(assay_bytes_equal(value, ASSAY_LITERAL(TWENTY)));
    cr_expect_eq(read->variants[0].confidence[0][7], ASSAY_CONFIDENCE_STATED);
    assay_reference_free(&read);
}

Test(export_tpm, files_that_contradict_each_other_are_refused)
{
    static const struct {
        const char *const files[4][2];
        size_t count;
        const char *says;
    } rows[] = {
        { { { "pcrs.raw", TWENTY } }, 1, "nothing says which values these are" },
        { { { "selection", "sha1:0" }, { "x", "" } }, 2, "there is no pcrs.raw of variant 1" },
        { { { "pcrs.raw", TWENTY "0" }, { "selection", "sha1:0\n" } }, 2, "1 bytes follow the 1" },
        { { { "pcrs.raw", TWENTY }, { "selection", "sha1:0,1\n" } }, 2, "end before the last of the 2" },
        { { { "pcrs.raw", TWENTY }, { "selection", "sha1:24\n" } }, 2, "no PCR from 0 to 23" },
        { { { "pcrs.raw", TWENTY }, { "selection", "sha1:0" }, { "policy.digest", TWENTY } }, 3,
          "the policy does not follow from the values beside it" },
        { { { "variants/list", "" } }, 1, "no variant is listed" },
        { { { "variants/list", "a\n\n" }, { "variants/a/pcrs.raw", TWENTY },
            { "variants/a/selection", "sha1:0" } }, 3, "line 2 is no folder's name" },
        { { { "variants/list", "a\na\n" }, { "variants/a/pcrs.raw", TWENTY },
            { "variants/a/selection", "sha1:0" } }, 3, "variant 2 has the name of another" },
        { { { "variants/list", "a\n" }, { "variants/a/pcrs.raw", TWENTY },
            { "variants/a/selection", "sha1:0" }, { "variants/a/name", "\x1b[2J" } }, 4,
          "the name of variant 1 is empty, or nothing that can be shown" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assay_reference *read = NULL;
        assay_import_job import;
        assay_error error = { .what = "" };

        cr_expect_lt(read_files(rows[i].files, rows[i].count, NULL, &import, &read, &error), 0);
        cr_expect_not_null(strstr(error.what, rows[i].says), "row %zu: %s", i, error.what);
        assay_reference_free(&read);
    }
}

/* The Feature API. */

Test(export_tpm, fapi_asserts_one_pcr_after_the_other)
{
    static const char expected[] =
        "{\n"
        "  \"description\":\"image\",\n"
        "  \"policy\":[\n"
        "    {\n"
        "      \"type\":\"POLICYPCR\",\n"
        "      \"pcrs\":[\n"
        "        {\n"
        "          \"pcr\":0,\n"
        "          \"hashAlg\":\"TPM2_ALG_SHA1\",\n"
        "          \"digest\":\"0101010101010101010101010101010101010101\"\n"
        "        }\n"
        "      ]\n"
        "    }\n"
        "  ]\n"
        "}\n";
    assay_error error;

    set_test_value(add_test_variant(reference, "old"), ASSAY_ALG_SHA1, 0, 1);
    cr_assert_eq(write_all("fapi", NULL, NULL, &error), 0);
    expect_text("policy.json", expected);
    expect_text("variant", "old\n");
}

Test(export_tpm, fapi_has_no_bank_of_sha3)
{
    assay_error error;

    set_test_value(add_test_variant(reference, "old"), ASSAY_ALG_SHA3_256, 0, 1);
    cr_assert_eq(write_all("fapi", NULL, NULL, &error), 0);
    cr_expect(has_note(&job, ASSAY_EXPORT_REFUSAL,
                       "libtss2-fapi knows no bank sha3_256"));
}
