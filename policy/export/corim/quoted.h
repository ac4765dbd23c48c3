/* SPDX-License-Identifier: BSD-2-Clause */
/* Private to policy/. */
#ifndef ASSAY_POLICY_EXPORT_CORIM_QUOTED_H
#define ASSAY_POLICY_EXPORT_CORIM_QUOTED_H

#include "policy/export/corim/corim.h"

/**
 * Sets corim->quoted to the pcrDigest (TPM 2.0 Part 2, 10.12.1: TPMS_QUOTE_INFO) of each tuple,
 * which has one bank: SHA-256, the hash of the scheme that keys of quotes sign with, over the
 * values from PCR 0 up. Notes which PCRs the quote has to be of, and refusals. 0 or a negative
 * kind.
 */
int assay_corim_set_quoted(assay_export_job *job, assay_corim *corim, assay_error *error);

#endif
