/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From the device path of a boot option to the image that it starts, as EDK2 finds it
 * (MdeModulePkg, UefiBootManagerLib, BmBoot.c, BmGetNextLoadOptionDevicePath): full paths; short
 * ones that begin with a partition or a file name; a bare device or partition, which stands for
 * its file \EFI\BOOT\BOOTX64.EFI; files of the firmware.
 * Private to the loaders.
 */
#ifndef ASSAY_BOOT_LOADER_BOOTFILE_H
#define ASSAY_BOOT_LOADER_BOOTFILE_H

#include "boot/loader/boot.h"
#include "boot/loader/fvfile.h"

/**
 * The image that `path` leads to, with file, disk, path and device path; all kept or lent as long
 * as the boot lasts. False where there is none, or it is no application that this machine runs.
 */
bool assay_bootfile_find(assay_boot *boot, const assay_fvfiles *files, assay_bytes path,
                         assay_boot_image *ret_image);

/** The file \EFI\BOOT\BOOTX64.EFI of the first disk that has one. False where none has. */
bool assay_bootfile_find_default(assay_boot *boot, assay_boot_image *ret_image);

/** Whether a path leads to a disk: it begins with the disk's own, or is short for a file there. */
bool assay_bootfile_is_on(assay_boot *boot, const assay_fvfiles *files, assay_bytes path,
                          const assay_scenario_disk *disk);

/** The image of a firmware file. False when it has none. */
bool assay_bootfile_of_firmware(assay_boot *boot, const assay_fvfile *file,
                                assay_boot_image *ret_image);

#endif
