/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * systemd-stub, the program inside a unified kernel image (systemd, src/boot/stub.c; until 256
 * src/boot/efi/stub.c). What a version does otherwise is a row of the table in sdstub.c.
 */
#ifndef ASSAY_BOOT_LOADER_SDSTUB_H
#define ASSAY_BOOT_LOADER_SDSTUB_H

#include "boot/artefact/uki.h"
#include "boot/loader/sdinitrd.h"
#include "boot/loader/sdtext.h"

/** How a version of the stub treats *.addon.efi. */
enum assay_sd_addons {
    ASSAY_SD_NO_ADDONS,
    ASSAY_SD_ADDONS_BY_FOLDER, /* 254: command lines; those of a folder are measured at once */
    ASSAY_SD_ADDONS_FIRST,     /* 255: device trees too; loaded before the sections are measured */
    ASSAY_SD_ADDONS,           /* 257: initrds and microcode too; loaded behind the options */
};

typedef struct assay_sdstub_version {
    unsigned since;
    enum assay_sd_mangling mangling;
    enum assay_sd_addons addons;
    bool without_counter;   /* NAME+3-1.efi has NAME.efi.extra.d */
    bool checks_options;    /* as a whole; empty ones are none */
    bool tidies_addons;     /* mangles the command line of each before it joins them */
    bool confexts;          /* *.confext.raw is no system extension */
    bool microcode;         /* .ucode comes before .initrd */
    bool describes;         /* .osrel and .profile are handed on */
    bool previous_initrd;   /* what the loader handed over is handed on */
    bool global_extensions; /* loader/extensions */
    bool loads_kernel;      /* by LoadImage, which measures it where Secure Boot is off */
} assay_sdstub_version;

/**
 * The options that an image was passed, mangled; no text where they are none, as when firmware
 * passes something that is no text. "@2 quiet" is profile 2 and "quiet" for a stub with profiles;
 * *profile stays as it is when no number is there.
 */
assay_bytes assay_sd_passed_options(assay_boot *boot, const assay_boot_image *image,
                                    const assay_sdstub_version *version, bool profiles,
                                    unsigned *profile);

/** What was found in addons, in the order in which it was found. */
typedef struct assay_sd_addon_part {
    assay_bytes name; /* of the addon's file */
    size_t count;
    assay_bytes bytes[ASSAY_SD_SECTION_PARTS];
} assay_sd_addon_part;

enum { ASSAY_SD_ADDON_PARTS = 64 };

typedef struct assay_sd_addon_list {
    size_t count;
    assay_sd_addon_part parts[ASSAY_SD_ADDON_PARTS];
} assay_sd_addon_list;

typedef struct assay_sd_addons_found {
    assay_bytes cmdline; /* of the folders gone through since it was last measured; or no text */
    assay_sd_addon_list trees, initrds, microcode;
} assay_sd_addons_found;

/** Loads the addons of a folder of the image's disk, adding to what was found. */
void assay_sd_load_addons(assay_boot *boot, const assay_boot_image *image, const assay_uki *uki,
                          const assay_sdstub_version *version, assay_bytes folder,
                          assay_sd_addons_found *found);

/** EV_EVENT_TAG in PCR 12 of one part of an addon, which its file's name describes. */
void assay_sd_measure_addon(assay_boot *boot, uint32_t tag, const assay_sd_addon_part *part);

/**
 * Runs the stub of `image`; `previous` is the initrd that its loader hands over by LoadFile2, in
 * parts (count 0: none).
 */
enum assay_boot_end assay_sdstub_start(assay_boot *boot, const assay_boot_image *image,
                                       const assay_pe *pe, const assay_sd_parts *previous);

#endif
