/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Work in an order, done by several threads: pieces are taken in order, made at the
 * same time, and given away in the order in which they were taken.
 *
 * Each worker holds one piece at a time, so memory is that of the workers, whatever
 * the amount of work. The caller is one of the workers; with one worker, or where no
 * thread can be had, all happens on the caller's thread.
 */
#ifndef ASSAY_BASE_PARALLEL_H
#define ASSAY_BASE_PARALLEL_H

#include <stdbool.h>
#include <stddef.h>

typedef struct assay_parallel {
    /** Takes the next piece for `worker`; false when there is none left. One at a time. */
    bool (*take)(void *work, void *worker);
    /** Makes of the piece what it is to become. At the same time as other workers. */
    void (*make)(void *work, void *worker);
    /** Gives it away. One at a time, in the order of take, while others take and make. */
    void (*give)(void *work, void *worker);
} assay_parallel;

enum { ASSAY_WORKERS_MAX = 16 };

/** Does all the work with `count` workers, 1 to ASSAY_WORKERS_MAX, and returns when it is done. */
void assay_parallel_run(const assay_parallel *steps, void *work, void *const *workers,
                        size_t count);

/** How many threads can run at once here; at least 1. */
size_t assay_parallel_cores(void);

#endif
