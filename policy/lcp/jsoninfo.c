/* SPDX-License-Identifier: BSD-2-Clause */
/* PCR infos of a policy's document: digests, or values and where they come from. */
#include "policy/lcp/jsonreader.h"
#include "policy/lcp/pcrinfo.h"

#include "base/number.h"

#include <stdlib.h>

static const char *const info_keys[] = { "bank",     "pcrs",        "select", "pcr_values",
                                         "locality", "select_size", "digest", NULL };

static int read_selection(const assay_lcp_reader *r, const json_t *array, const char *key,
                          uint32_t *ret_pcrs)
{
    uint32_t pcrs = 0;
    json_t *member;
    size_t i;

    json_array_foreach(array, i, member)
    {
        const json_int_t pcr = json_integer_value(member);

        if (!json_is_integer(member) || pcr < 0 || pcr > 31)
            return assay_json_refuse(&r->at, key, "member %zu is no number of a PCR", i);
        pcrs |= 1u << pcr;
    }
    *ret_pcrs = pcrs;
    return 0;
}

static int add_value(assay_pcr_bank *bank, assay_bytes name, assay_bytes text)
{
    assay_writer value;
    uint64_t pcr;

    if (!assay_digits_read(name, 10, ASSAY_PCRS - 1, &pcr))
        return -ASSAY_MALFORMED;
    value = assay_writer_lent(bank->value[pcr], bank->size);
    if (!assay_put_decoded(&value, text) || value.written != bank->size)
        return -ASSAY_MALFORMED;
    bank->present |= 1u << pcr;
    return 0;
}

/* {"0": "hex", "7": "hex"} of the info's bank. */
static int read_values(const assay_lcp_reader *r, json_t *object, const assay_lcp_pcr_info *info,
                       assay_pcrs *ret_pcrs)
{
    assay_pcr_bank *const bank = assay_pcrs_add_bank(ret_pcrs, info->bank);
    const char *key;
    json_t *value;

    if (bank == NULL)
        return assay_json_refuse(&r->at, "bank", "its values are of unknown size");
    json_object_foreach(object, key, value)
    {
        if (add_value(bank, assay_bytes_of_string(key), assay_json_text(value)) < 0)
            return assay_json_refuse(&r->at, "pcrs",
                                     "a PCR from 0 to 23 and %u bytes in hexadecimal are wanted",
                                     bank->size);
    }
    return 0;
}

static int read_value_file(const assay_lcp_reader *r, const json_t *value, assay_pcrs *ret_pcrs)
{
    const assay_bytes path = assay_json_text(value);

    if (path.size == 0 || memchr(path.data, 0, path.size) != NULL || r->sources == NULL ||
        r->sources->pcrs == NULL)
        return assay_json_refuse(&r->at, "pcr_values", "no file can be named here");
    return r->sources->pcrs(r->sources->context, (const char *)path.data, ret_pcrs, r->at.error);
}

/* The digest from values: in the document, or in a file of which some are selected. */
static int digest_values(const assay_lcp_reader *r, json_t *object,
                         const assay_lcp_element *element, assay_lcp_pcr_info *info,
                         uint8_t *ret_digest)
{
    json_t *const pcrs = json_object_get(object, "pcrs");
    json_t *const file = json_object_get(object, "pcr_values");
    assay_pcrs *const values = calloc(1, sizeof *values);
    assay_hash *hash = NULL;
    int status;

    if (values == NULL)
        return assay_fail(r->at.error, ASSAY_NO_MEMORY, ASSAY_NOWHERE, "no memory");
    status = json_is_object(pcrs) ? read_values(r, pcrs, info, values)
                                  : read_value_file(r, file, values);
    if (status == 0 && json_is_object(pcrs))
        info->pcrs = assay_pcrs_bank_const(values, info->bank)->present;
    if (status == 0 && info->pcrs == 0)
        status = assay_json_refuse(&r->at, "select", "no PCR is selected");
    if (status == 0 && assay_hashes_get(r->hashes, element->hash_alg, &hash) < 0)
        status = assay_json_refuse(&r->at, "hash_alg", "this hash can't be computed here");
    if (status == 0)
        status = assay_lcp_composite(element->type, info, values, hash, ret_digest, r->at.error);
    if (status == 0)
        info->digest = assay_bytes_of(ret_digest, assay_hash_size(hash));
    free(values);
    return status;
}

static int read_digest(const assay_lcp_reader *r, json_t *object, const assay_lcp_element *element,
                       assay_lcp_pcr_info *info, uint8_t *digest)
{
    assay_writer writer = assay_writer_lent(digest, ASSAY_DIGEST_MAX);
    json_t *const value = json_object_get(object, "digest");

    if (value == NULL)
        return digest_values(r, object, element, info, digest);
    const int status = assay_json_read_hex(&r->at, value, "digest", &writer);
    info->digest = assay_written(&writer);
    if (status == 0 && element->type == ASSAY_LCP_PCONF && info->digest.size != 20)
        return assay_json_refuse(&r->at, "digest", "20 bytes are wanted");
    return status;
}

static int read_numbers(const assay_lcp_reader *r, json_t *object, assay_lcp_pcr_info *info)
{
    uint64_t locality = 0x1f, size = 0;
    int status = assay_json_read_number(&r->at, object, "locality", UINT8_MAX, &locality, NULL);

    if (status == 0)
        status = assay_json_read_number(&r->at, object, "select_size", 4, &size, NULL);
    info->locality = (uint8_t)locality;
    info->select_size = (uint8_t)size;
    return status;
}

static int read_info(const assay_lcp_reader *r, json_t *object, const assay_lcp_element *element,
                     assay_writer *infos)
{
    assay_lcp_pcr_info info = { .bank = element->hash_alg };
    json_t *const pcrs = json_object_get(object, "pcrs");
    json_t *const select = json_object_get(object, "select");
    uint8_t digest[ASSAY_DIGEST_MAX];
    int status = assay_lcp_read_alg(r, object, "bank", &info.bank);

    if (status == 0 && element->type == ASSAY_LCP_PCONF && info.bank != ASSAY_ALG_SHA1)
        status = assay_json_refuse(&r->at, "bank", "a TPM 1.2 has sha1 alone");
    if (status == 0)
        status = read_numbers(r, object, &info);
    if (status == 0 && json_is_array(pcrs))
        status = read_selection(r, pcrs, "pcrs", &info.pcrs);
    else if (status == 0 && json_is_array(select))
        status = read_selection(r, select, "select", &info.pcrs);
    if (status == 0)
        status = read_digest(r, object, element, &info, digest);
    if (info.select_size == 0)
        info.select_size = assay_lcp_select_usual(element->type, info.pcrs);
    if (status == 0 && info.select_size < 4 && info.pcrs >> 8 * info.select_size != 0)
        status = assay_json_refuse(&r->at, "pcrs", "a PCR that select_size has no room for");
    if (status == 0)
        assay_lcp_pcr_info_encode(infos, element->type, &info);
    return status;
}

int assay_lcp_read_infos(assay_lcp_reader *r, json_t *object, assay_lcp_element *element,
                         assay_writer *infos)
{
    json_t *const array = json_object_get(object, "pcr_infos");
    json_t *member;
    size_t i;
    int status = 0;

    if (array == NULL) { /* one, in the element itself */
        element->count = 1;
        status = read_info(r, object, element, infos);
        element->infos = assay_written(infos);
        return status;
    }
    if (!json_is_array(array) || json_array_size(array) > UINT16_MAX)
        return assay_json_refuse(&r->at, "pcr_infos", "this is no array of up to 65535");
    element->count = (uint16_t)json_array_size(array);
    const size_t above = assay_json_enter(&r->at, "pcr_infos");
    json_array_foreach(array, i, member)
    {
        const size_t before = assay_json_enter_index(&r->at, i);

        status = assay_json_check_keys(&r->at, member, info_keys);
        if (status == 0)
            status = read_info(r, member, element, infos);
        if (status < 0)
            return status;
        assay_json_leave(&r->at, before);
    }
    assay_json_leave(&r->at, above);
    element->infos = assay_written(infos);
    return 0;
}
