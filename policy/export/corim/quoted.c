/* SPDX-License-Identifier: BSD-2-Clause */
/* Boots as quotes of them: a verifier that compares pcrDigest alone never sees the PCRs. */
#include "policy/export/corim/quoted.h"

static assay_tpm_selection selection_of(const assay_pcrs *tuple)
{
    assay_tpm_selection selection = { 0 };

    for (size_t i = 0; i < tuple->bank_count; i++)
        assay_tpm_select(&selection, tuple->banks[i].alg, tuple->banks[i].present);
    return selection;
}

static void note_selections(assay_export_job *job, const assay_corim *corim)
{
    const assay_tpm_selection first = selection_of(&corim->tuples[0]);
    char text[256];
    assay_writer writer = assay_writer_lent(text, sizeof text);

    assay_tpm_selection_write(&writer, &first);
    assay_export_note_on(job, ASSAY_EXPORT_ADVICE,
                         "the digest is a quote's of exactly %.*s, signed with SHA-256",
                         (int)writer.used, text);
    for (size_t i = 1; i < corim->tuple_count; i++)
        if (corim->tuples[i].banks[0].present != first.banks[0].pcrs)
            assay_export_note_on(job, ASSAY_EXPORT_REFUSAL,
                                 "the variants hold different PCRs, and a node quotes the same "
                                 "ones always: choose those that all hold (-p)");
}

int assay_corim_set_quoted(assay_export_job *job, assay_corim *corim, assay_error *error)
{
    int status = 0;

    corim->quoted = assay_arena_room(&job->arena, corim->tuple_count * sizeof *corim->quoted);
    if (corim->quoted == NULL)
        return assay_fail(error, ASSAY_NO_MEMORY, ASSAY_NOWHERE, "no memory for the digests");
    for (size_t i = 0; i < corim->tuple_count && status == 0; i++) {
        const assay_tpm_selection selection = selection_of(&corim->tuples[i]);

        if (corim->tuples[i].measurement_registers)
            return assay_fail(error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE,
                              "measurement registers are in no TPM's quote");
        status = assay_tpm_pcr_digest(&corim->quoted[i], ASSAY_ALG_SHA256, &selection,
                                      &corim->tuples[i], job->hashes, error);
    }
    if (status == 0)
        note_selections(job, corim);
    return status;
}
