/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/lcp/emit.h"

#include "policy/lcp/pcrinfo.h"
#include "policy/lcp/uuid.h"
#include "policy/lcp/vlpjson.h"
#include "policy/lcp/words.h"

#include <stdio.h>
#include <stdlib.h>

static void emit_type(assay_output *out, uint8_t type)
{
    if (type == ASSAY_LCP_TYPE_LIST || type == ASSAY_LCP_TYPE_ANY)
        assay_emit_string(out, "type", type == ASSAY_LCP_TYPE_LIST ? "list" : "any");
    else
        assay_emit_u64(out, "type", type);
}

static void emit_counters(assay_output *out, const assay_lcp_policy *policy,
                          const assay_lcp_field *field)
{
    assay_emit_array(out, field->key);
    for (size_t i = 0; i < field->count; i++)
        assay_emit_u64(out, NULL, assay_lcp_field_get(policy, field, i));
    assay_emit_end(out);
}

/* The fields that aren't plain numbers. */
static bool emit_special(assay_output *out, const assay_lcp_policy *policy,
                         const assay_lcp_field *field)
{
    if (strcmp(field->key, "version") == 0)
        assay_emit_string(out, field->key, assay_lcp_policy_version_name(policy->version));
    else if (strcmp(field->key, "hash_alg") == 0)
        assay_emit_alg(out, field->key, policy->hash_alg);
    else if (strcmp(field->key, "type") == 0)
        emit_type(out, policy->policy_type);
    else if (strcmp(field->key, "policy_control") == 0)
        assay_lcp_emit_words(out, field->key, assay_lcp_policy_control_words,
                             policy->policy_control);
    else if (strcmp(field->key, "lcp_hash_alg_mask") == 0)
        assay_lcp_emit_words(out, field->key, assay_lcp_hash_mask_words, policy->lcp_hash_alg_mask);
    else if (strcmp(field->key, "lcp_sign_alg_mask") == 0)
        assay_lcp_emit_words(out, field->key, assay_lcp_sign_mask_words, policy->lcp_sign_alg_mask);
    else if (strcmp(field->key, "aux_hash_alg_mask") == 0)
        assay_lcp_emit_words(out, field->key, assay_lcp_hash_mask_words, policy->aux_hash_alg_mask);
    else if (field->size == 0)
        assay_emit_hex(out, field->key,
                       assay_bytes_of(policy->policy_hash.value, policy->policy_hash.size));
    else
        return false;
    return true;
}

static bool is_reserved(const assay_lcp_field *field)
{
    return strncmp(field->key, "reserved", 8) == 0;
}

void assay_lcp_policy_emit(assay_output *out, const char *key, const assay_lcp_policy *policy)
{
    const assay_lcp_field *field;

    assay_emit_object(out, key);
    for (size_t i = 0; (field = assay_lcp_policy_field(policy->version, i)) != NULL; i++) {
        if (emit_special(out, policy, field))
            continue;
        if (field->count > 1)
            emit_counters(out, policy, field);
        else if (!is_reserved(field) || assay_lcp_field_get(policy, field, 0) != 0)
            assay_emit_u64(out, field->key, assay_lcp_field_get(policy, field, 0));
    }
    assay_emit_end(out);
}

static void emit_digests(assay_output *out, const assay_lcp_element *element)
{
    assay_emit_alg(out, "hash_alg", element->hash_alg);
    if (element->fallback.data != NULL)
        assay_emit_hex(out, "fallback", element->fallback);
    assay_emit_array(out, "digests");
    for (size_t i = 0; i < element->count; i++)
        assay_emit_hex(out, NULL, assay_lcp_element_digest(element, i));
    assay_emit_end(out);
}

static void emit_info(assay_output *out, uint32_t type, const assay_lcp_pcr_info *info)
{
    assay_emit_object(out, NULL);
    assay_emit_alg(out, "bank", info->bank);
    assay_emit_array(out, "pcrs");
    for (unsigned i = 0; i < 32; i++)
        if ((info->pcrs >> i & 1) != 0)
            assay_emit_u64(out, NULL, i);
    assay_emit_end(out);
    if (info->select_size != assay_lcp_select_usual(type, info->pcrs))
        assay_emit_u64(out, "select_size", info->select_size);
    if (type == ASSAY_LCP_PCONF)
        assay_emit_u64(out, "locality", info->locality);
    assay_emit_hex(out, "digest", info->digest);
    assay_emit_end(out);
}

static void emit_infos(assay_output *out, const assay_lcp_element *element)
{
    assay_cursor cursor = assay_cursor_of(element->infos);
    assay_lcp_pcr_info info;

    assay_emit_alg(out, "hash_alg", element->hash_alg);
    assay_emit_array(out, "pcr_infos");
    while (assay_lcp_pcr_info_next(element, &cursor, &info))
        emit_info(out, element->type, &info);
    assay_emit_end(out);
}

/* tboot's own policy, where its document says all of its bytes. */
static bool emit_vlp(assay_output *out, const assay_lcp_element *element)
{
    assay_vlp *const vlp = malloc(sizeof *vlp);
    const bool whole = vlp != NULL && assay_vlp_read(vlp, element->data, NULL) == 0 &&
                       vlp->version == 2 && vlp->reserved == 0 && vlp->trailing.size == 0;

    if (whole) {
        assay_emit_object(out, "vlp");
        assay_vlp_emit(out, vlp);
        assay_emit_end(out);
    }
    free(vlp);
    return whole;
}

static void emit_custom(assay_output *out, const assay_lcp_element *element)
{
    char text[ASSAY_GUID_TEXT];

    assay_lcp_uuid_format(&element->uuid, text);
    assay_emit_string(out, "uuid", text);
    if (assay_lcp_uuid_name(&element->uuid) != NULL)
        assay_emit_string(out, "uuid_name", assay_lcp_uuid_name(&element->uuid));
    if (!assay_guid_equal(&element->uuid, &assay_lcp_uuid_tboot) || !emit_vlp(out, element))
        assay_emit_hex(out, "data", element->data);
}

static void emit_body(assay_output *out, const assay_lcp_element *element)
{
    switch (element->type) {
    case ASSAY_LCP_MLE:
    case ASSAY_LCP_MLE2:
        assay_emit_u64(out, "sinit_min_version", element->sinit_min_version);
        emit_digests(out, element);
        break;
    case ASSAY_LCP_SBIOS:
    case ASSAY_LCP_SBIOS2:
    case ASSAY_LCP_STM2:
        emit_digests(out, element);
        break;
    case ASSAY_LCP_PCONF:
    case ASSAY_LCP_PCONF2:
        emit_infos(out, element);
        break;
    case ASSAY_LCP_CUSTOM:
    case ASSAY_LCP_CUSTOM2:
        emit_custom(out, element);
        break;
    default:
        assay_emit_hex(out, "data", element->data);
    }
}

void assay_lcp_element_emit(assay_output *out, const char *key, const assay_lcp_element *element)
{
    const char *const name = assay_lcp_element_name(element->type);

    assay_emit_object(out, key);
    if (name != NULL)
        assay_emit_string(out, "type", name);
    else
        assay_emit_u64(out, "type", element->type);
    assay_lcp_emit_words(out, "control", assay_lcp_element_control_words, element->control);
    emit_body(out, element);
    if (element->reserved != 0)
        assay_emit_u64(out, "reserved", element->reserved);
    if (element->padding.size > 0)
        assay_emit_hex(out, "padding", element->padding);
    assay_emit_end(out);
}

static const char *key_name(uint16_t alg)
{
    switch (alg) {
    case ASSAY_ALG_RSA:
        return "rsa";
    case ASSAY_ALG_ECC:
        return "ecc";
    case ASSAY_ALG_LMS:
        return "lms";
    default:
        return "mldsa";
    }
}

static void emit_key(assay_output *out, const assay_lcp_signature *signature)
{
    assay_emit_object(out, "key");
    assay_emit_string(out, "alg", key_name(signature->key_alg));
    assay_emit_u64(out, "bits", signature->key_bits);
    if (signature->key_alg == ASSAY_ALG_RSA)
        assay_emit_u64(out, "exponent", signature->exponent);
    assay_emit_hex(out, "value", signature->key);
    assay_emit_end(out);
}

static int emit_signature(assay_output *out, const assay_lcp_list *list, assay_hash *sha256)
{
    const assay_lcp_signature *const signature = &list->signature;
    uint8_t digest[ASSAY_DIGEST_MAX];

    if (!list->is_signed) {
        assay_emit_null(out, "signature");
        return 0;
    }
    const int status = assay_hash_parts(sha256, &list->signed_data, 1, digest);
    assay_emit_object(out, "signature");
    assay_emit_string(out, "scheme", assay_lcp_scheme_find(signature->scheme)->name);
    if (signature->hash_alg == ASSAY_ALG_NULL)
        assay_emit_null(out, "hash_alg");
    else
        assay_emit_alg(out, "hash_alg", signature->hash_alg);
    emit_key(out, signature);
    assay_emit_hex(out, "value", signature->value);
    if (status == 0)
        assay_emit_hex(out, "signed_sha256", assay_bytes_of(digest, assay_hash_size(sha256)));
    assay_emit_end(out);
    return status;
}

int assay_lcp_list_emit(assay_output *out, const char *key, const assay_lcp_list *list,
                        assay_hash *sha256)
{
    assay_cursor cursor = assay_lcp_list_elements(list);
    assay_lcp_element element;

    assay_emit_object(out, key);
    assay_emit_string(out, "version", assay_lcp_list_version_name(list->version));
    if (list->is_signed)
        assay_emit_u64(out, "revocation_counter", list->revocation_counter);
    if (list->reserved != 0)
        assay_emit_u64(out, "reserved", list->reserved);
    assay_emit_array(out, "elements");
    while (assay_lcp_element_next(&cursor, list->offset, &element, NULL) > 0)
        assay_lcp_element_emit(out, NULL, &element);
    assay_emit_end(out);
    const int status = emit_signature(out, list, sha256);
    assay_emit_end(out);
    return status;
}

int assay_lcp_data_emit(assay_output *out, const assay_lcp_data *data, assay_hash *sha256)
{
    int status = 0;

    if (data->reserved != 0 || data->after.size > 0) {
        assay_emit_object(out, "data");
        if (data->reserved != 0)
            assay_emit_u64(out, "reserved", data->reserved);
        if (data->after.size > 0)
            assay_emit_hex(out, "after", data->after);
        assay_emit_end(out);
    }
    assay_emit_array(out, "lists");
    for (size_t i = 0; i < data->list_count && status == 0; i++)
        status = assay_lcp_list_emit(out, NULL, &data->lists[i], sha256);
    assay_emit_end(out);
    return status;
}
