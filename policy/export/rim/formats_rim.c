/* SPDX-License-Identifier: BSD-2-Clause */
/* The TCG's PC Client RIM: the formats. */
#include "policy/export/formats.h"

const assay_export_format *const assay_exports_rim[] = {
    NULL,
};
