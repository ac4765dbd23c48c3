/* SPDX-License-Identifier: BSD-2-Clause */
/* Which variants, banks and PCRs are wanted, and the values of those. */
#include "policy/export/export.h"

#include <stdio.h>

static bool has_bank(const assay_export_job *job, uint16_t alg)
{
    for (size_t i = 0; i < job->reference->variant_count; i++)
        if (assay_export_has_variant(job, i) &&
            assay_pcrs_bank_const(&job->reference->variants[i].values, alg) != NULL)
            return true;
    return false;
}

void assay_export_want_all(assay_export_job *job)
{
    job->bank_count = 0;
    for (size_t i = 0; i < ASSAY_ALGS; i++)
        if (has_bank(job, assay_alg_at(i)->id))
            job->banks[job->bank_count++] = assay_alg_at(i)->id;
    job->pcrs = ASSAY_ALL_PCRS;
}

static bool bank_wanted(const assay_export_job *job, uint16_t alg)
{
    for (size_t i = 0; i < job->bank_count; i++)
        if (job->banks[i] == alg)
            return true;
    return false;
}

assay_bytes assay_export_value(const assay_export_job *job, size_t variant, uint16_t alg,
                               unsigned pcr)
{
    return bank_wanted(job, alg) && assay_pcr_set_has(job->pcrs, pcr)
               ? assay_reference_value(job->reference, variant, alg, pcr)
               : ASSAY_NO_BYTES;
}

bool assay_export_has_variant(const assay_export_job *job, size_t variant)
{
    return (job->variants >> variant & 1) != 0;
}

size_t assay_export_variant_count(const assay_export_job *job)
{
    return (size_t)__builtin_popcountll(job->variants);
}

static const uint16_t by_strength[] = { ASSAY_ALG_SHA256,   ASSAY_ALG_SHA512,   ASSAY_ALG_SHA384,
                                        ASSAY_ALG_SHA3_512, ASSAY_ALG_SHA3_384, ASSAY_ALG_SHA3_256,
                                        ASSAY_ALG_SM3_256,  ASSAY_ALG_SHA1 };

static void note_other_banks(assay_export_job *job, uint16_t alg)
{
    char unknown[ASSAY_ALG_NUMBER_SIZE], others[8 * ASSAY_ALG_NUMBER_SIZE] = "";
    size_t used = 0;

    for (size_t i = 0; i < job->bank_count && used < sizeof others; i++)
        if (job->banks[i] != alg)
            used += (size_t)snprintf(others + used, sizeof others - used, "%s%s",
                                     used == 0 ? "" : ", ", assay_alg_name(job->banks[i], unknown));
    if (used > 0)
        assay_export_note_on(job, ASSAY_EXPORT_LOSS,
                             "the format has one bank: %s is written, not %s",
                             assay_alg_name(alg, unknown), others);
}

uint16_t assay_export_one_bank(assay_export_job *job)
{
    if (job->banks_asked && job->bank_count > 0) {
        note_other_banks(job, job->banks[0]);
        return job->banks[0];
    }
    for (size_t i = 0; i < sizeof by_strength / sizeof *by_strength; i++)
        if (bank_wanted(job, by_strength[i])) {
            note_other_banks(job, by_strength[i]);
            return by_strength[i];
        }
    assay_export_note_on(job, ASSAY_EXPORT_REFUSAL, "there is no bank of those that are wanted");
    return 0;
}
