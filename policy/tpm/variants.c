/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/tpm/variants.h"

#include "eventlog/types.h"

static assay_pcr_set with_values(const assay_pcrs *values)
{
    assay_pcr_set pcrs = 0;

    for (size_t i = 0; i < values->bank_count; i++)
        pcrs |= values->banks[i].present;
    return pcrs;
}

assay_pcr_set assay_tpm_pcrs_of(const assay_reference *reference, size_t variant)
{
    assay_pcr_set pcrs = 0;

    for (size_t i = 0; i < reference->step_count; i++) {
        const assay_reference_alternative *const at =
            assay_reference_at(&reference->steps[i], variant);

        if (at != NULL && at->event.pcr_index < ASSAY_PCRS && at->event.type != EV_NO_ACTION)
            pcrs |= (assay_pcr_set)1 << at->event.pcr_index;
    }
    return pcrs != 0 ? pcrs : with_values(&reference->variants[variant].values);
}

void assay_tpm_select_held(assay_tpm_selection *ret_selection, const assay_reference *reference,
                           size_t variant, const uint16_t *banks, size_t bank_count,
                           assay_pcr_set pcrs)
{
    *ret_selection = (assay_tpm_selection){ 0 };
    for (size_t i = 0; i < bank_count; i++) {
        const assay_pcr_bank *const bank =
            assay_pcrs_bank_const(&reference->variants[variant].values, banks[i]);

        if (bank != NULL)
            assay_tpm_select(ret_selection, banks[i], bank->present & pcrs);
    }
}
