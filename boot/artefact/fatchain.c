/* SPDX-License-Identifier: BSD-2-Clause */
/* Chains of clusters, and what lies in them. */
#include "boot/artefact/fat_private.h"

#include <stdlib.h>

/* What the table says of a cluster in it. */
static uint32_t table_entry(const assay_fat *fat, uint32_t cluster)
{
    assay_cursor c = assay_cursor_of(fat->table);

    assay_seek(&c, (uint64_t)cluster * fat->bits / 8);
    if (fat->bits == 32)
        return assay_take_u32le(&c) & 0x0FFFFFFF;
    const uint32_t value = assay_take_u16le(&c);
    return fat->bits == 16 ? value : cluster % 2 == 1 ? value >> 4 : value & 0xFFF;
}

static bool is_end(const assay_fat *fat, uint32_t entry)
{
    const uint32_t all = fat->bits == 32 ? 0x0FFFFFFF : (UINT32_C(1) << fat->bits) - 1;

    return entry >= all - 7;
}

uint64_t assay_fat_offset_of(const assay_fat *fat, uint32_t cluster)
{
    return fat->data_offset + (uint64_t)(cluster - ASSAY_FAT_FIRST_CLUSTER) * fat->cluster_size;
}

assay_fat_chain assay_fat_chain_of(uint32_t cluster)
{
    return (assay_fat_chain){ .next = cluster, .lap = 1 };
}

/* Where in the volume the table's entry of a cluster is, for messages. */
static int fail_chain(const assay_fat *fat, uint32_t cluster, assay_error *error, const char *what)
{
    const uint64_t table = (uint64_t)(fat->table.data - fat->volume.data);

    return assay_fat_fail(error, ASSAY_MALFORMED,
                   cluster == 0 ? ASSAY_NO_OFFSET : table + (uint64_t)cluster * fat->bits / 8,
                   "FAT", what);
}

int assay_fat_chain_next(const assay_fat *fat, assay_fat_chain *chain, assay_error *error)
{
    const uint32_t next = chain->next;

    if (chain->cluster != 0 && is_end(fat, next))
        return 0;
    if (next < ASSAY_FAT_FIRST_CLUSTER || next - ASSAY_FAT_FIRST_CLUSTER >= fat->cluster_count)
        return fail_chain(fat, chain->cluster, error, "a chain leads to no cluster of the volume");
    if (next == chain->mark)
        return fail_chain(fat, chain->cluster, error, "a chain of clusters has no end");
    if (chain->steps++ == chain->lap) {
        chain->mark = chain->cluster;
        chain->lap *= 2;
        chain->steps = 0;
    }
    chain->cluster = next;
    chain->next = table_entry(fat, next);
    return 1;
}

int assay_fat_take(const assay_fat *fat, uint32_t cluster, size_t size, assay_bytes *ret_bytes,
                   assay_error *error)
{
    assay_cursor c = assay_cursor_of(fat->volume);

    assay_seek(&c, assay_fat_offset_of(fat, cluster));
    *ret_bytes = assay_take(&c, size);
    return !c.failed ? 0
                     : assay_fat_fail(error, ASSAY_TRUNCATED, fat->volume.size, "cluster",
                               "the volume ends before a cluster in use does");
}

/* Goes through the whole chain: how many clusters there are, and that the first `wanted` follow
 * each other. */
static int survey(const assay_fat *fat, uint32_t first, uint64_t wanted, uint64_t *ret_count,
                  bool *ret_in_one_piece, assay_error *error)
{
    assay_fat_chain chain = assay_fat_chain_of(first);
    uint64_t count = 0;
    int status;

    *ret_in_one_piece = true;
    while ((status = assay_fat_chain_next(fat, &chain, error)) > 0) {
        if (count < wanted && chain.cluster != first + count)
            *ret_in_one_piece = false;
        count++;
    }
    *ret_count = count;
    return status;
}

/* Of a chain that was gone through: it has enough clusters. */
static int assemble(const assay_fat *fat, uint32_t first, uint32_t size, uint8_t *room,
                    assay_error *error)
{
    assay_fat_chain chain = assay_fat_chain_of(first);
    int status = 1;

    for (uint32_t done = 0; done < size && status > 0;) {
        const uint32_t left = size - done;
        const uint32_t step = left < fat->cluster_size ? left : fat->cluster_size;
        assay_bytes bytes;

        status = assay_fat_chain_next(fat, &chain, error);
        if (status > 0 && assay_fat_take(fat, chain.cluster, step, &bytes, error) < 0)
            return -ASSAY_TRUNCATED;
        if (status > 0)
            memcpy(room + done, bytes.data, step);
        done += step;
    }
    return status < 0 ? status : 0;
}

int assay_fat_read(const assay_fat *fat, uint32_t cluster, uint32_t size, assay_bytes *ret_bytes,
                   void **ret_owned, assay_error *error)
{
    const uint64_t wanted = ((uint64_t)size + fat->cluster_size - 1) / fat->cluster_size;
    uint64_t count;
    bool in_one_piece;

    *ret_owned = NULL;
    if (size == 0) {
        *ret_bytes = assay_bytes_of(fat->volume.data, 0);
        return 0;
    }
    int status = survey(fat, cluster, wanted, &count, &in_one_piece, error);
    if (status < 0)
        return status;
    if (count < wanted)
        return fail_chain(fat, cluster, error, "a file is larger than its clusters");
    if (in_one_piece)
        return assay_fat_take(fat, cluster, size, ret_bytes, error);
    /* Without loops there are no more bytes in a chain than in the volume. */
    uint8_t *const room = size <= fat->volume.size ? malloc(size) : NULL;
    if (room == NULL)
        return assay_fail(error, ASSAY_NO_MEMORY, ASSAY_NOWHERE, "no memory for the file");
    status = assemble(fat, cluster, size, room, error);
    if (status < 0) {
        free(room);
        return status;
    }
    *ret_bytes = assay_bytes_of(room, size);
    *ret_owned = room;
    return 0;
}
