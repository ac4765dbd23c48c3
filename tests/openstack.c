/* SPDX-License-Identifier: BSD-2-Clause */
/* The formats about hosts: what OpenStack is told of those that were held against a reference. */
#include "policy/export/openstack/openstack.h"
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

TestSuite(openstack, .init = set_up, .fini = tear_down);

static const assay_reference_difference differences[] = {
    { .kind = ASSAY_COMPARED_FOLLOWS,
      .role = ASSAY_PART_EXIT,
      .step = SIZE_MAX,
      .event = 3,
      .stage = ASSAY_STAGE_FIRMWARE,
      .pcr_index = 5 },
    { .kind = ASSAY_COMPARED_CHANGED,
      .role = ASSAY_PART_MLE,
      .step = SIZE_MAX,
      .event = 4,
      .stage = ASSAY_STAGE_LAUNCH,
      .pcr_index = 17 },
};

static const assay_reference_pcr_result pcr = {
    ASSAY_ALG_SHA256, 9, { NULL, 0 }, { NULL, 0 }, ASSAY_COMPARED_CHANGED
};

static const assay_reference_result good = { .verdict = ASSAY_REFERENCE_MATCH, .why = "" },
                                    bad = { .verdict = ASSAY_REFERENCE_MISMATCH,
                                            .variant = SIZE_MAX,
                                            .why = "",
                                            .difference_count = 2,
                                            .differences = (void *)differences },
                                    value = { .verdict = ASSAY_REFERENCE_MISMATCH,
                                              .variant = SIZE_MAX,
                                              .why = "",
                                              .pcr_count = 1,
                                              .pcrs = (void *)&pcr };

static const assay_export_host hosts[] = {
    { "n1", &good, NULL, "2026-01-02T03:04:05Z" },
    { "n2", &bad, NULL, "2026-01-02T03:04:06Z" },
    { "n3", NULL, "it can't be read", NULL },
};

static assay_export_job job_about(const assay_reference *reference, size_t count)
{
    return (assay_export_job){ .reference = reference,
                               .variants = 1,
                               .pcrs = ASSAY_ALL_PCRS,
                               .hosts = hosts,
                               .host_count = count,
                               .hashes = hashes };
}

static assay_reference *empty(void)
{
    assay_reference *const reference = assay_reference_new("my image");

    reference->version = "2026.1";
    return reference;
}

Test(openstack, pollhosts_is_a_list_with_times_as_text)
{
    assay_reference *reference = empty();
    assay_export_job job = job_about(reference, 3);

    write_job(&job, "openstack-pollhosts");
    cr_expect_str_eq(text_of_job(&job),
                     "{\"hosts\":[{\"host_name\":\"n1\",\"trust_lvl\":\"trusted\",\"vtime\":"
                     "\"2026-01-02T03:04:05Z\"},{\"host_name\":\"n2\",\"trust_lvl\":\"untrusted\","
                     "\"vtime\":\"2026-01-02T03:04:06Z\"},{\"host_name\":\"n3\",\"trust_lvl\":"
                     "\"unknown\",\"vtime\":\"\"}]}\n");
    cr_expect_not(assay_export_is_refused(&job));
    assay_export_job_free(&job);
    assay_reference_free(&reference);
}

static void expect_reason(const assay_reference *reference, const assay_reference_result *result,
                          const char *expected)
{
    const assay_export_host host = { "h", result, "it can't be read", NULL };
    assay_writer writer = assay_writer_growing(1 << 12);

    assay_openstack_put_reason(&writer, reference, &host);
    assay_put_char(&writer, '\0');
    cr_expect_str_eq((const char *)writer.data, expected);
    assay_writer_close(&writer);
}

Test(openstack, the_reason_is_the_first_difference_that_follows_from_no_other)
{
    assay_reference *reference = empty();

    expect_reason(reference, &bad,
                  "measured boot: PCR 17 differs at event 4 (mle); reference my image 2026.1");
    expect_reason(reference, &value,
                  "measured boot: PCR 9 of sha256 has another value; reference my image 2026.1");
    expect_reason(reference, NULL, "measured boot: it can't be read; reference my image 2026.1");
    assay_reference_free(&reference);
}

Test(openstack, a_reason_has_at_most_255_characters_and_none_is_cut)
{
    char name[2 * 300 + 1] = "";
    assay_reference *reference = empty();
    const assay_export_host host = { "h", &bad, NULL, NULL };
    assay_writer writer = assay_writer_growing(1 << 12);

    for (size_t i = 0; i < 300; i++)
        strcat(name, "\xc3\xa9");
    reference->name = name;
    assay_openstack_put_reason(&writer, reference, &host);
    size_t characters = 0;
    for (size_t i = 0; i < writer.used; i++)
        characters += (writer.data[i] & 0xc0) != 0x80;
    cr_expect_eq(characters, 255);
    cr_expect_eq(writer.data[writer.used - 1], 0xa9);
    assay_writer_close(&writer);
    assay_reference_free(&reference);
}

#define UUID "11111111-2222-4333-8444-555555555555"

Test(openstack, a_service_is_disabled_with_its_reason_and_never_forced_down)
{
    static const assay_export_setting settings[] = { { "service", "n2=" UUID },
                                                     { "enable", "yes" } };
    assay_reference *reference = empty();
    assay_export_job job = job_about(reference, 3);

    job.settings = settings;
    job.setting_count = 2;
    write_job(&job, "openstack-service");
    cr_expect_str_eq(text_of(&job, "01-service.json"), "{\"status\":\"enabled\"}\n",
                     "a reason with it is answered by 400");
    cr_expect_str_eq(text_of(&job, "02-service.json"),
                     "{\"status\":\"disabled\",\"disabled_reason\":\"measured boot: PCR 17 differs "
                     "at event 4 (mle); reference my image 2026.1\"}\n");
    cr_expect_eq(job.file_count, 4, "n3 is left as it is");
    cr_expect_not_null(strstr(text_of(&job, "plan.json"), "/v2.1/os-services/" UUID));
    cr_expect_not_null(strstr(text_of(&job, "plan.json"), "nova-compute&host=n1"));
    cr_expect_not_null(strstr(text_of(&job, "apply"),
                              "openstack compute service set --enable 'n1' nova-compute\n"));
    for (size_t i = 0; i < job.file_count; i++)
        cr_expect_null(strstr(text_of(&job, job.files[i]->path), "forced_down"));
    cr_expect(has_note(&job, ASSAY_EXPORT_ADVICE, "forced_down"));
    cr_expect(has_note(&job, ASSAY_EXPORT_ADVICE, "n3 could not be judged"));
    assay_export_job_free(&job);
    assay_reference_free(&reference);
}

Test(openstack, traits_keep_what_is_not_ours)
{
    static const assay_export_setting settings[] = {
        { "provider", "n1=" UUID ",7,HW_CPU_X86_AVX,CUSTOM_IMAGE_OLD_1" },
        { "provider", "n2=" UUID ",9,CUSTOM_TRUSTED_BOOT,CUSTOM_OTHER" },
    };
    assay_reference *reference = empty();
    assay_export_job job = job_about(reference, 2);

    job.settings = settings;
    job.setting_count = 2;
    write_job(&job, "openstack-traits");
    cr_expect_str_eq(text_of(&job, "01-traits.json"),
                     "{\"resource_provider_generation\":7,\"traits\":[\"HW_CPU_X86_AVX\","
                     "\"CUSTOM_IMAGE_MY_IMAGE_2026_1\",\"CUSTOM_TRUSTED_BOOT\"]}\n");
    cr_expect_str_eq(text_of(&job, "02-traits.json"),
                     "{\"resource_provider_generation\":9,\"traits\":[\"CUSTOM_OTHER\"]}\n");
    cr_expect_not_null(strstr(text_of(&job, "plan.json"), "\"/traits/CUSTOM_TRUSTED_BOOT\""));
    cr_expect(has_note(&job, ASSAY_EXPORT_ADVICE, "moves none"));
    cr_expect(has_note(&job, ASSAY_EXPORT_ADVICE, "409"));
    assay_export_job_free(&job);
    assay_reference_free(&reference);
}

static void expect_failure(const char *format, const assay_export_setting *setting, size_t count,
                           const char *what)
{
    assay_reference *reference = empty();
    assay_export_job job = job_about(reference, count);
    assay_error error = { .what = "" };

    job.settings = setting;
    job.setting_count = setting != NULL;
    cr_expect_eq(assay_export_write(assay_export_format_by_name(format), &job, &error),
                 -ASSAY_UNSUPPORTED, "%s", what);
    cr_expect_not_null(strstr(error.what, what), "%s", error.what);
    assay_export_job_free(&job);
    assay_reference_free(&reference);
}

Test(openstack, settings_are_checked_before_anything_is_written)
{
    static const struct {
        const char *format, *name, *value, *what;
    } rows[] = {
        { "openstack-traits", "trait", "CUSTOM_lower", "A-Z, 0-9 and _" },
        { "openstack-traits", "trait", "TRUSTED", "CUSTOM_" },
        { "openstack-traits", "trait", "CUSTOM_", "CUSTOM_" },
        { "openstack-traits", "provider", "n9=" UUID ",7", "--set number 1" },
        { "openstack-traits", "provider", "n1=" UUID, "no generation" },
        { "openstack-traits", "provider", "n1=1,2", "no UUID" },
        { "openstack-traits", "provider", "n1=" UUID ",x", "no generation" },
        { "openstack-traits", "provider", "n1=" UUID ",1,low", "can't be one" },
        { "openstack-service", "service", "n1=x", "no UUID" },
        { "openstack-service", "service", "n1", "HOST=VALUE" },
        { "openstack-service", "enable", "1", "yes or no" },
        { "openstack-service", "unknown", "yes", "leave or disable" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        expect_failure(rows[i].format, &(assay_export_setting){ rows[i].name, rows[i].value }, 2,
                       rows[i].what);
    expect_failure("openstack-pollhosts", NULL, 0, "--host");
}

/* Placement's schema of microversion 1.6: "maxLength": 255, of the whole name. */
Test(openstack, a_trait_has_at_most_255_characters)
{
    char name[257];

    memset(name, 'A', sizeof name);
    memcpy(name, "CUSTOM_", 7);
    name[256] = '\0';
    expect_failure("openstack-traits", &(assay_export_setting){ "trait", name }, 1,
                   "A-Z, 0-9 and _");
    name[255] = '\0';
    assay_reference *reference = empty();
    const assay_export_setting settings[] = { { "trait", name }, { "provider", "n1=" UUID ",7" } };
    assay_export_job job = job_about(reference, 1);

    job.settings = settings;
    job.setting_count = 2;
    write_job(&job, "openstack-traits");
    cr_expect_not_null(strstr(text_of(&job, "01-traits.json"), name));
    assay_export_job_free(&job);
    assay_reference_free(&reference);
}

Test(openstack, a_setting_of_a_host_is_the_one_of_that_name_and_host)
{
    static const assay_export_setting settings[] = {
        { "service", "n1=a" }, { "provider", "n10=b" }, { "provider", "n1=c" }
    };
    const assay_export_job job = { .settings = settings, .setting_count = 3 };

    cr_expect_str_eq(assay_openstack_setting_of(&job, "provider", "n1"), "c");
    cr_expect_str_eq(assay_openstack_setting_of(&job, "provider", "n10"), "b");
    cr_expect_str_eq(assay_openstack_setting_of(&job, "service", "n1"), "a");
    cr_expect_null(assay_openstack_setting_of(&job, "service", "n10"));
}

Test(openstack, names_that_nova_would_refuse_are_said)
{
    const assay_export_host odd = { "a b", &good, NULL, NULL };
    assay_reference *reference = empty();
    assay_export_job job = job_about(reference, 1);

    job.hosts = &odd;
    write_job(&job, "openstack-pollhosts");
    cr_expect(has_note(&job, ASSAY_EXPORT_REFUSAL, "host 1: nova takes"));
    cr_expect(has_note(&job, ASSAY_EXPORT_REFUSAL, "without a time"));
    assay_export_job_free(&job);
    assay_reference_free(&reference);
}
