/* SPDX-License-Identifier: BSD-2-Clause */
/* Which PCRs of a reference's variant a policy is about. */
#ifndef ASSAY_POLICY_TPM_VARIANTS_H
#define ASSAY_POLICY_TPM_VARIANTS_H

#include "policy/reference/reference.h"
#include "policy/tpm/selection.h"

/**
 * The PCRs that the steps of a variant go into; of one without steps all that have a value. Those
 * that no step extends say nothing of a boot, and whoever runs later may extend them.
 */
assay_pcr_set assay_tpm_pcrs_of(const assay_reference *reference, size_t variant);

/** Selects of the banks, in their order, those of `pcrs` that the variant holds values of. */
void assay_tpm_select_held(assay_tpm_selection *ret_selection, const assay_reference *reference,
                           size_t variant, const uint16_t *banks, size_t bank_count,
                           assay_pcr_set pcrs);

#endif
