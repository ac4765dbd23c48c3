/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A measurement list of Linux IMA as long as they get, a million entries: written, replayed, and
 * beside it the hashing that no replay can do without, of the same bytes.
 */
#include "tests/bench/bench.h"

#include "eventlog/ima.h"
#include "replay/replay.h"

#include <stdio.h>
#include <stdlib.h>

enum { ROUNDS = 7, SIGNED_EVERY = 4, DATA = 256, SIGNATURE = 80 };

static const assay_log_header banks = {
    .banks_follow = true,
    .bank_count = 2,
    .banks = { { ASSAY_ALG_SHA1, 20 }, { ASSAY_ALG_SHA256, 32 } },
};

static void put_field(assay_writer *data, const void *bytes, size_t size)
{
    assay_put_u32le(data, (uint32_t)size);
    assay_put(data, assay_bytes_of(bytes, size));
}

/* ima-ng and, every now and then, ima-sig: a SHA-256 digest, a library's path, a signature. */
static assay_bytes make_fields(uint32_t number, uint8_t *room)
{
    uint8_t digest[8 + 32] = "sha256:", signature[SIGNATURE] = { 3, 2, 4 };
    assay_writer data = assay_writer_lent(room, DATA);
    char path[64];
    const int length =
        snprintf(path, sizeof path, "/usr/lib/x86_64-linux-gnu/lib%08u.so.1", number);

    for (size_t i = 0; i < 32; i++)
        digest[8 + i] = (uint8_t)(number >> i % 4 * 8);
    put_field(&data, digest, sizeof digest);
    put_field(&data, path, (size_t)length + 1);
    if (number % SIGNED_EVERY == 0)
        put_field(&data, signature, sizeof signature);
    return assay_written(&data);
}

static int write_entry(assay_log_writer *log, assay_hash *sha1, uint32_t number)
{
    uint8_t room[DATA], digest[ASSAY_DIGEST_MAX];
    assay_event event = {
        .number = number,
        .pcr_index = ASSAY_IMA_PCR,
        .type = ASSAY_NO_EVENT_TYPE,
        .content = ASSAY_CONTENT_IMA_TEMPLATE,
        .name = number % SIGNED_EVERY == 0 ? ASSAY_LITERAL("ima-sig") : ASSAY_LITERAL("ima-ng"),
        .data = make_fields(number, room),
        .digest_count = 1,
        .digests = { { ASSAY_ALG_SHA1, assay_bytes_of(digest, 20) } },
    };
    const int status = assay_hash_parts(sha1, &event.data, 1, digest);

    return status < 0 ? status : assay_log_write_event(log, &event, NULL);
}

int bench_write_ima(assay_writer *writer, size_t entries)
{
    const assay_log_header header = { .bank_count = 1, .banks = { { ASSAY_ALG_SHA1, 20 } } };
    assay_hashes *hashes = assay_hashes_new();
    assay_log_writer log;
    assay_hash *sha1;
    int status = hashes == NULL ? -1 : assay_hashes_get(hashes, ASSAY_ALG_SHA1, &sha1);

    if (status == 0)
        status = assay_log_write_begin(&log, "ima", &header, writer, NULL);
    for (uint32_t number = 0; number < entries && status >= 0; number++)
        status = write_entry(&log, sha1, number);
    assay_hashes_free(&hashes);
    return status < 0 ? status : assay_log_write_end(&log, NULL);
}

/* The digest and the data of an entry, taken out of the list beforehand. */
typedef struct entry {
    const uint8_t *digest;
    assay_bytes data;
} entry;

static size_t collect(assay_bytes list, entry *entries, size_t room)
{
    assay_event event;
    assay_log log;
    size_t count = 0;

    if (assay_log_open(&log, list, "ima", NULL, NULL) < 0)
        return 0;
    while (count < room && assay_log_next(&log, &event) > 0)
        entries[count++] = (entry){ event.digests[0].value.data, event.data };
    assay_log_close(&log);
    return count;
}

/* SHA-1 is extended as it is stated, SHA-256 with the hash of the data. */
static double time_floor(assay_hashes *hashes, const entry *entries, size_t count)
{
    uint8_t sha1_pcr[20] = { 0 }, sha256_pcr[32] = { 0 }, digest[32];
    assay_hash *sha1, *sha256;

    assay_hashes_get(hashes, ASSAY_ALG_SHA1, &sha1);
    assay_hashes_get(hashes, ASSAY_ALG_SHA256, &sha256);
    const uint64_t start = bench_cpu_now();
    for (size_t i = 0; i < count; i++) {
        assay_hash_extend(sha1, sha1_pcr, entries[i].digest);
        assay_hash_parts(sha256, &entries[i].data, 1, digest);
        assay_hash_extend(sha256, sha256_pcr, digest);
    }
    return (double)(bench_cpu_now() - start);
}

static double time_replay(assay_hashes *hashes, assay_bytes list)
{
    static assay_replay replay;
    const uint64_t start = bench_cpu_now();
    assay_event event;
    assay_log log;

    assay_log_open(&log, list, NULL, NULL, NULL);
    assay_replay_begin(&replay, &log.header, hashes, NULL);
    assay_replay_continue(&replay, &banks);
    while (assay_log_next(&log, &event) > 0)
        assay_replay_event(&replay, &event);
    assay_log_close(&log);
    return (double)(bench_cpu_now() - start);
}

int bench_fold_ima(assay_bytes list, bench_fold *ret_fold)
{
    double floors[ROUNDS], replays[ROUNDS];
    assay_hashes *hashes = assay_hashes_new();
    entry *const entries = calloc(BENCH_IMA_ENTRIES, sizeof *entries);
    const size_t count =
        hashes == NULL || entries == NULL ? 0 : collect(list, entries, BENCH_IMA_ENTRIES);

    for (size_t i = 0; i < ROUNDS && count > 0; i++) {
        floors[i] = time_floor(hashes, entries, count);
        replays[i] = time_replay(hashes, list);
    }
    if (count > 0)
        *ret_fold = (bench_fold){ bench_median(replays, ROUNDS), bench_median(floors, ROUNDS),
                                  count };
    free(entries);
    assay_hashes_free(&hashes);
    return count > 0 ? 0 : -1;
}
