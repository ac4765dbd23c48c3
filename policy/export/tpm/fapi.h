/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Policies of TSS 2.0's Feature API (TCG FAPI JSON Data Types and Policy Language, section 5), as
 * libtss2-fapi reads them. Private to policy/.
 *
 *     policy.json           what is sealed to: tss2_import -p /policy/NAME -i policy.json
 *     approved/NN-V.json    with a key: the variants that it signed, to be imported beside it
 *     variants.json         with nv-path: what tss2_writeauthorizenv puts into the index
 *     variant               where there is one variant: its name, which no branch could have
 *     README.md             the commands
 */
#ifndef ASSAY_POLICY_EXPORT_TPM_FAPI_H
#define ASSAY_POLICY_EXPORT_TPM_FAPI_H

#include "policy/export/tpm/plan.h"

/** Reads such a folder, or one policy of PCRs. 0 or a negative kind. */
int assay_fapi_read(assay_import_job *job, assay_reference **ret_reference, assay_error *error);

extern const assay_export_format assay_export_fapi;

#endif
