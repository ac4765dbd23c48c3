/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Real TXT logs and reports of hosts, where a collection of them lies beside the project.
 * Numbers of events, ends and PCR values are those that the collection's manifest gives,
 * found by another implementation.
 */
#include <criterion/criterion.h>
#include <jansson.h>

#include "base/file.h"
#include "base/hash.h"
#include "base/hex.h"
#include "eventlog/heap.h"
#include "eventlog/types.h"
#include "replay/replay.h"
#include "tests/collection.h"
#include "tests/reading.h"

#define REAL "../shared/corpus/txt-real/"
#define CARVED "../shared/corpus/txt/intel-txt-heap-dump-carved.bin"

enum { CEILING = 1 << 24, HEAP_LOG = 0x1114C, HEAP_LOG_SIZE = 1722 };

Test(txt_corpus, a_real_log_has_its_events_and_folds_to_its_values)
{
    static const struct {
        unsigned pcr;
        uint8_t begin[6]; /* the manifest gives the first bytes */
    } values[] = { { 17, { 0xff, 0x8a, 0x57, 0xbf, 0x4a, 0x60 } },
                   { 18, { 0xad, 0x82, 0x58, 0x4b, 0x09, 0xf5 } } };
    static assay_replay replay;
    assay_hashes *hashes = assay_hashes_new();
    assay_file file;
    assay_log log;
    assay_event event;
    unsigned count = 0;

    if (!load_collected(REAL "txt-logs.bin", CEILING, &file))
        cr_skip_test("no collection");
    cr_assert_eq(assay_log_open(&log, file.bytes, NULL, NULL, NULL), 0);
    cr_assert_eq(assay_replay_begin(&replay, &log.header, hashes, NULL), 0);
    while (assay_log_next(&log, &event) > 0) {
        cr_assert_eq(assay_replay_event(&replay, &event), 0);
        count++;
    }
    cr_expect_eq(count, 1 + 19, "the header and 19 events");
    for (size_t i = 0; i < 2; i++)
        cr_expect_eq(memcmp(assay_pcrs_value(&replay.pcrs, ASSAY_ALG_SHA256, values[i].pcr).data,
                            values[i].begin, sizeof values[i].begin),
                     0, "PCR %u", values[i].pcr);
    assay_hashes_free(&hashes);
    assay_file_close(&file);
}

Test(txt_corpus, the_log_of_a_real_heap_is_what_was_carved_out_of_it)
{
    assay_file heap, carved;
    assay_log in_heap, alone;
    assay_event a, b;
    int more;

    if (!load_collected(REAL "txt_heap_info.bin", CEILING, &heap) ||
        !load_collected(CARVED, CEILING, &carved))
        cr_skip_test("no collection");
    cr_assert_eq(assay_log_open(&in_heap, heap.bytes, NULL, NULL, NULL), 0);
    cr_assert_eq(assay_log_open(&alone, carved.bytes, NULL, NULL, NULL), 0);
    cr_expect_str_eq(assay_log_format_name(&in_heap), "heap");
    do {
        more = assay_log_next(&in_heap, &a);
        cr_assert_eq(more, assay_log_next(&alone, &b));
        cr_expect(more <= 0 || (assay_event_equal(&a, &b) && a.offset == HEAP_LOG + b.offset));
    } while (more > 0);
    cr_expect_eq(more, 0);
    cr_expect_eq(in_heap.tail_offset, HEAP_LOG + HEAP_LOG_SIZE, "NextRecordOffset is its end");
    assay_file_close(&heap);
    assay_file_close(&carved);
}

Test(txt_corpus, a_real_heap_has_the_tables_of_its_versions)
{
    assay_txt_heap heap;
    assay_txt_mdr mdr;
    assay_file file;
    uint64_t usable = 0;

    if (!load_collected(REAL "txt_heap_info.bin", CEILING, &file))
        cr_skip_test("no collection");
    cr_assert_eq(assay_txt_heap_open(&heap, file.bytes, NULL), 0);
    cr_expect_eq(heap.offset, 0x1000);
    cr_expect_eq(heap.bios_data.version, 3);
    cr_expect_eq(heap.bios_data.num_log_procs, 72);
    cr_expect_eq(heap.os_sinit_data.version, 7);
    cr_expect_eq(heap.os_sinit_data.capabilities, 0x201);
    cr_expect_eq(heap.sinit_mle_data.version, 9);
    cr_expect_eq(heap.sinit_mle_data.num_mdrs, 6);
    for (uint32_t i = 0; assay_txt_heap_mdr(&heap, i, &mdr); i++)
        usable += mdr.type == 0;
    cr_expect_gt(usable, 0);
    assay_file_close(&file);
}

static void check_digests(assay_hashes *hashes, const assay_event *event, unsigned *checked)
{
    for (size_t i = 0; i < event->digest_count && event->data.size > 0; i++) {
        uint8_t digest[ASSAY_DIGEST_MAX];
        assay_hash *hash;

        cr_assert_eq(assay_hashes_get(hashes, event->digests[i].alg, &hash), 0);
        assay_hash_parts(hash, &event->data, 1, digest);
        cr_expect(assay_bytes_equal(event->digests[i].value,
                                    assay_bytes_of(digest, assay_hash_size(hash))),
                  "event %u", event->number);
        (*checked)++;
    }
}

Test(txt_corpus, every_digest_of_an_event_with_data_is_the_hash_of_them)
{
    static const char *const paths[] = { REAL "txt-logs.bin", REAL "txt_heap_info.bin" };
    assay_hashes *hashes = assay_hashes_new();

    for (size_t i = 0; i < 2; i++) {
        unsigned checked = 0;
        assay_file file;
        assay_log log;
        assay_event event;

        if (!load_collected(paths[i], CEILING, &file))
            cr_skip_test("no collection");
        cr_assert_eq(assay_log_open(&log, file.bytes, NULL, NULL, NULL), 0);
        while (assay_log_next(&log, &event) > 0)
            if (event.type != EV_NO_ACTION)
                check_digests(hashes, &event, &checked);
        cr_expect_eq(checked, 2 * 13, "13 events with data, two banks");
        assay_file_close(&file);
    }
    assay_hashes_free(&hashes);
}

/* Extends zeros with the digests of a report's events; whether that gives its value. */
static bool folds(json_t *set, assay_hashes *hashes)
{
    const char *const bank = json_string_value(json_object_get(set, "bank"));
    const assay_alg *const alg = assay_alg_by_name(assay_bytes_of_string(bank));
    const char *const value = json_string_value(json_object_get(set, "value"));
    uint8_t pcr[ASSAY_DIGEST_MAX] = { 0 }, expected[ASSAY_DIGEST_MAX], digest[ASSAY_DIGEST_MAX];
    assay_hash *hash;
    json_t *event;
    size_t i;

    cr_assert_eq(assay_hashes_get(hashes, alg->id, &hash), 0);
    json_array_foreach(json_object_get(set, "events"), i, event)
    {
        const char *const hex = json_string_value(json_object_get(event, "digest"));

        if (!assay_hex_decode(assay_bytes_of_string(hex), digest, alg->size))
            return false;
        cr_assert_eq(assay_hash_extend(hash, pcr, digest), 0);
    }
    return assay_hex_decode(assay_bytes_of_string(value), expected, alg->size) &&
           memcmp(pcr, expected, alg->size) == 0;
}

Test(txt_corpus, of_44_reported_pcrs_29_follow_from_their_events_by_extending_zeros)
{
    assay_hashes *hashes = assay_hashes_new();
    json_t *const sets = json_load_file(REAL "isecl-manifests.json", 0, NULL);
    size_t i, met = 0;
    json_t *set;

    if (sets == NULL)
        cr_skip_test("no collection");
    cr_expect_eq(json_array_size(sets), 44);
    json_array_foreach(sets, i, set)
    {
        const bool said = strcmp(json_string_value(json_object_get(set, "verdict")), "EXTEND") == 0;
        const bool folded = folds(set, hashes);

        cr_expect_eq(folded, said, "set %zu", i);
        met += folded;
    }
    cr_expect_eq(met, 29);
    json_decref(sets);
    assay_hashes_free(&hashes);
}
