/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Real logs of confidential guests, where a collection of them lies beside the project: what
 * confidential-containers' trustee and cc-api's cctrusted print of the same logs, and RTMRs of
 * a quote.
 */
#include <criterion/criterion.h>
#include <jansson.h>
#include <openssl/evp.h>

#include "base/file.h"
#include "base/hex.h"
#include "eventlog/payload/payload.h"
#include "eventlog/registers.h"
#include "eventlog/types.h"
#include "replay/compare.h"
#include "replay/datacheck.h"
#include "replay/pcrvalues.h"
#include "replay/semantics.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CORPUS "../shared/corpus/ccel/"

enum { CEILING = 1 << 22, EVENTS_MAX = 128 };

static assay_file file;
static assay_log opened;
static assay_event events[EVENTS_MAX];
static size_t event_count;
static assay_findings findings;
static assay_hashes *hashes;

static void set_up(void)
{
    hashes = assay_hashes_new();
}

static void tear_down(void)
{
    assay_hashes_free(&hashes);
}

TestSuite(cc_corpus, .init = set_up, .fini = tear_down);

/* Reads a log of the collection, or skips the test where there is none. */
static void read_log(const char *name)
{
    char path[256];
    assay_error error;
    int status;

    snprintf(path, sizeof path, CORPUS "%s.bin", name);
    if (access(path, R_OK) != 0)
        cr_skip_test("no collection");
    cr_assert_eq(assay_file_read(&file, path, CEILING, &error), 0, "%s", error.what);
    assay_findings_reset(&findings);
    cr_assert_eq(assay_log_open(&opened, file.bytes, NULL, &findings, &error), 0, "%s", error.what);
    event_count = 0;
    while (event_count < EVENTS_MAX && (status = assay_log_next(&opened, &events[event_count])) > 0)
        event_count++;
    cr_assert_eq(status, 0, "%s: %s", name, opened.error.what);
    cr_assert_lt(event_count, EVENTS_MAX);
}

static void close_log(void)
{
    assay_log_close(&opened);
    assay_file_close(&file);
}

static enum assay_outcome check(const assay_event *event)
{
    assay_payload payload;
    assay_datacheck said;

    assay_payload_decode(event, &payload);
    cr_assert_eq(assay_datacheck_event(hashes, event, &payload, &said), 0);
    return said.outcome;
}

static bool is_hex(const char *hex, assay_bytes bytes)
{
    static uint8_t decoded[EVP_MAX_MD_SIZE];

    return strlen(hex) == 2 * bytes.size && bytes.size <= sizeof decoded &&
           assay_hex_decode(assay_bytes_of_string(hex), decoded, bytes.size) &&
           memcmp(decoded, bytes.data, bytes.size) == 0;
}

static bool is_base64(const char *text, assay_bytes bytes)
{
    const size_t length = strlen(text);
    const size_t size = length / 4 * 3 - (length > 0 && text[length - 1] == '=') -
                        (length > 1 && text[length - 2] == '=');
    unsigned char *const decoded = malloc(length / 4 * 3 + 1);

    EVP_DecodeBlock(decoded, (const unsigned char *)text, (int)length);
    const bool same = size == bytes.size && (size == 0 || memcmp(decoded, bytes.data, size) == 0);
    free(decoded);
    return same;
}

/* The rule of every event that trustee calls good is one of ours; it knows the usual one only. */
static void expect_event(const char *name, size_t number, json_t *said, const assay_event *event)
{
    const assay_event_type *const type = assay_event_type_find(event->type);
    json_t *const digest = json_array_get(json_object_get(said, "digests"), 0);

    cr_assert_not_null(type, "%s %zu", name, number);
    cr_expect_str_eq(json_string_value(json_object_get(said, "type_name")), type->name, "%s %zu",
                     name, number);
    cr_expect_eq(json_integer_value(json_object_get(said, "index")), event->pcr_index, "%s %zu",
                 name, number);
    cr_expect(is_hex(json_string_value(json_object_get(digest, "digest")), event->digests[0].value),
              "%s %zu", name, number);
    cr_expect(is_base64(json_string_value(json_object_get(said, "event")), event->data), "%s %zu",
              name, number);
    if (json_is_true(json_object_get(said, "digest_matches_event")))
        cr_expect_eq(check(event), ASSAY_VERIFIED, "%s %zu", name, number);
}

/* Of the remarks trustee leaves out the header alone. */
static void expect_trustee(const char *name)
{
    char path[256];

    read_log(name);
    snprintf(path, sizeof path, CORPUS "%s.expected.trustee.json", name);
    json_t *const document = json_load_file(path, 0, NULL);
    json_t *const said = json_object_get(document, "uefi_event_logs");
    size_t at = 0;

    for (size_t i = 1; i < event_count; i++) {
        if (events[i].type == EV_NO_ACTION && json_array_size(said) < event_count - 1 &&
            strcmp(json_string_value(json_object_get(json_array_get(said, at), "type_name")),
                   "EV_NO_ACTION") != 0)
            continue;
        expect_event(name, i, json_array_get(said, at++), &events[i]);
    }
    cr_expect_eq(at, json_array_size(said), "%s: %zu of %zu", name, at, json_array_size(said));
    cr_expect_gt(at, 0);
    json_decref(document);
    close_log();
}

Test(cc_corpus, events_are_those_that_trustee_reads)
{
    static const char *const names[] = {
        "trustee-ccel-aael-alibabacloud", "trustee-ccel-data",          "trustee-ccel-data-csv",
        "trustee-ccel-data-grub",         "trustee-ccel-data-grub-gke",
    };

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        expect_trustee(names[i]);
}

/* Whether a line of cctrusted's dump holds the word; its value behind the colon. */
static bool value_of(const char *line, const char *word, char **ret_value)
{
    const char *const at = strstr(line, word);

    if (at == NULL || strchr(at, ':') == NULL)
        return false;
    *ret_value = strchr(at, ':') + 1;
    return true;
}

/* cctrusted counts registers as RTMRs, its IMR 0 being index 1, and gives types as numbers. */
Test(cc_corpus, events_are_those_that_cctrusted_reads)
{
    char line[512], *value;
    size_t imrs = 0, types = 0;

    read_log("cc-trusted-api-ccel-data");
    FILE *const dump = fopen(CORPUS "cc-trusted-api-ccel-data.expected.cctrusted.txt", "r");
    cr_assert_not_null(dump);
    while (fgets(line, sizeof line, dump) != NULL && imrs <= event_count && types <= event_count) {
        if (value_of(line, " IMR ", &value) && imrs < event_count) {
            cr_expect_eq(
                strtoul(value, NULL, 10),
                assay_register_number(assay_registers_of(&opened.header), events[imrs].pcr_index),
                "event %zu", imrs);
            imrs++;
        } else if (value_of(line, " Type ", &value) && types < event_count) {
            cr_expect_eq(strtoul(value, NULL, 16), events[types].type, "event %zu", types);
            types++;
        }
    }
    fclose(dump);
    cr_expect_eq(imrs, event_count);
    cr_expect_eq(types, event_count);
    close_log();
}

static unsigned found(enum assay_finding_code code)
{
    unsigned count = 0;

    for (size_t i = 0; i < findings.count; i++)
        count += findings.list[i].code == code;
    return count;
}

static void fold_and_judge(assay_replay *replay)
{
    assay_semantics *semantics = assay_semantics_new(&opened.header, hashes, &findings);
    assay_payload payload;
    assay_datacheck said;

    cr_assert_eq(assay_replay_begin(replay, &opened.header, hashes, &findings), 0);
    for (size_t i = 0; i < event_count; i++) {
        assay_payload_decode(&events[i], &payload);
        cr_assert_eq(assay_datacheck_event(hashes, &events[i], &payload, &said), 0);
        cr_assert_eq(assay_semantics_event(semantics, &events[i], &payload, &said), 0);
        cr_assert_eq(assay_replay_event(replay, &events[i]), 0);
    }
    assay_semantics_end(semantics);
    assay_semantics_free(&semantics);
}

/* The RTMRs of the guest's quote stand beside the log. */
Test(cc_corpus, a_doubled_separator_is_found_and_the_registers_are_the_quotes)
{
    static assay_replay replay;
    static assay_comparison comparison;
    static assay_pcrs quoted;
    assay_error error;

    read_log("go-eventlog-cos-113-intel-tdx-dupe-separator");
    fold_and_judge(&replay);
    cr_assert_eq(assay_pcrvalues_read(CORPUS
                                      "go-eventlog-cos-113-intel-tdx-dupe-separator.pcrs.json",
                                      &quoted, &error),
                 0, "%s", error.what);
    assay_compare(&replay, &quoted, ASSAY_ALL_PCRS, &comparison);
    cr_expect_eq(comparison.count, 3);
    for (size_t i = 0; i < comparison.count; i++)
        cr_expect_eq(comparison.list[i].state, ASSAY_PCR_MATCH, "RTMR %zu", i);
    cr_expect_eq(found(ASSAY_FINDING_SEPARATOR_REGISTER), 1);
    cr_expect_eq(assay_findings_count(&findings, ASSAY_ERROR), 0);
    close_log();
}

/* Of sound machines: nothing in them is an error, whoever's firmware wrote them. */
Test(cc_corpus, no_log_of_a_guest_is_called_forged)
{
    static const char *const names[] = {
        "cc-trusted-api-ccel-data",
        "cmc-tdx-test-cc-eventlog",
        "go-eventlog-ccel-unpadded-data",
        "go-eventlog-cos-113-intel-tdx-dupe-separator-unpadded",
        "go-eventlog-event-log",
        "trustee-ccel-aael-alibabacloud",
        "trustee-ccel-data",
        "trustee-ccel-data-csv",
        "trustee-ccel-data-gcp",
        "trustee-ccel-data-grub",
        "trustee-ccel-data-grub-gke",
    };
    static assay_replay replay;

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        read_log(names[i]);
        cr_expect(opened.header.measurement_registers, "%s", names[i]);
        fold_and_judge(&replay);
        cr_expect_eq(assay_findings_count(&findings, ASSAY_ERROR), 0, "%s: %s", names[i],
                     findings.count > 0 ? findings.list[0].detail : "");
        close_log();
    }
}
