/* SPDX-License-Identifier: BSD-2-Clause */
/* Findings for people: what, where, what it means, what to do. */
#ifndef ASSAY_CLI_FINDINGS_H
#define ASSAY_CLI_FINDINGS_H

#include "cli/command.h"
#include "eventlog/finding.h"

/**
 * Prints those of at least `severity`, and those that --fail-on names, worst first and code by
 * code: what it means, the first three (with -v all that are kept) with their places, what to do.
 * Nothing when there are none.
 */
void cli_put_findings(const cli_call *call, const assay_findings *findings,
                      enum assay_severity severity);

/** Whether cli_put_findings prints anything. */
bool cli_any_findings(const cli_call *call, const assay_findings *findings,
                      enum assay_severity severity);

/**
 * The exit status of a verb that would else return `status`: CLI_NO when --fail-on names one of
 * `findings`. Trouble stays trouble.
 */
int cli_fail_on(const cli_call *call, const assay_findings *findings, int status);

#endif
