/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/artefact/gptdisk.h"

#include "base/safemath.h"
#include "eventlog/payload/devpath.h"

#include <zlib.h>

enum {
    MBR_PARTITIONS = 446,
    MBR_PARTITION = 16,
    MBR_COUNT = 4,
    MBR_GPT = 0xEE, /* OSType of a GPT Protective partition, UEFI 2.10 table 5.4 */
    PRIMARY_LBA = 1,
    ENTRY_MIN = 128,
    CRC_OFFSET = 16,
    REVISION = 0x00010000,
    OS_SPECIFIC = 0x02, /* attribute bit 1: no block I/O for it, UEFI 2.10 table 5.8 */
    FORMAT_GPT = 2,     /* of the Hard Drive node: partition format, signature type */
    SIGNATURE_GUID = 2,
};

static const uint32_t block_sizes[] = { 512, 4096 };

#define SIGNATURE ASSAY_LITERAL("EFI PART")

static assay_bytes bytes_at(assay_bytes disk, uint64_t offset, size_t size)
{
    assay_cursor c = assay_cursor_of(disk);

    assay_seek(&c, offset);
    return assay_take(&c, size);
}

static uint32_t crc(uint32_t start, assay_bytes bytes)
{
    return (uint32_t)crc32_z(start, bytes.data, bytes.size);
}

/* UEFI 2.10 section 5.3.2: over HeaderSize bytes with the CRC itself as zero. */
static uint32_t header_crc(assay_bytes header)
{
    static const uint8_t zeros[4];
    assay_cursor c = assay_cursor_of(header);
    uint32_t value = crc(0, assay_take(&c, CRC_OFFSET));

    value = crc(value, assay_bytes_of(zeros, sizeof zeros));
    assay_take(&c, sizeof zeros);
    return crc(value, assay_take_rest(&c));
}

static void refuse(assay_gptdisk_table *table, const char *field, const char *fault)
{
    if (table->fault == NULL) {
        table->field = field;
        table->fault = fault;
    }
}

/* The fields of a header: as an event log has them, so its reader reads them here too. */
static bool decode(assay_gptdisk_table *table)
{
    uint8_t event[ASSAY_GPTDISK_HEADER + 8] = { 0 };
    assay_gpt gpt;

    memcpy(event, table->header, ASSAY_GPTDISK_HEADER);
    if (!assay_gpt_decode(assay_bytes_of(event, sizeof event), &gpt))
        return false;
    table->decoded = gpt.header;
    return true;
}

static void check_header(assay_gptdisk_table *table, assay_bytes block, uint64_t lba)
{
    const assay_gpt_header *const h = &table->decoded;
    const uint32_t size = h->size_of_partition_entry;

    if (h->revision != REVISION)
        refuse(table, "Revision", "its revision is not 1.0");
    if (h->header_size < ASSAY_GPTDISK_HEADER || h->header_size > block.size)
        refuse(table, "HeaderSize", "its header's size is none that a header has");
    else if (header_crc(assay_bytes_of(block.data, h->header_size)) != h->header_crc32)
        refuse(table, "HeaderCRC32", "its header's CRC is wrong");
    if (h->my_lba != lba)
        refuse(table, "MyLBA", "its header says that it is elsewhere");
    if (h->number_of_partition_entries == 0)
        refuse(table, "NumberOfPartitionEntries", "it has no entries");
    if ((size & (size - 1)) != 0)
        refuse(table, "SizeOfPartitionEntry", "its entries' size is not 128 times a power of two");
}

static void take_entries(assay_gptdisk_table *table, assay_bytes disk, uint32_t block_size)
{
    const assay_gpt_header *const h = &table->decoded;
    const uint64_t size = (uint64_t)h->number_of_partition_entries * h->size_of_partition_entry;
    uint64_t offset;

    if (h->number_of_partition_entries > ASSAY_GPTDISK_ENTRIES_MAX) {
        refuse(table, "NumberOfPartitionEntries", "it has more entries than are taken here");
        return;
    }
    if (!assay_mul_u64(h->partition_entry_lba, block_size, &offset))
        offset = UINT64_MAX;
    table->entries = bytes_at(disk, offset, size);
    table->beyond = table->entries.data == NULL;
    if (table->beyond)
        refuse(table, "PartitionEntryLBA", "its entries lie beyond the end");
    else if (crc(0, table->entries) != h->partition_entry_array_crc32)
        refuse(table, "PartitionEntryArrayCRC32", "its entries' CRC is wrong");
}

/* PartitionValidGptTable() of EDK2's GptLib. */
static assay_gptdisk_table read_table(assay_bytes disk, uint32_t block_size, uint64_t lba)
{
    assay_gptdisk_table table = { .field = "Signature" };
    const bool reachable = assay_mul_u64(lba, block_size, &table.offset);
    const assay_bytes block = bytes_at(disk, reachable ? table.offset : UINT64_MAX, block_size);

    if (block.data == NULL) {
        table.beyond = true;
        table.fault = "it lies beyond the end";
        return table;
    }
    memcpy(table.header, block.data, sizeof table.header);
    if (!assay_bytes_start_with(block, SIGNATURE)) {
        table.fault = "its header has no signature";
        return table;
    }
    table.field = NULL;
    if (!decode(&table)) {
        refuse(&table, "SizeOfPartitionEntry", "its entries are shorter than 128 bytes");
        return table;
    }
    check_header(&table, block, lba);
    if (table.fault == NULL)
        take_entries(&table, disk, block_size);
    return table;
}

/* PartitionInstallGptChildHandles(): a partition of this type that starts at block 1. */
static bool has_protective_mbr(assay_bytes disk)
{
    assay_cursor c = assay_cursor_of(disk);
    bool found = false;

    for (unsigned i = 0; i < MBR_COUNT; i++) {
        assay_seek(&c, MBR_PARTITIONS + i * MBR_PARTITION + 4);
        const uint8_t type = assay_take_u8(&c);

        assay_seek(&c, MBR_PARTITIONS + i * MBR_PARTITION + 8);
        found = found || (type == MBR_GPT && assay_take_u32le(&c) == PRIMARY_LBA);
    }
    return found && !c.failed;
}

/*
 * PartitionRestoreGptTable(): the backup's header with the two places exchanged and its entries
 * behind the primary header; the block is zero behind the header.
 */
static assay_gptdisk_table restore(const assay_gptdisk *disk)
{
    assay_gptdisk_table table = disk->backup;
    uint8_t block[4096] = { 0 };
    assay_writer writer = assay_writer_lent(block, sizeof block);
    assay_gpt gpt = { .header = table.decoded, .padding = { NULL, 0 }, .entries = { NULL, 0 } };

    gpt.header.my_lba = table.decoded.alternate_lba;
    gpt.header.alternate_lba = table.decoded.my_lba;
    gpt.header.partition_entry_lba = PRIMARY_LBA + 1;
    assay_gpt_encode(&writer, &gpt);
    gpt.header.header_crc32 = header_crc(assay_bytes_of(block, gpt.header.header_size));
    writer = assay_writer_lent(table.header, sizeof table.header);
    assay_gpt_encode(&writer, &gpt);
    table.decoded = gpt.header;
    table.offset = gpt.header.my_lba * disk->block_size;
    return table;
}

static int fail(const assay_gptdisk_table *table, enum assay_kind kind, assay_error *error)
{
    return assay_fail(error, kind, (assay_place){ table->offset, ASSAY_NO_EVENT, table->field },
                      "the partition table is broken: %s", table->fault);
}

/* The tables of a disk with blocks of this size: whether there is a header at all. */
static bool look(assay_gptdisk *disk, assay_bytes bytes, uint32_t block_size)
{
    const uint64_t last = bytes.size / block_size;
    const assay_bytes signature = SIGNATURE;

    *disk = (assay_gptdisk){ .disk = bytes, .block_size = block_size };
    disk->primary = read_table(bytes, block_size, PRIMARY_LBA);
    if (disk->primary.fault == NULL)
        disk->backup = read_table(bytes, block_size, disk->primary.decoded.alternate_lba);
    else if (last > PRIMARY_LBA + 1)
        disk->backup = read_table(bytes, block_size, last - 1);
    else
        disk->backup = (assay_gptdisk_table){ .fault = "it lies beyond the end", .beyond = true };
    return memcmp(disk->primary.header, signature.data, signature.size) == 0 ||
           memcmp(disk->backup.header, signature.data, signature.size) == 0;
}

int assay_gptdisk_open(assay_gptdisk *disk, assay_bytes bytes, assay_error *error)
{
    assay_gptdisk found;
    bool seen = false;

    for (size_t i = 0; i < sizeof block_sizes / sizeof *block_sizes && !seen; i++)
        seen = look(&found, bytes, block_sizes[i]);
    if (!seen)
        return assay_fail(error, ASSAY_UNKNOWN_FORMAT, (assay_place){ 0, ASSAY_NO_EVENT, NULL },
                          "no GUID partition table");
    if (!has_protective_mbr(bytes))
        return assay_fail(error, ASSAY_MALFORMED,
                          (assay_place){ MBR_PARTITIONS, ASSAY_NO_EVENT, "OSType" },
                          "the partition table has no protective MBR, so no firmware takes it");
    found.used = found.primary;
    if (found.primary.fault != NULL && found.backup.fault == NULL) {
        found.used = restore(&found);
        found.restored = true;
    }
    if (found.used.fault != NULL)
        return fail(&found.primary, found.primary.beyond ? ASSAY_TRUNCATED : ASSAY_MALFORMED,
                    error);
    *disk = found;
    return 0;
}

/* --- partitions ----------------------------------------------------------------------------- */

/* The entry of a number from 0; false when it is not in use. */
static bool take_entry(const assay_gptdisk *disk, uint32_t index, assay_gpt_entry *entry)
{
    static const assay_guid unused;
    const assay_gpt gpt = { .header = disk->used.decoded };
    assay_cursor c = assay_cursor_of(disk->used.entries);

    assay_seek(&c, (uint64_t)index * gpt.header.size_of_partition_entry);
    return assay_gpt_next(&gpt, &c, entry) &&
           !assay_guid_equal(&entry->partition_type_guid, &unused);
}

static bool out_of_range(const assay_gpt_header *header, const assay_gpt_entry *entry)
{
    return entry->starting_lba > entry->ending_lba ||
           entry->starting_lba < header->first_usable_lba ||
           entry->ending_lba > header->last_usable_lba;
}

/* PartitionCheckGptEntry(): one out of range overlaps none that comes before it. */
static bool overlaps(const assay_gptdisk *disk, uint32_t index, const assay_gpt_entry *entry)
{
    const assay_gpt_header *const header = &disk->used.decoded;
    assay_gpt_entry other;

    for (uint32_t i = 0; i < header->number_of_partition_entries; i++)
        if (i != index && take_entry(disk, i, &other) &&
            (i > index || !out_of_range(header, &other)) &&
            other.ending_lba >= entry->starting_lba && other.starting_lba <= entry->ending_lba)
            return true;
    return false;
}

static const char *find_fault(const assay_gptdisk *disk, uint32_t index,
                              const assay_gpt_entry *entry)
{
    if (out_of_range(&disk->used.decoded, entry))
        return "it lies out of the blocks that the table has for partitions";
    if (overlaps(disk, index, entry))
        return "it overlaps another partition";
    return (entry->attributes & OS_SPECIFIC) != 0 ? "its attributes keep firmware away" : NULL;
}

bool assay_gptdisk_next(const assay_gptdisk *disk, uint32_t *number,
                        assay_gptdisk_partition *ret_partition)
{
    for (uint32_t i = *number; i < disk->used.decoded.number_of_partition_entries; i++) {
        assay_gptdisk_partition p = { .number = i + 1 };

        if (!take_entry(disk, i, &p.entry))
            continue;
        p.fault = find_fault(disk, i, &p.entry);
        p.size = p.entry.ending_lba - p.entry.starting_lba + 1;
        if ((!assay_mul_u64(p.entry.starting_lba, disk->block_size, &p.offset) ||
             !assay_mul_u64(p.size, disk->block_size, &p.size)) &&
            p.fault == NULL)
            p.fault = "it lies beyond all addresses";
        *ret_partition = p;
        *number = i + 1;
        return true;
    }
    return false;
}

/* --- what is measured ----------------------------------------------------------------------- */

void assay_gptdisk_event(const assay_gptdisk *disk, assay_writer *writer)
{
    const size_t size = disk->used.decoded.size_of_partition_entry;
    assay_gpt_entry entry;
    uint64_t count = 0;

    for (uint32_t i = 0; i < disk->used.decoded.number_of_partition_entries; i++)
        count += take_entry(disk, i, &entry);
    assay_put(writer, assay_bytes_of(disk->used.header, sizeof disk->used.header));
    assay_put_u64le(writer, count);
    for (uint32_t i = 0; i < disk->used.decoded.number_of_partition_entries; i++)
        if (take_entry(disk, i, &entry))
            assay_put(writer, bytes_at(disk->used.entries, i * size, size));
}

void assay_gptdisk_hd_node(assay_writer *writer, const assay_gptdisk_partition *partition)
{
    const assay_gpt_entry *const entry = &partition->entry;
    uint8_t data[ASSAY_GPTDISK_HD_NODE - 4];
    assay_writer fields = assay_writer_lent(data, sizeof data);

    assay_put_u32le(&fields, partition->number);
    assay_put_u64le(&fields, entry->starting_lba);
    assay_put_u64le(&fields, entry->ending_lba - entry->starting_lba + 1);
    assay_put_guid(&fields, &entry->unique_partition_guid);
    assay_put_u8(&fields, FORMAT_GPT);
    assay_put_u8(&fields, SIGNATURE_GUID);
    assay_devpath_encode(writer,
                         &(assay_devpath_node){ .type = ASSAY_DEVPATH_MEDIA,
                                                .subtype = ASSAY_DEVPATH_HARD_DRIVE,
                                                .data = assay_bytes_of(data, sizeof data) });
}
