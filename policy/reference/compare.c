/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/reference/compare.h"

int assay_reference_compare(const assay_reference *reference, const assay_learnt_boot *boot,
                            const uint16_t *banks, size_t bank_count, assay_pcr_set pcrs,
                            assay_hashes *hashes, assay_reference_result *ret_result,
                            assay_error *error)
{
    (void)reference, (void)boot, (void)banks, (void)bank_count, (void)pcrs, (void)hashes;
    (void)ret_result;
    return assay_fail(error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE, "boots are not compared yet");
}

void assay_reference_result_free(assay_reference_result *result)
{
    (void)result;
}
