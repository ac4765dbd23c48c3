/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Lists of Linux IMA, binary and ASCII. fixtures/logs/ima.py made the lists from the
 * kernel's rules and knows nothing of this library; what it says of an entry stands here.
 */
#include <criterion/criterion.h>

#include "base/file.h"
#include "base/hex.h"
#include "eventlog/ima.h"
#include "tests/reading.h"

#include <stdio.h>

enum { CEILING = 1 << 20 };

static assay_file load(const char *name)
{
    assay_file file;
    assay_error error;
    char path[80];

    snprintf(path, sizeof path, "fixtures/logs/%s", name);
    cr_assert_eq(assay_file_read(&file, path, CEILING, &error), 0, "%s", error.what);
    return file;
}

static void open_log(assay_log *log, assay_bytes bytes, const char *format)
{
    assay_error error;

    cr_assert_eq(assay_log_open(log, bytes, NULL, NULL, &error), 0, "%s", error.what);
    cr_assert_str_eq(assay_log_format_name(log), format);
}

Test(ima, a_list_says_which_stage_and_bank_it_is_of)
{
    static const struct {
        const char *file;
        uint16_t alg, size;
        bool big_endian;
    } lists[] = { { "ima", ASSAY_ALG_SHA1, 20, false },
                  { "ima-sha256", ASSAY_ALG_SHA256, 32, false },
                  { "ima-sha384", ASSAY_ALG_SHA384, 48, false },
                  { "ima-sm3", ASSAY_ALG_SM3_256, 32, false },
                  { "ima-big-endian", ASSAY_ALG_SHA1, 20, true } };

    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        for (int ascii = 0; ascii < 2; ascii++) {
            char name[40];
            assay_log log;

            snprintf(name, sizeof name, "%s.%s", lists[i].file, ascii ? "ascii" : "bin");
            assay_file file = load(name);
            open_log(&log, file.bytes, ascii ? "ima-text" : "ima");
            cr_expect_eq(log.header.stage, ASSAY_STAGE_KERNEL);
            cr_expect(log.header.banks_follow);
            cr_expect_eq(log.header.bank_count, 1);
            cr_expect_eq(log.header.banks[0].alg, lists[i].alg, "%s", name);
            cr_expect_eq(log.header.banks[0].size, lists[i].size, "%s", name);
            cr_expect_eq(log.header.big_endian, lists[i].big_endian, "%s", name);
            assay_log_close(&log);
            assay_file_close(&file);
        }
}

Test(ima, an_entry_has_its_template_digest_and_fields)
{
    assay_file file = load("ima.bin");
    assay_event event;
    assay_log log;

    open_log(&log, file.bytes, "ima");
    cr_assert_eq(assay_log_next(&log, &event), 1);
    cr_expect_eq(event.number, 0);
    cr_expect_eq(event.offset, 0);
    cr_expect_eq(event.data_offset, 4 + 20 + 4 + 7 + 4);
    cr_expect_eq(event.pcr_index, 10);
    cr_expect_eq(event.type, ASSAY_NO_EVENT_TYPE);
    cr_expect_eq(event.content, ASSAY_CONTENT_IMA_TEMPLATE);
    cr_expect(assay_bytes_equal(event.name, ASSAY_LITERAL("ima-sig")));
    cr_expect_eq(event.data.size, 4 + 8 + 32 + 4 + 15 + 4);
    cr_assert_eq(assay_log_next(&log, &event), 1);
    cr_expect_eq(event.offset, 39 + 67);
    cr_expect(assay_bytes_equal(event.name, ASSAY_LITERAL("ima")));
    cr_expect_eq(event.data.size, 20 + 4 + 5, "no length stands before it");
    cr_expect(assay_bytes_equal(assay_bytes_of(event.data.data + 24, 5), ASSAY_LITERAL("/init")));
    assay_log_close(&log);
    assay_file_close(&file);
}

/* Whether two lists have the same entries, wherever they stand. */
static void expect_same_entries(assay_bytes one, assay_bytes other)
{
    assay_log a, b;
    assay_event x, y;
    size_t entries = 0;
    int more;

    cr_assert_eq(assay_log_open(&a, one, NULL, NULL, NULL), 0);
    cr_assert_eq(assay_log_open(&b, other, NULL, NULL, NULL), 0);
    do {
        more = assay_log_next(&a, &x);
        cr_assert_eq(assay_log_next(&b, &y), more);
        cr_expect(more <= 0 || assay_event_equal(&x, &y), "entry %zu", entries);
        entries++;
    } while (more > 0);
    cr_expect_eq(more, 0);
    assay_log_close(&b);
    assay_log_close(&a);
}

Test(ima, both_forms_of_a_list_say_the_same_and_make_each_other)
{
    static const char *const lists[] = { "ima", "ima-sha256", "ima-sha384", "ima-sm3",
                                         "ima-big-endian" };

    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        assay_writer to_ascii = assay_writer_growing(CEILING),
                     to_bin = assay_writer_growing(CEILING);
        assay_error error = { .what = "" };
        char name[40];

        snprintf(name, sizeof name, "%s.bin", lists[i]);
        assay_file bin = load(name);
        snprintf(name, sizeof name, "%s.ascii", lists[i]);
        assay_file ascii = load(name);
        expect_same_entries(bin.bytes, ascii.bytes);
        cr_expect_eq(copy_log(bin.bytes, "ima-text", &to_ascii, &error), 0, "%s", error.what);
        cr_expect(assay_bytes_equal(assay_written(&to_ascii), ascii.bytes), "%s", lists[i]);
        cr_expect_eq(copy_log(ascii.bytes, "ima", &to_bin, &error), 0, "%s", error.what);
        cr_expect(assay_bytes_equal(assay_written(&to_bin), bin.bytes), "%s", lists[i]);
        assay_writer_close(&to_bin);
        assay_writer_close(&to_ascii);
        assay_file_close(&ascii);
        assay_file_close(&bin);
    }
}

/* The bytes of a line's template digest here are sha1 of its data; see the notes at each. */
#define BOOT "10 1d8d532d463c9f8c205d0df7787669a85f93e260 ima-ng"
#define ZEROS "sha1:0000000000000000000000000000000000000000"

/* What the columns of the first line are read as; the caller closes the log. */
static assay_event first_of(assay_log *log, const char *text)
{
    assay_event event = { .number = 0 };

    open_log(log, assay_bytes_of_string(text), "ima-text");
    cr_assert_eq(assay_log_next(log, &event), 1, "%s", log->error.what);
    return event;
}

/* struct.pack("<I", 26) + b"sha1:\0" + bytes(20) + struct.pack("<I", 15) + b"boot_aggregate\0" */
static const uint8_t boot_data[] = "\x1a\0\0\0sha1:\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
                                   "\x0f\0\0\0boot_aggregate";

Test(ima, a_list_is_read_however_it_was_pasted)
{
    static const char *const pasted[] = {
        BOOT " " ZEROS " boot_aggregate\n",
        BOOT " " ZEROS " boot_aggregate\r\n",      /* from Windows */
        BOOT "  " ZEROS " boot_aggregate\n",       /* two blanks after the template */
        "\n\n  " BOOT " " ZEROS " boot_aggregate", /* blank lines before, no newline at the end */
        "10   1D8D532D463C9F8C205D0DF7787669A85F93E260 ima-ng " ZEROS " boot_aggregate\n\r\n",
    };

    for (size_t i = 0; i < sizeof pasted / sizeof *pasted; i++) {
        assay_log log;
        assay_event event = first_of(&log, pasted[i]);

        cr_expect(assay_bytes_equal(event.data, assay_bytes_of(boot_data, sizeof boot_data)), "%zu",
                  i);
        cr_expect_eq(assay_log_next(&log, &event), 0);
        assay_log_close(&log);
    }
}

Test(ima, columns_that_do_not_say_all_become_a_label)
{
    static const struct {
        const char *text, *label;
    } lines[] = {
        { "10 1d8d532d463c9f8c205d0df7787669a85f93e260 ima-new 12 ab /x\n", "12 ab /x" },
        { BOOT " sha1:abc /odd\n", "sha1:abc /odd" },
        { "10 1d8d532d463c9f8c205d0df7787669a85f93e260 ima 00ff /short\n", "00ff /short" },
        { "10 1d8d532d463c9f8c205d0df7787669a85f93e260 d-ng|sig sha1:00 00 11\n", "sha1:00 00 11" },
        { "10 1d8d532d463c9f8c205d0df7787669a85f93e260 d-ng|imode sha1:00 65536\n",
          "sha1:00 65536" },
    };

    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        assay_writer again = assay_writer_growing(CEILING);
        assay_error error = { .what = "" };
        assay_log log;
        const assay_event event = first_of(&log, lines[i].text);

        cr_expect_not(assay_event_keeps_data(&event));
        cr_expect(assay_bytes_equal(event.label, assay_bytes_of_string(lines[i].label)), "%zu", i);
        assay_log_close(&log);
        cr_expect_eq(copy_log(assay_bytes_of_string(lines[i].text), NULL, &again, &error), 0, "%s",
                     error.what);
        cr_expect(assay_bytes_equal(assay_written(&again), assay_bytes_of_string(lines[i].text)),
                  "%zu", i);
        cr_expect_eq(copy_log(assay_bytes_of_string(lines[i].text), "ima", &again, &error),
                     -ASSAY_UNSUPPORTED, "the binary list holds data only");
        assay_writer_close(&again);
    }
}

/* Kernels before 3.13 wrote blanks as they are; the name takes what the other columns leave. */
Test(ima, a_name_may_hold_blanks)
{
    static const char with_sig[] = "10 1d8d532d463c9f8c205d0df7787669a85f93e260 ima-sig sha1:00 "
                                   "/tmp/a b (deleted) 030204\n";
    static const uint8_t data[] =
        "\x07\0\0\0sha1:\0\0\x13\0\0\0/tmp/a b (deleted)\0\x03\0\0\0\3\2\4";
    assay_log log;
    const assay_event event = first_of(&log, with_sig);

    cr_expect(assay_bytes_equal(event.data, assay_bytes_of(data, sizeof data - 1)));
    assay_log_close(&log);
}

/* Mail programs cut blanks at the end of a line. */
Test(ima, fields_that_are_empty_may_have_lost_their_blanks)
{
    static const uint8_t data[] = "\x07\0\0\0sha1:\0\0\x03\0\0\0/x\0\0\0\0";
    assay_log log;
    const assay_event event =
        first_of(&log, "10 1d8d532d463c9f8c205d0df7787669a85f93e260 ima-sig sha1:00 /x\n");

    cr_expect(assay_bytes_equal(event.data, assay_bytes_of(data, sizeof data)));
    assay_log_close(&log);
}

/* PCR 10, EV_IPL and a digest whose last bytes are 03 00 00 00, as an IMA entry's name length. */
Test(ima, a_sha1_log_of_the_tcg_is_not_taken_for_a_list)
{
    static const uint8_t log[] = "\x0a\0\0\0\x0d\0\0\0digest-16-bytes.\3\0\0\0\3\0\0\0ima";
    const reading reading = read_log(assay_bytes_of(log, 4 + 4 + 20 + 4 + 3), NULL, NULL);

    cr_assert_not_null(reading.format);
    cr_expect_str_eq(reading.format, "tcg12");
}

/*
 * Every cut of a list yields the entries before it, then says that one is not all there; but of
 * less than the entry's PCR nobody knows what it is of.
 */
Test(ima, a_list_cut_anywhere_yields_what_is_whole)
{
    assay_file file = load("ima.bin");
    uint64_t ends[32];
    size_t count = 0;
    assay_event event;
    assay_log log;

    open_log(&log, file.bytes, "ima");
    for (ends[count++] = 0; assay_log_next(&log, &event) > 0;)
        ends[count++] = event.data_offset + event.data.size;
    cr_expect_eq(count, 1 + 13);
    assay_log_close(&log);
    for (size_t size = 1; size < file.bytes.size; size++) {
        const reading part = read_log(assay_bytes_of(file.bytes.data, size), "ima", NULL);
        size_t whole = 0;

        while (whole + 1 < count && ends[whole + 1] <= size)
            whole++;
        cr_expect_eq(part.events, whole, "%zu bytes", size);
        const bool stray = whole > 0 && size - ends[whole] < 4;
        cr_expect_eq(part.status, stray ? 0 : -ASSAY_TRUNCATED, "%zu bytes", size);
        cr_expect_eq(part.status == 0 ? part.tail_offset : part.error.offset,
                     part.tail == ASSAY_TAIL_NONE && stray ? 0 : ends[whole], "%zu bytes", size);
        cr_expect_eq(part.tail != ASSAY_TAIL_NONE, stray && size > ends[whole], "%zu bytes", size);
    }
    assay_file_close(&file);
}
