/* SPDX-License-Identifier: BSD-2-Clause */
/* New FAT volumes. */
#include "boot/artefact/fatplan_private.h"

#include <stdlib.h>

enum {
    MEDIA = 0xF8,
    BACKUP_SECTOR = 6,  /* BPB_BkBootSec */
    FS_INFO_SECTOR = 1, /* BPB_FSInfo */
    DATE_1980 = 0x0021,
    ARCHIVE = 0x20,
    SIGNATURE_OFFSET = 510,
};

static uint32_t end_of_chain(unsigned bits)
{
    return bits == 32 ? 0x0FFFFFFF : (UINT32_C(1) << bits) - 1;
}

/* 11 characters, in capitals as labels are. */
static void put_label(assay_writer *writer, const char *label)
{
    const char *const text = label != NULL ? label : "NO NAME";
    const size_t size = strlen(text);

    for (size_t i = 0; i < ASSAY_FAT_LABEL; i++) {
        const char c = i < size ? text[i] : ' ';

        assay_put_char(writer, c >= 'a' && c <= 'z' ? (char)(c - 0x20) : c);
    }
}

static void put_zeros_to(assay_writer *writer, uint64_t start, uint64_t size)
{
    const uint64_t done = writer->written - start;

    if (done < size)
        assay_put_zeros(writer, (size_t)(size - done));
}

/* --- reserved sectors ----------------------------------------------------------------------- */

/* Microsoft's specification, pages 9 to 12. */
static void put_boot_sector(assay_writer *w, const assay_fat_layout *l)
{
    const uint64_t start = w->written;
    const bool fat32 = l->bits == 32, small = !fat32 && l->total <= UINT16_MAX;

    assay_put(w, fat32 ? ASSAY_LITERAL("\xEB\x58\x90" "ASSAY   ")
                       : ASSAY_LITERAL("\xEB\x3C\x90" "ASSAY   "));
    assay_put_u16le(w, (uint16_t)l->sector);
    assay_put_u8(w, (uint8_t)(l->cluster / l->sector));
    assay_put_u16le(w, (uint16_t)l->reserved);
    assay_put_u8(w, 2); /* BPB_NumFATs */
    assay_put_u16le(w, (uint16_t)(l->root * (l->sector / ASSAY_FAT_ENTRY_SIZE)));
    assay_put_u16le(w, small ? (uint16_t)l->total : 0);
    assay_put_u8(w, MEDIA);
    assay_put_u16le(w, fat32 ? 0 : (uint16_t)l->table);
    assay_put_u16le(w, 63); /* BPB_SecPerTrk, and heads: of a geometry that no disk has */
    assay_put_u16le(w, 255);
    assay_put_u32le(w, 0);
    assay_put_u32le(w, small ? 0 : l->total);
    if (fat32) {
        assay_put_u32le(w, l->table);
        assay_put_u32le(w, 0); /* BPB_ExtFlags, BPB_FSVer */
        assay_put_u32le(w, l->items[0].cluster);
        assay_put_u16le(w, FS_INFO_SECTOR);
        assay_put_u16le(w, BACKUP_SECTOR);
        assay_put_zeros(w, 12);
    }
    assay_put_u16le(w, 0x80); /* BS_DrvNum, BS_Reserved1 */
    assay_put_u8(w, 0x29);    /* BS_BootSig: the next three are there */
    assay_put_u32le(w, l->serial);
    put_label(w, l->label);
    assay_put(w, fat32            ? ASSAY_LITERAL("FAT32   ")
                 : l->bits == 16 ? ASSAY_LITERAL("FAT16   ")
                                 : ASSAY_LITERAL("FAT12   "));
    put_zeros_to(w, start, SIGNATURE_OFFSET);
    assay_put_u16le(w, 0xAA55);
    put_zeros_to(w, start, l->sector);
}

/* Microsoft's specification, page 21. */
static void put_fs_info(assay_writer *w, const assay_fat_layout *l)
{
    const uint64_t start = w->written;

    assay_put_u32le(w, 0x41615252);
    put_zeros_to(w, start, 484);
    assay_put_u32le(w, 0x61417272);
    assay_put_u32le(w, l->clusters - l->used);
    assay_put_u32le(w, l->used < l->clusters ? l->used + ASSAY_FAT_FIRST_CLUSTER : UINT32_MAX);
    put_zeros_to(w, start, 508);
    assay_put_u32le(w, 0xAA550000);
    put_zeros_to(w, start, l->sector);
}

static void put_reserved(assay_writer *w, const assay_fat_layout *l)
{
    const uint64_t start = w->written;

    put_boot_sector(w, l);
    if (l->bits == 32) {
        put_fs_info(w, l);
        put_zeros_to(w, start, (uint64_t)BACKUP_SECTOR * l->sector);
        put_boot_sector(w, l);
        put_fs_info(w, l);
    }
    put_zeros_to(w, start, (uint64_t)l->reserved * l->sector);
}

/* --- tables --------------------------------------------------------------------------------- */

/* Two entries of 12 bits are three bytes. */
struct packer {
    assay_writer *writer;
    unsigned bits;
    bool half;
    uint32_t kept;
};

static void put_entry(struct packer *p, uint32_t value)
{
    if (p->bits == 32) {
        assay_put_u32le(p->writer, value);
    } else if (p->bits == 16) {
        assay_put_u16le(p->writer, (uint16_t)value);
    } else if (p->half) {
        const uint32_t both = p->kept | value << 12;

        assay_put_u16le(p->writer, (uint16_t)both);
        assay_put_u8(p->writer, (uint8_t)(both >> 16));
    } else {
        p->kept = value;
    }
    p->half = !p->half;
}

static void put_table(assay_writer *w, const assay_fat_layout *l)
{
    const uint64_t start = w->written;
    const uint32_t end = end_of_chain(l->bits);
    struct packer packer = { .writer = w, .bits = l->bits };

    put_entry(&packer, (end & ~UINT32_C(0xFF)) | MEDIA);
    put_entry(&packer, end);
    for (size_t i = 0; i < l->count; i++) {
        const assay_fat_item *const item = &l->items[i];

        for (uint32_t n = 1; n <= item->clusters; n++)
            put_entry(&packer, n < item->clusters ? item->cluster + n : end);
    }
    if (packer.half)
        put_entry(&packer, 0);
    put_zeros_to(w, start, (uint64_t)l->table * l->sector);
}

/* --- folders -------------------------------------------------------------------------------- */

static void put_short_entry(assay_writer *w, const uint8_t *name, uint8_t attributes,
                            uint32_t cluster, uint32_t size)
{
    assay_put(w, assay_bytes_of(name, ASSAY_FAT_SHORT_NAME));
    assay_put_u8(w, attributes);
    assay_put_zeros(w, 4);
    assay_put_u16le(w, DATE_1980); /* DIR_CrtDate */
    assay_put_u16le(w, DATE_1980); /* DIR_LstAccDate */
    assay_put_u16le(w, (uint16_t)(cluster >> 16));
    assay_put_u16le(w, 0);
    assay_put_u16le(w, DATE_1980); /* DIR_WrtDate */
    assay_put_u16le(w, (uint16_t)cluster);
    assay_put_u32le(w, size);
}

/* Unit by unit: behind the name's end a NUL, and then ones. */
static void put_units(assay_writer *w, const uint16_t *units, size_t count, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++)
        assay_put_u16le(w, i < count ? units[i] : i == count ? 0 : UINT16_MAX);
}

static void put_long_entries(assay_writer *w, const assay_fat_item *item)
{
    uint16_t units[ASSAY_FAT_LONG_UNITS];
    const size_t count = assay_fat_long_name(item->entry.name, units);

    for (size_t order = item->long_entries; order > 0; order--) {
        const size_t from = (order - 1) * ASSAY_FAT_LONG_CHARS;
        const bool last = order == item->long_entries;

        assay_put_u8(w, (uint8_t)(order | (last ? ASSAY_FAT_LAST_LONG : 0)));
        put_units(w, units, count, from, from + 5);
        assay_put_u8(w, ASSAY_FAT_LONG_NAME);
        assay_put_u8(w, 0);
        assay_put_u8(w, assay_fat_checksum(item->short_name));
        put_units(w, units, count, from + 5, from + 11);
        assay_put_u16le(w, 0);
        put_units(w, units, count, from + 11, from + 13);
    }
}

static void put_dots(assay_writer *w, const assay_fat_layout *l, const assay_fat_item *folder)
{
    static const uint8_t here[] = ".          ", above[] = "..         ";
    const uint32_t parent = folder->parent == 0 ? 0 : l->items[folder->parent].cluster;

    put_short_entry(w, here, ASSAY_FAT_DIRECTORY, folder->cluster, 0);
    put_short_entry(w, above, ASSAY_FAT_DIRECTORY, parent, 0);
}

static void put_folder(assay_writer *w, const assay_fat_layout *l, const assay_fat_item *folder)
{
    if (folder != l->items) {
        put_dots(w, l, folder);
    } else if (l->label != NULL) {
        uint8_t label[ASSAY_FAT_LABEL];
        assay_writer name = assay_writer_lent(label, sizeof label);

        put_label(&name, l->label);
        put_short_entry(w, label, ASSAY_FAT_VOLUME_ID, 0, 0);
    }
    for (size_t i = 0; i < folder->child_count; i++) {
        const assay_fat_item *const item = &l->items[folder->children + i];
        const bool is_folder = item->entry.folder;

        put_long_entries(w, item);
        put_short_entry(w, item->short_name, is_folder ? ASSAY_FAT_DIRECTORY : ARCHIVE,
                        item->cluster, is_folder ? 0 : (uint32_t)item->size);
    }
}

/* --- all of it ------------------------------------------------------------------------------ */

static int put_file(assay_writer *w, assay_tree *tree, const assay_fat_item *item,
                    assay_error *error)
{
    assay_bytes bytes;
    const int status = assay_tree_read(tree, item->entry.path, &bytes, error);

    if (status < 0)
        return status;
    if (status == 0 || bytes.size != item->size)
        return assay_fail(error, ASSAY_IO, ASSAY_NOWHERE,
                          "a file changed its size while it was read");
    assay_put(w, bytes);
    return 0;
}

static int put_data(assay_writer *w, assay_tree *tree, const assay_fat_layout *l,
                    assay_error *error)
{
    const uint64_t begin = w->written;
    int status = 0;

    for (size_t i = 0; i < l->count && status == 0 && w->failure == 0; i++) {
        const assay_fat_item *const item = &l->items[i];
        const uint64_t start = w->written;

        if (item->clusters == 0)
            continue;
        if (item->entry.folder)
            put_folder(w, l, item);
        else
            status = put_file(w, tree, item, error);
        put_zeros_to(w, start, (uint64_t)item->clusters * l->cluster);
    }
    const uint64_t before = l->reserved + 2 * (uint64_t)l->table + l->root;
    if (status == 0)
        put_zeros_to(w, begin, (l->total - before) * l->sector);
    return status;
}

static int put_volume(assay_writer *w, assay_tree *tree, const assay_fat_layout *l,
                      assay_error *error)
{
    put_reserved(w, l);
    put_table(w, l);
    put_table(w, l);
    if (l->bits != 32) {
        const uint64_t start = w->written;

        put_folder(w, l, l->items);
        put_zeros_to(w, start, (uint64_t)l->root * l->sector);
    }
    const int status = put_data(w, tree, l, error);
    if (status == 0 && w->failure != 0)
        return assay_fail(error, (enum assay_kind)w->failure, ASSAY_NOWHERE,
                          "the volume can't be written");
    return status;
}

int assay_fat_write(assay_tree *tree, const assay_fat_plan *plan, assay_writer *writer,
                    assay_error *error)
{
    assay_fat_layout layout;
    int status = assay_fat_lay_out(&layout, tree, plan, error);

    if (status == 0)
        status = put_volume(writer, tree, &layout, error);
    free(layout.items);
    return status;
}
