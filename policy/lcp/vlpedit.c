/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/lcp/vlpedit.h"

int assay_vlp_position(const assay_vlp *policy, uint8_t mod_num, uint32_t nv_index)
{
    for (int i = 0; i < policy->num_entries; i++) {
        const assay_vlp_entry *const entry = &policy->entries[i];

        if (entry->mod_num == mod_num && (!assay_vlp_is_nv(entry) || entry->nv_index == nv_index))
            return i;
    }
    return -1;
}

int assay_vlp_insert(assay_vlp *policy, size_t position, const assay_vlp_entry *entry,
                     assay_error *error)
{
    assay_vlp_entry *const at = &policy->entries[position];

    if (policy->num_entries == ASSAY_VLP_ENTRIES_MAX)
        return assay_fail(error, ASSAY_TOO_LARGE,
                          (assay_place){ ASSAY_NO_OFFSET, ASSAY_NO_EVENT, "num_entries" },
                          "a policy has at most %d entries", ASSAY_VLP_ENTRIES_MAX);
    if (position > policy->num_entries)
        return assay_fail(error, ASSAY_MALFORMED, ASSAY_NOWHERE,
                          "there is no position %zu: the policy has %u entries", position,
                          policy->num_entries);
    memmove(at + 1, at, (policy->num_entries - position) * sizeof *at);
    *at = *entry;
    policy->num_entries++;
    return 0;
}

void assay_vlp_remove(assay_vlp *policy, size_t position)
{
    assay_vlp_entry *const at = &policy->entries[position];

    policy->num_entries--;
    memmove(at, at + 1, (policy->num_entries - position) * sizeof *at);
}

static int keep(assay_vlp_entry *entry, int more, const assay_writer *room, assay_error *error)
{
    if (room->failure != 0)
        return assay_fail(error, ASSAY_NO_MEMORY, ASSAY_NOWHERE,
                          "no memory for an entry's digests");
    entry->hashes = assay_written(room);
    entry->num_hashes = (uint8_t)(entry->num_hashes + more);
    return 0;
}

int assay_vlp_append_hash(assay_vlp *policy, size_t position, assay_bytes digest,
                          assay_writer *room, assay_error *error)
{
    assay_vlp_entry *const entry = &policy->entries[position];
    const assay_alg *const alg = assay_alg_find(assay_vlp_alg(policy));

    if (alg == NULL || digest.size != alg->size)
        return assay_fail(error, ASSAY_MALFORMED, ASSAY_NOWHERE,
                          "a digest of %zu bytes is none of the policy's algorithm", digest.size);
    if (entry->num_hashes == ASSAY_VLP_HASHES_MAX)
        return assay_fail(error, ASSAY_TOO_LARGE,
                          (assay_place){ ASSAY_NO_OFFSET, ASSAY_NO_EVENT, "num_hashes" },
                          "an entry has at most %d digests", ASSAY_VLP_HASHES_MAX);
    assay_put(room, entry->hashes);
    assay_put(room, digest);
    assay_put_zeros(room, assay_vlp_stride(policy) - digest.size);
    return keep(entry, 1, room, error);
}

int assay_vlp_remove_hash(assay_vlp *policy, size_t position, size_t hash, assay_writer *room,
                          assay_error *error)
{
    assay_vlp_entry *const entry = &policy->entries[position];
    const size_t stride = assay_vlp_stride(policy);

    if (hash >= entry->num_hashes)
        return assay_fail(error, ASSAY_MALFORMED, ASSAY_NOWHERE,
                          "there is no digest %zu: the entry has %u", hash, entry->num_hashes);
    const size_t before = hash * stride, after = before + stride;
    assay_put(room, assay_bytes_of(entry->hashes.data, before));
    assay_put(room, assay_bytes_of(entry->hashes.data + after, entry->hashes.size - after));
    return keep(entry, -1, room, error);
}
