/* SPDX-License-Identifier: BSD-2-Clause */
/* policy/export/systemd and clevis: what is read, what is refused, and how components are cut. */
#include "eventlog/types.h"
#include "tests/exported.h"

static assay_hashes *hashes;

static void set_up(void)
{
    hashes = assay_hashes_new();
}

static void tear_down(void)
{
    assay_hashes_free(&hashes);
}

TestSuite(export_systemd, .init = set_up, .fini = tear_down);

#define A1 "0123456789abcdef0123456789abcdef01234567"
#define B1 "1123456789abcdef0123456789abcdef01234567"

/* base64url of twenty bytes 0xFB, by `base64 | tr +/ -_ | tr -d =`. */
#define FB "-_v7-_v7-_v7-_v7-_v7-_v7-_s"

/* clevis */

Test(export_systemd, clevis_takes_values_in_the_order_of_the_PCRs)
{
    /* Forty bytes: 20 of 0xFB, then 20 of zeros; "9,4" is PCR 4 and then 9. */
    assay_reference *reference =
        import("clevis", "{\"pcr_bank\":\"sha1\",\"pcr_ids\":\"9,4\",\"pcr_digest\":"
                         "\"-_v7-_v7-_v7-_v7-_v7-_v7-_sAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}", hashes);

    cr_expect(assay_bytes_all(assay_reference_value(reference, 0, ASSAY_ALG_SHA1, 4), 0xFB));
    cr_expect(assay_bytes_all(assay_reference_value(reference, 0, ASSAY_ALG_SHA1, 9), 0x00));
    cr_expect_eq(reference->variants[0].confidence[0][4], ASSAY_CONFIDENCE_STATED);
    assay_reference_free(&reference);
}

Test(export_systemd, clevis_without_a_bank_means_sha1)
{
    assay_reference *reference =
        import("clevis", "{\"pcr_ids\":[\"4\"],\"pcr_digest\":\"" FB "\"}", hashes);

    cr_expect(assay_bytes_all(assay_reference_value(reference, 0, ASSAY_ALG_SHA1, 4), 0xFB));
    assay_reference_free(&reference);
}

#define PIN(rest) "{\"pcr_bank\":\"sha1\"," rest "}"
#define GOOD PIN("\"pcr_ids\":\"4\",\"pcr_digest\":\"" FB "\"")

Test(export_systemd, what_clevis_would_not_take_is_refused)
{
    static const refused_text rows[] = {
        { "[]", "" },
        { "{\"pcr_ids\":\"4\",\"pcr_ids\":\"5\"}", "twice" },
        { PIN("\"pcr_ids\":\"4\""), "pcr_digest: missing" },
        { PIN("\"pcr_ids\":\"24\",\"pcr_digest\":\"" FB "\""), "pcr_ids: PCRs from 0 to 23" },
        { PIN("\"pcr_ids\":\"4,4\",\"pcr_digest\":\"" FB "\""), "each once" },
        { PIN("\"pcr_ids\":\"4,\",\"pcr_digest\":\"" FB "\""), "pcr_ids" },
        { PIN("\"pcr_ids\":\"\",\"pcr_digest\":\"" FB "\""), "pcr_ids" },
        { PIN("\"pcr_ids\":[],\"pcr_digest\":\"" FB "\""), "pcr_ids" },
        { PIN("\"pcr_ids\":\"4,5\",\"pcr_digest\":\"" FB "\""), "20 bytes, where 2 of 20 each" },
        { PIN("\"pcr_ids\":\"4\",\"pcr_digest\":\"-_v7-_v7-_v7-_v7-_v7-_v7-_v7\""),
          "21 bytes, where 1 of 20 each" },
        { PIN("\"pcr_ids\":\"4\",\"pcr_digest\":\"+/v7-_v7-_v7-_v7-_v7-_v7-_s\""), "no base64url" },
        { PIN("\"pcr_ids\":\"4\",\"pcr_digest\":\"" FB "=\""), "no base64url" },
        { "{\"pcr_bank\":\"md5\",\"pcr_ids\":\"4\",\"pcr_digest\":\"" FB "\"}", "pcr_bank" },
        { PIN("\"pcr_ids\":\"4\",\"pcr_digest\":\"" FB "\",\"more\":1"), "more" },
        { "{\"t\":2,\"pins\":{\"tpm2\":[" GOOD "," GOOD "]}}", "t: 2, and only of 1" },
        { "{\"t\":1,\"pins\":{\"tang\":[{}]}}", "pins" },
        { "{\"t\":1,\"pins\":{\"tpm2\":[]}}", "pins.tpm2: 1 to 64 pins" },
        { "{\"t\":1,\"pins\":{\"tpm2\":[" GOOD ",{}]}}", "pins.tpm2[1]" },
        { "{\"t\":1,\"pins\":{\"tpm2\":[" GOOD ",{\"pcr_bank\":\"sha256\",\"pcr_ids\":\"4\","
          "\"pcr_digest\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}]}}",
          "another than in the first pin" },
    };

    expect_refused("clevis", rows, sizeof rows / sizeof *rows, hashes);
}

Test(export_systemd, clevis_binds_to_no_empty_list)
{
    assay_reference *reference = import("clevis", GOOD, hashes);
    assay_export_job job = job_of(reference, hashes);
    assay_error error = { .what = "" };

    job.pcrs = 1u << 7;
    cr_expect_eq(assay_export_write(assay_export_format_by_name("clevis"), &job, &error),
                 -ASSAY_UNSUPPORTED);
    cr_expect(has_note(&job, ASSAY_EXPORT_REFUSAL, "no PCR at all"));
    assay_export_job_free(&job);
    assay_reference_free(&reference);
}

/* cryptenroll */

Test(export_systemd, an_enrolment_is_a_line_a_variant)
{
    assay_reference *reference = import("cryptenroll",
                                        "# Variant old\nx --tpm2-pcrs=4:sha1=" A1 " d\n"
                                        "# y --tpm2-pcrs=nothing\n"
                                        "# Variant new\nx '--tpm2-pcrs=boot-loader-code:sha1=0x" B1
                                        ",7:sha1=" A1 "'\n", hashes);
    assay_export_job job = job_of(reference, hashes);

    cr_expect_eq(reference->variant_count, 2);
    write_job(&job, "cryptenroll");
    cr_expect_str_eq(text_of_job(&job),
                     "#!/bin/sh\nset -eu\ndevice=${1:?the block device of a LUKS2 volume}\n"
                     "# Variant old\nsystemd-cryptenroll --tpm2-device=auto --tpm2-pcrs=4:sha1=" A1
                     " \"$device\"\n"
                     "# Variant new\nsystemd-cryptenroll --tpm2-device=auto --tpm2-pcrs=4:sha1=" B1
                     "+7:sha1=" A1 " \"$device\"\n");
    cr_expect(has_note(&job, ASSAY_EXPORT_ADVICE, "pcrlock"));
    cr_expect(has_note(&job, ASSAY_EXPORT_ADVICE, "before 255"));
    assay_export_job_free(&job);
    assay_reference_free(&reference);
}

Test(export_systemd, lists_that_systemd_would_not_take_are_refused)
{
    static const refused_text rows[] = {
        { "", "number 1 of the list: no PCR" },
        { "24:sha1=" A1, "no PCR from 0 to 23" },
        { "boot:sha1=" A1, "no PCR from 0 to 23" },
        { "4", "without a value" },
        { "4:sha1", "without a value" },
        { "4:sha1=", "without a value" },
        { "4=" A1, "no PCR" },
        { "4:sm3_256=" A1, "no bank that systemd knows" },
        { "4:sha256=" A1, "no hexadecimal value of its bank's size" },
        { "4:sha1=" A1 "00", "no hexadecimal value" },
        { "4:sha1=g123456789abcdef0123456789abcdef01234567", "no hexadecimal value" },
        { "4:sha1=" A1 "+4:sha1=" A1, "number 2 of the list: it is there twice" },
        { "4:sha1=" A1 "+", "number 2 of the list: no PCR" },
        { "4:sha1=" A1 "+5:sha256=" A1 "000000000000000000000000", "values of 2 banks" },
        { "x --tpm2-pcrs=4:sha1=" A1 "\nx --tpm2-pcrs=4:sha1=" B1 "\n", "name of another" },
    };

    expect_refused("cryptenroll", rows, sizeof rows / sizeof *rows, hashes);
}

/* pcrlock */

typedef struct given_file {
    const char *path, *text;
} given_file;

enum { GIVEN_MAX = 8 };

static int try_folder(const given_file *given, assay_reference **ret_reference, assay_error *error)
{
    assay_export_file files[GIVEN_MAX];
    assay_import_job job = { .files = files, .hashes = hashes };

    for (; given[job.file_count].path != NULL; job.file_count++) {
        assay_export_file *const file = &files[job.file_count];

        *file = (assay_export_file){ .path = given[job.file_count].path,
                                     .writer = assay_writer_growing(1 << 20) };
        assay_put_string(&file->writer, given[job.file_count].text);
    }
    *error = (assay_error){ .what = "" };
    *ret_reference = NULL;
    const int status = assay_export_read(assay_export_format_by_name("pcrlock"), &job,
                                         ret_reference, error);
    assay_import_job_free(&job);
    for (size_t i = 0; i < job.file_count; i++)
        assay_writer_close(&files[i].writer);
    return status;
}

#define RECORD(pcr, digest)                                                                        \
    "{\"pcr\":" pcr ",\"digests\":[{\"hashAlg\":\"sha1\",\"digest\":\"" digest "\"}]}"
#define RECORDS(list) "{\"records\":[" list "]}"
#define OF(list, names) "{\"records\":[" list "],\"variants\":[" names "]}"

Test(export_systemd, combinations_of_variants_are_boots_where_no_file_says_otherwise)
{
    static const given_file given[] = {
        { "650-uki.pcrlock.d/1.pcrlock", RECORDS(RECORD("4", A1)) },
        { "650-uki.pcrlock.d/2.pcrlock", RECORDS(RECORD("4", B1)) },
        { "600-gpt.pcrlock.d/a.pcrlock", RECORDS(RECORD("5", A1)) },
        { "600-gpt.pcrlock.d/b.pcrlock", RECORDS("") },
        { "750-enter-initrd.pcrlock", RECORDS(RECORD("11", A1)) },
        { NULL, NULL },
    };
    assay_reference *reference;
    assay_error error;

    cr_assert_eq(try_folder(given, &reference, &error), 0, "%s", error.what);
    cr_expect_eq(reference->variant_count, 4);
    cr_expect_str_eq(reference->variants[0].name, "a+1");
    cr_expect_str_eq(reference->variants[3].name, "b+2");
    cr_expect_eq(reference->step_count, 4);
    cr_expect_eq(reference->steps[0].alternatives[0].event.type, ASSAY_NO_EVENT_TYPE);
    cr_expect_null(assay_reference_value(reference, 1, ASSAY_ALG_SHA1, 5).data, "it has no GPT");
    /* printf '%040d%s' 0 A1 | xxd -r -p | sha1sum */
    static const uint8_t extended[] = { 0xd6, 0xe2, 0x65, 0xd9, 0xdb, 0x68, 0x8d, 0x4f, 0xa8, 0xe9,
                                        0x64, 0x48, 0x0c, 0x8f, 0xe7, 0xdb, 0x8a, 0xc8, 0x8d, 0x6d };
    cr_expect(assay_bytes_equal(assay_reference_value(reference, 0, ASSAY_ALG_SHA1, 11),
                                assay_bytes_of(extended, sizeof extended)));
    assay_reference_free(&reference);
}

Test(export_systemd, components_that_are_none_are_refused_with_their_place)
{
    static const struct {
        given_file given[5];
        const char *what;
    } rows[] = {
        { { { "uki.pcrlock", RECORDS("") } }, "NNN-name.pcrlock" },
        { { { "650-uki.json", RECORDS("") } }, "NNN-name.pcrlock" },
        { { { "65x-uki.pcrlock", RECORDS("") } }, "NNN-name.pcrlock" },
        { { { "650-uki.pcrlock", "[" RECORD("4", A1) "]" } }, "records: an object" },
        { { { "650-uki.pcrlock", "{\"records\":[],\"records\":[]}" } }, "twice" },
        { { { "650-uki.pcrlock", "{\"records\":[],\"else\":1}" } }, "else" },
        { { { "650-uki.pcrlock", RECORDS(RECORD("24", A1)) } }, "records[0].pcr: a number from 0" },
        { { { "650-uki.pcrlock", RECORDS(RECORD("\"4\"", A1)) } }, "records[0].pcr" },
        { { { "650-uki.pcrlock", RECORDS(RECORD("4", "00")) } }, "records[0].digests[0].digest" },
        { { { "650-uki.pcrlock", RECORDS("{\"pcr\":4}") } }, "records[0].digests: an array" },
        { { { "650-uki.pcrlock", RECORDS("{\"pcr\":4,\"digests\":[{\"hashAlg\":\"md5\"}]}") } },
          "none of an algorithm" },
        { { { "650-uki.pcrlock", RECORDS("{\"pcr\":4,\"digests\":[{}]}") } }, "hashAlg" },
        { { { "650-uki.pcrlock.d/1.pcrlock", OF(RECORD("4", A1), "\"a\"") },
            { "650-uki.pcrlock.d/2.pcrlock", OF(RECORD("4", B1), "\"a\"") } },
          "another file of the component names one of them too" },
        { { { "600-gpt.pcrlock.d/1.pcrlock", OF(RECORD("5", A1), "\"a\"") },
            { "600-gpt.pcrlock.d/2.pcrlock", OF(RECORD("5", B1), "\"b\"") },
            { "650-uki.pcrlock.d/1.pcrlock", OF(RECORD("4", A1), "\"a\"") },
            { "650-uki.pcrlock.d/2.pcrlock", OF(RECORD("4", B1), "\"c\"") } },
          "no file of the component names all those that others do" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assay_reference *reference;
        assay_error error;

        cr_expect_lt(try_folder(rows[i].given, &reference, &error), 0, "row %zu is taken", i);
        cr_expect_not_null(strstr(error.what, rows[i].what), "row %zu: %s", i, error.what);
        assay_reference_free(&reference);
    }
}

static const char *path_of(const assay_export_job *job, size_t place)
{
    return place < job->file_count ? job->files[place]->path : "";
}

Test(export_systemd, a_measurement_that_comes_again_is_in_the_component_of_the_first)
{
    /* As an initrd that GRUB reads and the kernel takes over: systemd-pcrlock would find the
     * second component at the first one's record. */
    static const given_file given[] = {
        { "680-loader-initrd.pcrlock", RECORDS(RECORD("9", A1)) },
        { "710-kernel-cmdline.pcrlock", RECORDS(RECORD("9", B1)) },
        { "720-kernel-initrd.pcrlock", RECORDS(RECORD("9", A1)) },
        { NULL, NULL },
    };
    assay_reference *reference;
    assay_error error;

    cr_assert_eq(try_folder(given, &reference, &error), 0, "%s", error.what);
    assay_export_job job = job_of(reference, hashes);
    write_job(&job, "pcrlock");
    cr_expect_eq(job.file_count, 1);
    cr_expect_str_eq(path_of(&job, 0), "680-loader-initrd.pcrlock.d/generated.pcrlock");
    cr_expect(!assay_export_is_refused(&job));
    assay_export_job_free(&job);
    assay_reference_free(&reference);
}

/* That nothing came into PCR 12 and 13 is held, and pcrlock has to be told to hold it. */
Test(export_systemd, pcrs_that_stay_at_zeros_are_locked_too)
{
    static const given_file given[] = {
        { "650-uki.pcrlock", RECORDS(RECORD("4", A1)) },
        { NULL, NULL },
    };
    assay_reference *reference;
    assay_error error;

    cr_assert_eq(try_folder(given, &reference, &error), 0, "%s", error.what);
    set_test_value(&reference->variants[0], ASSAY_ALG_SHA1, 12, 0);
    set_test_value(&reference->variants[0], ASSAY_ALG_SHA1, 13, 0);
    set_test_value(&reference->variants[0], ASSAY_ALG_SHA1, 14, 0x14);
    assay_export_job job = job_of(reference, hashes);
    write_job(&job, "pcrlock");
    cr_expect_eq(job.file_count, 1);
    cr_expect(has_note(&job, ASSAY_EXPORT_ADVICE, "no component is of PCR 12-13"));
    cr_expect(has_note(&job, ASSAY_EXPORT_ADVICE, "--pcr=4,12-13"));
    cr_expect(has_note(&job, ASSAY_EXPORT_LOSS, "PCR 14 is left out"));
    assay_export_job_free(&job);
    assay_reference_free(&reference);
}

Test(export_systemd, longer_variants_come_first_and_empty_ones_last)
{
    static const given_file given[] = {
        { "600-gpt.pcrlock.d/1.pcrlock", OF("", "\"none\"") },
        { "600-gpt.pcrlock.d/2.pcrlock", OF(RECORD("5", A1), "\"one\"") },
        { "600-gpt.pcrlock.d/3.pcrlock", OF(RECORD("5", A1) "," RECORD("5", B1), "\"two\"") },
        { NULL, NULL },
    };
    assay_reference *reference;
    assay_error error;

    cr_assert_eq(try_folder(given, &reference, &error), 0, "%s", error.what);
    assay_export_job job = job_of(reference, hashes);
    write_job(&job, "pcrlock");
    cr_expect_eq(job.file_count, 3);
    cr_expect_str_eq(path_of(&job, 0), "600-gpt.pcrlock.d/010-two.pcrlock");
    cr_expect_str_eq(path_of(&job, 1), "600-gpt.pcrlock.d/020-one.pcrlock");
    cr_expect_str_eq(path_of(&job, 2), "600-gpt.pcrlock.d/030-absent.pcrlock");
    cr_expect(has_note(&job, ASSAY_EXPORT_REFUSAL, "systemd installs 500-separator.pcrlock.d"));
    assay_export_job_free(&job);
    assay_reference_free(&reference);
}

Test(export_systemd, more_values_than_a_policy_takes_are_refused)
{
    static const char digits[] = "123456789";
    char paths[9][60], text[200];
    assay_export_file files[9];
    assay_import_job import_job = { .files = files, .file_count = 9, .hashes = hashes };
    assay_reference *reference = NULL;
    assay_error error = { .what = "" };

    for (size_t i = 0; i < 9; i++) {
        snprintf(paths[i], sizeof paths[i], "650-uki.pcrlock.d/%c.pcrlock", digits[i]);
        snprintf(text, sizeof text,
                 "{\"records\":[{\"pcr\":4,\"digests\":[{\"hashAlg\":\"sha1\",\"digest\":"
                 "\"%c123456789abcdef0123456789abcdef01234567\"}]}]}", digits[i]);
        files[i] = (assay_export_file){ .path = paths[i], .writer = assay_writer_growing(1 << 10) };
        assay_put_string(&files[i].writer, text);
    }
    cr_assert_eq(assay_export_read(assay_export_format_by_name("pcrlock"), &import_job, &reference,
                                   &error), 0, "%s", error.what);
    assay_export_job job = job_of(reference, hashes);
    write_job(&job, "pcrlock");
    cr_expect(has_note(&job, ASSAY_EXPORT_REFUSAL, "PCR 4 can have 9 values"));
    assay_export_job_free(&job);
    assay_import_job_free(&import_job);
    for (size_t i = 0; i < 9; i++)
        assay_writer_close(&files[i].writer);
    assay_reference_free(&reference);
}
