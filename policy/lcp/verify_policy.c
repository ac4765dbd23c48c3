/* SPDX-License-Identifier: BSD-2-Clause */
/* The rules for a policy alone, and for a policy with its data. */
#include "base/writer.h"
#include "policy/lcp/verify_private.h"

enum {
    CONTROL_FIRST = 0xE,       /* NPW_OK, OsSinitData.Capabilities, bit 3 */
    CONTROL_IGNORE = 0x130000, /* Ignore_PS_MLE, _PCONF, _STM: versions 2.3, 3.1 and later */
    CONTROL_BIT3 = 1u << 3,    /* PS: PO required; PO of version 3: PS_Pconf_Enforced */
    CONTROL_IGNORE_PCONF = 1u << 17,
    WEAK_SIGN = 0x3, /* RSA of 1024 bits; with SHA-1 bit 2 */
    WEAK_SIGN_SHA1 = 0x4,
};
static const uint32_t control_aux_deletion = 1u << 31;

static bool is_version3(const assay_lcp_policy *policy)
{
    return policy->version >> 8 >= 3;
}

static bool has_ignore_bits(const assay_lcp_policy *policy)
{
    return (policy->version & 0xFF) >= (is_version3(policy) ? 1 : 3);
}

static const assay_lcp_field *field_named(uint16_t version, const char *name)
{
    const assay_lcp_field *field;

    for (size_t i = 0; (field = assay_lcp_policy_field(version, i)) != NULL; i++)
        if (strcmp(field->name, name) == 0)
            return field;
    return NULL;
}

static lcp_place at_field(const lcp_verifier *v, const char *name, size_t index)
{
    const assay_lcp_field *const field = field_named(v->policy->version, name);
    lcp_place place = { ASSAY_LCP_INPUT_POLICY, ASSAY_NO_OFFSET, ASSAY_LCP_NO_LIST,
                        ASSAY_LCP_NO_ELEMENT, name };

    if (field != NULL)
        place.offset = field->offset + index * field->size;
    return place;
}

/* Fields that must be zero: those the table calls so, and AuxHashAlgMask in 3.2. */
static void check_reserved(lcp_verifier *v)
{
    const assay_lcp_field *field;

    for (size_t i = 0; (field = assay_lcp_policy_field(v->policy->version, i)) != NULL; i++) {
        const uint64_t value = assay_lcp_field_get(v->policy, field, 0);

        if (strncmp(field->name, "Reserved", 8) == 0 && value != 0)
            lcp_find(v, ASSAY_LCP_RULE_RESERVED, at_field(v, field->name, 0), "0x%llx",
                     (unsigned long long)value);
    }
    if (v->policy->version >= 0x0302 && v->policy->aux_hash_alg_mask != 0)
        lcp_find(v, ASSAY_LCP_RULE_RESERVED, at_field(v, "AuxHashAlgMask", 0),
                 "0x%04x, in version 3.2", v->policy->aux_hash_alg_mask);
}

/* LCP_POLHALG_SHA1 is 0; a reader that is lenient takes the TPM's number of SHA-1, too. */
static void check_legacy_alg(lcp_verifier *v)
{
    const lcp_place place = at_field(v, "HashAlg", 0);
    assay_cursor cursor = assay_cursor_of(v->subject->policy);

    assay_seek(&cursor, place.offset);
    const uint8_t alg = assay_take_u8(&cursor);
    if (alg != 0)
        lcp_find(v, ASSAY_LCP_RULE_POLICY_HASH_ALG, place, "%u, and version 2 has 0 alone", alg);
}

static void check_control(lcp_verifier *v)
{
    const assay_lcp_policy *const policy = v->policy;
    const uint32_t control = policy->policy_control;
    const lcp_place place = at_field(v, "PolicyControl", 0);
    const enum assay_lcp_index index = v->subject->index;
    uint32_t legal = CONTROL_FIRST;

    if (has_ignore_bits(policy))
        legal |= CONTROL_IGNORE;
    if (is_version3(policy))
        legal |= control_aux_deletion;
    if ((control & ~legal) != 0)
        lcp_find(v, ASSAY_LCP_RULE_CONTROL_RESERVED, place, "0x%08x", control & ~legal);
    if ((control & legal & control_aux_deletion) != 0)
        lcp_find(v, ASSAY_LCP_RULE_AUX_DELETION, place, "%s", "");
    if (index == ASSAY_LCP_PS && (control & legal & CONTROL_IGNORE) != 0)
        lcp_find(v, ASSAY_LCP_RULE_CONTROL_ROLE, place, "0x%08x in PS",
                 control & legal & CONTROL_IGNORE);
    if (index == ASSAY_LCP_PO && (control & CONTROL_BIT3) != 0 && !is_version3(policy))
        lcp_find(v, ASSAY_LCP_RULE_CONTROL_ROLE, place, "bit 3 in PO of version 2");
    if (index != ASSAY_LCP_PS && is_version3(policy) && has_ignore_bits(policy) &&
        (control & CONTROL_BIT3) != 0 && (control & CONTROL_IGNORE_PCONF) != 0)
        lcp_find(v, ASSAY_LCP_RULE_PCONF_CONFLICT, place, "0x%08x", control);
}

static void check_versions(lcp_verifier *v)
{
    const assay_lcp_policy *const policy = v->policy;

    if (policy->sinit_min_version >= IMPLAUSIBLE_SINIT)
        lcp_find(v, ASSAY_LCP_RULE_SINIT_IMPLAUSIBLE, at_field(v, "SINITMinVersion", 0), "%u",
                 policy->sinit_min_version);
    /* 0 permits no change of the minimum, whatever it is. */
    if (policy->max_sinit_min_ver != 0 && policy->sinit_min_version > policy->max_sinit_min_ver)
        lcp_find(v, ASSAY_LCP_RULE_SINIT_RANGE, at_field(v, "MaxSinitMinVer", 0),
                 "%u, and SINITMinVersion %u", policy->max_sinit_min_ver,
                 policy->sinit_min_version);
    if (policy->max_biosac_min_ver != 0)
        lcp_find(v, ASSAY_LCP_RULE_BIOSAC, at_field(v, "MaxBiosacMinVer", 0), "%u",
                 policy->max_biosac_min_ver);
    if (v->subject->index == ASSAY_LCP_PS && is_version3(policy) && policy->max_sinit_min_ver != 0)
        lcp_find(v, ASSAY_LCP_RULE_FIELD_ROLE, at_field(v, "MaxSinitMinVer", 0), "%u in PS",
                 policy->max_sinit_min_ver);
}

static void check_hash_masks(lcp_verifier *v)
{
    const assay_lcp_policy *const policy = v->policy;
    const uint16_t mask = policy->lcp_hash_alg_mask, aux = policy->aux_hash_alg_mask;
    const lcp_place place = at_field(v, "LcpHashAlgMask", 0);

    if (mask == 0)
        lcp_find(v, ASSAY_LCP_RULE_MASK_EMPTY, place, "LcpHashAlgMask");
    else if ((mask & assay_lcp_hash_mask(policy->hash_alg)) == 0)
        lcp_find(v, ASSAY_LCP_RULE_MASK_POLICY, place, "HashAlg 0x%04x, LcpHashAlgMask 0x%04x",
                 policy->hash_alg, mask);
    if ((mask & ~lcp_hash_bits()) != 0)
        lcp_find(v, ASSAY_LCP_RULE_MASK_RESERVED, place, "0x%04x",
                 (unsigned)mask & ~(unsigned)lcp_hash_bits());
    if ((mask & assay_lcp_hash_mask(ASSAY_ALG_SHA1)) != 0)
        lcp_find(v, ASSAY_LCP_RULE_MASK_WEAK, place, "SHA-1");
    if (policy->version >= 0x0302)
        return;
    if (aux != 0 ? (aux & (aux - 1)) != 0 || (aux & mask) == 0 : v->subject->index == ASSAY_LCP_PS)
        lcp_find(v, ASSAY_LCP_RULE_MASK_AUX, at_field(v, "AuxHashAlgMask", 0),
                 "AuxHashAlgMask 0x%04x, LcpHashAlgMask 0x%04x", aux, mask);
}

static void check_sign_mask(lcp_verifier *v)
{
    const uint32_t mask = v->policy->lcp_sign_alg_mask;
    const lcp_place place = at_field(v, "LcpSignAlgMask", 0);

    if (mask == 0)
        lcp_find(v, ASSAY_LCP_RULE_MASK_EMPTY, place, "LcpSignAlgMask");
    if ((mask & ~lcp_sign_bits()) != 0)
        lcp_find(v, ASSAY_LCP_RULE_MASK_RESERVED, place, "0x%08x", mask & ~lcp_sign_bits());
    if ((mask & WEAK_SIGN) != 0)
        lcp_find(v, ASSAY_LCP_RULE_MASK_WEAK, place, "RSA of 1024 bits");
    if ((mask & WEAK_SIGN_SHA1) != 0)
        lcp_find(v, ASSAY_LCP_RULE_MASK_WEAK, place, "RSA with SHA-1");
}

static void check_any(lcp_verifier *v)
{
    const assay_lcp_policy *const policy = v->policy;

    if (!assay_bytes_all(assay_bytes_of(policy->policy_hash.value, policy->policy_hash.size), 0))
        lcp_find(v, ASSAY_LCP_RULE_ANY_HASH, at_field(v, "PolicyHash", 0), "%s", "");
    for (size_t i = 0; i < ASSAY_LCP_LISTS_MAX; i++)
        if (policy->data_revocation_counters[i] != 0)
            lcp_find(v, ASSAY_LCP_RULE_ANY_COUNTERS, at_field(v, "DataRevocationCounters", i),
                     "counter %zu is %u", i, policy->data_revocation_counters[i]);
    if (v->subject->body.data != NULL)
        lcp_find(v, ASSAY_LCP_RULE_ANY_DATA, at_field(v, "PolicyType", 0), "%s", "");
}

void lcp_verify_policy(lcp_verifier *v)
{
    check_reserved(v);
    check_control(v);
    check_versions(v);
    if (is_version3(v->policy)) {
        check_hash_masks(v);
        check_sign_mask(v);
    } else {
        check_legacy_alg(v);
    }
    if (v->policy->policy_type == ASSAY_LCP_TYPE_ANY)
        check_any(v);
    else if (v->policy->policy_type != ASSAY_LCP_TYPE_LIST)
        lcp_find(v, ASSAY_LCP_RULE_POLICY_TYPE, at_field(v, "PolicyType", 0), "%u",
                 v->policy->policy_type);
    else if (assay_bytes_all(
                 assay_bytes_of(v->policy->policy_hash.value, v->policy->policy_hash.size), 0))
        lcp_find(v, ASSAY_LCP_RULE_LIST_HASH, at_field(v, "PolicyHash", 0), "%s", "");
    else if (v->subject->body.data == NULL)
        lcp_find(v, ASSAY_LCP_RULE_DATA_MISSING, at_field(v, "PolicyType", 0), "%s", "");
}

/* With its data. */

static void check_hash(lcp_verifier *v, const assay_lcp_data *data)
{
    uint8_t digest[ASSAY_DIGEST_MAX];
    assay_hash *hash;
    int status = assay_hashes_get(v->hashes, v->policy->hash_alg, &hash);

    if (status == 0)
        status = assay_lcp_data_hash(data, hash, digest);
    if (status < 0) {
        if (v->status == 0)
            v->status = assay_fail(v->error, (enum assay_kind)(-status), ASSAY_NOWHERE,
                                   "PolicyHash can't be computed");
        return;
    }
    if (memcmp(digest, v->policy->policy_hash.value, assay_hash_size(hash)) != 0)
        lcp_find(v, ASSAY_LCP_RULE_POLICY_HASH, at_field(v, "PolicyHash", 0), "%s", "");
}

static void check_counter(lcp_verifier *v, const assay_lcp_data *data, size_t i)
{
    const uint16_t least = v->policy->data_revocation_counters[i];
    lcp_place place = at_field(v, "DataRevocationCounters", i);

    if (i >= data->list_count || !data->lists[i].is_signed) {
        if (least != 0)
            lcp_find(v, ASSAY_LCP_RULE_COUNTER_UNUSED, place, "counter %zu is %u", i, least);
        return;
    }
    const uint16_t counter = data->lists[i].revocation_counter;
    place.list = (uint32_t)i;
    if (counter != least)
        lcp_find(v,
                 counter < least ? ASSAY_LCP_RULE_COUNTER_REVOKED : ASSAY_LCP_RULE_COUNTER_BEHIND,
                 place, "the list has %u, the policy wants %u", counter, least);
}

/* The names of a mask's bits, a blank between them. */
static const char *hash_names(uint16_t mask, char text[static 160])
{
    assay_writer names = assay_writer_lent(text, 159);

    for (size_t i = 0; i < ASSAY_ALGS; i++)
        if ((mask & assay_lcp_hash_mask(assay_alg_at(i)->id)) != 0)
            assay_put_format(&names, "%s%s", names.used > 0 ? " " : "", assay_alg_at(i)->name);
    text[names.used] = '\0';
    return text;
}

static const char *sign_names(uint32_t mask, char text[static 160])
{
    assay_writer names = assay_writer_lent(text, 159);

    for (unsigned i = 0; i < 32; i++)
        if ((mask >> i & 1) != 0)
            assay_put_format(&names, "%s%s", names.used > 0 ? " " : "",
                             assay_lcp_sign_mask_name(1u << i));
    text[names.used] = '\0';
    return text;
}

/* Bits of the masks that nothing here needs. */
static void check_unused(lcp_verifier *v)
{
    const uint32_t sign = v->policy->lcp_sign_alg_mask & lcp_sign_bits() & ~v->sign_algs_used;
    const uint16_t used =
        v->hash_algs_used | assay_lcp_hash_mask(v->policy->hash_alg) | v->policy->aux_hash_alg_mask;
    const unsigned hash = v->policy->lcp_hash_alg_mask & lcp_hash_bits() & ~(unsigned)used;
    char names[160];

    if (hash != 0)
        lcp_find(v, ASSAY_LCP_RULE_MASK_UNUSED, at_field(v, "LcpHashAlgMask", 0), "%s",
                 hash_names((uint16_t)hash, names));
    if (sign != 0)
        lcp_find(v, ASSAY_LCP_RULE_MASK_UNUSED, at_field(v, "LcpSignAlgMask", 0), "%s",
                 sign_names(sign, names));
}

static void check_lists(lcp_verifier *v, const assay_lcp_data *data)
{
    lcp_place place = { ASSAY_LCP_INPUT_DATA, 35, ASSAY_LCP_NO_LIST, ASSAY_LCP_NO_ELEMENT,
                        "NumLists" };

    if (data->list_count == 0)
        lcp_find(v, ASSAY_LCP_RULE_NO_LISTS, place, "%s", "");
    for (size_t i = 1; i < data->list_count; i++)
        for (size_t j = 0; j < i && data->lists[i].is_signed; j++)
            if (data->lists[j].is_signed &&
                assay_bytes_equal(data->lists[i].signature.key, data->lists[j].signature.key)) {
                place = (lcp_place){ ASSAY_LCP_INPUT_DATA, data->lists[i].offset, (uint32_t)i,
                                     ASSAY_LCP_NO_ELEMENT, "PubkeyValue" };
                lcp_find(v, ASSAY_LCP_RULE_SAME_KEY, place, "as list %zu", j);
                break;
            }
    for (size_t i = 1; i < data->list_count; i++)
        if (data->lists[i].version != data->lists[0].version) {
            place = (lcp_place){ ASSAY_LCP_INPUT_DATA, data->lists[i].offset, (uint32_t)i,
                                 ASSAY_LCP_NO_ELEMENT, "Version" };
            lcp_find(v, ASSAY_LCP_RULE_LIST_MIXED, place, "0x%04x and 0x%04x",
                     data->lists[0].version, data->lists[i].version);
            break;
        }
}

void lcp_verify_together(lcp_verifier *v, const assay_lcp_data *data)
{
    check_lists(v, data);
    if (v->policy == NULL || v->policy->policy_type != ASSAY_LCP_TYPE_LIST)
        return;
    check_hash(v, data);
    for (size_t i = 0; i < ASSAY_LCP_LISTS_MAX; i++)
        check_counter(v, data, i);
    if (is_version3(v->policy))
        check_unused(v);
}

uint16_t lcp_hash_bits(void)
{
    uint16_t bits = 0;

    for (size_t i = 0; i < ASSAY_ALGS; i++)
        bits |= assay_lcp_hash_mask(assay_alg_at(i)->id);
    return bits;
}

uint32_t lcp_sign_bits(void)
{
    uint32_t bits = 0;

    for (unsigned i = 0; i < 32; i++)
        if (assay_lcp_sign_mask_name(1u << i) != NULL)
            bits |= 1u << i;
    return bits;
}
