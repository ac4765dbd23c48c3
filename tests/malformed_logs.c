/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Logs with one fault each, in a sentence, and what must be said of it: kind, event,
 * byte and field. Offsets are counted by hand from the layouts in tcg12.c and tcg2.c.
 */
#include <criterion/criterion.h>

#include "tests/reading.h"

#include <stdio.h>

/* What comes before the bytes of a case. */
enum before {
    NOTHING,
    SHA1_EVENT,   /* a SHA-1 log of one separator: 36 bytes */
    AGILE_HEADER, /* a crypto-agile log's header with SHA-256 alone: 65 bytes */
};

#define BYTES(literal) { (const uint8_t *)(literal), sizeof(literal) - 1 }
#define ZEROS_8 "\0\0\0\0\0\0\0\0"
#define ZEROS_20 ZEROS_8 ZEROS_8 "\0\0\0\0"
#define ZEROS_32 ZEROS_20 ZEROS_8 "\0\0\0\0"
#define SPEC_ID "Spec ID Event03\0" "\0\0\0\0" "\0\2\0\2"

static const assay_bytes beginnings[] = {
    [NOTHING] = BYTES(""),
    [SHA1_EVENT] = BYTES("\4\0\0\0" "\4\0\0\0" ZEROS_20 "\4\0\0\0" "\0\0\0\0"),
    [AGILE_HEADER] = BYTES("\0\0\0\0" "\3\0\0\0" ZEROS_20 "\x21\0\0\0"
                           SPEC_ID "\1\0\0\0" "\x0B\0" "\x20\0" "\0"),
};

typedef struct malformed {
    const char *what;
    enum before before;
    assay_bytes bytes;
    int kind;
    uint32_t event;
    uint64_t offset;
    const char *field;
} malformed;

static const malformed cases[] = {
    { "the file ends inside the digest", SHA1_EVENT,
      BYTES("\4\0\0\0" "\4\0\0\0" ZEROS_8), ASSAY_TRUNCATED, 1, 36, "TCG_PCClientPCREvent" },
    { "the file ends inside eventSize", SHA1_EVENT,
      BYTES("\4\0\0\0" "\4\0\0\0" ZEROS_20 "\4\0"), ASSAY_TRUNCATED, 1, 36, "TCG_PCClientPCREvent" },
    { "eventSize is one more than what is left", SHA1_EVENT,
      BYTES("\4\0\0\0" "\4\0\0\0" ZEROS_20 "\5\0\0\0" "\0\0\0\0"), ASSAY_TRUNCATED, 1, 36, "event" },
    { "eventSize is 2^31", SHA1_EVENT,
      BYTES("\4\0\0\0" "\4\0\0\0" ZEROS_20 "\0\0\0\x80" "\0\0\0\0"), ASSAY_TRUNCATED, 1, 36, "event" },
    { "eventSize is 2^32 - 1", SHA1_EVENT,
      BYTES("\4\0\0\0" "\4\0\0\0" ZEROS_20 "\xFF\xFF\xFF\xFF" "\0\0\0\0"), ASSAY_TRUNCATED, 1, 36, "event" },

    { "the header's data goes beyond the file", NOTHING,
      BYTES("\0\0\0\0" "\3\0\0\0" ZEROS_20 "\x22\0\0\0" SPEC_ID "\1\0\0\0" "\x0B\0" "\x20\0" "\0"),
      ASSAY_TRUNCATED, 0, 0, "event" },
    { "the header ends before numberOfAlgorithms", NOTHING,
      BYTES("\0\0\0\0" "\3\0\0\0" ZEROS_20 "\x18\0\0\0" SPEC_ID),
      ASSAY_TRUNCATED, 0, 32, "TCG_EfiSpecIDEvent" },
    { "the header lists no algorithm", NOTHING,
      BYTES("\0\0\0\0" "\3\0\0\0" ZEROS_20 "\x1D\0\0\0" SPEC_ID "\0\0\0\0" "\0"),
      ASSAY_MALFORMED, 0, 56, "numberOfAlgorithms" },
    { "the header lists 17 algorithms", NOTHING,
      BYTES("\0\0\0\0" "\3\0\0\0" ZEROS_20 "\x21\0\0\0" SPEC_ID "\x11\0\0\0" "\x0B\0" "\x20\0" "\0"),
      ASSAY_MALFORMED, 0, 56, "numberOfAlgorithms" },
    { "the header lists 2^32 - 1 algorithms", NOTHING,
      BYTES("\0\0\0\0" "\3\0\0\0" ZEROS_20 "\x21\0\0\0" SPEC_ID "\xFF\xFF\xFF\xFF" "\x0B\0" "\x20\0" "\0"),
      ASSAY_MALFORMED, 0, 56, "numberOfAlgorithms" },
    { "the header ends inside its list of algorithms", NOTHING,
      BYTES("\0\0\0\0" "\3\0\0\0" ZEROS_20 "\x1E\0\0\0" SPEC_ID "\1\0\0\0" "\x0B\0"),
      ASSAY_TRUNCATED, 0, 60, "digestSizes" },
    { "the header lists SHA-256 twice", NOTHING,
      BYTES("\0\0\0\0" "\3\0\0\0" ZEROS_20 "\x25\0\0\0" SPEC_ID "\2\0\0\0" "\x0B\0" "\x20\0"
            "\x0B\0" "\x20\0" "\0"),
      ASSAY_MALFORMED, 0, 64, "algorithmId" },
    { "the header gives SHA-256 20 bytes", NOTHING,
      BYTES("\0\0\0\0" "\3\0\0\0" ZEROS_20 "\x21\0\0\0" SPEC_ID "\1\0\0\0" "\x0B\0" "\x14\0" "\0"),
      ASSAY_MALFORMED, 0, 62, "digestSize" },
    { "the header gives an unknown algorithm no byte", NOTHING,
      BYTES("\0\0\0\0" "\3\0\0\0" ZEROS_20 "\x21\0\0\0" SPEC_ID "\1\0\0\0" "\x23\x71" "\0\0" "\0"),
      ASSAY_MALFORMED, 0, 62, "digestSize" },

    { "the file ends inside pcrIndex", AGILE_HEADER, BYTES("\4\0"), ASSAY_TRUNCATED, 1, 65,
      "TCG_PCR_EVENT2" },
    { "the file ends inside count", AGILE_HEADER, BYTES("\4\0\0\0" "\4\0\0\0" "\1\0"),
      ASSAY_TRUNCATED, 1, 65, "TCG_PCR_EVENT2" },
    { "an event has 17 digests", AGILE_HEADER, BYTES("\4\0\0\0" "\4\0\0\0" "\x11\0\0\0" ZEROS_32),
      ASSAY_MALFORMED, 1, 73, "count" },
    { "an event has 2^32 - 1 digests", AGILE_HEADER,
      BYTES("\4\0\0\0" "\4\0\0\0" "\xFF\xFF\xFF\xFF" ZEROS_32), ASSAY_MALFORMED, 1, 73, "count" },
    { "an event has a digest of an algorithm that nobody knows", AGILE_HEADER,
      BYTES("\4\0\0\0" "\4\0\0\0" "\1\0\0\0" "\x23\x71" ZEROS_32), ASSAY_MALFORMED, 1, 77, "digests" },
    { "an event has a digest of TPM_ALG_NULL", AGILE_HEADER,
      BYTES("\4\0\0\0" "\4\0\0\0" "\1\0\0\0" "\x10\0" ZEROS_32), ASSAY_MALFORMED, 1, 77, "digests" },
    { "an event has two digests of SHA-256", AGILE_HEADER,
      BYTES("\4\0\0\0" "\4\0\0\0" "\2\0\0\0" "\x0B\0" ZEROS_32 "\x0B\0" ZEROS_32 "\0\0\0\0"),
      ASSAY_MALFORMED, 1, 111, "digests" },
    { "the file ends inside a digest's algorithm", AGILE_HEADER,
      BYTES("\4\0\0\0" "\4\0\0\0" "\1\0\0\0" "\x0B"), ASSAY_TRUNCATED, 1, 65, "digests" },
    { "the file ends inside a digest", AGILE_HEADER,
      BYTES("\4\0\0\0" "\4\0\0\0" "\1\0\0\0" "\x0B\0" ZEROS_20), ASSAY_TRUNCATED, 1, 65, "digests" },
    { "the file ends inside eventSize", AGILE_HEADER,
      BYTES("\4\0\0\0" "\4\0\0\0" "\1\0\0\0" "\x0B\0" ZEROS_32 "\4\0"), ASSAY_TRUNCATED, 1, 65,
      "eventSize" },
    { "eventSize is one more than what is left", AGILE_HEADER,
      BYTES("\4\0\0\0" "\4\0\0\0" "\1\0\0\0" "\x0B\0" ZEROS_32 "\5\0\0\0" "\0\0\0\0"),
      ASSAY_TRUNCATED, 1, 65, "event" },
    { "eventSize is 2^32 - 1", AGILE_HEADER,
      BYTES("\4\0\0\0" "\4\0\0\0" "\1\0\0\0" "\x0B\0" ZEROS_32 "\xFF\xFF\xFF\xFF" "\0\0\0\0"),
      ASSAY_TRUNCATED, 1, 65, "event" },
};

static assay_bytes put_together(enum before before, assay_bytes bytes, uint8_t *buffer, size_t room)
{
    assay_writer writer = assay_writer_lent(buffer, room);

    assay_put(&writer, beginnings[before]);
    assay_put(&writer, bytes);
    cr_assert_eq(writer.failure, 0);
    return assay_written(&writer);
}

Test(malformed_logs, each_fault_is_told_with_its_place)
{
    uint8_t buffer[512];

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const malformed *const m = &cases[i];
        const assay_bytes log = put_together(m->before, m->bytes, buffer, sizeof buffer);
        const reading reading = read_log(log, NULL, NULL);

        cr_expect_eq(reading.status, -m->kind, "%s: %s", m->what, reading.error.what);
        cr_expect_eq(reading.error.event, m->event, "%s: %u", m->what, reading.error.event);
        cr_expect_eq(reading.error.offset, m->offset, "%s: %zu", m->what,
                     (size_t)reading.error.offset);
        cr_assert_not_null(reading.error.field, "%s", m->what);
        cr_expect_str_eq(reading.error.field, m->field, "%s", m->what);
        cr_expect_eq(reading.events, m->event, "%s: what was sound before is read", m->what);
    }
}

static void set_u32(uint8_t *at, uint32_t value)
{
    for (int i = 0; i < 4; i++)
        at[i] = (uint8_t)(value >> 8 * i);
}

/* No TPM has more than 24 PCRs; the log is read all the same, and says so in a finding. */
Test(malformed_logs, an_impossible_pcr_index_is_a_finding_in_each_format)
{
    static const struct {
        const char *format;
        enum before before;
        assay_bytes bytes;
    } logs[] = {
        { "tcg12", SHA1_EVENT, BYTES("\0\0\0\0" "\5\0\0\0" ZEROS_20 "\1\0\0\0" "x") },
        { "tcg2", AGILE_HEADER,
          BYTES("\0\0\0\0" "\5\0\0\0" "\1\0\0\0" "\x0B\0" ZEROS_32 "\1\0\0\0" "x") },
    };
    static const uint32_t indexes[] = { 0, 23, 24, 31, 32, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF };
    static assay_findings findings;
    uint8_t buffer[512];
    char text[100];

    for (size_t i = 0; i < sizeof indexes / sizeof *indexes; i++) {
        const uint64_t odd = indexes[i] > 23;

        for (size_t f = 0; f < sizeof logs / sizeof *logs; f++) {
            const assay_bytes log =
                put_together(logs[f].before, logs[f].bytes, buffer, sizeof buffer);

            set_u32(buffer + beginnings[logs[f].before].size, indexes[i]);
            const reading reading = read_log(log, NULL, &findings);
            cr_expect_eq(reading.status, 0);
            cr_expect_str_eq(reading.format, logs[f].format);
            cr_expect_eq(reading.events, 2);
            cr_expect_eq(findings.seen[ASSAY_FINDING_PCR_RANGE], odd, "%s %u", logs[f].format,
                         indexes[i]);
        }
        snprintf(text, sizeof text, "assay-log 1 sha256\n%u EV_ACTION \"x\"\n", indexes[i]);
        const reading reading = read_log(assay_bytes_of_string(text), NULL, &findings);
        cr_expect_eq(reading.status, 0);
        cr_expect_eq(reading.events, 1);
        cr_expect_eq(findings.seen[ASSAY_FINDING_PCR_RANGE], odd, "text %u", indexes[i]);
    }
}

/* PFP 1.06 leaves the number open; TPM 2.0 Part 2 has at most 16 banks. */
Test(malformed_logs, one_to_sixteen_algorithms_are_read)
{
    for (uint32_t count = 1; count <= ASSAY_BANKS_MAX; count++) {
        assay_writer w = assay_writer_growing(4096);
        static assay_findings findings;

        assay_put(&w, (assay_bytes)BYTES("\0\0\0\0" "\3\0\0\0" ZEROS_20));
        assay_put_u32le(&w, 29 + 4 * count);
        assay_put(&w, (assay_bytes)BYTES(SPEC_ID));
        assay_put_u32le(&w, count);
        for (uint32_t i = 0; i < count; i++) {
            assay_put_u16le(&w, (uint16_t)(0x7100 + i));
            assay_put_u16le(&w, (uint16_t)(i + 1));
        }
        assay_put_u8(&w, 0);
        /* An event with all of them, in the reverse order. */
        assay_put(&w, (assay_bytes)BYTES("\4\0\0\0" "\5\0\0\0"));
        assay_put_u32le(&w, count);
        for (uint32_t i = count; i-- > 0;) {
            assay_put_u16le(&w, (uint16_t)(0x7100 + i));
            assay_put_zeros(&w, i + 1);
        }
        assay_put_u32le(&w, 0);

        const reading reading = read_log(assay_written(&w), NULL, &findings);
        cr_expect_eq(reading.status, 0, "%u: %s", count, reading.error.what);
        cr_expect_eq(reading.events, 2);
        cr_expect_eq(findings.seen[ASSAY_FINDING_BANK_UNKNOWN], count);
        cr_expect_eq(findings.seen[ASSAY_FINDING_DIGEST_ORDER], count > 1);
        assay_writer_close(&w);
    }
}

Test(malformed_logs, an_event_without_digests_misses_its_bank)
{
    static assay_findings findings;
    uint8_t buffer[512];
    const assay_bytes log =
        put_together(AGILE_HEADER, (assay_bytes)BYTES("\4\0\0\0" "\5\0\0\0" "\0\0\0\0" "\1\0\0\0" "x"),
                     buffer, sizeof buffer);
    const reading reading = read_log(log, NULL, &findings);

    cr_expect_eq(reading.status, 0);
    cr_expect_eq(reading.events, 2);
    cr_expect_eq(findings.seen[ASSAY_FINDING_BANK_MISSING], 1);
}

Test(malformed_logs, an_odd_header_is_read_with_a_finding)
{
    static const struct {
        const char *what;
        assay_bytes bytes;
    } headers[] = {
        { "a vendorInfoSize of one with no vendorInfo",
          BYTES("\0\0\0\0" "\3\0\0\0" ZEROS_20 "\x21\0\0\0" SPEC_ID "\1\0\0\0" "\x0B\0" "\x20\0" "\1") },
        { "no vendorInfoSize",
          BYTES("\0\0\0\0" "\3\0\0\0" ZEROS_20 "\x20\0\0\0" SPEC_ID "\1\0\0\0" "\x0B\0" "\x20\0") },
        { "a byte behind vendorInfo",
          BYTES("\0\0\0\0" "\3\0\0\0" ZEROS_20 "\x22\0\0\0" SPEC_ID "\1\0\0\0" "\x0B\0" "\x20\0" "\0" "x") },
        { "PCR index 7",
          BYTES("\7\0\0\0" "\3\0\0\0" ZEROS_20 "\x21\0\0\0" SPEC_ID "\1\0\0\0" "\x0B\0" "\x20\0" "\0") },
        { "a digest",
          BYTES("\0\0\0\0" "\3\0\0\0" "\1\2\3\4" ZEROS_8 ZEROS_8 "\x21\0\0\0" SPEC_ID "\1\0\0\0"
                "\x0B\0" "\x20\0" "\0") },
    };
    static assay_findings findings;

    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++) {
        const reading reading = read_log(headers[i].bytes, NULL, &findings);

        cr_expect_eq(reading.status, 0, "%s: %s", headers[i].what, reading.error.what);
        cr_expect_eq(reading.events, 1);
        cr_expect_eq(findings.seen[ASSAY_FINDING_SPEC_VERSION], 1, "%s", headers[i].what);
    }
}
