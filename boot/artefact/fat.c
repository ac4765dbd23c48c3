/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/artefact/fat_private.h"

enum {
    SECTOR_MIN = 512,
    SECTOR_MAX = 4096,
    NOT_MIRRORED = 0x80, /* BPB_ExtFlags */
};

/* The BIOS parameter block. */
struct bpb {
    uint16_t sector_size, reserved, root_entries;
    uint8_t sectors_per_cluster, tables, media;
    uint32_t sectors, table_sectors, root_cluster;
    uint16_t flags, version;
    bool fat32;
};

int assay_fat_fail(assay_error *error, enum assay_kind kind, uint64_t offset, const char *field,
                   const char *what)
{
    return assay_fail(error, kind, (assay_place){ offset, ASSAY_NO_EVENT, field }, "%s", what);
}

/* Microsoft's specification, page 9 to 12. False when the volume is too short for it. */
static bool take_bpb(assay_cursor *c, struct bpb *bpb)
{
    assay_seek(c, 11);
    bpb->sector_size = assay_take_u16le(c);
    bpb->sectors_per_cluster = assay_take_u8(c);
    bpb->reserved = assay_take_u16le(c);
    bpb->tables = assay_take_u8(c);
    bpb->root_entries = assay_take_u16le(c);
    bpb->sectors = assay_take_u16le(c);
    bpb->media = assay_take_u8(c);
    bpb->table_sectors = assay_take_u16le(c);
    assay_seek(c, 32);
    const uint32_t sectors = assay_take_u32le(c);
    if (bpb->sectors == 0)
        bpb->sectors = sectors;
    bpb->fat32 = bpb->table_sectors == 0;
    if (bpb->fat32) {
        bpb->table_sectors = assay_take_u32le(c);
        bpb->flags = assay_take_u16le(c);
        bpb->version = assay_take_u16le(c);
        bpb->root_cluster = assay_take_u32le(c);
    }
    return !c->failed;
}

static void take_label(assay_cursor c, assay_fat *fat, bool fat32)
{
    assay_seek(&c, fat32 ? 67 : 39);
    fat->serial = assay_take_u32le(&c);
    const assay_bytes label = assay_take(&c, ASSAY_FAT_LABEL);
    size_t size = label.size;

    while (size > 0 && label.data[size - 1] == ' ')
        size--;
    if (size > 0)
        memcpy(fat->label, label.data, size);
}

static bool is_power_of_two(uint32_t value)
{
    return value != 0 && (value & (value - 1)) == 0;
}

/* Why EDK2 would not take it for FAT; NULL when it would. */
static const char *check_bpb(const struct bpb *bpb, const char **ret_field, uint64_t *ret_offset)
{
    const struct {
        bool good;
        uint64_t offset;
        const char *field, *what;
    } checks[] = {
        { is_power_of_two(bpb->sector_size) && bpb->sector_size >= SECTOR_MIN &&
              bpb->sector_size <= SECTOR_MAX,
          11, "BPB_BytsPerSec", "no size of a sector that FAT has" },
        { is_power_of_two(bpb->sectors_per_cluster), 13, "BPB_SecPerClus",
          "the sectors of a cluster are no power of two" },
        { bpb->reserved != 0, 14, "BPB_RsvdSecCnt", "no sector is reserved" },
        { bpb->tables != 0, 16, "BPB_NumFATs", "there is no file allocation table" },
        { bpb->fat32 || bpb->root_entries != 0, 17, "BPB_RootEntCnt", "there is no root folder" },
        { bpb->sectors != 0, 32, "BPB_TotSec32", "the volume has no sectors" },
        { bpb->media >= 0xF8 || bpb->media == 0xF0 || bpb->media <= 1, 21, "BPB_Media",
          "no medium that FAT has" },
        { bpb->table_sectors != 0, 36, "BPB_FATSz32", "the file allocation table has no sectors" },
        { (bpb->flags & NOT_MIRRORED) == 0, 40, "BPB_ExtFlags",
          "the file allocation tables are not mirrored" },
        { bpb->version == 0, 42, "BPB_FSVer", "a version of FAT32 that nobody has defined" },
    };

    for (size_t i = 0; i < sizeof checks / sizeof *checks; i++)
        if (!checks[i].good) {
            *ret_field = checks[i].field;
            *ret_offset = checks[i].offset;
            return checks[i].what;
        }
    return NULL;
}

/* How many clusters a file allocation table has entries for. */
static uint64_t table_reach(const assay_fat *fat)
{
    const uint64_t entries = (uint64_t)fat->table.size * 8 / fat->bits;

    return entries < ASSAY_FAT_FIRST_CLUSTER ? 0 : entries - ASSAY_FAT_FIRST_CLUSTER;
}

static int lay_out(assay_fat *fat, const struct bpb *bpb, assay_error *error)
{
    const uint64_t sector = bpb->sector_size, table = bpb->reserved * sector;
    const uint64_t root = table + bpb->tables * (uint64_t)bpb->table_sectors * sector;
    const uint64_t root_size = bpb->fat32 ? 0 : (uint64_t)bpb->root_entries * ASSAY_FAT_ENTRY_SIZE;
    assay_cursor c = assay_cursor_of(fat->volume);

    fat->data_offset = root + (root_size + sector - 1) / sector * sector;
    if (fat->data_offset > fat->size)
        return assay_fat_fail(error, ASSAY_UNKNOWN_FORMAT, 32, "BPB_TotSec32",
                       "no FAT file system: it has no room for its own tables");
    const uint64_t clusters = (fat->size - fat->data_offset) / fat->cluster_size;
    fat->bits = bpb->fat32 ? 32 : clusters < ASSAY_FAT16_CLUSTERS ? 12 : 16;
    if (!bpb->fat32 && clusters >= ASSAY_FAT32_CLUSTERS)
        return assay_fat_fail(error, ASSAY_UNKNOWN_FORMAT, 32, "BPB_TotSec32",
                       "no FAT file system: more clusters than FAT16 has");
    assay_seek(&c, table);
    fat->table = assay_take(&c, bpb->table_sectors * sector);
    assay_seek(&c, root);
    fat->root = assay_take(&c, root_size);
    if (c.failed)
        return assay_fat_fail(error, ASSAY_TRUNCATED, fat->volume.size, "FAT",
                       "the volume ends before its file allocation table or root folder does");
    fat->cluster_count = (uint32_t)(clusters < table_reach(fat) ? clusters : table_reach(fat));
    return 0;
}

int assay_fat_open(assay_fat *fat, assay_bytes volume, assay_error *error)
{
    assay_cursor c = assay_cursor_of(volume);
    struct bpb bpb = { 0 };
    const char *field = NULL;
    uint64_t offset = 0;

    *fat = (assay_fat){ .volume = volume };
    if (!take_bpb(&c, &bpb))
        return assay_fat_fail(error, ASSAY_UNKNOWN_FORMAT, volume.size, "BPB",
                              "no FAT file system: too short for a boot sector");
    const char *const what = check_bpb(&bpb, &field, &offset);
    if (what != NULL)
        return assay_fail(error, ASSAY_UNKNOWN_FORMAT,
                          (assay_place){ offset, ASSAY_NO_EVENT, field },
                          "no FAT file system: %s", what);
    fat->sector_size = bpb.sector_size;
    fat->cluster_size = (uint32_t)bpb.sector_size * bpb.sectors_per_cluster;
    fat->size = (uint64_t)bpb.sectors * bpb.sector_size;
    fat->root_cluster = bpb.root_cluster;
    take_label(c, fat, bpb.fat32);
    return lay_out(fat, &bpb, error);
}

bool assay_fat_is_regular(const assay_fat *fat)
{
    const uint64_t clusters = (fat->size - fat->data_offset) / fat->cluster_size;

    return fat->bits != 32 || clusters >= ASSAY_FAT32_CLUSTERS;
}
