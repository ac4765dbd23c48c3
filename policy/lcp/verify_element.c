/* SPDX-License-Identifier: BSD-2-Clause */
/* The rules for elements. */
#include "policy/lcp/uuid.h"
#include "policy/lcp/verify_private.h"
#include "policy/lcp/vlp.h"

#include <stdlib.h>

enum { CONTROL_OFFSET = 8, BODY_OFFSET = ASSAY_LCP_ELEMENT_HEADER };

static lcp_place at(lcp_place place, const assay_lcp_element *element, size_t offset,
                    const char *field)
{
    place.offset = element->offset + offset;
    place.field = field;
    return place;
}

static size_t within(const assay_lcp_element *element, assay_bytes part)
{
    return (size_t)(part.data - element->bytes.data);
}

static bool is_mle(uint32_t type)
{
    return type == ASSAY_LCP_MLE || type == ASSAY_LCP_MLE2;
}

static bool is_custom(uint32_t type)
{
    return type == ASSAY_LCP_CUSTOM || type == ASSAY_LCP_CUSTOM2;
}

static bool is_sbios(uint32_t type)
{
    return type == ASSAY_LCP_SBIOS || type == ASSAY_LCP_SBIOS2;
}

static bool is_pconf(uint32_t type)
{
    return type == ASSAY_LCP_PCONF || type == ASSAY_LCP_PCONF2;
}

static void check_control(lcp_verifier *v, const assay_lcp_list *list,
                          const assay_lcp_element *element, lcp_place place)
{
    const uint32_t known = ASSAY_LCP_ELT_IGNORE_PS | ASSAY_LCP_ELT_STM_REQUIRED;
    const uint32_t control = element->control;

    place = at(place, element, CONTROL_OFFSET, "PolEltControl");
    if ((control & ~known) != 0)
        lcp_find(v, ASSAY_LCP_RULE_ELEMENT_CONTROL, place, "0x%08x", control & ~known);
    if ((control & ASSAY_LCP_ELT_STM_REQUIRED) != 0 && !is_mle(element->type))
        lcp_find(v, ASSAY_LCP_RULE_ELEMENT_STM, place, "type 0x%02x", element->type);
    if ((control & ASSAY_LCP_ELT_IGNORE_PS) != 0 && list != NULL &&
        list->version != ASSAY_LCP_LIST_1_0 && list->version != ASSAY_LCP_LIST_2_0)
        lcp_find(v, ASSAY_LCP_RULE_ELEMENT_IGNORE, place, "a list %u.%u", list->version >> 8,
                 list->version & 0xFFu);
}

/* Where HashAlg stands in a body; PCONF of TPM 1.2 has none. */
static size_t alg_offset(uint32_t type)
{
    return BODY_OFFSET + (type == ASSAY_LCP_MLE2 ? 2 : type == ASSAY_LCP_MLE ? 1 : 0);
}

static void check_alg(lcp_verifier *v, const assay_lcp_list *list, const assay_lcp_element *element,
                      lcp_place place)
{
    const uint16_t bit = assay_lcp_hash_mask(element->hash_alg);
    const bool is_new = assay_lcp_element_is_new(element->type);

    place = at(place, element, alg_offset(element->type), "HashAlg");
    if (list != NULL && list->version >> 8 == 1 && is_new)
        lcp_find(v, ASSAY_LCP_RULE_LIST_STYLE, at(place, element, 4, "Type"), "type 0x%02x",
                 element->type);
    if (bit == 0)
        lcp_find(v, ASSAY_LCP_RULE_ELEMENT_ALG, place, "0x%04x", element->hash_alg);
    if (v->policy == NULL || v->policy->version >> 8 < 3)
        return;
    v->hash_algs_used |= is_new ? bit : 0;
    if (is_new && bit != 0 && (v->policy->lcp_hash_alg_mask & bit) == 0)
        lcp_find(v, ASSAY_LCP_RULE_ELEMENT_MASK, place, "%s, and LcpHashAlgMask is 0x%04x",
                 assay_alg_find(element->hash_alg)->name, v->policy->lcp_hash_alg_mask);
    if (!is_new)
        lcp_find(v, ASSAY_LCP_RULE_LEGACY, at(place, element, 4, "Type"), "type 0x%02x",
                 element->type);
}

/* A value that no hash gives. SBIOS may have anything as its FallbackHash. */
static void check_digest(lcp_verifier *v, const assay_lcp_element *element, assay_bytes digest,
                         lcp_place place, const char *field)
{
    if (digest.size > 0 && assay_bytes_all(digest, digest.data[0]))
        lcp_find(v, ASSAY_LCP_RULE_DIGEST_CONSTANT,
                 at(place, element, within(element, digest), field), "0x%02x throughout",
                 digest.data[0]);
}

/* Entries that are there twice: sorted, they stand side by side. */
static int compare(const void *a, const void *b)
{
    const assay_bytes *const left = a, *const right = b;
    const size_t common = left->size < right->size ? left->size : right->size;
    const int order = common == 0 ? 0 : memcmp(left->data, right->data, common);

    if (order != 0)
        return order;
    if (left->size != right->size)
        return left->size < right->size ? -1 : 1;
    return left->data < right->data ? -1 : left->data > right->data;
}

static void fail_memory(lcp_verifier *v)
{
    if (v->status == 0)
        v->status =
            assay_fail(v->error, ASSAY_NO_MEMORY, ASSAY_NOWHERE, "no memory to verify a policy");
}

/* `base` is where the entries' input begins. */
static void check_twice(lcp_verifier *v, assay_bytes *entries, size_t count,
                        enum assay_lcp_rule rule, lcp_place place, const uint8_t *base,
                        uint64_t base_offset)
{
    qsort(entries, count, sizeof *entries, compare);
    for (size_t i = 1; i < count; i++)
        if (assay_bytes_equal(entries[i - 1], entries[i])) {
            place.offset = base_offset + (uint64_t)(entries[i].data - base);
            lcp_find(v, rule, place, "as at byte %llu",
                     (unsigned long long)(base_offset + (uint64_t)(entries[i - 1].data - base)));
        }
}

static void check_digests(lcp_verifier *v, const assay_lcp_element *element, lcp_place place)
{
    assay_bytes *const entries = malloc((element->count + 1u) * sizeof *entries);

    if (entries == NULL) {
        fail_memory(v);
        return;
    }
    for (size_t i = 0; i < element->count; i++) {
        entries[i] = assay_lcp_element_digest(element, i);
        check_digest(v, element, entries[i], place, "Hashes");
    }
    place.field = "Hashes";
    check_twice(v, entries, element->count, ASSAY_LCP_RULE_ENTRY_TWICE, place, element->bytes.data,
                element->offset);
    free(entries);
}

static void check_info(lcp_verifier *v, const assay_lcp_element *element,
                       const assay_lcp_pcr_info *info, lcp_place place)
{
    const assay_alg *const alg = assay_alg_find(element->hash_alg);

    if (info->pcrs == 0)
        lcp_find(v, ASSAY_LCP_RULE_PCONF_NONE, place, "%s", "");
    if (info->pcrs >> 16 != 0)
        lcp_find(v, ASSAY_LCP_RULE_PCONF_PCR, place, "0x%08x", info->pcrs);
    if (info->select_size != 3 && (element->type != ASSAY_LCP_PCONF || info->select_size != 2))
        lcp_find(v, ASSAY_LCP_RULE_PCONF_SELECT, place, "%u", info->select_size);
    if (assay_lcp_hash_mask(info->bank) == 0)
        lcp_find(v, ASSAY_LCP_RULE_PCONF_BANK, place, "0x%04x", info->bank);
    else if (info->bank != element->hash_alg)
        lcp_find(v, ASSAY_LCP_RULE_PCONF_BANK_OTHER, place, "bank 0x%04x, HashAlg 0x%04x",
                 info->bank, element->hash_alg);
    if (alg != NULL && info->digest.size != alg->size)
        lcp_find(v, ASSAY_LCP_RULE_PCONF_DIGEST, place, "%zu bytes", info->digest.size);
    if (element->type == ASSAY_LCP_PCONF && (info->locality == 0 || info->locality > 0x1F))
        lcp_find(v, ASSAY_LCP_RULE_PCONF_LOCALITY, place, "0x%02x", info->locality);
    check_digest(v, element, info->digest, place, "PCRInfos");
}

static void check_infos(lcp_verifier *v, const assay_lcp_element *element, lcp_place place)
{
    assay_bytes *const entries = malloc((element->count + 1u) * sizeof *entries);
    assay_cursor infos = assay_cursor_of(element->infos);
    size_t start = 0, count = 0;
    assay_lcp_pcr_info info;

    if (entries == NULL) {
        fail_memory(v);
        return;
    }
    for (; count < element->count && assay_lcp_pcr_info_next(element, &infos, &info);
         start = infos.offset) {
        entries[count] = assay_bytes_of(element->infos.data + start, infos.offset - start);
        check_info(v, element, &info,
                   at(place, element, within(element, entries[count]), "PCRInfos"));
        count++;
    }
    place.field = "PCRInfos";
    check_twice(v, entries, count, ASSAY_LCP_RULE_ENTRY_TWICE, place, element->bytes.data,
                element->offset);
    free(entries);
}

static void check_custom(lcp_verifier *v, const assay_lcp_element *element, lcp_place place)
{
    char text[ASSAY_GUID_TEXT];
    assay_vlp vlp;
    assay_error error;

    if (assay_guid_equal(&element->uuid, &assay_lcp_uuid_tboot) &&
        assay_vlp_read(&vlp, element->data, &error) < 0)
        lcp_find(v, ASSAY_LCP_RULE_CUSTOM_VLP,
                 at(place, element, within(element, element->data), "Data"), "%.159s", error.what);
    if (assay_lcp_uuid_name(&element->uuid) != NULL)
        return;
    assay_lcp_uuid_format(&element->uuid, text);
    lcp_find(v, ASSAY_LCP_RULE_CUSTOM_UUID, at(place, element, BODY_OFFSET, "Uuid"), "%s", text);
}

static void check_frame(lcp_verifier *v, const assay_lcp_element *element, lcp_place place)
{
    const assay_bytes padding = element->padding;

    if (padding.size > 3 || (padding.size > 0 && !assay_bytes_all(padding, 0)) ||
        (padding.size > 0 && element->bytes.size % 4 != 0))
        lcp_find(v, ASSAY_LCP_RULE_PADDING, at(place, element, within(element, padding), "Size"),
                 "%zu bytes", padding.size);
    if (element->reserved != 0)
        lcp_find(v, ASSAY_LCP_RULE_RESERVED,
                 at(place, element, assay_lcp_element_reserved_at(element), "Reserved"), "0x%llx",
                 (unsigned long long)element->reserved);
}

void lcp_verify_element(lcp_verifier *v, const assay_lcp_list *list,
                        const assay_lcp_element *element, lcp_place place)
{
    check_control(v, list, element, place);
    check_frame(v, element, place);
    if (assay_lcp_element_name(element->type) == NULL) {
        lcp_find(v, ASSAY_LCP_RULE_ELEMENT_TYPE, at(place, element, 4, "Type"), "0x%08x",
                 element->type);
        return;
    }
    if (is_custom(element->type)) {
        check_custom(v, element, place);
        return;
    }
    check_alg(v, list, element, place);
    if (is_mle(element->type) && element->sinit_min_version >= IMPLAUSIBLE_SINIT)
        lcp_find(v, ASSAY_LCP_RULE_SINIT_IMPLAUSIBLE,
                 at(place, element, BODY_OFFSET, "SINITMinVersion"), "%u",
                 element->sinit_min_version);
    if (is_sbios(element->type) && v->subject->index == ASSAY_LCP_PO)
        lcp_find(v, ASSAY_LCP_RULE_SBIOS_PO, at(place, element, 4, "Type"), "%s", "");
    if (element->count == 0 && !is_sbios(element->type))
        lcp_find(v, ASSAY_LCP_RULE_ELEMENT_EMPTY, at(place, element, 0, "Size"), "%s", "");
    if (is_pconf(element->type))
        check_infos(v, element, place);
    else
        check_digests(v, element, place);
}

void lcp_verify_elements(lcp_verifier *v, const assay_lcp_list *list, lcp_place place)
{
    assay_cursor elements = assay_lcp_list_elements(list);
    assay_lcp_element element;
    size_t count = 0;

    while (assay_lcp_element_next(&elements, 0, &element, NULL) > 0)
        count++;
    assay_bytes *const entries = malloc((count + 1) * sizeof *entries);
    if (entries == NULL) {
        fail_memory(v);
        return;
    }
    elements = assay_lcp_list_elements(list);
    for (size_t i = 0; i < count; i++)
        if (assay_lcp_element_next(&elements, 0, &element, NULL) > 0)
            entries[i] = element.bytes;
    check_twice(v, entries, count, ASSAY_LCP_RULE_ELEMENT_TWICE, place, list->bytes.data,
                list->offset);
    free(entries);
}
