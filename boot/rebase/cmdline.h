/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What several families need to know of a kernel's events.
 * Private to boot/.
 */
#ifndef ASSAY_BOOT_REBASE_CMDLINE_H
#define ASSAY_BOOT_REBASE_CMDLINE_H

#include "base/utf16.h"
#include "boot/rebase/policy.h"

/** The content event of a UKI's section, or work->count. */
size_t assay_rebase_find_section(const assay_rebase_work *work, const char *name);

/** Whether two events have the same digests in the banks that both have. */
bool assay_rebase_same_digests(const assay_event *a, const assay_event *b);

#endif
