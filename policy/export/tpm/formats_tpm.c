/* SPDX-License-Identifier: BSD-2-Clause */
/* TPM 2.0 policies, for tpm2-tools, clevis and FAPI: the formats. */
#include "policy/export/formats.h"
#include "policy/export/tpm/clevis.h"
#include "policy/export/tpm/tpm2.h"

const assay_export_format *const assay_exports_tpm[] = {
    &assay_export_tpm2_policy,
    &assay_export_clevis,
    NULL,
};
