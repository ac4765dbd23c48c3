/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/artefact/digestteam.h"

#include "base/cursor.h"

#include <threads.h>

enum {
    STEP = 256 * 1024,         /* hashed at a time: long enough for the lock to cost nothing */
    WINDOW = 16 * 1024 * 1024, /* between the first and the last algorithm */
};

typedef struct team {
    assay_digesting *digesting;
    assay_bytes bytes;
    mtx_t lock; /* of what follows */
    cnd_t moved;
    size_t offset[ASSAY_ALGS]; /* of the next byte of each algorithm */
    bool busy[ASSAY_ALGS];     /* a thread is at it */
    size_t passed;             /* by all of them */
    int status;
} team;

/* The algorithm furthest behind that nobody is at; `count` where there is none
 * within the window. */
static size_t choose(const team *t)
{
    const size_t count = t->digesting->count;
    size_t chosen = count;

    for (size_t i = 0; i < count; i++)
        if (!t->busy[i] && t->offset[i] < t->bytes.size && t->offset[i] - t->passed < WINDOW &&
            (chosen == count || t->offset[i] < t->offset[chosen]))
            chosen = i;
    return chosen;
}

static size_t slowest(const team *t)
{
    size_t least = t->bytes.size;

    for (size_t i = 0; i < t->digesting->count; i++)
        if (t->offset[i] < least)
            least = t->offset[i];
    return least;
}

/* Tells what all algorithms have behind them by now. */
static void pass(team *t)
{
    const size_t passed = slowest(t);

    if (passed > t->passed && t->digesting->hashed != NULL)
        t->digesting->hashed(t->digesting->context,
                             assay_bytes_of(t->bytes.data + t->passed, passed - t->passed));
    t->passed = passed;
}

/* One step of one algorithm; the lock is held before and after, not meanwhile. */
static void step(team *t, size_t index)
{
    assay_cursor rest = assay_cursor_of(t->bytes);

    t->busy[index] = true;
    assay_seek(&rest, t->offset[index]);
    mtx_unlock(&t->lock);
    const int status =
        assay_hash_update(t->digesting->hash[index], assay_take_up_to(&rest, STEP));
    mtx_lock(&t->lock);
    t->busy[index] = false;
    t->offset[index] = rest.offset;
    if (status < 0)
        t->status = status;
    pass(t);
    cnd_broadcast(&t->moved);
}

static int work(void *argument)
{
    team *const t = argument;

    mtx_lock(&t->lock);
    while (t->status == 0 && t->passed < t->bytes.size) {
        const size_t index = choose(t);

        if (index < t->digesting->count)
            step(t, index);
        else
            cnd_wait(&t->moved, &t->lock); /* for whoever is at the slowest one */
    }
    mtx_unlock(&t->lock);
    return 0;
}

static void run(team *t, size_t count)
{
    thrd_t threads[ASSAY_ALGS];
    size_t started = 1; /* the caller's */

    while (started < count && thrd_create(&threads[started], work, t) == thrd_success)
        started++;
    work(t);
    for (size_t i = 1; i < started; i++)
        thrd_join(threads[i], NULL);
}

int assay_digest_team(assay_digesting *digesting, assay_bytes bytes)
{
    team t = { .digesting = digesting, .bytes = bytes };
    const size_t most = digesting->count;

    if (mtx_init(&t.lock, mtx_plain) != thrd_success)
        return -ASSAY_NO_MEMORY;
    if (cnd_init(&t.moved) != thrd_success) {
        mtx_destroy(&t.lock);
        return -ASSAY_NO_MEMORY;
    }
    run(&t, digesting->threads < most ? digesting->threads : most);
    cnd_destroy(&t.moved);
    mtx_destroy(&t.lock);
    return t.status;
}
