/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A GRUB image for EFI: what grub-mkimage put into its "mods" section, and which of the many GRUBs
 * it is. (grub-core: include/grub/kernel.h, "mimg"; shim's SBAT.md.) Little-endian.
 */
#ifndef ASSAY_BOOT_LOADER_GRUB_IMAGE_H
#define ASSAY_BOOT_LOADER_GRUB_IMAGE_H

#include "boot/artefact/pe.h"

/** How GRUBs differ in what they measure. */
typedef struct assay_grub_flavour {
    const char *vendor;     /* of .sbat's "grub.VENDOR"; "" is any */
    const char *version;    /* from which on, "2.06" */
    bool tries_config;      /* "normal" opens grub.cfg once to see that it is there */
    bool tries_fw_path;     /* ... before that, in $fw_path */
    bool stub;              /* kernels start through their EFI stub, with LoadFile2 */
    bool own_loader;        /* ... by a PE loader of its own, which measures nothing */
    unsigned verifications; /* how often shim verifies, and so measures, a kernel */
    bool memdisk_fonts;     /* fonts come from the memdisk first */
    bool locked_modules;    /* no module is loaded with Secure Boot on */
    bool bls;               /* has blscfg */
} assay_grub_flavour;

typedef struct assay_grub_image {
    const assay_grub_flavour *flavour;
    assay_bytes prefix;   /* "/EFI/debian"; no bytes: none */
    assay_bytes config;   /* the script built in; or no bytes */
    assay_bytes memdisk;  /* or no bytes */
    assay_bytes version;  /* "2.06-13+deb12u2" of .sbat; or no bytes */
    assay_bytes vendor;   /* "debian" */
    assay_bytes modules;  /* the mods section */
} assay_grub_image;

/** Whether an image is a GRUB: .sbat has a line of it, or there is a mods section. */
bool assay_grub_image_detect(const assay_pe *pe);

/** Reads what is built into it. What is missing or cut short is left out. */
void assay_grub_image_open(assay_grub_image *image, const assay_pe *pe);

/** Whether a module of this name is built into it: its .modname says so. */
bool assay_grub_image_has_module(const assay_grub_image *image, assay_bytes name);

#endif
