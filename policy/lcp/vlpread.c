/* SPDX-License-Identifier: BSD-2-Clause */
/* Bytes into a verified launch policy: every fault with its place and reason. */
#include "base/cursor.h"
#include "policy/lcp/vlp.h"

typedef struct reader {
    assay_cursor c;
    assay_vlp *policy;
    assay_error *error;
} reader;

static int fail_at(const reader *r, enum assay_kind kind, uint64_t offset, const char *field,
                   const char *what, uint64_t value)
{
    return assay_fail(r->error, kind, (assay_place){ offset, ASSAY_NO_EVENT, field }, "%s: %llu",
                      what, (unsigned long long)value);
}

/* The input ends before what was wanted of it. */
static int fail_short(const reader *r, const char *field, const char *what)
{
    return assay_fail(
        r->error, ASSAY_TRUNCATED, (assay_place){ r->c.offset, ASSAY_NO_EVENT, field },
        "%s: %zu bytes are left of %zu", what, r->c.bytes.size - r->c.offset, r->c.wanted);
}

static int read_header_v2(reader *r, uint8_t *ret_count)
{
    const uint8_t type = assay_take_u8(&r->c), alg = assay_take_u8(&r->c);
    const uint32_t control = assay_take_u32le(&r->c), reserved = assay_take_u32le(&r->c);
    assay_vlp header;

    *ret_count = assay_take_u8(&r->c);
    if (r->c.failed)
        return fail_short(r, "tb_policy_t", "the input ends inside the policy's header");
    if (type >= ASSAY_VLP_TYPES)
        return fail_at(r, ASSAY_MALFORMED, 1, "policy_type", "there is no such policy type", type);
    assay_vlp_begin(&header, (enum assay_vlp_type)type, alg, control);
    if (assay_vlp_alg(&header) == 0)
        return fail_at(r, ASSAY_MALFORMED, 2, "hash_alg",
                       "tboot knows no hash algorithm of this number", alg);
    r->policy->version = 2;
    r->policy->type = type;
    r->policy->alg_number = alg;
    r->policy->control = control;
    r->policy->reserved = reserved;
    return 0;
}

static int read_header_v1(reader *r, uint8_t *ret_count)
{
    const uint8_t type = assay_take_u8(&r->c);
    const uint32_t reserved = assay_take_u32le(&r->c);

    *ret_count = assay_take_u8(&r->c);
    if (r->c.failed)
        return fail_short(r, "tb_policy_index_t", "the input ends inside the policy's header");
    if (type >= ASSAY_VLP_TYPES)
        return fail_at(r, ASSAY_MALFORMED, 1, "policy_type", "there is no such policy type", type);
    r->policy->version = 1;
    r->policy->type = type;
    r->policy->reserved = reserved;
    return 0;
}

static bool is_mod_num(unsigned number)
{
    return number <= ASSAY_VLP_NUM_MAX || assay_vlp_num_name(number) != NULL;
}

static int check_fields_v2(const reader *r, const assay_vlp_entry *entry)
{
    if (!is_mod_num(entry->mod_num))
        return fail_at(r, ASSAY_MALFORMED, entry->offset, "mod_num",
                       "a module's number is 0 to 127, 129 (any), 130 (nv) or 131 (nv-raw)",
                       entry->mod_num);
    if (entry->pcr > ASSAY_VLP_PCR_MAX && entry->pcr != ASSAY_VLP_PCR_NONE)
        return fail_at(r, ASSAY_MALFORMED, entry->offset + 1, "pcr",
                       "a PCR is 0 to 23, or 255 (none)", entry->pcr);
    return 0;
}

static int take_entry_v2(reader *r, assay_vlp_entry *entry)
{
    assay_cursor *const c = &r->c;

    entry->mod_num = assay_take_u8(c);
    entry->pcr = assay_take_u8(c);
    entry->hash_type = assay_take_u8(c);
    entry->nv_index = assay_take_u32le(c);
    entry->num_hashes = assay_take_u8(c);
    if (c->failed)
        return fail_short(r, "tb_policy_entry_t", "the input ends inside an entry");
    return check_fields_v2(r, entry);
}

static int take_entry_v1(reader *r, assay_vlp_entry *entry)
{
    assay_cursor *const c = &r->c;
    const assay_bytes uuid = assay_take(c, sizeof entry->uuid);

    entry->alg_number = assay_take_u8(c);
    entry->hash_type = assay_take_u8(c);
    entry->nv_index = assay_take_u32le(c);
    entry->num_hashes = assay_take_u8(c);
    if (c->failed)
        return fail_short(r, "tb_policy_t", "the input ends inside a policy");
    memcpy(entry->uuid.bytes, uuid.data, sizeof entry->uuid);
    if (entry->alg_number != 0)
        return fail_at(r, ASSAY_MALFORMED, entry->offset + sizeof entry->uuid, "hash_alg",
                       "version 1 knows SHA-1 alone, which is 0", entry->alg_number);
    return 0;
}

static int read_entry(reader *r, assay_vlp_entry *entry)
{
    const bool old = r->policy->version == 1;

    *entry = (assay_vlp_entry){ .offset = r->c.offset };
    const int status = old ? take_entry_v1(r, entry) : take_entry_v2(r, entry);
    if (status < 0)
        return status;
    if (entry->hash_type >= ASSAY_VLP_HASH_TYPES)
        return fail_at(r, ASSAY_MALFORMED, entry->offset + (old ? 17 : 2), "hash_type",
                       "a hash type is 0 (any) or 1 (image)", entry->hash_type);
    entry->hashes = assay_take(&r->c, entry->num_hashes * assay_vlp_stride(r->policy));
    if (r->c.failed)
        return fail_short(r, "hashes", "the input ends inside an entry's digests");
    return 0;
}

static int read_entries(reader *r, unsigned count)
{
    int status = 0;

    while (r->policy->num_entries < count && status == 0) {
        status = read_entry(r, &r->policy->entries[r->policy->num_entries]);
        if (status == 0)
            r->policy->num_entries++;
    }
    return status;
}

int assay_vlp_read(assay_vlp *policy, assay_bytes bytes, assay_error *error)
{
    /* cppcheck-suppress ctuuninitvar ; both are written to, and never read before */
    reader r = { assay_cursor_of(bytes), policy, error };
    uint8_t count = 0;

    *policy = (assay_vlp){ .trailing = ASSAY_NO_BYTES };
    const uint8_t version = assay_take_u8(&r.c);
    if (r.c.failed)
        return fail_short(&r, "version", "there is nothing to read");
    if (version != 1 && version != 2)
        return fail_at(&r, ASSAY_UNKNOWN_FORMAT, 0, "version",
                       "verified launch policies have version 1 or 2", version);
    int status = version == 1 ? read_header_v1(&r, &count) : read_header_v2(&r, &count);
    if (status == 0)
        status = read_entries(&r, count);
    if (status == 0)
        policy->trailing = assay_take_rest(&r.c);
    return status;
}
