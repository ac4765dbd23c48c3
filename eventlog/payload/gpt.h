/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * UEFI_GPT_DATA (PFP 1.06 section 10.2.4): the header of a disk's partition table as
 * it lies on the disk and the entries in use. The digest covers all of it, so moving,
 * adding or renaming a partition changes PCR 5.
 */
#ifndef ASSAY_EVENTLOG_PAYLOAD_GPT_H
#define ASSAY_EVENTLOG_PAYLOAD_GPT_H

#include "base/output.h"

/** EFI_PARTITION_TABLE_HEADER, UEFI 2.10 section 5.3.2. Addresses are blocks. */
typedef struct assay_gpt_header {
    uint32_t revision;
    uint32_t header_size; /* bytes that header_crc32 covers */
    uint32_t header_crc32;
    uint32_t reserved;
    uint64_t my_lba;
    uint64_t alternate_lba;
    uint64_t first_usable_lba;
    uint64_t last_usable_lba;
    assay_guid disk_guid;
    uint64_t partition_entry_lba;
    uint32_t number_of_partition_entries; /* of the disk, those not in use included */
    uint32_t size_of_partition_entry;
    uint32_t partition_entry_array_crc32;
} assay_gpt_header;

enum assay_gpt_crc {
    ASSAY_GPT_CRC_GOOD,
    ASSAY_GPT_CRC_BAD,
    ASSAY_GPT_CRC_UNKNOWN, /* the header says that the CRC covers bytes that are not in the log */
};

typedef struct assay_gpt {
    assay_gpt_header header;
    enum assay_gpt_crc header_crc; /* whether header_crc32 is that of the header's bytes */
    assay_bytes padding; /* of a structure that is not packed, as some firmware writes it: 0 or 4 */
    uint64_t count;      /* NumberOfPartitions */
    assay_bytes entries; /* Partitions, `count` times size_of_partition_entry bytes */
} assay_gpt;

/** EFI_PARTITION_ENTRY, UEFI 2.10 section 5.3.3. */
typedef struct assay_gpt_entry {
    assay_guid partition_type_guid;
    assay_guid unique_partition_guid;
    uint64_t starting_lba;
    uint64_t ending_lba; /* the last block itself */
    uint64_t attributes;
    assay_bytes name; /* UTF-16LE, without its NULs */
} assay_gpt_entry;

bool assay_gpt_decode(assay_bytes data, assay_gpt *ret_gpt);
void assay_gpt_encode(assay_writer *writer, const assay_gpt *gpt);
void assay_gpt_emit(assay_output *out, const assay_gpt *gpt);
void assay_gpt_summary(assay_writer *writer, const assay_gpt *gpt);

/** The next entry of a cursor over gpt->entries; false at the end. */
bool assay_gpt_next(const assay_gpt *gpt, assay_cursor *cursor, assay_gpt_entry *ret_entry);

#endif
