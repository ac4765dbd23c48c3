/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tboot's text. The fixtures' PCR values are those that fixtures/logs/txt.py prints for the logs
 * that fixtures/logs/txtstat.py prints as text; offsets are counted by hand.
 */
#include <criterion/criterion.h>

#include "base/file.h"
#include "tests/measure.h"
#include "tests/reading.h"

#include <stdio.h>

enum { CEILING = 1 << 20 };

static assay_findings findings;
static assay_replay replay;

/* What a test has loaded, until its end. */
static assay_file files[32];
static size_t file_count;

static void close_files(void)
{
    while (file_count > 0)
        assay_file_close(&files[--file_count]);
}

TestSuite(txtstat, .fini = close_files);

static assay_bytes load(const char *name)
{
    char path[100];
    assay_error error;

    cr_assert_lt(file_count, sizeof files / sizeof *files);
    snprintf(path, sizeof path, "fixtures/logs/%s", name);
    cr_assert_eq(assay_file_read(&files[file_count], path, CEILING, &error), 0, "%s", error.what);
    return files[file_count++].bytes;
}

static void fold(assay_bytes text)
{
    assay_hashes *hashes = assay_hashes_new();
    assay_error error;
    assay_event event;
    assay_log log;

    assay_findings_reset(&findings);
    cr_assert_eq(assay_log_open(&log, text, NULL, &findings, &error), 0, "%s", error.what);
    cr_expect_str_eq(assay_log_format_name(&log), "txtstat");
    cr_expect_eq(log.header.stage, ASSAY_STAGE_LAUNCH);
    cr_expect_not(assay_log_events_last(&log));
    cr_assert_eq(assay_replay_begin(&replay, &log.header, hashes, NULL), 0);
    while (assay_log_next(&log, &event) > 0)
        cr_assert_eq(assay_replay_event(&replay, &event), 0);
    cr_expect_eq(log.error.kind, 0, "%s", log.error.what);
    assay_log_close(&log);
    assay_hashes_free(&hashes);
}

Test(txtstat, the_text_of_a_log_folds_to_the_values_of_the_log)
{
    static const struct {
        const char *name;
        uint16_t alg;
        unsigned pcr;
        const char *value;
    } rows[] = {
        { "txtstat-tpm12.txt", ASSAY_ALG_SHA1, 17, "772c1ed57e8e212cd3d79bf38f43aeda8ab8d11d" },
        { "txtstat-tpm12.txt", ASSAY_ALG_SHA1, 18, "5d836d0f427fe7ec0989ed411afada5b82f7298f" },
        { "txtstat-tpm12.txt", ASSAY_ALG_SHA1, 19, "c4bbd38b0615f00ce041966ac3416fe9a5ec1953" },
        { "txtstat-banks.txt", ASSAY_ALG_SHA1, 17, "d35f9c87420140b77baf60f203296b8925095b1d" },
        { "txtstat-banks.txt", ASSAY_ALG_SHA256, 17,
          "815074b931ab50015fed89f809a78976c224c13f63e3f9c204295c042e59341c" },
        { "txtstat-agile.txt", ASSAY_ALG_SHA1, 18, "bdbd4b98c177068470242d1806f286f8bff50f09" },
        { "txtstat-agile.txt", ASSAY_ALG_SHA256, 18,
          "aad1b79ddda01ebaa7130030d65103b9cf8bb749eb8be1d111717e215b058f07" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        fold(load(rows[i].name));
        expect_pcr(&replay, rows[i].alg, rows[i].pcr, rows[i].value);
        cr_expect_eq(findings.seen[ASSAY_FINDING_TXTSTAT_CUT], 0, "%s", rows[i].name);
        cr_expect_eq(findings.seen[ASSAY_FINDING_TXTSTAT_LAUNCHES], 0, "%s", rows[i].name);
        cr_expect_eq(findings.seen[ASSAY_FINDING_BANK_MISSING], 0, "%s", rows[i].name);
    }
}

/* The text says the same as the log it was printed from, but for where it stands. */
static void expect_same(const char *text, const char *binary)
{
    static assay_log a, b;
    assay_event x, y;

    cr_assert_eq(assay_log_open(&a, load(text), NULL, NULL, NULL), 0);
    cr_assert_eq(assay_log_open(&b, load(binary), NULL, NULL, NULL), 0);
    cr_expect_eq(a.header.bank_count, b.header.bank_count);
    while (assay_log_next(&b, &y) > 0) {
        cr_assert_eq(assay_log_next(&a, &x), 1, "%s: %s", text, a.error.what);
        cr_expect(assay_event_equal(&x, &y), "%s: event %u", text, y.number);
        cr_expect_eq(x.only_bank, y.only_bank, "%s: event %u", text, y.number);
    }
    cr_expect_eq(assay_log_next(&a, &x), 0);
    assay_log_close(&a);
    assay_log_close(&b);
}

Test(txtstat, the_text_of_a_log_says_the_same)
{
    expect_same("txtstat-tpm12.txt", "txt-container.bin");
    expect_same("txtstat-banks.txt", "txt-heap-banks.bin");
    expect_same("txtstat-agile.txt", "txt-heap-agile.bin");
}

/* Words. */

#define ZEROS_20 "00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 "
#define ONES_32                                                                                    \
    "11 11 11 11 11 11 11 11 11 11 11 11 11 11 11 11 "                                             \
    "11 11 11 11 11 11 11 11 11 11 11 11 11 11 11 11 "
#define EVENT(digest)                                                                              \
    "Event:\nPCRIndex: 17\nType: 0x402\nDigest: " digest "\nData: 2 bytes\n0a ff\n"
#define TCG_EVENT                                                                                  \
    "TCG Event:\npcr_index: 17\nevent_type: 0x402\ncount: 2\nSHA1:\n" ZEROS_20                     \
    "\nSHA256:\n" ONES_32 "\nevent_data: 2 bytes\n0a ff\n"
#define POINTER(last) "EVENT_LOG_POINTER:\nEvent Log Container:\nEventsOffset: [48," last "]\n"
enum { NOWHERE = 99 /* at the start of the text */ };
#define WHOLE POINTER("82") EVENT(ZEROS_20) /* 34 bytes in a binary log */

/* The only event of a text. */
static void expect_event(const char *text, uint16_t digests)
{
    assay_error error;
    assay_event event;
    assay_log log;

    assay_findings_reset(&findings);
    cr_assert_eq(assay_log_open(&log, assay_bytes_of_string(text), NULL, &findings, &error), 0,
                 "%s: %s", text, error.what);
    cr_assert_eq(assay_log_next(&log, &event), 1, "%s: %s", text, log.error.what);
    cr_expect_eq(event.pcr_index, 17, "%s", text);
    cr_expect_eq(event.type, TXT_EVTYPE_HASH_START, "%s", text);
    cr_assert_eq(event.digest_count, digests, "%s", text);
    cr_expect_eq(event.digests[0].alg, ASSAY_ALG_SHA1, "%s", text);
    cr_expect_eq(event.digests[0].value.size, 20, "%s", text);
    cr_expect(assay_bytes_all(event.digests[0].value, 0), "%s", text);
    if (digests == 2)
        cr_expect(assay_bytes_all(event.digests[1].value, 0x11), "%s", text);
    cr_expect(assay_bytes_equal(event.data, ASSAY_LITERAL("\x0a\xff")), "%s", text);
    cr_expect_eq(assay_log_next(&log, &event), 0, "%s: %s", text, log.error.what);
    assay_log_close(&log);
}

Test(txtstat, what_mails_and_lines_add_is_dropped)
{
    static const char *const texts[] = {
        WHOLE,
        "TBOOT: EVENT_LOG_POINTER:\nTBOOT: EventsOffset: [48,82]\nTBOOT: \t\t\t Event:\n"
        "TBOOT: PCRIndex: 17\nTBOOT: Type: 0x402\nTBOOT: Digest: " ZEROS_20
        "\nTBOOT: Data: 2 bytes\n\t\t 0a ff \n",
        "> EVENT_LOG_POINTER:\r\n>> EventsOffset:\r\n> [48,82]\r\n> Event: PCRIndex:\r\n> 17 Type:"
        " 0x402\r\n> > Digest: 00 00 00\r\n>00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00\r\n"
        "| 00 Data: 2\r\n> bytes\r\n> 0a\r\n> ff\r\n",
        "[    0.000000] TBOOT: EVENT_LOG_POINTER:\n[1.5] EventsOffset: [48,82]\n"
        "2020-01-15 12:34:56.789 Event:\n12:34:56 PCRIndex: 17\n[2020-01-15T12:34:56Z] Type: "
        "0x402\n"
        "Jan 15 12:34:56 host kernel: TBOOT: Digest: " ZEROS_20 "\n12:34:57.5 Data: 2 bytes\n"
        "[3.5]  0a ff\n",
        "TBOOT: EVENT_LOG_POINTER: TBOOT: EventsOffset: [48,82] TBOOT: Event: TBOOT: PCRIndex: 17 "
        "TBOOT: Type: 0x402 TBOOT: Digest: " ZEROS_20 " TBOOT: Data: 2 bytes 0a ff TBOOT: end",
        "TBOOT: TXT.STS: 0x0001\nTBOOT: \t bios_acm_id: \n\tff ff ff ff 30 06\nTBOOT: Type: "
        "8\n" WHOLE
        "TBOOT: mle_hash:\n\t48 b7 65 af 30 0a b0 db f4 1c 29 a3 0d b7 3a 3a fc 37 0f 1d\n",
    };

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        expect_event(texts[i], 1);
        cr_expect_eq(findings.seen[ASSAY_FINDING_TXTSTAT_CUT], 0, "text %zu", i);
    }
    /* 12 + 2 + 16 + 2 + 20 + 2 + 32, and no header */
    expect_event("TCG EVENT_LOG_PTR:\nEventsOffset: [0,72]\n" TCG_EVENT, 2);
    cr_expect_eq(findings.count, 0);
    expect_event("TCG EVENT_LOG_PTR:\nEventsOffset: [0,72]\nTCG Event:\npcr_index: 17\n"
                 "event_type: 0x402\ncount: 2\nalg 0004:\n" ZEROS_20 "\nalg 000B\n" ONES_32
                 "\nevent_data: 2 bytes\n0a ff\n",
                 2);
}

Test(txtstat, bytes_behind_a_sha1_digest_are_left_out)
{
    expect_event(POINTER("82") EVENT(ZEROS_20 "00 00 00 00 00 00 00 00 00 00 d8 9b"), 1);
    cr_expect_eq(findings.seen[ASSAY_FINDING_TXTSTAT_STALE], 1);
    expect_event("TCG EVENT_LOG_PTR:\nTCG Event:\npcr_index: 17\nevent_type: 0x402\ncount: 1\n"
                 "SHA1:\n" ZEROS_20 "00 00 00 00 00 00 00 00 00 00 d8 9b\n"
                 "event_data: 2 bytes\n0a ff\n",
                 1);
    cr_expect_eq(findings.seen[ASSAY_FINDING_TXTSTAT_STALE], 1);
}

/* A log of one bank may be of an algorithm that only its head names, or its digest's size. */
Test(txtstat, the_bank_of_a_digest_is_the_logs_or_by_its_size)
{
    static const struct {
        const char *text;
        uint16_t alg, only_bank;
    } cases[] = {
        { "EVENT_LOG_PTR:\nAlg: 18\n" EVENT(ONES_32), ASSAY_ALG_SM3_256, ASSAY_ALG_SM3_256 },
        { "EVENT_LOG_PTR:\nAlg: 11\n" EVENT(ONES_32), ASSAY_ALG_SHA256, ASSAY_ALG_SHA256 },
        { "EVENT_LOG_PTR:\nAlg: 11\n" EVENT(ZEROS_20), ASSAY_ALG_SHA1, ASSAY_ALG_SHA1 },
        { "TBOOT: " EVENT(ONES_32), ASSAY_ALG_SHA256, ASSAY_ALG_SHA256 },
        { "TBOOT: " EVENT(ZEROS_20), ASSAY_ALG_SHA1, 0 },
        { "EVENT_LOG_POINTER:\nAlg: 11\n" EVENT(ZEROS_20), ASSAY_ALG_SHA1, 0 },
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assay_event event;
        assay_log log;

        cr_assert_eq(assay_log_open(&log, assay_bytes_of_string(cases[i].text), NULL, NULL, NULL),
                     0);
        cr_assert_eq(assay_log_next(&log, &event), 1, "%s", log.error.what);
        cr_expect_eq(event.digests[0].alg, cases[i].alg, "case %zu", i);
        cr_expect_eq(event.only_bank, cases[i].only_bank, "case %zu", i);
        cr_expect_eq(log.header.banks[0].alg, cases[i].alg, "case %zu", i);
        assay_log_close(&log);
    }
}

/* Launches. */

static const struct launches {
    const char *what, *text;
    uint32_t events;
    unsigned first; /* which PCRIndex of the text is the first event's, from 0 */
    unsigned others, cut;
    unsigned place; /* which EVENT_LOG_POINTER the first finding is about */
} launches[] = {
    { "the log before a launch is no launch", POINTER("48") WHOLE, 1, 0, 0, 0, 0 },
    { "the last of two is read", WHOLE WHOLE, 1, 1, 1, 0, 0 },
    { "three launches", WHOLE WHOLE WHOLE, 1, 2, 2, 0, 0 },
    { "the last that is whole is read", WHOLE POINTER("200") EVENT(ZEROS_20), 1, 0, 0, 1, 1 },
    { "a launch with a fault is not whole", WHOLE POINTER("82") "Event: PCRIndex: 17 Type: x", 1, 0,
      0, 1, 1 },
    { "the first failed", POINTER("82") "Event: PCRIndex: 17 Type: x\n" WHOLE, 1, 1, 1, 0, 0 },
    { "what tboot extends later is of the launch", WHOLE "TBOOT: x\n" EVENT(ZEROS_20), 2, 0, 0, 0,
      0 },
    { "fewer records than the log has", POINTER("200") EVENT(ZEROS_20), 1, 0, 0, 1, 0 },
    { "the start of the launch is cut off", "TBOOT: " EVENT(ZEROS_20) EVENT(ZEROS_20), 2, 0, 0, 1,
      NOWHERE },
    { "the first record is cut off",
      "TBOOT: Digest: " ZEROS_20 "\nData: 2 bytes\n0a ff\n" EVENT(ZEROS_20), 1, 0, 0, 2, NOWHERE },
    { "the first record is cut off in its data", "00 00 00 \nTBOOT: x\n" EVENT(ZEROS_20), 1, 0, 0,
      2, NOWHERE },
    { "after a cut launch, a whole one", "TBOOT: " EVENT(ZEROS_20) WHOLE, 1, 1, 1, 0, NOWHERE },
    { "no event log", "TBOOT: TCG EVENT_LOG_PTR:\nTBOOT: No Event Log found.\n", 0, 0, 0, 0, 0 },
};

/* Where the text has `word` for the nth time, from 0. */
static uint64_t nth(const char *text, const char *word, unsigned n)
{
    const char *at = strstr(text, word);

    for (; at != NULL && n > 0; n--)
        at = strstr(at + 1, word);
    cr_assert_not_null(at, "%s", word);
    return (uint64_t)(at - text);
}

static void expect_launch(const struct launches *row)
{
    assay_event event;
    assay_log log;
    uint32_t count = 0;

    assay_findings_reset(&findings);
    cr_assert_eq(assay_log_open(&log, assay_bytes_of_string(row->text), NULL, &findings, NULL), 0);
    for (; assay_log_next(&log, &event) > 0; count++)
        if (count == 0)
            cr_expect_eq(event.offset, nth(row->text, "PCRIndex:", row->first), "%s: %zu",
                         row->what, (size_t)event.offset);
    cr_expect_eq(log.error.kind, 0, "%s: %s", row->what, log.error.what);
    assay_log_close(&log);
    cr_expect_eq(count, row->events, "%s", row->what);
    cr_expect_eq(findings.seen[ASSAY_FINDING_TXTSTAT_LAUNCHES], row->others, "%s", row->what);
    cr_expect_eq(findings.seen[ASSAY_FINDING_TXTSTAT_CUT], row->cut, "%s", row->what);
    if (row->others + row->cut > 0)
        cr_expect_eq(findings.list[0].offset,
                     row->place == NOWHERE ? 0 : nth(row->text, "EVENT_LOG_POINTER:", row->place),
                     "%s: %zu", row->what, (size_t)findings.list[0].offset);
}

Test(txtstat, the_last_whole_launch_is_read_and_the_others_are_said)
{
    for (size_t i = 0; i < sizeof launches / sizeof *launches; i++)
        expect_launch(&launches[i]);
}

/* Faults. */

#define HEADER(algs)                                                                               \
    "TCG EVENT_LOG_PTR:\nTCG Event Log Header:\npcr_index: 0\nevent_type: 3\n"                     \
    "digest: \nevent_data_size: 37\nheader event data:\n"                                          \
    "signature: Spec ID Event03\nplatform_class: 0\nspec_version_major: 2\n"                       \
    "spec_version_minor: 0\nspec_errata: 0\nuintn_size: 2\n" algs
#define TCG "TCG EVENT_LOG_PTR:\nTCG Event:\npcr_index: 17\nevent_type: 0x402\n"

static const struct fault {
    const char *what, *text, *field;
    int kind;
    uint32_t events; /* before the fault */
    const char *at;  /* with this the text goes on at the fault */
} faults[] = {
    { "the text ends after a field's name", POINTER("82") "PCRIndex:", "PCRIndex", ASSAY_TRUNCATED,
      0, "" },
    { "no number", POINTER("82") "PCRIndex: many", "PCRIndex", ASSAY_MALFORMED, 0, "many" },
    { "a number too large", POINTER("82") "PCRIndex: 4294967296", "PCRIndex", ASSAY_MALFORMED, 0,
      "4294967296" },
    { "a field is missing", POINTER("82") "PCRIndex: 17 Digest: 00", "Type", ASSAY_MALFORMED, 0,
      "Digest:" },
    { "txt-stat itself refused", POINTER("82") "PCRIndex: 99 Wrong Event Log.", "Type",
      ASSAY_MALFORMED, 0, "Wrong Event Log." },
    { "a digest of 3 bytes", POINTER("82") "PCRIndex: 17 Type: 0x402 Digest: 01 02 03 Data:",
      "Digest", ASSAY_MALFORMED, 0, "01 02 03 Data:" },
    { "the text ends in a digest", POINTER("82") "PCRIndex: 17 Type: 0x402 Digest: 01 02 03\n",
      "Digest", ASSAY_TRUNCATED, 0, "01 02 03\n" },
    { "less data than announced",
      WHOLE "PCRIndex: 17 Type: 0x402 Digest: " ZEROS_20 "Data: 3 bytes 01 02 TBOOT:", "Data",
      ASSAY_TRUNCATED, 1, "" },
    { "other words in the data",
      WHOLE "PCRIndex: 17 Type: 0x402 Digest: " ZEROS_20 "Data: 3 bytes 01 02 sinit", "Data",
      ASSAY_MALFORMED, 1, "sinit" },
    { "a bank twice in an event", TCG "count: 17 SHA1: " ZEROS_20 "SHA1: ", "digests",
      ASSAY_MALFORMED, 0, "SHA1: " },
    { "an algorithm without a name", TCG "count: 1 Unsupported algorithm: 39", "digests",
      ASSAY_MALFORMED, 0, "Unsupported" },
    { "a digest of SHA-256 with 20 bytes",
      TCG "count: 1 SHA256: " ZEROS_20 "event_data:", "digests", ASSAY_MALFORMED, 0, "SHA256:" },
    { "a version that is more than a byte",
      "TCG EVENT_LOG_PTR:\nTCG Event Log Header:\npcr_index: 0\nevent_type: 3\n"
      "digest: \nevent_data_size: 37\nheader event data:\n"
      "signature: Spec ID Event03\nplatform_class: 0\nspec_version_major: 256",
      "TCG_EfiSpecIDEvent", ASSAY_MALFORMED, 0, "" },
    { "a header of no banks", HEADER("number_of_algorithms: 0 x"), "numberOfAlgorithms",
      ASSAY_MALFORMED, 0, "number_of_algorithms: 0" },
    { "a bank twice",
      HEADER("number_of_algorithms: 2 algorithm_id: 0x4 digest_size: 20 algorithm_id: 0x0004 "
             "digest_size: 20"),
      "algorithmId", ASSAY_MALFORMED, 0, "algorithm_id: 0x0004" },
    { "a bank of another size", HEADER("number_of_algorithms: 1 algorithm_id: 0x4 digest_size: 21"),
      "digestSize", ASSAY_MALFORMED, 0, "algorithm_id: 0x4" },
    { "a log inside another",
      HEADER("number_of_algorithms: 1 algorithm_id: 0x4 digest_size: 20 vendor_info: 0 bytes\n")
          TCG_EVENT
      "TCG Event Log Header: digest: signature: Spec ID Event03 platform_class: 0 "
      "spec_version_major: 2 spec_version_minor: 0 spec_errata: 0 uintn_size: 2 "
      "number_of_algorithms: 1 algorithm_id: 0x4 digest_size: 20 vendor_info: 0 bytes",
      "TCG Event Log Header", ASSAY_MALFORMED, 2, "Header: digest:" },
};

static void expect_fault(const struct fault *row)
{
    const assay_bytes text = assay_bytes_of_string(row->text);
    const reading reading = read_log(text, NULL, &findings);

    cr_expect_eq(reading.status, -row->kind, "%s: %s", row->what, reading.error.what);
    cr_expect_eq(reading.events, row->events, "%s: %u", row->what, reading.events);
    cr_assert_leq(reading.error.offset, text.size, "%s", row->what);
    cr_expect(strncmp(row->text + reading.error.offset, row->at, strlen(row->at)) == 0, "%s: at %s",
              row->what, row->text + reading.error.offset);
    cr_expect(row->at[0] != '\0' || reading.error.offset == text.size, "%s", row->what);
    cr_assert_not_null(reading.error.field, "%s", row->what);
    cr_expect_str_eq(reading.error.field, row->field, "%s", row->what);
}

Test(txtstat, a_fault_is_refused_where_it_stands)
{
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++)
        expect_fault(&faults[i]);
}

Test(txtstat, detection_takes_texts_with_tboots_words)
{
    static const struct {
        assay_bytes bytes;
        bool taken;
    } cases[] = {
        { ASSAY_LITERAL("TBOOT: no event log at all\n"), true },
        { ASSAY_LITERAL("TCG Event:\n"), true },
        { ASSAY_LITERAL("- EventNum: 1\n  PCRIndex: 0\n  EventType: EV_POST_CODE\n"), false },
        { ASSAY_LITERAL("\0\0\0\0TBOOT: EVENT_LOG_PTR:"), false },
        { ASSAY_LITERAL("\x1b[1mTBOOT: EVENT_LOG_PTR:"), false },
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const reading reading = read_log(cases[i].bytes, NULL, NULL);

        cr_expect_eq(reading.format != NULL && strcmp(reading.format, "txtstat") == 0,
                     cases[i].taken, "case %zu", i);
    }
}

/* Every beginning and every end of a text can be read, and nothing of it is invented. */
Test(txtstat, every_part_of_a_text_is_read_or_refused)
{
    static const char *const names[] = { "txtstat-tpm12.txt", "txtstat-agile.txt" };

    for (size_t n = 0; n < 2; n++) {
        const assay_bytes text = load(names[n]);

        for (size_t at = 0; at < text.size; at += 7) {
            const assay_bytes parts[] = { { text.data, at }, { text.data + at, text.size - at } };

            for (size_t p = 0; p < 2; p++) {
                const reading reading = read_log(parts[p], "txtstat", &findings);

                cr_expect(reading_explained(&reading, parts[p].size) || parts[p].size == 0);
                cr_expect_leq(reading.events, 20);
            }
        }
    }
}

/* Writing. */

Test(txtstat, logs_of_txt_are_written_and_read_back)
{
    static const char *const names[] = { "txt-container.bin",  "txt-container-skl.bin",
                                         "txt-sha256.bin",     "txt-heap-banks.bin",
                                         "txt-heap-agile.bin", "coreboot-tpm2.bin" };

    for (size_t n = 0; n < sizeof names / sizeof *names; n++) {
        assay_writer once = assay_writer_growing(CEILING), twice = assay_writer_growing(CEILING);
        static assay_log a, b;
        assay_event x, y;
        assay_error error;

        cr_assert_eq(copy_log(load(names[n]), "txtstat", &once, &error), 0, "%s: %s", names[n],
                     error.what);
        cr_assert_eq(assay_log_open(&a, load(names[n]), NULL, NULL, NULL), 0);
        cr_assert_eq(assay_log_open(&b, assay_written(&once), NULL, &findings, NULL), 0);
        while (assay_log_next(&a, &x) > 0) {
            cr_assert_eq(assay_log_next(&b, &y), 1, "%s: %s", names[n], b.error.what);
            cr_expect(assay_event_equal(&x, &y), "%s: event %u", names[n], x.number);
            cr_expect_eq(x.only_bank, y.only_bank, "%s: event %u", names[n], x.number);
        }
        cr_expect_eq(assay_log_next(&b, &y), 0);
        cr_expect_eq(findings.seen[ASSAY_FINDING_TXTSTAT_CUT], 0, "%s", names[n]);
        assay_log_close(&a);
        assay_log_close(&b);
        cr_assert_eq(copy_log(assay_written(&once), NULL, &twice, &error), 0, "%s", error.what);
        cr_expect(assay_bytes_equal(assay_written(&once), assay_written(&twice)), "%s", names[n]);
        assay_writer_close(&once);
        assay_writer_close(&twice);
    }
}

Test(txtstat, what_tboot_has_no_words_for_is_not_written)
{
    static const char *const texts[] = {
        "assay-log 1 0x7123/4\n17 0x402 = 0x7123:01020304\n",
        "assay-log 1 sha3_256\n17 0x402\n",
        "assay-log 1 sha384\nmeasurement-registers\n1 EV_SEPARATOR u32:0\n",
        "assay-log 1 sha1\n17 0x402 = only:sha1\n17 0x402 = sha1\n",
    };

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        assay_writer w = assay_writer_growing(CEILING);
        assay_error error;

        cr_expect_eq(copy_log(assay_bytes_of_string(texts[i]), "txtstat", &w, &error),
                     -ASSAY_UNSUPPORTED, "text %zu", i);
        assay_writer_close(&w);
    }
}
