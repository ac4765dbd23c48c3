/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tpm_policy, read: the tenant's object, the one with a mask, or a body with it as a string. The
 * bank of a value is told by its length. Lists of several values of one length are of several
 * boots: of the first the first of each, and so on, which is how they are written here. What the
 * lists of another writer mean is not to be known, and a note says so.
 */
#include "policy/export/keylime/keylime.h"

#include "base/hex.h"
#include "base/jsonwalk.h"
#include "base/number.h"
#include "policy/export/imported.h"
#include "replay/pcrvalues.h"

enum {
    BYTES_MAX = 1 << 20,
    VALUES_MAX = ASSAY_VARIANTS_MAX * ASSAY_ALGS * ASSAY_PCRS + 64,
};

static const char mask_key[] = "mask", policy_key[] = "tpm_policy";

typedef struct policy_reading {
    assay_import_job *job;
    assay_json_walk walk;
    assay_reference *reference;
    const assay_alg *bank; /* of the setting, or NULL */
    json_t *policy;
    size_t variants;
} policy_reading;

/* The bank of a value of so many digits; NULL when none has such. */
static const assay_alg *bank_of(const policy_reading *reading, assay_bytes digits)
{
    static const uint16_t usual[] = { ASSAY_ALG_SHA1, ASSAY_ALG_SHA256, ASSAY_ALG_SHA384,
                                      ASSAY_ALG_SHA512 };

    if (reading->bank != NULL && digits.size == (size_t)2 * reading->bank->size)
        return reading->bank;
    for (size_t i = 0; i < sizeof usual / sizeof *usual; i++)
        if (digits.size == (size_t)2 * assay_alg_find(usual[i])->size)
            return assay_alg_find(usual[i]);
    return NULL;
}

/* The value at `index` of what may be a list or a value; NULL beyond the last. */
static const json_t *value_at(const json_t *values, size_t index)
{
    if (json_is_array(values))
        return json_array_get(values, index);
    return index == 0 ? values : NULL;
}

static int read_pcr_number(const policy_reading *reading, const char *key, unsigned *ret_pcr)
{
    uint64_t pcr;

    if (!assay_digits_read(assay_bytes_of_string(key), 10, ASSAY_PCRS - 1, &pcr) ||
        strcmp(assay_pcr_key((unsigned)pcr), key) != 0)
        return assay_json_refuse(&reading->walk, NULL, "a key that is no PCR from 0 to 23");
    if (pcr == ASSAY_KEYLIME_IMA_PCR || pcr == ASSAY_KEYLIME_DATA_PCR)
        return assay_json_refuse(&reading->walk, assay_pcr_key((unsigned)pcr),
                                 "Keylime refuses a policy with this PCR, which it uses itself");
    *ret_pcr = (unsigned)pcr;
    return 0;
}

/* How many values of a bank a list has. */
static size_t count_of(const policy_reading *reading, const json_t *values, const assay_alg *bank)
{
    const json_t *value;
    size_t count = 0;

    for (size_t i = 0; (value = value_at(values, i)) != NULL; i++)
        count += bank_of(reading, assay_json_text(value)) == bank;
    return count;
}

static int check_values(policy_reading *reading, const char *key, const json_t *values)
{
    const json_t *value = value_at(values, 0);

    if (value == NULL)
        return assay_json_refuse(&reading->walk, key, "an empty list, which no boot matches");
    for (size_t i = 0; (value = value_at(values, i)) != NULL; i++) {
        const assay_alg *const bank = bank_of(reading, assay_json_text(value));
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
    const json_t *value;

    for (size_t i = 0; (value = value_at(values, i)) != NULL; i++) {
        const size_t count = count_of(reading, values, bank_of(reading, assay_json_text(value)));

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
        const assay_alg *const alg = bank_of(reading, digits);

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
    const assay_bytes base = assay_import_variant_name(reading->job);
    int status = 0;

    if (reading->variants == 1) {
        assay_reference_variant *variant;

        return assay_import_variant(reading->reference, base, &variant, reading->walk.error);
    }
    for (size_t i = 0; i < reading->variants && status == 0; i++) {
        assay_reference_variant *variant;
        char name[300];
        assay_writer writer = assay_writer_lent(name, sizeof name);

        assay_put(&writer, assay_bytes_of(base.data, base.size < 256 ? base.size : 256));
        assay_put_format(&writer, "-%zu", i + 1);
        status = assay_import_variant(reading->reference, assay_written(&writer), &variant,
                                         reading->walk.error);
    }
    return status;
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
    if (reading->bank == NULL)
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

/* The string in a body is a document of its own. */
static int read_body(policy_reading *reading, const json_t *text)
{
    const size_t before = assay_json_enter(&reading->walk, policy_key);
    int status;

    if (!json_is_string(text))
        return assay_json_refuse(&reading->walk, NULL, "this is no string");
    status = assay_json_load(&reading->policy, assay_json_text(text), BYTES_MAX, VALUES_MAX,
                             reading->walk.error);
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
    if (reading.reference != NULL)
        status = body != NULL ? read_body(&reading, body) : read_policy(&reading);
    json_decref(document);
    return assay_import_end(reading.reference, status, ret_reference, error);
}
