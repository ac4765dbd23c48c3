/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * systemd's userspace log: that it explains what a machine's TPM held and its firmware's log
 * could not, what its records mean, and what is done with one that is not whole.
 */
#include <criterion/criterion.h>

#include "base/file.h"
#include "base/hash.h"
#include "replay/datacheck.h"
#include "replay/pcrvalues.h"
#include "replay/replay.h"
#include "tests/reading.h"

#include <unistd.h>

#define LOG "fixtures/logs/systemd.log"
#define MACHINE "fixtures/machines/k1-userspace-extends"

enum { CEILING = 1 << 20 };

static assay_findings findings;

static void load(const char *path, assay_file *file)
{
    assay_error error;

    if (access(path, R_OK) != 0)
        cr_skip_test("no fixtures");
    cr_assert_eq(assay_file_read(file, path, CEILING, &error), 0, "%s", error.what);
}

static unsigned replay_file(const char *path, assay_replay *replay, assay_hashes *hashes)
{
    assay_file file;
    assay_event event;
    assay_log log;
    unsigned count = 0;

    load(path, &file);
    cr_assert_eq(assay_log_open(&log, file.bytes, NULL, NULL, NULL), 0);
    if (hashes != NULL)
        cr_assert_eq(assay_replay_begin(replay, &log.header, hashes, NULL), 0);
    for (; assay_log_next(&log, &event) > 0; count++)
        cr_assert_eq(assay_replay_event(replay, &event), 0);
    cr_expect_eq(log.error.kind, 0, "%s", log.error.what);
    assay_log_close(&log);
    assay_file_close(&file);
    return count;
}

/* The truth is the TPM's. */
Test(systemd, the_userspace_log_explains_the_registers_that_the_firmware_s_does_not)
{
    static const unsigned measured[] = { 11, 12, 15, 23 };
    static assay_replay replay;
    static assay_pcrs truth;
    assay_hashes *hashes = assay_hashes_new();
    assay_error error;

    if (access(MACHINE, R_OK) != 0)
        cr_skip_test("no fixtures");
    cr_assert_eq(assay_pcrvalues_read(MACHINE "/pcrs.json", &truth, &error), 0, "%s", error.what);
    replay_file(MACHINE "/eventlog.bin", &replay, hashes);
    cr_expect_eq(replay_file(LOG, &replay, NULL), 7);
    for (size_t b = 0; b < replay.bank_count; b++)
        for (size_t i = 0; i < sizeof measured / sizeof *measured; i++)
            cr_expect(assay_bytes_equal(
                          assay_pcrs_value(&replay.pcrs, replay.banks[b].alg, measured[i]),
                          assay_pcrs_value(&truth, replay.banks[b].alg, measured[i])),
                      "PCR %u of bank 0x%04x", measured[i], replay.banks[b].alg);
    cr_expect_eq(replay.bank_count, 4);
    assay_hashes_free(&hashes);
}

Test(systemd, the_log_comes_back_to_the_byte)
{
    assay_writer writer = assay_writer_growing(CEILING);
    assay_error error;
    assay_file file;
    assay_log log;

    load(LOG, &file);
    cr_assert_eq(assay_log_open(&log, file.bytes, NULL, NULL, NULL), 0);
    cr_expect_str_eq(assay_log_format_name(&log), "systemd");
    cr_expect_eq(log.header.stage, ASSAY_STAGE_USERSPACE);
    cr_expect_eq(log.header.bank_count, 4);
    assay_log_close(&log);
    cr_assert_eq(copy_log(file.bytes, NULL, &writer, &error), 0, "%s", error.what);
    cr_expect(assay_bytes_equal(assay_written(&writer), file.bytes));
    assay_writer_close(&writer);
    assay_file_close(&file);
}

/* Meaning. Digests: printf enter-initrd | sha256sum. */

#define ENTER "51e6b92f405d1f98d96e3de343d61d420ad6923b25de21d766f9298192f14fed"
#define RECORD(place, digest, content)                                                             \
    "{" place ",\"digests\":[{\"hashAlg\":\"sha256\",\"digest\":\"" digest                         \
    "\"}],\"content_type\":\"systemd\",\"content\":{" content "}}"

static const struct meaning {
    const char *text, *summary;
    enum assay_outcome outcome;
} meanings[] = {
    { RECORD("\"pcr\":11", ENTER, "\"string\":\"enter-initrd\",\"eventType\":\"phase\""),
      "boot phase: enter-initrd", ASSAY_VERIFIED },
    { RECORD("\"pcr\":11", ENTER, "\"string\":\"leave-initrd\",\"eventType\":\"phase\""),
      "boot phase: leave-initrd", ASSAY_CONTRADICTED },
    { RECORD("\"pcr\":11", ENTER, "\"string\":\"enter-initrd\""), "systemd: enter-initrd",
      ASSAY_VERIFIED },
    { RECORD("\"pcr\":11", ENTER, "\"string\":\"another\""), "systemd: another",
      ASSAY_NOT_CHECKABLE },
    { RECORD("\"pcr\":11", ENTER, "\"string\":\"x\",\"eventType\":\"of-tomorrow\""),
      "of-tomorrow: x", ASSAY_NOT_CHECKABLE },
    { RECORD("\"pcr\":15", ENTER, "\"string\":\"cryptsetup:root:\",\"eventType\":\"volume-key\""),
      "key of an encrypted volume: cryptsetup:root:", ASSAY_NOT_CHECKABLE },
    /* systemd escapes and cuts what it logs, not what it hashes */
    { RECORD("\"pcr\":15", ENTER, "\"string\":\"file-system:a\\\\x20b\",\"eventType\":\"filesystem\""),
      "file system: file-system:a\\\\x20b", ASSAY_NOT_CHECKABLE },
    { RECORD("\"pcr\":15", ENTER, "\"string\":\"file-system:a...\",\"eventType\":\"filesystem\""),
      "file system: file-system:a...", ASSAY_NOT_CHECKABLE },
    { RECORD("\"nv_index\":30474241", ENTER, "\"nvIndexName\":\"hardware\",\"string\":\"enter-initrd\","
             "\"eventType\":\"product-id\""),
      "product ID (NvPCR hardware): enter-initrd", ASSAY_VERIFIED },
    { RECORD("\"nv_index\":30474241", ENTER, "\"nvIndexName\":\"cryptsetup\",\"string\":\"nvpcr-init:x\","
             "\"eventType\":\"nvpcr-init\""),
      "NvPCR set up (NvPCR cryptsetup): nvpcr-init:x", ASSAY_NOT_CHECKABLE },
};

Test(systemd, an_event_says_in_words_what_was_measured)
{
    assay_hashes *hashes = assay_hashes_new();

    for (size_t i = 0; i < sizeof meanings / sizeof *meanings; i++) {
        char text[256];
        assay_writer writer = assay_writer_lent(text, sizeof text);
        assay_datacheck outcome;
        assay_payload payload;
        assay_event event;
        assay_log log;

        cr_assert_eq(assay_log_open(&log, assay_bytes_of_string(meanings[i].text), NULL, NULL, NULL),
                     0, "%s", meanings[i].text);
        cr_assert_gt(assay_log_next(&log, &event), 0, "%s", log.error.what);
        assay_payload_decode(&event, &payload);
        cr_expect_eq(payload.kind, ASSAY_PAYLOAD_SYSTEMD);
        assay_payload_summary(&writer, &payload);
        cr_expect(assay_bytes_equal(assay_written(&writer),
                                    assay_bytes_of_string(meanings[i].summary)),
                  "%.*s", (int)writer.used, text);
        cr_assert_eq(assay_datacheck_event(hashes, &event, &payload, &outcome), 0);
        cr_expect_eq(outcome.outcome, meanings[i].outcome, "%s: %s", meanings[i].text,
                     assay_outcome_name(outcome.outcome));
        assay_log_close(&log);
    }
    assay_hashes_free(&hashes);
}

Test(systemd, the_members_of_a_content_are_emitted)
{
    char text[512];
    assay_writer writer = assay_writer_lent(text, sizeof text);
    assay_output out = assay_output_json_line(&writer);
    const assay_event event = {
        .type = ASSAY_NO_EVENT_TYPE,
        .content = ASSAY_CONTENT_SYSTEMD,
        .data = ASSAY_LITERAL("{\"bootId\":\"c0ffee\",\"timestamp\":42,\"string\":\"ready\","
                              "\"nvIndexName\":\"x\",\"eventType\":\"phase\"}"),
    };
    static const assay_bytes wanted =
        ASSAY_LITERAL("{\"event_type\":\"phase\",\"string\":\"ready\",\"nv_index_name\":\"x\","
                      "\"boot_id\":\"c0ffee\",\"timestamp_us\":42}\n");
    assay_payload payload;

    assay_payload_decode(&event, &payload);
    assay_emit_object(&out, NULL);
    assay_payload_emit(&out, &payload);
    assay_emit_end(&out);
    cr_expect(assay_bytes_equal(assay_written(&writer), wanted), "%.*s", (int)writer.used, text);
}

/* systemd on TDX measures to a register, and says which PCR stands for it. */
Test(systemd, a_register_is_counted_as_the_firmware_counts)
{
    assay_event event;
    assay_log log;

    cr_assert_eq(assay_log_open(&log,
                                assay_bytes_of_string("\x1e" RECORD(
                                    "\"rtmr\":2,\"mapped_pcr\":11", ENTER,
                                    "\"string\":\"enter-initrd\",\"eventType\":\"phase\"") "\n"),
                                NULL, NULL, NULL),
                 0);
    cr_expect(log.header.measurement_registers);
    cr_assert_gt(assay_log_next(&log, &event), 0);
    cr_expect_eq(event.pcr_index, 3, "UEFI 2.10 section 38.4.1: 3 is RTMR2");
    assay_log_close(&log);
}

/* Records that are not whole (RFC 7464 section 2.3). */

#define FIRST "\x1e" RECORD("\"pcr\":11", ENTER, "\"string\":\"1\"") "\n"
#define LAST "\x1e" RECORD("\"pcr\":11", ENTER, "\"string\":\"2\"") "\n"

static const struct sequence {
    const char *what, *text;
    uint32_t events;
    uint64_t skipped;
} sequences[] = {
    { "whole", FIRST LAST, 2, 0 },
    { "the last is cut, and ends its line", FIRST LAST "\x1e{\"pcr\":11,\"dig\n", 2, 1 },
    { "one in the middle is cut", FIRST "\x1e{\"pcr\":11,\"dig" LAST, 2, 1 },
    { "the first is cut", "\x1e{\"pcr\":11,\"dig" FIRST LAST, 2, 1 },
    { "one is no JSON", FIRST "\x1e{nonsense}\n" LAST, 2, 1 },
    { "two in one", FIRST "\x1e{}{}\n" LAST, 2, 1 },
    { "a separator too many", FIRST "\x1e\n\x1e \t" LAST "\x1e", 2, 0 },
};

Test(systemd, a_record_that_is_not_whole_is_left_out_and_noted)
{
    for (size_t i = 0; i < sizeof sequences / sizeof *sequences; i++) {
        const reading said =
            read_log(assay_bytes_of_string(sequences[i].text), NULL, &findings);

        cr_expect_eq(said.status, 0, "%s: %s", sequences[i].what, said.error.what);
        cr_expect_eq(said.events, sequences[i].events, "%s", sequences[i].what);
        cr_expect_eq(findings.seen[ASSAY_FINDING_RECORD_SKIPPED], sequences[i].skipped, "%s",
                     sequences[i].what);
    }
}

/* The log was cut, or its last record is being written. */
Test(systemd, a_log_that_ends_inside_a_record_is_cut)
{
    const reading said =
        read_log(ASSAY_LITERAL(FIRST LAST "\x1e{\"pcr\":11,\"dig"), NULL, &findings);

    cr_expect_eq(said.status, -ASSAY_TRUNCATED);
    cr_expect_eq(said.events, 2);
    cr_expect_eq(said.error.offset, sizeof FIRST - 1 + sizeof LAST - 1 + 1, "behind the separator");
    cr_expect_eq(findings.seen[ASSAY_FINDING_RECORD_SKIPPED], 0);
}

/* What is JSON and no record is a fault all the same. */
Test(systemd, what_is_whole_must_be_a_record)
{
    static const char *const texts[] = { FIRST "\x1e[1]\n" LAST, FIRST "\x1e" "12\n" LAST,
                                         FIRST "\x1e{\"pcr\":24}\n" LAST };

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        const reading said = read_log(assay_bytes_of_string(texts[i]), NULL, &findings);

        cr_expect_eq(said.status, -ASSAY_MALFORMED, "%s", texts[i]);
        cr_expect_eq(said.events, 1);
        cr_expect_eq(said.error.offset, sizeof FIRST, "behind the separator");
    }
}

Test(systemd, a_sequence_of_no_record_is_no_log)
{
    const reading said = read_log(ASSAY_LITERAL("\x1e{\"pcr\":11,\"dig\n"), NULL, &findings);

    cr_expect_eq(said.status, -ASSAY_MALFORMED);
    cr_expect_null(said.format);
}
