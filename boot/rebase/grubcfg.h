/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * GRUB's configuration, run anew.
 * Private to boot/.
 */
#ifndef ASSAY_BOOT_REBASE_GRUBCFG_H
#define ASSAY_BOOT_REBASE_GRUBCFG_H

#include "boot/rebase/work.h"

/**
 * Replaces all that GRUB measures from the file event at `first` on, which is of the configuration
 * with the menu, by what the new configuration makes it measure. False, and nothing is changed,
 * where that can't be told from a log.
 */
bool assay_rebase_run_configuration(assay_rebase_work *work, size_t first);

#endif
