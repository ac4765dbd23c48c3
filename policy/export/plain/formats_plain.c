/* SPDX-License-Identifier: BSD-2-Clause */
/* Plain lists, and the canonical event log: the formats. */
#include "policy/export/formats.h"
#include "policy/export/plain/plain.h"

const assay_export_format *const assay_exports_plain[] = {
    &assay_export_text,     &assay_export_csv,     &assay_export_json,
    &assay_export_cel_json, &assay_export_cel_tlv, NULL,
};
