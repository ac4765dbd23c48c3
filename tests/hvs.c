/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The formats hvs-flavor and hvs-template. What HVS hashes was computed by its own code (pkg/model/
 * hvs of Intel SecL-DC 5.1, Go 1.19); digests of events are those that the logs have.
 */
#include "base/jsonwalk.h"
#include "policy/export/hvs/flavor.h"
#include "tests/allocfail.h"
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

TestSuite(hvs, .init = set_up, .fini = tear_down);

/* What HVS hashes. */

static void expect_canonical(const char *flavor, const char *expected)
{
    assay_writer writer = assay_writer_growing(1 << 16);
    assay_error error = { .what = "" };
    json_t *document = json_loads(flavor, 0, NULL);

    cr_assert_not_null(document);
    cr_assert_eq(assay_hvs_put_canonical(&writer, document, &error), 0, "%s", error.what);
    assay_put_char(&writer, '\0');
    cr_expect_str_eq((const char *)writer.data, expected);
    assay_writer_close(&writer);
    json_decref(document);
}

#define NIL "00000000-0000-0000-0000-000000000000"

Test(hvs, what_is_hashed_has_the_order_of_the_struct_and_no_id)
{
    expect_canonical(
        "{\"pcrs\":[{\"measurement\":\"ab\",\"pcr\":{\"bank\":\"SHA256\",\"index\":17},"
        "\"pcr_matches\":false}],\"meta\":{\"vendor\":\"intel\",\"description\":{\"label\":\"x\","
        "\"flavor_part\":\"OS\",\"a\":true},\"id\":\"b12eadd7-02da-4c9b-aed2-2252afa0260d\"}}",
        "{\"meta\":{\"id\":\"" NIL "\",\"description\":{\"a\":true,\"flavor_part\":\"OS\","
        "\"label\":\"x\"},\"vendor\":\"INTEL\"},\"pcrs\":[{\"pcr\":{\"index\":17,\"bank\":"
        "\"SHA256\"},\"measurement\":\"ab\"}]}");
}

Test(hvs, text_is_escaped_as_go_does)
{
    expect_canonical("{\"meta\":{\"id\":\"\",\"description\":{\"l\":\"<&>\\u2028\\u0001\\n\\u007f"
                     "\xc3\xa9\\\\\\\"\\u202e\"}}}",
                     "{\"meta\":{\"id\":\"" NIL "\",\"description\":{\"l\":\"\\u003c\\u0026\\u003e"
                     "\\u2028\\u0001\\n\x7f\xc3\xa9\\\\\\\"\xe2\x80\xae\"}}}");
}

Test(hvs, what_is_missing_is_a_zero_where_the_struct_demands_it)
{
    expect_canonical("{\"meta\":{},\"bios\":{},\"hardware\":{\"feature\":{\"TPM\":{},\"UEFI\":{},"
                     "\"TXT\":{},\"AES_NI\":{}}},\"pcrs\":[{\"eventlog_equals\":{}}]}",
                     "{\"meta\":{\"id\":\"" NIL "\"},\"bios\":{\"bios_name\":\"\",\"bios_version\":"
                     "\"\"},\"hardware\":{\"feature\":{\"AES_NI\":{},\"TXT\":{\"enabled\":"
                     "\"false\"},\"TPM\":{\"enabled\":\"false\",\"meta\":{\"tpm_version\":\"\","
                     "\"pcr_banks\":null}},\"UEFI\":{\"enabled\":\"false\",\"meta\":{"
                     "\"secure_boot_enabled\":false}}}},\"pcrs\":[{\"pcr\":{\"index\":0,\"bank\":"
                     "\"\"},\"measurement\":\"\",\"eventlog_equals\":{}}]}");
}

/* References. */

#define FLAVORS "flavor_collection.flavors"

/* The value at "a.b[2].c" of a document, or NULL. */
static json_t *at(json_t *value, const char *path)
{
    char copy[200];

    snprintf(copy, sizeof copy, "%s", path);
    for (char *key = strtok(copy, ".[]"); key != NULL; key = strtok(NULL, ".[]"))
        value = json_is_array(value) ? json_array_get(value, (size_t)atoi(key))
                                     : json_object_get(value, key);
    return value;
}

static const char *text_at(json_t *value, const char *path)
{
    const char *const text = json_string_value(at(value, path));

    return text == NULL ? "(none)" : text;
}

static json_t *written(assay_export_job *job, const char *format)
{
    write_job(job, format);
    json_t *const document = json_loads(text_of_job(job), JSON_REJECT_DUPLICATES, NULL);
    cr_assert_not_null(document);
    return document;
}

static const char *const tags[] = { "HASH_START", "LCP_CONTROL_HASH", "MLE_HASH",
                                    "tb_policy",  "vmlinuz",          "initrd" };

typedef struct logged {
    uint32_t pcr, type;
} logged;

/* Learnt of a log of such events, whose digests count up from 0x10. */
static assay_reference *learnt_of_log(enum assay_stage stage, const logged *events, size_t count)
{
    assay_writer text = assay_writer_growing(1 << 16);
    assay_reference *reference = assay_reference_new("launched");
    assay_error error = { .what = "" };
    assay_event event = { .digest_count = 1 };
    uint8_t digest[32];
    assay_log_header header = { .bank_count = 1,
                                .banks = { { ASSAY_ALG_SHA256, 32 } },
                                .stage = stage };
    assay_log_writer out;
    assay_log log, *const logs[] = { &log };

    cr_assert_eq(assay_log_write_begin(&out, "text", &header, &text, &error), 0, "%s", error.what);
    for (size_t i = 0; i < count; i++) {
        memset(digest, (int)(0x10 + i), sizeof digest);
        event.pcr_index = events[i].pcr;
        event.type = events[i].type;
        event.digests[0] = (assay_event_digest){ ASSAY_ALG_SHA256, assay_bytes_of(digest, 32) };
        cr_assert_eq(assay_log_write_event(&out, &event, &error), 0, "%s", error.what);
    }
    cr_assert_eq(assay_log_write_end(&out, &error), 0, "%s", error.what);
    cr_assert_eq(assay_log_open(&log, assay_written(&text), "text", NULL, &error), 0, "%s",
                 error.what);
    const assay_learnt_boot boot = { .variant = "boot", .log_count = 1, .logs = logs };
    cr_assert_eq(assay_learn_boot(reference, &boot, hashes, &error), 0, "%s", error.what);
    assay_log_close(&log);
    assay_writer_close(&text);
    return reference;
}

/* A launch as tboot logs one: TXT SDG's types, 0x501 of PCR 17, 18, 17, 17. */
static assay_reference *launched(void)
{
    static const logged events[] = { { 17, 0x402 }, { 17, 0x40c }, { 17, 0x404 }, { 18, 0x410 },
                                     { 17, 0x501 }, { 18, 0x501 }, { 17, 0x501 }, { 17, 0x501 } };

    return learnt_of_log(ASSAY_STAGE_LAUNCH, events, sizeof events / sizeof *events);
}

#define FIRST(n) FLAVORS "[" #n "].flavor."

Test(hvs, a_launch_is_divided_as_hvs_own_templates_do)
{
    static const assay_export_setting settings[] = {
        { "hardware-uuid", "11111111-2222-4333-8444-55555555AAAA" },
        { "bios-name", "B" },
        { "bios-version", "1" },
        { "os-name", "O" },
        { "os-version", "2" },
    };
    assay_reference *reference = launched();
    assay_export_job job = job_of(reference, hashes);

    job.settings = settings;
    job.setting_count = sizeof settings / sizeof *settings;
    json_t *const d = written(&job, "hvs-flavor");
    cr_expect_eq(json_array_size(at(d, FLAVORS)), 3);
    cr_expect_str_eq(text_at(d, FIRST(0) "meta.description.flavor_part"), "PLATFORM");
    cr_expect_str_eq(text_at(d, FIRST(1) "meta.description.flavor_part"), "OS");
    cr_expect_str_eq(text_at(d, FIRST(2) "meta.description.flavor_part"), "HOST_UNIQUE");
    cr_expect_str_eq(text_at(d, FIRST(2) "meta.description.hardware_uuid"),
                     "11111111-2222-4333-8444-55555555aaaa", "HVS looks in lower case");
    cr_expect_str_eq(text_at(d, FIRST(0) "hardware.feature.TXT.enabled"), "true");
    cr_expect_eq(json_array_size(at(d, FIRST(0) "pcrs[0].eventlog_equals.events")), 3);
    cr_expect_str_eq(text_at(d, FIRST(0) "pcrs[0].eventlog_equals.events[2].type_id"), "0x501");
    cr_expect_str_eq(text_at(d, FIRST(0) "pcrs[0].eventlog_equals.events[2].tags[0]"), tags[3],
                     "the first two of type 0x501 are of tboot's policy, whatever their PCR");
    cr_expect_str_eq(text_at(d, FIRST(0) "pcrs[1].eventlog_equals.events[1].tags[0]"), tags[3]);
    cr_expect_str_eq(text_at(d, FIRST(0) "pcrs[0].eventlog_equals.exclude_tags[0]"), tags[1]);
    cr_expect_null(at(d, FIRST(0) "pcrs[0].pcr_matches"), "its value is of all parts");
    cr_expect_str_eq(text_at(d, FIRST(1) "pcrs[0].eventlog_includes[0].type_name"), tags[4]);
    cr_expect_eq(json_array_size(at(d, FIRST(1) "pcrs")), 1);
    cr_expect_str_eq(text_at(d, FIRST(2) "pcrs[0].eventlog_includes[0].tags[0]"), tags[1]);
    cr_expect_str_eq(text_at(d, FIRST(2) "pcrs[0].eventlog_includes[1].tags[0]"), tags[5]);
    cr_expect_str_eq(text_at(d, FIRST(2) "pcrs[0].eventlog_includes[1].measurement"),
                     "1717171717171717171717171717171717171717171717171717171717171717");
    cr_expect_not(assay_export_is_refused(&job));
    json_decref(d);
    assay_export_job_free(&job);
    assay_reference_free(&reference);
}

Test(hvs, without_a_host_all_events_are_demanded_nevertheless)
{
    assay_reference *reference = launched();
    assay_export_job job = job_of(reference, hashes);
    json_t *const d = written(&job, "hvs-flavor");

    cr_expect_eq(json_array_size(at(d, FLAVORS)), 2);
    cr_expect_eq(json_array_size(at(d, FIRST(0) "pcrs[0].eventlog_equals.events")), 4);
    cr_expect_str_eq(text_at(d, FIRST(0) "pcrs[0].eventlog_equals.events[1].tags[0]"), tags[1]);
    cr_expect_eq(json_array_size(at(d, FIRST(1) "pcrs[0].eventlog_includes")), 2);
    cr_expect(has_note(&job, ASSAY_EXPORT_REFUSAL, "--set bios-name"));
    cr_expect(has_note(&job, ASSAY_EXPORT_REFUSAL, "--set os-version"));
    cr_expect(has_note(&job, ASSAY_EXPORT_NATURE, "as a set"));
    json_decref(d);
    assay_export_job_free(&job);
    assay_reference_free(&reference);
}

/*
 * createMeasureLog() of the trust agent (pkg/tagent/eventlog/common.go of Intel SecL-DC 5.1) leaves
 * its loop at the first PCRIndex over 23, as at TXT's PCR_MAPPING (0x401), which is of PCR 255.
 */

static void expect_launch_refused(const logged *events, size_t count, bool of_17, bool of_18)
{
    assay_reference *reference = learnt_of_log(ASSAY_STAGE_LAUNCH, events, count);
    static const char *const formats[] = { "hvs-flavor", "hvs-template" };

    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        assay_export_job job = job_of(reference, hashes);

        write_job(&job, formats[i]);
        cr_expect_eq(has_note(&job, ASSAY_EXPORT_REFUSAL, "events of PCR 17 behind"), of_17);
        cr_expect_eq(has_note(&job, ASSAY_EXPORT_REFUSAL, "events of PCR 18 behind"), of_18);
        assay_export_job_free(&job);
    }
    assay_reference_free(&reference);
}

Test(hvs, events_behind_one_of_a_pcr_over_23_are_never_told_of)
{
    static const logged first[] = { { 255, 0x401 }, { 17, 0x402 }, { 18, 0x410 } };
    static const logged between[] = {
        { 17, 0x402 }, { 18, 0x410 }, { 255, 0x401 }, { 17, 0x404 }
    };
    static const logged last[] = { { 17, 0x402 }, { 18, 0x410 }, { 255, 0x401 } };

    expect_launch_refused(first, 3, true, true);
    expect_launch_refused(between, 4, true, false);
    expect_launch_refused(last, 3, false, false);
}

Test(hvs, a_pcr_that_is_not_wanted_is_not_refused_for_its_events)
{
    static const logged events[] = { { 17, 0x402 }, { 18, 0x410 }, { 255, 0x401 }, { 17, 0x404 } };
    assay_reference *reference = learnt_of_log(ASSAY_STAGE_LAUNCH, events, 4);
    assay_export_job job = job_of(reference, hashes);

    job.pcrs = (assay_pcr_set)1 << 18;
    write_job(&job, "hvs-flavor");
    cr_expect_not(has_note(&job, ASSAY_EXPORT_REFUSAL, "behind"));
    assay_export_job_free(&job);
    assay_reference_free(&reference);
}

Test(hvs, firmwares_pcr_is_compared_by_value_where_the_agent_does_not_tell_of_all)
{
    static const logged events[] = { { 4, 0x4 }, { 255, 0x3 }, { 5, 0x4 } };
    assay_reference *reference = learnt_of_log(ASSAY_STAGE_FIRMWARE, events, 3);
    assay_export_job job = job_of(reference, hashes);
    json_t *const d = written(&job, "hvs-flavor");

    cr_expect_not_null(at(d, FIRST(0) "pcrs[0].eventlog_equals"), "PCR 4");
    cr_expect(json_is_true(at(d, FIRST(0) "pcrs[1].pcr_matches")), "PCR 5");
    cr_expect_null(at(d, FIRST(0) "pcrs[1].eventlog_equals"));
    cr_expect(has_note(&job, ASSAY_EXPORT_ADVICE, "PCR 5 is compared by its value alone"));
    json_decref(d);
    assay_export_job_free(&job);
    assay_reference_free(&reference);
}

/*
 * Subtract() of HVS (pkg/model/hvs/pcr_manifest.go) compares type_id and measurement. Trust reports
 * have no types, and the agent has "vmlinuz" for 0x501 alone.
 */
static void forget_type(assay_reference *reference, uint8_t digest, const char *label)
{
    for (size_t i = 0; i < reference->step_count; i++) {
        assay_event *const event = &reference->steps[i].alternatives[0].event;

        if (event->digests[0].value.data[0] != digest)
            continue;
        event->type = ASSAY_NO_EVENT_TYPE;
        event->label = assay_bytes_of_string(label);
    }
}

Test(hvs, what_tboot_measures_has_its_type_by_its_name)
{
    assay_reference *reference = launched();
    forget_type(reference, 0x16, "vmlinuz");
    assay_export_job job = job_of(reference, hashes);
    json_t *const d = written(&job, "hvs-flavor");

    cr_expect_str_eq(text_at(d, FIRST(1) "pcrs[0].eventlog_includes[0].tags[0]"), "vmlinuz");
    cr_expect_str_eq(text_at(d, FIRST(1) "pcrs[0].eventlog_includes[0].type_id"), "0x501");
    cr_expect_not(has_note(&job, ASSAY_EXPORT_REFUSAL, "type"));
    json_decref(d);
    assay_export_job_free(&job);
    assay_reference_free(&reference);
}

Test(hvs, an_event_of_a_type_that_is_not_known_is_no_hosts)
{
    assay_reference *reference = launched();
    forget_type(reference, 0x12, "MLE");
    assay_export_job job = job_of(reference, hashes);

    write_job(&job, "hvs-flavor");
    cr_expect(has_note(&job, ASSAY_EXPORT_REFUSAL, "PCR 17 has events whose type"));
    cr_expect_not(has_note(&job, ASSAY_EXPORT_REFUSAL, "PCR 18 has events whose type"));
    assay_export_job_free(&job);
    assay_reference_free(&reference);
}

Test(hvs, firmwares_pcr_is_compared_by_value_where_types_are_not_known)
{
    static const logged events[] = { { 4, 0x4 }, { 5, 0x4 } };
    assay_reference *reference = learnt_of_log(ASSAY_STAGE_FIRMWARE, events, 2);
    forget_type(reference, 0x11, "OpenSource.EventName");
    assay_export_job job = job_of(reference, hashes);
    json_t *const d = written(&job, "hvs-flavor");

    cr_expect_not_null(at(d, FIRST(0) "pcrs[0].eventlog_equals"), "PCR 4");
    cr_expect(json_is_true(at(d, FIRST(0) "pcrs[1].pcr_matches")), "PCR 5");
    cr_expect_null(at(d, FIRST(0) "pcrs[1].eventlog_equals"));
    cr_expect_not(has_note(&job, ASSAY_EXPORT_REFUSAL, "whose type"));
    json_decref(d);
    assay_export_job_free(&job);
    assay_reference_free(&reference);
}

Test(hvs, what_varies_is_passed_by_where_a_tag_tells_it)
{
    assay_reference *reference = launched();
    assay_export_job job = job_of(reference, hashes);

    /* SINIT_PUBKEY_HASH of PCR 18, and MLE_HASH of 17: each the only one of its tag there. */
    for (size_t i = 0; i < reference->step_count; i++)
        if (reference->steps[i].alternatives[0].event.type == 0x410)
            reference->steps[i].varies = "each boot another";
    json_t *const d = written(&job, "hvs-flavor");
    cr_expect_eq(json_array_size(at(d, FIRST(0) "pcrs[1].eventlog_equals.events")), 1);
    cr_expect_str_eq(text_at(d, FIRST(0) "pcrs[1].eventlog_equals.exclude_tags[2]"),
                     "SINIT_PUBKEY_HASH");
    cr_expect(has_note(&job, ASSAY_EXPORT_LOSS, "SINIT_PUBKEY_HASH varies"));
    json_decref(d);
    assay_export_job_free(&job);
    assay_reference_free(&reference);
}

Test(hvs, firmware_is_compared_by_value_with_events_beside_it)
{
    assay_reference *reference = learn_machine("c5-sdboot257-type2-sb", false, hashes);
    assay_export_job job = job_of(reference, hashes);
    json_t *const d = written(&job, "hvs-flavor");

    cr_expect_eq(json_integer_value(at(d, FIRST(0) "pcrs[0].pcr.index")), 0);
    cr_expect(json_is_true(at(d, FIRST(0) "pcrs[0].pcr_matches")));
    cr_expect_eq(json_array_size(at(d, FIRST(0) "pcrs")), 6, "PCR 0-3, 6 and 7");
    cr_expect_eq(json_integer_value(at(d, FIRST(1) "pcrs[0].pcr.index")), 4);
    cr_expect_str_eq(text_at(d, FIRST(0) "pcrs[5].eventlog_equals.events[0].tags[0]"),
                     "SecureBoot");
    cr_expect_str_eq(text_at(d, FIRST(0) "pcrs[5].eventlog_equals.events[0].type_id"),
                     "0x80000001");
    cr_expect(json_is_true(at(d, FIRST(0) "hardware.feature.UEFI.meta.secure_boot_enabled")));
    cr_expect(json_is_false(at(d, FIRST(0) "meta.description.tboot_installed")));
    cr_expect(has_note(&job, ASSAY_EXPORT_LOSS, "one bank"));
    json_decref(d);
    assay_export_job_free(&job);
    assay_reference_free(&reference);
}

/* PCR 9 of both is another: one PLATFORM, two OS. */
static assay_reference *rolling(void)
{
    assay_reference *const reference = assay_reference_new("rolling");

    for (uint8_t i = 0; i < 2; i++) {
        assay_reference_variant *const variant =
            add_test_variant(reference, i == 0 ? "old" : "new");

        set_test_value(variant, ASSAY_ALG_SHA256, 0, 0xaa);
        set_test_value(variant, ASSAY_ALG_SHA256, 9, i);
    }
    return reference;
}

Test(hvs, variants_share_what_is_the_same_and_come_back)
{
    assay_reference *reference = rolling();
    assay_export_job job = job_of(reference, hashes);
    json_t *const d = written(&job, "hvs-flavor");

    cr_expect_eq(json_array_size(at(d, FLAVORS)), 3);
    cr_expect_str_eq(text_at(d, FIRST(0) "meta.description.label"), "rolling-platform");
    cr_expect_str_eq(text_at(d, FIRST(1) "meta.description.label"), "rolling-os-new");
    cr_expect_str_eq(text_at(d, FIRST(2) "meta.description.label"), "rolling-os-old");
    assay_reference *back = expect_round_trip(reference, "hvs-flavor", hashes);
    cr_expect_eq(back->variant_count, 2);
    cr_expect_str_eq(back->name, "rolling");
    cr_expect_eq(assay_reference_value(back, assay_reference_find(back, "old"), ASSAY_ALG_SHA256, 9)
                     .data[31],
                 0);
    cr_expect_eq(assay_reference_value(back, assay_reference_find(back, "new"), ASSAY_ALG_SHA256, 9)
                     .data[31],
                 1);
    cr_expect_eq(back->variants[0].confidence[0][9], ASSAY_CONFIDENCE_STATED);
    assay_reference_free(&back);
    json_decref(d);
    assay_export_job_free(&job);
    assay_reference_free(&reference);
}

/* Of `rolling` one variant has a PLATFORM and an OS flavor, as GET /flavors/{id} has each. */
Test(hvs, a_form_is_a_body_a_collection_or_one_flavor)
{
    static const assay_export_setting one[] = { { "form", "flavor" }, { "part", "OS" } },
                                      all[] = { { "form", "collection" } };
    assay_reference *reference = rolling();
    assay_export_job job = job_of(reference, hashes);

    job.settings = one;
    job.setting_count = 2;
    job.variants = 1;
    json_t *d = written(&job, "hvs-flavor");
    cr_expect_eq(json_object_size(d), 1);
    cr_expect_str_eq(text_at(d, "flavor.meta.description.flavor_part"), "OS");
    json_decref(d);
    assay_export_job_free(&job);

    job = job_of(reference, hashes);
    job.settings = all;
    job.setting_count = 1;
    d = written(&job, "hvs-flavor");
    cr_expect_eq(json_object_size(d), 1);
    cr_expect_eq(json_array_size(at(d, "flavors")), 3);
    cr_expect_str_eq(text_at(d, "flavors[0].flavor.meta.description.flavor_part"), "PLATFORM");
    json_decref(d);
    assay_export_job_free(&job);
    assay_reference_free(&reference);
}

Test(hvs, one_flavor_is_not_made_of_several)
{
    static const struct {
        assay_export_setting settings[2];
        size_t setting_count;
        assay_variant_set variants;
        const char *what;
    } rows[] = {
        { { { "form", "flavor" } }, 1, 1, "there are 2 flavors and form=flavor holds one" },
        { { { "form", "flavor" } }, 1, 3, "there are 3 flavors and form=flavor holds one" },
        { { { "form", "flavor" }, { "part", "OS" } }, 2, 3, "there are 2 flavors" },
        { { { "form", "flavors" } }, 1, 1, "form is body, collection or flavor" },
    };
    assay_reference *reference = rolling();

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assay_export_job job = job_of(reference, hashes);
        assay_error error = { .what = "" };

        job.settings = rows[i].settings;
        job.setting_count = rows[i].setting_count;
        job.variants = rows[i].variants;
        cr_expect_eq(assay_export_write(assay_export_format_by_name("hvs-flavor"), &job, &error),
                     -ASSAY_UNSUPPORTED, "row %zu", i);
        cr_expect_eq(strncmp(error.what, rows[i].what, strlen(rows[i].what)), 0, "row %zu: %s", i,
                     error.what);
        assay_export_job_free(&job);
    }
    assay_reference_free(&reference);
}

/* SINIT_PUBKEY_HASH, one of the two of PCR 18, has a digest in another bank alone. */
Test(hvs, an_event_without_a_digest_in_the_bank_is_no_event_of_it)
{
    assay_reference *reference = launched();
    assay_export_job job = job_of(reference, hashes);

    for (size_t i = 0; i < reference->step_count; i++) {
        assay_event *const event = &reference->steps[i].alternatives[0].event;

        if (event->type != 0x410)
            continue;
        event->digests[0].alg = ASSAY_ALG_SHA1;
        event->digests[0].value.size = 20;
    }
    json_t *const d = written(&job, "hvs-flavor");
    cr_expect_eq(json_array_size(at(d, FIRST(0) "pcrs[1].eventlog_equals.events")), 1);
    cr_expect_str_eq(text_at(d, FIRST(0) "pcrs[1].eventlog_equals.events[0].tags[0]"), tags[3]);
    json_decref(d);
    assay_export_job_free(&job);
    assay_reference_free(&reference);
}

/* Entries of IMA's list have no type, and are on any machine; 0x80000008 is UEFI's own. */
Test(hvs, the_kernels_list_makes_no_machine_one_of_uefi)
{
    static const uint32_t types[] = { ASSAY_NO_EVENT_TYPE, 0x80000008 };

    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        assay_reference *reference = launched();
        assay_export_job job = job_of(reference, hashes);
        assay_reference_step *const last = &reference->steps[reference->step_count - 1];

        last->alternatives[0].event.type = types[i];
        if (types[i] == ASSAY_NO_EVENT_TYPE)
            last->alternatives[0].event.content = ASSAY_CONTENT_IMA_TEMPLATE;
        json_t *const d = written(&job, "hvs-flavor");
        cr_expect_eq(at(d, FIRST(0) "hardware.feature.UEFI") != NULL, i == 1);
        json_decref(d);
        assay_export_job_free(&job);
        assay_reference_free(&reference);
    }
}

Test(hvs, only_a_pcr_without_a_value_lets_in_other_events)
{
    for (int held = 0; held < 2; held++) {
        assay_reference *reference = learn_machine("c5-sdboot257-type2-sb", false, hashes);
        assay_pcrs *const values = &reference->variants[0].values;

        for (size_t i = 0; i < values->bank_count && !held; i++)
            values->banks[i].present &= ~((assay_pcr_set)1 << 7);
        assay_export_job job = job_of(reference, hashes);
        write_job(&job, "hvs-flavor");
        cr_expect_eq(has_note(&job, ASSAY_EXPORT_LOSS, "has no value that is known"), !held);
        cr_expect_eq(has_note(&job, ASSAY_EXPORT_LOSS, "PCR 7 of variant boot has no value"),
                     !held);
        assay_export_job_free(&job);
        assay_reference_free(&reference);
    }
}

Test(hvs, banks_that_hvs_does_not_look_in_are_refused)
{
    assay_reference *reference = assay_reference_new("x");
    assay_error error = { .what = "" };

    set_test_value(add_test_variant(reference, "v"), ASSAY_ALG_SHA512, 0, 0);
    assay_export_job job = job_of(reference, hashes);
    cr_expect_eq(assay_export_write(assay_export_format_by_name("hvs-flavor"), &job, &error),
                 -ASSAY_UNSUPPORTED);
    cr_expect_not_null(strstr(error.what, "SHA-384"));
    assay_export_job_free(&job);
    assay_reference_free(&reference);
}

Test(hvs, a_template_has_the_rules_and_no_values)
{
    static const assay_export_setting settings[] = {
        { "hardware-uuid", "11111111-2222-4333-8444-555555555555" }, { "label", "a;b" }
    };
    assay_reference *reference = launched();
    assay_export_job job = job_of(reference, hashes);

    job.settings = settings;
    job.setting_count = 2;
    json_t *const d = written(&job, "hvs-template");
    cr_expect_eq(json_array_size(at(d, "flavor_template.flavor_parts.PLATFORM.pcr_rules")), 2);
    cr_expect_str_eq(text_at(d, "flavor_template.flavor_parts.PLATFORM.pcr_rules[0]"
                                ".eventlog_equals.excluding_tags[0]"),
                     tags[1]);
    cr_expect_str_eq(text_at(d, "flavor_template.flavor_parts.OS.pcr_rules[0]"
                                ".eventlog_includes[0]"),
                     tags[4]);
    cr_expect_str_eq(text_at(d, "flavor_template.flavor_parts.OS.pcr_rules[0].pcr.bank[0]"),
                     "SHA256");
    cr_expect_str_eq(text_at(d, "flavor_template.condition[1]"),
                     "//host_info/tboot_installed//*[text()='true']");
    cr_expect(has_note(&job, ASSAY_EXPORT_REFUSAL, "template's label"));
    json_decref(d);
    assay_export_job_free(&job);
    assay_reference_free(&reference);
}

/* Events read back. */

static assay_reference *imported(const char *text, assay_import_job *job)
{
    assay_reference *reference = NULL;
    assay_error error = { .what = "" };

    *job = (assay_import_job){ .hashes = hashes };
    cr_assert_eq(import_bytes("hvs-flavor", assay_bytes_of_string(text), job, &reference, &error),
                 0, "%s", error.what);
    return reference;
}

/* The steps of a PCR in their order, by what tells them apart. */
static size_t steps_of(const assay_reference *reference, unsigned pcr,
                       const assay_event *ret_events[static 32])
{
    size_t count = 0;

    for (size_t i = 0; i < reference->step_count && count < 32; i++)
        if (reference->steps[i].alternatives[0].event.pcr_index == pcr)
            ret_events[count++] = &reference->steps[i].alternatives[0].event;
    return count;
}

/* LCP_CONTROL_HASH and initrd of the host, vmlinuz of the image: only the value tells when. */
Test(hvs, events_of_all_parts_come_back_in_the_order_of_the_boot)
{
    static const assay_export_setting settings[] = { { "hardware-uuid",
                                                       "11111111-2222-4333-8444-555555555555" } };
    static const uint32_t order[] = { 0x402, 0x40c, 0x404, 0x501, 0x501, 0x501 };
    static const uint8_t filled[] = { 0x10, 0x11, 0x12, 0x14, 0x16, 0x17 };
    assay_reference *reference = launched();
    assay_export_job once = job_of(reference, hashes);
    const assay_event *events[32];
    assay_import_job job;

    once.settings = settings;
    once.setting_count = 1;
    write_job(&once, "hvs-flavor");
    assay_reference *back = imported(text_of_job(&once), &job);
    cr_assert_eq(steps_of(back, 17, events), 6);
    for (size_t i = 0; i < 6; i++) {
        cr_expect_eq(events[i]->type, order[i], "step %zu is 0x%x", i, events[i]->type);
        cr_expect_eq(events[i]->digests[0].value.data[0], filled[i], "step %zu", i);
    }
    cr_expect_eq(steps_of(back, 18, events), 2);
    for (size_t i = 0; i < 4; i++) {
        const assay_event *const event =
            &back->steps[back->step_count - 4 + i].alternatives[0].event;
        static const unsigned pcrs[] = { 17, 18, 17, 17 };

        cr_expect_eq(event->pcr_index, pcrs[i], "what tboot measures has one order: %zu", i);
        cr_expect_eq(event->type, 0x501);
    }
    cr_expect_eq(back->steps[0].stage, ASSAY_STAGE_LAUNCH);
    cr_expect_eq(back->variants[0].only_pcrs, 1u << 17 | 1u << 18);
    cr_expect(has_note(&job, ASSAY_EXPORT_NATURE, "the data of events"));
    assay_export_job twice = job_of(back, hashes);
    write_job(&twice, "hvs-flavor");
    cr_expect_str_eq(text_of_job(&twice), text_of_job(&once));
    assay_export_job_free(&twice);
    assay_export_job_free(&once);
    assay_import_job_free(&job);
    assay_reference_free(&back);
    assay_reference_free(&reference);
}

/* What was learnt of the machine's log, as often and in the order of each PCR. */
Test(hvs, events_of_firmware_come_back_and_so_does_secure_boot)
{
    assay_reference *reference = learn_machine("c5-sdboot257-type2-sb", false, hashes);
    assay_reference *back = expect_round_trip(reference, "hvs-flavor", hashes);

    for (unsigned pcr = 0; pcr < 16; pcr++) {
        const assay_event *learnt[32], *read[32];
        const size_t count = steps_of(reference, pcr, learnt);

        cr_assert_eq(steps_of(back, pcr, read), count, "PCR %u", pcr);
        for (size_t i = 0; i < count; i++) {
            cr_expect_eq(read[i]->type, learnt[i]->type, "PCR %u, step %zu", pcr, i);
            cr_expect(assay_bytes_equal(assay_event_digest_of(read[i], ASSAY_ALG_SHA256),
                                        assay_event_digest_of(learnt[i], ASSAY_ALG_SHA256)),
                      "PCR %u, step %zu", pcr, i);
        }
    }
    assay_reference_free(&back);
    assay_reference_free(&reference);
}

static assay_reference_result compared(const assay_reference *reference, assay_bytes bytes)
{
    assay_reference_result result;
    assay_error error = { .what = "" };
    assay_log log, *const logs[] = { &log };
    const assay_learnt_boot boot = { .logs = logs, .log_count = 1 };

    cr_assert_eq(assay_log_open(&log, bytes, NULL, NULL, &error), 0, "%s", error.what);
    cr_assert_eq(assay_reference_compare(reference, &boot, assay_reference_all(reference), hashes,
                                         &result, &error),
                 0, "%s", error.what);
    assay_log_close(&log);
    return result;
}

static assay_reference *learnt_of(assay_bytes bytes)
{
    assay_reference *const reference = assay_reference_new("launched");
    assay_error error = { .what = "" };
    assay_log log, *const logs[] = { &log };
    const assay_learnt_boot boot = { .variant = "boot", .logs = logs, .log_count = 1 };

    cr_assert_eq(assay_log_open(&log, bytes, NULL, NULL, &error), 0, "%s", error.what);
    cr_assert_eq(assay_learn_boot(reference, &boot, hashes, &error), 0, "%s", error.what);
    assay_log_close(&log);
    return reference;
}

/*
 * A flavor is of one bank and of PCRs alone: logs of two banks, record by record, or of all banks,
 * with Intel's record that goes into no PCR, are of the boot that it tells of.
 */
Test(hvs, what_is_read_back_is_met_by_the_boot_that_it_was_made_of)
{
    static const char *const logs[] = { "fixtures/logs/txt-heap-banks.bin",
                                        "fixtures/logs/txt-heap-agile.bin",
                                        "fixtures/machines/a5-efistub-6.12-ovmf2025/eventlog.bin" };

    for (size_t i = 0; i < sizeof logs / sizeof *logs; i++) {
        assay_file file;
        assay_error error = { .what = "" };

        cr_assert_eq(assay_file_read(&file, logs[i], 1 << 24, &error), 0, "%s", error.what);
        assay_reference *reference = learnt_of(file.bytes);
        assay_reference *back = expect_round_trip(reference, "hvs-flavor", hashes);
        cr_expect_gt(back->step_count, 10, "%s", logs[i]);
        assay_reference_result result = compared(back, file.bytes);
        cr_expect_eq(result.verdict, ASSAY_REFERENCE_MATCH, "%s: %s", logs[i], result.why);
        cr_expect_eq(result.difference_count, 0, "%s", logs[i]);
        assay_reference_result_free(&result);

        /* Another digest of a step: the step is named. */
        assay_event *const event = &back->steps[4].alternatives[0].event;
        uint8_t *const digest = (uint8_t *)event->digests[0].value.data;
        digest[0] ^= 1;
        result = compared(back, file.bytes);
        cr_expect_eq(result.verdict, ASSAY_REFERENCE_MISMATCH, "%s: %s", logs[i], result.why);
        cr_assert_eq(result.difference_count, 1, "%s", logs[i]);
        cr_expect_eq(result.differences[0].pcr_index, event->pcr_index);
        assay_reference_result_free(&result);
        assay_reference_free(&back);
        assay_reference_free(&reference);
        assay_file_close(&file);
    }
}

#define META(part) "{\"id\":\"\",\"description\":{\"flavor_part\":\"" part "\",\"label\":\"l\"}}"
#define FLAVOR(pcrs) "{\"meta\":" META("OS") ",\"pcrs\":" pcrs "}"
#define RULE(index, bank, value)                                                                   \
    "{\"pcr\":{\"index\":" index ",\"bank\":\"" bank "\"},\"measurement\":\"" value "\"}"
#define AA "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define BB "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"

static const refused_text refused[] = {
    { "{", "ends too early" },
    { "{\"meta\":1,\"meta\":2}", "twice" },
    { "{\"flavors\":[]}", "no flavors" },
    { "{\"flavors\":[1]}", "no object" },
    { "{\"flavors\":[{}]}", "flavor: there is none" },
    { "{\"meta\":" META("OS") ",\"more\":1}", "'more' is unknown" },
    { FLAVOR("1"), "pcrs: a value of another type" },
    { FLAVOR("[{\"pcr\":{\"index\":17,\"bank\":\"SHA256\",\"x\":1}}]"), "pcr: the key 'x'" },
    { FLAVOR("[" RULE("24", "SHA1", AA) "]"), "no such PCR" },
    { FLAVOR("[" RULE("-1", "SHA1", AA) "]"), "another type" },
    { FLAVOR("[" RULE("1", "sha1", AA) "]"), "SHA1, SHA256 or SHA384" },
    { FLAVOR("[" RULE("1", "SHA512", AA) "]"), "SHA1, SHA256 or SHA384" },
    { FLAVOR("[" RULE("1", "SHA256", AA) "]"), "as long as" },
    { FLAVOR("[" RULE("1", "SHA1", "xy") "]"), "pcrs[0].measurement" },
    { FLAVOR("[" RULE("1", "SHA1", AA) "," RULE("1", "SHA1", BB) "]"), "another value of PCR 1" },
    { FLAVOR("[{\"pcr\":{\"index\":1,\"bank\":\"SHA1\"},\"measurement\":\"\","
             "\"eventlog_includes\":[{\"type_id\":\"MLE\",\"measurement\":\"" AA "\"}]}]"),
      "pcrs[0].eventlog_includes[0].type_id: it is no number" },
    { FLAVOR("[{\"pcr\":{\"index\":1,\"bank\":\"SHA256\"},\"measurement\":\"\","
             "\"eventlog_equals\":{\"events\":[{\"type_id\":\"0x1\",\"measurement\":\"" AA
             "\"}]}}]"),
      "pcrs[0].eventlog_equals.events[0].measurement: it is not as long" },
    { FLAVOR("[]"), "no values" },
    { "{\"meta\":" META("SOFTWARE") "}", "no values" },
    { "{\"meta\":{\"id\":\"\",\"vendor\":\"ACME\",\"description\":{\"flavor_part\":\"OS\","
      "\"label\":\"l\"}}}",
      "INTEL, VMWARE" },
    { "{\"meta\":{\"id\":\"\",\"description\":{\"flavor_part\":\"OS\",\"label\":\"l\",\"n\":0.1}}}",
      "a number" },
    { "{\"meta\":{\"id\":\"\",\"description\":{\"flavor_part\":\"OS\",\"label\":\"l\",\"n\":"
      "-9223372036854775808}}}", /* no long long is its opposite */
      "a number" },
    { "{\"flavor\":{\"meta\":{\"id\":\"\",\"description\":{\"flavor_part\":\"OS\"}}}}", "label" },
};

#define CC "cccccccccccccccccccccccccccccccccccccccc"
#define ZEROS "0000000000000000000000000000000000000000"
#define EVENT(type, tag, digest)                                                                   \
    "{\"type_id\":\"" type "\",\"type_name\":\"\",\"tags\":[\"" tag                                \
    "\"],\"measurement\":\"" digest "\"}"
#define NAMING(value, member) RULE_OF("17", "SHA1", value, "," member)
#define RULE_OF(index, bank, value, more)                                                          \
    "{\"pcr\":{\"index\":" index ",\"bank\":\"" bank "\"},\"measurement\":\"" value "\"" more "}"
#define PART(part, pcrs) "{\"flavor\":{\"meta\":" META(part) ",\"pcrs\":[" pcrs "]}}"

/*
 * SHA1(SHA1(SHA1(0 | bb..) | aa..) | cc..), 20 bytes each, by Python's hashlib: the one event of
 * the image came before those of the platform. No other order comes to it.
 */
static const char two_parts[] = "[" PART(
    "PLATFORM",
    NAMING(
        "d3668075f04efba38db3821501f2e64fb287811d",
        "\"eventlog_equals\":{\"events\":[" EVENT("0x402", "HASH_START", AA) "," EVENT(
            "0x404", "MLE_HASH",
            CC) "],\"exclude_tags\":[\"vmlinuz\"]}")) "," PART("OS",
                                                               NAMING(
                                                                   "",
                                                                   "\"eventlog_includes\":[" EVENT(
                                                                       "0x501", "vmlinuz",
                                                                       BB) "," EVENT("0x404",
                                                                                     "MLE_HASH",
                                                                                     CC) "]")) "]";

Test(hvs, the_value_tells_when_the_event_of_another_part_came)
{
    static const uint8_t filled[] = { 0xbb, 0xaa, 0xcc };
    const assay_event *events[32];
    assay_import_job job;
    assay_reference *back = imported(two_parts, &job);

    cr_assert_eq(steps_of(back, 17, events), 3, "what both name is there once");
    for (size_t i = 0; i < 3; i++)
        cr_expect_eq(events[i]->digests[0].value.data[0], filled[i], "step %zu", i);
    cr_expect(assay_bytes_equal(events[0]->label, ASSAY_LITERAL("vmlinuz")));
    assay_export_job again = job_of(back, hashes);
    write_job(&again, "hvs-flavor");
    cr_expect_not_null(strstr(text_of_job(&again), "\"type_name\":\"vmlinuz\""),
                       "not tb_policy, though it is the first of tboot's here");
    assay_export_job_free(&again);
    assay_import_job_free(&job);
    assay_reference_free(&back);
}

static int read_two_parts(void)
{
    static const char secure_boot[] =
        "[" PART("PLATFORM", RULE_OF("7", "SHA1", "d6ebc4e04e1612a1ae465c51c090608bc5e6e174",
                     ",\"pcr_matches\":true,\"eventlog_equals\":{\"events\":[" EVENT(
                         "0x80000001", "SecureBoot", AA) "]}")) "]";
    const char *const texts[] = { two_parts, secure_boot };
    assay_hashes *own = assay_hashes_new();
    int status = own == NULL ? -ASSAY_NO_MEMORY : 0;

    for (size_t i = 0; i < 2 && status == 0; i++) {
        char room[1 << 12];
        assay_export_file file = { .path = "x",
                                   .writer = assay_writer_lent((uint8_t *)room, sizeof room) };
        assay_import_job job = { .files = &file, .file_count = 1, .hashes = own };
        assay_reference *back = NULL;
        assay_error error;

        assay_put_string(&file.writer, texts[i]);
        status = assay_export_read(assay_export_format_by_name("hvs-flavor"), &job, &back, &error);
        if (status == 0 && back->step_count == 0)
            status = -ASSAY_MALFORMED;
        assay_import_job_free(&job);
        assay_reference_free(&back);
    }
    assay_hashes_free(&own);
    return status;
}

/* Nothing is lost in silence for want of it: each event is a step, or it is said why it failed. */
Test(hvs, events_are_read_without_memory)
{
    cr_expect_gt(each_allocation_fails("hvs events", read_two_parts), 0);
}

/* Values by Python's hashlib: SHA1(19 zeros, 03 | aa..) and SHA1(20 zeros | aa..). */
Test(hvs, what_extends_nothing_comes_back_as_far_as_its_tag_tells)
{
    static const struct {
        const char *text, *log;
        size_t data;
    } rows[] = {
        { "[" PART(
              "PLATFORM",
              RULE_OF("0", "SHA1", "209023205dc83ff844673ef0e73adf49400ec0df",
                      ",\"pcr_matches\":true,\"eventlog_equals\":{\"events\":[" EVENT(
                          "0x3", "StartupLocality3", ZEROS) "," EVENT("0x8", "", AA) "]}")) "]",
          "assay-log 1 sha1\n"
          "0 EV_NO_ACTION hex:537461727475704c6f63616c6974790003 = sha1:" ZEROS "\n"
          "0 EV_S_CRTM_VERSION hex:00 = sha1:" AA "\n",
          17 },
        { "[" PART("PLATFORM",
                   RULE_OF("0", "SHA1", "d6ebc4e04e1612a1ae465c51c090608bc5e6e174",
                           ",\"pcr_matches\":true,\"eventlog_equals\":{\"events\":[" EVENT(
                               "0x3", "", ZEROS) "," EVENT("0x8", "", AA) "]}")) "]",
          "assay-log 1 sha1\n"
          "0 EV_NO_ACTION hex:0102 = sha1:" ZEROS "\n"
          "0 EV_S_CRTM_VERSION hex:00 = sha1:" AA "\n",
          0 },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const assay_event *events[32];
        assay_import_job job;
        assay_reference *back = imported(rows[i].text, &job);

        cr_assert_eq(steps_of(back, 0, events), 2, "row %zu", i);
        cr_expect_eq(events[0]->data.size, rows[i].data, "row %zu", i);
        assay_reference_result result = compared(back, assay_bytes_of_string(rows[i].log));
        cr_expect_eq(result.verdict, ASSAY_REFERENCE_MATCH, "row %zu: %s", i, result.why);
        assay_reference_result_free(&result);
        assay_import_job_free(&job);
        assay_reference_free(&back);
    }
}

/* HVS would replay PCR 1's events to another value, so that none are named: its value alone tells.
 */
Test(hvs, a_value_beside_steps_of_other_pcrs_is_compared_as_a_value)
{
    static const char flavor[] = "[" PART(
        "PLATFORM",
        RULE_OF("0", "SHA1", "d6ebc4e04e1612a1ae465c51c090608bc5e6e174",
                ",\"pcr_matches\":true,\"eventlog_equals\":{\"events\":[" EVENT(
                    "0x8", "", AA) "]}") "," RULE_OF("1", "SHA1",
                                                     "d6ebc4e04e1612a1ae465c51c090608bc5e6e174",
                                                     ",\"pcr_matches\":true")) "]";
    static const struct {
        const char *log;
        enum assay_reference_verdict verdict;
    } rows[] = {
        { "assay-log 1 sha1\n0 EV_S_CRTM_VERSION hex:00 = sha1:" AA "\n"
          "1 EV_S_CRTM_VERSION hex:00 = sha1:" AA "\n",
          ASSAY_REFERENCE_MATCH },
        { "assay-log 1 sha1\n0 EV_S_CRTM_VERSION hex:00 = sha1:" AA "\n"
          "1 EV_S_CRTM_VERSION hex:00 = sha1:" BB "\n",
          ASSAY_REFERENCE_MISMATCH },
    };
    assay_import_job job;
    assay_reference *back = imported(flavor, &job);

    cr_expect_eq(back->step_count, 1);
    cr_expect_eq(back->variants[0].only_pcrs, 1u << 0 | 1u << 1);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assay_reference_result result = compared(back, assay_bytes_of_string(rows[i].log));

        cr_expect_eq(result.verdict, rows[i].verdict, "row %zu: %s", i, result.why);
        assay_reference_result_free(&result);
    }
    assay_import_job_free(&job);
    assay_reference_free(&back);
}

/* Without the image's part an event is missing; without a value any other may have come too. */
Test(hvs, events_that_come_to_no_value_are_not_kept_and_it_is_said)
{
    static const struct {
        const char *text, *note;
    } rows[] = {
        { "[" PART("PLATFORM", RULE("1", "SHA1", BB) "," NAMING(
                                   AA, "\"eventlog_equals\":{\"events\":[" EVENT(
                                           "0x402", "HASH_START", AA) "," EVENT("0x404", "MLE_HASH",
                                                                                CC) "]}")) "]",
          "2 events of PCR 17 of variant default are not kept" },
        { "[" PART("OS", RULE("1", "SHA1", BB) "," NAMING(
                             "", "\"eventlog_includes\":[" EVENT("0x501", "vmlinuz", BB) "]")) "]",
          "1 events of PCR 17 of variant default are not kept" },
        { "[" PART(
              "OS",
              RULE("1", "SHA1", BB) "," NAMING(
                  "", "\"eventlog_includes\":[" EVENT(
                          "0x501", "vmlinuz",
                          BB) "]")) "," PART("PLATFORM",
                                             RULE_OF("18", "SHA256", "",
                                                     ",\"eventlog_includes\":[" EVENT(
                                                         "0x404", "MLE_HASH",
                                                         AA "aaaaaaaaaaaaaaaaaaaaaaaa") "]")) "]",
          "2 events of PCR 17-18 of variant default are not kept: they are of several banks" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assay_import_job job;
        assay_reference *back = imported(rows[i].text, &job);

        cr_expect_eq(back->step_count, 0, "row %zu", i);
        cr_expect_eq(back->variants[0].only_pcrs, 0, "row %zu", i);
        cr_expect(has_note(&job, ASSAY_EXPORT_LOSS, rows[i].note), "row %zu", i);
        assay_import_job_free(&job);
        assay_reference_free(&back);
    }
}

static void put_events(assay_writer *text, const char *digest, size_t count)
{
    for (size_t i = 0; i < count; i++)
        assay_put_format(text, "%s{\"type_id\":\"0x501\",\"measurement\":\"%s\"}",
                         i > 0 ? "," : "", digest);
}

/* A platform's `count` events, and as many of the system's that are none of those. */
static assay_reference *imported_parts(const char *value, size_t count, assay_import_job *job)
{
    assay_writer text = assay_writer_growing(1 << 20);

    assay_put_format(&text,
                     "[{\"flavor\":{\"meta\":" META("PLATFORM") ",\"pcrs\":[{\"pcr\":{"
                     "\"index\":17,\"bank\":\"SHA1\"},\"measurement\":\"%s\","
                     "\"eventlog_equals\":{\"events\":[",
                     value);
    put_events(&text, BB, count);
    assay_put_string(&text, "]}}]}},{\"flavor\":{\"meta\":" META("OS")
                            ",\"pcrs\":[{\"pcr\":{\"index\":17,\"bank\":\"SHA1\"},"
                            "\"measurement\":\"\",\"eventlog_includes\":[");
    put_events(&text, CC, count);
    assay_put_string(&text, "]}]}}]");
    assay_put_char(&text, '\0');
    assay_reference *const back = imported((const char *)text.data, job);
    assay_writer_close(&text);
    return back;
}

/*
 * 30 events of one part and 30 of another go together in some 10^17 ways: nobody waits for that.
 * Nor for 1100 to be looked for among 1100 others, though the first order would come to the value:
 * SHA1(... SHA1(0 | bb..) ... | cc..), 1100 times each, by Python's hashlib.
 */
Test(hvs, an_order_is_not_looked_for_for_ever)
{
    static const struct {
        const char *value;
        size_t count;
        const char *note;
    } rows[] = {
        { AA, 30, "60 events of PCR 17 of variant default are not kept: too many orders" },
        { "3c2d93d083c73990d513bd1de40cb040f6238b19", 1100,
          "2200 events of PCR 17 of variant default are not kept: too many orders" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assay_import_job job;
        assay_reference *back = imported_parts(rows[i].value, rows[i].count, &job);

        cr_expect_eq(back->step_count, 0, "row %zu", i);
        cr_expect(has_note(&job, ASSAY_EXPORT_LOSS, rows[i].note), "row %zu", i);
        assay_import_job_free(&job);
        assay_reference_free(&back);
    }
}

Test(hvs, what_is_wrong_is_refused_by_its_place)
{
    expect_refused("hvs-flavor", refused, sizeof refused / sizeof *refused, hashes);
}

Test(hvs, the_firmware_is_known_from_a_flavor_of_the_system_alone)
{
    assay_reference *reference = import(
        "hvs-flavor",
        "{\"flavors\":[{\"flavor\":{\"meta\":{\"id\":\"" NIL "\",\"vendor\":\"INTEL\","
        "\"description\":{\"flavor_part\":\"OS\",\"label\":\"x\"}},\"bios\":{\"bios_name\":\"Maker\","
        "\"bios_version\":\"7.1\"},\"pcrs\":[{\"pcr\":{\"index\":5,\"bank\":\"SHA1\"},\"measurement\":"
        "\"0123456789abcdef0123456789abcdef01234567\",\"pcr_matches\":true}]}}]}",
        hashes);

    cr_expect_str_eq(reference->environment.firmware_vendor, "Maker");
    cr_expect_str_eq(reference->environment.firmware_version, "7.1");
    assay_reference_free(&reference);
}
