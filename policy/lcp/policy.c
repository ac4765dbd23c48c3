/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/lcp/policy.h"

#define MEMBER(m) offsetof(assay_lcp_policy, m)

/* name, key, offset, size, count, member, shift of the value in the member. */
static const assay_lcp_field fields_2[] = {
    { "Version", "version", 0, 2, 1, MEMBER(version), 0 },
    { "HashAlg", "hash_alg", 2, 1, 1, MEMBER(hash_alg), 0 },
    { "PolicyType", "type", 3, 1, 1, MEMBER(policy_type), 0 },
    { "SINITMinVersion", "sinit_min_version", 4, 1, 1, MEMBER(sinit_min_version), 0 },
    { "Reserved1", "reserved1", 5, 1, 1, MEMBER(reserved), 0 },
    { "DataRevocationCounters", "data_revocation_counters", 6, 2, ASSAY_LCP_LISTS_MAX,
      MEMBER(data_revocation_counters), 0 },
    { "PolicyControl", "policy_control", 22, 4, 1, MEMBER(policy_control), 0 },
    { "MaxSinitMinVer", "max_sinit_min_ver", 26, 1, 1, MEMBER(max_sinit_min_ver), 0 },
    { "MaxBiosacMinVer", "max_biosac_min_ver", 27, 1, 1, MEMBER(max_biosac_min_ver), 0 },
    { "Reserved2", "reserved2", 28, 2, 1, MEMBER(reserved), 8 },
    { "Reserved3", "reserved3", 30, 4, 1, MEMBER(reserved), 24 },
    { "PolicyHash", "policy_hash", 34, 0, 1, MEMBER(policy_hash), 0 },
    { NULL, NULL, 0, 0, 0, 0, 0 },
};

static const assay_lcp_field fields_3[] = {
    { "Version", "version", 0, 2, 1, MEMBER(version), 0 },
    { "HashAlg", "hash_alg", 2, 2, 1, MEMBER(hash_alg), 0 },
    { "PolicyType", "type", 4, 1, 1, MEMBER(policy_type), 0 },
    { "SINITMinVersion", "sinit_min_version", 5, 1, 1, MEMBER(sinit_min_version), 0 },
    { "DataRevocationCounters", "data_revocation_counters", 6, 2, ASSAY_LCP_LISTS_MAX,
      MEMBER(data_revocation_counters), 0 },
    { "PolicyControl", "policy_control", 22, 4, 1, MEMBER(policy_control), 0 },
    { "MaxSinitMinVer", "max_sinit_min_ver", 26, 1, 1, MEMBER(max_sinit_min_ver), 0 },
    { "MaxBiosacMinVer", "max_biosac_min_ver", 27, 1, 1, MEMBER(max_biosac_min_ver), 0 },
    { "LcpHashAlgMask", "lcp_hash_alg_mask", 28, 2, 1, MEMBER(lcp_hash_alg_mask), 0 },
    { "LcpSignAlgMask", "lcp_sign_alg_mask", 30, 4, 1, MEMBER(lcp_sign_alg_mask), 0 },
    { "AuxHashAlgMask", "aux_hash_alg_mask", 34, 2, 1, MEMBER(aux_hash_alg_mask), 0 },
    { "Reserved2", "reserved2", 36, 2, 1, MEMBER(reserved), 0 },
    { "PolicyHash", "policy_hash", 38, 0, 1, MEMBER(policy_hash), 0 },
    { NULL, NULL, 0, 0, 0, 0, 0 },
};

static const struct {
    uint16_t version;
    const char *name;
    const assay_lcp_field *fields;
} versions[] = {
    { 0x0200, "2.0", fields_2 }, { 0x0201, "2.1", fields_2 }, { 0x0202, "2.2", fields_2 },
    { 0x0203, "2.3", fields_2 }, { 0x0204, "2.4", fields_2 }, { 0x0300, "3.0", fields_3 },
    { 0x0301, "3.1", fields_3 }, { 0x0302, "3.2", fields_3 },
};
enum { VERSIONS = sizeof versions / sizeof *versions };

uint16_t assay_lcp_policy_version(assay_bytes name)
{
    for (size_t i = 0; i < VERSIONS; i++)
        if (assay_bytes_equal(name, assay_bytes_of_string(versions[i].name)))
            return versions[i].version;
    return 0;
}

const char *assay_lcp_policy_version_name(uint16_t version)
{
    for (size_t i = 0; i < VERSIONS; i++)
        if (versions[i].version == version)
            return versions[i].name;
    return NULL;
}

static const assay_lcp_field *fields_of(uint16_t version)
{
    for (size_t i = 0; i < VERSIONS; i++)
        if (versions[i].version == version)
            return versions[i].fields;
    return NULL;
}

const assay_lcp_field *assay_lcp_policy_field(uint16_t version, size_t index)
{
    const assay_lcp_field *field = fields_of(version);

    while (field != NULL && field->name != NULL && index > 0) {
        field++;
        index--;
    }
    return field == NULL || field->name == NULL ? NULL : field;
}

size_t assay_lcp_policy_size(uint16_t version, uint16_t hash_alg)
{
    const assay_lcp_field *const fields = fields_of(version);

    if (fields == fields_2)
        return hash_alg == ASSAY_ALG_SHA1 ? ASSAY_LCP_POLICY_SIZE : 0;
    if (fields == NULL || assay_lcp_hash_mask(hash_alg) == 0)
        return 0;
    return ASSAY_LCP_POLICY2_FIXED + assay_alg_find(hash_alg)->size;
}

/* The member that a field's value lies in: its address, and how wide it is. */
static size_t member_width(const assay_lcp_field *field)
{
    switch (field->member) {
    case MEMBER(reserved):
        return 8;
    case MEMBER(hash_alg): /* of which version 2 has one byte */
        return 2;
    default:
        return field->size;
    }
}

static uint64_t mask_of(size_t size)
{
    return size >= 8 ? UINT64_MAX : (UINT64_C(1) << 8 * size) - 1;
}

/* Members are read and written as what they are: integers of the machine. */
static uint64_t load(const void *from, size_t width)
{
    uint16_t u16;
    uint32_t u32;
    uint64_t u64;

    switch (width) {
    case 1:
        return *(const uint8_t *)from;
    case 2:
        memcpy(&u16, from, 2);
        return u16;
    case 4:
        memcpy(&u32, from, 4);
        return u32;
    default:
        memcpy(&u64, from, 8);
        return u64;
    }
}

static void store(void *to, size_t width, uint64_t value)
{
    const uint8_t u8 = (uint8_t)value;
    const uint16_t u16 = (uint16_t)value;
    const uint32_t u32 = (uint32_t)value;

    switch (width) {
    case 1:
        memcpy(to, &u8, 1);
        break;
    case 2:
        memcpy(to, &u16, 2);
        break;
    case 4:
        memcpy(to, &u32, 4);
        break;
    default:
        memcpy(to, &value, 8);
    }
}

/* HashAlg of version 2 is LCP_POLHALG_SHA1, 0; the member has the TPM's number of it, which is 4:
 * another byte must not look like that. */
enum { LEGACY_UNKNOWN = 0xff00 };

static bool is_legacy_alg(const assay_lcp_field *field)
{
    return field->member == MEMBER(hash_alg) && field->size == 1;
}

uint64_t assay_lcp_field_get(const assay_lcp_policy *policy, const assay_lcp_field *field,
                             size_t index)
{
    const size_t width = member_width(field);

    if (field->size == 0)
        return 0;
    const uint64_t member = load((const uint8_t *)policy + field->member + index * width, width);
    if (is_legacy_alg(field))
        return member == ASSAY_ALG_SHA1 ? 0 : member & 0xff;
    return member >> field->shift & mask_of(field->size);
}

bool assay_lcp_field_set(assay_lcp_policy *policy, const assay_lcp_field *field, size_t index,
                         uint64_t value)
{
    const size_t width = member_width(field);
    uint8_t *const member = (uint8_t *)policy + field->member + index * width;

    if (field->size == 0 || value > mask_of(field->size))
        return false;
    if (is_legacy_alg(field))
        value = value == 0 ? ASSAY_ALG_SHA1 : LEGACY_UNKNOWN | value;
    else
        value =
            (load(member, width) & ~(mask_of(field->size) << field->shift)) | value << field->shift;
    store(member, width, value);
    return true;
}

static uint64_t take_value(assay_cursor *cursor, size_t size)
{
    return size == 1   ? assay_take_u8(cursor)
           : size == 2 ? assay_take_u16le(cursor)
                       : assay_take_u32le(cursor);
}

static void put_value(assay_writer *writer, size_t size, uint64_t value)
{
    if (size == 1)
        assay_put_u8(writer, (uint8_t)value);
    else if (size == 2)
        assay_put_u16le(writer, (uint16_t)value);
    else
        assay_put_u32le(writer, (uint32_t)value);
}

static void take_fields(assay_cursor *cursor, assay_lcp_policy *policy,
                        const assay_lcp_field *fields)
{
    for (const assay_lcp_field *field = fields; field->size != 0; field++)
        for (size_t i = 0; i < field->count; i++)
            assay_lcp_field_set(policy, field, i, take_value(cursor, field->size));
}

static void take_digest(assay_cursor *cursor, assay_lcp_policy *policy)
{
    const assay_bytes value = assay_take_rest(cursor);

    policy->policy_hash.alg = policy->hash_alg;
    policy->policy_hash.size = (uint16_t)value.size;
    memcpy(policy->policy_hash.value, value.data, value.size);
}

static int fail_size(assay_error *error, const assay_lcp_policy *policy, size_t size, size_t wanted)
{
    return assay_fail(error, size < wanted ? ASSAY_TRUNCATED : ASSAY_MALFORMED,
                      (assay_place){ size < wanted ? size : wanted, ASSAY_NO_EVENT, NULL },
                      "a policy of version %u.%u and this hash has %zu bytes; here are %zu",
                      policy->version >> 8, policy->version & 0xffu, wanted, size);
}

int assay_lcp_policy_read(assay_lcp_policy *ret_policy, assay_bytes bytes, assay_error *error)
{
    assay_cursor cursor = assay_cursor_of(bytes);
    assay_lcp_policy policy = { 0 };
    const uint16_t version = assay_take_u16le(&cursor);
    const assay_lcp_field *const fields = fields_of(version);

    if (cursor.failed)
        return assay_fail(error, ASSAY_TRUNCATED, (assay_place){ 0, ASSAY_NO_EVENT, "Version" },
                          "%zu bytes are no policy: 54 is the least", bytes.size);
    if (fields == NULL)
        return assay_fail(error, ASSAY_UNSUPPORTED, (assay_place){ 0, ASSAY_NO_EVENT, "Version" },
                          "a policy of version 0x%04x is unknown; there are 2.0 to 2.4 and 3.0 to "
                          "3.2",
                          version);
    assay_seek(&cursor, 0);
    take_fields(&cursor, &policy, fields);
    const size_t size = assay_lcp_policy_size(version, policy.hash_alg);
    if (!cursor.failed && size == 0)
        return assay_fail(error, ASSAY_MALFORMED, (assay_place){ 2, ASSAY_NO_EVENT, "HashAlg" },
                          "no policy of this version has hash algorithm 0x%02x",
                          (unsigned)assay_lcp_field_get(&policy, &fields[1], 0));
    if (cursor.failed || bytes.size != size)
        return fail_size(error, &policy, bytes.size, size == 0 ? ASSAY_LCP_POLICY_SIZE : size);
    take_digest(&cursor, &policy);
    *ret_policy = policy;
    return 0;
}

void assay_lcp_policy_encode(assay_writer *writer, const assay_lcp_policy *policy)
{
    const assay_lcp_field *field = fields_of(policy->version);

    for (; field != NULL && field->size != 0; field++)
        for (size_t i = 0; i < field->count; i++)
            put_value(writer, field->size, assay_lcp_field_get(policy, field, i));
    if (field != NULL)
        assay_put(writer, assay_bytes_of(policy->policy_hash.value, policy->policy_hash.size));
}
