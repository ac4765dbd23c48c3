/* SPDX-License-Identifier: BSD-2-Clause */
/* Folders of a FAT file system: short entries and the long names before them. */
#include "boot/artefact/fat_private.h"

#include "base/utf16.h"

enum {
    FREE = 0xE5,
    KANJI_E5 = 0x05,        /* stands for 0xE5 at the start of a name */
    BASE_IN_SMALL = 0x08,   /* DIR_NTRes */
    SUFFIX_IN_SMALL = 0x10,
    BASE = 8,
    SUFFIX = 3,
};

/* A short entry, or the fields that long ones have in common with it. */
struct entry {
    assay_bytes raw;
    const uint8_t *name;
    uint8_t attributes, small;
    uint32_t cluster, size;
};

static struct entry take_entry(assay_cursor *folder)
{
    const assay_bytes raw = assay_take(folder, ASSAY_FAT_ENTRY_SIZE);
    assay_cursor c = assay_cursor_of(raw);
    struct entry entry = { .raw = raw };

    entry.name = assay_take(&c, ASSAY_FAT_SHORT_NAME).data;
    entry.attributes = assay_take_u8(&c);
    entry.small = assay_take_u8(&c);
    assay_seek(&c, 20);
    entry.cluster = (uint32_t)assay_take_u16le(&c) << 16;
    assay_seek(&c, 26);
    entry.cluster |= assay_take_u16le(&c);
    entry.size = assay_take_u32le(&c);
    return entry;
}

uint8_t assay_fat_checksum(const uint8_t name[ASSAY_FAT_SHORT_NAME])
{
    uint8_t sum = 0;

    for (size_t i = 0; i < ASSAY_FAT_SHORT_NAME; i++)
        sum = (uint8_t)((uint8_t)(sum << 7 | sum >> 1) + name[i]);
    return sum;
}

/* --- short names ---------------------------------------------------------------------------- */

/*
 * Characters beyond ASCII depend on a code page that nothing says. EDK2 takes them for the first
 * 256 of Unicode (EngFatToStr in UnicodeCollation/EnglishDxe); whoever writes one writes a long
 * name too.
 */
static void put_short(assay_writer *writer, const uint8_t *name, size_t size, bool small)
{
    while (size > 0 && name[size - 1] == ' ')
        size--;
    for (size_t i = 0; i < size; i++) {
        const bool capital = name[i] >= 'A' && name[i] <= 'Z';
        const uint8_t c = small && capital ? (uint8_t)(name[i] + 0x20) : name[i];

        if (c >= 0x80)
            assay_put_u8(writer, (uint8_t)(0xC0 | c >> 6));
        assay_put_u8(writer, c >= 0x80 ? (uint8_t)(0x80 | (c & 0x3F)) : c);
    }
}

static size_t write_short(const struct entry *entry, uint8_t small, char *room, size_t size)
{
    assay_writer writer = assay_writer_lent(room, size - 1);
    uint8_t name[ASSAY_FAT_SHORT_NAME];

    memcpy(name, entry->name, sizeof name);
    if (name[0] == KANJI_E5)
        name[0] = FREE;
    put_short(&writer, name, BASE, (small & BASE_IN_SMALL) != 0);
    if (!assay_bytes_all(assay_bytes_of(name + BASE, SUFFIX), ' ')) {
        assay_put_char(&writer, '.');
        put_short(&writer, name + BASE, SUFFIX, (small & SUFFIX_IN_SMALL) != 0);
    }
    room[writer.used] = '\0';
    return writer.used;
}

/* --- long names ----------------------------------------------------------------------------- */

static void forget_long(assay_fat_folder *folder)
{
    folder->long_count = folder->long_left = 0;
}

/*
 * Long entries come with the last part of the name first. They count when they stand right before
 * their short entry, all of them, with its checksum: what EDK2's driver asks
 * (FatLoadNextDirEnt, FatLoadLongNameEntry in FatPkg/EnhancedFatDxe/DirectoryManage.c).
 */
static void take_long(assay_fat_folder *folder, const struct entry *entry)
{
    static const uint8_t places[] = { 1, 3, 5, 7, 9, 14, 16, 18, 20, 22, 24, 28, 30 };
    const uint8_t order = entry->raw.data[0] & (uint8_t)~ASSAY_FAT_LAST_LONG;
    const uint8_t sum = entry->raw.data[13];

    if ((entry->raw.data[0] & ASSAY_FAT_LAST_LONG) != 0) {
        folder->long_count = folder->long_left = order;
        folder->long_sum = sum;
    }
    if (order == 0 || order > ASSAY_FAT_LONG_ENTRIES || order != folder->long_left ||
        sum != folder->long_sum || (entry->cluster & 0xFFFF) != 0) {
        forget_long(folder);
        return;
    }
    for (size_t i = 0; i < ASSAY_FAT_LONG_CHARS; i++)
        folder->long_name[(size_t)(order - 1) * ASSAY_FAT_LONG_CHARS + i] =
            (uint16_t)(entry->raw.data[places[i]] | entry->raw.data[places[i] + 1] << 8);
    folder->long_left--;
}

/* False when the entry has no long name. */
static bool write_long(const assay_fat_folder *folder, const struct entry *entry, char *room)
{
    assay_writer writer = assay_writer_lent(room, ASSAY_FAT_NAME_MAX);
    uint8_t utf16[sizeof folder->long_name];
    size_t size = 0;

    if (folder->long_count == 0 || folder->long_left != 0 ||
        folder->long_sum != assay_fat_checksum(entry->name))
        return false;
    for (size_t i = 0; i < (size_t)folder->long_count * ASSAY_FAT_LONG_CHARS; i++) {
        if (folder->long_name[i] == 0)
            break;
        utf16[size++] = (uint8_t)folder->long_name[i];
        utf16[size++] = (uint8_t)(folder->long_name[i] >> 8);
    }
    assay_put_utf16(&writer, assay_bytes_of(utf16, size));
    room[writer.used] = '\0';
    return writer.used > 0;
}

/* --- folders -------------------------------------------------------------------------------- */

assay_fat_folder assay_fat_folder_of(const assay_fat *fat, uint32_t cluster)
{
    const bool root = cluster == 0;

    if (root && fat->bits != 32)
        return (assay_fat_folder){ .fat = fat,
                                   .entries = assay_cursor_of(fat->root),
                                   .offset = (uint64_t)(fat->root.data - fat->volume.data) };
    return (assay_fat_folder){ .fat = fat,
                               .chained = true,
                               .chain = assay_fat_chain_of(root ? fat->root_cluster : cluster) };
}

/* 1 when there is another entry, with the cursor before it; 0 at the end, or a negative kind. */
static int has_entry(assay_fat_folder *folder, assay_error *error)
{
    assay_bytes bytes;

    if (folder->ended || (!folder->chained && assay_left(&folder->entries) == 0))
        return 0;
    if (folder->count++ == ASSAY_FAT_FOLDER_ENTRIES)
        return assay_fat_fail(error, ASSAY_TOO_LARGE, folder->offset, "DIR_Name",
                              "a folder has more entries than FAT allows");
    if (assay_left(&folder->entries) > 0)
        return 1;
    int status = assay_fat_chain_next(folder->fat, &folder->chain, error);
    if (status > 0)
        status = assay_fat_take(folder->fat, folder->chain.cluster, folder->fat->cluster_size,
                                &bytes, error);
    else
        return status;
    if (status < 0)
        return status;
    folder->entries = assay_cursor_of(bytes);
    folder->offset = assay_fat_offset_of(folder->fat, folder->chain.cluster);
    return 1;
}

static bool is_dots(const struct entry *entry)
{
    return memcmp(entry->name, ".          ", ASSAY_FAT_SHORT_NAME) == 0 ||
           memcmp(entry->name, "..         ", ASSAY_FAT_SHORT_NAME) == 0;
}

static void give(const assay_fat_folder *folder, const struct entry *entry, assay_fat_entry *ret)
{
    const assay_fat *const fat = folder->fat;

    write_short(entry, 0, ret->short_name, sizeof ret->short_name);
    if (!write_long(folder, entry, ret->name))
        write_short(entry, entry->small, ret->name, sizeof ret->name);
    ret->folder = (entry->attributes & ASSAY_FAT_DIRECTORY) != 0;
    ret->attributes = entry->attributes;
    ret->cluster = fat->bits == 32 ? entry->cluster & 0x0FFFFFFF : entry->cluster & 0xFFFF;
    ret->size = ret->folder ? 0 : entry->size;
    ret->offset = folder->offset + (folder->entries.offset - ASSAY_FAT_ENTRY_SIZE);
}

int assay_fat_next(assay_fat_folder *folder, assay_fat_entry *ret_entry, assay_error *error)
{
    int status;

    while ((status = has_entry(folder, error)) > 0) {
        const struct entry entry = take_entry(&folder->entries);
        const bool skipped = entry.name[0] == FREE || is_dots(&entry) ||
                             (entry.attributes & ASSAY_FAT_VOLUME_ID) != 0;

        if (entry.name[0] == 0) {
            folder->ended = true;
            return 0;
        }
        if (entry.attributes == ASSAY_FAT_LONG_NAME && entry.name[0] != FREE) {
            take_long(folder, &entry);
            continue;
        }
        if (!skipped)
            give(folder, &entry, ret_entry);
        forget_long(folder);
        if (!skipped)
            return 1;
    }
    return status;
}
