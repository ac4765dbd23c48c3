/* SPDX-License-Identifier: BSD-2-Clause */
/* Variants that are read back from policies: names and values. Private to policy/. */
#ifndef ASSAY_POLICY_EXPORT_TPM_IMPORTED_H
#define ASSAY_POLICY_EXPORT_TPM_IMPORTED_H

#include "policy/export/export.h"
#include "policy/tpm/selection.h"

/**
 * Adds a variant without values. *ret_variant is good until the next one comes. -ASSAY_MALFORMED
 * for a name that is none, or that another variant has.
 */
int assay_tpm_import_variant(assay_reference *reference, assay_bytes name,
                             assay_reference_variant **ret_variant, assay_error *error);

/** Sets a value, which is stated. False: not of the bank's size, or another one is there. */
bool assay_tpm_import_value(assay_reference_variant *variant, uint16_t alg, unsigned pcr,
                            assay_bytes value);

/** An empty reference of that name, or of "reference" where it is none; NULL: no memory. */
assay_reference *assay_tpm_import_begin(assay_bytes name);

#endif
