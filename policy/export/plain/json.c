/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Values in JSON. Of one variant they are what pcrs.json of a machine folder is, and what
 * replay/pcrvalues.h reads: banks by name, in them values by PCR. Of several:
 *
 *     {"variants": {"linux-6.1": {"sha256": {"0": "hex"}}, "linux-6.6": {...}},
 *      "confidence": {"linux-6.1": {"sha256": {"observed": "0-7"}}, ...}}
 *
 * One variant is written so, too, where that is asked for: whoever takes each member for a bank
 * could not read it.
 */
#include "policy/export/imported.h"
#include "policy/export/plain/plain.h"

#include "base/jsonwalk.h"
#include "base/output.h"
#include "replay/pcrvalues.h"

#include <stdlib.h>

enum {
    BYTES_MAX = 16 << 20,
    VALUES_MAX = 2 * ASSAY_VARIANTS_MAX * ASSAY_ALGS * (ASSAY_PCRS + 2),
};

static const char variants_key[] = "variants", confidence_key[] = "confidence";

static int emit_variant(assay_export_job *job, size_t variant, assay_output *out)
{
    const assay_bytes name = assay_bytes_of_string(job->reference->variants[variant].name);
    const char *const key = assay_plain_json_key(&job->arena, name);
    const assay_pcrs values = assay_plain_values(job, variant);

    if (key == NULL)
        return -ASSAY_NO_MEMORY;
    assay_emit_object(out, key);
    assay_pcrvalues_emit(out, &values);
    assay_emit_end(out);
    return 0;
}

static int emit_variants(assay_export_job *job, assay_output *out)
{
    int status = 0;

    assay_emit_object(out, variants_key);
    for (size_t i = 0; i < job->reference->variant_count && status == 0; i++)
        if (assay_export_has_variant(job, i))
            status = emit_variant(job, i, out);
    assay_emit_end(out);
    return status;
}

static void emit_known(assay_output *out, const assay_reference_variant *variant,
                       const assay_pcr_bank *bank)
{
    assay_emit_object(out, assay_alg_find(bank->alg)->name);
    for (int i = 0; i < ASSAY_CONFIDENCES; i++) {
        const enum assay_confidence confidence = (enum assay_confidence)i;
        const assay_pcr_set known = assay_plain_known(variant, bank, confidence);
        char text[ASSAY_PCR_SET_TEXT];

        if (known != 0)
            assay_emit_string(out, assay_confidence_name(confidence),
                              assay_pcr_set_text(known, text));
    }
    assay_emit_end(out);
}

static int emit_confidence(assay_export_job *job, assay_output *out)
{
    assay_emit_object(out, confidence_key);
    for (size_t i = 0; i < job->reference->variant_count; i++) {
        const assay_reference_variant *const variant = &job->reference->variants[i];

        if (!assay_export_has_variant(job, i))
            continue;
        const char *const key =
            assay_plain_json_key(&job->arena, assay_bytes_of_string(variant->name));
        const assay_pcrs values = assay_plain_values(job, i);
        if (key == NULL)
            return -ASSAY_NO_MEMORY;
        assay_emit_object(out, key);
        for (size_t bank = 0; bank < values.bank_count; bank++)
            emit_known(out, variant, &values.banks[bank]);
        assay_emit_end(out);
    }
    assay_emit_end(out);
    return 0;
}

/* Whether one variant is to have its name. */
static int wants_names(const assay_export_job *job, bool *ret_names, assay_error *error)
{
    const char *const said = assay_export_setting_of(job, "names");

    *ret_names = assay_export_variant_count(job) > 1 || (said != NULL && strcmp(said, "yes") == 0);
    return said == NULL || strcmp(said, "yes") == 0 || strcmp(said, "no") == 0
               ? 0
               : assay_fail(error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE,
                            "the setting names is yes or no");
}

static void emit_values(const assay_export_job *job, assay_output *out)
{
    const assay_pcrs values = assay_plain_values(job, (size_t)__builtin_ctzll(job->variants));

    assay_pcrvalues_emit(out, &values);
}

static int write(assay_export_job *job, assay_error *error)
{
    bool names;
    int status = wants_names(job, &names, error);

    if (status < 0)
        return status;
    assay_output out = assay_output_json_indented(assay_export_add_file(job, ""));
    assay_emit_object(&out, NULL);
    if (names)
        status = emit_variants(job, &out);
    if (names && status == 0)
        status = emit_confidence(job, &out);
    if (!names)
        emit_values(job, &out);
    assay_emit_end(&out);
    assay_plain_note_losses(job);
    return status == 0 ? 0
                       : assay_fail(error, ASSAY_NO_MEMORY, ASSAY_NOWHERE,
                                    "no memory, or the name of a variant is too long");
}

/* Reading. */

/* What replay/pcrvalues.h reads is text; a part of a document becomes text again. */
static int read_values(const assay_json_walk *walk, const json_t *object, assay_pcrs *ret_values)
{
    assay_error inner = { .what = "" };
    char *const text = json_dumps(object, JSON_COMPACT);

    if (text == NULL)
        return assay_json_refuse_as(walk, ASSAY_NO_MEMORY, NULL, "no memory for its values");
    const int status = assay_pcrvalues_parse(assay_bytes_of_string(text), ret_values, &inner);
    free(text);
    return status == 0 ? 0
                       : assay_json_refuse_as(walk, (enum assay_kind)-status, NULL, "%s",
                                              inner.what);
}

static int read_variants(assay_json_walk *walk, assay_reference *reference, json_t *variants)
{
    const size_t before = assay_json_enter(walk, variants_key);
    assay_reference_variant *variant;
    const char *name;
    json_t *values;
    int status = json_is_object(variants) ? 0 : assay_json_refuse(walk, NULL, "this is no object");

    if (status < 0)
        return status;
    json_object_foreach(variants, name, values)
    {
        const size_t outside = assay_json_enter_index(walk, reference->variant_count);

        status = assay_import_variant(reference, assay_bytes_of_string(name), &variant,
                                         walk->error);
        if (status == 0 && !json_is_object(values))
            status = assay_json_refuse(walk, NULL, "this is no object");
        if (status == 0)
            status = read_values(walk, values, &variant->values);
        if (status < 0)
            return status;
        assay_json_leave(walk, outside);
    }
    assay_json_leave(walk, before);
    return status;
}

static int read_known(assay_json_walk *walk, assay_reference_variant *variant,
                      assay_pcr_set said[ASSAY_ALGS], const char *bank, json_t *words)
{
    const assay_alg *const alg = assay_alg_by_name(assay_bytes_of_string(bank));
    const size_t before = assay_json_enter(walk, bank);
    const char *word;
    json_t *pcrs;

    if (alg == NULL || !json_is_object(words))
        return assay_json_refuse(walk, NULL, "this is no bank, or no object");
    json_object_foreach(words, word, pcrs)
    {
        const enum assay_confidence known =
            assay_plain_confidence_of(assay_bytes_of_string(word));

        if (known == ASSAY_CONFIDENCES)
            return assay_json_refuse(walk, NULL, "a confidence of this name is unknown");
        if (!json_is_string(pcrs))
            return assay_json_refuse(walk, word, "this is no string, such as \"0-7\"");
        const char *const wrong =
            assay_plain_take_known(variant, said, alg->id, assay_json_text(pcrs), known);
        if (wrong != NULL)
            return assay_json_refuse(walk, word, "%s", wrong);
    }
    assay_json_leave(walk, before);
    return 0;
}

static int read_confidence(assay_json_walk *walk, assay_reference *reference, json_t *document)
{
    json_t *const confidence = json_object_get(document, confidence_key);
    const size_t above = assay_json_enter(walk, confidence_key);
    const char *name, *bank;
    json_t *banks, *words;
    size_t index = 0;

    if (confidence != NULL && !json_is_object(confidence))
        return assay_json_refuse(walk, NULL, "this is no object");
    json_object_foreach(confidence, name, banks)
    {
        assay_reference_variant *const variant =
            assay_import_find_variant(reference, assay_bytes_of_string(name));
        const size_t before = assay_json_enter_index(walk, index++);
        assay_pcr_set said[ASSAY_ALGS] = { 0 };

        if (variant == NULL || !json_is_object(banks))
            return assay_json_refuse(walk, NULL, "there is no such variant, or this is no object");
        json_object_foreach(banks, bank, words)
        {
            const int status = read_known(walk, variant, said, bank, words);

            if (status < 0)
                return status;
        }
        assay_json_leave(walk, before);
    }
    assay_json_leave(walk, above);
    return 0;
}

static int read_document(const assay_import_job *job, assay_reference *reference, json_t *document,
                         assay_bytes text, assay_error *error)
{
    static const char *const known[] = { variants_key, confidence_key, NULL };
    assay_json_walk walk = { .error = error };
    json_t *const variants = json_object_get(document, variants_key);
    assay_reference_variant *variant;
    int status;

    if (variants != NULL) {
        status = assay_json_check_keys(&walk, document, known);
        if (status == 0)
            status = read_variants(&walk, reference, variants);
        return status < 0 ? status : read_confidence(&walk, reference, document);
    }
    status = assay_import_variant(reference, assay_import_variant_name(job), &variant, error);
    return status < 0 ? status : assay_pcrvalues_parse(text, &variant->values, error);
}

static int read(assay_import_job *job, assay_reference **ret_reference, assay_error *error)
{
    json_t *document = NULL;
    assay_bytes text = ASSAY_NO_BYTES;
    int status = assay_import_one_file(job, &text, error);

    if (status == 0)
        status = assay_json_load(&document, text, BYTES_MAX, VALUES_MAX, error);
    if (status < 0)
        return status;
    assay_reference *const reference = assay_import_begin(job);
    if (reference != NULL)
        status = read_document(job, reference, document, text, error);
    json_decref(document);
    return assay_import_end(reference, status, ret_reference, error);
}

static const assay_export_setting_info settings[] = {
    { "names", "yes|no", "write the name and the confidence of one variant, as of several" },
    { "variant", "NAME", "of the one boot whose values are read" },
    { NULL, NULL, NULL },
};

const assay_export_format assay_export_json = {
    .name = "json",
    .title = "PCR values in JSON",
    .reader = "scripts (jq), assay's own check and replay",
    .holds = "every bank and PCR, and the registers of confidential guests",
    .loses = "all but values, variants and how well each value is known; of one variant, "
             "without names=yes, all but its values",
    .text = true,
    .settings = settings,
    .write = write,
    .read = read,
};
