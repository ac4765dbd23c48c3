/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Several threads at the digests of one run of bytes. A digest can't be shared out, several can:
 * each thread takes the algorithm that is furthest behind for a step, and none runs ahead of
 * the slowest by more than a window, so that what one has read the others find in memory.
 * Private to boot/artefact.
 */
#ifndef ASSAY_BOOT_ARTEFACT_DIGESTTEAM_H
#define ASSAY_BOOT_ARTEFACT_DIGESTTEAM_H

#include "boot/artefact/digests.h"

/** Bytes for which it is worth starting threads: they take longer to hash than those to start. */
enum { ASSAY_DIGEST_TEAM_LEAST = 1024 * 1024 };

/**
 * assay_digesting_update() with up to digesting->threads threads, the caller's among them. Where
 * no other can be had, the caller's does all the work. 0 or a negative kind.
 */
int assay_digest_team(assay_digesting *digesting, assay_bytes bytes);

#endif
