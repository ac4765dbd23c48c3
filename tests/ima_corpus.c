/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Real IMA lists, where a collection of them lies beside the project. Numbers of entries and
 * violations are those of the collection's manifest; which digests do not follow from the columns
 * was found by a few lines of Python.
 */
#include <criterion/criterion.h>

#include "base/file.h"
#include "replay/datacheck.h"
#include "tests/reading.h"

#include <stdio.h>
#include <unistd.h>

enum { CEILING = 16 << 20 };

#define CORPUS "../shared/corpus/ima/"

static const struct list {
    const char *name, *format;
    uint32_t entries, violations, contradicted;
    uint16_t alg;
    int status;
} lists[] = {
    { "embrave-a1abf96eb5.bin", "ima", 922, 0, 0, ASSAY_ALG_SHA1, 0 },
    { "guard-oss-h12ssl-before-measurements.bin", "ima", 4797, 6, 0, ASSAY_ALG_SHA1, 0 },
    { "guard-oss-h12ssl-binary-measurements.bin", "ima", 2365, 2, 0, ASSAY_ALG_SHA1, 0 },
    { "immune-dl160-fwupd-report.bin", "ima", 16169, 24, 0, ASSAY_ALG_SHA1, 0 },
    { "immune-hahuri-invalid-eventlog-values.bin", "ima", 37, 0, 0, ASSAY_ALG_SHA1, 0 },
    { "immune-ludmilla-2.bin", "ima", 1, 0, 0, ASSAY_ALG_SHA1, 0 },
    { "safeboot-lenovo-t490.bin", "ima-text", 1, 0, 0, ASSAY_ALG_SHA1, 0 },
    /* made by their projects to try every template; the manifest knows no layout for them */
    { "ibmtss-imatest.bin", "ima", 17, 1, 0, ASSAY_ALG_SHA1, 0 },
    { "ibmtss-imatest-log-2.bin", "ima", 10, 1, 0, ASSAY_ALG_SHA1, 0 },
    { "ibmtss-imatest-log-3.bin", "ima", 11, 1, 0, ASSAY_ALG_SHA1, 0 },
    /* a newline follows, or six bytes of another entry */
    { "tss-fapi-sml-ima-ng-sha1.bin", "ima", 6, 0, 0, ASSAY_ALG_SHA1, 0 },
    { "tss-fapi-sml-ima-sha1.bin", "ima", 12, 0, 0, ASSAY_ALG_SHA1, 0 },
    { "tss-fapi-sml-ima-sig-sha256.bin", "ima", 9, 0, 0, ASSAY_ALG_SHA1, -ASSAY_TRUNCATED },
    { "tss-fapi-sml-ima-ng-sha1-invalidated.bin", "ima", 0, 0, 0, ASSAY_ALG_SHA1,
      -ASSAY_TRUNCATED },
    { "tss-fapi-sml-ima-sha1-invalidated.bin", "ima", 1, 1, 0, ASSAY_ALG_SHA1, 0 },
    { "tss-fapi-sml-ima-sig-sha256-invalidated.bin", "ima", 2, 1, 0, ASSAY_ALG_SHA1, 0 },
    { "charra-ascii-runtime-measurements.ascii", "ima-text", 1646, 0, 0, ASSAY_ALG_SHA1, 0 },
    { "embrave-f1a89695d4.ascii", "ima-text", 922, 0, 0, ASSAY_ALG_SHA1, 0 },
    { "guard-oss-h12ssl-ascii-measurements.ascii", "ima-text", 2380, 2, 0, ASSAY_ALG_SHA1, 0 },
    { "ima-evm-utils-sample-ascii-runtime-measurements-pcrs-8-9.ascii", "ima-text", 1, 0, 0,
      ASSAY_ALG_SHA1, 0 },
    { "ima-verify-boot-aggregate-vm.ascii", "ima-text", 1, 0, 0, ASSAY_ALG_SHA1, 0 },
    { "ima-verify-boot-aggregate.ascii", "ima-text", 1, 0, 0, ASSAY_ALG_SHA1, 0 },
    { "intel-secl-mock.ascii", "ima-text", 101, 2, 0, ASSAY_ALG_SHA1, 0 },
    { "keylime-8d4aeda801.ascii", "ima-text", 867, 9, 0, ASSAY_ALG_SHA1, 0 },
    { "keylime-b162046a7e.ascii", "ima-text", 826, 0, 0, ASSAY_ALG_SHA1, 0 },
    /* keylime altered a file's name for its tests */
    { "keylime-bd27e0310e.ascii", "ima-text", 867, 9, 1, ASSAY_ALG_SHA1, 0 },
    { "keylime-ima-log-sha1.ascii", "ima-text", 2, 1, 0, ASSAY_ALG_SHA1, 0 },
    { "keylime-ima-log-sha256.ascii", "ima-text", 2, 0, 0, ASSAY_ALG_SHA1, 0 },
    { "keylime-ima-log-sha384.ascii", "ima-text", 2, 1, 0, ASSAY_ALG_SHA1, 0 },
    { "keylime-ima-log-sm3-256.ascii", "ima-text", 2, 1, 0, ASSAY_ALG_SM3_256, 0 },
    { "rust-keylime-ima-log.ascii", "ima-text", 1, 0, 0, ASSAY_ALG_SHA1, 0 },
};

static assay_file load(const struct list *list)
{
    char path[160];
    assay_file file;
    assay_error error;

    snprintf(path, sizeof path, CORPUS "%s", list->name);
    if (access(path, R_OK) != 0)
        cr_skip_test("no collection");
    cr_assert_eq(assay_file_read(&file, path, CEILING, &error), 0, "%s", error.what);
    return file;
}

/* Reads and checks a list; every entry has data, and none is opaque. */
static void check_list(const struct list *list, assay_bytes bytes, assay_hashes *hashes)
{
    uint32_t contradicted = 0, entries = 0;
    static assay_findings findings;
    assay_datacheck check;
    assay_payload payload;
    assay_event event;
    assay_log log;
    int status;

    assay_findings_reset(&findings);
    cr_assert_eq(assay_log_open(&log, bytes, NULL, &findings, NULL), 0, "%s", list->name);
    cr_expect_str_eq(assay_log_format_name(&log), list->format, "%s", list->name);
    cr_expect_eq(log.header.banks[0].alg, list->alg, "%s", list->name);
    while ((status = assay_log_next(&log, &event)) > 0) {
        assay_payload_decode(&event, &payload);
        cr_expect_eq(payload.kind, ASSAY_PAYLOAD_IMA, "%s: entry %u", list->name, event.number);
        cr_assert_eq(assay_datacheck_event(hashes, &event, &payload, &check), 0);
        assay_datacheck_note(&event, &check, &findings);
        contradicted += check.outcome == ASSAY_CONTRADICTED;
        entries++;
    }
    cr_expect_eq(status, list->status, "%s: %s", list->name, log.error.what);
    cr_expect_eq(entries, list->entries, "%s: %u", list->name, entries);
    cr_expect_eq(findings.seen[ASSAY_FINDING_IMA_VIOLATION], list->violations, "%s", list->name);
    cr_expect_eq(contradicted, list->contradicted, "%s", list->name);
    assay_log_close(&log);
}

Test(ima_corpus, every_list_has_its_entries_and_their_digests_follow)
{
    assay_hashes *hashes = assay_hashes_new();

    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        assay_file file = load(&lists[i]);

        check_list(&lists[i], file.bytes, hashes);
        assay_file_close(&file);
    }
    assay_hashes_free(&hashes);
}

/* `text` without the blanks at the ends of its lines. */
static assay_bytes trimmed(assay_bytes text, uint8_t *room)
{
    size_t size = 0;

    for (size_t i = 0; i < text.size; i++) {
        while (text.data[i] == '\n' && size > 0 && room[size - 1] == ' ')
            size--;
        room[size++] = text.data[i];
    }
    return assay_bytes_of(room, size);
}

/* From ASCII to binary and back. One list lost the blanks that stand for empty signatures. */
Test(ima_corpus, lists_turn_from_ASCII_into_binary_and_back)
{
    static uint8_t rooms[2][1 << 20];

    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        assay_writer bin = assay_writer_growing(CEILING), back = assay_writer_growing(CEILING);
        assay_file file = load(&lists[i]);
        assay_error error = { .what = "" };

        if (strcmp(lists[i].format, "ima-text") == 0) {
            cr_assert_eq(copy_log(file.bytes, "ima", &bin, &error), 0, "%s", error.what);
            cr_assert_eq(copy_log(assay_written(&bin), "ima-text", &back, &error), 0, "%s",
                         error.what);
            cr_expect(assay_bytes_equal(trimmed(file.bytes, rooms[0]),
                                        trimmed(assay_written(&back), rooms[1])),
                      "%s", lists[i].name);
        }
        assay_writer_close(&back);
        assay_writer_close(&bin);
        assay_file_close(&file);
    }
}

/* The same machine's list, taken in both forms at once. */
Test(ima_corpus, the_two_forms_of_one_machine_are_the_same_list)
{
    assay_writer ascii = assay_writer_growing(CEILING);
    assay_file bin = load(&lists[0]), text = load(&lists[17]);
    assay_error error = { .what = "" };

    cr_assert_str_eq(lists[17].name, "embrave-f1a89695d4.ascii");
    cr_assert_eq(copy_log(bin.bytes, "ima-text", &ascii, &error), 0, "%s", error.what);
    cr_expect(assay_bytes_equal(assay_written(&ascii), text.bytes));
    assay_writer_close(&ascii);
    assay_file_close(&text);
    assay_file_close(&bin);
}
