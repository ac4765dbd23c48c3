/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/loader/jobs.h"

#include "base/parallel.h"

#include <stdlib.h>
#include <threads.h>

enum state { NOT_WANTED, WANTED, BUSY, DONE, FAILED };

/* Something to be hashed; by index of the algorithm, how far that is and what came out. */
typedef struct item {
    struct item *next;
    assay_boot_job what;
    uint64_t size;
    enum state state[ASSAY_ALGS];
    assay_digest digest[ASSAY_ALGS];
} item;

/* An event that waits for the digests of an item. */
typedef struct waiting {
    size_t event;
    const item *item;
} waiting;

struct assay_boot_jobs {
    size_t count, capacity;
    waiting *list;
    mtx_t lock;    /* of what follows */
    cnd_t changed; /* something is wanted, done, or all of it ends */
    item *items;
    bool ending;
    size_t thread_count;
    thrd_t threads[ASSAY_WORKERS_MAX];
};

/* --- hashing ---------------------------------------------------------------------------------- */

static int hash_parts(const assay_boot_job *what, assay_digesting *digesting, assay_digests *ret)
{
    int status = 0;

    for (size_t i = 0; i < what->count && status == 0; i++)
        status = assay_digesting_update(digesting, what->parts[i]);
    return status == 0 ? assay_digesting_end(digesting, ret) : status;
}

static bool hash(const assay_boot_job *what, assay_hashes *hashes, uint16_t alg,
                 assay_digest *ret_digest)
{
    assay_digesting digesting;
    assay_digests digests;
    int status = assay_digesting_begin(&digesting, hashes, &alg, 1);

    if (status == 0)
        status = what->pe != NULL ? assay_pe_digest(what->pe, &digesting, &digests, NULL)
                                  : hash_parts(what, &digesting, &digests);
    if (status < 0 || digests.count != 1)
        return false;
    *ret_digest = digests.list[0];
    return true;
}

/* The lock is held before and after, not meanwhile. */
static void make(struct assay_boot_jobs *jobs, item *of, size_t index, assay_hashes *hashes)
{
    of->state[index] = BUSY;
    mtx_unlock(&jobs->lock);
    const bool made = hash(&of->what, hashes, assay_alg_at(index)->id, &of->digest[index]);
    mtx_lock(&jobs->lock);
    of->state[index] = made ? DONE : FAILED;
    cnd_broadcast(&jobs->changed);
}

static bool is_any(const item *of, enum state state, size_t *ret_index)
{
    size_t index = ASSAY_ALGS;

    /* The longer digests take longer, and are the later ones. */
    while (index > 0 && of->state[index - 1] != state)
        index--;
    *ret_index = index - 1;
    return index > 0;
}

/* The largest item of which a digest is in this state, and the algorithm; or NULL. */
static item *find_state(const struct assay_boot_jobs *jobs, enum state state, size_t *ret_index)
{
    item *largest = NULL;
    size_t index;

    for (item *i = jobs->items; i != NULL; i = i->next)
        if ((largest == NULL || i->size > largest->size) && is_any(i, state, &index)) {
            largest = i;
            *ret_index = index;
        }
    return largest;
}

/* A thread beside the boot's. One that has no memory to hash leaves it to the others. */
static int work(void *argument)
{
    struct assay_boot_jobs *const jobs = argument;
    assay_hashes *hashes = assay_hashes_new();
    size_t index;

    mtx_lock(&jobs->lock);
    while (hashes != NULL && !jobs->ending) {
        item *const next = find_state(jobs, WANTED, &index);

        if (next != NULL)
            make(jobs, next, index, hashes);
        else
            cnd_wait(&jobs->changed, &jobs->lock);
    }
    mtx_unlock(&jobs->lock);
    assay_hashes_free(&hashes);
    return 0;
}

/* --- what is to be hashed --------------------------------------------------------------------- */

static bool hashes_same(const assay_boot_job *a, const assay_boot_job *b)
{
    if (a->pe != NULL || b->pe != NULL)
        return a->pe != NULL && b->pe != NULL && a->pe->file.data == b->pe->file.data &&
               a->pe->file.size == b->pe->file.size;
    for (size_t i = 0; a->count == b->count && i < a->count; i++)
        if (a->parts[i].data != b->parts[i].data || a->parts[i].size != b->parts[i].size)
            return false;
    return a->count == b->count;
}

static uint64_t size_of(const assay_boot_job *what)
{
    uint64_t size = what->pe != NULL ? what->pe->file.size : 0;

    for (size_t i = 0; i < what->count; i++)
        size += what->parts[i].size;
    return size;
}

static struct assay_boot_jobs *new_jobs(void)
{
    struct assay_boot_jobs *const jobs = calloc(1, sizeof *jobs);

    if (jobs == NULL)
        return NULL;
    const bool locks = mtx_init(&jobs->lock, mtx_plain) == thrd_success;
    if (locks && cnd_init(&jobs->changed) == thrd_success)
        return jobs;
    if (locks)
        mtx_destroy(&jobs->lock);
    free(jobs);
    return NULL;
}

/* The item of what is to be hashed, made where there is none; or NULL, and the boot failed. */
static item *item_of(assay_boot *boot, const assay_boot_job *what)
{
    if (boot->jobs == NULL)
        boot->jobs = new_jobs();
    item *found = boot->jobs != NULL ? boot->jobs->items : NULL;
    while (found != NULL && !hashes_same(&found->what, what))
        found = found->next;
    if (found == NULL && boot->jobs != NULL && (found = calloc(1, sizeof *found)) != NULL) {
        found->what = *what;
        found->size = size_of(what);
        mtx_lock(&boot->jobs->lock);
        found->next = boot->jobs->items;
        boot->jobs->items = found;
        mtx_unlock(&boot->jobs->lock);
    }
    if (found == NULL)
        assay_boot_fail(boot, ASSAY_NO_MEMORY, "no memory for the boot");
    return found;
}

/* As many threads as can have something to do, the boot's own among them. */
static void start_threads(struct assay_boot_jobs *jobs, size_t wanted)
{
    const size_t cores = assay_parallel_cores();

    while (wanted-- > 0 && jobs->thread_count + 1 < cores &&
           thrd_create(&jobs->threads[jobs->thread_count], work, jobs) == thrd_success)
        jobs->thread_count++;
}

static void want(assay_boot *boot, item *of)
{
    struct assay_boot_jobs *const jobs = boot->jobs;
    size_t wanted = 0;

    mtx_lock(&jobs->lock);
    for (size_t i = 0; i < boot->scenario->bank_count; i++) {
        const size_t index = assay_alg_index(boot->scenario->banks[i]);

        if (index < ASSAY_ALGS && of->state[index] == NOT_WANTED) {
            of->state[index] = WANTED;
            wanted++;
        }
    }
    cnd_broadcast(&jobs->changed);
    mtx_unlock(&jobs->lock);
    if (of->size > ASSAY_BOOT_HASHED_LATER)
        start_threads(jobs, wanted);
}

static bool make_room(struct assay_boot_jobs *jobs)
{
    if (jobs->count < jobs->capacity)
        return true;
    const size_t capacity = jobs->capacity == 0 ? 16 : jobs->capacity * 2;
    void *const list = realloc(jobs->list, capacity * sizeof *jobs->list);
    if (list == NULL)
        return false;
    jobs->list = list;
    jobs->capacity = capacity;
    return true;
}

void assay_boot_add_job(assay_boot *boot, const assay_boot_job *job)
{
    item *const of = boot->status == 0 ? item_of(boot, job) : NULL;

    if (of == NULL)
        return;
    if (!make_room(boot->jobs)) {
        assay_boot_fail(boot, ASSAY_NO_MEMORY, "no memory for the boot");
        return;
    }
    boot->jobs->list[boot->jobs->count++] = (waiting){ job->event, of };
    want(boot, of);
}

bool assay_boot_image_digest(assay_boot *boot, const assay_pe *pe, uint16_t alg,
                             assay_digest *ret_digest)
{
    const size_t index = assay_alg_index(alg);
    assay_boot_job what = { .pe = pe };

    if (index == ASSAY_ALGS || pe->file.size <= ASSAY_BOOT_HASHED_LATER)
        return index < ASSAY_ALGS && hash(&what, boot->hashes, alg, ret_digest);
    what.pe = (const assay_pe *)(const void *)
                  assay_boot_keep(boot, assay_bytes_of(pe, sizeof *pe))
                      .data;
    item *const of = what.pe != NULL ? item_of(boot, &what) : NULL;
    if (of == NULL)
        return false;
    mtx_lock(&boot->jobs->lock);
    while (of->state[index] == BUSY)
        cnd_wait(&boot->jobs->changed, &boot->jobs->lock);
    if (of->state[index] == NOT_WANTED || of->state[index] == WANTED)
        make(boot->jobs, of, index, boot->hashes);
    const bool made = of->state[index] == DONE;
    mtx_unlock(&boot->jobs->lock);
    if (made)
        *ret_digest = of->digest[index];
    return made;
}

/* --- the end ---------------------------------------------------------------------------------- */

static void make_all(assay_boot *boot)
{
    struct assay_boot_jobs *const jobs = boot->jobs;
    size_t index;
    item *next;

    mtx_lock(&jobs->lock);
    while ((next = find_state(jobs, WANTED, &index)) != NULL)
        make(jobs, next, index, boot->hashes);
    while (find_state(jobs, BUSY, &index) != NULL)
        cnd_wait(&jobs->changed, &jobs->lock);
    mtx_unlock(&jobs->lock);
}

static void give(assay_boot *boot, const waiting *event)
{
    for (size_t i = 0; i < boot->scenario->bank_count; i++) {
        const uint16_t alg = boot->scenario->banks[i];
        const size_t index = assay_alg_index(alg);

        if (index == ASSAY_ALGS || event->item->state[index] != DONE)
            assay_boot_fail(boot, ASSAY_CRYPTO, "the digests can't be computed");
        else if (!assay_prediction_set_digest(boot->prediction, event->event, alg,
                                              event->item->digest[index].value))
            assay_boot_fail(boot, ASSAY_NO_MEMORY, "no memory for the boot");
    }
}

void assay_boot_do_jobs(assay_boot *boot)
{
    if (boot->jobs == NULL || boot->status < 0)
        return;
    make_all(boot);
    for (size_t i = 0; i < boot->jobs->count; i++)
        give(boot, &boot->jobs->list[i]);
}

void assay_boot_forget_events(assay_boot *boot)
{
    if (boot->jobs != NULL)
        boot->jobs->count = 0;
}

void assay_boot_free_jobs(assay_boot *boot)
{
    struct assay_boot_jobs *const jobs = boot->jobs;

    if (jobs == NULL)
        return;
    mtx_lock(&jobs->lock);
    jobs->ending = true;
    cnd_broadcast(&jobs->changed);
    mtx_unlock(&jobs->lock);
    for (size_t i = 0; i < jobs->thread_count; i++)
        thrd_join(jobs->threads[i], NULL);
    while (jobs->items != NULL) {
        item *const next = jobs->items->next;

        free(jobs->items);
        jobs->items = next;
    }
    cnd_destroy(&jobs->changed);
    mtx_destroy(&jobs->lock);
    free(jobs->list);
    free(jobs);
    boot->jobs = NULL;
}
