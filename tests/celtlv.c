/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The canonical event log in TLVs. The bytes were made by other programs, named with each, or
 * by hand from the layout in celtlv.c.
 */
#include <criterion/criterion.h>

#include "base/hash.h"
#include "base/hex.h"
#include "eventlog/types.h"
#include "replay/datacheck.h"
#include "replay/replay.h"
#include "tests/reading.h"

#include <stdio.h>

enum { CEILING = 1 << 20 };

static assay_findings findings;

/*
 * libcel 1.0.0 (E. Larsson) made this of JSON: three management events at once, and a version; an
 * IMA template; EV_NO_ACTION. Every digest is 20 times 0xAA, to tell it from zeros.
 */
#define DIGEST "0300000019" "0400000014" "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
static const char libcel[] =
    "000000000100" "010000000102" DIGEST "0400000026" "0200000000" "5000000004499602d2"
    "510000000102" "010000000d" "00000000017b" "010000000201c8"
    "000000000101" "010000000103" DIGEST "0400000011" "010000000c" "000000000101" "010000000100"
    "000000000102" "01000000010a" DIGEST "0700000014" "0000000006696d612d6e67"
    "0100000004aabbccdd"
    "000000000103" "010000000109" DIGEST "050000000f" "000000000103" "0100000004aabbccdd";

/* Python's eventlogs (E. Larsson) tests with these: types 0x80 and 0x81. */
#define HEAD "000000000100" "010000000101" "0300000019" "0400000014" \
             "0000000000000000000000000000000000000000"
static const char timestamp[] = HEAD "040000000a" "8000000005ffffffffff";
static const char kexec[] = HEAD "0400000006" "810000000102";

static assay_bytes from_hex(const char *hex)
{
    static uint8_t bytes[4096];
    const size_t size = strlen(hex) / 2;

    cr_assert(size <= sizeof bytes &&
              assay_hex_decode(assay_bytes_of_string(hex), bytes, size));
    return assay_bytes_of(bytes, size);
}

static void expect_meaning(const assay_event *event, const char *wanted)
{
    char text[256];
    assay_writer writer = assay_writer_lent(text, sizeof text);
    assay_payload payload;

    assay_payload_decode(event, &payload);
    assay_payload_summary(&writer, &payload);
    cr_expect(assay_bytes_equal(assay_written(&writer), assay_bytes_of_string(wanted)), "%.*s",
              (int)writer.used, text);
}

Test(celtlv, what_libcel_writes_is_read)
{
    assay_event event;
    assay_log log;

    assay_findings_reset(&findings);
    cr_assert_eq(assay_log_open(&log, from_hex(libcel), NULL, &findings, NULL), 0);
    cr_expect_str_eq(assay_log_format_name(&log), "cel-tlv");
    cr_expect_eq(log.header.bank_count, 1);
    cr_expect_eq(log.header.banks[0].alg, ASSAY_ALG_SHA1);
    cr_expect_eq(log.header.stage, ASSAY_STAGE_KERNEL, "the first measurement is IMA's");

    cr_assert_gt(assay_log_next(&log, &event), 0);
    cr_expect_eq(event.pcr_index, 2);
    cr_expect_eq(event.content, ASSAY_CONTENT_CEL);
    cr_expect_eq(event.type, ASSAY_NO_EVENT_TYPE);
    expect_meaning(&event, "end of the firmware's events; timestamp 1234567890; the platform's "
                           "state changes: kexec; canonical event log of version 123.456");
    cr_assert_gt(assay_log_next(&log, &event), 0);
    expect_meaning(&event, "canonical event log of version 1.0");
    cr_assert_gt(assay_log_next(&log, &event), 0);
    cr_expect_eq(event.content, ASSAY_CONTENT_IMA_TEMPLATE);
    cr_expect_eq(event.pcr_index, 10);
    cr_expect(assay_bytes_equal(event.name, ASSAY_LITERAL("ima-ng")));
    cr_expect(assay_bytes_equal(event.data, ASSAY_LITERAL("\xaa\xbb\xcc\xdd")));
    cr_assert_gt(assay_log_next(&log, &event), 0);
    cr_expect_eq(event.content, ASSAY_CONTENT_PCCLIENT_STD);
    cr_expect_eq(event.type, EV_NO_ACTION);
    cr_expect(assay_bytes_equal(event.data, ASSAY_LITERAL("\xaa\xbb\xcc\xdd")));
    cr_expect_eq(event.digest_count, 1);
    cr_expect(assay_bytes_all(event.digests[0].value, 0xAA));
    cr_expect_eq(assay_log_next(&log, &event), 0);
    cr_expect_eq(findings.count, 0);
    assay_log_close(&log);
}

Test(celtlv, what_eventlogs_tests_with_is_read)
{
    static const struct {
        const char *hex, *meaning;
    } logs[] = { { timestamp, "timestamp 1099511627775" },
                 { kexec, "the platform's state changes: kexec" } };
    assay_event event;
    assay_log log;

    for (size_t i = 0; i < sizeof logs / sizeof *logs; i++) {
        cr_assert_eq(assay_log_open(&log, from_hex(logs[i].hex), NULL, NULL, NULL), 0);
        cr_assert_gt(assay_log_next(&log, &event), 0);
        expect_meaning(&event, logs[i].meaning);
        cr_expect_eq(assay_log_next(&log, &event), 0);
        assay_log_close(&log);
    }
}

/*
 * As Google's agents write on TDX: a record number of 8 bytes, register 4 (RTMR3), content 80,
 * whose element the digest is of:
 *     printf '\x50\0\0\0\x09\0\0\0\0\x04test' | sha384sum
 */
#define GOOGLE "0000000008" "0000000000000000" "6c0000000104" "0300000035" "0c00000030" \
    "cfc282cf0853666645c9fb7c71ea5caa28688d2971d1012ea6e429b820c8ac5c" \
    "4a7e26431dc10b7ca3a4d5c8d55566a4" \
    "5000000009" "000000000474657374"

static int check(const assay_event *event, assay_datacheck *ret_check)
{
    assay_hashes *hashes = assay_hashes_new();
    assay_payload payload;

    assay_payload_decode(event, &payload);
    const int status = assay_datacheck_event(hashes, event, &payload, ret_check);
    assay_hashes_free(&hashes);
    return status;
}

Test(celtlv, a_measurement_register_and_an_unknown_content_are_kept)
{
    assay_datacheck outcome;
    assay_event event;
    assay_log log;

    cr_assert_eq(assay_log_open(&log, from_hex(GOOGLE), NULL, NULL, NULL), 0);
    cr_expect(log.header.measurement_registers);
    cr_assert_gt(assay_log_next(&log, &event), 0);
    cr_expect_eq(event.pcr_index, 4);
    cr_expect_eq(event.content, ASSAY_CONTENT_OTHER);
    cr_expect(assay_bytes_equal(event.name, ASSAY_LITERAL("80")));
    cr_expect(assay_bytes_equal(event.data, ASSAY_LITERAL("\0\0\0\0\4test")));
    cr_expect_eq(event.data_offset, 13 + 6 + 58 + 5);
    cr_expect_eq(check(&event, &outcome), 0);
    cr_expect_eq(outcome.outcome, ASSAY_VERIFIED);
    cr_expect_str_eq(outcome.rule, "content element whole");
    assay_log_close(&log);
}

/* Type 1, a PCR, and type 108, a register; a crypto-agile Spec ID of PCR 1 would mean registers. */
Test(celtlv, the_records_say_what_is_indexed_and_not_the_spec_id)
{
    static const struct {
        const char *type;
        const char *index;
        bool registers, odd;
    } logs[] = {
        { "01", "00", false, false },
        { "01", "01", false, true },
        { "6c", "01", true, false },
        { "6c", "00", true, true },
    };

    for (size_t i = 0; i < sizeof logs / sizeof *logs; i++) {
        char hex[512];
        assay_log log;

        snprintf(hex, sizeof hex,
                 "000000000100" "%s00000001%s" "0300000019" "0400000014"
                 "0000000000000000000000000000000000000000" "050000002f" "000000000400000003"
                 "0100000021" "53706563204944204576656e743033000000000000020002" "01000000"
                 "0b002000" "00", logs[i].type, logs[i].index);
        assay_findings_reset(&findings);
        cr_assert_eq(assay_log_open(&log, from_hex(hex), "cel-tlv", &findings, NULL), 0);
        cr_expect(log.header.spec_id.present);
        cr_expect_eq(log.header.measurement_registers, logs[i].registers, "log %zu", i);
        cr_expect_eq(findings.seen[ASSAY_FINDING_SPEC_VERSION] > 0, logs[i].odd, "log %zu", i);
        assay_log_close(&log);
    }
}

/* What is read is written back, to the byte, where its writer chose our widths. */
Test(celtlv, google_s_bytes_come_back)
{
    assay_writer writer = assay_writer_growing(CEILING);
    const assay_bytes bytes = from_hex(GOOGLE);
    assay_error error;

    cr_assert_eq(copy_log(bytes, "cel-tlv", &writer, &error), 0, "%s", error.what);
    cr_expect(assay_bytes_equal(assay_written(&writer), bytes));
    assay_writer_close(&writer);
}

/* A management event of zeros is a remark; with a digest it is a measurement. */
Test(celtlv, management_events_extend_what_they_say)
{
    static assay_replay replay;
    assay_hashes *hashes = assay_hashes_new();
    assay_event event;
    assay_log log;

    for (int measured = 0; measured < 2; measured++) {
        const assay_bytes bytes = from_hex(measured ? libcel : kexec);

        cr_assert_eq(assay_log_open(&log, bytes, NULL, NULL, NULL), 0);
        log.header.bank_count = 1;
        log.header.banks[0] = (assay_bank){ ASSAY_ALG_SHA1, 20 };
        cr_assert_eq(assay_replay_begin(&replay, &log.header, hashes, NULL), 0);
        cr_assert_gt(assay_log_next(&log, &event), 0);
        cr_assert_eq(assay_replay_event(&replay, &event), 0);
        cr_expect_eq(assay_replay_untouched(&replay.banks[0], event.pcr_index), !measured);
        assay_log_close(&log);
    }
    assay_hashes_free(&hashes);
}

/* An NV index is not a PCR out of range, and its one algorithm is no bank missing. */
Test(celtlv, an_nv_index_is_none_of_the_banks)
{
    static const char hex[] = "000000000100" "010000000104" DIGEST "050000000f" "000000000104"
                              "010000000400000000"
                              "000000000101" "020000000401d10001" "0300000025" "0b00000020"
                              "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
                              "5000000000";
    assay_writer writer = assay_writer_growing(CEILING);
    assay_error error;
    assay_event event;
    assay_log log;

    static assay_replay replay;
    assay_hashes *hashes = assay_hashes_new();

    assay_findings_reset(&findings);
    cr_assert_eq(assay_log_open(&log, from_hex(hex), NULL, &findings, NULL), 0);
    cr_assert_gt(assay_log_next(&log, &event), 0);
    cr_assert_gt(assay_log_next(&log, &event), 0);
    cr_assert_eq(assay_replay_begin(&replay, &log.header, hashes, NULL), 0);
    cr_assert_eq(assay_replay_event(&replay, &event), 0);
    for (unsigned pcr = 0; pcr < ASSAY_PCRS; pcr++)
        cr_expect(assay_replay_untouched(&replay.banks[0], pcr), "PCR %u", pcr);
    assay_hashes_free(&hashes);
    cr_expect_eq(event.nv_index, 0x01D10001);
    cr_expect_eq(event.pcr_index, UINT32_MAX);
    cr_expect_eq(assay_log_next(&log, &event), 0);
    cr_expect_eq(findings.count, 0);
    assay_log_close(&log);
    cr_assert_eq(copy_log(from_hex(hex), "cel-tlv", &writer, &error), 0, "%s", error.what);
    const reading copy = read_log(assay_written(&writer), NULL, &findings);
    cr_expect_eq(copy.events, 2);
    assay_writer_close(&writer);
}

/* Numbers: of the log or of each PCR, from 0 or from 1; a gap in both is noted. */
Test(celtlv, a_gap_in_the_numbers_is_noted)
{
    static const struct {
        uint8_t numbers[4], pcrs[4];
        uint64_t gaps;
    } logs[] = {
        { { 0, 1, 2, 3 }, { 0, 0, 1, 0 }, 0 }, { { 1, 2, 3, 4 }, { 0, 0, 1, 0 }, 0 },
        { { 0, 1, 0, 2 }, { 0, 0, 1, 0 }, 0 }, { { 1, 2, 1, 3 }, { 0, 0, 1, 0 }, 0 },
        { { 0, 1, 3, 4 }, { 0, 0, 0, 0 }, 1 }, { { 7, 8, 9, 10 }, { 0, 0, 0, 0 }, 1 },
        { { 0, 1, 2, 1 }, { 0, 0, 0, 0 }, 1 },
    };

    for (size_t i = 0; i < sizeof logs / sizeof *logs; i++) {
        assay_writer writer = assay_writer_growing(CEILING);

        for (size_t r = 0; r < 4; r++) {
            assay_put(&writer, ASSAY_LITERAL("\0\0\0\0\1"));
            assay_put_u8(&writer, logs[i].numbers[r]);
            assay_put(&writer, ASSAY_LITERAL("\1\0\0\0\1"));
            assay_put_u8(&writer, logs[i].pcrs[r]);
            assay_put(&writer, ASSAY_LITERAL("\3\0\0\0\0" "\x50\0\0\0\0"));
        }
        cr_expect_eq(read_log(assay_written(&writer), NULL, &findings).events, 4);
        cr_expect_eq(findings.seen[ASSAY_FINDING_RECORD_NUMBER], logs[i].gaps, "log %zu", i);
        assay_writer_close(&writer);
    }
}

/* Faults. */

#define BYTES(literal) { (const uint8_t *)(literal), sizeof(literal) - 1 }
#define ZEROS_19 "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
#define RECNUM "\0\0\0\0\1\1"
#define PCR "\1\0\0\0\1\4"
#define DIGESTS "\3\0\0\0\x19" "\4\0\0\0\x14" ZEROS_19 "\0"
#define CONTENT "\5\0\0\0\x0F" "\0\0\0\0\4\0\0\0\4" "\1\0\0\0\1\0"

/* 6 + 6 + 30 + 20 bytes: faults begin at 62, their PCR at 68, digests at 74 and 79, content at 104 */
static const assay_bytes sound = BYTES("\0\0\0\0\1\0" PCR DIGESTS CONTENT);

static const struct fault {
    const char *what;
    assay_bytes bytes;
    int kind;
    uint64_t offset;
    const char *field;
} faults[] = {
    { "the file ends inside the number", BYTES("\0\0\0\0\1"), ASSAY_TRUNCATED, 62, "recnum" },
    { "a length of 2^32 - 1", BYTES("\0\xFF\xFF\xFF\xFF\1"), ASSAY_TRUNCATED, 62, "recnum" },
    { "the file ends before the PCR", BYTES(RECNUM), ASSAY_TRUNCATED, 62, "pcr" },
    { "the file ends inside the digests", BYTES(RECNUM PCR "\3\0\0\0\x19\4"), ASSAY_TRUNCATED, 62,
      "digests" },
    { "the file ends before the content", BYTES(RECNUM PCR DIGESTS), ASSAY_TRUNCATED, 62,
      "content" },
    { "the file ends inside the content", BYTES(RECNUM PCR DIGESTS "\5\0\0\1\0\0\0\0\0"),
      ASSAY_TRUNCATED, 62, "content" },
    { "a number of 9 bytes", BYTES("\0\0\0\0\x09\1\1\1\1\1\1\1\1\1"), ASSAY_MALFORMED, 62, "recnum" },
    { "a number of none", BYTES("\0\0\0\0\0" PCR DIGESTS CONTENT), ASSAY_MALFORMED, 62, "recnum" },
    { "no number", BYTES(PCR DIGESTS CONTENT), ASSAY_MALFORMED, 62, "recnum" },
    { "no PCR", BYTES(RECNUM DIGESTS CONTENT), ASSAY_MALFORMED, 68, "pcr" },
    { "PCR 2^32", BYTES(RECNUM "\1\0\0\0\5\1\0\0\0\0" DIGESTS CONTENT), ASSAY_MALFORMED, 68, "pcr" },
    { "a register in a log of PCRs", BYTES(RECNUM "\x6C\0\0\0\1\4" DIGESTS CONTENT),
      ASSAY_MALFORMED, 68, "pcr" },
    { "NV index 0", BYTES(RECNUM "\2\0\0\0\1\0" DIGESTS CONTENT), ASSAY_MALFORMED, 68, "nv_index" },
    { "no digests", BYTES(RECNUM PCR CONTENT), ASSAY_MALFORMED, 74, "digests" },
    { "a digest that is longer than all", BYTES(RECNUM PCR "\3\0\0\0\x19\4\0\0\0\x15" ZEROS_19 "\0"),
      ASSAY_MALFORMED, 84, "digests" },
    { "a digest of SHA-1 of 19 bytes", BYTES(RECNUM PCR "\3\0\0\0\x18\4\0\0\0\x13" ZEROS_19),
      ASSAY_MALFORMED, 79, "digests" },
    { "a digest of no bytes", BYTES(RECNUM PCR "\3\0\0\0\5\x77\0\0\0\0" CONTENT), ASSAY_MALFORMED,
      79, "digests" },
    { "a digest of algorithm 0", BYTES(RECNUM PCR "\3\0\0\0\6" "\0\0\0\0\1a" CONTENT),
      ASSAY_MALFORMED, 79, "digests" },
    { "two of SHA-1", BYTES(RECNUM PCR "\3\0\0\0\x32" "\4\0\0\0\x14" ZEROS_19 "\0"
                            "\4\0\0\0\x14" ZEROS_19 "\0"), ASSAY_MALFORMED, 104, "digests" },
    { "17 digests", BYTES(RECNUM PCR "\3\0\0\0\x66"
                          "\x80\0\0\0\1a" "\x81\0\0\0\1a" "\x82\0\0\0\1a" "\x83\0\0\0\1a" "\x84\0\0\0\1a"
                          "\x85\0\0\0\1a" "\x86\0\0\0\1a" "\x87\0\0\0\1a" "\x88\0\0\0\1a" "\x89\0\0\0\1a"
                          "\x8a\0\0\0\1a" "\x8b\0\0\0\1a" "\x8c\0\0\0\1a" "\x8d\0\0\0\1a" "\x8e\0\0\0\1a"
                          "\x8f\0\0\0\1a" "\x90\0\0\0\1a"), ASSAY_MALFORMED, 175, "digests" },
    { "a content that is an NV index", BYTES(RECNUM PCR DIGESTS "\2\0\0\0\0"), ASSAY_MALFORMED, 104,
      "content" },
    { "three fields", BYTES(RECNUM PCR DIGESTS "\5\0\0\0\x14" "\0\0\0\0\4\0\0\0\4" "\1\0\0\0\1\0"
                            "\0\0\0\0\0"), ASSAY_MALFORMED, 104, "pcclient_std" },
    { "one field", BYTES(RECNUM PCR DIGESTS "\5\0\0\0\x09" "\0\0\0\0\4\0\0\0\4"), ASSAY_MALFORMED,
      118, "pcclient_std" },
    { "a field of type 2", BYTES(RECNUM PCR DIGESTS "\5\0\0\0\x0F" "\2\0\0\0\4\0\0\0\4"
                                 "\1\0\0\0\1\0"), ASSAY_MALFORMED, 109, "pcclient_std" },
    { "an event type of 33 bits", BYTES(RECNUM PCR DIGESTS "\5\0\0\0\x10" "\0\0\0\0\5\1\0\0\0\4"
                                        "\1\0\0\0\1\0"), ASSAY_MALFORMED, 109, "event_type" },
    { "two names", BYTES(RECNUM PCR DIGESTS "\7\0\0\0\x0C" "\0\0\0\0\1a" "\0\0\0\0\1b"),
      ASSAY_MALFORMED, 115, "ima_template" },
};

Test(celtlv, a_fault_has_its_place_and_what_is_sound_before_it_is_read)
{
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        const struct fault *const fault = &faults[i];
        assay_writer writer = assay_writer_growing(CEILING);

        assay_put(&writer, sound);
        assay_put(&writer, fault->bytes);
        const reading said = read_log(assay_written(&writer), NULL, &findings);
        cr_expect_eq(said.events, 1, "%s", fault->what);
        cr_expect_eq(said.error.kind, fault->kind, "%s: %s", fault->what, said.error.what);
        cr_expect_eq(said.error.offset, fault->offset, "%s: %zu", fault->what,
                     (size_t)said.error.offset);
        cr_expect_eq(said.error.event, 1, "%s", fault->what);
        cr_expect_str_eq(said.error.field, fault->field, "%s", fault->what);
        assay_writer_close(&writer);
    }
}

/* Zeros after the last record are padding, although a record begins with one. */
Test(celtlv, padding_is_no_record)
{
    assay_writer writer = assay_writer_growing(CEILING);

    assay_put(&writer, sound);
    assay_put_zeros(&writer, 100);
    const reading said = read_log(assay_written(&writer), NULL, &findings);
    cr_expect_eq(said.status, 0);
    cr_expect_eq(said.events, 1);
    cr_expect_eq(said.tail, ASSAY_TAIL_ZEROS);
    assay_writer_close(&writer);
}

/* What CEL-TLV has no number for is refused, and not lost. */
Test(celtlv, a_content_without_a_type_is_refused)
{
    static const assay_log_header header = { .bank_count = 0 };
    const assay_event events[] = {
        { .type = ASSAY_NO_EVENT_TYPE, .content = ASSAY_CONTENT_SYSTEMD, .data = ASSAY_LITERAL("{}") },
        { .type = ASSAY_NO_EVENT_TYPE, .content = ASSAY_CONTENT_OTHER, .name = ASSAY_LITERAL("x") },
        { .type = ASSAY_NO_EVENT_TYPE, .content = ASSAY_CONTENT_OTHER, .name = ASSAY_LITERAL("3") },
        { .type = ASSAY_NO_EVENT_TYPE, .content = ASSAY_CONTENT_OTHER, .name = ASSAY_LITERAL("256") },
        { .type = EV_SEPARATOR, .digest_count = 1,
          .digests = { { 0x1004, ASSAY_LITERAL("abcd") } } },
    };

    for (size_t i = 0; i < sizeof events / sizeof *events; i++) {
        assay_writer writer = assay_writer_growing(CEILING);
        assay_log_writer out;
        assay_error error;

        cr_assert_eq(assay_log_write_begin(&out, "cel-tlv", &header, &writer, &error), 0);
        cr_expect_eq(assay_log_write_event(&out, &events[i], &error), -ASSAY_UNSUPPORTED, "%zu", i);
        cr_expect_eq(assay_log_write_end(&out, &error), 0);
        assay_writer_close(&writer);
    }
}
