/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The digests of what is large, which takes longer than all else: other threads make them while
 * the boot goes on, the largest first and each once, and what they have not made when the boot is
 * complete all make together.
 * Private to boot/.
 */
#ifndef ASSAY_BOOT_LOADER_JOBS_H
#define ASSAY_BOOT_LOADER_JOBS_H

#include "boot/loader/boot.h"

enum { ASSAY_BOOT_HASHED_LATER = 1 << 20 };

/** What is hashed for an event: an image, or parts one after the other. */
typedef struct assay_boot_job {
    size_t event; /* its number */
    const assay_pe *pe;
    const assay_bytes *parts;
    size_t count;
} assay_boot_job;

/** Notes a job, a copy. What it points to has to last until the jobs are freed. */
void assay_boot_add_job(assay_boot *boot, const assay_boot_job *job);

/** Does all jobs. */
void assay_boot_do_jobs(assay_boot *boot);

/**
 * The digest of an image at once. Of one of more than ASSAY_BOOT_HASHED_LATER bytes it is kept, for
 * whoever asks again and for the event that measures the image. False when it can't be had.
 */
bool assay_boot_image_digest(assay_boot *boot, const assay_pe *pe, uint16_t alg,
                             assay_digest *ret_digest);

/**
 * Forgets the events, keeps the digests and goes on making them: for another boot of the same
 * files, which takes over boot->jobs.
 */
void assay_boot_forget_events(assay_boot *boot);

/** Waits for the threads and frees. Before the prediction, and what was to be hashed. */
void assay_boot_free_jobs(assay_boot *boot);

#endif
