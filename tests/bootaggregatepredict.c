/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * IMA's first entry, predicted. What it must come to is the PCR 10 of TPMs whose machines ran
 * nothing but that entry, and calculations with Python's hashlib of the bytes shown.
 */
#include "policy/launch/bootaggregate.h"
#include "tests/allocfail.h"
#include "tests/launch.h"

#include "eventlog/types.h"
#include "replay/pcrvalues.h"

#include <stdio.h>

#define MACHINES "fixtures/machines/"

static int add_entry(assay_prediction *prediction, const assay_ima_first *first,
                     assay_error *error)
{
    assay_hashes *hashes = assay_hashes_new();
    const int status = hashes == NULL
                           ? -ASSAY_NO_MEMORY
                           : assay_boot_aggregate_predict(prediction, first, hashes, error);

    assay_hashes_free(&hashes);
    return status;
}

static const assay_predicted_event *last(const assay_prediction *prediction)
{
    return &prediction->events[prediction->count - 1];
}

/* --- by hand ---------------------------------------------------------------------------------- */

/* A boot in which nothing was measured. */
static assay_prediction *nothing_with(const uint16_t *algs, size_t count)
{
    assay_log_header header = { .bank_count = count };

    for (size_t i = 0; i < count; i++)
        header.banks[i] =
            (assay_bank){ .alg = algs[i], .size = assay_alg_find(algs[i])->size };
    assay_prediction *const prediction = assay_prediction_new(&header);
    cr_assert_not_null(prediction);
    return prediction;
}

static void expect_digest(const assay_prediction *prediction, uint16_t alg, const char *expected)
{
    char hex[2 * ASSAY_DIGEST_MAX + 1] = "";
    const assay_bytes value = assay_event_digest_of(&last(prediction)->event, alg);

    assay_hex_encode(hex, value);
    hex[2 * value.size] = '\0';
    cr_expect_str_eq(hex, expected);
}

/*
 * PCR 0-9 are 320 zeros: A = SHA-256 of them is 7b6436b0...1307d61. The entry of ima-ng is
 *
 *     28000000 "sha256:" 00 A    0f000000 "boot_aggregate" 00
 *
 * and that of ima-sig has 00000000 behind it; its hashes are what PCR 10 is extended with.
 */
Test(bootaggregatepredict, the_entry_is_what_the_template_says)
{
    static const struct {
        const char *template_name, *sha1, *sha256, *words;
    } cases[] = {
        { NULL, "6bdad7efa602f84ca31ffe3f11ff7c476e25dcdd",
          "7b400d2dda1901cf39118a43ceb3837cd1de0b584b757e8ee2cf173c9e1b3444", "ima-ng" },
        { "ima-ng", "6bdad7efa602f84ca31ffe3f11ff7c476e25dcdd",
          "7b400d2dda1901cf39118a43ceb3837cd1de0b584b757e8ee2cf173c9e1b3444", "ima-ng" },
        { "ima-sig", "7bc63fcff2b5f329bf04b1820ccb5eb55c2be649",
          "1805cdd609fca7bb687611c57a13d51da6aed5bb8656fee71a517e1eeba798fe", "ima-sig" },
    };
    static const uint16_t algs[] = { ASSAY_ALG_SHA1, ASSAY_ALG_SHA256 };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assay_prediction *prediction = nothing_with(algs, 2);
        const assay_ima_first first = { .template_name = cases[i].template_name };
        char words[200];

        cr_assert_eq(add_entry(prediction, &first, NULL), 0);
        cr_assert_eq(prediction->count, 1);
        cr_expect_eq(last(prediction)->event.pcr_index, 10);
        cr_expect_eq(last(prediction)->event.type, EV_COMPACT_HASH);
        cr_expect_eq(last(prediction)->origin, ASSAY_PREDICTED_COMPUTED);
        cr_expect_eq(last(prediction)->part, ASSAY_PART_USERSPACE);
        expect_digest(prediction, ASSAY_ALG_SHA1, cases[i].sha1);
        expect_digest(prediction, ASSAY_ALG_SHA256, cases[i].sha256);
        snprintf(words, sizeof words,
                 "%s sha256:7b6436b0c98f62380866d9432c2af0ee08ce16a171bda6951aecd95ee1307d61 "
                 "boot_aggregate",
                 cases[i].words);
        cr_expect(assay_bytes_equal(last(prediction)->event.data, assay_bytes_of_string(words)));
        assay_prediction_free(&prediction);
    }
}

/* SHA-1 is taken where there is no SHA-256, and then of PCR 0-7: of 160 zeros, 9797edf8...af4e45ee. */
Test(bootaggregatepredict, a_TPM_of_SHA1_alone_has_eight_PCRs_in_it)
{
    static const uint16_t algs[] = { ASSAY_ALG_SHA1 };
    assay_prediction *prediction = nothing_with(algs, 1);

    cr_assert_eq(add_entry(prediction, &(assay_ima_first){ NULL, NULL }, NULL), 0);
    expect_digest(prediction, ASSAY_ALG_SHA1, "ddee6004dc3bd4ee300406cd93181c5a2187b59b");
    assay_prediction_free(&prediction);
}

/* 7b6d...: SHA-1 of the entry, and 28 zeros where a kernel before 6.2 has no SHA-384 yet. */
Test(bootaggregatepredict, kernels_before_6_2_pad_a_SHA1_where_they_lack_the_hash)
{
    static const uint16_t algs[] = { ASSAY_ALG_SHA256, ASSAY_ALG_SHA384 };
    static const struct {
        unsigned major, minor;
        const char *sha384;
    } cases[] = {
        { 5, 10,
          "6bdad7efa602f84ca31ffe3f11ff7c476e25dcdd"
          "00000000000000000000000000000000000000000000000000000000" },
        { 6, 1,
          "6bdad7efa602f84ca31ffe3f11ff7c476e25dcdd"
          "00000000000000000000000000000000000000000000000000000000" },
        { 6, 2,
          "062777dbef68eb842086fff852bcc17f5ab07b01ad35bb2664827e47310d53b1"
          "8c50d19d70bf4518d5b7f6c9e2884ab8" },
        { 0, 0,
          "062777dbef68eb842086fff852bcc17f5ab07b01ad35bb2664827e47310d53b1"
          "8c50d19d70bf4518d5b7f6c9e2884ab8" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assay_prediction *prediction = nothing_with(algs, 2);

        prediction->kernel_major = cases[i].major;
        prediction->kernel_minor = cases[i].minor;
        cr_assert_eq(add_entry(prediction, &(assay_ima_first){ NULL, NULL }, NULL), 0);
        expect_digest(prediction, ASSAY_ALG_SHA384, cases[i].sha384);
        expect_digest(prediction, ASSAY_ALG_SHA256,
                      "7b400d2dda1901cf39118a43ceb3837cd1de0b584b757e8ee2cf173c9e1b3444");
        assay_prediction_free(&prediction);
    }
}

static void add_unknown(assay_prediction *prediction, uint32_t pcr, uint16_t alg)
{
    const assay_predicted_event event = {
        .event = { .pcr_index = pcr, .type = EV_IPL },
        .origin = ASSAY_PREDICTED_UNKNOWN,
        .unknown_count = 1,
        .unknown = { alg },
        .why = "for this test",
    };

    cr_assert_eq(assay_prediction_add(prediction, &event, NULL), 0);
}

Test(bootaggregatepredict, it_is_unknown_where_a_PCR_in_it_is)
{
    static const uint16_t algs[] = { ASSAY_ALG_SHA1, ASSAY_ALG_SHA256 };
    static const struct {
        uint32_t pcr;
        uint16_t alg;
        bool unknown;
    } cases[] = {
        { 9, ASSAY_ALG_SHA256, true },
        { 10, ASSAY_ALG_SHA256, false }, /* not hashed */
        { 11, ASSAY_ALG_SHA256, false },
        { 9, ASSAY_ALG_SHA1, false }, /* another bank */
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assay_prediction *prediction = nothing_with(algs, 2);

        add_unknown(prediction, cases[i].pcr, cases[i].alg);
        cr_assert_eq(add_entry(prediction, &(assay_ima_first){ NULL, NULL }, NULL), 0);
        cr_expect_eq(last(prediction)->unknown_count, cases[i].unknown ? 2 : 0, "case %zu", i);
        cr_expect_eq(last(prediction)->origin == ASSAY_PREDICTED_UNKNOWN, cases[i].unknown);
        cr_expect_eq(last(prediction)->why != NULL, cases[i].unknown);
        assay_prediction_free(&prediction);
    }
}

Test(bootaggregatepredict, what_no_kernel_here_makes_is_refused)
{
    static const assay_ima_first cases[] = {
        { .hash = "md5" }, { .hash = "" }, { .template_name = "ima-buf" }, { .template_name = "ima" },
    };
    static const uint16_t algs[] = { ASSAY_ALG_SHA256 };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assay_prediction *prediction = nothing_with(algs, 1);
        assay_error error = { .what = "" };

        cr_expect_eq(add_entry(prediction, &cases[i], &error), -ASSAY_UNSUPPORTED, "case %zu", i);
        cr_expect_str_neq(error.what, "");
        cr_expect_eq(prediction->count, 0);
        assay_prediction_free(&prediction);
    }
}

/* --- TPMs ------------------------------------------------------------------------------------- */

/*
 * Machines of Debian's kernels whose IMA list is this entry alone, of ima-sig. With Secure Boot IMA
 * measures modules, too: c5 and d1 have three entries.
 */
static const struct machine {
    const char *name;
    unsigned major, minor;
} machines[] = {
    { "a5-efistub-6.12-ovmf2025", 6, 12 },
    { "b1-uki252", 6, 1 },
    { "h3-sha1", 6, 1 },
    { "k1-userspace-extends", 6, 1 },
};

static void expect_of_TPM(const struct machine *machine, const char *template)
{
    char path[200];
    assay_error error = { .what = "" };
    assay_pcrs held;

    snprintf(path, sizeof path, MACHINES "%s", machine->name);
    cr_assert_eq(assay_pcrvalues_read(path, &held, &error), 0, "%s", error.what);
    snprintf(path, sizeof path, MACHINES "%s/eventlog.bin", machine->name);
    assay_prediction *prediction = base_of(path);
    prediction->kernel_major = machine->major;
    prediction->kernel_minor = machine->minor;
    cr_assert_eq(add_entry(prediction, &(assay_ima_first){ NULL, template }, &error), 0, "%s",
                 error.what);
    for (size_t i = 0; i < prediction->header.bank_count; i++) {
        const uint16_t alg = prediction->header.banks[i].alg;
        const assay_bytes value = assay_pcrs_value(&held, alg, 10);
        char hex[2 * ASSAY_DIGEST_MAX + 1];

        assay_hex_encode(hex, value);
        hex[2 * value.size] = '\0';
        cr_expect_str_eq(value_of(prediction, alg, 10), hex, "%s, bank %x", machine->name, alg);
    }
    assay_prediction_free(&prediction);
}

Test(bootaggregatepredict, PCR_10_is_what_TPMs_held)
{
    for (size_t i = 0; i < sizeof machines / sizeof *machines; i++)
        expect_of_TPM(&machines[i], "ima-sig");
}

static bool is_doubted(const assay_prediction *prediction)
{
    for (size_t i = 0; i < prediction->remark_count; i++)
        if (prediction->remarks[i].part == ASSAY_PART_USERSPACE)
            return true;
    return false;
}

Test(bootaggregatepredict, with_Secure_Boot_it_is_said_that_more_may_follow)
{
    static const struct {
        const char *log;
        bool secure;
    } cases[] = {
        { MACHINES "b1-uki252/eventlog.bin", false },
        { MACHINES "d1-shim-grub206-sb/eventlog.bin", true },
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assay_prediction *prediction = base_of(cases[i].log);

        cr_assert_eq(add_entry(prediction, &(assay_ima_first){ NULL, NULL }, NULL), 0);
        cr_expect_eq(is_doubted(prediction), cases[i].secure, "%s", cases[i].log);
        assay_prediction_free(&prediction);
    }
}

/* --- memory ----------------------------------------------------------------------------------- */

static int make_entry(void)
{
    static const uint16_t algs[] = { ASSAY_ALG_SHA1, ASSAY_ALG_SHA256 };
    assay_log_header header = { .bank_count = 2 };
    int status = -ASSAY_NO_MEMORY;

    for (size_t i = 0; i < 2; i++)
        header.banks[i] = (assay_bank){ .alg = algs[i], .size = assay_alg_find(algs[i])->size };
    assay_prediction *prediction = assay_prediction_new(&header);
    if (prediction != NULL) {
        status = add_entry(prediction, &(assay_ima_first){ NULL, NULL }, NULL);
        /* libcrypto doesn't tell an algorithm that it lacks from memory that it lacks. */
        cr_expect(status < 0 || last(prediction)->unknown_count == 0 ||
                  last(prediction)->why != NULL);
    }
    assay_prediction_free(&prediction);
    return status;
}

Test(bootaggregatepredict, every_allocation_may_fail)
{
    cr_expect_gt(each_allocation_fails("boot_aggregate", make_entry), 2);
}
