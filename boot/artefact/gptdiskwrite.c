/* SPDX-License-Identifier: BSD-2-Clause */
/* New partition tables. */
#include "boot/artefact/gptdisk.h"

#include "base/utf8.h"

#include <zlib.h>

enum {
    ENTRIES = 128,
    ENTRY_SIZE = 128,
    ARRAY_SIZE = ENTRIES * ENTRY_SIZE,
    NAME_UNITS = 36,
    MBR_SIZE = 512,
    REVISION = 0x00010000,
    ARRAY_MAX = 1 << 20, /* of a table that is made again: usual ones have 16 KiB */
    LBA_MAX = 64,
    MEASURED_MAX = 2 << 20,
};

static uint64_t array_blocks(const assay_gptdisk_plan *plan)
{
    return ARRAY_SIZE / plan->block_size;
}

uint64_t assay_gptdisk_first_usable(const assay_gptdisk_plan *plan)
{
    return 2 + array_blocks(plan);
}

uint64_t assay_gptdisk_last_usable(const assay_gptdisk_plan *plan)
{
    return plan->blocks - 2 - array_blocks(plan);
}

/* UEFI 2.10 section 5.2.3: one partition over the whole disk, as far as 32 bits reach. */
static void put_protective_mbr(assay_writer *writer, uint32_t block_size, uint64_t blocks)
{
    static const uint8_t start[] = { 0x00, 0x00, 0x02, 0x00, 0xEE, 0xFF, 0xFF, 0xFF };
    const uint64_t size = blocks - 1;

    assay_put_zeros(writer, 446);
    assay_put(writer, assay_bytes_of(start, sizeof start));
    assay_put_u32le(writer, 1);
    assay_put_u32le(writer, size > UINT32_MAX ? UINT32_MAX : (uint32_t)size);
    assay_put_zeros(writer, (size_t)3 * 16);
    assay_put_u16le(writer, 0xAA55);
    assay_put_zeros(writer, block_size - MBR_SIZE);
}

/* Always NAME_UNITS units. */
static void put_name(assay_writer *writer, const char *name)
{
    assay_bytes rest = assay_bytes_of_string(name != NULL ? name : "");
    size_t units = 0;
    uint32_t character;

    for (size_t size; (size = assay_utf8_decode(rest, &character)) > 0;
         rest = assay_bytes_of(rest.data + size, rest.size - size)) {
        const size_t wanted = character >= 0x10000 ? 2 : 1;

        if (units + wanted > NAME_UNITS)
            break;
        if (wanted == 2) {
            assay_put_u16le(writer, (uint16_t)(0xD800 | (character - 0x10000) >> 10));
            character = 0xDC00 | (character & 0x3FF);
        }
        assay_put_u16le(writer, (uint16_t)character);
        units += wanted;
    }
    assay_put_zeros(writer, 2 * (NAME_UNITS - units));
}

static void put_entries(assay_writer *writer, const assay_gptdisk_plan *plan)
{
    for (size_t i = 0; i < plan->count && i < ENTRIES; i++) {
        const assay_gptdisk_new *const p = &plan->partitions[i];

        assay_put_guid(writer, &p->type);
        assay_put_guid(writer, &p->unique);
        assay_put_u64le(writer, p->starting_lba);
        assay_put_u64le(writer, p->ending_lba);
        assay_put_u64le(writer, p->attributes);
        put_name(writer, p->name);
    }
    if (plan->count < ENTRIES)
        assay_put_zeros(writer, (ENTRIES - plan->count) * ENTRY_SIZE);
}

static uint32_t crc_of_entries(const assay_gptdisk_plan *plan)
{
    uint8_t array[ARRAY_SIZE];
    assay_writer writer = assay_writer_lent(array, sizeof array);

    put_entries(&writer, plan);
    return (uint32_t)crc32_z(0, array, sizeof array);
}

static void put_header(assay_writer *writer, const assay_gptdisk_plan *plan, bool backup)
{
    const uint64_t last = plan->blocks - 1;
    uint8_t bytes[ASSAY_GPTDISK_HEADER];
    assay_gpt gpt = {
        .header = { .revision = REVISION,
                    .header_size = ASSAY_GPTDISK_HEADER,
                    .my_lba = backup ? last : 1,
                    .alternate_lba = backup ? 1 : last,
                    .first_usable_lba = assay_gptdisk_first_usable(plan),
                    .last_usable_lba = assay_gptdisk_last_usable(plan),
                    .disk_guid = plan->disk_guid,
                    .partition_entry_lba = backup ? assay_gptdisk_last_usable(plan) + 1 : 2,
                    .number_of_partition_entries = ENTRIES,
                    .size_of_partition_entry = ENTRY_SIZE,
                    .partition_entry_array_crc32 = crc_of_entries(plan) },
    };

    /* Twice: the CRC is over the header with zeros in its place. */
    assay_writer header = assay_writer_lent(bytes, sizeof bytes);
    assay_gpt_encode(&header, &gpt);
    gpt.header.header_crc32 = (uint32_t)crc32_z(0, bytes, sizeof bytes);
    header = assay_writer_lent(bytes, sizeof bytes);
    assay_gpt_encode(&header, &gpt);
    assay_put(writer, assay_bytes_of(bytes, sizeof bytes));
    assay_put_zeros(writer, plan->block_size - sizeof bytes);
}

void assay_gptdisk_write_start(assay_writer *writer, const assay_gptdisk_plan *plan)
{
    put_protective_mbr(writer, plan->block_size, plan->blocks);
    put_header(writer, plan, false);
    put_entries(writer, plan);
}

void assay_gptdisk_write_end(assay_writer *writer, const assay_gptdisk_plan *plan)
{
    put_entries(writer, plan);
    put_header(writer, plan, true);
}

static bool is_that_table(assay_bytes blocks, const assay_gpt *gpt)
{
    assay_writer measured = assay_writer_growing(MEASURED_MAX);
    assay_writer event = assay_writer_growing(MEASURED_MAX);
    assay_gpt packed = *gpt;
    assay_gptdisk disk;

    packed.padding = ASSAY_NO_BYTES;
    assay_gpt_encode(&measured, &packed);
    if (assay_gptdisk_open(&disk, blocks, NULL) == 0)
        assay_gptdisk_event(&disk, &event);
    const bool same = event.failure == 0 && measured.failure == 0 && event.written > 0 &&
                      assay_bytes_equal(assay_written(&event), assay_written(&measured));
    assay_writer_close(&event);
    assay_writer_close(&measured);
    return same;
}

/* Blocks are as large as they must be for the entries to lie before the first usable one. */
bool assay_gptdisk_write_measured(assay_writer *writer, const assay_gpt *gpt)
{
    static const uint32_t sizes[] = { 512, 4096 };
    const assay_gpt_header *const h = &gpt->header;
    const uint64_t array = (uint64_t)h->number_of_partition_entries * h->size_of_partition_entry;
    bool written = false;

    if (h->my_lba != 1 || h->partition_entry_lba < 2 || h->partition_entry_lba > LBA_MAX ||
        array > ARRAY_MAX || gpt->entries.size > array)
        return false;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes && !written; i++) {
        assay_writer blocks = assay_writer_growing(MEASURED_MAX);
        const assay_gpt header = { .header = *h };

        put_protective_mbr(&blocks, sizes[i], h->alternate_lba + 1);
        assay_gpt_encode(&blocks, &header); /* ends in a count of zero */
        assay_put_zeros(&blocks, (size_t)(h->partition_entry_lba * sizes[i] - blocks.written));
        assay_put(&blocks, gpt->entries);
        assay_put_zeros(&blocks, (size_t)array - gpt->entries.size);
        written = h->partition_entry_lba + array / sizes[i] <= h->first_usable_lba &&
                  blocks.failure == 0 && is_that_table(assay_written(&blocks), gpt);
        if (written)
            assay_put(writer, assay_written(&blocks));
        assay_writer_close(&blocks);
    }
    return written;
}
