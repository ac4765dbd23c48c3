/* SPDX-License-Identifier: BSD-2-Clause */
/* A reference that a verb made, as a file. */
#ifndef ASSAY_CLI_GOLDEN_SAVE_H
#define ASSAY_CLI_GOLDEN_SAVE_H

#include "cli/command.h"
#include "policy/reference/reference.h"

/** Writes it to --output, or standard output. CLI_YES, or CLI_TROUBLE after saying why. */
int cli_golden_save(const cli_call *call, const assay_reference *reference);

#endif
