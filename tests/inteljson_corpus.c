/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Real reports of Intel's HVS and logs of its agent, where a collection of them lies beside
 * the project. Which PCRs follow from their events is the collection's word, found by
 * another implementation.
 */
#include <criterion/criterion.h>
#include <jansson.h>

#include "base/file.h"
#include "replay/compare.h"
#include "replay/explain.h"
#include "replay/pcrvalues.h"
#include "tests/collection.h"
#include "tests/reading.h"

#include <stdio.h>
#include <stdlib.h>

#define CORPUS "../shared/corpus/"

enum { CEILING = 1 << 20 };

static assay_findings findings;
static assay_comparison comparison;
static assay_replay replay;
static assay_hashes *hashes;

static void set_up(void)
{
    hashes = assay_hashes_new();
}

static void tear_down(void)
{
    assay_hashes_free(&hashes);
}

TestSuite(inteljson_corpus, .init = set_up, .fini = tear_down);

/* Folds a log, which stays open; how many events it has. */
static unsigned fold(assay_bytes bytes, assay_log *log)
{
    assay_error error = { 0 };
    assay_event event;
    unsigned count = 0;

    assay_findings_reset(&findings);
    cr_assert_eq(assay_log_open(log, bytes, NULL, &findings, &error), 0, "%s", error.what);
    cr_expect_str_eq(assay_log_format_name(log), "inteljson");
    cr_assert_eq(assay_replay_begin(&replay, &log->header, hashes, &findings), 0);
    for (; assay_log_next(log, &event) > 0; count++)
        cr_assert_eq(assay_replay_event(&replay, &event), 0);
    cr_expect_eq(log->error.kind, 0, "%s at %zu", log->error.what, (size_t)log->error.offset);
    return count;
}

static assay_pcr_set in_state(uint16_t alg, enum assay_pcr_state state)
{
    assay_pcr_set set = 0;

    for (size_t i = 0; i < comparison.count; i++)
        if (comparison.list[i].alg == alg && comparison.list[i].state == state)
            set |= 1u << comparison.list[i].pcr;
    return set;
}

#define PCR(n) (1u << (n))
#define FIRMWARE (0x3FFu) /* PCR 0 to 9 */
#define VMWARE (PCR(18) | PCR(19) | PCR(20))

static const struct {
    const char *path;
    unsigned events;
    assay_pcr_set sha1, sha256; /* that are met */
    assay_pcr_set missed;       /* in either */
} logs[] = {
    { "txt/isecl-resources-trust-report.json", 40, PCR(17) | PCR(18), PCR(15) | PCR(17) | PCR(18),
      0 },
    { "txt/isecl-resources-hostmanifest1.json", 30, 0, 0, PCR(17) | PCR(18) },
    { "txt/isecl-resources-measure.json", 268, 0, 0, 0 },
    { "txt/isecl-test-sample-measure.json", 57, 0, 0, 0 },
    { "txt/isecl-test-sample-tpm-quote.xml", 38, 0, 0, 0 },
    { "other/isecl-intel20-host-manifest.json", 166, FIRMWARE, FIRMWARE | PCR(15), 0 },
    { "other/isecl-unknownvendor-host-manifest.json", 166, FIRMWARE, FIRMWARE | PCR(15), 0 },
    { "other/isecl-resources-host-manifest.json", 172, 0,
      PCR(17) | PCR(18) | PCR(19) | PCR(20) | PCR(21), 0 },
    { "other/isecl-resources-hostmanifest-vmware.json", 91, VMWARE, 0, 0 },
    { "other/isecl-resources-vmwaremanifest.json", 91, VMWARE, 0, 0 },
    { "other/isecl-vmware12-host-manifest.json", 91, VMWARE, 0, 0 },
    { "other/isecl-resources-swmanifest.json", 2, 0, PCR(15), 0 },
};

Test(inteljson_corpus, each_is_read_whole_and_folds_to_the_values_beside_it)
{
    char path[200];

    for (size_t i = 0; i < sizeof logs / sizeof *logs; i++) {
        assay_pcrs pcrs = { 0 };
        assay_file file;
        assay_log log;

        snprintf(path, sizeof path, CORPUS "%s", logs[i].path);
        if (!load_collected(path, CEILING, &file))
            cr_skip_test("no collection");
        cr_expect_eq(fold(file.bytes, &log), logs[i].events, "%s", path);
        cr_assert_geq(assay_pcrvalues_beside(file.bytes, &pcrs, NULL), 0);
        assay_compare(&replay, &pcrs, ASSAY_ALL_PCRS, &comparison);
        cr_expect_eq(in_state(ASSAY_ALG_SHA1, ASSAY_PCR_MATCH), logs[i].sha1, "%s", path);
        cr_expect_eq(in_state(ASSAY_ALG_SHA256, ASSAY_PCR_MATCH), logs[i].sha256, "%s", path);
        cr_expect_eq(in_state(ASSAY_ALG_SHA1, ASSAY_PCR_MISMATCH) |
                         in_state(ASSAY_ALG_SHA256, ASSAY_PCR_MISMATCH),
                     logs[i].missed, "%s", path);
        assay_log_close(&log);
        assay_file_close(&file);
    }
}

Test(inteljson_corpus, a_log_without_what_was_launched_is_explained)
{
    assay_pcrs pcrs = { 0 };
    assay_file file;
    assay_log log;

    if (!load_collected(CORPUS "txt/isecl-resources-hostmanifest1.json", CEILING, &file))
        cr_skip_test("no collection");
    fold(file.bytes, &log);
    cr_assert_eq(assay_pcrvalues_parse(file.bytes, &pcrs, NULL), 0);
    assay_compare(&replay, &pcrs, ASSAY_ALL_PCRS, &comparison);
    for (size_t i = 0; i < comparison.count; i++) {
        const assay_pcr_status *const status = &comparison.list[i];
        assay_explanation explanation;
        assay_chain chain;

        if (status->state != ASSAY_PCR_MISMATCH)
            continue;
        cr_assert_eq(assay_chain_read(&chain, (const assay_log *const[]){ &log }, 1, hashes,
                                      status->alg, status->pcr),
                     0);
        cr_assert_eq(assay_explain(&chain, &comparison, status, &findings, &explanation), 1);
        cr_expect_str_eq(explanation.name, "sinit-alone");
        assay_chain_free(&chain);
    }
    assay_log_close(&log);
    assay_file_close(&file);
}

/* A set of the collection as a measure log; the caller frees it. */
static char *as_list(const json_t *set)
{
    json_t *const events = json_array();
    const json_t *event;
    size_t i;

    json_array_foreach(json_object_get(set, "events"), i, event)
    {
        json_t *const type = json_object_get(event, "type");
        json_t *const written = json_pack("{s:O, s:O}", "label", json_object_get(event, "label"),
                                          "measurement", json_object_get(event, "digest"));

        if (json_is_string(type))
            json_object_set(written, "type_id", type);
        json_array_append_new(events, written);
    }
    json_t *const lists =
        json_pack("[{s:{s:O, s:O}, s:o}]", "pcr", "index", json_object_get(set, "pcr"), "bank",
                  json_object_get(set, "bank"), "tpm_events", events);
    char *const text = json_dumps(lists, JSON_COMPACT);
    json_decref(lists);
    return text;
}

Test(inteljson_corpus, of_44_reported_PCRs_29_follow_from_their_lists)
{
    json_t *const sets = json_load_file(CORPUS "txt-real/isecl-manifests.json", 0, NULL);
    size_t i, met = 0;
    json_t *set;

    if (sets == NULL)
        cr_skip_test("no collection");
    json_array_foreach(sets, i, set)
    {
        const bool said = strcmp(json_string_value(json_object_get(set, "verdict")), "EXTEND") == 0;
        const char *const bank = json_string_value(json_object_get(set, "bank"));
        char *const text = as_list(set);
        assay_pcrs pcrs = { 0 };
        char value[200];
        assay_log log;

        cr_expect_eq(fold(assay_bytes_of_string(text), &log),
                     json_array_size(json_object_get(set, "events")));
        snprintf(value, sizeof value, "%s:%d %s\n", bank,
                 (int)json_integer_value(json_object_get(set, "pcr")),
                 json_string_value(json_object_get(set, "value")));
        cr_assert_eq(assay_pcrvalues_parse(assay_bytes_of_string(value), &pcrs, NULL), 0, "%s",
                     value);
        assay_compare(&replay, &pcrs, ASSAY_ALL_PCRS, &comparison);
        cr_expect_eq(comparison.matched == 1, said, "set %zu", i);
        met += comparison.matched;
        assay_log_close(&log);
        free(text);
    }
    cr_expect_eq(met, 29);
    json_decref(sets);
}

/* Why a reported value does not follow from its list, as far as the reports themselves tell. */
enum reason {
    FOLDS,
    SINIT_ALONE,     /* the list ends with SINIT's events: what was launched is not in it */
    MODULES_ALONE,   /* a TPM 1.2 report names a launched module and none of SINIT's events */
    VALUE_AS_DIGEST, /* the one "digest" is the value of the PCR (ESXi 6.0's tboot) */
    ZEROS_AS_DIGEST, /* "b" and "k" of ESXi have zeros where their digest should be */
    OTHERS_VALUE,    /* edited by hand: the value is that of a report of another machine */
    REASONS
};

static const char *text_of(const json_t *object, const char *key)
{
    const char *const text = json_string_value(json_object_get(object, key));

    return text != NULL ? text : "";
}

static bool has_value_of_another(const json_t *sets, const json_t *set)
{
    const json_t *other;
    size_t i;

    json_array_foreach(sets, i, other) if (other != set &&
                                           strcmp(text_of(other, "value"), text_of(set, "value")) ==
                                               0) return true;
    return false;
}

static enum reason reason_of(const json_t *sets, const json_t *set)
{
    const json_t *const events = json_object_get(set, "events");
    const json_t *const first = json_array_get(events, 0);
    const size_t count = json_array_size(events);
    const char *const last = text_of(json_array_get(events, count - 1), "label");
    const char *const digest = text_of(first, "digest");

    if (strcmp(text_of(set, "verdict"), "EXTEND") == 0)
        return FOLDS;
    if (strcmp(digest, text_of(set, "value")) == 0)
        return VALUE_AS_DIGEST;
    if (digest[strspn(digest, "0")] == '\0')
        return ZEROS_AS_DIGEST;
    if (count == 1)
        return MODULES_ALONE;
    if (strcmp(last, "NV_INFO_HASH") == 0)
        return SINIT_ALONE;
    return has_value_of_another(sets, set) ? OTHERS_VALUE : REASONS;
}

Test(inteljson_corpus, for_each_of_the_15_others_there_is_a_reason)
{
    static const unsigned known[REASONS] = {
        [FOLDS] = 29,          [SINIT_ALONE] = 4,     [MODULES_ALONE] = 4,
        [VALUE_AS_DIGEST] = 2, [ZEROS_AS_DIGEST] = 3, [OTHERS_VALUE] = 2
    };
    json_t *const sets = json_load_file(CORPUS "txt-real/isecl-manifests.json", 0, NULL);
    unsigned seen[REASONS + 1] = { 0 };
    const json_t *set;
    size_t i;

    if (sets == NULL)
        cr_skip_test("no collection");
    json_array_foreach(sets, i, set) seen[reason_of(sets, set)]++;
    cr_expect_eq(seen[REASONS], 0, "one has no reason");
    for (size_t reason = 0; reason < REASONS; reason++)
        cr_expect_eq(seen[reason], known[reason], "%zu", reason);
    json_decref(sets);
}

/* The collection left out what EV_NO_ACTION says; its manifest has it: locality 3. */
static void restore_locality(json_t *set)
{
    json_t *const events = json_object_get(set, "events");
    json_t *event;
    size_t i;

    json_array_foreach(events, i, event) if (strcmp(text_of(event, "type"), "0x3") == 0)
        json_object_set_new(event, "label", json_string("StartupLocality3"));
}

/* PCR 0-16 and 23 of the same reports; a PCR 15 was edited in a fork. */
Test(inteljson_corpus, of_26_reported_PCRs_of_the_firmware_25_follow)
{
    json_t *const sets = json_load_file(CORPUS "txt-real/isecl-srtm-manifests.json", 0, NULL);
    size_t i, met = 0;
    json_t *set;

    if (sets == NULL)
        cr_skip_test("no collection");
    json_array_foreach(sets, i, set)
    {
        restore_locality(set);
        char *const text = as_list(set);
        assay_pcrs pcrs = { 0 };
        char value[200];
        assay_log log;

        fold(assay_bytes_of_string(text), &log);
        snprintf(value, sizeof value, "%s:%d %s\n", text_of(set, "bank"),
                 (int)json_integer_value(json_object_get(set, "pcr")), text_of(set, "value"));
        cr_assert_eq(assay_pcrvalues_parse(assay_bytes_of_string(value), &pcrs, NULL), 0);
        assay_compare(&replay, &pcrs, ASSAY_ALL_PCRS, &comparison);
        met += comparison.matched;
        assay_log_close(&log);
        free(text);
    }
    cr_expect_eq(met, 25, "%zu", met);
    json_decref(sets);
}
