/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The configuration of clevis's pin "tpm2" (clevis-encrypt-tpm2(1)), and of "sss"
 * (clevis(1), Shamir's secret sharing) with a threshold of one where a secret is for several boots.
 *
 * Its "pcr_digest" is no digest: the values themselves, one after the other from PCR 0 up, in
 * base64url. The bank is always written, for clevis takes SHA-1's where it isn't.
 */
#include "base/base64.h"
#include "base/jsonwalk.h"
#include "base/number.h"
#include "base/output.h"
#include "policy/export/imported.h"
#include "policy/export/plain/plain.h"
#include "policy/export/tpm/clevis.h"

#include <inttypes.h>

enum {
    CONFIG_MAX = 1 << 20, /* bytes, and values, of a configuration that is read */
    CONFIG_VALUES_MAX = 1 << 12,
    PINS_MAX = ASSAY_VARIANTS_MAX,
};

/* Writing. */

static assay_pcr_set held(const assay_export_job *job, size_t variant, uint16_t bank)
{
    assay_pcr_set set = 0;

    for (unsigned pcr = 0; pcr < ASSAY_PCRS; pcr++)
        if (assay_export_value(job, variant, bank, pcr).data != NULL)
            set |= (assay_pcr_set)1 << pcr;
    return set;
}

static void emit_selection(assay_output *out, assay_pcr_set set)
{
    char text[ASSAY_PCRS * 3];
    assay_writer ids = assay_writer_lent(text, sizeof text - 1);

    for (unsigned pcr = 0; pcr < ASSAY_PCRS; pcr++)
        if (assay_pcr_set_has(set, pcr))
            assay_put_format(&ids, ids.used == 0 ? "%u" : ",%u", pcr);
    assay_emit_text(out, "pcr_ids", assay_written(&ids));
}

static void emit_values(assay_output *out, const assay_export_job *job, size_t variant,
                        uint16_t bank, assay_pcr_set set)
{
    uint8_t raw[ASSAY_PCRS * ASSAY_DIGEST_MAX];
    char text[sizeof raw * 4 / 3 + 4];
    assay_writer values = assay_writer_lent(raw, sizeof raw);
    assay_writer base64 = assay_writer_lent(text, sizeof text);

    for (unsigned pcr = 0; pcr < ASSAY_PCRS; pcr++)
        if (assay_pcr_set_has(set, pcr))
            assay_put(&values, assay_export_value(job, variant, bank, pcr));
    assay_put_base64url(&base64, assay_written(&values));
    assay_emit_text(out, "pcr_digest", assay_written(&base64));
}

static void emit_pin(assay_output *out, const assay_export_job *job, size_t variant, uint16_t bank)
{
    const char *const key = assay_export_setting_of(job, "key");
    const assay_pcr_set set = held(job, variant, bank);

    assay_emit_object(out, NULL);
    assay_emit_string(out, "hash", "sha256");
    assay_emit_string(out, "key", key != NULL ? key : "ecc");
    assay_emit_alg(out, "pcr_bank", bank);
    emit_selection(out, set);
    emit_values(out, job, variant, bank, set);
    assay_emit_end(out);
}

static void emit_pins(assay_output *out, const assay_export_job *job, assay_variant_set variants,
                      uint16_t bank)
{
    assay_emit_object(out, NULL);
    assay_emit_u64(out, "t", 1);
    assay_emit_object(out, "pins");
    assay_emit_array(out, "tpm2");
    for (size_t i = 0; i < job->reference->variant_count; i++)
        if ((variants >> i & 1) != 0)
            emit_pin(out, job, i, bank);
    assay_emit_end(out);
    assay_emit_end(out);
    assay_emit_end(out);
}

/* Without PCRs a pin has no policy at all: whatever boots has the secret. */
static assay_variant_set with_values(assay_export_job *job, uint16_t bank)
{
    assay_variant_set variants = 0;

    for (size_t i = 0; i < job->reference->variant_count; i++) {
        if (!assay_export_has_variant(job, i))
            continue;
        if (held(job, i, bank) != 0)
            variants |= (assay_variant_set)1 << i;
        else
            assay_export_note_on(job, ASSAY_EXPORT_REFUSAL,
                                 "variant %s has no value in the bank and PCRs that are wanted: "
                                 "clevis would bind to no PCR at all, so it is left out",
                                 job->reference->variants[i].name);
    }
    return variants;
}

static void note(assay_export_job *job, size_t count)
{
    assay_plain_note_losses(job);
    if (count > 1)
        assay_export_note_on(job, ASSAY_EXPORT_NATURE,
                             "the names of the %zu variants are not in the configuration", count);
    assay_export_note_on(job, ASSAY_EXPORT_ADVICE,
                         "give it to pin %s: clevis luks bind -d DEVICE %s \"$(cat FILE)\"",
                         count > 1 ? "sss" : "tpm2", count > 1 ? "sss" : "tpm2");
}

static int check_key(const assay_export_job *job, assay_error *error)
{
    const char *const key = assay_export_setting_of(job, "key");

    if (key != NULL && strcmp(key, "ecc") != 0 && strcmp(key, "rsa") != 0)
        return assay_fail(error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE,
                          "the setting key is ecc or rsa");
    return 0;
}

static int write_config(assay_export_job *job, assay_error *error)
{
    const uint16_t bank = assay_export_one_bank(job);
    const assay_variant_set variants = bank == 0 ? 0 : with_values(job, bank);
    assay_output out;

    if (check_key(job, error) < 0)
        return -ASSAY_UNSUPPORTED;
    if (variants == 0)
        return assay_fail(error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE,
                          "there is no value to write: no such bank, or no such PCR");
    out = assay_output_json_line(assay_export_add_file(job, ""));
    if ((variants & (variants - 1)) == 0)
        emit_pin(&out, job, (size_t)__builtin_ctzll(variants), bank);
    else
        emit_pins(&out, job, variants, bank);
    note(job, (size_t)__builtin_popcountll(variants));
    return 0;
}

/* Reading. */

/* "4,9", [4,9] or ["4","9"]: each is what clevis takes. */
static bool read_id(assay_bytes text, assay_pcr_set *set)
{
    uint64_t pcr;

    if (!assay_digits_read(text, 10, ASSAY_PCRS - 1, &pcr) ||
        assay_pcr_set_has(*set, (unsigned)pcr))
        return false;
    *set |= (assay_pcr_set)1 << pcr;
    return true;
}

static bool read_ids_text(assay_bytes text, assay_pcr_set *set)
{
    while (text.size > 0) {
        const size_t comma = assay_bytes_find(text, ASSAY_LITERAL(","));

        if (!read_id(assay_bytes_of(text.data, comma), set) || comma + 1 == text.size)
            return false;
        text = comma == text.size ? ASSAY_NO_BYTES
                                  : assay_bytes_of(text.data + comma + 1, text.size - comma - 1);
    }
    return *set != 0;
}

static bool read_ids(const json_t *ids, assay_pcr_set *ret_set)
{
    json_t *id;
    size_t i;

    *ret_set = 0;
    if (json_is_string(ids))
        return read_ids_text(assay_json_text(ids), ret_set);
    json_array_foreach(ids, i, id)
    {
        uint64_t pcr;

        if (!assay_json_number(id, ASSAY_PCRS - 1, &pcr) ||
            assay_pcr_set_has(*ret_set, (unsigned)pcr))
            return false;
        *ret_set |= (assay_pcr_set)1 << pcr;
    }
    return *ret_set != 0;
}

static int take_values(const assay_json_walk *at, assay_bytes values, assay_pcr_set set,
                       assay_pcr_bank *bank)
{
    assay_cursor cursor = assay_cursor_of(values);

    for (unsigned pcr = 0; pcr < ASSAY_PCRS; pcr++) {
        if (!assay_pcr_set_has(set, pcr))
            continue;
        const assay_bytes value = assay_take(&cursor, bank->size);

        if (value.data == NULL)
            break;
        memcpy(bank->value[pcr], value.data, value.size);
        bank->present |= (assay_pcr_set)1 << pcr;
    }
    if (cursor.failed || assay_left(&cursor) > 0)
        return assay_json_refuse(at, "pcr_digest",
                                 "%zu bytes, where %u of %u each are wanted: the values "
                                 "themselves, and no digest of them",
                                 values.size, (unsigned)__builtin_popcount(set), bank->size);
    return 0;
}

static int read_digest(const assay_json_walk *at, const json_t *pin, assay_pcr_set set,
                       assay_pcr_bank *bank)
{
    uint8_t raw[ASSAY_PCRS * ASSAY_DIGEST_MAX];
    assay_writer values = assay_writer_lent(raw, sizeof raw);
    const assay_bytes text = assay_json_text(json_object_get(pin, "pcr_digest"));

    if (text.size == 0)
        return assay_json_refuse_as(at, ASSAY_UNSUPPORTED, "pcr_digest",
                                    "missing: clevis would take what the PCRs are by then");
    if (!assay_put_unbase64url(&values, text))
        return assay_json_refuse(at, "pcr_digest", "no base64url without padding (RFC 4648, 5)");
    if (values.failure != 0)
        return assay_json_refuse(at, "pcr_digest", "longer than the values of all PCRs");
    return take_values(at, assay_written(&values), set, bank);
}

/* Of the session and of the key that clevis makes: nothing of a boot, and yet of that type. */
static int check_words(const assay_json_walk *at, const json_t *pin)
{
    static const char *const words[] = { "hash", "key" };

    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        const json_t *const word = json_object_get(pin, words[i]);

        if (word != NULL && !json_is_string(word))
            return assay_json_refuse(at, words[i], "this is no string");
    }
    return 0;
}

static int read_pin(const assay_json_walk *at, json_t *pin, assay_pcrs *ret_values)
{
    static const char *const known[] = { "hash", "key", "pcr_bank", "pcr_ids", "pcr_digest", NULL };
    const json_t *const name = json_object_get(pin, "pcr_bank");
    assay_pcr_set set;
    int status = assay_json_check_keys(at, pin, known);

    if (status == 0)
        status = check_words(at, pin);
    if (status < 0)
        return status;
    /* clevis's default is the one that it had before there were other banks. */
    const assay_alg *const alg = name == NULL ? assay_alg_find(ASSAY_ALG_SHA1)
                                              : assay_alg_by_name(assay_json_text(name));
    if (alg == NULL)
        return assay_json_refuse(at, "pcr_bank", "no hash algorithm that is known here");
    if (!read_ids(json_object_get(pin, "pcr_ids"), &set))
        return assay_json_refuse(at, "pcr_ids", "PCRs from 0 to 23 are wanted, each once");
    return read_digest(at, pin, set, assay_pcrs_add_bank(ret_values, alg->id));
}

/* Variants have no names in it: by their place, where there are several. */
static int add_pin(const assay_import_job *job, const assay_json_walk *at, json_t *pin,
                   size_t number, size_t count, assay_reference *reference)
{
    char text[16];
    assay_writer name = assay_writer_lent(text, sizeof text);
    assay_pcrs values = { .bank_count = 0 };
    assay_reference_variant *variant;
    int status = read_pin(at, pin, &values);

    assay_put_format(&name, "%zu", number);
    if (status == 0)
        status = assay_import_variant(
            reference, count > 1 ? assay_written(&name) : assay_import_variant_name(job), &variant,
            at->error);
    if (status == 0)
        variant->values = values;
    if (status == 0 && values.banks[0].alg != reference->variants[0].values.banks[0].alg)
        status = assay_json_refuse_as(at, ASSAY_UNSUPPORTED, "pcr_bank",
                                      "another than in the first pin");
    return status;
}

/* {"t":1,"pins":{"tpm2":[{...},{...}]}}, or one pin without its array. */
static int read_pins(const assay_import_job *job, assay_json_walk *at, json_t *config,
                     assay_reference *reference)
{
    static const char *const known[] = { "t", "pins", NULL };
    static const char *const pins_known[] = { "tpm2", NULL };
    json_t *const pins = json_object_get(config, "pins"), *pin;
    uint64_t threshold = 0;
    int status = assay_json_check_keys(at, config, known);

    if (status == 0)
        status = assay_json_read_number(at, config, "t", UINT32_MAX, &threshold, NULL);
    if (status == 0 && threshold != 1)
        status = assay_json_refuse_as(at, ASSAY_UNSUPPORTED, "t",
                                      "%" PRIu64 ", and only of 1 one boot alone is enough",
                                      threshold);
    if (status < 0)
        return status;
    assay_json_enter(at, "pins");
    status = assay_json_check_keys(at, pins, pins_known);
    assay_json_enter(at, "tpm2");
    json_t *const all = json_object_get(pins, "tpm2");
    const size_t count = json_array_size(all);
    if (status == 0 && json_is_object(all))
        return add_pin(job, at, all, 1, 1, reference);
    if (status == 0 && (count == 0 || count > PINS_MAX))
        status = assay_json_refuse(at, NULL, "1 to %d pins are wanted", PINS_MAX);
    assay_json_list list = assay_json_begin_list(at, NULL, all);
    while (status == 0 && (pin = assay_json_next(&list)) != NULL)
        status = add_pin(job, at, pin, list.next, count, reference);
    assay_json_end_list(&list);
    return status;
}

static int read_config(assay_import_job *job, assay_reference **ret_reference, assay_error *error)
{
    assay_json_walk at = { .error = error };
    assay_bytes text = ASSAY_NO_BYTES;
    json_t *config = NULL;
    int status = assay_import_one_file(job, &text, error);

    if (status == 0)
        status = assay_json_load(&config, text, CONFIG_MAX, CONFIG_VALUES_MAX, error);
    if (status < 0)
        return status;
    assay_reference *const reference = assay_import_begin(job);
    if (reference != NULL)
        status = json_object_get(config, "pins") != NULL
                     ? read_pins(job, &at, config, reference)
                     : add_pin(job, &at, config, 1, 1, reference);
    json_decref(config);
    return assay_import_end(reference, status, ret_reference, error);
}

static const assay_export_setting_info settings[] = {
    { "key", "ecc|rsa", "the type of the key that clevis makes; ecc" },
    { "name", "NAME", "of the reference that is read" },
    { "variant", "NAME", "of the one boot whose values are read" },
    { NULL, NULL, NULL },
};

const assay_export_format assay_export_clevis = {
    .name = "clevis",
    .title = "clevis: configuration of its pin tpm2, or of sss over several",
    .reader = "clevis 19 (clevis encrypt tpm2|sss, clevis luks bind)",
    .holds = "one bank, PCR 0-23",
    .loses = "all but the values; the names of variants",
    .text = true,
    .settings = settings,
    .write = write_config,
    .read = read_config,
};
