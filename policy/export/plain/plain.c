/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/export/plain/plain.h"

#include "base/output.h"
#include "base/utf8.h"

const assay_export_setting_info assay_plain_settings[] = {
    { "variant", "NAME", "of the one boot whose values are read" },
    { NULL, NULL, NULL },
};

/* Writing. */

assay_pcrs assay_plain_values(const assay_export_job *job, size_t variant)
{
    const assay_pcrs *const all = &job->reference->variants[variant].values;
    assay_pcrs wanted = { .measurement_registers = all->measurement_registers };

    for (size_t i = 0; i < all->bank_count; i++) {
        assay_pcr_bank *const bank = &wanted.banks[wanted.bank_count];

        *bank = all->banks[i];
        for (unsigned pcr = 0; pcr < ASSAY_PCRS; pcr++)
            if (assay_export_value(job, variant, bank->alg, pcr).data == NULL)
                bank->present &= ~((assay_pcr_set)1 << pcr);
        if (bank->present != 0)
            wanted.bank_count++;
    }
    return wanted;
}

static bool has_value(const assay_export_job *job)
{
    for (size_t i = 0; i < job->reference->variant_count; i++)
        if (assay_export_has_variant(job, i) && assay_plain_values(job, i).bank_count > 0)
            return true;
    return false;
}

void assay_plain_note_losses(assay_export_job *job)
{
    const assay_reference *const reference = job->reference;

    if (!has_value(job))
        assay_export_note_on(job, ASSAY_EXPORT_REFUSAL,
                             "there is no value to write: no such bank, or no such PCR");
    assay_export_note_unheld(job);
    if (reference->step_count > 0)
        assay_export_note_on(job, ASSAY_EXPORT_LOSS,
                             "the %zu steps that the values come from, and the %zu components that "
                             "they measure, are left out: the format has values alone",
                             reference->step_count, reference->component_count);
}

int assay_plain_check_pcrs(const assay_export_job *job, assay_error *error)
{
    for (size_t i = 0; i < job->reference->variant_count; i++)
        if (assay_export_has_variant(job, i) &&
            job->reference->variants[i].values.measurement_registers)
            return assay_fail(error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE,
                              "the reference has measurement registers of a confidential guest, "
                              "and the format has names of PCRs alone");
    return 0;
}

enum { KEY_MAX = 3900 }; /* a key and its indentation are written at once: ASSAY_ROOM_MAX */

const char *assay_plain_json_key(assay_arena *arena, assay_bytes text)
{
    static const size_t opening = 2, closing = 3; /* [" and "], newline */
    assay_writer json = assay_writer_growing(KEY_MAX);
    assay_output out = assay_output_json_line(&json);
    const char *key = NULL;

    assay_emit_array(&out, NULL);
    assay_emit_text(&out, NULL, text);
    assay_emit_end(&out);
    if (json.failure == 0)
        key = assay_arena_text(arena, assay_bytes_of(json.data + opening,
                                                     json.used - opening - closing));
    assay_writer_close(&json);
    return key;
}

/* Reading. */

assay_bytes assay_plain_stem(const char *path)
{
    const char *const slash = strrchr(path, '/');
    const char *const name = slash == NULL ? path : slash + 1;
    const char *const dot = strchr(name, '.');

    return assay_bytes_of(name, dot == NULL || dot == name ? strlen(name) : (size_t)(dot - name));
}

bool assay_plain_is_printable(assay_bytes text)
{
    uint32_t character;

    while (text.size > 0) {
        const size_t size = assay_utf8_decode(text, &character);

        if (size == 0 || !assay_utf8_is_harmless(character))
            return false;
        text = assay_bytes_of(text.data + size, text.size - size);
    }
    return true;
}

assay_reference *assay_plain_begin(const assay_import_job *job)
{
    const assay_bytes stem = job->file_count > 0 ? assay_plain_stem(job->files[0].path) : ASSAY_NO_BYTES;
    assay_reference *reference = assay_reference_new("imported");

    if (reference == NULL || stem.size == 0 || !assay_plain_is_printable(stem))
        return reference;
    reference->name = assay_arena_text(&reference->arena, stem);
    if (reference->name == NULL)
        assay_reference_free(&reference);
    return reference;
}

assay_bytes assay_plain_variant_name(const assay_import_job *job)
{
    const char *const said = assay_import_setting_of(job, "variant");

    return assay_bytes_of_string(said != NULL ? said : "default");
}

assay_reference_variant *assay_plain_find_variant(assay_reference *reference, assay_bytes name)
{
    for (size_t i = 0; i < reference->variant_count; i++)
        if (assay_bytes_equal(assay_bytes_of_string(reference->variants[i].name), name))
            return &reference->variants[i];
    return NULL;
}

int assay_plain_add_variant(assay_reference *reference, assay_bytes name,
                            assay_reference_variant **ret_variant, assay_error *error)
{
    if (name.size == 0 || !assay_plain_is_printable(name))
        return assay_fail(error, ASSAY_MALFORMED, ASSAY_NOWHERE,
                          "the name of variant %zu is empty, or nothing that can be shown",
                          reference->variant_count + 1);
    if (assay_plain_find_variant(reference, name) != NULL)
        return assay_fail(error, ASSAY_MALFORMED, ASSAY_NOWHERE,
                          "variant %zu has the name of another", reference->variant_count + 1);
    if (reference->variant_count == ASSAY_VARIANTS_MAX)
        return assay_fail(error, ASSAY_TOO_LARGE, ASSAY_NOWHERE, "more than %d variants",
                          ASSAY_VARIANTS_MAX);
    assay_reference_variant *const variant = assay_arena_more(
        &reference->arena, &reference->variants, reference->variant_count, sizeof *variant);
    const char *const kept = assay_arena_text(&reference->arena, name);
    if (variant == NULL || kept == NULL)
        return assay_fail(error, ASSAY_NO_MEMORY, ASSAY_NOWHERE, "no memory for a variant");
    variant->name = kept;
    reference->variant_count++;
    *ret_variant = variant;
    return 0;
}

int assay_plain_end(assay_reference *reference, int status, assay_reference **ret_reference,
                    assay_error *error)
{
    if (reference == NULL)
        return assay_fail(error, ASSAY_NO_MEMORY, ASSAY_NOWHERE, "no memory for a reference");
    /* Of a log all steps may be such that no value is held. */
    for (size_t i = 0; i < reference->variant_count && status == 0; i++)
        if (reference->variants[i].values.bank_count == 0 && reference->step_count == 0)
            status = assay_fail(error, ASSAY_MALFORMED, ASSAY_NOWHERE,
                                "variant %zu has no values", i + 1);
    if (status == 0 && reference->variant_count == 0)
        status = assay_fail(error, ASSAY_UNKNOWN_FORMAT, ASSAY_NOWHERE, "there are no values in it");
    if (status == 0)
        *ret_reference = reference;
    else
        assay_reference_free(&reference);
    return status;
}

int assay_plain_one_file(assay_import_job *job, assay_bytes *ret_text, assay_error *error)
{
    if (job->file_count != 1)
        return assay_fail(error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE,
                          "one file is read at a time, and these are %zu", job->file_count);
    job->place = job->files[0].path;
    *ret_text = assay_written(&job->files[0].writer);
    return 0;
}
