/* SPDX-License-Identifier: BSD-2-Clause */
/* Where everything of a new FAT volume goes. */
#include "boot/artefact/fatplan_private.h"

#include <stdlib.h>

enum {
    SECTORS_PER_CLUSTER_MAX = 128,
    ROOT_ENTRIES = 512, /* of FAT12 and FAT16, at least */
    RESERVED_32 = 32,   /* sectors before the tables of FAT32, as usual */
    TABLES = 2,
    DOTS = 2,
};

static int fail(assay_error *error, enum assay_kind kind, const char *what)
{
    return assay_fail(error, kind, ASSAY_NOWHERE, "%s", what);
}

static int add_item(assay_fat_layout *layout, const assay_fat_item *item, assay_error *error)
{
    if (layout->count == layout->capacity) {
        const size_t capacity = layout->capacity == 0 ? 16 : 2 * layout->capacity;
        void *const items = realloc(layout->items, capacity * sizeof *layout->items);

        if (items == NULL)
            return fail(error, ASSAY_NO_MEMORY, "no memory for the volume");
        layout->items = items;
        layout->capacity = capacity;
    }
    layout->items[layout->count++] = *item;
    return 0;
}

static int add_child(assay_fat_layout *layout, size_t parent, const assay_tree_entry *entry,
                     size_t position, assay_error *error)
{
    assay_fat_item item = { .entry = *entry, .parent = parent, .size = entry->size };
    uint16_t units[ASSAY_FAT_LONG_UNITS];
    const size_t count = assay_fat_long_name(entry->name, units);

    if (count == 0)
        return fail(error, ASSAY_MALFORMED, "a name that FAT does not have");
    if (assay_fat_short_name(entry->name, position, item.short_name))
        item.long_entries = (count + ASSAY_FAT_LONG_CHARS - 1) / ASSAY_FAT_LONG_CHARS;
    layout->items[parent].size += (1 + item.long_entries) * ASSAY_FAT_ENTRY_SIZE;
    return add_item(layout, &item, error);
}

/* The items: folder by folder, so that each one's children are together. */
static int gather(assay_fat_layout *layout, const assay_tree *tree, assay_error *error)
{
    assay_fat_item root = { .entry = { .folder = true } };

    root.size = layout->label != NULL ? ASSAY_FAT_ENTRY_SIZE : 0;
    int status = add_item(layout, &root, error);
    for (size_t i = 0; i < layout->count && status == 0; i++) {
        const assay_tree_entry folder = layout->items[i].entry;
        assay_tree_entry entry;
        size_t position = 0;

        if (!folder.folder)
            continue;
        layout->items[i].children = layout->count;
        layout->items[i].size += i > 0 ? DOTS * ASSAY_FAT_ENTRY_SIZE : 0;
        while (status == 0 && assay_tree_at(tree, folder.path, position, &entry))
            status = add_child(layout, i, &entry, position++, error);
        layout->items[i].child_count = position;
        if (position + 1 > ASSAY_FAT_FOLDER_ENTRIES ||
            layout->items[i].size > ASSAY_FAT_FOLDER_ENTRIES * ASSAY_FAT_ENTRY_SIZE)
            status = fail(error, ASSAY_TOO_LARGE, "a folder has more entries than FAT allows");
    }
    return status;
}

static uint64_t round_up(uint64_t size, uint64_t unit)
{
    return (size + unit - 1) / unit;
}

/* The root folder of FAT12 and FAT16 has a place of its own. */
static bool has_clusters(const assay_fat_layout *layout, size_t item)
{
    return item > 0 || layout->bits == 32;
}

static uint64_t count_clusters(const assay_fat_layout *layout)
{
    uint64_t count = 0;

    for (size_t i = 0; i < layout->count; i++)
        if (has_clusters(layout, i))
            count += round_up(layout->items[i].size, layout->cluster);
    return count + (layout->bits == 32 && layout->items[0].size == 0); /* it has one at least */
}

static uint64_t table_sectors(const assay_fat_layout *layout, uint64_t clusters)
{
    const uint64_t bits = (clusters + ASSAY_FAT_FIRST_CLUSTER) * layout->bits;

    return round_up(round_up(bits, 8), layout->sector);
}

/* With this many bits, and this many sectors or as few as can be. False when it can't be. */
static bool lay_out_bits(assay_fat_layout *layout, unsigned bits, uint64_t sectors)
{
    static const uint32_t least[] = { [12] = 1, [16] = ASSAY_FAT16_CLUSTERS,
                                      [32] = ASSAY_FAT32_CLUSTERS };
    static const uint32_t most[] = { [12] = ASSAY_FAT16_CLUSTERS - 1,
                                     [16] = ASSAY_FAT32_CLUSTERS - 1, [32] = 0x0FFFFFF5 };
    const uint32_t per_cluster = layout->cluster / layout->sector;

    layout->bits = bits;
    uint64_t root = bits == 32 ? 0 : round_up(layout->items[0].size, layout->sector);
    const uint64_t usual = round_up(ROOT_ENTRIES * ASSAY_FAT_ENTRY_SIZE, layout->sector);
    root = bits != 32 && root < usual ? usual : root;
    const uint64_t before = (bits == 32 ? RESERVED_32 : 1) + root, used = count_clusters(layout);

    uint64_t clusters = used < least[bits] ? least[bits] : used;
    uint64_t table = table_sectors(layout, clusters);
    if (sectors == 0) {
        sectors = before + TABLES * table + clusters * per_cluster;
    } else {
        if (sectors <= before)
            return false;
        table = table_sectors(layout, (sectors - before) / per_cluster);
        if (sectors - before <= TABLES * table)
            return false;
        clusters = (sectors - before - TABLES * table) / per_cluster;
    }
    layout->reserved = bits == 32 ? RESERVED_32 : 1;
    layout->table = (uint32_t)table;
    layout->root = (uint32_t)root;
    layout->total = (uint32_t)sectors;
    layout->clusters = (uint32_t)clusters;
    layout->used = (uint32_t)used;
    return clusters >= least[bits] && clusters <= most[bits] && used <= clusters &&
           sectors <= UINT32_MAX && root * layout->sector / ASSAY_FAT_ENTRY_SIZE <= UINT16_MAX;
}

static bool lay_out_cluster(assay_fat_layout *layout, const assay_fat_plan *plan, uint32_t cluster)
{
    static const unsigned all[] = { 12, 16, 32 };

    layout->cluster = cluster;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if ((plan->bits == 0 || plan->bits == all[i]) &&
            lay_out_bits(layout, all[i], plan->size / layout->sector))
            return true;
    return false;
}

static bool lay_out(assay_fat_layout *layout, const assay_fat_plan *plan)
{
    if (plan->cluster_size != 0)
        return lay_out_cluster(layout, plan, plan->cluster_size);
    for (uint32_t n = 1; n <= SECTORS_PER_CLUSTER_MAX; n *= 2)
        if (lay_out_cluster(layout, plan, n * layout->sector))
            return true;
    return false;
}

static void place(assay_fat_layout *layout)
{
    uint32_t next = ASSAY_FAT_FIRST_CLUSTER;

    for (size_t i = 0; i < layout->count; i++) {
        assay_fat_item *const item = &layout->items[i];

        if (!has_clusters(layout, i))
            continue;
        item->clusters = (uint32_t)round_up(item->size, layout->cluster);
        if (i == 0 && item->clusters == 0)
            item->clusters = 1;
        item->cluster = item->clusters > 0 ? next : 0;
        next += item->clusters;
    }
}

static bool is_power_of_two(uint32_t value)
{
    return value != 0 && (value & (value - 1)) == 0;
}

static const char *check_plan(const assay_fat_plan *plan, uint32_t sector)
{
    const uint32_t cluster = plan->cluster_size != 0 ? plan->cluster_size : sector;

    if (!is_power_of_two(sector) || sector < 512 || sector > 4096 || plan->size % sector != 0)
        return "no size of a sector that FAT has";
    if (!is_power_of_two(cluster) || cluster < sector ||
        cluster / sector > SECTORS_PER_CLUSTER_MAX)
        return "no size of a cluster that FAT has";
    if (plan->bits != 0 && plan->bits != 12 && plan->bits != 16 && plan->bits != 32)
        return "FAT has 12, 16 or 32 bits";
    return plan->label != NULL && strlen(plan->label) > ASSAY_FAT_LABEL
               ? "the label has more than 11 characters"
               : NULL;
}

int assay_fat_lay_out(assay_fat_layout *layout, const assay_tree *tree, const assay_fat_plan *plan,
                      assay_error *error)
{
    *layout = (assay_fat_layout){ .sector = plan->sector_size != 0 ? plan->sector_size : 512,
                                  .label = plan->label,
                                  .serial = plan->serial };
    const char *const what = check_plan(plan, layout->sector);
    if (what != NULL)
        return fail(error, ASSAY_MALFORMED, what);
    const int status = gather(layout, tree, error);
    if (status < 0)
        return status;
    for (size_t i = 0; i < layout->count; i++)
        if (layout->items[i].size > UINT32_MAX)
            return fail(error, ASSAY_TOO_LARGE, "a file is larger than FAT allows");
    if (!lay_out(layout, plan))
        return fail(error, ASSAY_TOO_LARGE, "no FAT of this size and kind has room for the files");
    place(layout);
    return 0;
}
