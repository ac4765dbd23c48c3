/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tpm_policy, read: the tenant's object, the one with a mask, or a body with it as a string. The
 * bank of a value is told by its length, and by the banks that a body has agents quote; of two as
 * long the values of the one stand before those of the other. Lists of several values of one length
 * are of several boots: of the first the first of each, and so on, which is how they are written
 * here. What the lists of another writer mean is not to be known, and a note says so.
 */
#include "policy/export/keylime/keylime.h"

#include "base/hex.h"
#include "base/jsonwalk.h"
#include "base/number.h"
#include "policy/export/imported.h"
#include "replay/pcrvalues.h"

#include <strings.h>

enum {
    BYTES_MAX = 1 << 20,
    VALUES_MAX = ASSAY_VARIANTS_MAX * ASSAY_ALGS * ASSAY_PCRS + 64,
};

static const char mask_key[] = "mask", policy_key[] = "tpm_policy",
                  banks_key[] = "accept_tpm_hash_algs";

typedef struct policy_reading {
    assay_import_job *job;
    assay_json_walk walk;
    assay_reference *reference;
    const assay_alg *bank; /* of the setting, or NULL */
    size_t accepted_count;
    const assay_alg *accepted[ASSAY_ALGS]; /* of a body, in its order */
    json_t *policy;
    size_t variants;
} policy_reading;

/* The value at `index` of what may be a list or a value; NULL beyond the last. */
static const json_t *value_at(const json_t *values, size_t index)
{
    if (json_is_array(values))
        return json_array_get(values, index);
    return index == 0 ? values : NULL;
}

/* How many banks that are accepted have values of so many digits. */
static size_t accepted_of(const policy_reading *reading, size_t digits)
{
    size_t count = 0;

    for (size_t i = 0; i < reading->accepted_count; i++)
        count += digits == (size_t)2 * reading->accepted[i]->size;
    return count;
}

/* The accepted bank `index` of those with values of so many digits. */
static const assay_alg *accepted_at(const policy_reading *reading, size_t digits, size_t index)
{
    for (size_t i = 0; i < reading->accepted_count; i++)
        if (digits == (size_t)2 * reading->accepted[i]->size && index-- == 0)
            return reading->accepted[i];
    return NULL;
}

/* How many of the first `end` values are as long. */
static size_t as_long(const json_t *values, size_t digits, size_t end)
{
    const json_t *value;
    size_t count = 0;

    for (size_t i = 0; i < end && (value = value_at(values, i)) != NULL; i++)
        count += assay_json_text(value).size == digits;
    return count;
}

/* The bank of the value at `index`; NULL when none has such. */
static const assay_alg *bank_at(const policy_reading *reading, const json_t *values, size_t index)
{
    static const uint16_t usual[] = { ASSAY_ALG_SHA1, ASSAY_ALG_SHA256, ASSAY_ALG_SHA384,
                                      ASSAY_ALG_SHA512 };
    const size_t digits = assay_json_text(value_at(values, index)).size;
    const size_t banks = accepted_of(reading, digits), all = as_long(values, digits, SIZE_MAX);

    if (reading->bank != NULL && digits == (size_t)2 * reading->bank->size)
        return reading->bank;
    /* Not as many of each: of one bank alone, the first. */
    if (banks > 0)
        return accepted_at(reading, digits,
                           all % banks == 0 ? as_long(values, digits, index) / (all / banks) : 0);
    for (size_t i = 0; i < sizeof usual / sizeof *usual; i++)
        if (digits == (size_t)2 * assay_alg_find(usual[i])->size)
            return assay_alg_find(usual[i]);
    return NULL;
}

static int read_pcr_number(const policy_reading *reading, const char *key, unsigned *ret_pcr)
{
    uint64_t pcr;

    if (!assay_digits_read(assay_bytes_of_string(key), 10, ASSAY_PCRS - 1, &pcr) ||
        strcmp(assay_pcr_key((unsigned)pcr), key) != 0)
        return assay_json_refuse(&reading->walk, NULL, "'%s' is no PCR from 0 to 23",
                                 assay_json_key_shown(key));
    if (pcr == ASSAY_KEYLIME_IMA_PCR || pcr == ASSAY_KEYLIME_DATA_PCR)
        return assay_json_refuse(&reading->walk, assay_pcr_key((unsigned)pcr),
                                 "Keylime refuses a policy with this PCR, which it uses itself");
    *ret_pcr = (unsigned)pcr;
    return 0;
}

/* Digits may be of either case. */
static bool same_value(const json_t *a, const json_t *b)
{
    return strcasecmp(json_string_value(a), json_string_value(b)) == 0;
}

/* How many values of a bank a list has: one, where it repeats a value that all boots have. */
static size_t count_of(const policy_reading *reading, const json_t *values, const assay_alg *bank)
{
    const json_t *first = NULL;
    bool repeated = true;
    size_t count = 0;

    for (size_t i = 0; value_at(values, i) != NULL; i++) {
        if (bank_at(reading, values, i) != bank)
            continue;
        if (count++ == 0)
            first = value_at(values, i);
        repeated = repeated && same_value(first, value_at(values, i));
    }
    return repeated && count > 0 ? 1 : count;
}

static int check_values(policy_reading *reading, const char *key, const json_t *values)
{
    const json_t *value = value_at(values, 0);

    if (value == NULL)
        return assay_json_refuse(&reading->walk, key, "an empty list, which no boot matches");
    for (size_t i = 0; (value = value_at(values, i)) != NULL; i++) {
        const assay_alg *const bank = bank_at(reading, values, i);
        uint8_t digest[ASSAY_DIGEST_MAX];

        if (bank == NULL || !assay_hex_decode(assay_json_text(value), digest, bank->size))
            return assay_json_refuse(&reading->walk, key,
                                     "value %zu is not as many hexadecimal digits as any bank's "
                                     "values have",
                                     i);
        const size_t count = count_of(reading, values, bank);
        if (count > reading->variants)
            reading->variants = count;
    }
    return 0;
}

/* Each list of a bank has one value for all variants, or one for each. */
static int check_counts(policy_reading *reading, const char *key, const json_t *values)
{
    for (size_t i = 0; value_at(values, i) != NULL; i++) {
        const size_t count = count_of(reading, values, bank_at(reading, values, i));

        if (count != 1 && count != reading->variants)
            return assay_json_refuse_as(&reading->walk, ASSAY_UNSUPPORTED, key,
                                        "%zu values of a bank, and another PCR has %zu: which "
                                        "belong together can't be told",
                                        count, reading->variants);
    }
    return 0;
}

/* A mask has to ask for all PCRs that have values. */
static int check_mask(const policy_reading *reading, assay_pcr_set pcrs)
{
    const json_t *const mask = json_object_get(reading->policy, mask_key);
    uint64_t bits;

    if (mask == NULL)
        return 0;
    if (!json_is_string(mask) || !assay_json_number(mask, UINT32_MAX, &bits))
        return assay_json_refuse(&reading->walk, mask_key, "this is no number in a string");
    if ((pcrs & ~bits) != 0)
        return assay_json_refuse(&reading->walk, mask_key,
                                 "it doesn't ask for PCR %u, which has values",
                                 (unsigned)__builtin_ctz((unsigned)(pcrs & ~bits)));
    return 0;
}

static int check_policy(policy_reading *reading)
{
    assay_pcr_set pcrs = 0;
    const char *key;
    json_t *values;
    int status = 0;

    if (!json_is_object(reading->policy))
        return assay_json_refuse(&reading->walk, NULL, "this is no object");
    for (int pass = 0; pass < 2 && status == 0; pass++)
        json_object_foreach(reading->policy, key, values)
        {
            unsigned pcr = 0;

            if (strcmp(key, mask_key) == 0)
                continue;
            status = read_pcr_number(reading, key, &pcr);
            if (status == 0)
                status = pass == 0 ? check_values(reading, assay_pcr_key(pcr), values)
                                   : check_counts(reading, assay_pcr_key(pcr), values);
            if (status < 0)
                return status;
            pcrs |= (assay_pcr_set)1 << pcr;
        }
    return status < 0 ? status : check_mask(reading, pcrs);
}

/* Filling, of what was checked. */

static void add_value(assay_pcrs *pcrs, const assay_alg *alg, unsigned pcr, assay_bytes digits)
{
    assay_pcr_bank *const bank = assay_pcrs_add_bank(pcrs, alg->id);

    assay_hex_decode(digits, bank->value[pcr], alg->size);
    bank->present |= (assay_pcr_set)1 << pcr;
}

static void fill_pcr(const policy_reading *reading, unsigned pcr, const json_t *values)
{
    size_t seen[ASSAY_ALGS] = { 0 };
    const json_t *value;

    for (size_t i = 0; (value = value_at(values, i)) != NULL; i++) {
        const assay_bytes digits = assay_json_text(value);
        const assay_alg *const alg = bank_at(reading, values, i);

        if (alg == NULL)
            continue;
        const size_t at = seen[assay_alg_index(alg->id)]++;
        const bool of_all = count_of(reading, values, alg) == 1;

        for (size_t v = 0; v < reading->variants; v++)
            if (of_all || v == at)
                add_value(&reading->reference->variants[v].values, alg, pcr, digits);
    }
}

static int add_variants(const policy_reading *reading)
{
    int status = 0;

    for (size_t i = 0; i < reading->variants && status == 0; i++) {
        assay_reference_variant *variant;

        status = assay_import_numbered(reading->job, reading->reference, i, reading->variants,
                                       &variant, reading->walk.error);
    }
    return status;
}

/* Keylime looks a PCR's value up among all of its list, whichever bank the agent quoted. */
static void note_as_long(const policy_reading *reading)
{
    for (size_t i = 0; i < reading->accepted_count && reading->bank == NULL; i++) {
        const assay_alg *const first = reading->accepted[i];
        const assay_alg *const second = accepted_at(reading, (size_t)2 * first->size, 1);

        if (second != NULL && accepted_at(reading, (size_t)2 * first->size, 0) == first)
            assay_import_note_on(reading->job, ASSAY_EXPORT_ADVICE,
                                 "values of %s and %s are as long, and a tpm_policy doesn't say "
                                 "which are of which: they were shared out evenly in this order, "
                                 "or where that can't be, taken for %s alone (--set bank=ALG if "
                                 "all are of one)",
                                 first->name, second->name, first->name);
    }
}

static int fill(const policy_reading *reading)
{
    const char *key;
    json_t *values;
    const int status = add_variants(reading);
    unsigned pcr = 0;

    if (status < 0)
        return status;
    json_object_foreach(reading->policy, key, values)
        if (strcmp(key, mask_key) != 0 && read_pcr_number(reading, key, &pcr) == 0)
            fill_pcr(reading, pcr, values);
    if (reading->variants > 1)
        assay_import_note_on(reading->job, ASSAY_EXPORT_ADVICE,
                             "a tpm_policy doesn't say which values belong together: the first of "
                             "each list were taken for one boot, and so on");
    note_as_long(reading);
    if (reading->bank == NULL && reading->accepted_count == 0)
        assay_import_note_on(reading->job, ASSAY_EXPORT_ADVICE,
                             "a tpm_policy doesn't name banks: values were taken for SHA-1 and "
                             "SHA-2 by their length (--set bank=ALG for another)");
    return 0;
}

static int read_policy(policy_reading *reading)
{
    int status = check_policy(reading);

    if (status == 0 && reading->variants > 0)
        status = fill(reading);
    return status;
}

/* Of a body; names that are of no bank here are of none that a value could be of. */
static int read_accepted(policy_reading *reading, const json_t *names)
{
    if (names != NULL && !json_is_array(names))
        return assay_json_refuse(&reading->walk, banks_key, "this is no array");
    for (size_t i = 0; i < json_array_size(names); i++) {
        const json_t *const name = json_array_get(names, i);
        const assay_alg *const alg = assay_alg_by_name(assay_json_text(name));
        bool known = alg == NULL;

        if (!json_is_string(name))
            return assay_json_refuse(&reading->walk, banks_key, "name %zu is no string", i);

        for (size_t j = 0; j < reading->accepted_count && !known; j++)
            known = reading->accepted[j] == alg;
        if (!known)
            reading->accepted[reading->accepted_count++] = alg;
    }
    return 0;
}

/* The string in a body is a document of its own. */
static int read_body(policy_reading *reading, const json_t *text)
{
    const size_t before = assay_json_enter(&reading->walk, policy_key);
    int status;

    if (!json_is_string(text))
        return assay_json_refuse(&reading->walk, NULL, "this is no string");
    status = assay_json_load_held(&reading->walk, NULL, &reading->policy, assay_json_text(text),
                                  BYTES_MAX, VALUES_MAX);
    if (status < 0)
        return status;
    status = read_policy(reading);
    json_decref(reading->policy);
    assay_json_leave(&reading->walk, before);
    return status;
}

static int read_bank(policy_reading *reading)
{
    const char *const name = assay_import_setting_of(reading->job, "bank");

    reading->bank = name == NULL ? NULL : assay_alg_by_name(assay_bytes_of_string(name));
    if (name != NULL && reading->bank == NULL)
        return assay_fail(reading->walk.error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE,
                          "a bank of the name that the setting gives is unknown");
    return 0;
}

int assay_keylime_read_tpm_policy(assay_import_job *job, assay_reference **ret_reference,
                                  assay_error *error)
{
    policy_reading reading = { .job = job, .walk = { .error = error } };
    json_t *document = NULL;
    assay_bytes text;
    int status = assay_import_one_file(job, &text, error);

    if (status == 0)
        status = read_bank(&reading);
    if (status == 0)
        status = assay_json_load(&document, text, BYTES_MAX, VALUES_MAX, error);
    if (status < 0)
        return status;
    reading.reference = assay_import_begin(job);
    reading.policy = document;
    const json_t *const body = json_object_get(document, policy_key);
    if (body != NULL)
        status = read_accepted(&reading, json_object_get(document, banks_key));
    if (reading.reference != NULL && status == 0)
        status = body != NULL ? read_body(&reading, body) : read_policy(&reading);
    json_decref(document);
    return assay_import_end(reading.reference, status, ret_reference, error);
}
