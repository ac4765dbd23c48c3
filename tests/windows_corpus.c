/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Real Windows logs, where a collection of them lies beside the project. What is expected comes
 * from another parser's output (*.expected.immune.json), from the PCR values of the machines'
 * TPMs, and from the quotes that TPMs made for Windows' own trailer.
 */
#include <criterion/criterion.h>
#include <jansson.h>

#include "base/file.h"
#include "base/utf16.h"
#include "eventlog/payload/sipavalue.h"
#include "eventlog/types.h"
#include "replay/explain.h"
#include "replay/pcrvalues.h"
#include "tests/boot.h"
#include "tests/collection.h"

#include <glob.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <unistd.h>

#define WINDOWS "../shared/corpus/windows/"

enum { CEILING = 1 << 20 };

static assay_bytes base64(const json_t *object, const char *key)
{
    static uint8_t decoded[1 << 16];
    const char *const text = json_string_value(json_object_get(object, key));
    const size_t length = text != NULL ? strlen(text) : 0;

    if (length == 0 || length > sizeof decoded)
        return ASSAY_NO_BYTES;
    int size = EVP_DecodeBlock(decoded, (const unsigned char *)text, (int)length);
    size -= (length > 0 && text[length - 1] == '=') + (length > 1 && text[length - 2] == '=');
    return assay_bytes_of(decoded, (size_t)size);
}

/* The other parser lists what is no container, in order, with text as "Message". */
static void expect_records(const assay_event *event, const json_t *events)
{
    assay_payload payload;
    assay_sipa_record record;
    size_t index = 0;

    assay_payload_decode(event, &payload);
    cr_assert_eq(payload.kind, ASSAY_PAYLOAD_SIPA, "event %u", event->number);
    assay_sipa_walk walk = assay_sipa_walk_of(&payload.sipa);
    while (assay_sipa_walk_next(&walk, &record)) {
        if ((record.type & ASSAY_SIPA_AGGREGATION) != 0)
            continue;
        const json_t *const expected = json_array_get(events, index++);
        cr_assert_not_null(expected, "event %u has more records", event->number);
        cr_expect_eq((uint32_t)json_number_value(json_object_get(expected, "Type")), record.type);
        if (json_object_get(expected, "Data") != NULL)
            cr_expect(assay_bytes_equal(base64(expected, "Data"), record.data), "event %u, %zu",
                      event->number, index);
        if (json_object_get(expected, "Message") != NULL)
            cr_expect(assay_utf16_is(assay_utf16_until_nul(record.data),
                                     json_string_value(json_object_get(expected, "Message"))),
                      "event %u, %zu", event->number, index);
    }
    cr_expect_eq(index, json_array_size(events), "event %u", event->number);
}

Test(windows_corpus, records_are_those_that_another_parser_found)
{
    assay_file file;
    assay_log log;
    assay_event event;
    size_t compared = 0;

    if (!load_collected(WINDOWS "guard-oss-windows-event.bin", CEILING, &file))
        cr_skip_test("no collection");
    json_t *const expected = json_load_file(WINDOWS "guard-oss-windows-event.expected.immune.json",
                                            JSON_ALLOW_NUL | JSON_DECODE_INT_AS_REAL, NULL);
    cr_assert_not_null(expected);
    cr_assert_eq(assay_log_open(&log, file.bytes, NULL, NULL, NULL), 0);
    while (assay_log_next(&log, &event) > 0) {
        const json_t *const theirs = json_array_get(expected, event.number);

        cr_expect_eq((uint32_t)json_number_value(json_object_get(theirs, "Type")), event.type);
        if (json_object_get(theirs, "Events") == NULL)
            continue;
        expect_records(&event, json_object_get(theirs, "Events"));
        compared++;
    }
    cr_expect_eq(compared, 6, "all EV_EVENT_TAG of PCR 12 to 14");
    json_decref(expected);
    assay_log_close(&log);
    assay_file_close(&file);
}

/* Every record of every log is of a type that sipa.def names, and nothing stays opaque. */
static void expect_names(const assay_event *event, const char *path)
{
    assay_payload payload;
    assay_sipa_record record;

    assay_payload_decode(event, &payload);
    if (event->pcr_index >= 11 && event->type != EV_IPL && event->pcr_index != 15)
        cr_expect_neq(payload.kind, ASSAY_PAYLOAD_OPAQUE, "%s, event %u", path, event->number);
    if (payload.kind != ASSAY_PAYLOAD_SIPA)
        return;
    assay_sipa_walk walk = assay_sipa_walk_of(&payload.sipa);
    while (assay_sipa_walk_next(&walk, &record))
        cr_expect_not_null(assay_sipa_find(record.type), "%s, event %u: 0x%08x", path,
                           event->number, record.type);
}

Test(windows_corpus, every_record_has_a_name)
{
    glob_t found;

    if (glob(WINDOWS "*.bin", 0, NULL, &found) != 0)
        cr_skip_test("no collection");
    for (size_t i = 0; i < found.gl_pathc; i++) {
        assay_file file;
        assay_log log;
        assay_event event;

        cr_assert(load_collected(found.gl_pathv[i], CEILING, &file));
        cr_assert_eq(assay_log_open(&log, file.bytes, NULL, NULL, NULL), 0);
        while (assay_log_next(&log, &event) > 0)
            expect_names(&event, found.gl_pathv[i]);
        assay_log_close(&log);
        assay_file_close(&file);
    }
    globfree(&found);
}

static verdict said;

static bool judge(const char *name, const assay_pcrs *values)
{
    char path[256];
    assay_file file;

    snprintf(path, sizeof path, WINDOWS "%s.bin", name);
    if (!load_collected(path, CEILING, &file))
        return false;
    boot *made = boot_of_bytes(file.bytes);
    boot_judge(made, values, &said);
    boot_free(&made);
    assay_file_close(&file);
    return true;
}

/* The TPM of each machine signed a digest of its PCRs, which the log must fold to. */
Test(windows_corpus, quotes_of_trailers_are_of_what_the_logs_fold_to)
{
    static const struct {
        const char *name;
        const char *text;
    } quoted[] = {
        { "guard-oss-windows-event", "a key named \"Windows AIK\" signed PCR 0-6,8-10,12-15 (sha1) "
                                     "as this log has them" },
        { "immune-imn-dell", "a key named \"Windows AIK\" signed PCR 0-6,8-10,12-15 (sha1) as this "
                             "log has them" },
        { "immune-imn-supermicro-epp-msdefender", "a key named \"bla\" signed PCR 0-6,8-10,12-15 "
                                                  "(sha256) as this log has them" },
        { "immune-imn-supermicro-wbcl-quote-aiks", "a key named \"bla\" signed PCR 0-6,8-10,12-15 "
                                                   "(sha256) as this log has them" },
        { "immune-r340", "a key named \"Windows AIK\" signed PCR 0-6,8-10,12-15 (sha256) as this "
                         "log has them" },
    };

    for (size_t i = 0; i < sizeof quoted / sizeof *quoted; i++) {
        if (!judge(quoted[i].name, NULL))
            cr_skip_test("no collection");
        cr_assert_not_null(fact_of(&said, "windows_quote"), "%s", quoted[i].name);
        cr_expect_str_eq(fact_of(&said, "windows_quote")->text, quoted[i].text, "%s",
                         quoted[i].name);
    }
}

/* What the names of the files and the collection's manifest say of the machines. */
Test(windows_corpus, facts_of_real_machines)
{
    static const struct {
        const char *name, *fact, *text;
        enum assay_standing standing;
    } facts[] = {
        { "immune-t480s-values", "windows_boot", "started anew, boot counter 71", ASSAY_STANDS },
        { "immune-t480s-values", "windows_code_integrity", "on", ASSAY_STANDS },
        { "immune-imn-dell-wbcl-bootctrs", "windows_boot",
          "started anew, boot counter 85, event counter 1536", ASSAY_STANDS },
        { "immune-imn-dell-wbcl-bootctrs", "windows_elam", "Windows Defender", ASSAY_STANDS },
        /* Secure Boot is off on these. */
        { "immune-dell-notebook-5eventlogs-wbcl-4", "windows_boot",
          "resumed from hibernation, boot counter 172, event counter 9472", ASSAY_CLAIMED },
        { "immune-imn-supermicro-wbcl-quote-aiks", "windows_boot", "started anew, boot counter 14",
          ASSAY_CLAIMED },
        /* SHA-1 alone. */
        { "windows-gcp-shielded-vm", "windows_boot", "started anew, boot counter 4",
          ASSAY_CLAIMED },
    };

    for (size_t i = 0; i < sizeof facts / sizeof *facts; i++) {
        char path[256];
        assay_pcrs values;
        assay_error error;

        snprintf(path, sizeof path, WINDOWS "%s.pcrs.json", facts[i].name);
        if (access(path, R_OK) != 0)
            cr_skip_test("no collection");
        memset(&values, 0, sizeof values);
        cr_assert_eq(assay_pcrvalues_read(path, &values, &error), 0, "%s", error.what);
        cr_assert(judge(facts[i].name, &values));
        const assay_fact *const fact = fact_of(&said, facts[i].fact);
        cr_assert_not_null(fact, "%s: %s", facts[i].name, facts[i].fact);
        cr_expect_str_eq(fact->text, facts[i].text, "%s", facts[i].name);
        cr_expect_eq(fact->standing, facts[i].standing, "%s: %s is %s", facts[i].name,
                     facts[i].fact, assay_standing_name(fact->standing));
    }
}

/* The explanation of a PCR in one bank. */
static const char *explain(const char *name, const char *values_name, uint16_t alg, unsigned pcr)
{
    static assay_explanation explanation;
    static assay_comparison comparison;
    static assay_findings findings;
    static assay_replay replay;
    assay_hashes *hashes = assay_hashes_new();
    const char *found = "";
    assay_pcrs values = { 0 };
    assay_error error;
    assay_event event;
    assay_file file;
    assay_log log;
    char path[256];

    snprintf(path, sizeof path, WINDOWS "%s.bin", name);
    cr_assert(load_collected(path, CEILING, &file));
    snprintf(path, sizeof path, WINDOWS "%s.pcrs.json", values_name);
    cr_assert_eq(assay_pcrvalues_read(path, &values, &error), 0, "%s", error.what);
    cr_assert_eq(assay_log_open(&log, file.bytes, NULL, NULL, NULL), 0);
    assay_findings_reset(&findings);
    cr_assert_eq(assay_replay_begin(&replay, &log.header, hashes, NULL), 0);
    while (assay_log_next(&log, &event) > 0)
        cr_assert_eq(assay_replay_event(&replay, &event), 0);
    assay_compare(&replay, &values, ASSAY_ALL_PCRS, &comparison);
    for (size_t i = 0; i < comparison.count; i++) {
        assay_chain chain;

        if (comparison.list[i].pcr != pcr || comparison.list[i].alg != alg)
            continue;
        cr_assert_eq(
            assay_chain_read(&chain, (const assay_log *const[]){ &log }, 1, hashes, alg, pcr), 0);
        if (assay_explain(&chain, &comparison, &comparison.list[i], &findings, &explanation) > 0)
            found = explanation.name;
        assay_chain_free(&chain);
    }
    assay_log_close(&log);
    assay_file_close(&file);
    assay_hashes_free(&hashes);
    return found;
}

/* Three machines of the collection; what their SHA-1 banks hold is their TPMs' word. */
Test(windows_corpus, closed_banks_are_explained_by_value)
{
    static const char *const machines[] = { "immune-t480s-values",
                                            "immune-imn-supermicro-epp-msdefender",
                                            "immune-imn-supermicro-wbcl-quote-aiks" };

    if (access(WINDOWS, R_OK) != 0)
        cr_skip_test("no collection");
    for (size_t i = 0; i < sizeof machines / sizeof *machines; i++)
        for (unsigned pcr = 0; pcr < 14; pcr++)
            cr_expect_str_eq(explain(machines[i], machines[i], ASSAY_ALG_SHA1, pcr), "windows-cap",
                             "%s, PCR %u", machines[i], pcr);
}

/* One start and four resumes, and what the TPM held after the last. */
Test(windows_corpus, logs_of_other_starts_are_known_by_their_counters)
{
#define NOTEBOOK "immune-dell-notebook-5eventlogs-wbcl-"
    static const char *const logs[][2] = {
        { NOTEBOOK "0", "windows-other-start" },
        { NOTEBOOK "1", "windows-start" },
        { NOTEBOOK "2", "windows-start" },
        { NOTEBOOK "3", "windows-start" },
        { NOTEBOOK "4", "" },
    };

    if (access(WINDOWS, R_OK) != 0)
        cr_skip_test("no collection");
    for (size_t i = 0; i < sizeof logs / sizeof *logs; i++)
        cr_expect_str_eq(explain(logs[i][0], NOTEBOOK "4", ASSAY_ALG_SHA256, 12), logs[i][1], "%s",
                         logs[i][0]);
}
