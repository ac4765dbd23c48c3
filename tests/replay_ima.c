/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The fold of IMA's entries, rule "ima-template". Expected values are what a TPM held, what
 * fixtures/logs/ima.py computes from the kernel's rules, or what a few lines of Python make of
 * the bytes that a test shows.
 */
#include <criterion/criterion.h>

#include "base/file.h"
#include "base/hex.h"
#include "eventlog/ima.h"
#include "replay/pcrvalues.h"
#include "replay/replay.h"

#include <glob.h>
#include <stdio.h>
#include <unistd.h>

enum {
    CEILING = 16 << 20,
    HASHED_BANKS = 2, /* SHA-1 and SHA-256: Debian's Linux 6.1 has no SHA-512 when IMA starts */
};

static const assay_log_header other_banks = {
    .stage = ASSAY_STAGE_KERNEL,
    .banks_follow = true,
    .bank_count = 4,
    .banks = { { ASSAY_ALG_SHA1, 20 },
               { ASSAY_ALG_SHA256, 32 },
               { ASSAY_ALG_SHA384, 48 },
               { ASSAY_ALG_SHA512, 64 } },
};

static assay_replay replay;

/* Called after each event. */
typedef void after_event(const assay_event *event);

/* Folds a list into its own bank and four others. */
static void fold(assay_bytes bytes, after_event *after)
{
    assay_hashes *hashes = assay_hashes_new();
    assay_error error = { .what = "" };
    assay_event event;
    assay_log log;
    int status = assay_log_open(&log, bytes, NULL, NULL, &error);

    cr_assert_eq(status, 0, "%s", error.what);
    cr_assert_eq(assay_replay_begin(&replay, &log.header, hashes, NULL), 0);
    cr_assert_eq(assay_replay_continue(&replay, &other_banks), 0);
    while ((status = assay_log_next(&log, &event)) > 0) {
        cr_assert_eq(assay_replay_event(&replay, &event), 0);
        if (after != NULL)
            after(&event);
    }
    cr_expect_eq(status, 0, "%s", log.error.what);
    assay_log_close(&log);
    assay_hashes_free(&hashes);
}

static void fold_file(const char *path, after_event *after)
{
    assay_file file;
    assay_error error;

    cr_assert_eq(assay_file_read(&file, path, CEILING, &error), 0, "%s", error.what);
    fold(file.bytes, after);
    assay_file_close(&file);
}

static void expect_value(uint16_t alg, unsigned pcr, const char *hex)
{
    uint8_t expected[ASSAY_DIGEST_MAX];
    const assay_bytes value = assay_pcrs_value(&replay.pcrs, alg, pcr);

    cr_assert(assay_hex_decode(assay_bytes_of_string(hex), expected, value.size));
    cr_expect_arr_eq(value.data, expected, value.size, "alg 0x%04x", alg);
    cr_expect(!assay_pcr_set_has(assay_replay_bank_of(&replay, alg)->incomplete, pcr));
}

/*
 * d = struct.pack("<I", 26) + b"sha1:\0" + bytes(20) + struct.pack("<I", 15) + b"boot_aggregate\0"
 * sha1(d).hexdigest() == "1d8d532d463c9f8c205d0df7787669a85f93e260"
 * sha1(bytes(20) + sha1(d).digest()).hexdigest(), sha256(bytes(32) +
 * sha256(d).digest()).hexdigest()
 */
Test(replay_ima, every_bank_is_extended_with_the_hash_of_the_fields)
{
    fold(ASSAY_LITERAL("10 1d8d532d463c9f8c205d0df7787669a85f93e260 ima-ng "
                       "sha1:0000000000000000000000000000000000000000 boot_aggregate\n"),
         NULL);
    expect_value(ASSAY_ALG_SHA1, 10, "75103fd9bb3bb21b28a3d2ddf0d2576bd7f7a17e");
    expect_value(ASSAY_ALG_SHA256, 10,
                 "c024930b2309f2c5f75d5cb2762e5d98779b98e6350cb0eb146c89e8a2bef96a");
}

/*
 * d = bytes(20) + b"boot_aggregate".ljust(256, b"\0")
 * sha1(d).hexdigest() == "719de8e521439498e9b77f6ed41e230b9821111e", as lists of old kernels have
 * it sha1(bytes(20) + sha1(d).digest()).hexdigest(), sha256(bytes(32) +
 * sha256(d).digest()).hexdigest()
 */
Test(replay_ima, the_first_template_is_hashed_with_its_name_padded)
{
    fold(ASSAY_LITERAL("10 719de8e521439498e9b77f6ed41e230b9821111e ima "
                       "0000000000000000000000000000000000000000 boot_aggregate\n"),
         NULL);
    expect_value(ASSAY_ALG_SHA1, 10, "8021fbe1a27aea7217c78cce6f0f5572cb77b0dd");
    expect_value(ASSAY_ALG_SHA256, 10,
                 "e03709a242c8e779427adbbf7cf5749878c0cab86b5aa7625e5f9e52cdf2f236");
}

/* sha1(bytes(20) + b"\xff" * 20).hexdigest(), sha256(bytes(32) + b"\xff" * 32).hexdigest() */
Test(replay_ima, a_violation_extends_ones_in_every_bank)
{
    fold(ASSAY_LITERAL("10 0000000000000000000000000000000000000000 ima-ng "
                       "sha1:0000000000000000000000000000000000000000 /var/log/x\n"),
         NULL);
    expect_value(ASSAY_ALG_SHA1, 10, "bac37b84f007d0238af95af707cac8d61254870e");
    expect_value(ASSAY_ALG_SHA256, 10,
                 "bba91ca85dc914b2ec3efb9e16e7267bf9193b14350d20fba8a8b406730ae30a");
}

/* What the list states is extended as it stands, even where it does not follow from the data. */
Test(replay_ima, the_stated_digest_is_what_its_bank_was_extended_with)
{
    /* sha1(bytes(20) + b"\x11" * 20).hexdigest() */
    fold(ASSAY_LITERAL("10 1111111111111111111111111111111111111111 ima-ng "
                       "sha1:0000000000000000000000000000000000000000 boot_aggregate\n"),
         NULL);
    expect_value(ASSAY_ALG_SHA1, 10, "b3e26c6ca6785f04dd7187293d802d5b16dad8c1");
}

Test(replay_ima, columns_that_are_no_data_leave_other_banks_incomplete)
{
    fold(ASSAY_LITERAL("10 1d8d532d463c9f8c205d0df7787669a85f93e260 ima-new what is this\n"), NULL);
    expect_value(ASSAY_ALG_SHA1, 10, "75103fd9bb3bb21b28a3d2ddf0d2576bd7f7a17e");
    cr_expect(assay_pcr_set_has(assay_replay_bank_of(&replay, ASSAY_ALG_SHA256)->incomplete, 10));
}

/* What fixtures/logs/ima.py prints. */
Test(replay_ima, made_lists_fold_to_the_same_values_whatever_their_bank)
{
    static const struct {
        const char *list, *sha1, *sha256, *sha512;
    } lists[] = {
        { "ima", "b66c769cf1f3525627be6749aa3f8f964a2ae4a5",
          "770012b7da89dea971e68236db7a68df4e6bd1c30f43bcebd1f326971439c12e",
          "d0379d3aa1b95e871c0fb1e1f32da7c977db8f0bb188e9f88fbdfe3bdbf9bd7ea3fb4b28ac928aa686720e64"
          "462e67d7c5429177e65c159aee9741461c16e9c3" },
        { "ima-sha256", "b66c769cf1f3525627be6749aa3f8f964a2ae4a5",
          "770012b7da89dea971e68236db7a68df4e6bd1c30f43bcebd1f326971439c12e",
          "d0379d3aa1b95e871c0fb1e1f32da7c977db8f0bb188e9f88fbdfe3bdbf9bd7ea3fb4b28ac928aa686720e64"
          "462e67d7c5429177e65c159aee9741461c16e9c3" },
        { "ima-sm3", "de42a96954fef1e9dce23e790d00f8427b3da1c8",
          "d6f493ae808065953e4f2ad6ca6fd178f0217aba1a90b46644daa0acc3ff77c0",
          "ad92dd9dced7049a2cb509bded6a811986afcbee75e62d49af391b3eb5ba7a12e819351243d3551c1644ced0"
          "ee5018ae52b889cb67dc3fa5cad8989eb14fb5ab" },
        { "ima-big-endian", "1442034a98579e4b9037af5f052bd3619912e898",
          "0c57f746646fa08d65b4d71eca5923e739a282d232baab626615056b6444821e",
          "8750bb036bd5bd5216f692656f99d2a86089be9a2f01ea574cc27824f552974b7242c3193960be17d4a7a221"
          "f9a58c3d1bae80a62719bec5a6d6d34d7ce1d26b" },
    };

    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        for (int ascii = 0; ascii < 2; ascii++) {
            char path[80];

            snprintf(path, sizeof path, "fixtures/logs/%s.%s", lists[i].list,
                     ascii ? "ascii" : "bin");
            fold_file(path, NULL);
            expect_value(ASSAY_ALG_SHA1, 10, lists[i].sha1);
            expect_value(ASSAY_ALG_SHA256, 10, lists[i].sha256);
            expect_value(ASSAY_ALG_SHA512, 10, lists[i].sha512);
        }
}

/* In how many of the first `banks` the list folds to what the file of values has. */
static size_t count_met(const char *values_path, size_t banks, size_t *ret_known)
{
    assay_error error;
    assay_pcrs pcrs;
    size_t met = 0;

    cr_assert_eq(assay_pcrvalues_read(values_path, &pcrs, &error), 0, "%s", error.what);
    *ret_known = 0;
    for (size_t i = 0; i < banks; i++) {
        const assay_bytes value = assay_pcrs_value(&pcrs, other_banks.banks[i].alg, ASSAY_IMA_PCR);

        *ret_known += value.data != NULL;
        met += value.data != NULL &&
               assay_bytes_equal(
                   value, assay_pcrs_value(&replay.pcrs, other_banks.banks[i].alg, ASSAY_IMA_PCR));
    }
    return met;
}

static size_t fold_machines(const char *pattern)
{
    glob_t paths;
    size_t machines = 0;

    if (glob(pattern, 0, NULL, &paths) != 0)
        return 0;
    for (size_t i = 0; i < paths.gl_pathc; i++, machines++) {
        char values[200];
        size_t known;
        const char *const end = strstr(paths.gl_pathv[i], "guest/");
        const int length = end != NULL
                               ? (int)(end - paths.gl_pathv[i])
                               : (int)(strrchr(paths.gl_pathv[i], '/') + 1 - paths.gl_pathv[i]);

        snprintf(values, sizeof values, "%.*spcrs.json", length, paths.gl_pathv[i]);
        fold_file(paths.gl_pathv[i], NULL);
        cr_expect_eq(count_met(values, HASHED_BANKS, &known), known, "%s", paths.gl_pathv[i]);
        cr_expect_gt(known, 0);
    }
    globfree(&paths);
    return machines;
}

Test(replay_ima, recorded_lists_fold_to_what_the_TPM_held)
{
    cr_expect_eq(fold_machines("fixtures/machines/*/ima.bin"), 6);
    fold_machines("../shared/boots/*/guest/ima.bin");
}

Test(replay_ima, real_lists_fold_to_what_the_TPM_held)
{
    /* 16169 entries with 24 violations; 37 of two templates; 1 in three banks. */
    static const struct {
        const char *name;
        size_t banks;
    } lists[] = { { "immune-dl160-fwupd-report", 2 },
                  { "immune-hahuri-invalid-eventlog-values", 2 },
                  { "immune-ludmilla-2", 3 } };

    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        char path[120];
        size_t known;

        snprintf(path, sizeof path, "../shared/corpus/ima/%s.bin", lists[i].name);
        if (access(path, R_OK) != 0)
            cr_skip_test("no collection");
        fold_file(path, NULL);
        snprintf(path, sizeof path, "../shared/corpus/ima/%s.pcrs.json", lists[i].name);
        cr_expect_eq(count_met(path, other_banks.bank_count, &known), lists[i].banks, "%s",
                     lists[i].name);
        cr_expect_eq(known, lists[i].banks);
    }
}

/* A list goes on after a quote: the PCR met its value after some entry, and later no more. */

static struct {
    const char *values;
    uint32_t entries;     /* so far */
    uint32_t first, last; /* after how many of them all banks met their values; 0: never */
} prefixes;

static void try_prefix(const assay_event *event)
{
    size_t known;

    prefixes.entries = event->number + 1;
    if (count_met(prefixes.values, other_banks.bank_count, &known) < known)
        return;
    prefixes.first = prefixes.first == 0 ? prefixes.entries : prefixes.first;
    prefixes.last = prefixes.entries;
}

Test(replay_ima, a_list_meets_its_values_after_one_known_number_of_entries)
{
    /* The last entry of this list went to PCR 11: PCR 10 has its value after 36 of 37, and keeps
     * it. */
    static const struct {
        const char *name;
        uint32_t first, entries;
    } lists[] = { { "immune-hahuri-invalid-eventlog-values", 36, 37 },
                  { "immune-ludmilla-2", 1, 1 } };

    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        char list[120], values[120];

        snprintf(list, sizeof list, "../shared/corpus/ima/%s.bin", lists[i].name);
        snprintf(values, sizeof values, "../shared/corpus/ima/%s.pcrs.json", lists[i].name);
        if (access(list, R_OK) != 0)
            cr_skip_test("no collection");
        memset(&prefixes, 0, sizeof prefixes);
        prefixes.values = values;
        fold_file(list, try_prefix);
        cr_expect_eq(prefixes.first, lists[i].first, "%s: %u", lists[i].name, prefixes.first);
        cr_expect_eq(prefixes.last, lists[i].entries);
        cr_expect_eq(prefixes.entries, lists[i].entries);
    }
}
