/* SPDX-License-Identifier: BSD-2-Clause */
/* The formats oat-wlm, oat-commands and open-cit: requests in order, and back. */
#include "tests/exported.h"

#include <jansson.h>

static assay_hashes *hashes;

static void set_up(void)
{
    hashes = assay_hashes_new();
}

static void tear_down(void)
{
    assay_hashes_free(&hashes);
}

TestSuite(oat, .init = set_up, .fini = tear_down);

/* Variants with PCR 0 in common, each with PCR 17 and 9 of its own. */
static assay_reference *image(size_t count, uint16_t alg)
{
    static const char *const names[] = { "old", "a,b%", "new" };
    assay_reference *const reference = assay_reference_new("image");

    reference->version = "7";
    for (size_t i = 0; i < count; i++) {
        assay_reference_variant *const variant = add_test_variant(reference, names[i]);

        set_test_value(variant, alg, 0, 0xaa);
        set_test_value(variant, alg, 9, (uint8_t)(0x90 + i));
        set_test_value(variant, alg, 17, (uint8_t)(0x10 + i));
    }
    return reference;
}

static void expect_file(const assay_export_job *job, const char *path, const char *expected)
{
    const assay_bytes written = file_of(job, path);

    cr_expect_eq(written.size, strlen(expected), "%s: %.*s", path, (int)written.size,
                 (const char *)written.data);
    cr_expect(assay_bytes_equal(written, assay_bytes_of_string(expected)), "%s: %.*s", path,
              (int)written.size, (const char *)written.data);
}

#define AA "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define HEX10 "1010101010101010101010101010101010101010"

Test(oat, bodies_come_in_the_order_in_which_they_name_each_other)
{
    static const assay_export_setting host = { "host", "node1" };
    assay_reference *reference = image(1, ASSAY_ALG_SHA1);
    assay_export_job job = job_of(reference, hashes);

    reference->environment.platform_manufacturer = "M";
    reference->environment.firmware_vendor = "F";
    reference->environment.firmware_version = "1";
    reference->environment.os_name = "O";
    reference->environment.os_version = "2";
    job.settings = &host;
    job.setting_count = 1;
    write_job(&job, "oat-wlm");
    cr_expect_eq(job.file_count, 6);
    expect_file(&job, "01-oem.json", "{\"Name\":\"M\",\"Description\":\"\"}\n");
    expect_file(&job, "02-os.json", "{\"Name\":\"O\",\"Version\":\"2\",\"Description\":\"\"}\n");
    expect_file(&job, "03-mle-bios.json",
                "{\"Name\":\"F\",\"Version\":\"1\",\"OemName\":\"M\",\"Attestation_Type\":\"PCR\","
                "\"MLE_Type\":\"BIOS\",\"Description\":\"variants old\",\"MLE_Manifests\":["
                "{\"Name\":\"0\",\"Value\":\"" AA "\"}]}\n");
    expect_file(&job, "04-mle-vmm.json",
                "{\"Name\":\"image\",\"Version\":\"7\",\"OsName\":\"O\",\"OsVersion\":\"2\","
                "\"Attestation_Type\":\"PCR\",\"MLE_Type\":\"VMM\",\"Description\":"
                "\"variants old\",\"MLE_Manifests\":[{\"Name\":\"17\",\"Value\":\"" HEX10
                "\"}]}\n");
    expect_file(&job, "05-host.json",
                "{\"HostName\":\"node1\",\"IPAddress\":\"node1\",\"Port\":\"9999\",\"BIOS_Name\":"
                "\"F\",\"BIOS_Version\":\"1\",\"BIOS_Oem\":\"M\",\"VMM_Name\":\"image\","
                "\"VMM_Version\":\"7\",\"VMM_OSName\":\"O\",\"VMM_OSVersion\":\"2\",\"Email\":\"\","
                "\"AddOn_Connection_String\":\"\",\"Description\":\"\"}\n");
    cr_expect(has_note(&job, ASSAY_EXPORT_LOSS, "PCR 9 is left out"));
    cr_expect_not(assay_export_is_refused(&job));
    assay_export_job_free(&job);
    assay_reference_free(&reference);
}

static json_int_t sum_of_pcrs(const assay_export_job *job, const char *path)
{
    const assay_bytes body = file_of(job, path);
    json_t *const mle = json_loadb((const char *)body.data, body.size, 0, NULL);
    json_t *manifest;
    size_t i;
    json_int_t sum = 0;

    json_array_foreach(json_object_get(mle, "MLE_Manifests"), i, manifest) sum +=
        1 << atoi(json_string_value(json_object_get(manifest, "Name")));
    json_decref(mle);
    return sum;
}

Test(oat, older_servers_check_which_pcrs_there_are)
{
    static const assay_export_setting all = { "ranges", "all" };
    assay_reference *reference = image(1, ASSAY_ALG_SHA1);
    assay_export_job job = job_of(reference, hashes);

    assay_pcrs_bank(&reference->variants[0].values, ASSAY_ALG_SHA1)->present = ASSAY_ALL_PCRS;
    write_job(&job, "oat-wlm");
    cr_expect_eq(sum_of_pcrs(&job, "03-mle-bios.json"), 0x3f, "0 to 5");
    cr_expect_eq(sum_of_pcrs(&job, "04-mle-vmm.json"), 0x1e0000, "17 to 20");
    cr_expect(has_note(&job, ASSAY_EXPORT_LOSS, "PCR 6-16,21-23 is left out"));
    assay_export_job_free(&job);
    job.settings = &all;
    job.setting_count = 1;
    write_job(&job, "oat-wlm");
    cr_expect_eq(sum_of_pcrs(&job, "03-mle-bios.json"), 0xff);
    cr_expect_eq(sum_of_pcrs(&job, "04-mle-vmm.json"), 0xffff00);
    assay_export_job_free(&job);
    assay_reference_free(&reference);
}

Test(oat, a_variant_that_differs_is_an_mle_of_its_own)
{
    assay_reference *reference = image(3, ASSAY_ALG_SHA256);
    assay_export_job job = job_of(reference, hashes);
    json_error_t fault;

    write_job(&job, "oat-wlm");
    const assay_bytes bios = file_of(&job, "03-mle-bios.json");
    json_t *const one = json_loadb((const char *)bios.data, bios.size, 0, &fault);
    cr_expect_str_eq(json_string_value(json_object_get(one, "Description")),
                     "variants a%2Cb%25,new,old");
    cr_expect_str_eq(json_string_value(json_object_get(one, "Version")), "0");
    const assay_bytes vmm = file_of(&job, "05-mle-vmm.json");
    json_t *const two = json_loadb((const char *)vmm.data, vmm.size, 0, &fault);
    cr_expect_str_eq(json_string_value(json_object_get(two, "Version")), "7-new");
    cr_expect(has_note(&job, ASSAY_EXPORT_ADVICE, "3 MLEs of type VMM"));
    cr_expect(has_note(&job, ASSAY_EXPORT_ADVICE, "names no bank"));
    cr_expect(has_note(&job, ASSAY_EXPORT_ADVICE, "--set oem=TEXT"));
    json_decref(one);
    json_decref(two);
    assay_export_job_free(&job);
    assay_reference_free(&reference);
}

static assay_reference *read_files(const assay_export_job *job)
{
    assay_export_file files[64];
    assay_import_job import = { .file_count = job->file_count, .files = files, .hashes = hashes };
    assay_reference *reference = NULL;
    assay_error error = { .what = "" };

    for (size_t i = 0; i < job->file_count; i++)
        files[i] = *job->files[i];
    cr_assert_eq(
        assay_export_read(assay_export_format_by_name("oat-wlm"), &import, &reference, &error), 0,
        "%s", error.what);
    cr_expect_eq(import.note_count, 1);
    assay_import_job_free(&import);
    return reference;
}

Test(oat, bodies_read_back_are_written_the_same)
{
    static const assay_export_setting all = { "ranges", "all" };
    assay_reference *reference = image(3, ASSAY_ALG_SHA256);
    assay_export_job once = job_of(reference, hashes);

    once.settings = &all;
    once.setting_count = 1;
    write_job(&once, "oat-wlm");
    assay_reference *back = read_files(&once);
    assay_export_job twice = job_of(back, hashes);
    twice.settings = &all;
    twice.setting_count = 1;
    write_job(&twice, "oat-wlm");
    cr_assert_eq(twice.file_count, once.file_count);
    for (size_t i = 0; i < once.file_count; i++)
        cr_expect(assay_bytes_equal(assay_written(&once.files[i]->writer),
                                    file_of(&twice, once.files[i]->path)),
                  "%s", once.files[i]->path);
    const size_t variant = assay_reference_find(back, "a,b%");
    cr_assert_lt(variant, 3);
    cr_expect_eq(assay_reference_value(back, variant, ASSAY_ALG_SHA256, 17).data[0], 0x11);
    cr_expect_eq(assay_reference_value(back, variant, ASSAY_ALG_SHA256, 0).data[0], 0xaa);
    cr_expect_str_eq(back->version, "7");
    assay_export_job_free(&twice);
    assay_export_job_free(&once);
    assay_reference_free(&back);
    assay_reference_free(&reference);
}

/* Another reference with the same names has the same UUIDs, and another version has others. */
Test(oat, open_cit_read_back_is_written_the_same)
{
    assay_reference *reference = image(3, ASSAY_ALG_SHA1);
    assay_export_job once = job_of(reference, hashes);

    write_job(&once, "open-cit");
    assay_reference *back = read_files(&once);
    assay_export_job twice = job_of(back, hashes);
    write_job(&twice, "open-cit");
    cr_assert_eq(twice.file_count, once.file_count);
    for (size_t i = 0; i < once.file_count; i++)
        cr_expect(assay_bytes_equal(assay_written(&once.files[i]->writer),
                                    file_of(&twice, once.files[i]->path)),
                  "%s", once.files[i]->path);
    assay_export_job_free(&twice);
    reference->version = "8";
    assay_export_job newer = job_of(reference, hashes);
    write_job(&newer, "open-cit");
    const assay_bytes old_plan = file_of(&once, "v2/plan.json");
    cr_expect_not(assay_bytes_equal(old_plan, file_of(&newer, "v2/plan.json")));
    assay_export_job_free(&newer);
    assay_export_job_free(&once);
    assay_reference_free(&back);
    assay_reference_free(&reference);
}

Test(oat, commands_are_words_of_a_shell)
{
    static const assay_export_setting settings[] = { { "os-name", "It's" }, { "edit", "yes" } };
    assay_reference *reference = image(1, ASSAY_ALG_SHA1);
    assay_export_job job = job_of(reference, hashes);

    job.settings = settings;
    job.setting_count = 2;
    write_job(&job, "oat-commands");
    const char *const text = text_of_job(&job);
    cr_expect(job.files[0]->executable);
    cr_expect_not_null(strstr(text, "oat_mle -e -h \"$server\" '{\"Name\":\"image\""));
    cr_expect_not_null(strstr(text, "\"OsName\":\"It'\\''s\""));
    cr_expect_null(strstr(text, "oat_os"), "what the MLEs name is there already");
    cr_expect(has_note(&job, ASSAY_EXPORT_ADVICE, "replaces its whole list"));
    assay_export_job_free(&job);
    assay_reference_free(&reference);
}

/* 101 letters. */
#define LONG                                                                                       \
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" \
    "aa"                                                                                           \
    "aaaaaaa"

Test(oat, what_the_server_would_refuse_is_said)
{
    static const assay_export_setting settings[] = {
        { "oem", LONG }, { "vmm-name", "My Esxi" }, { "os-name", "" }, { "bios-name", "a:b" }
    };
    assay_reference *reference = image(1, ASSAY_ALG_SHA512);
    assay_export_job job = job_of(reference, hashes);

    job.settings = settings;
    job.setting_count = 4;
    write_job(&job, "oat-wlm");
    cr_expect(has_note(&job, ASSAY_EXPORT_REFUSAL, "101 characters"));
    cr_expect(has_note(&job, ASSAY_EXPORT_REFUSAL, "ESX"));
    cr_expect(has_note(&job, ASSAY_EXPORT_REFUSAL, "operating system is empty"));
    cr_expect(has_note(&job, ASSAY_EXPORT_REFUSAL, "128 digits"));
    cr_expect(has_note(&job, ASSAY_EXPORT_ADVICE, "':' or a ','"));
    assay_export_job_free(&job);
    job.settings = &(assay_export_setting){ "vmm-version", "5.1.0" };
    job.setting_count = 1;
    reference->name = "ESX";
    write_job(&job, "oat-wlm");
    cr_expect_not(has_note(&job, ASSAY_EXPORT_REFUSAL, "ESX"), "5.1 is one that it takes");
    assay_export_job_free(&job);
    assay_reference_free(&reference);
}

Test(oat, open_cit_names_by_uuid_what_it_made)
{
    assay_reference *reference = image(1, ASSAY_ALG_SHA1);
    assay_export_job job = job_of(reference, hashes);
    json_error_t fault;

    write_job(&job, "open-cit");
    const assay_bytes os = file_of(&job, "v2/02-os.json");
    const assay_bytes mle = file_of(&job, "v2/05-mle-vmm.json");
    json_t *const made = json_loadb((const char *)os.data, os.size, 0, &fault);
    json_t *const named = json_loadb((const char *)mle.data, mle.size, 0, &fault);
    cr_expect_str_eq(json_string_value(json_object_get(named, "os_uuid")),
                     json_string_value(json_object_get(made, "id")));
    cr_expect_str_eq(json_string_value(json_object_get(named, "mle_type")), "VMM");
    expect_file(&job, "v2/04-pcr.json",
                "{\"pcr_index\":\"0\",\"pcr_value\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}"
                "\n");
    json_decref(made);
    json_decref(named);
    assay_export_job_free(&job);
    assay_reference_free(&reference);
}

Test(oat, open_cit_takes_a_bank_with_the_mle)
{
    assay_reference *reference = image(1, ASSAY_ALG_SHA256);
    assay_export_job job = job_of(reference, hashes);

    memset(assay_pcrs_bank(&reference->variants[0].values, ASSAY_ALG_SHA256)->value[17], 0, 32);
    write_job(&job, "open-cit");
    const assay_bytes mle = file_of(&job, "v2/03-mle-bios.json");
    cr_expect_not_null(memmem(mle.data, mle.size, "\"PcrBank\":\"SHA256\"", 18));
    cr_expect(has_note(&job, ASSAY_EXPORT_REFUSAL, "PCR 17 is all zeros"));
    assay_export_job_free(&job);
    assay_reference_free(&reference);
}

#define MLE(rest) "{\"Name\":\"n\",\"Version\":\"1\"," rest "}"
#define ONE(manifest) MLE("\"MLE_Type\":\"BIOS\",\"MLE_Manifests\":[" manifest "]")

static const refused_text refused[] = {
    { "[", "ends too early" },
    { "{\"Name\":\"o\"}", "no values" },
    { MLE("\"MLE_Type\":\"bios\""), "BIOS or VMM" },
    { MLE("\"MLE_Type\":\"BIOS\",\"Label\":1"), "'Label' is unknown" },
    { MLE("\"MLE_Type\":\"BIOS\",\"MLE_Manifests\":{}"), "no array" },
    { ONE("{\"Name\":\"24\",\"Value\":\"" AA "\"}"), "no number of a PCR" },
    { ONE("{\"Name\":\"x\",\"Value\":\"" AA "\"}"), "no number of a PCR" },
    { ONE("{\"Name\":\"0\",\"Value\":\"zz\"}"), "MLE_Manifests[0].Value" },
    { ONE("{\"Name\":\"0\",\"Value\":\"aa\"}"), "no bank has values" },
    { ONE("{\"Name\":\"0\",\"Value\":\"" AA "\",\"PcrBank\":\"SHA256\"}"), "as long as" },
    { ONE("{\"Name\":\"0\",\"Value\":\"" AA "\"},{\"Name\":\"0\",\"Value\":\"" AA "\"}"),
      "PCR 0 has a value already" },
    { ONE("{\"Name\":\"0\",\"Value\":\"\"}"), "no values" },
    { ONE("{\"Name\":\"0\",\"Name\":\"0\"}"), "twice" },
};

Test(oat, what_is_wrong_is_refused_by_its_place)
{
    expect_refused("oat-wlm", refused, sizeof refused / sizeof *refused, hashes);
}
