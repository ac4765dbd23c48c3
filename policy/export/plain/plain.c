/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/export/plain/plain.h"

#include "base/output.h"

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

/* The place of a bank among a variant's, or bank_count. */
static size_t place_of(const assay_pcrs *values, uint16_t alg)
{
    size_t place = 0;

    while (place < values->bank_count && values->banks[place].alg != alg)
        place++;
    return place;
}

assay_pcr_set assay_plain_known(const assay_reference_variant *variant, const assay_pcr_bank *bank,
                                enum assay_confidence confidence)
{
    const size_t place = place_of(&variant->values, bank->alg);
    assay_pcr_set known = 0;

    for (unsigned pcr = 0; pcr < ASSAY_PCRS; pcr++)
        if (assay_pcr_set_has(bank->present, pcr) && variant->confidence[place][pcr] == confidence)
            known |= (assay_pcr_set)1 << pcr;
    return known;
}

enum assay_confidence assay_plain_confidence_of(assay_bytes name)
{
    int i = 0;

    while (i < ASSAY_CONFIDENCES &&
           !assay_bytes_equal(name, assay_bytes_of_string(
                                        assay_confidence_name((enum assay_confidence)i))))
        i++;
    return (enum assay_confidence)i;
}

const char *assay_plain_take_known(assay_reference_variant *variant,
                                   assay_pcr_set said[ASSAY_ALGS], uint16_t alg, assay_bytes pcrs,
                                   enum assay_confidence confidence)
{
    static const char none[] = "no bank and PCRs, such as 0-7, that the variant has values of";
    const size_t place = place_of(&variant->values, alg);
    char text[4 * ASSAY_PCRS + 1] = "";
    assay_pcr_set set = 0;

    if (place == variant->values.bank_count || pcrs.size >= sizeof text)
        return none;
    assay_writer writer = assay_writer_lent(text, sizeof text - 1);
    assay_put(&writer, pcrs);
    if (strlen(text) != pcrs.size || !assay_pcr_set_parse(text, &set) ||
        (set & ~variant->values.banks[place].present) != 0)
        return none;
    if ((set & said[place]) != 0)
        return "how a value of these PCRs is known was said already";
    said[place] |= set;
    for (unsigned pcr = 0; pcr < ASSAY_PCRS; pcr++)
        if (assay_pcr_set_has(set, pcr))
            variant->confidence[place][pcr] = (uint8_t)confidence;
    return NULL;
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
        assay_export_note_on(job, ASSAY_EXPORT_NATURE,
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
