/* SPDX-License-Identifier: BSD-2-Clause */
/* base/parallel.h: whatever the threads do, the order is that of taking, and nothing is lost. */
#include <criterion/criterion.h>
#include <stdatomic.h>
#include <time.h>

#include "base/parallel.h"

enum { PIECES = 2000 };

struct work {
    unsigned next, given;
    bool in_order;
    atomic_int taking, giving;
    bool alone;
};

struct own {
    unsigned piece, made;
};

static bool take(void *work, void *worker)
{
    struct work *const w = work;
    struct own *const own = worker;

    w->alone &= atomic_fetch_add(&w->taking, 1) == 0;
    own->piece = w->next;
    const bool more = w->next < PIECES;
    w->next += more;
    atomic_fetch_sub(&w->taking, 1);
    return more;
}

/* Some pieces take longer than others, so that their makers finish out of order. */
static void make(void *work, void *worker)
{
    struct own *const own = worker;

    (void)work;
    if (own->piece % 100 == 7)
        nanosleep(&(struct timespec){ .tv_nsec = 300000 }, NULL);
    own->made = own->piece * 3 + 1;
}

static void give(void *work, void *worker)
{
    struct work *const w = work;
    const struct own *const own = worker;

    w->alone &= atomic_fetch_add(&w->giving, 1) == 0;
    w->in_order &= own->piece == w->given && own->made == own->piece * 3 + 1;
    w->given++;
    atomic_fetch_sub(&w->giving, 1);
}

static const assay_parallel steps = { take, make, give };

Test(parallel, every_piece_is_given_once_and_in_order_whatever_the_number_of_workers)
{
    for (size_t count = 1; count <= ASSAY_WORKERS_MAX; count++) {
        struct work work = { .in_order = true, .alone = true };
        struct own owns[ASSAY_WORKERS_MAX];
        void *workers[ASSAY_WORKERS_MAX];

        for (size_t i = 0; i < count; i++)
            workers[i] = &owns[i];
        assay_parallel_run(&steps, &work, workers, count);
        cr_expect_eq(work.given, PIECES);
        cr_expect(work.in_order);
        cr_expect(work.alone, "two took or gave at the same time");
    }
}

Test(parallel, no_work_is_done_at_once)
{
    struct work work = { .next = PIECES, .in_order = true };
    struct own owns[2];
    void *workers[] = { &owns[0], &owns[1] };

    assay_parallel_run(&steps, &work, workers, 2);
    cr_expect_eq(work.given, 0);
}

Test(parallel, there_is_a_core)
{
    cr_expect_geq(assay_parallel_cores(), 1);
    cr_expect_leq(assay_parallel_cores(), ASSAY_WORKERS_MAX);
}
