/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What shim does for the programs that it starts: it verifies and measures what they load, as
 * boot->shim says. (rhboot/shim, verify.c and pe.c, 15.4 to 16.1.)
 *
 * Whoever loads an image asks assay_shim_loads() first.
 */
#ifndef ASSAY_BOOT_LOADER_SHIM_H
#define ASSAY_BOOT_LOADER_SHIM_H

#include "boot/loader/boot.h"

/**
 * Verify() of shim's protocol, `times` times with the same file: PCR 4 first, whatever comes of
 * it, then in PCR 7 what lets the image pass, where shim verifies at all and didn't log it before.
 * GRUB 2.06 calls it twice for a kernel (verifier and Linux loader), GRUB 2.12 once, systemd-boot
 * and -stub once an image by way of their security hook, for a shim before 16. None of them calls
 * it with Secure Boot off. What they do with MokSBState at 1 is theirs: Verify() measures even
 * then. True when the image passes; false too when the boot failed.
 */
bool assay_shim_verify(assay_boot *boot, assay_bytes file, enum assay_part part, size_t times);

/** Whether LoadImage is shim's and not the firmware's: since shim 16, where it verifies. */
bool assay_shim_loads(const assay_boot *boot);

/**
 * LoadImage of shim: in PCR 7 what lets the image pass, then PCR 4, with the image's path relative
 * to its disk. False, and nothing measured, when it is refused.
 */
bool assay_shim_load(assay_boot *boot, const assay_boot_image *image, const assay_pe *pe);

#endif
