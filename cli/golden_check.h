/* SPDX-License-Identifier: BSD-2-Clause */
/* What golden check found out, and its two ways out: golden_check_text.c, golden_check_json.c. */
#ifndef ASSAY_CLI_GOLDEN_CHECK_H
#define ASSAY_CLI_GOLDEN_CHECK_H

#include "cli/boots.h"
#include "cli/reference.h"
#include "policy/reference/compare.h"

enum { CLI_MOMENT_BYTES = 21 }; /* of "2026-01-02T03:04:05Z" and its NUL */

typedef struct cli_golden_checked {
    cli_reference reference;
    cli_boot *boot;
    assay_reference_result result;
    char at[CLI_MOMENT_BYTES]; /* when the reference has to be good */
    const char *expired;       /* a sentence, or NULL: it is good then */
} cli_golden_checked;

/** The verdict, with the reference's validity. */
enum assay_reference_verdict cli_golden_verdict(const cli_golden_checked *checked);

/** The variant's name, or NULL where there is none. */
const char *cli_golden_variant(const cli_golden_checked *checked);

/** For an operator: the verdict, what differs, what was expected, what to do. */
void cli_golden_check_put(const cli_call *call, const cli_golden_checked *checked);

/** JSON or YAML. CLI_YES or CLI_TROUBLE. */
int cli_golden_check_emit(const cli_call *call, const cli_golden_checked *checked);

#endif
