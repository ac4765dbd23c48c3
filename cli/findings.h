/* SPDX-License-Identifier: BSD-2-Clause */
/* Findings for people: what, where, what it means, what to do. */
#ifndef ASSAY_CLI_FINDINGS_H
#define ASSAY_CLI_FINDINGS_H

#include "cli/command.h"
#include "eventlog/finding.h"

/** Prints those of at least that severity, worst first; nothing when there are none. */
void cli_put_findings(const cli_call *call, const assay_findings *findings,
                      enum assay_severity at_least);

/** Prints those of at least `least` briefly: of each code the first, its meaning, and how many. */
void cli_put_findings_brief(const cli_call *call, const assay_findings *findings,
                            enum assay_severity least);

#endif
