/* SPDX-License-Identifier: BSD-2-Clause */
/* What running a format takes from the files about its job. Private to policy/export/. */
#ifndef ASSAY_POLICY_EXPORT_JOB_H
#define ASSAY_POLICY_EXPORT_JOB_H

#include "policy/export/export.h"

/**
 * Whether the format knows all settings: 0, or -ASSAY_UNSUPPORTED with `error` telling the place
 * of the first that it doesn't.
 */
int assay_export_check_settings(const assay_export_format *format,
                                const assay_export_setting *settings, size_t count,
                                assay_error *error);

/** Whether every file could be made: 0, or a negative kind with `error` filled. */
int assay_export_check_files(const assay_export_job *job, assay_error *error);

/** Notes PCRs that were asked for by number, and that no value is held of. */
void assay_export_note_missing(assay_export_job *job);

/** Notes, of a format without files, how many digests of the reference's are not written. */
void assay_export_note_files(assay_export_job *job);

#endif
