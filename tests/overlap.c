/* SPDX-License-Identifier: BSD-2-Clause */
/* eventlog/overlap.h: what one log repeats of another, and that nothing else is passed over. */
#include "tests/allocfail.h"
#include "tests/measure.h"

#include "eventlog/overlap.h"
#include "replay/replay.h"

#define BANK "assay-log 1 sha1\n"
#define A "0 EV_S_CRTM_VERSION \"1\"\n"
#define B "4 EV_EFI_ACTION \"Calling EFI Application from Boot Option\"\n"
#define C "4 EV_SEPARATOR u32:0\n"
#define D "5 EV_EFI_ACTION \"Exit Boot Services Invocation\"\n"
#define E "5 EV_EFI_ACTION \"Exit Boot Services Returned with Success\"\n"
#define BANKS "assay-log 1 sha1 sha256\n"
#define F "17 TXT_EVTYPE_STM_HASH hex:00 = only:sha1\n17 TXT_EVTYPE_STM_HASH hex:00 = only:sha256\n"
#define SPEC "assay-log 1 sha1\nspec-id\n"

static void open_text(assay_log *log, const char *text)
{
    assay_error error;

    cr_assert_eq(assay_log_open(log, assay_bytes_of_string(text), "text", NULL, &error), 0, "%s: %s",
                 text, error.what);
}

static assay_event_range overlap_of(const char *before, const char *after)
{
    assay_log a, b;
    assay_event_range repeated;

    open_text(&a, before);
    open_text(&b, after);
    cr_assert_eq(assay_log_overlap(&a, &b, &repeated), 0);
    assay_log_close(&a);
    assay_log_close(&b);
    return repeated;
}

Test(overlap, is_what_both_logs_have)
{
    static const struct {
        const char *before, *after;
        uint32_t first, count;
    } cases[] = {
        { BANK A B C, BANK A B C, 0, 3 },             /* the same log twice */
        { BANK A B C, BANK A B C D E, 0, 3 },         /* captured early and late */
        { BANK A B C D E, BANK A B C, 0, 3 },         /* late and early */
        { BANK A B C D, BANK D E, 0, 1 },             /* final events begin with what the log ends with */
        { BANK A B C D E, BANK B C, 0, 2 },           /* a part */
        { BANK A B C, BANK D E, 0, 0 },               /* nothing */
        { BANK A B C, BANK B D, 0, 0 },               /* begins in the middle and goes another way */
        { BANK A B B A, BANK B A B C, 0, 2 },         /* the beginning that the end really is */
        { BANK A B A B A C, BANK A B A C D, 0, 4 },   /* found after a false start */
        { SPEC A B, SPEC A B C, 1, 2 },               /* headers are no measurements */
        { SPEC A B, BANK B C, 0, 1 },                 /* nor need both logs have one */
        { BANK A B, SPEC B C, 1, 1 },
        { BANKS F, BANKS F, 0, 2 },                   /* lists of a bank each */
        { BANKS F, "assay-log 1 sha512\n17 TXT_EVTYPE_STM_HASH hex:00 = only:sha512\n", 0, 0 },
        { BANK, BANK A, 0, 0 },                       /* an empty log */
        { BANK A, BANK, 0, 0 },
        { "assay-log 1 sha1\n" A, "assay-log 1 sha256\n" A, 0, 0 }, /* no bank to tell by */
        { "assay-log 1 sha1 sha256\n" A B, "assay-log 1 sha256\n" B C, 0, 1 },
        { BANK "0 EV_S_CRTM_VERSION \"1\" = \"x\"\n", BANK A, 0, 0 }, /* the same data, another digest */
        { BANK "0 EV_POST_CODE \"x\" = \"1\"\n", BANK A, 0, 0 },      /* the same digest, other data */
        { BANK "1 EV_S_CRTM_VERSION \"1\"\n", BANK A, 0, 0 },         /* another PCR */
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const assay_event_range repeated = overlap_of(cases[i].before, cases[i].after);

        cr_expect_eq(repeated.count, cases[i].count, "case %zu: %u events", i, repeated.count);
        cr_expect(repeated.count == 0 || repeated.first == cases[i].first, "case %zu: from %u", i,
                  repeated.first);
    }
}

Test(overlap, ends_where_a_log_is_cut)
{
    const assay_event_range repeated = overlap_of(BANK A B, BANK B C "4 EV_SEP");

    cr_expect_eq(repeated.count, 1);
}

/* What is repeated is passed over, with the numbers of the others as they are. */
Test(overlap, leaves_out_what_it_is_told_to)
{
    assay_findings findings = { 0 };
    assay_log log;
    assay_event event;
    assay_error error;

    cr_assert_eq(assay_log_open(&log, assay_bytes_of_string(BANK A B C D), "text", &findings, &error),
                 0);
    log.repeated = (assay_event_range){ 1, 2 };
    cr_assert_eq(assay_log_next(&log, &event), 1);
    cr_expect_eq(event.number, 0);
    cr_assert_eq(assay_log_next(&log, &event), 1);
    cr_expect_eq(event.number, 3);
    cr_expect_eq(assay_log_next(&log, &event), 0);
    assay_log_close(&log);
}

Test(overlap, of_a_whole_log_is_no_empty_log)
{
    assay_findings findings = { 0 };
    assay_log log;
    assay_event event;
    assay_error error;

    cr_assert_eq(assay_log_open(&log, assay_bytes_of_string(BANK A), "text", &findings, &error), 0);
    log.repeated = (assay_event_range){ 0, 1 };
    cr_expect_eq(assay_log_next(&log, &event), 0);
    cr_expect_eq(findings.seen[ASSAY_FINDING_EMPTY], 0);
    assay_log_close(&log);
}

static int overlap_again(void)
{
    assay_log a, b;
    assay_event_range repeated;
    int status = assay_log_open(&a, assay_bytes_of_string(BANK A B C D), "text", NULL, NULL);

    if (status < 0)
        return status;
    status = assay_log_open(&b, assay_bytes_of_string(BANK C D E), "text", NULL, NULL);
    if (status == 0) {
        status = assay_log_overlap(&a, &b, &repeated);
        cr_assert(status < 0 || repeated.count == 2, "%u", repeated.count);
        assay_log_close(&b);
    }
    assay_log_close(&a);
    return status;
}

Test(overlap, survives_every_failing_allocation)
{
    cr_expect_gt(each_allocation_fails("overlap", overlap_again), 4);
}
