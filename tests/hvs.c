/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The formats hvs-flavor and hvs-template. What HVS hashes was computed by its own code (pkg/model/
 * hvs of Intel SecL-DC 5.1, Go 1.19); digests of events are those that the logs have.
 */
#include "base/jsonwalk.h"
#include "policy/export/hvs/flavor.h"
#include "tests/hvs.h"

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
    assay_reference *reference = hvs_launched(hashes);
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
    assay_reference *reference = hvs_launched(hashes);
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
    assay_reference *reference = hvs_learnt_of(hashes, ASSAY_STAGE_LAUNCH, events, count);
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
    assay_reference *reference = hvs_learnt_of(hashes, ASSAY_STAGE_LAUNCH, events, 4);
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
    assay_reference *reference = hvs_learnt_of(hashes, ASSAY_STAGE_FIRMWARE, events, 3);
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
    assay_reference *reference = hvs_launched(hashes);
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
    assay_reference *reference = hvs_launched(hashes);
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
    assay_reference *reference = hvs_learnt_of(hashes, ASSAY_STAGE_FIRMWARE, events, 2);
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
    assay_reference *reference = hvs_launched(hashes);
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
    assay_reference *reference = hvs_launched(hashes);
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
        assay_reference *reference = hvs_launched(hashes);
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
    assay_reference *reference = hvs_launched(hashes);
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
