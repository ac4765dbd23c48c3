/* SPDX-License-Identifier: BSD-2-Clause */
/* Plain lists, and the canonical event log: the formats. */
#include "policy/export/formats.h"

const assay_export_format *const assay_exports_plain[] = {
    NULL,
};
