/* SPDX-License-Identifier: BSD-2-Clause */
/* The formats of systemd. Private to policy/. */
#ifndef ASSAY_POLICY_EXPORT_SYSTEMD_SYSTEMD_H
#define ASSAY_POLICY_EXPORT_SYSTEMD_SYSTEMD_H

#include "policy/export/export.h"

extern const assay_export_format assay_export_pcrlock, assay_export_pcrsig,
    assay_export_cryptenroll;

/** Whether a bank is one of those that systemd reads and extends: SHA-1 and SHA-2. */
bool assay_systemd_knows_bank(uint16_t alg);

#endif
