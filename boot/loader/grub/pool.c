/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/loader/grub/pool.h"

#include <stdalign.h>
#include <stdlib.h>

enum { CHUNK = 64 << 10 };

typedef struct assay_grub_chunk {
    struct assay_grub_chunk *next;
    size_t used, size;
    alignas(max_align_t) uint8_t bytes[];
} chunk;

static size_t rounded(size_t size)
{
    return (size + alignof(max_align_t) - 1) / alignof(max_align_t) * alignof(max_align_t);
}

static chunk *add_chunk(assay_grub_pool *pool, size_t size)
{
    const size_t room = size > CHUNK ? size : CHUNK;
    chunk *const added = pool->used + room <= ASSAY_GRUB_POOL_CEILING
                             ? calloc(1, sizeof *added + room)
                             : NULL;

    if (added == NULL)
        return NULL;
    added->size = room;
    added->next = pool->chunks;
    pool->chunks = added;
    pool->used += room;
    return added;
}

void *assay_grub_room(assay_grub_pool *pool, size_t size)
{
    if (pool->failed || size > ASSAY_GRUB_POOL_CEILING) {
        pool->failed = true;
        return NULL;
    }
    const size_t wanted = rounded(size);
    chunk *from = pool->chunks;

    if (from == NULL || wanted > from->size - from->used)
        from = add_chunk(pool, wanted);
    if (from == NULL) {
        pool->failed = true;
        return NULL;
    }
    void *const room = from->bytes + from->used;

    from->used += wanted;
    return room;
}

assay_bytes assay_grub_join(assay_grub_pool *pool, const assay_bytes *parts, size_t count)
{
    size_t size = 0, at = 0;

    for (size_t i = 0; i < count; i++)
        size += parts[i].size;
    uint8_t *const room = assay_grub_room(pool, size + 1);
    if (room == NULL)
        return ASSAY_NO_BYTES;
    for (size_t i = 0; i < count; at += parts[i++].size)
        if (parts[i].size > 0)
            memcpy(room + at, parts[i].data, parts[i].size);
    return assay_bytes_of(room, size);
}

assay_bytes assay_grub_keep(assay_grub_pool *pool, assay_bytes bytes)
{
    return assay_grub_join(pool, &bytes, 1);
}

void assay_grub_pool_free(assay_grub_pool *pool)
{
    while (pool->chunks != NULL) {
        chunk *const next = pool->chunks->next;

        free(pool->chunks);
        pool->chunks = next;
    }
    *pool = (assay_grub_pool){ 0 };
}
