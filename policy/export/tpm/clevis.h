/* SPDX-License-Identifier: BSD-2-Clause */
/* The format `clevis`. Private to policy/. */
#ifndef ASSAY_POLICY_EXPORT_TPM_CLEVIS_H
#define ASSAY_POLICY_EXPORT_TPM_CLEVIS_H

#include "policy/export/export.h"

extern const assay_export_format assay_export_clevis;

#endif
