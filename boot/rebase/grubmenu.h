/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where the command line in GRUB's `linux` comes from: an entry of the menu, variables, files of
 * its configuration.
 * Private to boot/.
 */
#ifndef ASSAY_BOOT_REBASE_GRUBMENU_H
#define ASSAY_BOOT_REBASE_GRUBMENU_H

#include "boot/rebase/work.h"

/** Whether a command adds an entry, or entries, to the menu. */
bool assay_rebase_is_menu_entry(const assay_event *event);

/**
 * Replaces the `linux` line of the log where it stands in the menu word by word. Where it doesn't,
 * its words come from elsewhere, and all that may hold them is unknown: entries that start a
 * kernel, variables, environment blocks, files of the Boot Loader Specification.
 */
void assay_rebase_replace_entries(assay_rebase_work *work, assay_bytes old_line,
                                  assay_bytes new_line);

/** Measures a line of text anew, as the base proves that lines are hashed (grub.c). */
void assay_rebase_measure_line(assay_rebase_work *work, size_t at, assay_bytes text);

#endif
