/* SPDX-License-Identifier: BSD-2-Clause */
/* Files of a reference, as golden show and golden check tell them. */
#ifndef ASSAY_CLI_GOLDEN_FILES_H
#define ASSAY_CLI_GOLDEN_FILES_H

#include "base/output.h"
#include "policy/reference/reference.h"

/** How many files, from the one at `at` on, are of its path and kind. */
size_t cli_files_of_path(const assay_reference *reference, size_t at);

/**
 * "sha256 0f...", or that the file was written to: the algorithm from column `start` on, the digest
 * at `column`, on as many lines as it needs.
 */
void cli_put_file_digest(assay_writer *out, const assay_reference_file *file, size_t start,
                         size_t column);

/** "algorithm" and "digest", or "violates". */
void cli_emit_file_digest(assay_output *out, const assay_reference_file *file);

#endif
