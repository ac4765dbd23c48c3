/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Flavors of HVS read back: their events as steps, in the order that the PCRs' values prove, and
 * what is refused.
 */
#include "tests/allocfail.h"
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

TestSuite(hvs_read, .init = set_up, .fini = tear_down);

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
Test(hvs_read, events_of_all_parts_come_back_in_the_order_of_the_boot)
{
    static const assay_export_setting settings[] = { { "hardware-uuid",
                                                       "11111111-2222-4333-8444-555555555555" } };
    static const uint32_t order[] = { 0x402, 0x40c, 0x404, 0x501, 0x501, 0x501 };
    static const uint8_t filled[] = { 0x10, 0x11, 0x12, 0x14, 0x16, 0x17 };
    assay_reference *reference = hvs_launched(hashes);
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
Test(hvs_read, events_of_firmware_come_back_and_so_does_secure_boot)
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

/*
 * A flavor is of one bank and of PCRs alone: logs of two banks, record by record, or of all banks,
 * with Intel's record that goes into no PCR, are of the boot that it tells of.
 */
Test(hvs_read, what_is_read_back_is_met_by_the_boot_that_it_was_made_of)
{
    static const char *const logs[] = { "fixtures/logs/txt-heap-banks.bin",
                                        "fixtures/logs/txt-heap-agile.bin",
                                        "fixtures/machines/a5-efistub-6.12-ovmf2025/eventlog.bin" };

    for (size_t i = 0; i < sizeof logs / sizeof *logs; i++) {
        assay_file file;
        assay_error error = { .what = "" };

        cr_assert_eq(assay_file_read(&file, logs[i], 1 << 24, &error), 0, "%s", error.what);
        assay_reference *reference = learnt_of_log(file.bytes, hashes);
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

Test(hvs_read, the_value_tells_when_the_event_of_another_part_came)
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
Test(hvs_read, events_are_read_without_memory)
{
    cr_expect_gt(each_allocation_fails("hvs events", read_two_parts), 0);
}

/* Values by Python's hashlib: SHA1(19 zeros, 03 | aa..) and SHA1(20 zeros | aa..). */
Test(hvs_read, what_extends_nothing_comes_back_as_far_as_its_tag_tells)
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
Test(hvs_read, a_value_beside_steps_of_other_pcrs_is_compared_as_a_value)
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
Test(hvs_read, events_that_come_to_no_value_are_not_kept_and_it_is_said)
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
Test(hvs_read, an_order_is_not_looked_for_for_ever)
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

Test(hvs_read, what_is_wrong_is_refused_by_its_place)
{
    expect_refused("hvs-flavor", refused, sizeof refused / sizeof *refused, hashes);
}

Test(hvs_read, the_firmware_is_known_from_a_flavor_of_the_system_alone)
{
    assay_reference *reference = import(
        "hvs-flavor",
        "{\"flavors\":[{\"flavor\":{\"meta\":{\"id\":\"" NIL "\",\"vendor\":\"INTEL\","
        "\"description\":{\"flavor_part\":\"OS\",\"label\":\"x\"}},"
        "\"bios\":{\"bios_name\":\"Maker\",\"bios_version\":\"7.1\"},"
        "\"pcrs\":[{\"pcr\":{\"index\":5,\"bank\":\"SHA1\"},\"measurement\":"
        "\"0123456789abcdef0123456789abcdef01234567\",\"pcr_matches\":true}]}}]}",
        hashes);

    cr_expect_str_eq(reference->environment.firmware_vendor, "Maker");
    cr_expect_str_eq(reference->environment.firmware_version, "7.1");
    assay_reference_free(&reference);
}
