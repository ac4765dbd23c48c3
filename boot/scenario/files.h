/* SPDX-License-Identifier: BSD-2-Clause */
/* The files that a scenario's document names, opened: a scenario that can be predicted. */
#ifndef ASSAY_BOOT_SCENARIO_FILES_H
#define ASSAY_BOOT_SCENARIO_FILES_H

#include "boot/scenario/document.h"

typedef struct assay_scenario_files assay_scenario_files;

/**
 * Opens all that a document names, relative to `folder` (NULL: where the process is). 0 and files
 * to be freed; or a negative kind with `error` filled, and in *ret_culprit the name of the file
 * that is to blame, or NULL; it lasts as long as the document.
 */
int assay_scenario_files_open(const assay_document *document, const char *folder,
                              assay_scenario_files **ret_files, const char **ret_culprit,
                              assay_error *error);
void assay_scenario_files_free(assay_scenario_files **files);

/** The scenario, lent until the files are freed. */
const assay_scenario *assay_scenario_files_scenario(const assay_scenario_files *files);

/** Those that were opened as one, by position: where it was named, and its bytes; false beyond
 * the last. Folders are none. */
bool assay_scenario_files_at(const assay_scenario_files *files, size_t position,
                             const char **ret_role, const char **ret_name, assay_bytes *ret_bytes);

#endif
