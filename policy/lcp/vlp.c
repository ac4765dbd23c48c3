/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/lcp/vlp.h"

#include "base/cursor.h"

enum { SHA1_BEFORE_TBOOT_1_8 = 0, HASH_SIZE_V1 = 32, DIGEST_SIZE_V1 = 20 };
enum { HEADER_V1 = 7, HEADER_V2 = 12, ENTRY_V1 = 23, ENTRY_V2 = 8 };

static const char *const type_names[ASSAY_VLP_TYPES] = { "nonfatal", "continue", "halt" };
static const char *const hash_type_names[ASSAY_VLP_HASH_TYPES] = { "any", "image" };

const char *assay_vlp_type_name(unsigned type)
{
    return type < ASSAY_VLP_TYPES ? type_names[type] : NULL;
}

const char *assay_vlp_hash_type_name(unsigned hash_type)
{
    return hash_type < ASSAY_VLP_HASH_TYPES ? hash_type_names[hash_type] : NULL;
}

const char *assay_vlp_num_name(unsigned mod_num)
{
    return mod_num == ASSAY_VLP_NUM_ANY      ? "any"
           : mod_num == ASSAY_VLP_NUM_NV     ? "nv"
           : mod_num == ASSAY_VLP_NUM_NV_RAW ? "nv-raw"
                                             : NULL;
}

/* A policy has one byte for a TPM_ALG_ID; tboot knows these. 0 for any other. */
static uint16_t alg_of_number(uint8_t number)
{
    switch (number) {
    case SHA1_BEFORE_TBOOT_1_8:
        return ASSAY_ALG_SHA1;
    case ASSAY_ALG_SHA1:
    case ASSAY_ALG_SHA256:
    case ASSAY_ALG_SHA384:
    case ASSAY_ALG_SHA512:
    case ASSAY_ALG_SM3_256:
        return number;
    default:
        return 0;
    }
}

uint16_t assay_vlp_alg(const assay_vlp *policy)
{
    return policy->version == 1 ? ASSAY_ALG_SHA1 : alg_of_number(policy->alg_number);
}

static size_t digest_size(const assay_vlp *policy)
{
    const assay_alg *const alg = assay_alg_find(assay_vlp_alg(policy));

    return alg == NULL ? 0 : alg->size;
}

size_t assay_vlp_stride(const assay_vlp *policy)
{
    return policy->version == 1 ? HASH_SIZE_V1 : digest_size(policy);
}

assay_bytes assay_vlp_hash(const assay_vlp *policy, const assay_vlp_entry *entry, size_t index)
{
    assay_cursor c = assay_cursor_of(entry->hashes);

    assay_seek(&c, (uint64_t)index * assay_vlp_stride(policy));
    return assay_take(&c, digest_size(policy));
}

bool assay_vlp_is_nv(const assay_vlp_entry *entry)
{
    return entry->mod_num == ASSAY_VLP_NUM_NV || entry->mod_num == ASSAY_VLP_NUM_NV_RAW;
}

bool assay_vlp_same_subject(const assay_vlp *policy, const assay_vlp_entry *a,
                            const assay_vlp_entry *b)
{
    if (policy->version == 1)
        return assay_guid_equal(&a->uuid, &b->uuid);
    return a->mod_num == b->mod_num && (!assay_vlp_is_nv(a) || a->nv_index == b->nv_index);
}

const assay_vlp_entry *assay_vlp_find(const assay_vlp *policy, unsigned module)
{
    for (size_t i = 0; i < policy->num_entries; i++) {
        const assay_vlp_entry *const entry = &policy->entries[i];

        if (entry->mod_num == module || entry->mod_num == ASSAY_VLP_NUM_ANY)
            return entry;
    }
    return NULL;
}

size_t assay_vlp_size(const assay_vlp *policy)
{
    size_t size = policy->version == 1 ? HEADER_V1 : HEADER_V2;

    for (size_t i = 0; i < policy->num_entries; i++)
        size += (policy->version == 1 ? ENTRY_V1 : ENTRY_V2) + policy->entries[i].hashes.size;
    return size;
}

void assay_vlp_begin(assay_vlp *policy, enum assay_vlp_type type, uint16_t alg, uint32_t control)
{
    *policy = (assay_vlp){
        .version = 2, .type = (uint8_t)type, .alg_number = (uint8_t)alg, .control = control
    };
}
