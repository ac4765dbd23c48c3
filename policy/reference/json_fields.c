/* SPDX-License-Identifier: BSD-2-Clause */
/* Fields of a reference's JSON, as its readers take them. */
#include "base/hex.h"
#include "base/number.h"
#include "base/utf8.h"
#include "policy/reference/json_private.h"

int assay_reference_no_memory(const assay_reference_reading *r)
{
    return assay_fail(r->at.error, ASSAY_NO_MEMORY, ASSAY_NOWHERE,
                      "no memory to read the reference");
}

int assay_reference_read_text(const assay_reference_reading *r, const json_t *object,
                              const char *key, const char **ret)
{
    const json_t *const value = json_object_get(object, key);

    if (value == NULL)
        return 0;
    if (!json_is_string(value))
        return assay_json_refuse(&r->at, key, "this is no text");
    if (!assay_utf8_is_printable(assay_json_text(value)))
        return assay_json_refuse(&r->at, key, "it has characters that can't be shown as they are");
    char *const copy = assay_arena_text(&r->reference->arena, assay_json_text(value));
    if (copy == NULL)
        return assay_reference_no_memory(r);
    *ret = copy;
    return 0;
}

int assay_reference_read_texts(const assay_reference_reading *r, const json_t *object,
                               const assay_reference_text *rows, void *into)
{
    int status = 0;

    for (; rows->key != NULL && status == 0; rows++) {
        const char *text = NULL;

        status = assay_reference_read_text(r, object, rows->key, &text);
        if (text != NULL)
            memcpy((char *)into + rows->offset, &text, sizeof text);
    }
    return status;
}

int assay_reference_read_bool(const assay_reference_reading *r, const json_t *object,
                              const char *key, bool *ret)
{
    const json_t *const value = json_object_get(object, key);

    if (value != NULL && !json_is_boolean(value))
        return assay_json_refuse(&r->at, key, "this is neither true nor false");
    *ret = json_is_true(value);
    return 0;
}

int assay_reference_read_number(const assay_reference_reading *r, const json_t *object,
                                const char *key, uint64_t max, uint64_t *ret)
{
    const json_t *const value = json_object_get(object, key);

    if (value != NULL && !json_is_integer(value))
        return assay_json_refuse(&r->at, key, "this is no whole number");
    return assay_json_read_number(&r->at, object, key, max, ret, NULL);
}

int assay_reference_read_bytes(const assay_reference_reading *r, const json_t *value,
                               const char *key, size_t size, assay_bytes *ret)
{
    const assay_bytes text = assay_json_text(value);
    const size_t digits = text.size;

    if (!json_is_string(value) || digits % 2 != 0)
        return assay_json_refuse(&r->at, key, "these are no bytes in hexadecimal");
    if (size != 0 && digits / 2 != size)
        return assay_json_refuse(&r->at, key, "%zu bytes, and %zu are wanted", digits / 2, size);
    uint8_t *const bytes = assay_arena_room(&r->reference->arena, digits / 2 + 1);
    if (bytes == NULL)
        return assay_reference_no_memory(r);
    if (!assay_hex_decode(text, bytes, digits / 2))
        return assay_json_refuse(&r->at, key, "these are no bytes in hexadecimal");
    if (!assay_reference_is_lower(text))
        return assay_json_refuse(&r->at, key, "hexadecimal is in lower case here");
    *ret = assay_bytes_of(bytes, digits / 2);
    return 0;
}

int assay_reference_read_alg(const assay_reference_reading *r, const char *name, uint16_t *ret)
{
    const assay_alg *const alg = assay_alg_by_name(assay_bytes_of_string(name));
    char written[ASSAY_ALG_NUMBER_SIZE];
    uint64_t number = alg != NULL ? alg->id : 0;

    if (alg == NULL)
        assay_number_read(assay_bytes_of_string(name), UINT16_MAX, &number);
    if (number == 0 || strcmp(assay_alg_name((uint16_t)number, written), name) != 0)
        return assay_json_refuse(&r->at, NULL,
                                 "an algorithm is called otherwise: \"sha256\", or \"0x0055\" "
                                 "where it has no name here");
    *ret = (uint16_t)number;
    return 0;
}

int assay_reference_read_word(const assay_reference_reading *r, const json_t *object,
                              const char *key, const char *(*name_of)(unsigned), unsigned count,
                              unsigned *ret)
{
    const json_t *const value = json_object_get(object, key);

    if (value == NULL)
        return assay_json_refuse(&r->at, key, "is missing");
    for (unsigned i = 0; i < count; i++)
        if (assay_json_is_word(value, name_of(i))) {
            *ret = i;
            return 0;
        }
    return assay_json_refuse(&r->at, key, "there is no such word");
}

static const char *stage_name(unsigned stage)
{
    return assay_stage_name((enum assay_stage)stage);
}

int assay_reference_read_stage(const assay_reference_reading *r, const json_t *object,
                               enum assay_stage *ret)
{
    unsigned stage = 0;
    const int status =
        assay_reference_read_word(r, object, "stage", stage_name, ASSAY_STAGES, &stage);

    *ret = (enum assay_stage)stage;
    return status;
}

static int read_member(const assay_reference_reading *r, const json_t *name, size_t index,
                       assay_variant_set *set)
{
    const char *const text = json_string_value(name);
    const size_t at =
        text == NULL ? r->reference->variant_count : assay_reference_find(r->reference, text);

    if (at == r->reference->variant_count)
        return assay_json_refuse(&r->at, "variants", "name %zu is no variant's", index);
    if ((*set >> at & 1) != 0)
        return assay_json_refuse(&r->at, "variants", "name %zu stands there twice", index);
    *set |= (assay_variant_set)1 << at;
    return 0;
}

int assay_reference_read_set(const assay_reference_reading *r, const json_t *object,
                             assay_variant_set *ret)
{
    const json_t *const array = json_object_get(object, "variants");
    const json_t *name;
    int status = 0;
    size_t i;

    *ret = array == NULL ? assay_reference_all(r->reference) : 0;
    if (array != NULL && !json_is_array(array))
        return assay_json_refuse(&r->at, "variants", "this is no array");
    json_array_foreach(array, i, name)
    {
        status = read_member(r, name, i, ret);
        if (status < 0)
            return status;
    }
    return 0;
}

int assay_reference_read_array(assay_reference_reading *r, const json_t *object, const char *key,
                               size_t most, size_t size, void *ret_array, size_t *ret_count,
                               int (*read)(assay_reference_reading *r, json_t *element, void *into))
{
    const json_t *const array = json_object_get(object, key);
    const size_t count = json_array_size(array);
    int status = 0;

    if (array == NULL)
        return 0;
    if (!json_is_array(array))
        return assay_json_refuse(&r->at, key, "this is no array");
    if (count > most)
        return assay_json_refuse_as(&r->at, ASSAY_TOO_LARGE, key, "%zu, and at most %zu may be",
                                    count, most);
    uint8_t *const room = assay_arena_array(&r->reference->arena, count, size);
    if (room == NULL)
        return assay_reference_no_memory(r);
    memcpy(ret_array, &room, sizeof room);
    *ret_count = count;
    const size_t above = assay_json_enter(&r->at, key);
    for (size_t i = 0; i < count && status == 0; i++) {
        const size_t before = assay_json_enter_index(&r->at, i);

        status = read(r, json_array_get(array, i), room + i * size);
        assay_json_leave(&r->at, before);
    }
    assay_json_leave(&r->at, above);
    return status;
}
