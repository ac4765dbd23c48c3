/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The least that a prediction costs: whatever it makes a digest of, hashed once by libcrypto, and
 * what it unpacks of LZMA, unpacked once by liblzma; on one thread. Which bytes these are is found
 * by predicting in this process: the linker has the calls come here first.
 */
#include "tests/bench/bench.h"

#include "base/file.h"
#include "base/hash.h"
#include "boot/artefact/lzma.h"
#include "boot/artefact/uki.h"
#include "boot/scenario/files.h"

#include <stdio.h>
#include <stdlib.h>
#include <threads.h>

enum { ROUNDS = 5, MESSAGES_MAX = 1 << 16, PACKED_MAX = 8 };

/** What one digest is of. */
typedef struct message {
    const assay_hash *hash; /* while it is hashed */
    size_t digest;          /* bytes of it */
    uint64_t print;         /* of where its bytes lie: the same of the same */
    double bytes;
} message;

/* The linker's calls know no argument of ours; NULL but for the prediction that is watched. */
static struct watched {
    mtx_t lock;
    size_t count, packed_count;
    message messages[MESSAGES_MAX];
    assay_bytes packed[PACKED_MAX];
} *watched;

int __real_assay_hash_begin(assay_hash *hash);
int __wrap_assay_hash_begin(assay_hash *hash);
int __real_assay_hash_update(assay_hash *hash, assay_bytes bytes);
int __wrap_assay_hash_update(assay_hash *hash, assay_bytes bytes);
int __real_assay_lzma_decompress(assay_bytes packed, uint8_t *room, size_t size,
                                 assay_error *error);
int __wrap_assay_lzma_decompress(assay_bytes packed, uint8_t *room, size_t size,
                                 assay_error *error);

static void begin(struct watched *w, const assay_hash *hash)
{
    if (w->count < MESSAGES_MAX)
        w->messages[w->count++] = (message){ hash, assay_hash_size(hash), 0, 0 };
}

/* To the message that was begun last with this hash. */
static void update(struct watched *w, const assay_hash *hash, assay_bytes bytes)
{
    size_t i = w->count;

    while (i > 0 && w->messages[i - 1].hash != hash)
        i--;
    if (i == 0)
        return;
    message *const m = &w->messages[i - 1];
    m->print = (m->print * 31 + (uintptr_t)bytes.data) * 31 + bytes.size;
    m->bytes += (double)bytes.size;
}

int __wrap_assay_hash_begin(assay_hash *hash)
{
    if (watched != NULL) {
        mtx_lock(&watched->lock);
        begin(watched, hash);
        mtx_unlock(&watched->lock);
    }
    return __real_assay_hash_begin(hash);
}

int __wrap_assay_hash_update(assay_hash *hash, assay_bytes bytes)
{
    if (watched != NULL) {
        mtx_lock(&watched->lock);
        update(watched, hash, bytes);
        mtx_unlock(&watched->lock);
    }
    return __real_assay_hash_update(hash, bytes);
}

int __wrap_assay_lzma_decompress(assay_bytes packed, uint8_t *room, size_t size,
                                 assay_error *error)
{
    if (watched != NULL && watched->packed_count < PACKED_MAX)
        watched->packed[watched->packed_count++] = packed;
    return __real_assay_lzma_decompress(packed, room, size, error);
}

static int compare(const void *a, const void *b)
{
    const message *const x = a, *const y = b;

    if (x->print != y->print)
        return x->print > y->print ? 1 : -1;
    return (x->digest > y->digest) - (x->digest < y->digest);
}

/* Bytes to be hashed for each size of digest: what was hashed twice counts once. */
static void sum_up(struct watched *w, double totals[ASSAY_DIGEST_MAX + 1])
{
    qsort(w->messages, w->count, sizeof *w->messages, compare);
    for (size_t i = 0; i < w->count; i++)
        if (i == 0 || compare(&w->messages[i - 1], &w->messages[i]) != 0)
            totals[w->messages[i].digest] += w->messages[i].bytes;
}

/* Nanoseconds of this thread's to unpack all that was unpacked. */
static double time_unpacking(const struct watched *w)
{
    double took = 0;

    for (size_t i = 0; i < w->packed_count; i++) {
        uint64_t size;
        uint8_t *const room =
            assay_lzma_size(w->packed[i], &size) ? malloc((size_t)size) : NULL;
        const double start = (double)bench_cpu_now();

        if (room != NULL)
            __real_assay_lzma_decompress(w->packed[i], room, (size_t)size, NULL);
        took += (double)bench_cpu_now() - start;
        free(room);
    }
    return took;
}

static int watch(const assay_scenario *scenario, bench_prediction *ret)
{
    struct watched *const w = calloc(1, sizeof *w);
    assay_hashes *hashes = assay_hashes_new();
    assay_prediction *prediction = NULL;
    double totals[ASSAY_DIGEST_MAX + 1] = { 0 }, hashing[ROUNDS], unpacking[ROUNDS];
    int status =
        w == NULL || hashes == NULL || mtx_init(&w->lock, mtx_plain) != thrd_success ? -1 : 0;

    if (status == 0) {
        watched = w;
        status = assay_scenario_predict(scenario, hashes, &prediction, NULL);
        watched = NULL;
        sum_up(w, totals);
    }
    for (size_t round = 0; round < ROUNDS && status == 0; round++) {
        status = bench_digest_bytes(totals, &hashing[round]);
        unpacking[round] = time_unpacking(w);
    }
    *ret = (bench_prediction){ 0 };
    if (status == 0) {
        ret->hashing = bench_median(hashing, ROUNDS);
        ret->unpacking = bench_median(unpacking, ROUNDS);
        for (size_t i = 0; i <= ASSAY_DIGEST_MAX; i++)
            ret->hashed += totals[i];
    }
    assay_prediction_free(&prediction);
    assay_hashes_free(&hashes);
    free(w);
    return status;
}

int bench_predict(const char *path, bench_prediction *ret_prediction)
{
    assay_document document;
    assay_scenario_files *files = NULL;
    const char *culprit;
    assay_file file;
    int status = assay_file_read(&file, path, SIZE_MAX, NULL);

    if (status < 0)
        return -1;
    assay_document_init(&document);
    status = assay_document_read(&document, file.bytes, NULL);
    if (status == 0)
        status = assay_scenario_files_open(&document, NULL, &files, &culprit, NULL);
    if (status == 0)
        status = watch(assay_scenario_files_scenario(files), ret_prediction);
    assay_scenario_files_free(&files);
    assay_document_free(&document);
    assay_file_close(&file);
    return status;
}

/* --- a UKI taken apart ------------------------------------------------------------------------ */

static int write_section(const assay_uki *uki, enum assay_uki_section section, const char *path)
{
    FILE *const file = fopen(path, "wb");
    const assay_bytes bytes =
        uki->sections[section] != NULL ? uki->sections[section]->bytes : ASSAY_NO_BYTES;
    const bool good = file != NULL && fwrite(bytes.data, 1, bytes.size, file) == bytes.size;

    return file != NULL && fclose(file) == 0 && good && bytes.size > 0 ? 0 : -1;
}

int bench_write_sections(const char *image, const char *const paths[BENCH_SECTIONS])
{
    static const enum assay_uki_section sections[BENCH_SECTIONS] = {
        ASSAY_UKI_LINUX, ASSAY_UKI_OSREL, ASSAY_UKI_CMDLINE, ASSAY_UKI_INITRD
    };
    assay_file file;
    assay_pe pe;
    assay_uki uki;

    if (assay_file_read(&file, image, SIZE_MAX, NULL) < 0)
        return -1;
    int status = assay_pe_open(&pe, file.bytes, NULL);
    if (status == 0)
        status = assay_uki_open(&uki, &pe, 0, NULL);
    for (size_t i = 0; i < BENCH_SECTIONS && status == 0; i++)
        status = write_section(&uki, sections[i], paths[i]);
    assay_file_close(&file);
    return status;
}
