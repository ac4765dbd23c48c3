/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/lcp/jsonreader.h"

#include "base/number.h"

static int read_word_list(const assay_lcp_reader *r, const json_t *array, const char *key,
                          const assay_lcp_word *words, uint32_t max, uint32_t *ret)
{
    uint32_t bits = 0;
    json_t *member;
    size_t i;

    json_array_foreach(array, i, member)
    {
        const uint32_t bit = assay_lcp_word_bit(words, assay_json_text(member));

        if (bit == 0 || bit > max)
            return assay_json_refuse(&r->at, key, "word %zu is none of this field", i);
        bits |= bit;
    }
    *ret = bits;
    return 0;
}

int assay_lcp_read_words(const assay_lcp_reader *r, json_t *object, const char *key,
                         const assay_lcp_word *words, uint32_t max, uint32_t *ret, bool *ret_given)
{
    const json_t *const value = json_object_get(object, key);
    uint64_t number = *ret;

    if (ret_given != NULL)
        *ret_given = value != NULL;
    if (value == NULL)
        return 0;
    if (json_is_array(value))
        return read_word_list(r, value, key, words, max, ret);
    const int status = assay_json_read_number(&r->at, object, key, max, &number, NULL);
    if (status == 0)
        *ret = (uint32_t)number;
    return status;
}

bool assay_lcp_alg_of(assay_bytes name, uint16_t *ret_alg)
{
    const assay_alg *const alg = assay_alg_by_name(name);
    uint64_t number;

    if (alg == NULL && (name.size <= 2 || !assay_number_read(name, UINT16_MAX, &number)))
        return false;
    *ret_alg = alg != NULL ? alg->id : (uint16_t)number;
    return true;
}

int assay_lcp_read_alg(const assay_lcp_reader *r, json_t *object, const char *key, uint16_t *ret)
{
    const json_t *const value = json_object_get(object, key);

    if (value == NULL || assay_lcp_alg_of(assay_json_text(value), ret))
        return 0;
    return assay_json_refuse(&r->at, key, "this names no hash algorithm, such as \"sha256\"");
}
