/* SPDX-License-Identifier: BSD-2-Clause */
/* Findings for people: what, where, what it means, what to do. */
#ifndef ASSAY_CLI_FINDINGS_H
#define ASSAY_CLI_FINDINGS_H

#include "cli/command.h"
#include "eventlog/finding.h"

/**
 * Prints those of at least that severity, worst first; nothing when there are none. Of each
 * code three are printed, with -v all that were kept.
 */
void cli_put_findings(const cli_call *call, const assay_findings *findings,
                      enum assay_severity at_least);

#endif
