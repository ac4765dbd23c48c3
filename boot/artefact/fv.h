/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Firmware volumes (PI 1.8, volume 3, section 3.2): what the flash of a UEFI machine is divided
 * into. A volume is a header with a checksum and a map of its blocks, perhaps an extended header
 * with its name, and then what its file system says; boot/artefact/ffs.h reads the usual ones.
 *
 * All numbers are little-endian; offsets count from the volume's first byte.
 */
#ifndef ASSAY_BOOT_ARTEFACT_FV_H
#define ASSAY_BOOT_ARTEFACT_FV_H

#include "base/error.h"
#include "base/guid.h"

/** EFI_FVB_ATTRIBUTES_2: what an erased bit is. */
enum { ASSAY_FV_ERASE_POLARITY = 0x800 };

/** EFI_FIRMWARE_VOLUME_HEADER, with what matters of EFI_FIRMWARE_VOLUME_EXT_HEADER. */
typedef struct assay_fv {
    assay_bytes volume;     /* FvLength bytes, lent */
    assay_guid file_system; /* FileSystemGuid */
    uint32_t attributes;
    uint16_t header_length;
    uint8_t revision;
    bool has_name; /* there is an extended header */
    assay_guid name;
    uint64_t files; /* offset of the first file */
} assay_fv;

extern const assay_guid assay_guid_ffs2, assay_guid_ffs3; /* file systems with files in them */
extern const assay_guid assay_guid_nvram;                 /* EFI_SYSTEM_NV_DATA_FV_GUID */

/** Whether its files are FFS version 2 or 3. */
bool assay_fv_has_files(const assay_fv *fv);

/** Whether a volume's signature stands where it would stand in a volume that begins here. */
bool assay_fv_detect(assay_bytes bytes);

/**
 * Reads the header of the volume that `bytes` begin with; they may go on behind it and must outlive
 * `fv`. 0 or a negative kind; offsets in errors count from `bytes`.
 */
int assay_fv_open(assay_fv *fv, assay_bytes bytes, assay_error *error);

/**
 * The next volume of a flash image from *offset on, as they stand in it: one behind the other or
 * at multiples of 4 KiB. 1 with *offset behind it; 0 where there is none any more. What only looks
 * like one is passed over.
 */
int assay_fv_next(assay_bytes flash, uint64_t *offset, assay_fv *ret_fv);

/** What assay_fv_put() writes. */
typedef struct assay_fv_made {
    assay_guid file_system;
    uint32_t attributes;
    bool has_name;
    assay_guid name;
    uint32_t block; /* bytes of a block: the volume is padded to a multiple with erased bits */
} assay_fv_made;

/** Writes a volume of these files, which are as assay_ffs_put_file() wrote them, one aligned to 8
 * bytes behind the other. */
void assay_fv_put(assay_writer *writer, const assay_fv_made *fv, assay_bytes files);

#endif
