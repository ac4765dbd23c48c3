/* SPDX-License-Identifier: BSD-2-Clause */
/* policy/export/plain: values as lists and tables, boots as canonical event logs, and back. */
#include "base/hex.h"
#include "policy/reference/compare.h"
#include "replay/pcrvalues.h"
#include "tests/exported.h"

#include <stdlib.h>

static assay_hashes *hashes;

static void set_up(void)
{
    hashes = assay_hashes_new();
}

static void tear_down(void)
{
    assay_hashes_free(&hashes);
}

TestSuite(export_plain, .init = set_up, .fini = tear_down);

#define A1 "0123456789abcdef0123456789abcdef01234567"
#define B1 "1123456789abcdef0123456789abcdef01234567"
#define A2 "00000000000000000000000000000000000000000000000000000000000000aa"
#define B2 "00000000000000000000000000000000000000000000000000000000000000bb"

/* Names as hostile as a name can be that can be shown. */
static const char two[] = "# variant old, \"6.1\"\n"
                          "sha1:0 " A1 "\nsha1:17 " B1 "\nsha256:0 " A2 "\n"
                          "# variant new\n"
                          "sha1:0 " B1 "\nsha256:0 " B2 "\n";

Test(export_plain, text_is_lines_below_names)
{
    assay_reference *reference = import("text", two, hashes);
    assay_export_job job = job_of(reference, hashes);

    cr_expect_eq(reference->variant_count, 2);
    cr_expect_str_eq(reference->variants[0].name, "old, \"6.1\"");
    cr_expect_str_eq(reference->name, "where", "after its file");
    write_job(&job, "text");
    cr_expect_str_eq(text_of_job(&job), two);
    cr_expect(has_note(&job, ASSAY_EXPORT_ADVICE, "one variant at a time"));
    assay_export_job_free(&job);
    assay_reference_free(&reference);
}

Test(export_plain, text_of_one_variant_is_what_readers_of_values_take)
{
    assay_reference *reference = import("text", two, hashes);

    for (unsigned form = 0; form < 2; form++) {
        assay_export_job job = job_of(reference, hashes);
        assay_pcrs read = { 0 };

        job.variants = 1;
        write_job(&job, form == 0 ? "text" : "json");
        cr_assert_eq(assay_pcrvalues_parse(assay_bytes_of_string(text_of_job(&job)), &read, NULL), 0);
        cr_expect_arr_eq(&read, &reference->variants[0].values, sizeof read);
        assay_export_job_free(&job);
    }
    assay_reference_free(&reference);
}

Test(export_plain, any_form_of_values_is_read)
{
    /* As tpm2_pcrread 5.4 prints them. */
    assay_reference *reference = import("text", "  sha256:\n    0 : 0x" A2 "\n", hashes);

    cr_expect_eq(reference->variant_count, 1);
    cr_expect_str_eq(reference->variants[0].name, "default");
    cr_expect_eq(assay_reference_value(reference, 0, ASSAY_ALG_SHA256, 0).size, 32);
    cr_expect_eq(reference->variants[0].confidence[0][0], ASSAY_CONFIDENCE_STATED);
    assay_reference_free(&reference);
}

Test(export_plain, csv_is_rfc_4180)
{
    assay_reference *reference = import("text", two, hashes);
    assay_export_job job = job_of(reference, hashes);

    reference->variants[0].confidence[0][0] = ASSAY_CONFIDENCE_QUOTED;
    write_job(&job, "csv");
    cr_expect_str_eq(text_of_job(&job), "variant,bank,pcr,value,confidence\r\n"
                                        "\"old, \"\"6.1\"\"\",sha1,0," A1 ",quoted\r\n"
                                        "\"old, \"\"6.1\"\"\",sha1,17," B1 ",stated\r\n"
                                        "\"old, \"\"6.1\"\"\",sha256,0," A2 ",stated\r\n"
                                        "new,sha1,0," B1 ",stated\r\n"
                                        "new,sha256,0," B2 ",stated\r\n");
    assay_reference *read = import("csv", text_of_job(&job), hashes);
    cr_expect_eq(read->variants[0].confidence[0][0], ASSAY_CONFIDENCE_QUOTED);
    cr_expect_eq(read->variants[0].confidence[0][17], ASSAY_CONFIDENCE_STATED);
    assay_reference_free(&read);
    assay_export_job_free(&job);
    assay_reference_free(&reference);
}

Test(export_plain, json_of_several_variants_names_them)
{
    assay_reference *reference = import("text", "# variant \"\\\nsha1:0 " A1 "\n"
                                                "# variant b\nsha1:0 " B1 "\n", hashes);
    assay_export_job job = job_of(reference, hashes);

    write_job(&job, "json");
    cr_expect_str_eq(text_of_job(&job), "{\n"
                                        "  \"variants\":{\n"
                                        "    \"\\\"\\\\\":{\n"
                                        "      \"sha1\":{\n"
                                        "        \"0\":\"" A1 "\"\n"
                                        "      }\n"
                                        "    },\n"
                                        "    \"b\":{\n"
                                        "      \"sha1\":{\n"
                                        "        \"0\":\"" B1 "\"\n"
                                        "      }\n"
                                        "    }\n"
                                        "  },\n"
                                        "  \"confidence\":{\n"
                                        "    \"\\\"\\\\\":{\n"
                                        "      \"sha1\":{\n"
                                        "        \"stated\":\"0\"\n"
                                        "      }\n"
                                        "    },\n"
                                        "    \"b\":{\n"
                                        "      \"sha1\":{\n"
                                        "        \"stated\":\"0\"\n"
                                        "      }\n"
                                        "    }\n"
                                        "  }\n"
                                        "}\n");
    assay_export_job_free(&job);
    assay_reference_free(&reference);
}

Test(export_plain, what_is_written_reads_back)
{
    static const char *const formats[] = { "text", "csv", "json" };
    assay_reference *reference = import("text", two, hashes);

    for (size_t i = 0; i < 3; i++) {
        assay_reference *read = expect_round_trip(reference, formats[i], hashes);

        cr_assert_eq(read->variant_count, 2, "%s", formats[i]);
        for (size_t v = 0; v < 2; v++) {
            cr_expect_str_eq(read->variants[v].name, reference->variants[v].name);
            cr_expect_arr_eq(&read->variants[v].values, &reference->variants[v].values,
                             sizeof(assay_pcrs));
        }
        assay_reference_free(&read);
    }
    assay_reference_free(&reference);
}

Test(export_plain, how_values_are_known_comes_back)
{
    static const assay_export_setting names = { "names", "yes" };
    static const char *const formats[] = { "text", "csv", "json" };
    assay_reference *reference = import("text", two, hashes);

    reference->variants[0].confidence[0][0] = ASSAY_CONFIDENCE_QUOTED;
    reference->variants[0].confidence[0][17] = ASSAY_CONFIDENCE_PREDICTED;
    reference->variants[1].confidence[1][0] = ASSAY_CONFIDENCE_OBSERVED;
    for (size_t i = 0; i < 3; i++) {
        assay_reference *read = expect_round_trip(reference, formats[i], hashes);

        for (size_t v = 0; v < 2; v++)
            cr_expect_arr_eq(read->variants[v].confidence, reference->variants[v].confidence,
                             sizeof read->variants[v].confidence, "%s", formats[i]);
        assay_reference_free(&read);
    }
    assay_export_job job = job_of(reference, hashes);
    job.variants = 1;
    write_job(&job, "text");
    cr_expect_str_eq(text_of_job(&job), "# variant old, \"6.1\"\n"
                                        "# confidence predicted sha1:17\n"
                                        "# confidence quoted sha1:0\n"
                                        "sha1:0 " A1 "\nsha1:17 " B1 "\nsha256:0 " A2 "\n");
    assay_export_job_free(&job);
    /* Of one variant JSON has its name and that when it is asked to. */
    job = job_of(reference, hashes);
    job.variants = 1;
    job.settings = &names;
    job.setting_count = 1;
    write_job(&job, "json");
    assay_reference *read = import("json", text_of_job(&job), hashes);
    cr_expect_str_eq(read->variants[0].name, "old, \"6.1\"");
    cr_expect_eq(read->variants[0].confidence[0][17], ASSAY_CONFIDENCE_PREDICTED);
    assay_reference_free(&read);
    assay_export_job_free(&job);
    assay_reference_free(&reference);
}

Test(export_plain, banks_and_pcrs_are_those_asked_for)
{
    assay_reference *reference = import("text", two, hashes);
    assay_export_job job = job_of(reference, hashes);

    job.banks[0] = ASSAY_ALG_SHA1;
    job.bank_count = 1;
    job.pcrs = 1u << 17;
    job.variants = 1;
    write_job(&job, "text");
    cr_expect_str_eq(text_of_job(&job), "# variant old, \"6.1\"\nsha1:17 " B1 "\n");
    assay_export_job_free(&job);
    assay_reference_free(&reference);
}

/* A TDX guest's registers, of which a line or a table would say that they are PCRs. */
Test(export_plain, registers_are_not_called_pcrs)
{
    assay_reference *reference =
        import("json", "{\"rtmr\": {\"0\": \"" A1 A1 "0123456789abcdef\"}}", hashes);
    assay_error error = { .what = "" };

    for (unsigned i = 0; i < 2; i++) {
        assay_export_job job = job_of(reference, hashes);

        cr_expect_eq(assay_export_write(assay_export_format_by_name(i == 0 ? "text" : "csv"), &job,
                                        &error), -ASSAY_UNSUPPORTED);
        assay_export_job_free(&job);
    }
    assay_reference *read = expect_round_trip(reference, "json", hashes);
    cr_expect(read->variants[0].values.measurement_registers);
    assay_reference_free(&read);
    assay_reference_free(&reference);
}

Test(export_plain, what_is_no_list_is_refused)
{
    static const refused_text text[] = {
        { "", "no values" },
        { "# nothing\n\n", "no values" },
        { "# variant a\n# variant b\nsha1:0 " A1, "no PCR value" },
        { "# variant \nsha1:0 " A1, "name of variant 1 is empty" },
        { "# variant a\033[2J\nsha1:0 " A1, "nothing that can be shown" },
        { "# variant a\nsha1:0 " A1 "\n# variant a\nsha1:0 " A1, "name of another" },
        { "sha1:0 " A1 "\nsha1:0 " B1, "twice, with different values" },
        { "sha1:24 " A1, "no PCR of that number" },
        { "sha1:0 " A2, "not 40 hexadecimal digits" },
        { "# confidence quoted sha1:1\nsha1:0 " A1, "that the variant has values of" },
        { "# confidence quoted sha256:0\nsha1:0 " A1, "that the variant has values of" },
        { "# confidence quoted md5:0\nsha1:0 " A1, "that the variant has values of" },
        { "# confidence quoted\nsha1:0 " A1, "that the variant has values of" },
        { "# confidence quoted sha1:0\n# confidence observed sha1:0\nsha1:0 " A1, "said already" },
    };
    static const refused_text json[] = {
        { "", "ends too early" },
        { "[]", "JSON array" },
        { "{}", "no PCR value" },
        { "{\"variants\": {}}", "no values" },
        { "{\"variants\": []}", "variants: this is no object" },
        { "{\"variants\": {\"a\": 1}}", "variants[0]: this is no object" },
        { "{\"variants\": {\"a\": {}}}", "variants[0]: there is no PCR value" },
        { "{\"variants\": {\"\": {\"sha1\": {\"0\": \"" A1 "\"}}}}", "name of variant 1 is empty" },
        { "{\"variants\": {}, \"sha1\": {\"0\": \"" A1 "\"}}", "key 'sha1' is unknown" },
        { "{\"variants\": {\"a\": {}, \"a\": {}}}", "a key stands there twice" },
        { "{\"sha1\": {\"0\": \"" A1 "\", \"0\": \"" A1 "\"}}", "a key stands there twice" },
        { "{\"variants\": {\"a\": {\"sha1\": {\"0\": \"aa\"}}}}", "40 hexadecimal digits" },
#define KNOWN(what) "{\"variants\": {\"a\": {\"sha1\": {\"0\": \"" A1 "\"}}}, \"confidence\": " what "}"
        { KNOWN("1"), "confidence: this is no object" },
        { KNOWN("{\"b\": {}}"), "confidence[0]: there is no such variant" },
        { KNOWN("{\"a\": {\"md5\": {}}}"), "confidence[0].md5: this is no bank" },
        { KNOWN("{\"a\": {\"sha1\": {\"sure\": \"0\"}}}"), "a confidence of this name is unknown" },
        { KNOWN("{\"a\": {\"sha1\": {\"quoted\": \"1\"}}}"), "that the variant has values of" },
        { KNOWN("{\"a\": {\"sha1\": {\"quoted\": 0}}}"), "this is no string" },
        { KNOWN("{\"a\": {\"sha1\": {\"quoted\": \"0\", \"observed\": \"0\"}}}"), "said already" },
    };

    expect_refused("text", text, sizeof text / sizeof *text, hashes);
    expect_refused("json", json, sizeof json / sizeof *json, hashes);
}

#define HEADER "variant,bank,pcr,value,confidence\n"

Test(export_plain, what_is_no_such_table_is_refused)
{
    static const refused_text csv[] = {
        { "", "the line ends before it" },
        { "variant,bank,pcr,value\n", "the line ends before it" },
        { "variant;bank;pcr;value;confidence\n", "the line ends before it" },
        { "name,bank,pcr,value,confidence\n", "the first line is not" },
        { HEADER, "no values" },
        { HEADER "a,sha1,0," A1 ",stated,more\n", "more than five fields" },
        { HEADER "\n", "the line ends before it" },
        { HEADER "a,sha1,0," A1 "\n", "the line ends before it" },
        { HEADER "a,sha1,24," A1 ",stated\n", "no PCR from 0 to 23" },
        { HEADER "a,sha1,-1," A1 ",stated\n", "no PCR from 0 to 23" },
        { HEADER "a,sha1,0x1," A1 ",stated\n", "no PCR from 0 to 23" },
        { HEADER "a,md5,0," A1 ",stated\n", "a bank of this name" },
        { HEADER "a,sha256,0," A1 ",stated\n", "not as many hexadecimal digits" },
        { HEADER "a,sha1,0,0x" A1 ",stated\n", "not as many hexadecimal digits" },
        { HEADER "a,sha1,0," A1 ",sure\n", "a confidence of this name" },
        { HEADER "a,sha1,0," A1 ",stated\na,sha1,0," A1 ",stated\n", "already" },
        { HEADER "\"a,sha1,0," A1 ",stated\n", "a quote that nothing closes" },
        { HEADER "\"a\"b,sha1,0," A1 ",stated\n", "a quote inside a field" },
        { HEADER "a\"b,sha1,0," A1 ",stated\n", "a quote inside a field" },
        { HEADER "\"a\nb\",sha1,0," A1 ",stated\n", "nothing that can be shown" },
        { HEADER ",sha1,0," A1 ",stated\n", "is empty" },
    };

    expect_refused("csv", csv, sizeof csv / sizeof *csv, hashes);
}

Test(export_plain, a_field_longer_than_any_is_refused)
{
    assay_writer text = assay_writer_growing(1 << 16);
    assay_reference *reference = NULL;
    assay_error error;

    assay_put_string(&text, HEADER);
    for (size_t i = 0; i < 5000; i++)
        assay_put_char(&text, 'a');
    cr_expect_eq(try_import("csv", assay_written(&text), hashes, NULL, 0, &reference, &error),
                 -ASSAY_MALFORMED);
    cr_expect_not_null(strstr(error.what, "longer than any"), "%s", error.what);
    assay_writer_close(&text);
}

Test(export_plain, more_variants_than_there_can_be_are_refused)
{
    assay_writer text = assay_writer_growing(1 << 16);
    assay_reference *reference = NULL;
    assay_error error;

    for (unsigned i = 0; i <= ASSAY_VARIANTS_MAX; i++)
        assay_put_format(&text, "# variant %u\nsha1:0 " A1 "\n", i);
    cr_expect_eq(try_import("text", assay_written(&text), hashes, NULL, 0, &reference, &error),
                 -ASSAY_TOO_LARGE);
    assay_writer_close(&text);
}

/* The canonical event log. */

/* The values that swtpm had after the boot: fixtures/machines, pcrs.json. */
static void expect_tpm_values(const assay_reference *reference, const char *machine)
{
    char path[200];
    assay_pcrs tpm = { 0 };
    size_t compared = 0;

    snprintf(path, sizeof path, "fixtures/machines/%s", machine);
    cr_assert_eq(assay_pcrvalues_read(path, &tpm, NULL), 0);
    for (size_t b = 0; b < tpm.bank_count; b++)
        for (unsigned pcr = 0; pcr < 8; pcr++) {
            const assay_bytes value = assay_reference_value(reference, 0, tpm.banks[b].alg, pcr);

            if (value.data == NULL)
                continue;
            cr_expect(assay_bytes_equal(value, assay_pcrs_value(&tpm, tpm.banks[b].alg, pcr)),
                      "%s PCR %u", machine, pcr);
            compared++;
        }
    cr_expect_geq(compared, 8, "%s", machine);
}

Test(export_plain, a_boot_becomes_a_log_and_a_boot_again)
{
    static const char *const machines[] = { "d1-shim-grub206-sb", "a5-efistub-6.12-ovmf2025",
                                            "h3-sha1" };

    for (size_t i = 0; i < 3; i++) {
        assay_reference *reference = learn_machine(machines[i], true, hashes);
        assay_reference *read = expect_round_trip(reference, "cel-json", hashes);

        expect_tpm_values(read, machines[i]);
        cr_expect_eq(read->variants[0].confidence[0][0], ASSAY_CONFIDENCE_STATED);
        cr_expect_arr_eq(&read->variants[0].values, &reference->variants[0].values,
                         sizeof(assay_pcrs), "%s", machines[i]);
        assay_reference_free(&read);
        assay_reference_free(&reference);
    }
}

/* CEL-TLV has NULs in it, so that its bytes are compared here. */
Test(export_plain, tlv_reads_back_too)
{
    assay_reference *reference = learn_machine("d1-shim-grub206-sb", true, hashes), *read = NULL;
    assay_export_job once = job_of(reference, hashes);
    assay_error error;

    write_job(&once, "cel-tlv");
    const assay_bytes tlv = assay_written(&once.files[0]->writer);
    cr_assert_eq(try_import("cel-tlv", tlv, hashes, NULL, 0, &read, &error), 0, "%s", error.what);
    assay_export_job twice = job_of(read, hashes);
    write_job(&twice, "cel-tlv");
    cr_expect(assay_bytes_equal(assay_written(&twice.files[0]->writer), tlv));
    expect_tpm_values(read, "d1-shim-grub206-sb");
    assay_export_job_free(&twice);
    assay_export_job_free(&once);
    assay_reference_free(&read);
    assay_reference_free(&reference);
}

/* The kernel's list is learnt as what it begins with and as files, any number of them. */
Test(export_plain, stages_stay_and_what_repeats_is_said)
{
    assay_reference *reference = learn_machine("d1-shim-grub206-sb", true, hashes);
    assay_export_job job = job_of(reference, hashes);
    bool kernel = false;

    write_job(&job, "cel-json");
    cr_expect(has_note(&job, ASSAY_EXPORT_LOSS, "any number of times"));
    assay_reference *read = import("cel-json", text_of_job(&job), hashes);
    for (size_t i = 0; i < read->step_count; i++)
        kernel = kernel || read->steps[i].stage == ASSAY_STAGE_KERNEL;
    cr_expect(kernel, "boot_aggregate is the kernel's");
    cr_expect_eq(read->step_count, reference->step_count);
    cr_expect_null(assay_reference_value(read, 0, ASSAY_ALG_SHA256, 10).data,
                   "with files, nobody knows what PCR 10 comes to");
    assay_export_job_free(&job);
    assay_reference_free(&read);
    assay_reference_free(&reference);
}

Test(export_plain, a_step_that_varies_is_said_to_be_unknown)
{
    assay_reference *reference = learn_machine("h3-sha1", false, hashes);
    const unsigned pcr = reference->steps[reference->step_count - 1].alternatives[0].event.pcr_index;

    reference->steps[reference->step_count - 1].varies = "it is so";
    assay_export_job job = job_of(reference, hashes);
    write_job(&job, "cel-json");
    cr_expect(has_note(&job, ASSAY_EXPORT_LOSS, "1 steps vary"));
    assay_reference *read = expect_round_trip(reference, "cel-json", hashes);
    cr_expect_null(assay_reference_value(read, 0, ASSAY_ALG_SHA1, pcr).data);
    cr_expect_not_null(assay_reference_value(read, 0, ASSAY_ALG_SHA1, 0).data);
    assay_reference_free(&read);
    assay_export_job_free(&job);
    assay_reference_free(&reference);
}

/* printf '\0\0\0\0' | sha1sum, sha256sum; printf '\0' | sha1sum, sha256sum */
#define ZEROS_1 "9069ca78e7450a285173431b3e52c5c25299e473"
#define ZEROS_256 "df3f619804a92fdb4057192dc43dd748ea778adc52bc498ce80524c014b81119"
#define ZERO_1 "5ba93c9db0cff93f52b521d7420e43f6eda2784f"
#define ZERO_256 "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"

/*
 * What Intel's agent says of a launch: of what tboot measures only a name, each bank by itself, and
 * the one longer than the other.
 */
#define NAMED(label, value) "{\"value\":\"" value "\",\"label\":\"" label "\"}"
#define BANK_OF(bank, list)                                                                        \
    "{\"pcr_index\":\"pcr_17\",\"event_log\":[" list "],\"pcr_bank\":\"" bank "\"}"
static const char launch_report[] =
    "[" BANK_OF("SHA1", NAMED("HASH_START", ZEROS_1) "," NAMED("vmlinuz", ZERO_1) ","
                        NAMED("initrd", ZERO_1)) ","
        BANK_OF("SHA256", NAMED("HASH_START", ZEROS_256) "," NAMED("vmlinuz", ZERO_256)) "]";

/* Zeros extended with the digests, by Python's hashlib. */
static const struct {
    uint16_t alg;
    const char *hex;
} launched[] = {
    { ASSAY_ALG_SHA1, "4b0566b4f7017fa915b207ed318409edb8cbc504" },
    { ASSAY_ALG_SHA256, "ed583afbce673c591458ec0a675bdb579dd685927f18cbd703f844027aa00172" },
};

static void expect_launched(const assay_reference *reference, const char *of)
{
    for (size_t i = 0; i < sizeof launched / sizeof *launched; i++) {
        const assay_bytes value = assay_reference_value(reference, 0, launched[i].alg, 17);
        char hex[2 * ASSAY_DIGEST_MAX + 1] = "";

        if (value.data != NULL)
            assay_hex_encode(hex, value);
        cr_expect_str_eq(hex, launched[i].hex, "%s, bank %x", of, launched[i].alg);
    }
}

static assay_reference *learn_report(void)
{
    assay_reference *const reference = assay_reference_new("report");
    assay_log log, *logs[] = { &log };
    const assay_learnt_boot boot = { .variant = "boot", .logs = logs, .log_count = 1 };
    assay_error error = { .what = "" };

    cr_assert_eq(assay_log_open(&log, assay_bytes_of_string(launch_report), NULL, NULL, &error), 0,
                 "%s", error.what);
    cr_assert_eq(assay_learn_boot(reference, &boot, hashes, &error), 0, "%s", error.what);
    assay_log_close(&log);
    return reference;
}

/* An event without a type stays where it was, after the launch's: before, PCR 17 came out wrong. */
Test(export_plain, a_launch_keeps_its_order_and_its_banks)
{
    static const char *const formats[] = { "cel-json", "cel-tlv" };
    assay_reference *reference = learn_report();

    expect_launched(reference, "learnt");
    for (size_t i = 0; i < 2; i++) {
        assay_export_job once = job_of(reference, hashes);
        assay_reference *read = NULL;
        assay_error error;

        const assay_bytes bytes = exported(formats[i], &once);
        cr_assert_eq(try_import(formats[i], bytes, hashes, NULL, 0, &read, &error), 0, "%s",
                     error.what);
        expect_launched(read, formats[i]);
        assay_export_job twice = job_of(read, hashes);
        cr_expect(assay_bytes_equal(exported(formats[i], &twice), bytes), "%s", formats[i]);
        assay_export_job_free(&twice);
        assay_export_job_free(&once);
        assay_reference_free(&read);
    }
    assay_reference_free(&reference);
}

/* The log that a reference was written as is the boot that the reference is of. */
Test(export_plain, a_launch_is_its_own_reference)
{
    static const char *const formats[] = { "cel-json", "cel-tlv" };
    assay_reference *reference = learn_report();

    for (size_t i = 0; i < 2; i++) {
        assay_export_job job = job_of(reference, hashes);
        assay_reference_result result;
        assay_log log, *logs[] = { &log };
        const assay_learnt_boot boot = { .logs = logs, .log_count = 1 };
        assay_error error = { .what = "" };

        cr_assert_eq(assay_log_open(&log, exported(formats[i], &job), formats[i], NULL, &error), 0);
        cr_assert_eq(assay_reference_compare(reference, &boot, 1, hashes, &result, &error), 0, "%s",
                     error.what);
        cr_expect_eq(result.verdict, ASSAY_REFERENCE_MATCH, "%s: %s", formats[i], result.why);
        assay_reference_result_free(&result);
        assay_log_close(&log);
        assay_export_job_free(&job);
    }
    assay_reference_free(&reference);
}

Test(export_plain, a_log_is_of_one_boot_with_events)
{
    assay_reference *several = import("text", two, hashes);
    assay_export_job job = job_of(several, hashes);
    assay_error error;

    cr_expect_eq(assay_export_write(assay_export_format_by_name("cel-json"), &job, &error),
                 -ASSAY_UNSUPPORTED);
    cr_expect_not_null(strstr(error.what, "2 variants: --variant chooses one"), "%s", error.what);
    job.variants = 1;
    cr_expect_eq(assay_export_write(assay_export_format_by_name("cel-json"), &job, &error),
                 -ASSAY_UNSUPPORTED);
    cr_expect_not_null(strstr(error.what, "without the events"), "%s", error.what);
    assay_export_job_free(&job);
    assay_reference_free(&several);
}

Test(export_plain, what_is_no_canonical_log_is_refused)
{
    static const refused_text rows[] = {
        { "", "" },
        { "{\"sha1\": {\"0\": \"" A1 "\"}}", "without a record" },
        { "[{\"pcr\":0,\"recnum\":0,\"digests\":[{\"hashAlg\":\"sha1\",\"digest\":\"aa\"}],"
          "\"content_type\":\"pcclient_std\",\"content\":{\"event_type\":4,\"event_data\":\"00\"}}]",
          "" },
    };

    expect_refused("cel-json", rows, sizeof rows / sizeof *rows, hashes);
}
