/* SPDX-License-Identifier: BSD-2-Clause */
/* PCRs of a live TPM. */
#include "boot/platform/tpm_private.h"

enum { SELECT_BYTES = 3, TRIES = 4 };

static uint32_t selected(const TPMS_PCR_SELECTION *selection)
{
    uint32_t pcrs = 0;

    for (unsigned i = 0; i < selection->sizeofSelect && i < SELECT_BYTES; i++)
        pcrs |= (uint32_t)selection->pcrSelect[i] << 8 * i;
    return pcrs;
}

static TPML_PCR_SELECTION selection_of(uint16_t alg, uint32_t pcrs)
{
    TPML_PCR_SELECTION selection = { .count = 1 };

    selection.pcrSelections[0].hash = alg;
    selection.pcrSelections[0].sizeofSelect = SELECT_BYTES;
    for (unsigned i = 0; i < SELECT_BYTES; i++)
        selection.pcrSelections[0].pcrSelect[i] = (uint8_t)(pcrs >> 8 * i);
    return selection;
}

int assay_tpm_banks(assay_tpm *tpm, assay_tpm_bank *ret_banks, size_t *ret_count,
                    assay_error *error)
{
    size_t count = 0;
    bool more;
    int status;
    TPMS_CAPABILITY_DATA *const data =
        assay_tpm_capability(tpm, TPM2_CAP_PCRS, 0, TPM2_NUM_PCR_BANKS, &more, &status, error);

    if (data == NULL)
        return status;
    const TPML_PCR_SELECTION *const list = &data->data.assignedPCR;

    for (uint32_t i = 0; i < list->count && count < ASSAY_BANKS_MAX; i++) {
        const assay_alg *const alg = assay_alg_find(list->pcrSelections[i].hash);
        const uint32_t pcrs = selected(&list->pcrSelections[i]);

        if (pcrs != 0)
            ret_banks[count++] = (assay_tpm_bank){ .alg = list->pcrSelections[i].hash,
                                                   .size = alg != NULL ? alg->size : 0,
                                                   .pcrs = pcrs };
    }
    Esys_Free(data);
    *ret_count = count;
    return 0;
}

/* Takes the values of those PCRs that the TPM chose to give now. */
static bool take_values(assay_tpm_bank *bank, const TPML_PCR_SELECTION *given,
                        const TPML_DIGEST *values, uint32_t *wanted)
{
    const uint32_t pcrs = given->count == 1 ? selected(&given->pcrSelections[0]) : 0;
    uint32_t next = 0;

    if (pcrs == 0 || (pcrs & ~*wanted) != 0 || given->pcrSelections[0].hash != bank->alg)
        return false;
    for (unsigned pcr = 0; pcr < ASSAY_TPM_PCRS; pcr++) {
        if ((pcrs >> pcr & 1) == 0)
            continue;
        if (next == values->count || values->digests[next].size != bank->size)
            return false;
        memcpy(bank->value[pcr], values->digests[next++].buffer, bank->size);
    }
    *wanted &= ~pcrs;
    return next == values->count;
}

/* One pass: 1 when the PCRs changed on the way, 0, or a negative kind. */
static int read_once(assay_tpm *tpm, assay_tpm_bank *bank, assay_error *error)
{
    uint32_t wanted = bank->pcrs, first_counter = 0;

    while (wanted != 0) {
        const TPML_PCR_SELECTION selection = selection_of(bank->alg, wanted);
        TPML_PCR_SELECTION *given = NULL;
        TPML_DIGEST *values = NULL;
        uint32_t counter = 0;
        const bool first = wanted == bank->pcrs;
        const int status =
            assay_tpm_check(tpm,
                            Esys_PCR_Read(tpm->esys, ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE,
                                          &selection, &counter, &given, &values),
                            "TPM2_PCR_Read", error);

        if (status < 0)
            return status;
        const bool sound = take_values(bank, given, values, &wanted);
        Esys_Free(given);
        Esys_Free(values);
        if (!sound)
            return assay_tpm_nonsense("TPM2_PCR_Read", error);
        if (first)
            first_counter = counter;
        else if (counter != first_counter)
            return 1;
    }
    return 0;
}

int assay_tpm_read_pcrs(assay_tpm *tpm, assay_tpm_bank *bank, assay_error *error)
{
    const assay_alg *const alg = assay_alg_find(bank->alg);

    if (alg == NULL)
        return assay_fail(error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE,
                          "PCRs of algorithm 0x%04x are unknown here", bank->alg);
    bank->size = alg->size;
    for (unsigned i = 0; i < TRIES; i++) {
        const int status = read_once(tpm, bank, error);

        if (status <= 0)
            return status;
    }
    return assay_fail(error, ASSAY_IO, ASSAY_NOWHERE, "the PCRs change while they are read");
}

int assay_tpm_extend(assay_tpm *tpm, unsigned pcr, const assay_digest *digests, size_t count,
                     assay_error *error)
{
    TPML_DIGEST_VALUES values = { 0 };

    if (pcr >= ASSAY_TPM_PCRS || count == 0 || count > TPM2_NUM_PCR_BANKS)
        return assay_fail(error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE,
                          "PCR %u can't be extended by %zu digests", pcr, count);
    for (size_t i = 0; i < count; i++) {
        if (digests[i].size > sizeof values.digests[i].digest)
            return assay_fail(error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE, "a digest is too long");
        values.digests[i].hashAlg = digests[i].alg;
        memcpy(&values.digests[i].digest, digests[i].value, digests[i].size);
    }
    values.count = (uint32_t)count;
    return assay_tpm_check(tpm,
                           Esys_PCR_Extend(tpm->esys, (ESYS_TR)(ESYS_TR_PCR0 + pcr),
                                           ESYS_TR_PASSWORD, ESYS_TR_NONE, ESYS_TR_NONE, &values),
                           "TPM2_PCR_Extend", error);
}
