/* SPDX-License-Identifier: BSD-2-Clause */
/* Private to boot/loader/shim*.c: which file shim starts (load-options.c, dp.c). */
#ifndef ASSAY_BOOT_LOADER_SHIMSECOND_H
#define ASSAY_BOOT_LOADER_SHIMSECOND_H

#include "boot/loader/shim_private.h"

typedef struct assay_shim_second {
    assay_bytes name;         /* UTF-8, with '/' or '\' in it or not */
    assay_bytes load_options; /* for it, UTF-16LE; or no bytes */
} assay_shim_second;

/** The folder of a path, with its last '/'; empty for a file in the root. Lent. */
assay_bytes assay_shim_folder_of(assay_bytes path);

/** The path of a file that shim names: below \EFI\ as it is, else the last name of it,
 * beside shim. */
assay_bytes assay_shim_beside(assay_boot *boot, const assay_shim *shim, assay_bytes name);

/** "grubx64.efi", or what this shim was built for; kept. */
assay_bytes assay_shim_standard(assay_boot *boot, const assay_shim *shim);

/** "mmx64.efi" for "mm" and "fbx64.efi" for "fb", by shim's machine; kept. */
assay_bytes assay_shim_helper(assay_boot *boot, const assay_shim *shim, const char *prefix);

/** The second stage as load options, options.csv or the build name it. */
assay_shim_second assay_shim_second_of(assay_boot *boot, const assay_shim *shim,
                                       assay_bytes load_options);

/** Whether shim was started as \EFI\BOOT\BOOT*.EFI and its fallback is there. */
bool assay_shim_wants_fallback(assay_boot *boot, const assay_shim *shim, assay_bytes path);

#endif
