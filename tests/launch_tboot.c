/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tboot's rules. Digests of built-in policies stand in logs of real machines; the rows of the
 * other tables were read in tboot's sources, of the version each row names.
 */
#include "tests/launch.h"

#include "eventlog/types.h"
#include "tests/collection.h"

static void expect_digest(const char *version, bool tpm12, bool details, uint16_t current,
                          uint16_t bank, const char *hex)
{
    assay_hashes *hashes = assay_hashes_new();
    static assay_vlp policy;
    assay_digest digest;
    char found[2 * ASSAY_DIGEST_MAX + 1] = "";

    assay_tboot_builtin(assay_tboot_version_find(version), tpm12, details, &policy);
    cr_assert_eq(assay_vlp_event_digest(&policy, hashes, current, bank, &digest), 0);
    assay_hex_encode(found, assay_bytes_of(digest.value, digest.size));
    cr_expect_str_eq(found, hex);
    assay_hashes_free(&hashes);
}

Test(launch_tboot, built_in_policies_have_the_digests_of_real_logs)
{
    expect_digest("1.10.5", false, true, ASSAY_ALG_SHA256, ASSAY_ALG_SHA256,
                  "71be5852a14eabefebf0df0e1acc5da291883b6d4c5ab20914ed987c1daf3f91");
    expect_digest("1.9.12", false, true, ASSAY_ALG_SHA256, ASSAY_ALG_SHA1,
                  "0afc07618e3739481f4c2abaf703ca4e35507e6e");
    expect_digest("1.10", true, false, ASSAY_ALG_SHA1, ASSAY_ALG_SHA1,
                  "c3438497fda827be3b321c5309a204f0c9e53943");
    expect_digest("1.8.2", true, false, ASSAY_ALG_SHA1, ASSAY_ALG_SHA1,
                  "c3438497fda827be3b321c5309a204f0c9e53943");
}

/* Of policies no log at hand has: SHA1(01000000 | SHA1(header | entries)), by Python's hashlib. */
Test(launch_tboot, built_in_policies_of_old_versions_differ)
{
    expect_digest("1.9.6", true, true, ASSAY_ALG_SHA1, ASSAY_ALG_SHA1,
                  "fbb1b9eab0c92ac09c2814f538b5ad02afe0eeaf");
    expect_digest("1.9.12", true, false, ASSAY_ALG_SHA1, ASSAY_ALG_SHA1,
                  "c1aabfc9fd8e2ac370fc4373810279102ae730c3");
    expect_digest("1.7.4", true, false, ASSAY_ALG_SHA1, ASSAY_ALG_SHA1,
                  "9704353630674bfe21b86b64a7b0f99c297cf902");
    expect_digest("1.11", true, true, ASSAY_ALG_SHA1, ASSAY_ALG_SHA1,
                  "c3438497fda827be3b321c5309a204f0c9e53943");
}

Test(launch_tboot, a_version_falls_under_the_last_row_that_is_not_newer)
{
    static const char *const rows[][2] = {
        { "1.7", "1.7" },        { "1.7.4", "1.7" },   { "1.8.3", "1.8" },
        { "1.9.6", "1.9" },      { "1.9.7", "1.9.7" }, { "1.9.11", "1.9.7" },
        { "1.9.12", "1.9.12" },  { "1.10.5", "1.10" }, { "1.11.12", "1.11" },
        { "1.12.0", "1.11.13" }, { "1.6", NULL },      { "", NULL },
        { "1", NULL },           { "1.", NULL },       { "1.9.x", NULL },
        { "1.9.7.1", NULL },     { "1.99999", NULL },  { "v1.9", NULL },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const assay_tboot_version *const found = assay_tboot_version_find(rows[i][0]);

        if (rows[i][1] == NULL)
            cr_expect_null(found, "%s", rows[i][0]);
        else
            cr_expect(found != NULL && strcmp(found->name, rows[i][1]) == 0, "%s", rows[i][0]);
    }
    cr_expect_str_eq(assay_tboot_newest()->name, "1.11");
}

Test(launch_tboot, extpol_means_what_the_version_makes_of_it)
{
    static const struct {
        const char *version, *value;
        bool tpm12, known;
        enum assay_tboot_mode mode;
        uint16_t current;
    } rows[] = {
        { "1.11", NULL, false, true, ASSAY_TBOOT_FIXED, ASSAY_ALG_SHA256 },
        { "1.9.11", NULL, false, true, ASSAY_TBOOT_FIXED, ASSAY_ALG_SHA1 },
        { "1.9.12", NULL, false, true, ASSAY_TBOOT_FIXED, ASSAY_ALG_SHA256 },
        { "1.11", "sha256", true, true, ASSAY_TBOOT_FIXED, ASSAY_ALG_SHA1 },
        { "1.11", "embedded", false, true, ASSAY_TBOOT_EMBEDDED, ASSAY_ALG_SHA256 },
        { "1.11", "agile", false, true, ASSAY_TBOOT_FIXED, ASSAY_ALG_SHA256 },
        { "1.10", "agile", false, true, ASSAY_TBOOT_AGILE, ASSAY_ALG_SHA256 },
        { "1.10", "sha1", false, true, ASSAY_TBOOT_FIXED, ASSAY_ALG_SHA1 },
        { "1.11.13", "sha1", false, false, ASSAY_TBOOT_FIXED, 0 },
        { "1.9.11", "sha384", false, false, ASSAY_TBOOT_FIXED, 0 },
        { "1.10", "sha384", false, true, ASSAY_TBOOT_FIXED, ASSAY_ALG_SHA384 },
        { "1.10", "sha512", false, true, ASSAY_TBOOT_FIXED, ASSAY_ALG_SHA512 },
        { "1.8", "sm3", false, true, ASSAY_TBOOT_FIXED, ASSAY_ALG_SM3_256 },
        { "1.11", "SHA256", false, false, ASSAY_TBOOT_FIXED, 0 },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const assay_bytes value =
            rows[i].value == NULL ? ASSAY_NO_BYTES : assay_bytes_of_string(rows[i].value);
        assay_tboot_extpol extpol;
        const bool known = assay_tboot_extpol_of(assay_tboot_version_find(rows[i].version),
                                                 rows[i].tpm12, value, &extpol);

        cr_expect_eq(known, rows[i].known, "row %zu", i);
        if (known)
            cr_expect(extpol.mode == rows[i].mode && extpol.current == rows[i].current, "row %zu",
                      i);
    }
}

Test(launch_tboot, a_command_line_is_read_as_tboot_reads_it)
{
    static const struct {
        const char *cmdline, *extpol, *pcr_map;
    } rows[] = {
        { "logging=serial extpol=embedded", "embedded", NULL },
        { "extpol=sha1 extpol=sha384", "sha384", NULL }, /* the last one counts */
        { "ext=sm3", "sm3", NULL },                      /* what begins a name is the name */
        { "extpol= pcr_map=da", NULL, "da" },            /* no value: left out */
        { "extpolx=sha1", NULL, NULL },
        { " \textpol=sha1\tquiet", "sha1\tquiet", NULL }, /* a blank ends it, no tab does */
        { "p=da", NULL, "da" },
        { "", NULL, NULL },
        { "=sha1", NULL, NULL },
        { "extpol", NULL, NULL },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const assay_tboot_options options =
            assay_tboot_options_of(assay_bytes_of_string(rows[i].cmdline));

        cr_expect_eq(options.extpol.data != NULL, rows[i].extpol != NULL, "row %zu", i);
        if (rows[i].extpol != NULL)
            cr_expect(assay_bytes_equal(options.extpol, assay_bytes_of_string(rows[i].extpol)),
                      "row %zu", i);
        cr_expect_eq(options.pcr_map.data != NULL, rows[i].pcr_map != NULL, "row %zu", i);
    }
}

Test(launch_tboot, old_versions_leave_the_first_word_of_a_command_line_out)
{
    const assay_tboot_version *const old = assay_tboot_version_find("1.8.3");
    const assay_bytes cmdline = ASSAY_LITERAL("  /foo/bar   baz qux");

    cr_expect(
        assay_bytes_equal(assay_tboot_measured_cmdline(old, cmdline), ASSAY_LITERAL("baz qux")));
    cr_expect_eq(assay_tboot_measured_cmdline(old, ASSAY_LITERAL("/foo/bar")).size, 0);
    cr_expect(assay_bytes_equal(
        assay_tboot_measured_cmdline(assay_tboot_version_find("1.9.4"), cmdline), cmdline));
}

/* tboot 1.8 to 1.11 put 4 into the hash_alg of a policy that has 0 there, before they hash it. */
Test(launch_tboot, an_old_number_for_sha1_is_mended_by_the_versions_that_do)
{
    static const struct {
        const char *version;
        uint8_t alg;
    } rows[] = { { "1.7", 0 }, { "1.8", 4 }, { "1.10", 4 }, { "1.11.13", 0 } };
    static assay_vlp policy;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assay_vlp_begin(&policy, ASSAY_VLP_HALT, ASSAY_ALG_SHA1, 0);
        policy.alg_number = 0;
        assay_tboot_mend(assay_tboot_version_find(rows[i].version), &policy);
        cr_expect_eq(policy.alg_number, rows[i].alg, "%s", rows[i].version);
    }
}

/* Plans. */

static void add_entry(assay_vlp *policy, uint8_t num, uint8_t pcr)
{
    policy->entries[policy->num_entries++] = (assay_vlp_entry){ .mod_num = num, .pcr = pcr };
}

static void expect_plan(const assay_vlp *policy, bool details, size_t modules, bool nv,
                        const char *steps)
{
    static assay_tboot_plan plan;
    char text[1024];
    assay_writer words = assay_writer_lent(text, sizeof text - 1);

    assay_tboot_plan_of(policy, details, modules, nv, &plan);
    for (size_t i = 0; i < plan.count; i++)
        assay_put_format(&words, "%c%x:%u ", "pmn"[plan.steps[i].subject], plan.steps[i].index,
                         plan.steps[i].pcr);
    text[assay_written(&words).size] = '\0';
    cr_expect_str_eq(text, steps);
}

Test(launch_tboot, what_is_measured_follows_from_the_policy)
{
    static assay_vlp policy;

    assay_tboot_builtin(assay_tboot_newest(), false, true, &policy);
    expect_plan(&policy, true, 2, false, "p0:17 p0:18 m0:17 m1:17 ");
    assay_tboot_builtin(assay_tboot_newest(), true, false, &policy);
    expect_plan(&policy, false, 3, false, "p0:17 m0:18 m1:19 m2:19 ");
    expect_plan(&policy, false, 1, true, "p0:17 m0:18 n40000010:22 ");
    expect_plan(&policy, false, 0, false, "p0:17 ");

    /* An entry of its own extends module 0 once more; one for any stands before others. */
    assay_vlp_begin(&policy, ASSAY_VLP_HALT, ASSAY_ALG_SHA256, ASSAY_VLP_EXTEND_PCR17);
    add_entry(&policy, 0, 19);
    add_entry(&policy, ASSAY_VLP_NUM_ANY, 20);
    add_entry(&policy, 2, 21);
    expect_plan(&policy, true, 3, false, "p0:17 p0:18 m0:17 m0:19 m1:20 m2:20 ");
}

Test(launch_tboot, a_module_without_an_entry_is_in_no_pcr)
{
    static assay_vlp policy;
    static assay_tboot_plan plan;

    assay_vlp_begin(&policy, ASSAY_VLP_HALT, ASSAY_ALG_SHA256, 0);
    add_entry(&policy, 0, ASSAY_VLP_PCR_NONE);
    assay_tboot_plan_of(&policy, true, 3, false, &plan);
    cr_expect_eq(plan.count, 3);
    cr_expect_eq(plan.unlisted, 2);
    cr_expect_eq(plan.unlisted_first, 1);
}

Test(launch_tboot, of_more_than_32_measurements_the_rest_is_dropped)
{
    static assay_vlp policy;
    static assay_tboot_plan plan;

    assay_tboot_builtin(assay_tboot_newest(), false, true, &policy);
    assay_tboot_plan_of(&policy, true, 40, false, &plan);
    cr_expect_eq(plan.count, 32);
    /* Two of the policy and module 0 leave room for modules 1 to 29 of 39. */
    cr_expect_eq(plan.steps[31].index, 29);
    cr_expect_eq(plan.dropped, 10);
}

/* The log of it: which banks get digests, by mode. */

#define AGILE "fixtures/logs/txt-heap-agile.bin"

static const assay_launch_module module = { .cmdline = ASSAY_LITERAL("ro"),
                                            .image = ASSAY_LITERAL("kernel") };

static void expect_banks(const char *extpol, const char *version, unsigned banks)
{
    const assay_launch launch = { .replaces_tboot = true,
                                  .has_extpol = true,
                                  .extpol = assay_bytes_of_string(extpol),
                                  .version = assay_tboot_version_find(version),
                                  .modules = &module,
                                  .module_count = 1 };
    assay_prediction *base = base_of(AGILE);
    assay_prediction *prediction = predict(base, &launch);
    const assay_predicted_event *const event = event_of(prediction, TB_EVTYPE_HASH, 17, 1);
    unsigned found = 0;

    for (size_t i = 0; i < event->event.digest_count; i++)
        found |= event->event.digests[i].alg == ASSAY_ALG_SHA1 ? 1 : 2;
    cr_expect_eq(found, banks, "%s", extpol);
    assay_prediction_free(&prediction);
    assay_prediction_free(&base);
}

Test(launch_tboot, digests_are_of_the_banks_that_extpol_names)
{
    expect_banks("sha256", "1.11", 2);
    expect_banks("sha1", "1.10", 1);
    expect_banks("embedded", "1.11", 3);
    expect_banks("agile", "1.10", 3);
    expect_banks("agile", "1.11", 2);
}

Test(launch_tboot, a_mode_that_hashes_unset_memory_is_unknown)
{
    const assay_launch launch = { .replaces_tboot = true,
                                  .has_extpol = true,
                                  .extpol = ASSAY_LITERAL("agile"),
                                  .version = assay_tboot_version_find("1.9.5"),
                                  .modules = &module,
                                  .module_count = 1,
                                  .vlp_builtin = true };
    assay_prediction *base = base_of(AGILE);
    assay_prediction *prediction = predict(base, &launch);

    cr_expect_eq(event_of(prediction, TB_EVTYPE_HASH, 17, 1)->origin, ASSAY_PREDICTED_UNKNOWN);
    cr_expect_str_eq(value_of(prediction, ASSAY_ALG_SHA256, 17), "unknown");
    cr_expect_str_neq(value_of(prediction, ASSAY_ALG_SHA256, 18), "unknown");
    assay_prediction_free(&prediction);
    assay_prediction_free(&base);
}

/* A policy that wants another digest of module 0: what tboot does hangs on the policy's type. */
Test(launch_tboot, what_tboot_would_refuse_is_said)
{
    static const struct {
        enum assay_vlp_type type;
        bool refused;
    } rows[] = { { ASSAY_VLP_NONFATAL, false },
                 { ASSAY_VLP_CONTINUE, false },
                 { ASSAY_VLP_HALT, true } };
    static const uint8_t digest[32] = { 1 };
    static assay_vlp policy;
    const assay_launch launch = { .replaces_tboot = true,
                                  .has_extpol = true,
                                  .extpol = ASSAY_LITERAL("sha256"),
                                  .vlp = &policy,
                                  .modules = &module,
                                  .module_count = 1,
                                  .modules_end = true };

    for (size_t i = 0; i < 3; i++) {
        assay_prediction *base = base_of(AGILE);

        assay_vlp_begin(&policy, rows[i].type, ASSAY_ALG_SHA256, ASSAY_VLP_EXTEND_PCR17);
        add_entry(&policy, 0, 19);
        policy.entries[0].hash_type = ASSAY_VLP_HASH_IMAGE;
        policy.entries[0].num_hashes = 1;
        policy.entries[0].hashes = assay_bytes_of(digest, sizeof digest);
        assay_prediction *prediction = predict(base, &launch);
        cr_assert_eq(prediction->remark_count, 1);
        cr_expect_eq(prediction->remarks[0].refused, rows[i].refused);
        cr_expect_eq(prediction->remarks[0].part, ASSAY_PART_MODULE);
        assay_prediction_free(&prediction);
        assay_prediction_free(&base);
    }
}

/* An NV index: with a TPM 1.2 and measure_nv=true, SHA-1 of its content or its content. */
Test(launch_tboot, nv_indices_are_measured_with_a_tpm_12_alone)
{
    static const uint8_t tag[20] = { 7, 7 };
    const assay_launch_nv nv = { 0x40000010, { tag, sizeof tag } };
    const assay_launch launch = {
        .replaces_tboot = true, .measure_nv = true, .nv = &nv, .nv_count = 1
    };
    assay_prediction *base = base_of("fixtures/logs/txt-container.bin");
    assay_prediction *prediction = predict(base, &launch);
    const assay_predicted_event *const event = event_of(prediction, TB_EVTYPE_HASH, 22, 0);

    cr_expect(assay_bytes_equal(event->event.digests[0].value, nv.content));
    cr_expect_eq(event->part, ASSAY_PART_NV_CONTENT);
    assay_prediction_free(&prediction);
    assay_prediction_free(&base);
    base = base_of(AGILE);
    prediction = predict(base, &launch);
    cr_expect_eq(prediction->count, base->count);
    assay_prediction_free(&prediction);
    assay_prediction_free(&base);
}

/*
 * tb_polgen made this policy, where a collection of what it makes lies beside the project; by its
 * digests tboot verifies the modules it was made for, and no other command line.
 */
#define LCP "../shared/lcp/"

static size_t remarks_with(const char *cmdline)
{
    static assay_vlp policy;
    assay_launch_module modules[2] = { { .cmdline = assay_bytes_of_string(cmdline) },
                                       { .cmdline = ASSAY_LITERAL("") } };
    const assay_launch launch = { .replaces_tboot = true,
                                  .has_extpol = true,
                                  .extpol = ASSAY_LITERAL("sha256"),
                                  .vlp = &policy,
                                  .modules = modules,
                                  .module_count = 2,
                                  .modules_end = true };
    assay_file kernel, initrd, vlp;
    assay_error error;

    if (!load_collected(LCP "in/kernel.bin", 1 << 24, &kernel) ||
        !load_collected(LCP "in/initrd.bin", 1 << 24, &initrd) ||
        !load_collected(LCP "vl/sha256.pol", 1 << 16, &vlp))
        cr_skip_test("no collection");
    modules[0].image = kernel.bytes;
    modules[1].image = initrd.bytes;
    cr_assert_eq(assay_vlp_read(&policy, vlp.bytes, &error), 0);
    assay_prediction *base = base_of(AGILE);
    assay_prediction *prediction = predict(base, &launch);
    const size_t count = prediction->remark_count;
    assay_prediction_free(&prediction);
    assay_prediction_free(&base);
    assay_file_close(&vlp);
    assay_file_close(&initrd);
    assay_file_close(&kernel);
    return count;
}

/* Module 0 goes into no PCR by that policy, and is verified all the same. */
Test(launch_tboot, a_policy_of_tb_polgen_is_met_by_its_modules)
{
    cr_expect_eq(remarks_with("root=/dev/sda1 ro quiet"), 0);
    cr_expect_eq(remarks_with("root=/dev/sda1 ro"), 1);
}
