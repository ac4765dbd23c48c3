/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/loader/jobs.h"

#include "base/parallel.h"

#include <stdlib.h>

struct assay_boot_jobs {
    size_t count, capacity;
    assay_boot_job *list;
};

void assay_boot_free_jobs(assay_boot *boot)
{
    if (boot->jobs != NULL)
        free(boot->jobs->list);
    free(boot->jobs);
    boot->jobs = NULL;
}

static bool make_room(assay_boot *boot)
{
    if (boot->jobs == NULL)
        boot->jobs = calloc(1, sizeof *boot->jobs);
    struct assay_boot_jobs *const jobs = boot->jobs;
    if (jobs == NULL)
        return false;
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
    if (boot->status < 0)
        return;
    if (make_room(boot))
        boot->jobs->list[boot->jobs->count++] = *job;
    else
        assay_boot_fail(boot, ASSAY_NO_MEMORY, "no memory for the boot");
}

/* --- hashing, a job and a bank at a time ------------------------------------------------------ */

typedef struct hashing {
    assay_boot *boot;
    size_t next; /* of count x banks */
} hashing;

typedef struct worker {
    assay_hashes *hashes;
    size_t job;
    size_t same; /* an earlier job that hashes the same; or `job` */
    uint16_t alg;
    int status;
    assay_digests digests;
} worker;

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

static size_t first_same(const struct assay_boot_jobs *jobs, size_t job)
{
    size_t i = 0;

    while (!hashes_same(&jobs->list[i], &jobs->list[job]))
        i++;
    return i;
}

static bool take(void *work, void *context)
{
    hashing *const h = work;
    worker *const w = context;
    const struct assay_boot_jobs *const jobs = h->boot->jobs;
    const size_t banks = h->boot->scenario->bank_count;

    if (h->next == jobs->count * banks)
        return false;
    w->job = h->next / banks;
    w->alg = h->boot->scenario->banks[h->next % banks];
    w->same = first_same(jobs, w->job);
    h->next++;
    return true;
}

static void make(void *work, void *context)
{
    const assay_boot *const boot = ((hashing *)work)->boot;
    worker *const w = context;
    const assay_boot_job *const job = &boot->jobs->list[w->job];
    assay_digesting digesting;

    w->status = 0;
    if (w->same != w->job)
        return;
    w->status = assay_digesting_begin(&digesting, w->hashes, &w->alg, 1);
    if (w->status == 0 && job->pe != NULL) {
        w->status = assay_pe_digest(job->pe, &digesting, &w->digests, NULL);
        return;
    }
    for (size_t i = 0; i < job->count && w->status == 0; i++)
        w->status = assay_digesting_update(&digesting, job->parts[i]);
    if (w->status == 0)
        w->status = assay_digesting_end(&digesting, &w->digests);
}

static const uint8_t *digest_of(const assay_boot *boot, const worker *w)
{
    if (w->same == w->job)
        return w->digests.count == 1 ? w->digests.list[0].value : NULL;
    const size_t event = boot->jobs->list[w->same].event;
    return assay_event_digest_of(&boot->prediction->events[event].event, w->alg).data;
}

static void give(void *work, void *context)
{
    assay_boot *const boot = ((hashing *)work)->boot;
    worker *const w = context;
    const uint8_t *const digest = w->status == 0 ? digest_of(boot, w) : NULL;

    if (digest == NULL)
        assay_boot_fail(boot, ASSAY_CRYPTO, "the digests can't be computed");
    else if (!assay_prediction_set_digest(boot->prediction, boot->jobs->list[w->job].event, w->alg,
                                          digest))
        assay_boot_fail(boot, ASSAY_NO_MEMORY, "no memory for the boot");
}

void assay_boot_do_jobs(assay_boot *boot)
{
    static const assay_parallel steps = { take, make, give };
    worker list[ASSAY_WORKERS_MAX] = { { .hashes = NULL } };
    void *workers[ASSAY_WORKERS_MAX];
    hashing work = { .boot = boot };
    const size_t cores = assay_parallel_cores();
    size_t count = 0;

    if (boot->jobs == NULL || boot->status < 0)
        return;
    while (count < cores && count < ASSAY_WORKERS_MAX &&
           (list[count].hashes = assay_hashes_new()) != NULL) {
        workers[count] = &list[count];
        count++;
    }
    if (count == 0)
        assay_boot_fail(boot, ASSAY_NO_MEMORY, "no memory for the boot");
    else
        assay_parallel_run(&steps, &work, workers, count);
    for (size_t i = 0; i < count; i++)
        assay_hashes_free(&list[i].hashes);
}
