/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Logs that were cut, damaged or made up. Each lies right before a page that can't be
 * read, so that one byte read too many ends the test, with or without a sanitizer.
 *
 * Logs come from fixtures/ and, where it exists beside the project, ../shared/.
 */
#include <criterion/criterion.h>

#include "base/file.h"
#include "tests/generate.h"
#include "tests/reading.h"

#include <glob.h>
#include <stdlib.h>
#include <sys/mman.h>

enum {
    LARGEST = 4 << 20, /* bytes of a log looked at */
    SMALL = 4096,      /* of one whose bytes are changed one by one */
    TAIL_WHOLE = 64,   /* bytes behind the last event that are cut one by one */
    TAIL_STEP = 4093,  /* and then in such steps: padding is padding */
};

static uint8_t *fence; /* the first byte that can't be read */
static assay_findings findings, second_findings;

static void raise_fence(void)
{
    uint8_t *const area =
        mmap(NULL, LARGEST + 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    cr_assert_neq((void *)area, MAP_FAILED);
    fence = area + LARGEST;
    cr_assert_eq(mprotect(fence, 4096, PROT_NONE), 0);
}

TestSuite(hostile, .init = raise_fence, .timeout = 600);

static assay_bytes before_fence(assay_bytes bytes)
{
    return assay_bytes_of(memcpy(fence - bytes.size, bytes.data, bytes.size), bytes.size);
}

/* Calls `check` with each file that matches; how many there were. */
static size_t for_each_file(const char *pattern, void (*check)(const char *path, assay_bytes bytes))
{
    glob_t paths;
    size_t count = 0;

    if (glob(pattern, 0, NULL, &paths) != 0)
        return 0;
    for (size_t i = 0; i < paths.gl_pathc; i++) {
        assay_file file;
        assay_error error;

        cr_assert_eq(assay_file_read(&file, paths.gl_pathv[i], LARGEST, &error), 0, "%s: %s",
                     paths.gl_pathv[i], error.what);
        check(paths.gl_pathv[i], file.bytes);
        assay_file_close(&file);
        count++;
    }
    globfree(&paths);
    return count;
}

/* A log read whole: what every part of it is measured against. */
typedef struct whole {
    const char *path;
    const char *format; /* NULL when it is none */
    assay_bytes bytes;
    assay_event *events;
    size_t count;
    int status;
    size_t end; /* of the last event */
} whole;

static void read_whole(whole *whole)
{
    assay_event event;
    assay_log log;

    whole->status = assay_log_open(&log, whole->bytes, NULL, NULL, NULL);
    if (whole->status < 0)
        return;
    whole->format = assay_log_format_name(&log);
    while ((whole->status = assay_log_next(&log, &event)) > 0) {
        whole->events = reallocarray(whole->events, whole->count + 1, sizeof event);
        cr_assert_not_null(whole->events);
        whole->events[whole->count++] = event;
        whole->end = event.data_offset + event.data.size;
    }
    assay_log_close(&log);
}

/* Whether the same bytes at another address were read as the same event. */
static bool same_place(const assay_event *a, const uint8_t *base_a, const assay_event *b,
                       const uint8_t *base_b)
{
    bool same = a->number == b->number && a->offset == b->offset && a->pcr_index == b->pcr_index &&
                a->type == b->type && a->only_bank == b->only_bank &&
                a->digest_count == b->digest_count && a->data.size == b->data.size &&
                a->data.data - base_a == b->data.data - base_b;

    for (size_t i = 0; same && i < a->digest_count; i++)
        same = a->digests[i].alg == b->digests[i].alg &&
               a->digests[i].value.data - base_a == b->digests[i].value.data - base_b;
    return same;
}

/* Reads the log that lies before the fence; its events must be the first of `whole`. */
static reading read_part(const whole *whole, assay_bytes part)
{
    reading reading = { .error = { .kind = 0 } };
    assay_event event;
    assay_log log;

    assay_findings_reset(&findings);
    reading.status = assay_log_open(&log, part, NULL, &findings, &reading.error);
    if (reading.status < 0)
        return reading;
    while ((reading.status = assay_log_next(&log, &event)) > 0) {
        cr_assert_lt(reading.events, whole->count, "%s: %zu bytes", whole->path, part.size);
        cr_assert(same_place(&event, part.data, &whole->events[reading.events], whole->bytes.data),
                  "%s: event %u of %zu bytes", whole->path, event.number, part.size);
        reading.events++;
    }
    reading.error = log.error;
    reading.tail_offset = log.tail_offset;
    assay_log_close(&log);
    return reading;
}

static void check_part(const whole *whole, size_t size)
{
    const assay_bytes part = before_fence(assay_bytes_of(whole->bytes.data, size));
    const reading first = read_part(whole, part), second = read_part(whole, part);
    const bool like_whole = first.status == whole->status && first.events == whole->count;
    /* A heap is tables and not a stream: cut, it may be one that was never launched. */
    const bool heap = whole->format != NULL && strcmp(whole->format, "heap") == 0;

    cr_assert(reading_equal(&first, &second), "%s: %zu bytes", whole->path, size);
    cr_assert(reading_explained(&first, size), "%s: %zu bytes", whole->path, size);
    cr_assert(findings_in_order(&findings), "%s: %zu bytes", whole->path, size);
    cr_assert(like_whole || heap || first.status == 0 || first.status == -ASSAY_TRUNCATED ||
                  first.status == -ASSAY_UNKNOWN_FORMAT,
              "%s: %zu bytes: %s", whole->path, size, first.error.what);
}

/*
 * Every prefix up to the end of the last event and a little beyond. What follows there
 * is padding of one byte, or not looked at; in it the prefixes are sampled.
 */
static void check_every_prefix(const char *path, assay_bytes bytes)
{
    whole whole = { .path = path, .bytes = bytes };

    read_whole(&whole);
    for (size_t size = 0; size <= bytes.size; size += size < whole.end + TAIL_WHOLE ? 1 : TAIL_STEP)
        check_part(&whole, size);
    check_part(&whole, bytes.size);
    free(whole.events);
}

Test(hostile, every_prefix_of_every_fixture)
{
    cr_expect_gt(for_each_file("fixtures/machines/*/eventlog.bin", check_every_prefix), 0);
    for_each_file("fixtures/logs/*.bin", check_every_prefix);
    for_each_file("fixtures/malformed/*.bin", check_every_prefix);
}

Test(hostile, every_prefix_of_the_recorded_boots)
{
    for_each_file("../shared/boots/*/eventlog.bin", check_every_prefix);
}

Test(hostile, every_prefix_of_the_sha1_logs)
{
    for_each_file("../shared/corpus/tcg12/*.bin", check_every_prefix);
}

Test(hostile, every_prefix_of_the_crypto_agile_logs)
{
    for_each_file("../shared/corpus/tcg20/*.bin", check_every_prefix);
}

Test(hostile, every_prefix_of_the_txt_logs)
{
    for_each_file("../shared/corpus/txt/*.bin", check_every_prefix);
}

Test(hostile, every_prefix_of_the_windows_logs)
{
    for_each_file("../shared/corpus/windows/*.bin", check_every_prefix);
}

Test(hostile, every_prefix_of_the_confidential_computing_logs)
{
    for_each_file("../shared/corpus/ccel/*.bin", check_every_prefix);
}

Test(hostile, every_prefix_of_the_malformed_logs)
{
    for_each_file("../shared/corpus/malformed/*.bin", check_every_prefix);
}

/* What must hold of any bytes: an end or an explained failure, the same twice, and if
 * nothing is odd about them, a writer that gives them back. */
static void check_bytes(const char *path, assay_bytes bytes)
{
    const assay_bytes fenced = before_fence(bytes);
    const reading first = read_log(fenced, NULL, &findings);
    const reading second = read_log(fenced, NULL, &second_findings);

    cr_assert(reading_equal(&first, &second), "%s", path);
    cr_assert(reading_explained(&first, bytes.size), "%s: %s", path, first.error.what);
    cr_assert(findings_in_order(&findings), "%s", path);
    cr_assert_eq(findings.count, second_findings.count, "%s", path);
    if (first.status == 0 && findings.count == 0 && strcmp(first.format, "text") != 0) {
        assay_writer back = assay_writer_growing(2 * LARGEST);
        assay_error error;

        cr_assert_eq(copy_log(fenced, NULL, &back, &error), 0, "%s: %s", path, error.what);
        cr_assert(assay_bytes_equal(assay_written(&back), bytes), "%s", path);
        assay_writer_close(&back);
    }
}

static void check_every_byte(const char *path, assay_bytes bytes)
{
    static const uint8_t values[] = { 0x00, 0x01, 0x7F, 0x80, 0xFF };
    uint8_t copy[SMALL];

    if (bytes.size > sizeof copy)
        return;
    memcpy(copy, bytes.data, bytes.size);
    for (size_t i = 0; i < bytes.size; i++) {
        for (size_t v = 0; v < sizeof values; v++) {
            copy[i] = values[v];
            check_bytes(path, assay_bytes_of(copy, bytes.size));
        }
        copy[i] = bytes.data[i];
    }
}

Test(hostile, every_byte_of_small_logs)
{
    static const char *const patterns[] = {
        "fixtures/logs/*.bin",
        "fixtures/logs/*.log",
        "fixtures/malformed/*.bin",
        "../shared/corpus/tcg12/*.bin",
        "../shared/corpus/tcg20/*.bin",
        "../shared/corpus/txt/*.bin",
        "../shared/corpus/windows/*.bin",
        "../shared/corpus/ccel/*.bin",
        "../shared/corpus/malformed/*.bin",
    };

    for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++)
        for_each_file(patterns[i], check_every_byte);
}

/* Makes the log of a number in `buffer`; its size. */
static assay_bytes make(uint64_t number, generated *ret_log, uint8_t *buffer, size_t size)
{
    assay_writer writer = assay_writer_lent(buffer, size);
    uint8_t choices[500];

    random_bytes(number, choices, sizeof choices);
    generate(ret_log, assay_bytes_of(choices, sizeof choices));
    generated_encode(ret_log, &writer);
    return assay_written(&writer);
}

Test(hostile, every_prefix_and_byte_of_generated_logs)
{
    static generated model;
    static uint8_t buffer[2 * GENERATED_POOL];

    for (uint64_t i = 0; i < 200; i++) {
        const assay_bytes log = make(1000000 + i, &model, buffer, sizeof buffer);

        check_every_prefix(model.format, log);
        if (i % 10 == 0)
            check_every_byte(model.format, log);
    }
}

Test(hostile, every_prefix_and_byte_of_generated_text)
{
    static generated model;
    static uint8_t buffer[2 * GENERATED_POOL];

    for (uint64_t i = 0; i < 40; i++) {
        const assay_bytes log = make(2000000 + i, &model, buffer, sizeof buffer);
        assay_writer text = assay_writer_growing(LARGEST);
        assay_error error;

        cr_assert_eq(copy_log(log, "text", &text, &error), 0, "%s", error.what);
        const reading whole = read_log(assay_written(&text), NULL, NULL);
        for (size_t size = 0; size < text.used; size++) {
            const reading part =
                read_log(before_fence(assay_bytes_of(text.data, size)), NULL, &findings);

            cr_assert_leq(part.events, whole.events);
            cr_assert(reading_explained(&part, size), "%zu: %s", size, part.error.what);
            cr_assert(part.status == 0 || part.status == -ASSAY_TRUNCATED ||
                          part.status == -ASSAY_UNKNOWN_FORMAT,
                      "%zu: %s", size, part.error.what);
        }
        if (i % 10 == 0)
            check_every_byte("text", assay_written(&text));
        assay_writer_close(&text);
    }
}

static uint32_t get_u32(const uint8_t *at)
{
    return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

static void set_u32(uint8_t *at, uint32_t value)
{
    for (int i = 0; i < 4; i++)
        at[i] = (uint8_t)(value >> 8 * i);
}

/* A number of the log one less, one more, and at its extremes. */
static void check_number(const char *what, uint8_t *bytes, size_t size, size_t at)
{
    const uint32_t right = get_u32(bytes + at);
    const uint32_t wrong[] = { right - 1, right + 1,  0,          16,        17,
                               0xFF,      0x7FFFFFFF, 0x80000000, 0xFFFFFFFF };

    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        set_u32(bytes + at, wrong[i]);
        check_bytes(what, assay_bytes_of(bytes, size));
    }
    set_u32(bytes + at, right);
}

Test(hostile, every_number_of_generated_logs)
{
    static generated model;
    static uint8_t buffer[2 * GENERATED_POOL];

    for (uint64_t i = 0; i < 300; i++) {
        const size_t size = make(3000000 + i, &model, buffer, sizeof buffer).size;

        for (size_t e = 0; e < model.event_count; e++) {
            const assay_event *const event = &model.events[e];

            check_number("pcrIndex", buffer, size, event->offset);
            check_number("eventType", buffer, size, event->offset + 4);
            check_number("count, or the digest", buffer, size, event->offset + 8);
            check_number("eventSize", buffer, size, event->data_offset - 4);
        }
        if (model.header.spec_id.present)
            check_number("numberOfAlgorithms", buffer, size, 32 + 24);
    }
}

/* Bytes that are no log, in many ways. */
static size_t noise(uint64_t number, uint8_t *bytes, size_t room)
{
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    uint8_t dice[4];

    random_bytes(~number, dice, sizeof dice);
    const size_t size = (dice[0] | (size_t)dice[1] << 8) % room + 1;
    random_bytes(number, bytes, size);
    for (size_t i = 0; i < size; i++)
        switch (number % 6) {
        case 1: /* base64 */
            bytes[i] = (uint8_t)alphabet[bytes[i] % 64];
            break;
        case 2: /* text, seven bits */
            bytes[i] &= 0x7F;
            break;
        case 3: /* one byte over and over */
            bytes[i] = dice[2];
            break;
        case 4: /* few values */
            bytes[i] = (uint8_t[]){ 0x00, 0xFF, 0x01, 0x80 }[bytes[i] % 4];
            break;
        case 5: /* UTF-16 */
            bytes[i] = i % 2 == 0 ? (uint8_t)(0x20 + bytes[i] % 0x5F) : 0;
            break;
        default:
            break;
        }
    return size;
}

Test(hostile, noise_is_never_a_log)
{
    static uint8_t bytes[3000];

    for (uint64_t i = 0; i < 20000; i++) {
        const size_t size = noise(i, bytes, sizeof bytes);
        const reading reading =
            read_log(before_fence(assay_bytes_of(bytes, size)), NULL, &findings);

        cr_assert_lt(reading.status, 0, "noise %zu", (size_t)i);
        cr_assert(reading_explained(&reading, size), "noise %zu", (size_t)i);
    }
}

/* Forced to be read as a format, noise may fail at any event, but fails. */
Test(hostile, noise_is_no_log_of_any_format)
{
    static uint8_t bytes[3000];
    const assay_format_info *format;

    for (size_t f = 0; (format = assay_log_format_at(f)) != NULL; f++)
        for (uint64_t i = 0; i < 5000; i++) {
            const size_t size = noise(i, bytes, sizeof bytes);
            const assay_bytes fenced = before_fence(assay_bytes_of(bytes, size));
            const reading first = read_log(fenced, format->name, &findings);
            const reading second = read_log(fenced, format->name, &findings);

            cr_assert(reading_equal(&first, &second), "%s %zu", format->name, (size_t)i);
            cr_assert(reading_explained(&first, size), "%s %zu", format->name, (size_t)i);
        }
}
