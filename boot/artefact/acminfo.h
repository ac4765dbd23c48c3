/* SPDX-License-Identifier: BSD-2-Clause */
/* Private to boot/. The information table of an authenticated code module and its lists. */
#ifndef ASSAY_BOOT_ARTEFACT_ACMINFO_H
#define ASSAY_BOOT_ARTEFACT_ACMINFO_H

#include "boot/artefact/acm.h"

/** Reads the table that begins the user area into acm->info. 0 or a negative kind. */
int assay_acm_read_info(assay_acm *acm, assay_error *error);

#endif
