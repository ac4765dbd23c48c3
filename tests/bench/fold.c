/* SPDX-License-Identifier: BSD-2-Clause */
/* Replay against its floor: the hashing that no replay can do without. */
#include "tests/bench/bench.h"

#include "base/hash.h"
#include "eventlog/log.h"
#include "replay/replay.h"

#include <stdlib.h>
#include <time.h>

enum { ROUNDS = 15 };

uint64_t bench_cpu_now(void)
{
    struct timespec now;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static int compare(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

double bench_median(double *values, size_t count)
{
    qsort(values, count, sizeof *values, compare);
    return values[count / 2];
}

/* The digests that a replay extends, taken out of the log beforehand. */
typedef struct extend {
    assay_hash *hash;
    uint8_t *pcr;
    const uint8_t *digest;
} extend;

typedef struct floor_work {
    extend *list;
    size_t count, events;
    uint8_t pcrs[ASSAY_ALGS][ASSAY_PCRS][ASSAY_DIGEST_MAX];
} floor_work;

static int collect_event(floor_work *work, assay_hashes *hashes, const assay_event *event)
{
    for (size_t i = 0; i < event->digest_count; i++) {
        const assay_event_digest *const digest = &event->digests[i];
        extend *const one = &work->list[work->count];

        if (assay_hashes_get(hashes, digest->alg, &one->hash) < 0)
            return -1;
        one->pcr = work->pcrs[assay_alg_index(digest->alg)][event->pcr_index % ASSAY_PCRS];
        one->digest = digest->value.data;
        work->count++;
    }
    work->events++;
    return 0;
}

static int collect(floor_work *work, assay_hashes *hashes, assay_bytes bytes)
{
    assay_log log;
    assay_event event;
    int status = assay_log_open(&log, bytes, NULL, NULL, NULL);

    if (status < 0)
        return status;
    work->list = calloc(BENCH_EVENTS * log.header.bank_count, sizeof *work->list);
    while (work->list != NULL && (status = assay_log_next(&log, &event)) > 0)
        if (event.number > 0 && (status = collect_event(work, hashes, &event)) < 0)
            break;
    assay_log_close(&log);
    return work->list == NULL ? -1 : status;
}

static double time_floor(const floor_work *work)
{
    const uint64_t start = bench_cpu_now();

    for (size_t i = 0; i < work->count; i++)
        assay_hash_extend(work->list[i].hash, work->list[i].pcr, work->list[i].digest);
    return (double)(bench_cpu_now() - start);
}

static double time_replay(assay_hashes *hashes, assay_bytes bytes)
{
    const uint64_t start = bench_cpu_now();
    assay_replay replay;
    assay_event event;
    assay_log log;

    assay_log_open(&log, bytes, NULL, NULL, NULL);
    assay_replay_begin(&replay, &log.header, hashes, NULL);
    while (assay_log_next(&log, &event) > 0)
        assay_replay_event(&replay, &event);
    assay_log_close(&log);
    return (double)(bench_cpu_now() - start);
}

int bench_fold_log(assay_bytes bytes, bench_fold *ret_fold)
{
    double floors[ROUNDS], replays[ROUNDS];
    assay_hashes *hashes = assay_hashes_new();
    floor_work *const work = calloc(1, sizeof *work);
    int status = hashes == NULL || work == NULL ? -1 : collect(work, hashes, bytes);

    for (size_t i = 0; i < ROUNDS && status == 0; i++) {
        floors[i] = time_floor(work);
        replays[i] = time_replay(hashes, bytes);
    }
    if (status == 0)
        *ret_fold = (bench_fold){ bench_median(replays, ROUNDS), bench_median(floors, ROUNDS),
                                  work->events };
    if (work != NULL)
        free(work->list);
    free(work);
    assay_hashes_free(&hashes);
    return status;
}
