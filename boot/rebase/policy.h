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

/** refuse.c: what the new db and dbx refuse, as remarks; which authorities they no longer have. */
void assay_rebase_refuse(assay_rebase_work *work);

/** secureswitch.c: events that come and go when Secure Boot is switched off, and on. */
void assay_rebase_verify_nothing(assay_rebase_work *work);
void assay_rebase_verify_all(assay_rebase_work *work);

/** Whether an event says what let an image pass: firmware's db, or shim's own lists. */
static inline bool assay_rebase_is_authority(const assay_rebase_item *item)
{
    return !item->removed && (item->is.role == ASSAY_ROLE_AUTHORITY ||
                              item->is.role == ASSAY_ROLE_SHIM_AUTHORITY);
}

/** Whether Secure Boot will be on. */
static inline bool assay_rebase_is_secure(const assay_rebase_work *work)
{
    const assay_bytes state = assay_rebase_policy(work, "SecureBoot");

    return state.size > 0 && state.data[0] == 1;
}

#endif
