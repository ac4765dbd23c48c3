/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/lcp/vlplint.h"

#include <stdarg.h>
#include <stdio.h>

typedef struct linter {
    const assay_vlp *policy;
    assay_vlp_remark_sink *sink;
    void *context;
    size_t entry;
} linter;

static const struct {
    const char *name;
    enum assay_severity severity;
    const char *action;
} rows[ASSAY_VLP_REMARKS] = {
#define REMARK(token, name, severity, action) { name, ASSAY_##severity, action },
#include "policy/lcp/vlpremarks.def"
#undef REMARK
};

const char *assay_vlp_remark_name(enum assay_vlp_remark_code code)
{
    return rows[code].name;
}

enum assay_severity assay_vlp_remark_severity(enum assay_vlp_remark_code code)
{
    return rows[code].severity;
}

const char *assay_vlp_remark_action(enum assay_vlp_remark_code code)
{
    return rows[code].action;
}

static void __attribute__((format(printf, 3, 4)))
say(const linter *l, enum assay_vlp_remark_code code, const char *format, ...)
{
    assay_vlp_remark remark = { .code = code, .entry = l->entry };
    va_list values;

    va_start(values, format);
    vsnprintf(remark.detail, sizeof remark.detail, format, values);
    va_end(values);
    l->sink(l->context, &remark);
}

/* The header. */

static void lint_alg(const linter *l)
{
    const uint16_t alg = assay_vlp_alg(l->policy);
    char unknown[ASSAY_ALG_NUMBER_SIZE];

    if (l->policy->version == 1) {
        say(l, ASSAY_VLP_VERSION_1, "no tboot after July 2008 reads version 1");
        return;
    }
    if (l->policy->alg_number == 0)
        say(l, ASSAY_VLP_SHA1_NUMBER, "the algorithm number 0 is how tboot before 1.8 wrote SHA-1");
    if (alg == ASSAY_ALG_SHA1)
        say(l, ASSAY_VLP_SHA1, "SHA-1 can be forged, and tboot 1.11 no longer has it");
    else if (alg != ASSAY_ALG_SHA256)
        say(l, ASSAY_VLP_EXTPOL,
            "tboot measures with sha256 unless started with extpol=%s, and no digest matches then",
            alg == ASSAY_ALG_SM3_256 ? "sm3" : assay_alg_name(alg, unknown));
}

static void lint_control(const linter *l)
{
    const uint32_t control = l->policy->control;

    if (l->policy->version == 1)
        return;
    if ((control & ~(uint32_t)ASSAY_VLP_EXTEND_PCR17) != 0)
        say(l, ASSAY_VLP_CONTROL_UNKNOWN, "policy_control is 0x%08x, and tboot knows bit 0 alone",
            control);
    if ((control & ASSAY_VLP_EXTEND_PCR17) == 0)
        say(l, ASSAY_VLP_NOT_MEASURED, "PCR 17 does not tell this policy from another");
}

static void lint_size(const linter *l)
{
    const size_t size = assay_vlp_size(l->policy);

    if (l->policy->num_entries > ASSAY_VLP_NV_ENTRIES)
        say(l, ASSAY_VLP_MANY_ENTRIES, "%u entries, and tboot's buffer is made for %d",
            l->policy->num_entries, ASSAY_VLP_NV_ENTRIES);
    if (size > ASSAY_VLP_NV_SIZE)
        say(l, ASSAY_VLP_TOO_LARGE, "%zu bytes, of which tboot reads no more than %d from NV", size,
            ASSAY_VLP_NV_SIZE);
    if (l->policy->trailing.size > 0)
        say(l, ASSAY_VLP_TRAILING, "%zu bytes follow the policy, %s", l->policy->trailing.size,
            assay_bytes_all(l->policy->trailing, 0)      ? "all zeros"
            : assay_bytes_all(l->policy->trailing, 0xff) ? "all ones"
                                                         : "neither zeros nor ones");
}

static bool verifies(const assay_vlp *policy)
{
    for (size_t i = 0; i < policy->num_entries; i++)
        if (policy->entries[i].hash_type == ASSAY_VLP_HASH_IMAGE)
            return true;
    return false;
}

static void lint_header(const linter *l)
{
    lint_alg(l);
    lint_control(l);
    if (l->policy->reserved != 0)
        say(l, ASSAY_VLP_RESERVED, "the header's reserved field is 0x%08x", l->policy->reserved);
    lint_size(l);
    if (l->policy->num_entries == 0)
        say(l, ASSAY_VLP_NO_ENTRIES, "there is no entry, so every module is one too many");
    else if (!verifies(l->policy))
        say(l, ASSAY_VLP_NOTHING_VERIFIED,
            "the policy says which PCRs are extended, and accepts any module");
}

/* An entry. */

static void lint_pcr(const linter *l, const assay_vlp_entry *entry)
{
    if (entry->pcr == 16 || entry->pcr == 23)
        say(l, ASSAY_VLP_PCR_RESETTABLE, "any program can reset PCR %u", entry->pcr);
    else if (entry->pcr < 16)
        say(l, ASSAY_VLP_PCR_STATIC, "PCR %u holds the firmware's measurements", entry->pcr);
}

static void lint_nv_index(const linter *l, const assay_vlp_entry *entry)
{
    const bool nv = assay_vlp_is_nv(entry);

    if (nv && entry->nv_index == 0)
        say(l, ASSAY_VLP_NO_NV_INDEX, "the entry is for an NV index and names none");
    if (!nv && entry->nv_index != 0)
        say(l, ASSAY_VLP_NV_INDEX_UNUSED, "the entry is for a module and names NV index 0x%08x",
            entry->nv_index);
}

static void lint_padding(const linter *l, const assay_vlp_entry *entry)
{
    for (size_t i = 0; i < entry->num_hashes; i++) {
        const assay_bytes hash = assay_vlp_hash(l->policy, entry, i);
        const size_t padding = assay_vlp_stride(l->policy) - hash.size;

        if (!assay_bytes_all(assay_bytes_of(hash.data + hash.size, padding), 0))
            say(l, ASSAY_VLP_PADDING, "%zu bytes that are not zero follow digest %zu", padding, i);
    }
}

static void lint_hash(const linter *l, const assay_vlp_entry *entry, size_t index)
{
    for (size_t i = 0; i < index; i++)
        if (assay_bytes_equal(assay_vlp_hash(l->policy, entry, i),
                              assay_vlp_hash(l->policy, entry, index))) {
            say(l, ASSAY_VLP_HASH_TWICE, "digest %zu is digest %zu again", index, i);
            return;
        }
}

static void lint_hashes(const linter *l, const assay_vlp_entry *entry)
{
    if (entry->hash_type == ASSAY_VLP_HASH_IMAGE && entry->num_hashes == 0)
        say(l, ASSAY_VLP_NO_HASHES, "an entry of hash type image without digests never matches");
    if (entry->hash_type == ASSAY_VLP_HASH_ANY && entry->num_hashes > 0)
        say(l, ASSAY_VLP_HASHES_UNUSED, "the hash type is any, so its %u digest%s decide%s nothing",
            entry->num_hashes, entry->num_hashes == 1 ? "" : "s",
            entry->num_hashes == 1 ? "s" : "");
    if (entry->num_hashes > ASSAY_VLP_NV_HASHES)
        say(l, ASSAY_VLP_MANY_HASHES, "%u digests, and tboot's buffer is made for %d an entry",
            entry->num_hashes, ASSAY_VLP_NV_HASHES);
    for (size_t i = 1; i < entry->num_hashes; i++)
        lint_hash(l, entry, i);
    if (l->policy->version == 1)
        lint_padding(l, entry);
}

static bool hides(const assay_vlp *policy, const assay_vlp_entry *earlier,
                  const assay_vlp_entry *later)
{
    return policy->version != 1 && earlier->mod_num == ASSAY_VLP_NUM_ANY &&
           later->mod_num <= ASSAY_VLP_NUM_MAX;
}

/* tboot takes the first that matches; NV entries are all looked at. */
static void lint_order(const linter *l, const assay_vlp_entry *entry)
{
    for (size_t i = 0; i < l->entry; i++) {
        const assay_vlp_entry *const earlier = &l->policy->entries[i];

        if (hides(l->policy, earlier, entry))
            say(l, ASSAY_VLP_SHADOWED,
                "tboot never comes here: entry %zu before it is for any module", i);
        else if (assay_vlp_same_subject(l->policy, earlier, entry))
            say(l, ASSAY_VLP_NUM_TWICE, "entry %zu is for the same, and %s", i,
                assay_vlp_is_nv(entry) ? "both must match" : "tboot takes the first alone");
        else
            continue;
        return;
    }
}

static void lint_entry(linter *l, size_t position)
{
    const assay_vlp_entry *const entry = &l->policy->entries[position];

    l->entry = position;
    lint_order(l, entry);
    lint_hashes(l, entry);
    if (l->policy->version == 1) {
        if (entry->nv_index != 0)
            say(l, ASSAY_VLP_RESERVED, "the reserved field is 0x%08x", entry->nv_index);
        return;
    }
    lint_pcr(l, entry);
    lint_nv_index(l, entry);
}

void assay_vlp_lint(const assay_vlp *policy, assay_vlp_remark_sink *sink, void *context)
{
    linter l = { policy, sink, context, ASSAY_VLP_NO_ENTRY };

    lint_header(&l);
    for (size_t i = 0; i < policy->num_entries; i++)
        lint_entry(&l, i);
}
