/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/parallel.h"

#include <sched.h>
#include <stdint.h>
#include <threads.h>

/* What all threads of a run see. */
typedef struct shared {
    const assay_parallel *steps;
    void *work;
    mtx_t taking; /* one takes a piece, and its number, at a time */
    uint64_t taken;
    mtx_t giving; /* one gives at a time, and in order of the numbers */
    uint64_t given;
    cnd_t gave;
} shared;

typedef struct worker {
    shared *all;
    void *own;
} worker;

static bool take(shared *all, void *own, uint64_t *ret_number)
{
    mtx_lock(&all->taking);
    const bool more = all->steps->take(all->work, own);
    *ret_number = all->taken;
    all->taken += more;
    mtx_unlock(&all->taking);
    return more;
}

static void give(shared *all, void *own, uint64_t number)
{
    mtx_lock(&all->giving);
    while (all->given != number)
        cnd_wait(&all->gave, &all->giving);
    all->steps->give(all->work, own);
    all->given++;
    cnd_broadcast(&all->gave);
    mtx_unlock(&all->giving);
}

static int run(void *argument)
{
    const worker *const self = argument;
    uint64_t number;

    while (take(self->all, self->own, &number)) {
        self->all->steps->make(self->all->work, self->own);
        give(self->all, self->own, number);
    }
    return 0;
}

static void run_threads(shared *all, void *const *workers, size_t count)
{
    worker selves[ASSAY_WORKERS_MAX];
    thrd_t threads[ASSAY_WORKERS_MAX];
    size_t started = 1;

    selves[0] = (worker){ all, workers[0] }; /* the calling thread */
    for (size_t i = 1; i < count; i++)
        selves[i] = (worker){ all, workers[i] };
    while (started < count && thrd_create(&threads[started], run, &selves[started]) == thrd_success)
        started++;
    run(&selves[0]);
    for (size_t i = 1; i < started; i++)
        thrd_join(threads[i], NULL);
}

static void run_alone(const assay_parallel *steps, void *work, void *own)
{
    while (steps->take(work, own)) {
        steps->make(work, own);
        steps->give(work, own);
    }
}

void assay_parallel_run(const assay_parallel *steps, void *work, void *const *workers,
                        size_t count)
{
    shared all = { .steps = steps, .work = work };

    if (count == 1) {
        run_alone(steps, work, workers[0]);
        return;
    }
    mtx_init(&all.taking, mtx_plain);
    mtx_init(&all.giving, mtx_plain);
    cnd_init(&all.gave);
    run_threads(&all, workers, count);
    cnd_destroy(&all.gave);
    mtx_destroy(&all.giving);
    mtx_destroy(&all.taking);
}

size_t assay_parallel_cores(void)
{
    cpu_set_t set;

    if (sched_getaffinity(0, sizeof set, &set) != 0)
        return 1;
    const int count = CPU_COUNT(&set);
    return count < 1 ? 1 : count > ASSAY_WORKERS_MAX ? ASSAY_WORKERS_MAX : (size_t)count;
}
