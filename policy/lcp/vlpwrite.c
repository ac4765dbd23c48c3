/* SPDX-License-Identifier: BSD-2-Clause */
/* A verified launch policy into bytes. */
#include "policy/lcp/vlp.h"

static void put_header(const assay_vlp *policy, assay_writer *out)
{
    assay_put_u8(out, policy->version);
    assay_put_u8(out, policy->type);
    if (policy->version != 1) {
        assay_put_u8(out, policy->alg_number);
        assay_put_u32le(out, policy->control);
    }
    assay_put_u32le(out, policy->reserved);
    assay_put_u8(out, policy->num_entries);
}

static void put_entry(const assay_vlp *policy, const assay_vlp_entry *entry, assay_writer *out)
{
    if (policy->version == 1) {
        assay_put(out, assay_bytes_of(entry->uuid.bytes, sizeof entry->uuid));
        assay_put_u8(out, entry->alg_number);
    } else {
        assay_put_u8(out, entry->mod_num);
        assay_put_u8(out, entry->pcr);
    }
    assay_put_u8(out, entry->hash_type);
    assay_put_u32le(out, entry->nv_index);
    assay_put_u8(out, entry->num_hashes);
    assay_put(out, entry->hashes);
}

/* The policy without what trails it, which is what tboot hashes. */
static void put_policy(const assay_vlp *policy, assay_writer *out)
{
    put_header(policy, out);
    for (size_t i = 0; i < policy->num_entries; i++)
        put_entry(policy, &policy->entries[i], out);
}

void assay_vlp_write(const assay_vlp *policy, assay_writer *out)
{
    put_policy(policy, out);
    assay_put(out, policy->trailing);
}

int assay_vlp_digest(const assay_vlp *policy, assay_hashes *hashes, uint16_t alg,
                     assay_digest *ret_digest)
{
    assay_writer out = assay_writer_growing(ASSAY_VLP_SIZE_MAX);
    assay_digest digest = { .alg = alg };
    assay_hash *hash;
    int status = assay_hashes_get(hashes, alg, &hash);

    put_policy(policy, &out);
    if (status == 0 && out.failure != 0)
        status = -out.failure;
    if (status == 0) {
        const assay_bytes bytes = assay_written(&out);

        digest.size = (uint16_t)assay_hash_size(hash);
        status = assay_hash_parts(hash, &bytes, 1, digest.value);
    }
    assay_writer_close(&out);
    if (status == 0)
        *ret_digest = digest;
    return status;
}

int assay_vlp_event_digest(const assay_vlp *policy, assay_hashes *hashes, uint16_t current,
                           uint16_t bank, assay_digest *ret_digest)
{
    assay_digest inner, digest = { .alg = bank };
    const uint8_t control[4] = { (uint8_t)policy->control, (uint8_t)(policy->control >> 8),
                                 (uint8_t)(policy->control >> 16),
                                 (uint8_t)(policy->control >> 24) };
    assay_hash *hash;
    int status = assay_vlp_digest(policy, hashes, current, &inner);

    if (status == 0)
        status = assay_hashes_get(hashes, bank, &hash);
    if (status < 0)
        return status;
    if ((policy->control & ASSAY_VLP_EXTEND_PCR17) == 0)
        memset(inner.value, 0, sizeof inner.value);
    digest.size = (uint16_t)assay_hash_size(hash);
    const assay_bytes parts[] = { assay_bytes_of(control, sizeof control),
                                  assay_bytes_of(inner.value, inner.size) };
    status = assay_hash_parts(hash, parts, 2, digest.value);
    if (status == 0)
        *ret_digest = digest;
    return status;
}
