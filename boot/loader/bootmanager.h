/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The boot manager of EDK2 as OVMF uses it: from the variables it finds to the boot options that it
 * tries (MdeModulePkg, UefiBootManagerLib and BdsDxe; OvmfPkg, PlatformBootManagerLib and
 * QemuBootOrderLib). What the versions from 2022 to 2025 differ in is not seen in these options,
 * but for a shell and a menu that a build has or hasn't.
 *
 * A firmware whose files are not known has its boot options as the variables say.
 * Private to the loaders.
 */
#ifndef ASSAY_BOOT_LOADER_BOOTMANAGER_H
#define ASSAY_BOOT_LOADER_BOOTMANAGER_H

#include "boot/loader/bootoption.h"
#include "boot/loader/fvfile.h"

typedef struct assay_boot_manager {
    assay_boot *boot;
    assay_fvfiles *files;
    const assay_fvfile *menu; /* NULL: this firmware's rules are not known */
    size_t device_count;
    const assay_scenario_disk *devices[ASSAY_SCENARIO_DISKS]; /* that it connects */
    assay_boot_options options;
} assay_boot_manager;

/** With what is there before devices are connected: options of the variables, and the menu's own.
 * NULL when the boot failed; else to be freed. */
assay_boot_manager *assay_boot_manager_new(assay_boot *boot);
void assay_boot_manager_free(assay_boot_manager **manager);

/** Connects devices and refreshes the options; for other firmware nothing. */
void assay_boot_manager_refresh(assay_boot_manager *manager);

/** ReadyToBoot before each attempt: the first time with boot options and separators. */
void assay_boot_manager_ready(assay_boot_manager *manager);

/** BootNext, the options in their order, what comes when none of them starts. */
enum assay_boot_end assay_boot_manager_boot(assay_boot_manager *manager);

#endif
