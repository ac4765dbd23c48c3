/* SPDX-License-Identifier: BSD-2-Clause */
/* A systemd-stub at work. Private to boot/loader/. */
#ifndef ASSAY_BOOT_LOADER_SDSTUB_PRIVATE_H
#define ASSAY_BOOT_LOADER_SDSTUB_PRIVATE_H

#include "boot/loader/sdstub.h"

/** Archives of files beside the image or of all images, in the order in which they are made. */
enum assay_sd_sidecars {
    ASSAY_SD_CREDENTIALS,
    ASSAY_SD_GLOBAL_CREDENTIALS,
    ASSAY_SD_SYSEXT,
    ASSAY_SD_GLOBAL_SYSEXT,
    ASSAY_SD_CONFEXT,
    ASSAY_SD_GLOBAL_CONFEXT,
    ASSAY_SD_SIDECARS
};

typedef struct assay_sd_stub {
    assay_boot *boot;
    const assay_boot_image *image;
    const assay_sdstub_version *version;
    const assay_sd_parts *previous; /* the loader's initrd; or NULL */
    assay_uki uki;
    assay_bytes extra; /* the folder beside the image */
    assay_bytes cmdline;
    assay_sd_addons_found addons;
    assay_sd_parts sidecars[ASSAY_SD_SIDECARS];
    size_t initrd_count; /* that the initrd is put together of */
    assay_sd_parts initrd;
} assay_sd_stub;

/** Makes and measures the archives. */
void assay_sd_stub_pack_sidecars(assay_sd_stub *s);

/** Puts the initrd together: one alone as it is, of several each padded to a multiple of four. */
void assay_sd_stub_combine_initrds(assay_sd_stub *s);

#endif
