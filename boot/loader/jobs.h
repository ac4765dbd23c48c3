/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The digests of what is large, computed when the boot is complete: by all cores, each file once.
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

/** Notes a job, a copy. */
void assay_boot_add_job(assay_boot *boot, const assay_boot_job *job);

/** Does all jobs. */
void assay_boot_do_jobs(assay_boot *boot);

void assay_boot_free_jobs(assay_boot *boot);

#endif
