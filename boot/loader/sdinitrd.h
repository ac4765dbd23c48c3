/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The initrd that systemd-stub hands to its kernel: put together of sections, of archives that it
 * makes of files beside the image, and of what it was given itself (systemd, src/boot/stub.c and
 * cpio.c).
 */
#ifndef ASSAY_BOOT_LOADER_SDINITRD_H
#define ASSAY_BOOT_LOADER_SDINITRD_H

#include "boot/loader/boot.h"

/** Runs of bytes one behind the other, lent; the list is kept by the boot. */
typedef struct assay_sd_parts {
    size_t count;
    size_t capacity;
    assay_bytes *list;
    uint64_t size; /* of all of them */
} assay_sd_parts;

void assay_sd_parts_add(assay_boot *boot, assay_sd_parts *parts, assay_bytes bytes);

/** Appends zeros up to a multiple of four of the whole. */
void assay_sd_parts_pad(assay_boot *boot, assay_sd_parts *parts);

/** Where an archive's files come to lie. */
typedef struct assay_sd_target {
    const char *folder;      /* ".extra/credentials"; those above it are made with mode 0555 */
    uint32_t folder_mode, file_mode;
} assay_sd_target;

/** Which files beside an image, or of all images, make an archive. */
typedef struct assay_sd_sidecar {
    const char *folder;  /* on the ESP; NULL: NAME.efi.extra.d */
    const char *suffix;  /* of the files' names, in any case */
    const char *exclude; /* a suffix that they must not have; or NULL */
    assay_sd_target target;
    uint32_t pcr;
    const char *description; /* "Credentials initrd" */
} assay_sd_sidecar;

/**
 * The folder beside an image: NAME.efi.extra.d, without the boot counter of NAME where that
 * doesn't count (since 254). No bytes for an image that is no file of a disk.
 */
assay_bytes assay_sd_extra_folder(assay_boot *boot, const assay_boot_image *image,
                                  bool without_counter);

/** The next file of a folder, from *position on, whose name fits. False beyond the last. */
bool assay_sd_next_file(const assay_scenario_disk *disk, assay_bytes folder, const char *suffix,
                        const char *exclude, size_t *position, assay_tree_entry *ret_entry);

/** Makes the archive and measures it; nothing where there is no such file. */
void assay_sd_pack_sidecars(assay_boot *boot, const assay_scenario_disk *disk, assay_bytes extra,
                            const assay_sd_sidecar *sidecar, assay_sd_parts *ret_archive);

/** The archive of one file of these contents, which isn't measured. */
void assay_sd_pack_one(assay_boot *boot, const assay_sd_target *target, const char *name,
                       const assay_bytes *contents, size_t count, assay_sd_parts *ret_archive);

#endif
