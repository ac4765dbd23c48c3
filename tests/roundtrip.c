/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Properties of all log formats, in generated logs: what is written is read back,
 * what is read is written back, and a part of a log is a part of its events.
 */
#include <criterion/criterion.h>

#include "base/file.h"
#include "eventlog/format/format.h"
#include "tests/generate.h"
#include "tests/reading.h"

#include <glob.h>

enum { CASES = 2000, CHOICES = 700, CEILING = 1 << 20 };

/* Makes the log of a number, and its bytes. The caller closes the writer. */
static assay_writer make(uint64_t number, generated *ret_log)
{
    uint8_t choices[CHOICES];
    assay_writer writer = assay_writer_growing(CEILING);

    random_bytes(number, choices, sizeof choices);
    generate(ret_log, assay_bytes_of(choices, sizeof choices));
    generated_encode(ret_log, &writer);
    return writer;
}

static bool same_spec_id(const assay_spec_id *a, const assay_spec_id *b)
{
    return a->present == b->present && a->signature == b->signature &&
           a->platform_class == b->platform_class && a->version_minor == b->version_minor &&
           a->version_major == b->version_major && a->errata == b->errata &&
           a->uintn_size == b->uintn_size && assay_bytes_equal(a->vendor_info, b->vendor_info);
}

static bool same_header(const assay_log_header *a, const assay_log_header *b)
{
    bool same = a->bank_count == b->bank_count &&
                a->measurement_registers == b->measurement_registers &&
                same_spec_id(&a->spec_id, &b->spec_id);

    for (size_t i = 0; same && i < a->bank_count; i++)
        same = a->banks[i].alg == b->banks[i].alg && a->banks[i].size == b->banks[i].size;
    return same;
}

/* Whether `bytes` read as the model's events, and with `places` at the model's offsets. */
static void expect_model(const generated *model, assay_bytes bytes, const char *format, bool places)
{
    assay_error error;
    assay_event event;
    assay_log log;
    size_t i = 0;

    cr_assert_eq(assay_log_open(&log, bytes, NULL, NULL, &error), 0, "%s", error.what);
    cr_expect_str_eq(assay_log_format_name(&log), format, "detection names the format");
    if (model->header.spec_id.present)
        cr_expect(same_header(&log.header, &model->header));
    while (assay_log_next(&log, &event) > 0 && i < model->event_count) {
        cr_expect(assay_event_equal(&event, &model->events[i]), "event %zu", i);
        cr_expect_eq(event.number, i);
        if (places) {
            cr_expect_eq(event.offset, model->events[i].offset);
            cr_expect_eq(event.data_offset, model->events[i].data_offset);
        }
        i++;
    }
    cr_expect_eq(log.error.kind, 0, "%s at %zu", log.error.what, (size_t)log.error.offset);
    cr_expect_eq(i, model->event_count);
    assay_log_close(&log);
}

Test(roundtrip, a_generated_log_reads_as_its_model)
{
    static generated model;

    for (uint64_t i = 0; i < CASES; i++) {
        assay_writer bytes = make(i, &model);

        expect_model(&model, assay_written(&bytes), model.format, true);
        assay_writer_close(&bytes);
    }
}

Test(roundtrip, what_is_read_is_written_back_byte_by_byte)
{
    static generated model;

    for (uint64_t i = 0; i < CASES; i++) {
        assay_writer bytes = make(i, &model), back = assay_writer_growing(CEILING);
        const assay_bytes whole = assay_written(&bytes);
        const assay_bytes log = { whole.data, whole.size - model.tail_size };
        assay_error error;

        cr_assert_eq(copy_log(whole, NULL, &back, &error), 0, "log %zu: %s", (size_t)i, error.what);
        cr_assert(assay_bytes_equal(assay_written(&back), log), "log %zu", (size_t)i);
        assay_writer_close(&back);
        assay_writer_close(&bytes);
    }
}

Test(roundtrip, a_log_as_text_is_the_same_log_and_the_same_text)
{
    static generated model;

    for (uint64_t i = 0; i < CASES; i++) {
        assay_writer bytes = make(i, &model), text = assay_writer_growing(CEILING),
                     again = assay_writer_growing(CEILING), back = assay_writer_growing(CEILING);
        const assay_bytes whole = assay_written(&bytes);
        const assay_bytes log = { whole.data, whole.size - model.tail_size };
        assay_error error;

        cr_assert_eq(copy_log(whole, "text", &text, &error), 0, "log %zu: %s", (size_t)i,
                     error.what);
        expect_model(&model, assay_written(&text), "text", false);
        cr_assert_eq(copy_log(assay_written(&text), NULL, &again, &error), 0);
        cr_assert(assay_bytes_equal(assay_written(&again), assay_written(&text)), "log %zu",
                  (size_t)i);
        cr_assert_eq(copy_log(assay_written(&text), model.format, &back, &error), 0);
        cr_assert(assay_bytes_equal(assay_written(&back), log), "log %zu", (size_t)i);
        assay_writer_close(&back);
        assay_writer_close(&again);
        assay_writer_close(&text);
        assay_writer_close(&bytes);
    }
}

/* The generated logs have no others. */
static bool holds_firmware_events(size_t format)
{
    return assay_format_at(format)->room.contents & 1u << ASSAY_CONTENT_PCCLIENT_STD;
}

/* A format that can't hold a log may refuse to write it;
 * what it writes, it reads and writes again. */
Test(roundtrip, every_format_reads_back_what_it_writes)
{
    static generated model;
    const assay_format_info *format;

    for (size_t f = 0; (format = assay_log_format_at(f)) != NULL; f++) {
        size_t written = 0;

        for (uint64_t i = 0; i < CASES && format->writable; i++) {
            assay_writer bytes = make(i, &model), once = assay_writer_growing(CEILING),
                         twice = assay_writer_growing(CEILING);
            assay_error error;
            const int status = copy_log(assay_written(&bytes), format->name, &once, &error);

            cr_assert(status == 0 || status == -ASSAY_UNSUPPORTED, "%s", error.what);
            if (status == 0 && once.used > 0) { /* without a header, no events are no log */
                written++;
                cr_assert_eq(
                    copy_log_from(assay_written(&once), format->name, NULL, &twice, &error), 0,
                    "log %zu as %s: %s", (size_t)i, format->name, error.what);
                cr_assert(assay_bytes_equal(assay_written(&once), assay_written(&twice)),
                          "log %zu as %s", (size_t)i, format->name);
            }
            assay_writer_close(&twice);
            assay_writer_close(&once);
            assay_writer_close(&bytes);
        }
        cr_expect(written > 0 || !format->writable || !holds_firmware_events(f), "%s",
                  format->name);
    }
}

/* With that header in front, it would be taken for crypto-agile. */
Test(roundtrip, the_crypto_agile_header_does_not_go_into_a_sha1_log)
{
    const assay_bytes agile = ASSAY_LITERAL("assay-log 1 sha1\nspec-id\n4 EV_SEPARATOR u32:0\n");
    uint8_t buffer[200];
    assay_writer sha1 = assay_writer_lent(buffer, sizeof buffer);
    assay_error error;

    cr_assert_eq(copy_log(agile, "tcg12", &sha1, &error), 0, "%s", error.what);
    const reading reading = read_log(assay_written(&sha1), NULL, NULL);
    cr_expect_eq(reading.status, 0);
    cr_expect_str_eq(reading.format, "tcg12");
    cr_expect_eq(reading.events, 1);
}

Test(roundtrip, a_second_reading_says_the_same)
{
    static generated model;
    static assay_findings findings, second_findings;

    for (uint64_t i = 0; i < CASES; i++) {
        assay_writer bytes = make(i, &model);
        const reading first = read_log(assay_written(&bytes), NULL, &findings);
        const reading second = read_log(assay_written(&bytes), NULL, &second_findings);

        cr_expect(reading_equal(&first, &second));
        cr_expect_eq(findings.count, second_findings.count);
        cr_expect_arr_eq(findings.seen, second_findings.seen, sizeof findings.seen);
        cr_expect(findings_in_order(&findings));
        assay_writer_close(&bytes);
    }
}

/* Recorded logs, read without a finding: written back, and by way of the text form. */
static void expect_identity(const char *path, assay_bytes bytes)
{
    static assay_findings findings;
    const reading reading = read_log(bytes, NULL, &findings);
    assay_writer back = assay_writer_growing(4 * CEILING),
                 text = assay_writer_growing(64 * CEILING),
                 from_text = assay_writer_growing(4 * CEILING);
    assay_error error;

    if (reading.status != 0 || findings.count > 0)
        return;
    cr_expect_eq(copy_log(bytes, NULL, &back, &error), 0, "%s: %s", path, error.what);
    cr_expect(assay_bytes_equal(assay_written(&back), bytes), "%s", path);
    if (copy_log(bytes, "text", &text, &error) == -ASSAY_UNSUPPORTED) {
        cr_expect_str_eq(error.field, "content", "%s: %s", path, error.what);
    } else {
        cr_expect_eq(copy_log(assay_written(&text), reading.format, &from_text, &error), 0,
                     "%s: %s", path, error.what);
        cr_expect(assay_bytes_equal(assay_written(&from_text), bytes), "%s by way of text", path);
    }
    assay_writer_close(&from_text);
    assay_writer_close(&text);
    assay_writer_close(&back);
}

Test(roundtrip, recorded_logs_are_written_back_and_by_way_of_text)
{
    static const char *const patterns[] = {
        "fixtures/machines/*/eventlog.bin", "fixtures/logs/*.bin",
        "../shared/boots/*/eventlog.bin",   "../shared/corpus/tcg12/*.bin",
        "../shared/corpus/tcg20/*.bin",     "../shared/corpus/txt/*.bin",
        "../shared/corpus/windows/*.bin",   "../shared/corpus/ccel/*.bin",
        "fixtures/logs/*.ascii",            "../shared/corpus/ima/*.bin",
        "../shared/boots/*/guest/ima.bin",
    };
    size_t logs = 0;

    for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++) {
        glob_t paths;

        if (glob(patterns[i], 0, NULL, &paths) != 0)
            continue;
        for (size_t p = 0; p < paths.gl_pathc; p++, logs++) {
            assay_file file;
            assay_error error;

            cr_assert_eq(assay_file_read(&file, paths.gl_pathv[p], 4 * CEILING, &error), 0);
            expect_identity(paths.gl_pathv[p], file.bytes);
            assay_file_close(&file);
        }
        globfree(&paths);
    }
    cr_expect_gt(logs, 0);
}
