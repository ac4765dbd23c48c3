/* SPDX-License-Identifier: BSD-2-Clause */
/* Private to boot/: the half of recognise.h that looks at an event's neighbours. */
#ifndef ASSAY_BOOT_REBASE_CHAIN_H
#define ASSAY_BOOT_REBASE_CHAIN_H

#include "boot/rebase/recognise.h"

/** Tells images, GRUB's files and a stub's sections apart by what comes before and after them. */
void assay_recognise_chain(const assay_prediction *prediction, assay_recognised *events);

#endif
