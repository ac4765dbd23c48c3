/* SPDX-License-Identifier: BSD-2-Clause */
/* Private to boot/: what the files of the TPM share. */
#ifndef ASSAY_BOOT_PLATFORM_TPM_PRIVATE_H
#define ASSAY_BOOT_PLATFORM_TPM_PRIVATE_H

#include "boot/platform/tpm.h"

#include <tss2/tss2_esys.h>

struct assay_tpm {
    ESYS_CONTEXT *esys;
    TSS2_TCTI_CONTEXT *connection;
    bool owns_connection;
    TSS2_RC last;
    assay_tpm_info info;
};

/* 0 for success, else -ASSAY_IO after saying which command failed and why. */
int assay_tpm_check(assay_tpm *tpm, TSS2_RC rc, const char *command, assay_error *error);

/* An answer that contradicts the question. */
int assay_tpm_nonsense(const char *command, assay_error *error);

/* TPM2_GetCapability; what it returns wants Esys_Free. NULL after a failure. */
TPMS_CAPABILITY_DATA *assay_tpm_capability(assay_tpm *tpm, TPM2_CAP capability, uint32_t property,
                                           uint32_t count, bool *ret_more, int *ret_status,
                                           assay_error *error);

#endif
