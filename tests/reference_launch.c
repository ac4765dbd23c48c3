/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * References of a dynamic launch, and its log in other forms: the canonical ones say of no stage
 * that it is theirs, and not of which bank a record is. PCR values are what fixtures/logs/txt.py
 * prints.
 */
#include "base/file.h"
#include "eventlog/convert.h"
#include "eventlog/types.h"
#include "policy/reference/compare.h"
#include "tests/learnt.h"
#include "tests/unhex.h"

#include <criterion/criterion.h>

static assay_hashes *hashes;

static void set_up(void)
{
    hashes = assay_hashes_new();
}

static void tear_down(void)
{
    assay_hashes_free(&hashes);
}

TestSuite(reference_launch, .init = set_up, .fini = tear_down);

static const char *const forms[] = { "cel-json", "cel-tlv", "text" };
enum { FORMS = sizeof forms / sizeof *forms };

/* The log in another form, without a loss that matters; to be closed. */
static assay_writer converted(assay_bytes bytes, const char *form)
{
    assay_writer writer = assay_writer_growing(1 << 24);
    const assay_convert_source source = { .bytes = bytes };
    const assay_convert_wish wish = { .to = form };
    assay_conversion conversion;
    assay_error error = { .what = "" };

    cr_assert_eq(assay_convert(&source, 1, &wish, &writer, &conversion, &error), 0, "%s",
                 error.what);
    cr_expect(assay_conversion_is_lossless(&conversion), "%s", form);
    return writer;
}

/* Firmware's records first, a launch's behind them, one of which has a tag and no type. */
Test(reference_launch, a_canonical_log_of_both_stages_is_parted)
{
    static const char log[] =
        "assay-log 1 sha1\n"
        "0 EV_S_CRTM_VERSION hex:00 = sha1:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n"
        "17 TXT_EVTYPE_HASH_START not-kept = sha1:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\n"
        "17 - not-kept \"vmlinuz\" = sha1:cccccccccccccccccccccccccccccccccccccccc\n";
    static const enum assay_stage stages[] = { ASSAY_STAGE_FIRMWARE, ASSAY_STAGE_LAUNCH,
                                               ASSAY_STAGE_LAUNCH };
    assay_reference *reference = learnt_of_log(assay_bytes_of_string(log), hashes);

    cr_assert_eq(reference->step_count, 3);
    for (size_t i = 0; i < 3; i++)
        cr_expect_eq(reference->steps[i].stage, stages[i], "step %zu", i);
    cr_expect_eq(reference->log_count, 2);
    assay_reference_free(&reference);
}

static enum assay_reference_verdict verdict_on(const assay_reference *reference, assay_bytes bytes)
{
    assay_reference_result result;
    assay_error error = { .what = "" };
    assay_log log, *const logs[] = { &log };
    const assay_learnt_boot boot = { .logs = logs, .log_count = 1 };

    cr_assert_eq(assay_log_open(&log, bytes, NULL, NULL, &error), 0, "%s", error.what);
    cr_assert_eq(assay_reference_compare(reference, &boot, 1, hashes, &result, &error), 0, "%s",
                 error.what);
    const enum assay_reference_verdict verdict = result.verdict;
    assay_reference_result_free(&result);
    assay_log_close(&log);
    return verdict;
}

static void expect_value(const assay_reference *reference, unsigned pcr, const char *hex)
{
    const unhexed value = unhex(hex);

    cr_expect(assay_bytes_equal(assay_reference_value(reference, 0, ASSAY_ALG_SHA256, pcr),
                                assay_bytes_of(value.data, value.size)),
              "PCR %u", pcr);
}

static assay_file fixture(const char *path)
{
    assay_file file;
    assay_error error = { .what = "" };

    cr_assert_eq(assay_file_read(&file, path, 1 << 24, &error), 0, "%s", error.what);
    return file;
}

/* Records of one bank each (a list alone, two in a heap, two in tboot's text), and of all banks. */
static const char *const launches[] = { "fixtures/logs/txt-sha256.bin",
                                        "fixtures/logs/txt-heap-banks.bin",
                                        "fixtures/logs/txtstat-banks.txt",
                                        "fixtures/logs/txt-heap-agile.bin" };

Test(reference_launch, a_canonical_log_of_a_launch_is_the_launchs)
{
    for (size_t i = 0; i < sizeof launches / sizeof *launches; i++)
        for (size_t form = 0; form < FORMS; form++) {
            assay_file file = fixture(launches[i]);
            assay_writer canonical = converted(file.bytes, forms[form]);
            assay_reference *reference = learnt_of_log(assay_written(&canonical), hashes);

            cr_assert_eq(reference->log_count, 1);
            cr_expect_eq(reference->logs[0].header.stage, ASSAY_STAGE_LAUNCH, "%s as %s",
                         launches[i], forms[form]);
            /* Nothing is said of PCRs that only firmware's log tells of: 8, 9, 12-14 among them. */
            for (size_t bank = 0; bank < reference->variants[0].values.bank_count; bank++)
                cr_expect_eq(reference->variants[0].values.banks[bank].present, 1u << 17 | 1u << 18,
                             "%s as %s", launches[i], forms[form]);
            expect_value(reference, 17,
                         "815074b931ab50015fed89f809a78976c224c13f63e3f9c204295c042e59341c");
            expect_value(reference, 18,
                         "aad1b79ddda01ebaa7130030d65103b9cf8bb749eb8be1d111717e215b058f07");
            assay_reference_free(&reference);
            assay_writer_close(&canonical);
            assay_file_close(&file);
        }
}

Test(reference_launch, a_log_and_its_canonical_form_are_of_one_boot)
{
    for (size_t i = 0; i < sizeof launches / sizeof *launches; i++) {
        assay_file file = fixture(launches[i]);
        assay_reference *reference = learnt_of_log(file.bytes, hashes);

        for (size_t form = 0; form < FORMS; form++) {
            assay_writer canonical = converted(file.bytes, forms[form]);
            assay_reference *other = learnt_of_log(assay_written(&canonical), hashes);

            cr_expect_eq(verdict_on(reference, assay_written(&canonical)), ASSAY_REFERENCE_MATCH,
                         "%s as %s", launches[i], forms[form]);
            cr_expect_eq(verdict_on(other, file.bytes), ASSAY_REFERENCE_MATCH, "%s from %s",
                         launches[i], forms[form]);
            assay_reference_free(&other);
            assay_writer_close(&canonical);
        }
        assay_reference_free(&reference);
        assay_file_close(&file);
    }
}

/* Where no record of the one is one of the other, the value still tells. */
Test(reference_launch, another_launch_in_canonical_form_is_another)
{
    for (size_t i = 0; i < sizeof launches / sizeof *launches; i++) {
        assay_file file = fixture(launches[i]);
        assay_reference *reference = learnt_of_log(file.bytes, hashes);
        assay_writer canonical = converted(file.bytes, "text");
        /* A digest of SHA-256 that stands there as it is: that of the MLE (txt.py). */
        char *const at = memmem(canonical.data, canonical.used, "6c957692dd428289", 16);

        cr_assert_not_null(at, "%s", launches[i]);
        at[0] = '7';
        cr_expect_eq(verdict_on(reference, assay_written(&canonical)), ASSAY_REFERENCE_MISMATCH,
                     "%s", launches[i]);
        assay_writer_close(&canonical);
        assay_reference_free(&reference);
        assay_file_close(&file);
    }
}

/* Two lists of one machine in tboot's text go together as those of a heap do. */
Test(reference_launch, the_header_of_a_list_is_no_step)
{
    for (size_t i = 0; i < sizeof launches / sizeof *launches; i++) {
        assay_file file = fixture(launches[i]);
        assay_reference *reference = learnt_of_log(file.bytes, hashes);

        for (size_t step = 0; step < reference->step_count; step++)
            cr_expect_neq(reference->steps[step].alternatives[0].event.type, EV_NO_ACTION, "%s",
                          launches[i]);
        assay_reference_free(&reference);
        assay_file_close(&file);
    }
}
