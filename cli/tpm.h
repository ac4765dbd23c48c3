/* SPDX-License-Identifier: BSD-2-Clause */
/* The live TPM, for verbs that want one. */
#ifndef ASSAY_CLI_TPM_H
#define ASSAY_CLI_TPM_H

#include "boot/platform/tpm.h"
#include "cli/command.h"
#include "replay/pcrs.h"

/** The value of --tcti as the help calls it. */
#define CLI_TCTI_HELP                                                                              \
    "the TPM to use, as tpm2-tools name it (TPM2TOOLS_TCTI, TCTI, device:/dev/tpmrm0)"

/** Opens the TPM of --tcti (NULL: the usual one), or says why not. CLI_YES or CLI_TROUBLE. */
int cli_tpm_open(const cli_call *call, const char *tcti, assay_tpm **ret_tpm);

/** Says what the TPM refused, with what can be done. CLI_TROUBLE. */
int cli_tpm_complain(const cli_call *call, const char *tcti, const assay_tpm *tpm,
                     const assay_error *error);

/** The values of all PCRs of all banks that are known here. CLI_YES or CLI_TROUBLE. */
int cli_tpm_pcrs(const cli_call *call, const char *tcti, assay_pcrs *ret_pcrs);

enum { CLI_PASSWORD_MAX = 64 };

/**
 * A password as tpm2-tools take it: "file:NAME" (or "file:-"), "hex:00ff", "str:words", or the
 * words themselves. CLI_YES with up to CLI_PASSWORD_MAX bytes, none for NULL, or CLI_TROUBLE.
 */
int cli_password(const cli_call *call, const char *option, const char *text,
                 uint8_t ret_password[static CLI_PASSWORD_MAX], size_t *ret_size);

#endif
