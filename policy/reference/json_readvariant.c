/* SPDX-License-Identifier: BSD-2-Clause */
/* Inputs, components, variants and signatures of a reference's JSON. */
#include "base/base64.h"
#include "base/number.h"
#include "policy/reference/json_private.h"

#include <stdio.h>

/* Inputs. */

int assay_reference_read_input(assay_reference_reading *r, json_t *object, void *into)
{
    static const char *const keys[] = { "name", "kind", "size", "sha256", "variants", NULL };
    assay_reference_input *const input = into;
    assay_bytes sha256 = ASSAY_NO_BYTES;
    int status = assay_json_check_keys(&r->at, object, keys);

    if (status == 0)
        status = assay_reference_read_text(r, object, "name", &input->name);
    if (status == 0)
        status = assay_reference_read_text(r, object, "kind", &input->kind);
    if (status == 0 && (input->name == NULL || input->kind == NULL))
        status = assay_json_refuse(&r->at, input->name == NULL ? "name" : "kind", "is missing");
    if (status == 0)
        status = assay_reference_read_number(r, object, "size", (uint64_t)1 << 53, &input->size);
    if (status == 0)
        status = assay_reference_read_bytes(r, json_object_get(object, "sha256"), "sha256",
                                            sizeof input->sha256, &sha256);
    if (status == 0)
        status = assay_reference_read_set(r, object, &input->variants);
    if (status == 0)
        memcpy(input->sha256, sha256.data, sizeof input->sha256);
    return status;
}

/* Components. */

static const char *role_name(unsigned role)
{
    return assay_part_name((enum assay_part)role);
}

int assay_reference_read_component(assay_reference_reading *r, json_t *object, void *into)
{
    static const char *const keys[] = { "id",      "role",           "index",  "name",
                                        "version", "version_scheme", "vendor", NULL };
    assay_reference_component *const component = into;
    unsigned role = 0;
    uint64_t index = 0;
    int status = assay_json_check_keys(&r->at, object, keys);

    if (status == 0)
        status = assay_reference_read_word(r, object, "role", role_name, ASSAY_PARTS, &role);
    if (status == 0)
        status = assay_reference_read_number(r, object, "index", UINT32_MAX, &index);
    if (status == 0)
        status = assay_reference_read_texts(r, object, assay_reference_component_texts, component);
    if (status == 0 && component->name == NULL)
        status = assay_json_refuse(&r->at, "name", "is missing");
    component->role = (enum assay_part)role;
    component->index = (uint32_t)index;
    return status;
}

static int read_id(assay_reference_reading *r, const json_t *object, const char *id, size_t place)
{
    if (!assay_json_is_word(json_object_get(object, "id"), id))
        return assay_json_refuse(&r->at, "id", "this component is called \"%s\"", id);
    return json_object_set_new(r->components, id, json_integer((json_int_t)place)) == 0
               ? 0
               : assay_reference_no_memory(r);
}

int assay_reference_read_ids(assay_reference_reading *r, const json_t *root)
{
    const json_t *const array = json_object_get(root, "components");
    assay_arena arena = { NULL };
    const char **const ids = assay_reference_component_ids(r->reference, &arena);
    int status = 0;

    if (ids == NULL) {
        assay_arena_free(&arena);
        return assay_reference_no_memory(r);
    }
    const size_t above = assay_json_enter(&r->at, "components");
    for (size_t i = 0; i < r->reference->component_count && status == 0; i++) {
        const size_t before = assay_json_enter_index(&r->at, i);

        status = read_id(r, json_array_get(array, i), ids[i], i);
        assay_json_leave(&r->at, before);
    }
    assay_json_leave(&r->at, above);
    assay_arena_free(&arena);
    return status;
}

/* Variants. */

/* The number of a PCR, as it is written. */
static int read_pcr(const assay_reference_reading *r, const char *key, unsigned *ret_pcr)
{
    uint64_t pcr = ASSAY_PCRS;
    char written[12];

    assay_digits_read(assay_bytes_of_string(key), 10, ASSAY_PCRS - 1, &pcr);
    snprintf(written, sizeof written, "%u", (unsigned)pcr);
    if (pcr == ASSAY_PCRS || strcmp(written, key) != 0)
        return assay_json_refuse(&r->at, NULL, "a PCR is called by its number, 0 to 23");
    *ret_pcr = (unsigned)pcr;
    return 0;
}

static int read_bank(assay_reference_reading *r, json_t *object, assay_pcr_bank *bank)
{
    const char *key;
    json_t *value;

    if (!json_is_object(object))
        return assay_json_refuse(&r->at, NULL, "this is no object");
    json_object_foreach(object, key, value)
    {
        unsigned pcr = 0;
        assay_bytes digest = ASSAY_NO_BYTES;
        assay_writer room;
        int status = read_pcr(r, key, &pcr);

        if (status == 0)
            status = assay_reference_read_bytes(r, value, key, bank->size, &digest);
        if (status < 0)
            return status;
        room = assay_writer_lent(bank->value[pcr], sizeof bank->value[pcr]);
        assay_put(&room, digest);
        bank->present |= (assay_pcr_set)1 << pcr;
    }
    return 0;
}

static int read_values(assay_reference_reading *r, const json_t *object, assay_pcrs *values)
{
    json_t *const member = json_object_get(object, "values");
    const size_t above = assay_json_enter(&r->at, "values");
    const char *key;
    json_t *value;

    if (!json_is_object(member))
        return assay_json_refuse(&r->at, NULL, "this is no object");
    json_object_foreach(member, key, value)
    {
        uint16_t alg;
        int status = assay_reference_read_alg(r, key, &alg);
        assay_pcr_bank *const bank = status < 0 ? NULL : assay_pcrs_add_bank(values, alg);

        if (status == 0 && bank == NULL)
            status = assay_json_refuse(&r->at, key, "its values can't be held here");
        const size_t before = assay_json_enter(&r->at, status < 0 ? "" : key);
        if (status == 0 && bank != NULL)
            status = read_bank(r, value, bank);
        if (status < 0)
            return status;
        assay_json_leave(&r->at, before);
    }
    assay_json_leave(&r->at, above);
    return 0;
}

/* One set has one text: others would be bytes that the signature of these is good for, too. */
static int read_set(const assay_reference_reading *r, const json_t *value, const char *key,
                    assay_pcr_set *ret_set)
{
    char text[ASSAY_PCR_SET_TEXT];
    assay_pcr_set set;

    if (!json_is_string(value) || !assay_pcr_set_parse(json_string_value(value), &set) || set == 0)
        return assay_json_refuse(&r->at, key, "this is no list of PCRs, \"0-7,14\"");
    if (strcmp(json_string_value(value), assay_pcr_set_text(set, text)) != 0)
        return assay_json_refuse(&r->at, key, "these PCRs are written \"%s\"", text);
    *ret_set = set;
    return 0;
}

/* The PCRs of one word, of which none had a word before. */
static int read_known(const assay_reference_reading *r, const json_t *words,
                      enum assay_confidence confidence, assay_pcr_set *left,
                      uint8_t ret_confidence[ASSAY_PCRS])
{
    const char *const word = assay_confidence_name(confidence);
    const json_t *const value = json_object_get(words, word);
    assay_pcr_set set = 0;

    if (value == NULL)
        return 0;
    const int status = read_set(r, value, word, &set);
    if (status < 0)
        return status;
    if ((set & ~*left) != 0)
        return assay_json_refuse(&r->at, word, "of a PCR that has no value, or is known otherwise");
    *left &= ~set;
    for (unsigned pcr = 0; pcr < ASSAY_PCRS; pcr++)
        if (assay_pcr_set_has(set, pcr))
            ret_confidence[pcr] = (uint8_t)confidence;
    return 0;
}

static int read_bank_confidence(assay_reference_reading *r, json_t *words,
                                const assay_pcr_bank *bank, uint8_t ret_confidence[ASSAY_PCRS])
{
    const char *keys[ASSAY_CONFIDENCES + 1] = { NULL };
    assay_pcr_set left = bank->present;
    int status = 0;

    for (unsigned i = 0; i < ASSAY_CONFIDENCES; i++)
        keys[i] = assay_confidence_name((enum assay_confidence)i);
    if (words != NULL)
        status = assay_json_check_keys(&r->at, words, keys);
    for (unsigned i = 0; i < ASSAY_CONFIDENCES && status == 0; i++)
        status = read_known(r, words, (enum assay_confidence)i, &left, ret_confidence);
    if (status == 0 && left != 0)
        status = assay_json_refuse(&r->at, NULL, "it isn't said how the value of a PCR is known");
    return status;
}

static int read_confidence(assay_reference_reading *r, const json_t *object,
                           assay_reference_variant *variant)
{
    json_t *const member = json_object_get(object, "confidence");
    const size_t above = assay_json_enter(&r->at, "confidence");
    const char *keys[ASSAY_ALGS + 1] = { NULL };
    int status = 0;

    for (size_t i = 0; i < variant->values.bank_count; i++)
        keys[i] = assay_alg_find(variant->values.banks[i].alg)->name;
    if (member != NULL)
        status = assay_json_check_keys(&r->at, member, keys);
    for (size_t i = 0; i < variant->values.bank_count && status == 0; i++) {
        const size_t before = assay_json_enter(&r->at, keys[i]);

        status = read_bank_confidence(r, json_object_get(member, keys[i]),
                                      &variant->values.banks[i], variant->confidence[i]);
        assay_json_leave(&r->at, before);
    }
    assay_json_leave(&r->at, above);
    return status;
}

/* Of which PCRs the variant is, where it isn't of all. */
static int read_only(const assay_reference_reading *r, const json_t *object,
                     assay_reference_variant *variant)
{
    static const char key[] = "only_pcrs";
    const json_t *const value = json_object_get(object, key);
    assay_pcr_set set = 0;

    if (value == NULL)
        return 0;
    const int status = read_set(r, value, key, &set);
    if (status < 0)
        return status;
    if (set == ASSAY_ALL_PCRS)
        return assay_json_refuse(&r->at, key, "a variant of all PCRs doesn't say so");
    for (size_t i = 0; i < variant->values.bank_count; i++)
        if ((variant->values.banks[i].present & ~set) != 0)
            return assay_json_refuse(&r->at, key, "it has a value of another PCR");
    variant->only_pcrs = set;
    return 0;
}

/* The name is no other's of those before it. */
static int read_name(const assay_reference_reading *r, const json_t *object,
                     assay_reference_variant *variant)
{
    const int status = assay_reference_read_text(r, object, "name", &variant->name);

    if (status == 0 && (variant->name == NULL || variant->name[0] == '\0'))
        return assay_json_refuse(&r->at, "name", "is missing");
    for (const assay_reference_variant *other = r->reference->variants;
         status == 0 && other != variant; other++)
        if (strcmp(other->name, variant->name) == 0)
            return assay_json_refuse(&r->at, "name", "another variant has it");
    return status;
}

int assay_reference_read_variant(assay_reference_reading *r, json_t *object, void *into)
{
    static const char *const keys[] = { "name",   "only_pcrs",  "measurement_registers",
                                        "values", "confidence", NULL };
    assay_reference_variant *const variant = into;
    int status = assay_json_check_keys(&r->at, object, keys);

    if (status == 0)
        status = read_name(r, object, variant);
    if (status == 0)
        status = assay_reference_read_bool(r, object, "measurement_registers",
                                           &variant->values.measurement_registers);
    if (status == 0)
        status = read_values(r, object, &variant->values);
    if (status == 0)
        status = read_only(r, object, variant);
    return status == 0 ? read_confidence(r, object, variant) : status;
}

/* Signatures. */

static int read_value(const assay_reference_reading *r, const json_t *object,
                      assay_reference_signature *signature)
{
    const assay_bytes text = assay_json_text(json_object_get(object, "value"));
    uint8_t value[ASSAY_REFERENCE_SIGNATURE_MAX];
    assay_writer writer = assay_writer_lent(value, sizeof value);

    if (text.size == 0 || !assay_put_unbase64(&writer, text) || writer.failure != 0)
        return assay_json_refuse(&r->at, "value", "this is no signature in base64");
    return assay_arena_keep(&r->reference->arena, assay_written(&writer), &signature->value)
               ? 0
               : assay_reference_no_memory(r);
}

int assay_reference_read_signature(assay_reference_reading *r, json_t *object, void *into)
{
    static const char *const keys[] = { "algorithm", "key_id", "value", NULL };
    assay_reference_signature *const signature = into;
    assay_bytes id = ASSAY_NO_BYTES;
    int status = assay_json_check_keys(&r->at, object, keys);

    if (status == 0)
        status = assay_reference_read_text(r, object, "algorithm", &signature->algorithm);
    if (status == 0 && signature->algorithm == NULL)
        status = assay_json_refuse(&r->at, "algorithm", "is missing");
    if (status == 0)
        status = assay_reference_read_bytes(r, json_object_get(object, "key_id"), "key_id",
                                            sizeof signature->key_id, &id);
    if (status < 0)
        return status;
    assay_writer key_id = assay_writer_lent(signature->key_id, sizeof signature->key_id);
    assay_put(&key_id, id);
    return read_value(r, object, signature);
}
