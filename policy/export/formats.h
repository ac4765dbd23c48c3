/* SPDX-License-Identifier: BSD-2-Clause */
/* The formats, family by family: each list is ended by NULL. Private to policy/. */
#ifndef ASSAY_POLICY_EXPORT_FORMATS_H
#define ASSAY_POLICY_EXPORT_FORMATS_H

#include "policy/export/export.h"

extern const assay_export_format *const assay_exports_plain[];
extern const assay_export_format *const assay_exports_keylime[];
extern const assay_export_format *const assay_exports_systemd[];
extern const assay_export_format *const assay_exports_tpm[];
extern const assay_export_format *const assay_exports_corim[];
extern const assay_export_format *const assay_exports_rim[];
extern const assay_export_format *const assay_exports_hvs[];
extern const assay_export_format *const assay_exports_oat[];
extern const assay_export_format *const assay_exports_rvps[];
extern const assay_export_format *const assay_exports_openstack[];

#endif
