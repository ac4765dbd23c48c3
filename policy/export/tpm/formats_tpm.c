/* SPDX-License-Identifier: BSD-2-Clause */
/* TPM 2.0 policies, for tpm2-tools, clevis and FAPI: the formats. */
#include "policy/export/formats.h"
#include "policy/export/tpm/clevis.h"

const assay_export_format *const assay_exports_tpm[] = {
    &assay_export_clevis,
    NULL,
};
