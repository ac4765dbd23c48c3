/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/lcp/uuid.h"
#include "policy/lcp/vlpjson.h"

static void emit_hashes(assay_output *out, const assay_vlp *policy, const assay_vlp_entry *entry)
{
    assay_emit_array(out, "hashes");
    for (size_t i = 0; i < entry->num_hashes; i++) {
        const assay_bytes hash = assay_vlp_hash(policy, entry, i);
        const assay_bytes whole = assay_bytes_of(hash.data, assay_vlp_stride(policy));
        const assay_bytes padding = assay_bytes_of(hash.data + hash.size, whole.size - hash.size);

        /* Padding that is not zero is shown, for it is in the policy's own digest. */
        assay_emit_hex(out, NULL, assay_bytes_all(padding, 0) ? hash : whole);
    }
    assay_emit_end(out);
}

static void emit_subject_v1(assay_output *out, const assay_vlp_entry *entry)
{
    const char *const name = assay_lcp_uuid_name(&entry->uuid);
    char text[ASSAY_GUID_TEXT];

    assay_lcp_uuid_format(&entry->uuid, text);
    assay_emit_string(out, "uuid", name != NULL ? name : text);
}

static void emit_subject_v2(assay_output *out, const assay_vlp_entry *entry)
{
    const char *const name = assay_vlp_num_name(entry->mod_num);

    if (name != NULL)
        assay_emit_string(out, "num", name);
    else
        assay_emit_u64(out, "num", entry->mod_num);
    if (entry->nv_index != 0 || assay_vlp_is_nv(entry))
        assay_emit_address(out, "nv_index", entry->nv_index);
    if (entry->pcr == ASSAY_VLP_PCR_NONE)
        assay_emit_string(out, "pcr", "none");
    else
        assay_emit_u64(out, "pcr", entry->pcr);
}

static void emit_entry(assay_output *out, const assay_vlp *policy, const assay_vlp_entry *entry)
{
    assay_emit_object(out, NULL);
    if (policy->version == 1)
        emit_subject_v1(out, entry);
    else
        emit_subject_v2(out, entry);
    assay_emit_string(out, "hash", assay_vlp_hash_type_name(entry->hash_type));
    if (policy->version == 1 && entry->nv_index != 0)
        assay_emit_u64(out, "reserved", entry->nv_index);
    emit_hashes(out, policy, entry);
    assay_emit_end(out);
}

void assay_vlp_emit(assay_output *out, const assay_vlp *policy)
{
    assay_emit_u64(out, "version", policy->version);
    assay_emit_string(out, "type", assay_vlp_type_name(policy->type));
    if (policy->version != 1) {
        assay_emit_alg(out, "alg", assay_vlp_alg(policy));
        if (policy->alg_number == 0)
            assay_emit_u64(out, "alg_number", 0);
        assay_emit_u64(out, "control", policy->control);
    }
    if (policy->reserved != 0)
        assay_emit_u64(out, "reserved", policy->reserved);
    assay_emit_array(out, "entries");
    for (size_t i = 0; i < policy->num_entries; i++)
        emit_entry(out, policy, &policy->entries[i]);
    assay_emit_end(out);
    if (policy->trailing.size > 0)
        assay_emit_hex(out, "trailing", policy->trailing);
}
