/* SPDX-License-Identifier: BSD-2-Clause */
/* eventlog/payload/gpt.h: the partition table of a disk that sgdisk made, as OVMF measured it. */
#include "base/utf16.h"
#include "tests/payload_seen.h"

/*
 * sgdisk --disk-guid=11111111-2222-3333-4444-555555555555 --new=1:2048:+96M
 *        --partition-guid=1:aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee --typecode=1:ef00
 *        --change-name=1:ESP, on a disk of 98 MiB, which are 200704 blocks
 */
static const uint8_t event[] = {
    'E', 'F', 'I', ' ', 'P', 'A', 'R', 'T', 0x00, 0x00, 0x01, 0x00, 0x5c, 0x00, 0x00, 0x00,
    0x87, 0x22, 0x96, 0x4c, 0x00, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    0xff, 0x0f, 0x03, 0x00, 0x00, 0x00, 0x00, 0x00, 0x22, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    0xde, 0x0f, 0x03, 0x00, 0x00, 0x00, 0x00, 0x00, 0x11, 0x11, 0x11, 0x11, 0x22, 0x22, 0x33, 0x33,
    0x44, 0x44, 0x55, 0x55, 0x55, 0x55, 0x55, 0x55, 0x02, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x80, 0x00, 0x00, 0x00, 0x80, 0x00, 0x00, 0x00, 0x45, 0x0a, 0x84, 0x30,
    /* NumberOfPartitions */
    0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    /* Partitions[0]; the rest of its 128 bytes are zeros */
    0x28, 0x73, 0x2a, 0xc1, 0x1f, 0xf8, 0xd2, 0x11, 0xba, 0x4b, 0x00, 0xa0, 0xc9, 0x3e, 0xc9, 0x3b,
    0xaa, 0xaa, 0xaa, 0xaa, 0xbb, 0xbb, 0xcc, 0xcc, 0xdd, 0xdd, 0xee, 0xee, 0xee, 0xee, 0xee, 0xee,
    0x00, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0xff, 0x07, 0x03, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 'E',  0x00, 'S',  0x00, 'P',  0x00,
};

enum {
    SIZE = 92 + 8 + 128,
    HEADER_SIZE_OFFSET = 12,
    CRC_OFFSET = 16,
    ENTRY_SIZE_OFFSET = 84,
    COUNT_OFFSET = 92
};

static void make(uint8_t data[static SIZE])
{
    memset(data, 0, SIZE);
    memcpy(data, event, sizeof event);
}

Test(payload_gpt, what_sgdisk_was_told_is_what_is_read)
{
    uint8_t data[SIZE];

    make(data);
    const struct seen seen = see(5, EV_EFI_GPT_EVENT, data, SIZE);
    const assay_gpt *const gpt = &seen.payload.gpt;
    assay_cursor c = assay_cursor_of(gpt->entries);
    assay_gpt_entry entry;

    cr_assert_eq(seen.payload.kind, ASSAY_PAYLOAD_GPT);
    cr_expect_eq(gpt->header_crc, ASSAY_GPT_CRC_GOOD);
    cr_expect_eq(gpt->header.last_usable_lba, 200704 - 34);
    cr_assert(assay_gpt_next(gpt, &c, &entry));
    cr_expect_eq(entry.starting_lba, 2048);
    cr_expect_eq(entry.ending_lba, 2048 + 96 * 2048 - 1);
    cr_expect(assay_utf16_is(entry.name, "ESP"));
    cr_expect_not(assay_gpt_next(gpt, &c, &entry));
    cr_expect_str_eq(seen.summary, "disk 11111111-2222-3333-4444-555555555555, 1 partition");
    cr_expect_not_null(strstr(seen.json, "\"type_name\":\"EFI_SYSTEM_PARTITION\","
                                         "\"unique_partition_guid\":"
                                         "\"aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee\""));
    cr_expect_not_null(strstr(seen.json, "\"header_crc32_good\":true"));
}

Test(payload_gpt, any_bit_of_the_header_breaks_its_crc)
{
    uint8_t data[SIZE];

    for (size_t bit = 8 * CRC_OFFSET; bit < 8 * COUNT_OFFSET; bit++) {
        make(data);
        data[bit / 8] ^= (uint8_t)(1 << bit % 8);
        const struct seen seen = see(5, EV_EFI_GPT_EVENT, data, SIZE);

        cr_expect(seen.payload.kind != ASSAY_PAYLOAD_GPT ||
                      seen.payload.gpt.header_crc == ASSAY_GPT_CRC_BAD, "bit %zu", bit);
    }
}

Test(payload_gpt, a_crc_over_bytes_that_are_not_there_is_unknown)
{
    uint8_t data[SIZE];

    make(data);
    data[HEADER_SIZE_OFFSET] = 128;
    const struct seen seen = see(5, EV_EFI_GPT_EVENT, data, SIZE);

    cr_expect_eq(seen.payload.gpt.header_crc, ASSAY_GPT_CRC_UNKNOWN);
    cr_expect_null(strstr(seen.json, "header_crc32_good"));
}

/* An HP firmware of 2012 writes the structure as its compiler lays it out. */
Test(payload_gpt, a_structure_that_is_not_packed)
{
    uint8_t data[SIZE + 4];

    make(data);
    memmove(data + COUNT_OFFSET + 4, data + COUNT_OFFSET, SIZE - COUNT_OFFSET);
    memset(data + COUNT_OFFSET, 0, 4);
    const struct seen seen = see(5, EV_EFI_GPT_EVENT2, data, sizeof data);

    cr_assert_eq(seen.payload.kind, ASSAY_PAYLOAD_GPT);
    cr_expect_eq(seen.payload.gpt.padding.size, 4);
    cr_expect_eq(seen.payload.gpt.count, 1);
}

Test(payload_gpt, a_disk_without_partitions)
{
    uint8_t data[SIZE];

    make(data);
    data[COUNT_OFFSET] = 0;
    const struct seen seen = see(5, EV_EFI_GPT_EVENT, data, COUNT_OFFSET + 8);

    cr_assert_eq(seen.payload.kind, ASSAY_PAYLOAD_GPT);
    cr_expect_str_eq(seen.summary, "disk 11111111-2222-3333-4444-555555555555, 0 partitions");
}

static const struct {
    const char *why;
    size_t size;
    size_t offset;
    const char *bytes;
    size_t length;
} malformed[] = {
    { "another signature", SIZE, 0, DATA("EFI PARC") },
    { "entries of no size, of which any number fits", COUNT_OFFSET + 8, ENTRY_SIZE_OFFSET,
      DATA("\0\0\0\0") },
    { "an entry of 127 bytes, where UEFI wants 128 at least", SIZE - 1, ENTRY_SIZE_OFFSET,
      DATA("\x7f") },
    { "entries larger than the event", SIZE, ENTRY_SIZE_OFFSET, DATA("\xff\xff\xff\xff") },
    { "more entries than there are", SIZE, COUNT_OFFSET, DATA("\x02") },
    { "fewer entries than there are", SIZE, COUNT_OFFSET, DATA("\x00") },
    /* 2^57 + 1 entries of 128 bytes are 128 bytes in 64 bits */
    { "a count whose product wraps around", SIZE, COUNT_OFFSET, DATA("\x01\0\0\0\0\0\0\x02") },
};

Test(payload_gpt, tables_that_lie_stay_opaque)
{
    uint8_t data[SIZE];

    for (size_t i = 0; i < sizeof malformed / sizeof *malformed; i++) {
        make(data);
        memcpy(data + malformed[i].offset, malformed[i].bytes, malformed[i].length);
        cr_expect_eq(see(5, EV_EFI_GPT_EVENT, data, malformed[i].size).payload.kind,
                     ASSAY_PAYLOAD_OPAQUE, "%s", malformed[i].why);
    }
    make(data);
    for (size_t size = 0; size < SIZE; size++)
        cr_expect_eq(see(5, EV_EFI_GPT_EVENT, data, size).payload.kind, ASSAY_PAYLOAD_OPAQUE,
                     "cut to %zu bytes", size);
}
