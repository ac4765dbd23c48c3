/* SPDX-License-Identifier: BSD-2-Clause */
/* What export and import are made of. */
#ifndef ASSAY_CLI_EXPORT_H
#define ASSAY_CLI_EXPORT_H

#include "base/output.h"
#include "cli/keys.h"
#include "policy/export/export.h"

/** Prints the table of formats, in the notation that was asked for: `--to list`. */
int cli_put_formats(const cli_call *call, bool readable);

/** NAME=VALUE words as settings; the names lie in `arena`. False when there is no memory. */
bool cli_settings(const cli_words *words, assay_arena *arena, assay_export_setting *ret_settings);

/** Says the notes on standard error, worst first; with --quiet refusals alone. */
void cli_say_notes(const cli_call *call, const assay_export_note *notes, size_t count);

/** Emits "notes": kind and text of each. */
void cli_emit_notes(assay_output *out, const assay_export_note *notes, size_t count);

/** Writes one file to --output or standard output, or a folder of several to --output. */
int cli_save_export(const cli_call *call, const assay_export_format *format,
                    const assay_export_job *job, bool replace);

/**
 * Writes files below a folder that there is not, or that is empty; with `replace` in the place of
 * one that there is. All or none. CLI_YES, or CLI_TROUBLE after saying what is wrong.
 */
int cli_save_folder(const cli_call *call, const char *path, assay_export_file *const *files,
                    size_t count, bool replace);

enum { CLI_MOMENT_SIZE = 21, CLI_WHY_SIZE = sizeof(((assay_error *)NULL)->what) };

/** The hosts of --host, each held against the reference. */
typedef struct cli_exported_hosts {
    size_t count;
    assay_export_host list[CLI_WORDS_MAX];
    char *names[CLI_WORDS_MAX];
    assay_reference_result *results[CLI_WORDS_MAX];
    char why[CLI_WORDS_MAX][CLI_WHY_SIZE];
    char time[CLI_MOMENT_SIZE];
} cli_exported_hosts;

/** CLI_YES, or CLI_TROUBLE after saying why; free after both. */
int cli_compare_hosts(const cli_call *call, const cli_words *words,
                      const assay_reference *reference, assay_hashes *hashes,
                      cli_exported_hosts *ret_hosts);
void cli_exported_hosts_free(cli_exported_hosts *hosts);

/** The certificates of PEM or DER files, in DER, in their order. CLI_YES or CLI_TROUBLE. */
int cli_read_certificates(const cli_call *call, const cli_words *files, assay_arena *arena,
                          assay_bytes **ret_list, size_t *ret_count);

#endif
