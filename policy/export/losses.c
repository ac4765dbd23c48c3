/* SPDX-License-Identifier: BSD-2-Clause */
/* What several formats lose of a reference. */
#include "policy/export/job.h"

#include "eventlog/types.h"

/* PCRs that a value is held of, in some wanted bank. */
static assay_pcr_set held_of(const assay_export_job *job, size_t variant)
{
    assay_pcr_set held = 0;

    for (size_t bank = 0; bank < job->bank_count; bank++)
        for (unsigned pcr = 0; pcr < ASSAY_PCRS; pcr++)
            if (assay_export_value(job, variant, job->banks[bank], pcr).data != NULL)
                held |= (assay_pcr_set)1 << pcr;
    return held;
}

/* PCRs that some step of the variant goes into and that no value is held of, in any wanted bank. */
static assay_pcr_set unheld_of(const assay_export_job *job, size_t variant)
{
    assay_pcr_set touched = 0;

    for (size_t i = 0; i < job->reference->step_count; i++) {
        const assay_reference_alternative *const at =
            assay_reference_at(&job->reference->steps[i], variant);

        if (at != NULL && at->event.pcr_index < ASSAY_PCRS && at->event.type != EV_NO_ACTION)
            touched |= (assay_pcr_set)1 << at->event.pcr_index;
    }
    return touched & job->pcrs & ~held_of(job, variant);
}

void assay_export_note_unheld(assay_export_job *job)
{
    for (size_t i = 0; i < job->reference->variant_count; i++) {
        char pcrs[ASSAY_PCR_SET_TEXT];
        const assay_pcr_set unheld = assay_export_has_variant(job, i) ? unheld_of(job, i) : 0;

        if (unheld != 0)
            assay_export_note_on(job, ASSAY_EXPORT_LOSS,
                                 "PCR %s of variant %s has steps that vary or are not known, so "
                                 "there is no value to write",
                                 assay_pcr_set_text(unheld, pcrs),
                                 job->reference->variants[i].name);
    }
}

/* What was asked for by its number is not left out in silence. */
void assay_export_note_missing(assay_export_job *job)
{
    for (size_t i = 0; i < job->reference->variant_count; i++) {
        char pcrs[ASSAY_PCR_SET_TEXT];
        const assay_pcr_set missing = assay_export_has_variant(job, i)
                                          ? job->pcrs & ~held_of(job, i) & ~unheld_of(job, i)
                                          : 0;

        if (missing != 0)
            assay_export_note_on(job, ASSAY_EXPORT_LOSS,
                                 "PCR %s is asked for, and no value of it is held of variant %s: a "
                                 "boot that extends it passes",
                                 assay_pcr_set_text(missing, pcrs),
                                 job->reference->variants[i].name);
    }
}

void assay_export_note_only(assay_export_job *job, size_t variant)
{
    const assay_reference_variant *const of = &job->reference->variants[variant];
    char pcrs[ASSAY_PCR_SET_TEXT];

    if (of->only_pcrs != 0)
        assay_export_note_on(job, ASSAY_EXPORT_LOSS,
                             "variant %s was learnt of PCR %s alone, which a log can't say: to who "
                             "reads it, a boot extends no others",
                             of->name, assay_pcr_set_text(of->only_pcrs, pcrs));
}

void assay_export_note_tuples(assay_export_job *job)
{
    const size_t count = assay_export_variant_count(job);

    if (count > 1)
        assay_export_note_on(job, ASSAY_EXPORT_LOSS,
                             "the format lists values PCR by PCR: which of the %zu variants' "
                             "values belong together is lost, and a boot that mixes them passes",
                             count);
}

void assay_export_note_files(assay_export_job *job)
{
    size_t count = 0;

    for (size_t i = 0; i < job->reference->file_count; i++)
        count += (job->reference->files[i].variants & job->variants) != 0;
    if (count > 0)
        assay_export_note_on(job, ASSAY_EXPORT_LOSS,
                             "the format has no files: the %zu digests that the kernel's list may "
                             "have are not written",
                             count);
}
