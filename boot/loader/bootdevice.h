/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The devices that a boot manager offers to boot from: where they are (UEFI 2.10 section 10.3) and
 * what EDK2 calls them (MdeModulePkg, UefiBootManagerLib, BmBootDescription.c).
 * Private to the loaders.
 */
#ifndef ASSAY_BOOT_LOADER_BOOTDEVICE_H
#define ASSAY_BOOT_LOADER_BOOTDEVICE_H

#include "boot/loader/boot.h"

/** A disk's device path without its End; kept. No bytes for one that nothing is said of. */
assay_bytes assay_bootdevice_path(assay_boot *boot, const assay_scenario_disk *disk);

/** The nodes of a device on PCI bus 0. */
void assay_bootdevice_put_pci(assay_writer *out, uint8_t device, uint8_t function);

/** Its description as firmware would make it, UTF-16LE without NUL; kept. */
assay_bytes assay_bootdevice_description(assay_boot *boot, const assay_scenario_disk *disk);

/**
 * Those that firmware connects, in the order in which it meets them: with any `bootindex` only
 * those that have one, lowest first; else all. How many there are.
 */
size_t assay_bootdevice_list(const assay_scenario *scenario,
                             const assay_scenario_disk *ret_disks[ASSAY_SCENARIO_DISKS]);

#endif
