/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * FAT file systems, which EFI system partitions are (UEFI 2.10 section 13.3; Microsoft FAT32 File
 * System Specification 1.03): FAT12, FAT16 and FAT32 with long names. Read where they lie, without
 * mounting; no byte is copied but those of files that lie in pieces.
 *
 * Numbers are little-endian. A cluster is numbered from 2.
 */
#ifndef ASSAY_BOOT_ARTEFACT_FAT_H
#define ASSAY_BOOT_ARTEFACT_FAT_H

#include "base/cursor.h"
#include "base/error.h"
#include "base/writer.h"
#include "boot/artefact/tree.h"

enum {
    ASSAY_FAT_NAME_MAX = 780,     /* bytes of UTF-8: 20 long entries of 13 characters each */
    ASSAY_FAT_SHORT_NAME_MAX = 23, /* "12345678.123" of characters up to U+00FF */
    ASSAY_FAT_LABEL = 11,
};

typedef struct assay_fat {
    assay_bytes volume;
    unsigned bits;          /* 12, 16 or 32: of an entry of the file allocation table */
    uint32_t sector_size;   /* BPB_BytsPerSec */
    uint32_t cluster_size;  /* bytes */
    uint32_t cluster_count; /* that the file allocation table and BPB_TotSec have room for */
    uint64_t size;          /* of the volume as it says, bytes; `volume` may have more or less */
    uint32_t serial;        /* BS_VolID */
    char label[ASSAY_FAT_LABEL + 1]; /* BS_VolLab as it is, without blanks at its end */
    assay_bytes table;      /* the first file allocation table */
    assay_bytes root;       /* FAT12 and FAT16: the root folder */
    uint32_t root_cluster;  /* FAT32: where it begins */
    uint64_t data_offset;   /* of cluster 2 in the volume, bytes */
} assay_fat;

/** A file or a folder. */
typedef struct assay_fat_entry {
    char name[ASSAY_FAT_NAME_MAX + 1]; /* UTF-8: the long name, or the short one without such */
    char short_name[ASSAY_FAT_SHORT_NAME_MAX + 1]; /* UTF-8, in capitals */
    bool folder;
    uint8_t attributes; /* DIR_Attr */
    uint32_t cluster;   /* the first; 0: none */
    uint32_t size;      /* of a file, bytes */
    uint64_t offset;    /* of its short entry in the volume */
} assay_fat_entry;

/** Follows a chain of clusters. A loop is noticed before it has been gone through twice. */
typedef struct assay_fat_chain {
    uint32_t cluster; /* the present one; 0: none yet */
    uint32_t next;
    uint32_t mark; /* a cluster gone through before, by Brent's algorithm */
    uint32_t steps, lap;
} assay_fat_chain;

/** A folder being read. */
typedef struct assay_fat_folder {
    const assay_fat *fat;
    bool chained;          /* false: the root folder of FAT12 and FAT16 */
    assay_fat_chain chain;
    assay_cursor entries;  /* of the present cluster */
    uint64_t offset;       /* of that in the volume */
    size_t count;          /* of entries read */
    uint8_t long_left, long_sum; /* long entries that have yet to come, and their checksum */
    uint8_t long_count;
    uint16_t long_name[20 * 13];
    bool ended;
} assay_fat_folder;

/**
 * Reads a volume's boot sector by the rules of EDK2's driver (FatPkg/EnhancedFatDxe/Init.c), but
 * that a FAT32 of fewer than 65525 clusters is taken too, as Linux and GRUB do. 0, or a negative
 * kind: -ASSAY_UNKNOWN_FORMAT for what is no FAT file system.
 */
int assay_fat_open(assay_fat *fat, assay_bytes volume, assay_error *error);

/** Whether EDK2 would mount it: it refuses a FAT32 of fewer clusters than FAT32 has. */
bool assay_fat_is_regular(const assay_fat *fat);

/** A folder from its start; with cluster 0 the root folder. */
assay_fat_folder assay_fat_folder_of(const assay_fat *fat, uint32_t cluster);

/**
 * The next file or folder that is no deleted one, no label, not "." and not "..": 1, 0 at the end
 * of the folder, or a negative kind.
 */
int assay_fat_next(assay_fat_folder *folder, assay_fat_entry *ret_entry, assay_error *error);

/**
 * The content of a file: 0 and its bytes, lent from the volume, or in memory at *ret_owned, to be
 * freed with free(), when its clusters don't follow each other; or a negative kind.
 */
int assay_fat_read(const assay_fat *fat, uint32_t cluster, uint32_t size, assay_bytes *ret_bytes,
                   void **ret_owned, assay_error *error);

/** What a new volume shall be. Zeros are good for all but the tree's own sake. */
typedef struct assay_fat_plan {
    unsigned bits;         /* 12, 16, 32; 0: as the size has it */
    uint64_t size;         /* bytes, a multiple of the sector's; 0: as small as can be */
    uint32_t sector_size;  /* 0: 512 */
    uint32_t cluster_size; /* bytes; 0: the smallest that does */
    uint32_t serial;
    const char *label;     /* up to 11 characters; NULL: "NO NAME" */
} assay_fat_plan;

/**
 * Writes a volume with the files of the tree, each in one piece, all dates being 1980-01-01: the
 * same tree gives the same bytes. 0; or a negative kind: -ASSAY_TOO_LARGE for what does not fit,
 * -ASSAY_MALFORMED for a name or a plan that FAT does not have, those of assay_tree_read(), or the
 * writer's.
 */
int assay_fat_write(assay_tree *tree, const assay_fat_plan *plan, assay_writer *writer,
                    assay_error *error);

#endif
