/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Intel TXT's logs (eventlog/format/{txt,txt2,heap}.c), on the logs that
 * fixtures/logs/txt.py makes from the specification. It prints the PCR values below.
 */
#include <criterion/criterion.h>

#include "base/file.h"
#include "base/hex.h"
#include "eventlog/types.h"
#include "replay/replay.h"
#include "tests/reading.h"

#include <stdio.h>
#include <stdlib.h>

enum { CEILING = 1 << 20 };

static assay_findings findings;

static assay_file fixture(const char *name)
{
    char path[100];
    assay_error error;
    assay_file file;

    snprintf(path, sizeof path, "fixtures/logs/%s.bin", name);
    cr_assert_eq(assay_file_read(&file, path, CEILING, &error), 0, "%s", error.what);
    return file;
}

typedef struct log_row {
    const char *name, *format, *why;
    uint32_t events;
    uint64_t end; /* of the last event, counted by txt.py */
} log_row;

static const log_row logs[] = {
    { "txt-container", "txt", "\"TXT Event Container\" at the start", 7, 392 },
    { "txt-container-skl", "txt",
      "\"TXT Event Container\" in the vendor information of the first record", 3, 190 },
    { "txt-sha256", "txt2", "\"FRMT ID EVENT00\" in the first record", 20, 1001 },
    { "txt-heap-tpm12", "heap", "TXT.HEAP.BASE and TXT.HEAP.SIZE, then a TXT heap's BiosData", 7,
      84 + 392 },
    { "txt-heap-banks", "heap", "a TXT heap's BiosData at the start", 39, 2108 + 1001 },
    { "txt-heap-agile", "heap", "a TXT heap's BiosData at the start", 20, 124 + 1542 },
};

enum { LOGS = sizeof logs / sizeof *logs };

Test(txt_logs, each_is_detected_by_its_mark_and_read_to_its_end)
{
    for (size_t i = 0; i < LOGS; i++) {
        assay_file file = fixture(logs[i].name);
        assay_log log;

        cr_assert_eq(assay_log_open(&log, file.bytes, NULL, NULL, NULL), 0);
        cr_expect_str_eq(assay_log_format_name(&log), logs[i].format);
        cr_expect_str_eq(log.why, logs[i].why);
        assay_log_close(&log);
        const reading reading = read_log(file.bytes, NULL, &findings);
        cr_expect_eq(reading.status, 0, "%s: %s", logs[i].name, reading.error.what);
        cr_expect_eq(reading.events, logs[i].events, "%s: %u", logs[i].name, reading.events);
        cr_expect_eq(reading.end, logs[i].end, "%s", logs[i].name);
        cr_expect_eq(findings.seen[ASSAY_FINDING_TXT_HEADER], 0);
        cr_expect_eq(findings.seen[ASSAY_FINDING_PCR_RANGE], 0, "PCRMAPPING has PCR index 255");
        cr_expect_eq(findings.seen[ASSAY_FINDING_BANK_MISSING], 0);
        assay_file_close(&file);
    }
}

static const struct {
    const char *name;
    uint16_t alg;
    unsigned pcr;
    const char *value;
    enum assay_hash_start hash_start;
} folds[] = {
    { "txt-container", ASSAY_ALG_SHA1, 17, "772c1ed57e8e212cd3d79bf38f43aeda8ab8d11d",
      ASSAY_HASH_START_RESULT },
    { "txt-container", ASSAY_ALG_SHA1, 18, "5d836d0f427fe7ec0989ed411afada5b82f7298f",
      ASSAY_HASH_START_RESULT },
    { "txt-heap-tpm12", ASSAY_ALG_SHA1, 19, "c4bbd38b0615f00ce041966ac3416fe9a5ec1953",
      ASSAY_HASH_START_RESULT },
    { "txt-sha256", ASSAY_ALG_SHA256, 17,
      "815074b931ab50015fed89f809a78976c224c13f63e3f9c204295c042e59341c", ASSAY_HASH_START_RESULT },
    { "txt-sha256", ASSAY_ALG_SHA256, 18,
      "aad1b79ddda01ebaa7130030d65103b9cf8bb749eb8be1d111717e215b058f07", ASSAY_HASH_START_RESULT },
    { "txt-heap-banks", ASSAY_ALG_SHA1, 17, "d35f9c87420140b77baf60f203296b8925095b1d",
      ASSAY_HASH_START_INPUT },
    { "txt-heap-banks", ASSAY_ALG_SHA1, 18, "bdbd4b98c177068470242d1806f286f8bff50f09",
      ASSAY_HASH_START_INPUT },
    { "txt-heap-banks", ASSAY_ALG_SHA256, 17,
      "815074b931ab50015fed89f809a78976c224c13f63e3f9c204295c042e59341c", ASSAY_HASH_START_INPUT },
    { "txt-heap-agile", ASSAY_ALG_SHA1, 17, "d35f9c87420140b77baf60f203296b8925095b1d",
      ASSAY_HASH_START_INPUT },
    { "txt-heap-agile", ASSAY_ALG_SHA256, 18,
      "aad1b79ddda01ebaa7130030d65103b9cf8bb749eb8be1d111717e215b058f07", ASSAY_HASH_START_INPUT },
};

static void fold(assay_bytes bytes, assay_hashes *hashes, assay_replay *replay)
{
    assay_log log;
    assay_event event;

    cr_assert_eq(assay_log_open(&log, bytes, NULL, NULL, NULL), 0);
    cr_assert_eq(assay_replay_begin(replay, &log.header, hashes, NULL), 0);
    while (assay_log_next(&log, &event) > 0)
        cr_assert_eq(assay_replay_event(replay, &event), 0);
    assay_log_close(&log);
}

Test(txt_logs, each_folds_to_the_values_of_its_maker)
{
    assay_hashes *hashes = assay_hashes_new();

    for (size_t i = 0; i < sizeof folds / sizeof *folds; i++) {
        assay_file file = fixture(folds[i].name);
        static assay_replay replay;
        uint8_t value[ASSAY_DIGEST_MAX];
        const size_t size = strlen(folds[i].value) / 2;

        fold(file.bytes, hashes, &replay);
        assay_hex_decode(assay_bytes_of_string(folds[i].value), value, size);
        cr_expect(assay_bytes_equal(assay_pcrs_value(&replay.pcrs, folds[i].alg, folds[i].pcr),
                                    assay_bytes_of(value, size)),
                  "%s PCR %u", folds[i].name, folds[i].pcr);
        const assay_replay_bank *const bank = assay_replay_bank_of(&replay, folds[i].alg);
        cr_expect_eq(bank->hash_start, folds[i].hash_start, "%s", folds[i].name);
        cr_expect_eq(bank->incomplete, 0, "a log of one bank leaves no other incomplete");
        assay_file_close(&file);
    }
    assay_hashes_free(&hashes);
}

Test(txt_logs, the_events_of_a_container_are_where_the_specification_puts_them)
{
    assay_file file = fixture("txt-container");
    assay_log log;
    assay_event event;

    cr_assert_eq(assay_log_open(&log, file.bytes, NULL, NULL, NULL), 0);
    cr_assert_eq(assay_log_next(&log, &event), 1);
    cr_expect_eq(event.offset, 48);
    cr_expect_eq(event.pcr_index, 255);
    cr_expect_eq(event.type, TXT_EVTYPE_PCRMAPPING);
    cr_expect_eq(event.data_offset, 48 + 32);
    cr_assert_eq(assay_log_next(&log, &event), 1);
    cr_expect_eq(event.offset, 48 + 32 + 4);
    cr_expect_eq(event.type, TXT_EVTYPE_HASH_START);
    cr_expect_eq(event.data.size, 36);
    cr_expect_eq(event.digest_count, 1);
    cr_expect_eq(event.digests[0].alg, ASSAY_ALG_SHA1);
    while (assay_log_next(&log, &event) > 0)
        ;
    cr_expect_eq(log.tail, ASSAY_TAIL_ZEROS);
    cr_expect_eq(log.tail_offset, 392);
    assay_file_close(&file);
}

Test(txt_logs, logs_of_several_banks_follow_each_other_and_speak_for_one_bank_each)
{
    assay_file file = fixture("txt-heap-banks");
    uint32_t of_sha1 = 0, of_sha256 = 0, headers = 0;
    assay_log log;
    assay_event event;

    cr_assert_eq(assay_log_open(&log, file.bytes, NULL, NULL, NULL), 0);
    cr_assert_eq(log.header.bank_count, 2);
    cr_expect_eq(log.header.banks[0].alg, ASSAY_ALG_SHA1);
    cr_expect_eq(log.header.banks[1].alg, ASSAY_ALG_SHA256);
    cr_expect_eq(log.header.banks[1].size, 32);
    while (assay_log_next(&log, &event) > 0) {
        headers += event.only_bank == 0;
        of_sha1 += event.only_bank == ASSAY_ALG_SHA1;
        of_sha256 += event.only_bank == ASSAY_ALG_SHA256;
        cr_expect(of_sha256 == 0 || event.only_bank != ASSAY_ALG_SHA1);
        cr_expect(event.only_bank == 0 || event.digests[0].alg == event.only_bank);
    }
    cr_expect_eq(headers, 1);
    cr_expect_eq(of_sha1, 19);
    cr_expect_eq(of_sha256, 19);
    assay_file_close(&file);
}

/* Written again: the same events, and from then on the same bytes. */
static void check_copy(const char *name, assay_bytes bytes, const char *to)
{
    assay_writer first = assay_writer_growing(CEILING), second = assay_writer_growing(CEILING);
    assay_error error = { 0 };
    assay_log a, b;
    assay_event x, y;
    int more;

    cr_assert_eq(copy_log(bytes, to, &first, &error), 0, "%s to %s: %s", name, to, error.what);
    cr_assert_eq(assay_log_open(&a, bytes, NULL, NULL, NULL), 0);
    cr_assert_eq(assay_log_open(&b, assay_written(&first), NULL, NULL, &error), 0, "%s to %s: %s",
                 name, to, error.what);
    cr_expect_str_eq(assay_log_format_name(&b), to);
    do {
        more = assay_log_next(&a, &x);
        cr_assert_eq(more, assay_log_next(&b, &y), "%s to %s", name, to);
        /* ContainerSize is part of the header event around a container. */
        cr_expect(more <= 0 || assay_event_equal(&x, &y) ||
                      (x.type == EV_NO_ACTION && strcmp(name, "txt-container-skl") == 0),
                  "%s to %s: event %u", name, to, x.number);
    } while (more > 0);
    cr_assert_eq(copy_log(assay_written(&first), NULL, &second, &error), 0);
    cr_expect(assay_bytes_equal(assay_written(&first), assay_written(&second)), "%s to %s", name,
              to);
    assay_writer_close(&first);
    assay_writer_close(&second);
}

Test(txt_logs, each_is_written_back_and_into_a_heap_and_out_of_it)
{
    static const char *const own[LOGS] = { "txt", "txt", "txt2", "txt", "heap", "tcg2" };

    for (size_t i = 0; i < LOGS; i++) {
        assay_file file = fixture(logs[i].name);

        check_copy(logs[i].name, file.bytes, logs[i].format);
        check_copy(logs[i].name, file.bytes, "heap");
        check_copy(logs[i].name, file.bytes, own[i]);
        assay_file_close(&file);
    }
}

Test(txt_logs, a_log_without_a_finding_is_written_as_it_was)
{
    assay_file file = fixture("txt-sha256");
    assay_writer writer = assay_writer_growing(CEILING);
    assay_error error;

    read_log(file.bytes, NULL, &findings);
    cr_expect_eq(findings.count, 0);
    cr_expect_eq(copy_log(file.bytes, NULL, &writer, &error), 0);
    cr_expect(assay_bytes_equal(assay_written(&writer), file.bytes));
    assay_writer_close(&writer);
    assay_file_close(&file);
}

Test(txt_logs, a_written_container_is_its_input_without_the_unused_rest)
{
    static const char *const names[] = { "txt-container", "txt-container-skl" };
    static const struct {
        size_t used, size_at;
    } where[] = { { 392, 36 }, { 190, 57 + 36 } };

    for (size_t i = 0; i < 2; i++) {
        assay_file file = fixture(names[i]);
        assay_writer writer = assay_writer_growing(CEILING);
        assay_error error;

        cr_expect_eq(copy_log(file.bytes, NULL, &writer, &error), 0);
        cr_assert_eq(writer.used, where[i].used);
        cr_expect_eq(writer.data[where[i].size_at], where[i].used & 0xFF, "ContainerSize");
        cr_expect_eq(writer.data[where[i].size_at + 1], where[i].used >> 8);
        memcpy(writer.data + where[i].size_at, file.bytes.data + where[i].size_at, 4);
        cr_expect_eq(memcmp(writer.data, file.bytes.data, writer.used), 0, "%s", names[i]);
        assay_writer_close(&writer);
        assay_file_close(&file);
    }
}

Test(txt_logs, a_log_of_sha1_has_no_header_and_is_read_by_its_name)
{
    assay_file file = fixture("txt-heap-banks");
    const assay_bytes sha1 = assay_bytes_of(file.bytes.data + 60, 713);
    const reading reading = read_log(sha1, "txt2", &findings);
    assay_log log;

    cr_expect_eq(reading.status, 0, "%s", reading.error.what);
    cr_expect_eq(reading.events, 19);
    cr_assert_eq(assay_log_open(&log, sha1, NULL, NULL, NULL), 0);
    cr_expect_str_eq(assay_log_format_name(&log), "tcg12", "nothing in it tells that it is TXT's");
    assay_file_close(&file);
}

/* A fixture with some of its bytes changed is read to its end; how often `code` is found. */
static uint64_t found_after(const char *name, const uint8_t (*changes)[2], size_t count,
                            enum assay_finding_code code)
{
    assay_file file = fixture(name);
    uint8_t *const copy = malloc(file.bytes.size);

    memcpy(copy, file.bytes.data, file.bytes.size);
    for (size_t i = 0; i < count; i++)
        copy[changes[i][0]] = changes[i][1];
    const reading reading = read_log(assay_bytes_of(copy, file.bytes.size), NULL, &findings);
    cr_expect_eq(reading.status, 0, "%s: %s", name, reading.error.what);
    free(copy);
    assay_file_close(&file);
    return findings.seen[code];
}

Test(txt_logs, what_is_odd_about_a_header_is_said)
{
    static const struct {
        const char *name;
        uint8_t change[1][2]; /* byte, value */
    } odd[] = {
        { "txt-container", { { 20, 1 } } },    /* reserved */
        { "txt-container", { { 32, 2 } } },    /* ContainerVersionMajor */
        { "txt-container", { { 35, 1 } } },    /* PCREventVersionMinor */
        { "txt-container", { { 37, 5 } } },    /* ContainerSize beyond the input */
        { "txt-container-skl", { { 0, 1 } } }, /* PCRIndex of the record around it */
        { "txt-container-skl", { { 8, 1 } } }, /* its digest */
        { "txt-sha256", { { 0, 1 } } },        /* PCRIndex of the header */
        { "txt-sha256", { { 27, 1 } } },       /* its digest */
        { "txt-sha256", { { 48, 2 } } },       /* Revision */
    };

    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++)
        cr_expect_eq(found_after(odd[i].name, odd[i].change, 1, ASSAY_FINDING_TXT_HEADER), 1,
                     "row %zu", i);
}

Test(txt_logs, a_header_on_a_log_of_sha1_is_said_to_be_odd)
{
    assay_file file = fixture("txt-sha256");
    uint8_t header[60];

    memcpy(header, file.bytes.data, sizeof header);
    header[52] = 1;
    header[56] = 20;
    const reading reading = read_log(assay_bytes_of(header, sizeof header), NULL, &findings);
    cr_expect_eq(reading.status, 0, "%s", reading.error.what);
    cr_expect_eq(reading.events, 1);
    cr_expect_eq(findings.seen[ASSAY_FINDING_TXT_HEADER], 1);
    assay_file_close(&file);
}

Test(txt_logs, what_follows_a_container_is_said)
{
    static const uint8_t ends_with_records[][2] = { { 36, 392 & 0xFF }, { 37, 392 >> 8 } };
    assay_file file = fixture("txt-container");
    uint8_t more[393] = { 0 };

    cr_expect_eq(found_after("txt-container", ends_with_records, 2, ASSAY_FINDING_TAIL), 1);
    /* Its area has no rest, so that the byte behind it is the first that is left. */
    memcpy(more, file.bytes.data, 392);
    more[36] = 392 & 0xFF;
    more[37] = 392 >> 8;
    more[392] = 0xA5;
    cr_expect_eq(read_log(assay_bytes_of(more, sizeof more), NULL, &findings).status, 0);
    cr_expect_eq(findings.seen[ASSAY_FINDING_TAIL_GARBAGE], 1);
    assay_file_close(&file);
}

static int write_all(const char *from, const char *to, assay_error *error)
{
    assay_file file = fixture(from);
    assay_writer writer = assay_writer_growing(CEILING);
    const int status = copy_log(file.bytes, to, &writer, error);

    assay_writer_close(&writer);
    assay_file_close(&file);
    return status;
}

Test(txt_logs, a_bank_s_log_in_a_heap_may_lack_its_header)
{
    assay_file file = fixture("txt-heap-banks");
    uint8_t *const copy = malloc(file.bytes.size);

    memcpy(copy, file.bytes.data, file.bytes.size);
    copy[4308] = 60; /* FirstRecordOffset of the second log: behind the header */
    const reading reading = read_log(assay_bytes_of(copy, file.bytes.size), NULL, &findings);
    cr_expect_eq(reading.status, 0, "%s", reading.error.what);
    cr_expect_eq(reading.events, 38);
    cr_expect_eq(findings.seen[ASSAY_FINDING_TXT_HEADER], 1);
    free(copy);
    assay_file_close(&file);
}

Test(txt_logs, a_heap_has_one_log_a_bank_however_that_is_said)
{
    assay_file file = fixture("txt-heap-banks");
    uint8_t *const copy = malloc(file.bytes.size);
    assay_error error;
    assay_log log;

    memcpy(copy, file.bytes.data, file.bytes.size);
    copy[4292] = 0; /* HashAlgID of the second log: its header says that it is of SHA-256 */
    const reading reading = read_log(assay_bytes_of(copy, file.bytes.size), NULL, &findings);
    cr_expect_eq(reading.status, 0, "%s", reading.error.what);
    copy[4308] = 60; /* its FirstRecordOffset: behind the header, so that it is one of SHA-1 too */
    cr_expect_eq(assay_log_open(&log, assay_bytes_of(copy, file.bytes.size), NULL, NULL, &error),
                 -ASSAY_MALFORMED);
    cr_expect_str_eq(error.field, "HashAlgID");
    cr_expect_eq(error.offset, 4292);
    free(copy);
    assay_file_close(&file);
}

Test(txt_logs, what_a_format_has_no_room_for_is_refused)
{
    assay_error error;

    cr_expect_eq(write_all("txt-sha256", "txt", &error), -ASSAY_UNSUPPORTED);
    cr_expect_str_eq(error.field, "digest");
    cr_expect_eq(write_all("txt-heap-agile", "txt2", &error), -ASSAY_UNSUPPORTED);
    cr_expect_eq(error.offset, ASSAY_NO_OFFSET);
    cr_expect_eq(write_all("txt-heap-banks", "tcg12", &error), -ASSAY_UNSUPPORTED);
}

Test(txt_logs, a_bank_without_a_number_in_the_format_is_refused)
{
    const assay_log_header header = { .bank_count = 1, .banks = { { ASSAY_ALG_SHA3_256, 32 } } };
    assay_writer writer = assay_writer_growing(CEILING);
    assay_log_writer out;
    assay_error error;

    cr_expect_eq(assay_log_write_begin(&out, "txt2", &header, &writer, &error), -ASSAY_UNSUPPORTED);
    assay_writer_close(&writer);
}

Test(txt_logs, the_heap_keeps_the_events_of_a_bank_together)
{
    static const uint8_t digest[32];
    const assay_log_header header = {
        .bank_count = 2, .banks = { { ASSAY_ALG_SHA1, 20 }, { ASSAY_ALG_SHA256, 32 } }
    };
    const assay_event sha1 = { .pcr_index = 17,
                               .type = TB_EVTYPE_HASH,
                               .only_bank = ASSAY_ALG_SHA1,
                               .digest_count = 1,
                               .digests = { { ASSAY_ALG_SHA1, { digest, 20 } } },
                               .data = { digest, 0 } };
    assay_event sha256 = sha1, other = sha1;
    assay_writer writer = assay_writer_growing(CEILING);
    assay_log_writer out;
    assay_error error;

    sha256.only_bank = sha256.digests[0].alg = ASSAY_ALG_SHA256;
    sha256.digests[0].value.size = 32;
    other.only_bank = ASSAY_ALG_SHA384;
    cr_assert_eq(assay_log_write_begin(&out, "heap", &header, &writer, &error), 0);
    cr_expect_eq(assay_log_write_event(&out, &sha1, &error), 0);
    cr_expect_eq(assay_log_write_event(&out, &sha256, &error), 0);
    cr_expect_eq(assay_log_write_event(&out, &sha256, &error), 0);
    cr_expect_eq(assay_log_write_event(&out, &sha1, &error), -ASSAY_UNSUPPORTED);
    cr_expect_eq(assay_log_write_event(&out, &other, &error), -ASSAY_UNSUPPORTED);
    cr_expect_eq(assay_log_write_end(&out, &error), 0);
    cr_expect_eq(read_log(assay_written(&writer), NULL, NULL).events, 1 + 1 + 2);
    assay_writer_close(&writer);
}

Test(txt_logs, a_log_without_events_is_written_and_says_nothing)
{
    static const struct {
        const char *format;
        assay_log_header header;
    } empty[] = {
        { "txt", { .bank_count = 1, .banks = { { ASSAY_ALG_SHA1, 20 } } } },
        { "heap", { .bank_count = 1, .banks = { { ASSAY_ALG_SHA1, 20 } } } },
        { "heap", { .bank_count = 1, .banks = { { ASSAY_ALG_SHA256, 32 } } } },
    };

    for (size_t i = 0; i < sizeof empty / sizeof *empty; i++) {
        assay_writer writer = assay_writer_growing(CEILING);
        assay_log_writer out;
        assay_error error;

        cr_assert_eq(
            assay_log_write_begin(&out, empty[i].format, &empty[i].header, &writer, &error), 0);
        cr_assert_eq(assay_log_write_end(&out, &error), 0);
        const reading reading = read_log(assay_written(&writer), NULL, &findings);
        cr_expect_eq(reading.status, 0, "%s", reading.error.what);
        cr_expect_str_eq(reading.format, empty[i].format);
        cr_expect_eq(findings.seen[ASSAY_FINDING_EMPTY], 1);
        assay_writer_close(&writer);
    }
}
