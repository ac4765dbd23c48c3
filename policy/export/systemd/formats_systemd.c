/* SPDX-License-Identifier: BSD-2-Clause */
/* systemd: pcrlock, measure, cryptenroll: the formats. */
#include "policy/export/formats.h"

const assay_export_format *const assay_exports_systemd[] = {
    NULL,
};
