/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of the FAT reader and writer share. Private to boot/artefact/. */
#ifndef ASSAY_BOOT_ARTEFACT_FAT_PRIVATE_H
#define ASSAY_BOOT_ARTEFACT_FAT_PRIVATE_H

#include "boot/artefact/fat.h"

enum {
    ASSAY_FAT_FIRST_CLUSTER = 2,
    ASSAY_FAT_ENTRY_SIZE = 32,
    ASSAY_FAT_SHORT_NAME = 11,   /* DIR_Name */
    ASSAY_FAT_LONG_CHARS = 13,   /* characters of a long entry */
    ASSAY_FAT_LONG_ENTRIES = 20, /* of a name */
    ASSAY_FAT_FOLDER_ENTRIES = 65536,
    /* Clusters from which on it is FAT16, and FAT32: Microsoft's specification, page 14. */
    ASSAY_FAT16_CLUSTERS = 4085,
    ASSAY_FAT32_CLUSTERS = 65525,
    /* DIR_Attr */
    ASSAY_FAT_VOLUME_ID = 0x08,
    ASSAY_FAT_DIRECTORY = 0x10,
    ASSAY_FAT_LONG_NAME = 0x0F,
    ASSAY_FAT_LAST_LONG = 0x40, /* LDIR_Ord */
};

int assay_fat_fail(assay_error *error, enum assay_kind kind, uint64_t offset, const char *field,
                   const char *what);

/** A chain that begins with `cluster`. */
assay_fat_chain assay_fat_chain_of(uint32_t cluster);

/** 1 and the next cluster in chain->cluster, 0 at the end of the chain, or a negative kind. */
int assay_fat_chain_next(const assay_fat *fat, assay_fat_chain *chain, assay_error *error);

/** Where a cluster is in the volume. */
uint64_t assay_fat_offset_of(const assay_fat *fat, uint32_t cluster);

/** `size` bytes from a cluster on. */
int assay_fat_take(const assay_fat *fat, uint32_t cluster, size_t size, assay_bytes *ret_bytes,
                   assay_error *error);

/** The checksum of the short name that long entries carry: Microsoft's specification, page 28. */
uint8_t assay_fat_checksum(const uint8_t name[ASSAY_FAT_SHORT_NAME]);

#endif
