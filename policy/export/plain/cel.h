/* SPDX-License-Identifier: BSD-2-Clause */
/* A variant's boot as one canonical event log, and back. Private to policy/. */
#ifndef ASSAY_POLICY_EXPORT_PLAIN_CEL_H
#define ASSAY_POLICY_EXPORT_PLAIN_CEL_H

#include "policy/export/export.h"

/** `format` is "cel-json" or "cel-tlv" (eventlog/log.h). 0 or a negative kind. */
int assay_cel_export(assay_export_job *job, const char *format, assay_error *error);
int assay_cel_import(assay_import_job *job, const char *format, assay_reference **ret_reference,
                     assay_error *error);

#endif
