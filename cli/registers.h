/* SPDX-License-Identifier: BSD-2-Clause */
/* Measurement registers in words, for all verbs. */
#ifndef ASSAY_CLI_REGISTERS_H
#define ASSAY_CLI_REGISTERS_H

#include "base/output.h"
#include "cli/command.h"
#include "eventlog/registers.h"

/**
 * A line, two columns in: which register stands for which PCRs, as the records number them if
 * `by_index`. Nothing of a TPM.
 */
void cli_put_registers(const cli_call *call, enum assay_registers registers, bool by_index);

/** "register": "RTMR0 (PCR 1, 7)" of a record of that PCRIndex; nothing of a TPM. */
void cli_emit_register(assay_output *out, enum assay_registers registers, uint32_t index);

#endif
