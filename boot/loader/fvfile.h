/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The files of the firmware as boot options name them: Fv(volume)/FvFile(file), UEFI's boot manager
 * menu and its shell above all.
 * Private to the loaders.
 */
#ifndef ASSAY_BOOT_LOADER_FVFILE_H
#define ASSAY_BOOT_LOADER_FVFILE_H

#include "boot/artefact/ffs.h"
#include "boot/loader/boot.h"

enum { ASSAY_FVFILES_MAX = 1024 };

/** EDK2's UiApp, PcdBootManagerMenuFile of most platforms; and its shell, gUefiShellFileGuid. */
extern const assay_guid assay_guid_uiapp, assay_guid_shell_file;

typedef struct assay_fvfile {
    assay_guid volume; /* its name */
    assay_guid name;
    assay_bytes pe;    /* the first PE32 section; no bytes: there is none */
    assay_bytes title; /* the user interface section, UTF-16LE with its NUL; or no bytes */
} assay_fvfile;

typedef struct assay_fvfiles {
    size_t count;
    assay_fvfile list[ASSAY_FVFILES_MAX];
    bool unpatched_kernel; /* it knows QEMU's "etc/boot/kernel" (edk2-stable202502 and later) */
    bool initrd_first;     /* "initrd=initrd " before the command line (edk2-stable202508) */
    bool legacy_loader;    /* starts kernels that Secure Boot refuses (to edk2-stable202511) */
} assay_fvfiles;

/** Collects the files of OVMF's DXEFV, lent from the boot's OVMF; none of other firmware. NULL when
 * the boot failed; else to be freed. */
assay_fvfiles *assay_fvfiles_new(assay_boot *boot);
void assay_fvfiles_free(assay_fvfiles **files);

/** By name; NULL where there is none. */
const assay_fvfile *assay_fvfiles_find(const assay_fvfiles *files, const assay_guid *name);

/** The file that a device path names as Fv(volume)/FvFile(file); NULL when there is none. */
const assay_fvfile *assay_fvfiles_of_path(const assay_fvfiles *files, assay_bytes path);

/** Whether a device path is of that form: also MemoryMapped(...)/FvFile(file), as others write. */
bool assay_fvfile_is_path(assay_bytes path);

/** The device path of a file, without its End; kept. */
assay_bytes assay_fvfile_path(assay_boot *boot, const assay_fvfile *file);

#endif
