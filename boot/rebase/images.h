/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Images that were given for events of a log.
 * Private to boot/.
 */
#ifndef ASSAY_BOOT_REBASE_IMAGES_H
#define ASSAY_BOOT_REBASE_IMAGES_H

#include "base/utf16.h"
#include "boot/rebase/work.h"

/** What an image says it is by its sections: IMAGE where nothing tells. */
enum assay_role assay_rebase_role_of(const assay_pe *pe);

/** Whether an image event's device path ends in `path`, or in its last names;
 * case doesn't count. */
bool assay_rebase_is_at(const assay_event *event, assay_bytes path);

/** Measures an image's event anew; `field` names the file for a failure. */
void assay_rebase_measure_image(assay_rebase_work *work, size_t at, assay_bytes file,
                                const char *field);

#endif
