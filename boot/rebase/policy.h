/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The variables that Secure Boot was decided by, as the log has them.
 * Private to boot/.
 */
#ifndef ASSAY_BOOT_REBASE_POLICY_H
#define ASSAY_BOOT_REBASE_POLICY_H

#include "boot/rebase/work.h"

/** The event of a variable in PCR 7, or work->count. */
size_t assay_rebase_find_policy(const assay_rebase_work *work, const char *name);

/** Its content as it will be; no bytes where the log has no such event. */
assay_bytes assay_rebase_policy(const assay_rebase_work *work, const char *name);

/** Measures a variable's event anew, with the bytes of it hashed that the base's digest covers. */
void assay_rebase_measure_variable(assay_rebase_work *work, size_t at, assay_bytes data);

/** Whether Secure Boot will be on. */
static inline bool assay_rebase_is_secure(const assay_rebase_work *work)
{
    const assay_bytes state = assay_rebase_policy(work, "SecureBoot");

    return state.size > 0 && state.data[0] == 1;
}

#endif
