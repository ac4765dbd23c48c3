/* SPDX-License-Identifier: BSD-2-Clause */
#include "eventlog/payload/gpt.h"

#include "base/safemath.h"
#include "base/utf16.h"

/* ENTRY_SIZE is the smallest SizeOfPartitionEntry that UEFI allows. */
enum { HEADER_SIZE = 92, CRC_OFFSET = 16, ENTRY_SIZE = 128, NAME_SIZE = 72, NOT_PACKED = 4 };

#define SIGNATURE ASSAY_LITERAL("EFI PART")

/* CRC-32 of ISO 3309, bit by bit: 92 bytes a log are not worth a table. */
static uint32_t crc32_update(uint32_t crc, assay_bytes bytes)
{
    for (size_t i = 0; i < bytes.size; i++) {
        crc ^= bytes.data[i];
        for (int bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (crc & 1 ? 0xEDB88320 : 0);
    }
    return crc;
}

/* UEFI 2.10 section 5.3.2: HeaderCRC32 is computed with itself as zero. */
static enum assay_gpt_crc check_crc(assay_bytes raw, const assay_gpt_header *header)
{
    static const uint8_t zeros[4];
    assay_cursor c = assay_cursor_of(raw);

    if (header->header_size != HEADER_SIZE)
        return ASSAY_GPT_CRC_UNKNOWN;
    uint32_t crc = crc32_update(UINT32_MAX, assay_take(&c, CRC_OFFSET));
    crc = crc32_update(crc, assay_bytes_of(zeros, sizeof zeros));
    assay_take(&c, sizeof zeros);
    crc = crc32_update(crc, assay_take_rest(&c));
    return ~crc == header->header_crc32 ? ASSAY_GPT_CRC_GOOD : ASSAY_GPT_CRC_BAD;
}

/* False when the eight bytes of the signature are others. */
static bool take_header(assay_cursor *cursor, assay_gpt_header *header)
{
    const bool signed_well = assay_bytes_equal(assay_take(cursor, 8), SIGNATURE);

    header->revision = assay_take_u32le(cursor);
    header->header_size = assay_take_u32le(cursor);
    header->header_crc32 = assay_take_u32le(cursor);
    header->reserved = assay_take_u32le(cursor);
    header->my_lba = assay_take_u64le(cursor);
    header->alternate_lba = assay_take_u64le(cursor);
    header->first_usable_lba = assay_take_u64le(cursor);
    header->last_usable_lba = assay_take_u64le(cursor);
    header->disk_guid = assay_take_guid(cursor);
    header->partition_entry_lba = assay_take_u64le(cursor);
    header->number_of_partition_entries = assay_take_u32le(cursor);
    header->size_of_partition_entry = assay_take_u32le(cursor);
    header->partition_entry_array_crc32 = assay_take_u32le(cursor);
    return signed_well;
}

/* NumberOfPartitions and exactly so many entries, `padding` bytes after the header. */
static bool take_entries(assay_cursor cursor, size_t padding, assay_gpt *gpt)
{
    uint64_t size;

    gpt->padding = assay_take(&cursor, padding);
    gpt->count = assay_take_u64le(&cursor);
    gpt->entries = assay_take_rest(&cursor);
    return !cursor.failed &&
           assay_mul_u64(gpt->count, gpt->header.size_of_partition_entry, &size) &&
           size == gpt->entries.size;
}

bool assay_gpt_decode(assay_bytes data, assay_gpt *ret_gpt)
{
    assay_cursor c = assay_cursor_of(data);
    const assay_bytes raw = assay_take(&c, HEADER_SIZE);
    assay_cursor header = assay_cursor_of(raw);
    assay_gpt gpt;

    if (c.failed || !take_header(&header, &gpt.header) ||
        gpt.header.size_of_partition_entry < ENTRY_SIZE)
        return false;
    if (!take_entries(c, 0, &gpt) && !take_entries(c, NOT_PACKED, &gpt))
        return false;
    gpt.header_crc = check_crc(raw, &gpt.header);
    *ret_gpt = gpt;
    return true;
}

void assay_gpt_encode(assay_writer *writer, const assay_gpt *gpt)
{
    const assay_gpt_header *const header = &gpt->header;

    assay_put(writer, SIGNATURE);
    assay_put_u32le(writer, header->revision);
    assay_put_u32le(writer, header->header_size);
    assay_put_u32le(writer, header->header_crc32);
    assay_put_u32le(writer, header->reserved);
    assay_put_u64le(writer, header->my_lba);
    assay_put_u64le(writer, header->alternate_lba);
    assay_put_u64le(writer, header->first_usable_lba);
    assay_put_u64le(writer, header->last_usable_lba);
    assay_put_guid(writer, &header->disk_guid);
    assay_put_u64le(writer, header->partition_entry_lba);
    assay_put_u32le(writer, header->number_of_partition_entries);
    assay_put_u32le(writer, header->size_of_partition_entry);
    assay_put_u32le(writer, header->partition_entry_array_crc32);
    assay_put(writer, gpt->padding);
    assay_put_u64le(writer, gpt->count);
    assay_put(writer, gpt->entries);
}

bool assay_gpt_next(const assay_gpt *gpt, assay_cursor *cursor, assay_gpt_entry *ret_entry)
{
    const assay_bytes bytes = assay_take(cursor, gpt->header.size_of_partition_entry);
    assay_cursor c = assay_cursor_of(bytes);

    ret_entry->partition_type_guid = assay_take_guid(&c);
    ret_entry->unique_partition_guid = assay_take_guid(&c);
    ret_entry->starting_lba = assay_take_u64le(&c);
    ret_entry->ending_lba = assay_take_u64le(&c);
    ret_entry->attributes = assay_take_u64le(&c);
    ret_entry->name = assay_utf16_until_nul(assay_take(&c, NAME_SIZE));
    return !c.failed;
}

static void emit_entry(assay_output *out, const assay_gpt_entry *entry)
{
    const char *const type_name = assay_guid_name(&entry->partition_type_guid);

    assay_emit_object(out, NULL);
    assay_emit_guid(out, "partition_type_guid", &entry->partition_type_guid);
    if (type_name != NULL)
        assay_emit_string(out, "type_name", type_name);
    assay_emit_guid(out, "unique_partition_guid", &entry->unique_partition_guid);
    assay_emit_u64(out, "starting_lba", entry->starting_lba);
    assay_emit_u64(out, "ending_lba", entry->ending_lba);
    assay_emit_address(out, "attributes", entry->attributes);
    assay_emit_text16(out, "name", entry->name);
    assay_emit_end(out);
}

static void emit_header(assay_output *out, const assay_gpt *gpt)
{
    const assay_gpt_header *const header = &gpt->header;

    assay_emit_address(out, "revision", header->revision);
    assay_emit_u64(out, "header_size", header->header_size);
    assay_emit_address(out, "header_crc32", header->header_crc32);
    if (gpt->header_crc != ASSAY_GPT_CRC_UNKNOWN)
        assay_emit_bool(out, "header_crc32_good", gpt->header_crc == ASSAY_GPT_CRC_GOOD);
    assay_emit_u64(out, "my_lba", header->my_lba);
    assay_emit_u64(out, "alternate_lba", header->alternate_lba);
    assay_emit_u64(out, "first_usable_lba", header->first_usable_lba);
    assay_emit_u64(out, "last_usable_lba", header->last_usable_lba);
    assay_emit_guid(out, "disk_guid", &header->disk_guid);
    assay_emit_u64(out, "partition_entry_lba", header->partition_entry_lba);
    assay_emit_u64(out, "number_of_partition_entries", header->number_of_partition_entries);
    assay_emit_u64(out, "size_of_partition_entry", header->size_of_partition_entry);
    assay_emit_address(out, "partition_entry_array_crc32", header->partition_entry_array_crc32);
}

void assay_gpt_emit(assay_output *out, const assay_gpt *gpt)
{
    assay_cursor c = assay_cursor_of(gpt->entries);
    assay_gpt_entry entry;

    emit_header(out, gpt);
    assay_emit_array(out, "partitions");
    while (assay_gpt_next(gpt, &c, &entry))
        emit_entry(out, &entry);
    assay_emit_end(out);
}

void assay_gpt_summary(assay_writer *writer, const assay_gpt *gpt)
{
    char disk[ASSAY_GUID_TEXT];

    assay_guid_format(&gpt->header.disk_guid, disk);
    assay_put_format(writer, "disk %s, %ju partition%s%s", disk, (uintmax_t)gpt->count,
                     gpt->count == 1 ? "" : "s",
                     gpt->header_crc == ASSAY_GPT_CRC_BAD ? ", header CRC is wrong" : "");
}
