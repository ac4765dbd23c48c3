/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Lists that are wrong in one way: what is sound before the fault is read, then the fault is said
 * with its place; and entries whose digest does not follow from their fields.
 */
#include <criterion/criterion.h>

#include "base/file.h"
#include "replay/datacheck.h"
#include "tests/reading.h"

enum { CEILING = 1 << 20 };

/* b"sha1:\0" + bytes(20) and b"boot_aggregate\0" behind their lengths: 26 + 15 + 8 == 49 (0x31) */
#define DIGEST "\x1d\x8d\x53\x2d\x46\x3c\x9f\x8c\x20\x5d\x0d\xf7\x78\x76\x69\xa8\x5f\x93\xe2\x60"
#define ZEROS "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
#define FIELDS "\x1a\0\0\0sha1:\0" ZEROS "\x0f\0\0\0boot_aggregate\0"
#define ENTRY "\x0a\0\0\0" DIGEST "\6\0\0\0ima-ng\x31\0\0\0" FIELDS /* 38 + 49 == 87 bytes */
#define HEAD "\x0a\0\0\0" DIGEST                                    /* 24 bytes */

#define LINE                                                                                       \
    "10 1d8d532d463c9f8c205d0df7787669a85f93e260 ima-ng "                                          \
    "sha1:0000000000000000000000000000000000000000 boot_aggregate\n"
#define LINE_SIZE (sizeof LINE - 1)

typedef struct fault {
    const char *what; /* is wrong */
    assay_bytes list;
    int kind;
    uint64_t offset;
    const char *field;
} fault;

static void expect_fault(const fault *fault, const char *format)
{
    const reading reading = read_log(fault->list, NULL, NULL);

    cr_expect_eq(reading.status, -fault->kind, "%s: %d", fault->what, reading.status);
    cr_assert_not_null(reading.format, "%s", fault->what);
    cr_expect_str_eq(reading.format, format, "%s", fault->what);
    cr_expect_eq(reading.events, 1, "%s: %u before it", fault->what, reading.events);
    cr_expect_eq(reading.error.offset, fault->offset, "%s: at %zu", fault->what,
                 (size_t)reading.error.offset);
    cr_expect_eq(reading.error.event, 1, "%s", fault->what);
    cr_expect_str_eq(reading.error.field, fault->field, "%s", fault->what);
}

Test(ima_malformed, a_binary_list_is_refused_where_it_is_wrong)
{
    static const fault faults[] = {
        { "ends behind the PCR", ASSAY_LITERAL(ENTRY "\x0a\0\0\0"), ASSAY_TRUNCATED, 87,
          "template_digest" },
        { "ends in the digest", ASSAY_LITERAL(ENTRY "\x0a\0\0\0\x1d"), ASSAY_TRUNCATED, 87,
          "template_digest" },
        { "ends in the template's name", ASSAY_LITERAL(ENTRY HEAD "\6\0\0\0ima"), ASSAY_TRUNCATED,
          87, "template_name" },
        { "ends before the length of the data", ASSAY_LITERAL(ENTRY HEAD "\6\0\0\0ima-ng"),
          ASSAY_TRUNCATED, 87, "template_data_length" },
        { "ends in the data", ASSAY_LITERAL(ENTRY HEAD "\6\0\0\0ima-ng\x31\0\0\0\x1a"),
          ASSAY_TRUNCATED, 87, "template_data" },
        { "data of the largest size there is",
          ASSAY_LITERAL(ENTRY HEAD "\6\0\0\0ima-ng\xff\xff\xff\xff" FIELDS), ASSAY_TRUNCATED, 87,
          "template_data" },
        { "a template without a name", ASSAY_LITERAL(ENTRY HEAD "\0\0\0\0\0\0\0\0"),
          ASSAY_MALFORMED, 87 + 24, "template_name_length" },
        { "a name of the largest size there is", ASSAY_LITERAL(ENTRY HEAD "\xff\xff\xff\xffima"),
          ASSAY_MALFORMED, 87 + 24, "template_name_length" },
        { "a name with a control character",
          ASSAY_LITERAL(ENTRY HEAD "\3\0\0\0i\x1b"
                                   "a\0\0\0\0"),
          ASSAY_MALFORMED, 87 + 28, "template_name" },
        { "a file name that the template has no room for",
          ASSAY_LITERAL(ENTRY HEAD "\3\0\0\0ima" ZEROS "\0\1\0\0/x"), ASSAY_MALFORMED,
          87 + 24 + 7 + 20, "name_length" },
        { "ends in the file name of template \"ima\"",
          ASSAY_LITERAL(ENTRY HEAD "\3\0\0\0ima" ZEROS "\3\0\0\0/x"), ASSAY_TRUNCATED, 87,
          "template_data" },
    };

    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++)
        expect_fault(&faults[i], "ima");
}

Test(ima_malformed, an_ascii_list_is_refused_at_the_line_that_is_wrong)
{
    static const fault faults[] = {
        { "a line of something else", ASSAY_LITERAL(LINE "nothing here\n"), ASSAY_MALFORMED,
          LINE_SIZE, "pcr" },
        { "a PCR beyond all numbers", ASSAY_LITERAL(LINE "4294967296 00 ima a b\n"),
          ASSAY_MALFORMED, LINE_SIZE, "pcr" },
        { "a digest of another size", ASSAY_LITERAL(LINE "10 1d8d532d463c ima-ng sha1:00 /x\n"),
          ASSAY_MALFORMED, LINE_SIZE, "template_digest" },
        { "a digest that is none",
          ASSAY_LITERAL(LINE "10 xx8d532d463c9f8c205d0df7787669a85f93e260 ima-ng sha1:00 /x\n"),
          ASSAY_MALFORMED, LINE_SIZE, "template_digest" },
        { "no template", ASSAY_LITERAL(LINE "10 1d8d532d463c9f8c205d0df7787669a85f93e260\n"),
          ASSAY_MALFORMED, LINE_SIZE, "template_name" },
        { "no columns", ASSAY_LITERAL(LINE "10 1d8d532d463c9f8c205d0df7787669a85f93e260 ima-ng\n"),
          ASSAY_MALFORMED, LINE_SIZE, "template_data" },
        { "ends in the digest", ASSAY_LITERAL(LINE "10 1d8d532d463c9f"), ASSAY_TRUNCATED, LINE_SIZE,
          "template_digest" },
        { "ends in a column",
          ASSAY_LITERAL(LINE "10 1d8d532d463c9f8c205d0df7787669a85f93e260 ima-ng sha1:000"),
          ASSAY_TRUNCATED, LINE_SIZE, "template_data" },
        { "the rest of a file's name that has a newline in it", ASSAY_LITERAL(LINE "and more\n"),
          ASSAY_MALFORMED, LINE_SIZE, "pcr" },
    };

    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++)
        expect_fault(&faults[i], "ima-text");
}

/* What the check says of the one entry of a list. */
static assay_datacheck check(assay_bytes list, assay_findings *findings)
{
    assay_hashes *hashes = assay_hashes_new();
    assay_payload payload;
    assay_datacheck result;
    assay_event event;
    assay_log log;

    cr_assert_eq(assay_log_open(&log, list, NULL, NULL, NULL), 0);
    cr_assert_eq(assay_log_next(&log, &event), 1);
    assay_payload_decode(&event, &payload);
    cr_assert_eq(assay_datacheck_event(hashes, &event, &payload, &result), 0);
    assay_findings_reset(findings);
    assay_datacheck_note(&event, &result, findings);
    assay_log_close(&log);
    assay_hashes_free(&hashes);
    return result;
}

Test(ima_malformed, a_digest_follows_from_the_fields_or_the_entry_was_altered)
{
    static assay_findings findings;
    const assay_datacheck sound = check(ASSAY_LITERAL(LINE), &findings);

    cr_expect_eq(sound.outcome, ASSAY_VERIFIED);
    cr_expect_str_eq(sound.rule, "fields of the template");
    cr_expect_eq(findings.count, 0);

    const assay_datacheck altered =
        check(ASSAY_LITERAL("10 1d8d532d463c9f8c205d0df7787669a85f93e260 ima-ng "
                            "sha1:0000000000000000000000000000000000000001 boot_aggregate\n"),
              &findings);
    cr_expect_eq(altered.outcome, ASSAY_CONTRADICTED);
    cr_expect_eq(altered.alg, ASSAY_ALG_SHA1);
    cr_expect_eq(findings.seen[ASSAY_FINDING_DATA_CONTRADICTED], 1);

    /* sha1(bytes(20) + b"boot_aggregate".ljust(256, b"\0")), as lists of old kernels have it */
    cr_expect_eq(check(ASSAY_LITERAL("10 719de8e521439498e9b77f6ed41e230b9821111e ima "
                                     "0000000000000000000000000000000000000000 boot_aggregate\n"),
                       &findings)
                     .outcome,
                 ASSAY_VERIFIED);
    cr_expect_eq(check(ASSAY_LITERAL("10 719de8e521439498e9b77f6ed41e230b9821111e ima "
                                     "0000000000000000000000000000000000000000 boot_aggregat\n"),
                       &findings)
                     .outcome,
                 ASSAY_CONTRADICTED);
}

Test(ima_malformed, a_violation_proves_nothing_and_is_said)
{
    static assay_findings findings;
    const assay_datacheck violation =
        check(ASSAY_LITERAL("10 0000000000000000000000000000000000000000 ima-ng "
                            "sha1:0000000000000000000000000000000000000000 /var/log/x\n"),
              &findings);

    cr_expect_eq(violation.outcome, ASSAY_NOT_CHECKABLE);
    cr_expect_eq(findings.seen[ASSAY_FINDING_IMA_VIOLATION], 1);
    cr_expect_eq(findings.count, 1);
}

Test(ima_malformed, columns_that_are_no_data_prove_nothing)
{
    static assay_findings findings;

    cr_expect_eq(
        check(ASSAY_LITERAL("10 1d8d532d463c9f8c205d0df7787669a85f93e260 ima-new x y\n"), &findings)
            .outcome,
        ASSAY_NOT_CHECKABLE);
    cr_expect_eq(findings.count, 0);
}
