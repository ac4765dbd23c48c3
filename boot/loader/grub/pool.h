/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The memory of one GRUB that is being played: everything it makes lives until it ends. There is a
 * ceiling, so that no script can want more than a real one would get.
 * Private to boot/loader/grub.
 */
#ifndef ASSAY_BOOT_LOADER_GRUB_POOL_H
#define ASSAY_BOOT_LOADER_GRUB_POOL_H

#include "base/bytes.h"

enum { ASSAY_GRUB_POOL_CEILING = 64 << 20 };

typedef struct assay_grub_pool {
    struct assay_grub_chunk *chunks;
    size_t used;
    bool failed; /* sticky: no memory, or beyond the ceiling */
} assay_grub_pool;

/** Zeros, aligned for any object; NULL after a failure. */
void *assay_grub_room(assay_grub_pool *pool, size_t size);

/** A copy; no bytes after a failure. */
assay_bytes assay_grub_keep(assay_grub_pool *pool, assay_bytes bytes);

/** The parts one behind the other. */
assay_bytes assay_grub_join(assay_grub_pool *pool, const assay_bytes *parts, size_t count);

void assay_grub_pool_free(assay_grub_pool *pool);

#endif
