/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * coreboot's logs: its own, and those it writes as the specifications have them. PCR values are
 * those that fixtures/logs/coreboot.py printed when it made the logs.
 */
#include <criterion/criterion.h>

#include "base/file.h"
#include "replay/datacheck.h"
#include "tests/measure.h"
#include "tests/reading.h"

enum { CEILING = 1 << 20, ENTRY = 132 };

static assay_findings findings;
static assay_replay replay;

static assay_file load(const char *path)
{
    assay_error error;
    assay_file file;

    cr_assert_eq(assay_file_read(&file, path, CEILING, &error), 0, "%s", error.what);
    return file;
}

/* Folds a log of the fixtures into `replay`; returns how many events it has. */
static unsigned fold(const char *path, const char *format)
{
    assay_file file = load(path);
    assay_hashes *hashes = assay_hashes_new();
    assay_error error;
    assay_event event;
    assay_log log;
    unsigned count = 0;

    assay_findings_reset(&findings);
    cr_assert_eq(assay_log_open(&log, file.bytes, NULL, &findings, &error), 0, "%s", error.what);
    cr_expect_str_eq(assay_log_format_name(&log), format);
    cr_assert_eq(assay_replay_begin(&replay, &log.header, hashes, NULL), 0);
    for (; assay_log_next(&log, &event) > 0; count++)
        cr_assert_eq(assay_replay_event(&replay, &event), 0);
    cr_expect_eq(log.error.kind, 0, "%s", log.error.what);
    assay_log_close(&log);
    assay_hashes_free(&hashes);
    assay_file_close(&file);
    return count;
}

Test(coreboot, its_own_log_folds_bank_by_bank)
{
    cr_expect_eq(fold("fixtures/logs/coreboot.cbmem", "coreboot"), 5);
    expect_pcr(&replay, ASSAY_ALG_SHA256, 2,
               "213e4a179ad2f6f5a3e4db1e78438fc230d9a79252e5a9749c24568e8d228c4a");
    expect_pcr(&replay, ASSAY_ALG_SHA1, 3, "f093b6fc53301d48de7929f885aec3b5022e25b9");
    cr_expect_eq(findings.count, 0, "an entry speaks for its own bank, and for no other");
}

Test(coreboot, logs_in_slots_fold_and_are_called_so)
{
    cr_expect_eq(fold("fixtures/logs/coreboot-tpm1.bin", "tcg12"), 1 + 5);
    expect_pcr(&replay, ASSAY_ALG_SHA1, 2, "20aff595a4c4ea4e270f8dafe55eb0d96aa49139");
    cr_expect_eq(findings.seen[ASSAY_FINDING_COREBOOT_SLOTS], 1);
    cr_expect_str_eq(findings.list[0].detail,
                     "5 of 8 slots of 82 bytes are used, by coreboot's word");

    cr_expect_eq(fold("fixtures/logs/coreboot-tpm2.bin", "tcg2"), 1 + 7);
    expect_pcr(&replay, ASSAY_ALG_SHA256, 0,
               "ef65b654bd55ff8a599786d2a43790ea8e0f118839fa40ac420ac9e6ecd94454");
    expect_pcr(&replay, ASSAY_ALG_SHA256, 2,
               "213e4a179ad2f6f5a3e4db1e78438fc230d9a79252e5a9749c24568e8d228c4a");
    cr_expect_eq(findings.seen[ASSAY_FINDING_COREBOOT_SLOTS], 1);
    cr_expect_eq(findings.seen[ASSAY_FINDING_STARTUP_LOCALITY], 0, "50 bytes say it as well");
}

/* The digest of an EV_ACTION that is a name in a slot is of what bears the name. */
Test(coreboot, only_a_name_in_a_slot_may_differ_from_its_digest)
{
    static const struct {
        const char data[51];
        size_t size;
        enum assay_outcome outcome;
    } cases[] = {
        { "CBFS: fallback/romstage", 50, ASSAY_NOT_CHECKABLE },
        { "CBFS: fallback/romstage", 49, ASSAY_CONTRADICTED },
        { "CBFS: fallback/romstage", 23, ASSAY_CONTRADICTED },
        { "CBFS: fallback/romstage\0!", 50, ASSAY_CONTRADICTED },
        { "", 50, ASSAY_CONTRADICTED },
        { "A name that leaves no room for a NUL at the end...", 50, ASSAY_CONTRADICTED },
    };
    assay_hashes *hashes = assay_hashes_new();

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        static const uint16_t banks[] = { ASSAY_ALG_SHA256, 0 };
        assay_datacheck check;
        assay_payload payload;
        measured m;

        measure(hashes, &m, banks, 2, EV_ACTION, "other bytes");
        m.event.data = assay_bytes_of(cases[i].data, cases[i].size);
        assay_payload_decode(&m.event, &payload);
        cr_assert_eq(assay_datacheck_event(hashes, &m.event, &payload, &check), 0);
        cr_expect_eq(check.outcome, cases[i].outcome, "case %zu", i);
    }
    assay_hashes_free(&hashes);
}

/* A log of one entry of SHA-1 "Z", made here field by field; `size` bytes of it. */
static assay_bytes one_entry(uint8_t *room, const char *type, uint32_t length)
{
    assay_writer w = assay_writer_lent(room, 4 + ENTRY);

    assay_put_u16le(&w, 50);
    assay_put_u16le(&w, 1);
    assay_put_u32le(&w, 2);
    assay_put_string(&w, type);
    assay_put_zeros(&w, 10 - strlen(type));
    for (int i = 0; i < 64; i++)
        assay_put_u8(&w, 'Z');
    assay_put_u32le(&w, length);
    assay_put_string(&w, "FMAP: FMAP");
    assay_put_zeros(&w, 40);
    return assay_written(&w);
}

Test(coreboot, an_entry_becomes_an_event_of_one_bank)
{
    uint8_t room[4 + ENTRY];
    assay_event event;
    assay_log log;

    cr_assert_eq(assay_log_open(&log, one_entry(room, "SHA1", 20), NULL, &findings, NULL), 0);
    cr_assert_eq(log.header.bank_count, 1);
    cr_expect_eq(log.header.banks[0].alg, ASSAY_ALG_SHA1);
    cr_assert_eq(assay_log_next(&log, &event), 1);
    cr_expect_eq(event.pcr_index, 2);
    cr_expect_eq(event.type, ASSAY_NO_EVENT_TYPE);
    cr_expect_eq(event.offset, 4);
    cr_expect_eq(event.only_bank, ASSAY_ALG_SHA1);
    cr_assert_eq(event.digest_count, 1);
    cr_expect_eq(event.digests[0].value.size, 20);
    cr_expect(assay_bytes_all(event.digests[0].value, 'Z'));
    cr_expect(assay_bytes_equal(event.label, ASSAY_LITERAL("FMAP: FMAP")));
    cr_expect_not(assay_event_keeps_data(&event));
    cr_expect_eq(assay_log_next(&log, &event), 0, "the area may end before the empty slots");
    cr_expect_eq(findings.count, 0);
}

Test(coreboot, detection_wants_a_pcr_and_an_algorithm)
{
    uint8_t room[4 + ENTRY];

    cr_expect_str_eq(read_log(one_entry(room, "SHA1", 20), NULL, NULL).format, "coreboot");
    room[4] = 24;
    cr_expect_null(read_log(assay_bytes_of(room, sizeof room), NULL, NULL).format);
    cr_expect_null(read_log(one_entry(room, "MD5", 16), NULL, NULL).format);
}

Test(coreboot, an_area_nobody_wrote_to_is_an_empty_log)
{
    static uint8_t area[4 + 50 * ENTRY] = { 50 };
    const reading whole = read_log(assay_bytes_of(area, sizeof area), NULL, &findings);

    cr_assert_str_eq(whole.format, "coreboot");
    cr_expect_eq(whole.events, 0);
    cr_expect_eq(findings.seen[ASSAY_FINDING_EMPTY], 1);
    const reading cut = read_log(assay_bytes_of(area, sizeof area - 1), NULL, &findings);
    cr_expect_null(cut.format);
}

Test(coreboot, what_follows_the_slots_is_a_tail)
{
    static uint8_t area[4 + ENTRY + 16];
    const assay_bytes bytes = assay_bytes_of(area, sizeof area);

    one_entry(area, "SHA1", 20);
    area[0] = 1;
    cr_expect_eq(read_log(bytes, NULL, &findings).tail, ASSAY_TAIL_ZEROS);
    area[sizeof area - 1] = 'x';
    const reading reading = read_log(bytes, NULL, &findings);
    cr_expect_eq(reading.tail, ASSAY_TAIL_OTHER);
    cr_expect_eq(reading.tail_offset, 4 + ENTRY);
}

Test(coreboot, a_fault_is_refused_where_it_stands)
{
    static const struct {
        const char *what, *type;
        uint32_t length;
        uint8_t num;
        size_t size;
        int kind;
        uint64_t offset;
        const char *field;
    } cases[] = {
        { "more entries than there is room for", "SHA1", 20, 51, 136, ASSAY_MALFORMED, 2,
          "num_entries" },
        { "the input ends inside the entry", "SHA1", 20, 1, 135, ASSAY_TRUNCATED, 4, "entries" },
        { "the input ends before the second entry", "SHA1", 20, 2, 136, ASSAY_TRUNCATED, 136,
          "entries" },
        { "a digest longer than its field", "SHA512", 65, 1, 136, ASSAY_MALFORMED, 82,
          "digest_length" },
        { "a digest of 2^32 - 1 bytes", "SHA512", UINT32_MAX, 1, 136, ASSAY_MALFORMED, 82,
          "digest_length" },
        { "no algorithm", "", 20, 1, 136, ASSAY_MALFORMED, 8, "digest_type" },
        { "an algorithm that no bank has", "SHA224", 28, 1, 136, ASSAY_MALFORMED, 8,
          "digest_type" },
        { "the input ends inside the header", "SHA1", 20, 1, 3, ASSAY_TRUNCATED, 0, "max_entries" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint8_t room[4 + ENTRY];

        one_entry(room, cases[i].type, cases[i].length);
        room[2] = cases[i].num;
        const reading reading =
            read_log(assay_bytes_of(room, cases[i].size), "coreboot", &findings);
        cr_expect_eq(reading.status, -cases[i].kind, "%s", cases[i].what);
        cr_expect_eq(reading.error.offset, cases[i].offset, "%s: %zu", cases[i].what,
                     (size_t)reading.error.offset);
        cr_expect_str_eq(reading.error.field, cases[i].field, "%s", cases[i].what);
    }
}

Test(coreboot, a_digest_of_another_size_is_shown_and_said)
{
    uint8_t room[4 + ENTRY];
    const reading reading = read_log(one_entry(room, "SHA256", 20), NULL, &findings);

    cr_expect_eq(reading.status, 0);
    cr_expect_eq(reading.events, 1);
    cr_expect_eq(findings.seen[ASSAY_FINDING_DIGEST_SIZE], 1);
}

/* As coreboot allots it, with zeros where the fixture has what lay there. */
Test(coreboot, a_log_is_written_as_an_area_of_fifty_slots)
{
    assay_file file = load("fixtures/logs/coreboot.cbmem");
    assay_writer once = assay_writer_growing(CEILING), twice = assay_writer_growing(CEILING);
    assay_error error;

    cr_assert_eq(copy_log(file.bytes, NULL, &once, &error), 0, "%s", error.what);
    const assay_bytes area = assay_written(&once);
    cr_assert_eq(area.size, 4 + 50 * ENTRY);
    cr_expect_arr_eq(area.data, file.bytes.data, 4 + 14 + 32, "up to the first digest's end");
    cr_expect(assay_bytes_all(assay_bytes_of(area.data + 4 + 46, 32), 0));
    cr_assert_eq(copy_log(area, NULL, &twice, &error), 0, "%s", error.what);
    cr_expect(assay_bytes_equal(assay_written(&twice), area));
    assay_writer_close(&twice);
    assay_writer_close(&once);
    assay_file_close(&file);
}

Test(coreboot, what_an_entry_has_no_room_for_is_refused)
{
    static const struct {
        const char *label, *field;
        uint32_t type;
        uint16_t digests;
    } cases[] = {
        { "FMAP", NULL, ASSAY_NO_EVENT_TYPE, 1 },
        { "nine-and-forty characters go into a slot, no more", NULL, EV_ACTION, 1 },
        { "nine-and-forty characters go into a slot, no more!", "name", EV_ACTION, 1 },
        { "FMAP", "eventType", EV_NO_ACTION, 1 },
        { "FMAP", "digests", EV_ACTION, 2 },
        { "FMAP", "digests", EV_ACTION, 0 },
        { NULL, "event", EV_ACTION, 1 },
    };
    static const uint8_t zeros[32];
    const assay_log_header header = { .bank_count = 1 };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assay_writer w = assay_writer_growing(CEILING);
        assay_log_writer out;
        assay_error error = { .field = NULL };
        const assay_event event = {
            .type = cases[i].type,
            .digest_count = cases[i].digests,
            .digests = { { ASSAY_ALG_SHA1, { zeros, 20 } }, { ASSAY_ALG_SHA256, { zeros, 32 } } },
            .label =
                cases[i].label != NULL ? assay_bytes_of_string(cases[i].label) : ASSAY_NO_BYTES,
        };

        cr_assert_eq(assay_log_write_begin(&out, "coreboot", &header, &w, &error), 0);
        const int status = assay_log_write_event(&out, &event, &error);
        cr_expect_eq(status, cases[i].field == NULL ? 0 : -ASSAY_UNSUPPORTED, "case %zu", i);
        if (cases[i].field != NULL)
            cr_expect_str_eq(error.field, cases[i].field);
        cr_assert_eq(assay_log_write_end(&out, &error), 0);
        assay_writer_close(&w);
    }
}
