/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * EFI_TCG2_FINAL_EVENTS_TABLE. The PCR value is the one that fixtures/logs/coreboot.py printed
 * when it made the table; offsets are counted by hand from the layout in finalevents.c.
 */
#include <criterion/criterion.h>

#include "base/file.h"
#include "tests/measure.h"
#include "tests/reading.h"

enum { CEILING = 1 << 20 };

#define PATH "fixtures/logs/final-events.bin"
#define HEAD(count) "\1\0\0\0\0\0\0\0" count "\0\0\0\0\0\0\0"
#define DIGEST_20 "01234567890123456789"
#define RECORD                                                                                     \
    "\5\0\0\0"                                                                                     \
    "\7\0\0\x80"                                                                                   \
    "\1\0\0\0"                                                                                     \
    "\4\0" DIGEST_20 "\2\0\0\0"                                                                    \
    "ab"
#define BYTES(literal)                                                                             \
    {                                                                                              \
        (const uint8_t *)(literal), sizeof(literal) - 1                                            \
    }

static assay_findings findings;
static assay_file file;

static void load(void)
{
    assay_error error;

    cr_assert_eq(assay_file_read(&file, PATH, CEILING, &error), 0, "%s", error.what);
}

static void unload(void)
{
    assay_file_close(&file);
}

Test(finalevents, a_table_folds_to_its_value, .init = load, .fini = unload)
{
    static assay_replay replay;
    assay_hashes *hashes = assay_hashes_new();
    assay_event event;
    assay_log log;

    cr_assert_eq(assay_log_open(&log, file.bytes, NULL, &findings, NULL), 0);
    cr_expect_str_eq(assay_log_format_name(&log), "final-events");
    cr_assert_eq(log.header.bank_count, 2);
    cr_expect_eq(log.header.banks[0].alg, ASSAY_ALG_SHA1);
    cr_expect_eq(log.header.banks[1].alg, ASSAY_ALG_SHA256);
    cr_assert_eq(assay_replay_begin(&replay, &log.header, hashes, NULL), 0);
    while (assay_log_next(&log, &event) > 0)
        cr_assert_eq(assay_replay_event(&replay, &event), 0);
    expect_pcr(&replay, ASSAY_ALG_SHA256, 5,
               "961918f29c8259b07218b4deb3c466f7fbe8d343db6c571815c7881f7424f575");
    cr_expect_eq(findings.count, 0);
    assay_log_close(&log);
    assay_hashes_free(&hashes);
}

Test(finalevents, a_table_is_written_back_byte_by_byte, .init = load, .fini = unload)
{
    assay_writer back = assay_writer_growing(CEILING);
    assay_error error;

    cr_assert_eq(copy_log(file.bytes, NULL, &back, &error), 0, "%s", error.what);
    cr_expect(assay_bytes_equal(assay_written(&back), file.bytes));
    assay_writer_close(&back);
}

Test(finalevents, a_cut_table_yields_what_is_whole, .init = load, .fini = unload)
{
    for (size_t size = 30; size < file.bytes.size; size++) {
        const reading reading = read_log(assay_bytes_of(file.bytes.data, size), NULL, &findings);

        cr_assert_str_eq(reading.format, "final-events", "%zu bytes", size);
        cr_expect_eq(reading.status, -ASSAY_TRUNCATED, "%zu bytes", size);
        cr_expect_eq(reading.events, size >= 117, "%zu bytes", size);
    }
}

Test(finalevents, detection_takes_nothing_else)
{
    static const assay_bytes cases[] = {
        BYTES("\2\0\0\0\0\0\0\0"
              "\1\0\0\0\0\0\0\0" RECORD), /* no version 2 is known */
        BYTES(HEAD("\1") "\x18"
                         "\0\0\0"
                         "\7\0\0\x80"
                         "\1\0\0\0"
                         "\4\0"), /* PCR 24 */
        BYTES(HEAD("\1") "\5\0\0\0"
                         "\x77\x77\0\0"
                         "\1\0\0\0"
                         "\4\0"), /* an unknown type */
        BYTES(HEAD("\1") "\5\0\0\0"
                         "\7\0\0\x80"
                         "\0\0\0\0"
                         "\4\0"), /* no digest */
        BYTES(HEAD("\1") "\5\0\0\0"
                         "\7\0\0\x80"
                         "\x11\0\0\0"
                         "\4\0"), /* 17 digests */
        BYTES(HEAD("\1") "\5\0\0\0"
                         "\7\0\0\x80"
                         "\1\0\0\0"
                         "\5\0"),       /* HMAC is no hash */
        BYTES(HEAD("\0") "\0\0\0\0\1"), /* none, and then one */
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const reading reading = read_log(cases[i], NULL, NULL);

        cr_expect(reading.format == NULL || strcmp(reading.format, "final-events") != 0, "case %zu",
                  i);
    }
    const assay_bytes empty = BYTES(HEAD("\0"));
    cr_expect_str_eq(read_log(empty, NULL, &findings).format, "final-events");
    cr_expect_eq(findings.seen[ASSAY_FINDING_EMPTY], 1);
}

Test(finalevents, a_fault_is_refused_where_it_stands)
{
    static const struct {
        const char *what;
        assay_bytes bytes;
        int kind;
        uint32_t events;
        uint64_t offset;
        const char *field;
    } cases[] = {
        { "the header is cut",
          BYTES("\1\0\0\0\0\0\0\0"
                "\1\0\0\0"),
          ASSAY_TRUNCATED, 0, 0, "EFI_TCG2_FINAL_EVENTS_TABLE" },
        { "version 0",
          BYTES("\0\0\0\0\0\0\0\0"
                "\1\0\0\0\0\0\0\0" RECORD),
          ASSAY_MALFORMED, 0, 0, "Version" },
        { "one event less than announced", BYTES(HEAD("\2") RECORD), ASSAY_TRUNCATED, 1, 56,
          "NumberOfEvents" },
        { "zeros in the place of an event", BYTES(HEAD("\2") RECORD "\0\0\0\0\0\0\0\0\0\0\0\0"),
          ASSAY_TRUNCATED, 1, 56, "NumberOfEvents" },
        { "a digest without a size",
          BYTES(HEAD("\1") "\5\0\0\0"
                           "\7\0\0\x80"
                           "\1\0\0\0"
                           "\x34\x12" DIGEST_20),
          ASSAY_MALFORMED, 0, 28, "digests" },
        { "two digests of a bank",
          BYTES(HEAD("\1") "\5\0\0\0"
                           "\7\0\0\x80"
                           "\2\0\0\0"
                           "\4\0" DIGEST_20 "\4\0" DIGEST_20),
          ASSAY_MALFORMED, 0, 50, "digests" },
        { "the data ends early",
          BYTES(HEAD("\1") "\5\0\0\0"
                           "\7\0\0\x80"
                           "\1\0\0\0"
                           "\4\0" DIGEST_20 "\3\0\0\0"
                           "ab"),
          ASSAY_TRUNCATED, 0, 16, "event" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const reading reading = read_log(cases[i].bytes, "final-events", &findings);

        cr_expect_eq(reading.status, -cases[i].kind, "%s", cases[i].what);
        cr_expect_eq(reading.events, cases[i].events, "%s", cases[i].what);
        cr_expect_eq(reading.error.offset, cases[i].offset, "%s: %zu", cases[i].what,
                     (size_t)reading.error.offset);
        cr_expect_str_eq(reading.error.field, cases[i].field, "%s", cases[i].what);
    }
}

Test(finalevents, what_follows_the_events_is_a_tail)
{
    static const assay_bytes zeros = BYTES(HEAD("\1") RECORD "\0\0\0\0");
    static const assay_bytes other = BYTES(HEAD("\1") RECORD RECORD);

    cr_expect_eq(read_log(zeros, NULL, &findings).tail, ASSAY_TAIL_ZEROS);
    const reading reading = read_log(other, NULL, &findings);
    cr_expect_eq(reading.tail, ASSAY_TAIL_OTHER);
    cr_expect_eq(reading.events, 1);
    cr_expect_eq(reading.tail_offset, 56);
}

Test(finalevents, a_digest_that_nobody_could_read_is_not_written)
{
    static const assay_bytes text =
        ASSAY_LITERAL("assay-log 1 0x7123/4\n4 EV_SEPARATOR u32:0 = 0x7123:01020304\n");
    assay_writer w = assay_writer_growing(CEILING);
    assay_error error;

    cr_expect_eq(copy_log(text, "final-events", &w, &error), -ASSAY_UNSUPPORTED);
    cr_expect_str_eq(error.field, "digests");
    assay_writer_close(&w);
}
