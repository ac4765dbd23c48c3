/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Linux with an EFI stub: what it measures of what it was given, until ExitBootServices.
 */
#ifndef ASSAY_BOOT_LOADER_LINUX_H
#define ASSAY_BOOT_LOADER_LINUX_H

#include "boot/loader/boot.h"

/** What a boot loader hands to a kernel that it starts through the EFI stub. All of it is lent. */
typedef struct assay_linux_handover {
    assay_bytes kernel;              /* its file: a bzImage, or another with an EFI stub */
    assay_bytes load_options;        /* LoadOptions, LoadOptionsSize bytes; or no bytes */
    size_t initrd_count;
    const assay_bytes *initrd;       /* what LoadFile2 gives, in parts one behind the other */
    bool via_load_file2;             /* there is an initrd device path, even if it gives none */
    const assay_scenario_disk *disk; /* where "initrd=" in the options looks; NULL: nowhere */
    assay_bytes release;             /* "6.1.0-56-amd64" where the loader knows it; or no bytes */
} assay_linux_handover;

/**
 * Runs the stub, once the kernel's image is loaded and measured: PCR 9's LoadOptions and initrd as
 * this kernel's release has it, then ExitBootServices. RETURNED when the stub gives up, because an
 * "initrd=" names no file.
 */
enum assay_boot_end assay_linux_start(assay_boot *boot, const assay_linux_handover *handover);

/**
 * The same for a boot loader that enters the kernel behind its stub, so that nothing is measured
 * but ExitBootServices.
 */
enum assay_boot_end assay_linux_enter(assay_boot *boot, assay_bytes kernel);

#endif
