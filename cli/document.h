/* SPDX-License-Identifier: BSD-2-Clause */
/* What every JSON and YAML document of the command has in common. */
#ifndef ASSAY_CLI_DOCUMENT_H
#define ASSAY_CLI_DOCUMENT_H

#include "base/output.h"
#include "cli/command.h"
#include "cli/logs.h"
#include "eventlog/finding.h"

/**
 * Begins the document in the notation that was asked for: its object, and "assay" with
 * the version and the schema ("assay-VERB/1"), which is man/assay-VERB.schema.json; of a verb
 * below another "assay-lcp-sign/1".
 */
assay_output cli_document_begin(const cli_call *call);

/**
 * "inputs": name, size and SHA-256 of each log and of each file of PCR values; of a log also its
 * format, and what it repeats of another. 0 or a negative kind.
 */
int cli_emit_inputs(assay_output *out, const cli_logs *logs);

/**
 * One of them: an object of its role ("policy", "mle" ...; NULL where it has none), name, size and
 * SHA-256. 0 or a negative kind.
 */
int cli_emit_input(assay_output *out, const char *role, const cli_input *input);

/** "findings": code, severity, place, detail, meaning and action of each. */
void cli_emit_findings(assay_output *out, const assay_findings *findings);

#endif
