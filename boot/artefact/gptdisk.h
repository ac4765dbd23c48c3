/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The GUID partition table of a disk (UEFI 2.10 section 5.3), as firmware reads it and as it
 * measures it. The whole disk can be given, or its first blocks alone: what lies beyond is then
 * not looked at.
 *
 * Firmware is EDK2's PartitionDxe (Gpt.c, since 2026 GptLib/Gpt.c) and DxeTpm2MeasureBootLib. What
 * they ask of a table is asked here, and where the primary table is broken and the backup is
 * sound, the primary is what PartitionDxe makes of the backup and writes to the disk before
 * anything is measured.
 */
#ifndef ASSAY_BOOT_ARTEFACT_GPTDISK_H
#define ASSAY_BOOT_ARTEFACT_GPTDISK_H

#include "base/error.h"
#include "eventlog/payload/gpt.h"

enum {
    ASSAY_GPTDISK_HEADER = 92,        /* bytes of EFI_PARTITION_TABLE_HEADER */
    ASSAY_GPTDISK_ENTRIES_MAX = 2048, /* of a table; sgdisk makes 128 */
    ASSAY_GPTDISK_HD_NODE = 42,       /* bytes of a Hard Drive device path node */
};

/** One of the two tables. */
typedef struct assay_gptdisk_table {
    const char *fault;  /* why firmware would not take it, a static phrase; NULL: it is sound */
    bool beyond;        /* it, or its entries, lie beyond the bytes given */
    const char *field;  /* that is at fault, or NULL */
    uint64_t offset;    /* of the header, bytes */
    uint8_t header[ASSAY_GPTDISK_HEADER]; /* as on the disk */
    assay_gpt_header decoded;
    assay_bytes entries; /* all of them, those not in use included */
} assay_gptdisk_table;

typedef struct assay_gptdisk {
    assay_bytes disk;
    uint32_t block_size; /* bytes: 512 or 4096 */
    assay_gptdisk_table primary, backup; /* as they are on the disk */
    bool restored;                       /* the primary is made of the backup */
    assay_gptdisk_table used;            /* what firmware goes by: primary, or that restored one */
} assay_gptdisk;

/** A partition in use. */
typedef struct assay_gptdisk_partition {
    uint32_t number; /* from 1: its place in the table */
    assay_gpt_entry entry;
    uint64_t offset, size; /* bytes */
    const char *fault;     /* why firmware makes no handle for it, a static phrase; or NULL */
} assay_gptdisk_partition;

/**
 * Reads the partition table of a disk. 0, or a negative kind: -ASSAY_UNKNOWN_FORMAT for a disk
 * without one, -ASSAY_MALFORMED for one that firmware would not take (no protective MBR, neither
 * table sound), -ASSAY_TRUNCATED when the bytes end before the primary table does.
 */
int assay_gptdisk_open(assay_gptdisk *disk, assay_bytes bytes, assay_error *error);

/** The next partition in use after *number, which is 0 for the first. False beyond the last. */
bool assay_gptdisk_next(const assay_gptdisk *disk, uint32_t *number,
                        assay_gptdisk_partition *ret_partition);

/** UEFI_GPT_DATA as Tcg2MeasureGptTable measures it: the data of EV_EFI_GPT_EVENT. */
void assay_gptdisk_event(const assay_gptdisk *disk, assay_writer *writer);

/** The Hard Drive device path node of a partition, UEFI 2.10 section 10.3.5.1. */
void assay_gptdisk_hd_node(assay_writer *writer, const assay_gptdisk_partition *partition);

/** A partition of a new table. */
typedef struct assay_gptdisk_new {
    assay_guid type, unique;
    uint64_t starting_lba, ending_lba; /* the last block itself */
    uint64_t attributes;
    const char *name; /* UTF-8; up to 36 UTF-16 units are kept */
} assay_gptdisk_new;

/** What a new table shall be: 128 entries, as sgdisk makes it. */
typedef struct assay_gptdisk_plan {
    uint32_t block_size; /* 512 or 4096 */
    uint64_t blocks;     /* of the disk */
    assay_guid disk_guid;
    size_t count; /* up to 128 */
    const assay_gptdisk_new *partitions;
} assay_gptdisk_plan;

/** The first block that a partition may have, and the last. */
uint64_t assay_gptdisk_first_usable(const assay_gptdisk_plan *plan);
uint64_t assay_gptdisk_last_usable(const assay_gptdisk_plan *plan);

/**
 * Writes what lies before the first usable block (protective MBR, primary header, entries), and
 * what lies behind the last one (entries, backup header).
 */
void assay_gptdisk_write_start(assay_writer *writer, const assay_gptdisk_plan *plan);
void assay_gptdisk_write_end(assay_writer *writer, const assay_gptdisk_plan *plan);

/**
 * Writes the first blocks of a disk whose partition table was measured so: the entries in use one
 * behind the other, the others empty. False, and nothing written, when by its CRCs it was another.
 */
bool assay_gptdisk_write_measured(assay_writer *writer, const assay_gpt *gpt);

#endif
