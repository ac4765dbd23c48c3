/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where on a disk the EFI system partition is (UEFI 2.10 section 13.3): in a GUID partition table,
 * among the partitions of an old MBR, or the disk is nothing but a FAT file system, as a bare image
 * of a partition and a superfloppy are.
 */
#ifndef ASSAY_BOOT_ARTEFACT_ESP_H
#define ASSAY_BOOT_ARTEFACT_ESP_H

#include "boot/artefact/fat.h"
#include "boot/artefact/gptdisk.h"

enum assay_esp_kind {
    ASSAY_ESP_BARE, /* the disk is the file system */
    ASSAY_ESP_MBR,
    ASSAY_ESP_GPT,
};

typedef struct assay_esp {
    enum assay_esp_kind kind;
    bool typed;            /* its partition's type says that it is one; else it only is FAT */
    unsigned others;       /* further partitions that a firmware would look for a loader in */
    assay_gptdisk gpt;     /* of kind GPT */
    assay_gptdisk_partition partition; /* of kind GPT */
    uint32_t mbr_number;   /* of kind MBR: from 1 */
    uint32_t mbr_signature; /* of kind MBR: UniqueMBRSignature */
    uint32_t mbr_start, mbr_size; /* of kind MBR: blocks of 512 bytes */
    uint64_t offset;       /* of the file system, bytes */
    assay_fat fat;         /* fat.volume are the file system's bytes, lent from the disk's */
} assay_esp;

/**
 * Finds it: the first partition of that type with a FAT file system, or else the first partition
 * that has one. 0, or a negative kind: -ASSAY_UNKNOWN_FORMAT when there is none, -ASSAY_TRUNCATED
 * when it lies beyond the bytes; or those of assay_gptdisk_open().
 */
int assay_esp_find(assay_bytes disk, assay_esp *ret_esp, assay_error *error);

/** Of a partition table alone: the first sound partition of that type. False when there is none. */
bool assay_esp_partition(const assay_gptdisk *gpt, assay_gptdisk_partition *ret_partition);

/** Its Hard Drive device path node, UEFI 2.10 section 10.3.5.1; nothing for a bare file system. */
void assay_esp_hd_node(assay_writer *writer, const assay_esp *esp);

#endif
