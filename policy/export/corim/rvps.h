/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A message to Trustee's Reference Value Provider Service (rvps/src/lib.rs): its version, a type
 * that names who takes the payload apart, and the payload in base64.
 *
 *     {"version":"0.1.0","type":"sample","payload":"eyJ0cG1fcGNyMDAi..."}
 *
 * The payload of type "sample" is JSON: names, and for each a list of what it may be. A policy
 * asks whether the claim pcr07 of a TPM is in the list of tpm_pcr07.
 * Private to policy/.
 */
#ifndef ASSAY_POLICY_EXPORT_CORIM_RVPS_H
#define ASSAY_POLICY_EXPORT_CORIM_RVPS_H

#include "policy/export/corim/corim.h"

/** Any other version is refused there. */
#define ASSAY_RVPS_VERSION "0.1.0"

/** As the default policy names PCRs of a TPM. */
#define ASSAY_RVPS_PREFIX "tpm_pcr"

enum { ASSAY_RVPS_MAX = 32 << 20, ASSAY_RVPS_VALUES_MAX = 1 << 14 };

/** The row's functions. */
int assay_rvps_write(assay_export_job *job, assay_error *error);
int assay_rvps_read(assay_import_job *job, assay_reference **ret_reference, assay_error *error);

#endif
