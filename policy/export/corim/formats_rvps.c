/* SPDX-License-Identifier: BSD-2-Clause */
/* Trustee: the formats. */
#include "policy/export/formats.h"

const assay_export_format *const assay_exports_rvps[] = {
    NULL,
};
