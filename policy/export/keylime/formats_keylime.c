/* SPDX-License-Identifier: BSD-2-Clause */
/* Keylime: the formats. */
#include "policy/export/formats.h"
#include "policy/export/keylime/keylime.h"

const assay_export_format *const assay_exports_keylime[] = {
    &assay_export_keylime_tpm_policy, &assay_export_keylime_rest, &assay_export_keylime_mb_refstate,
    &assay_export_keylime_runtime_policy, NULL,
};
