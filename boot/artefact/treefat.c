/* SPDX-License-Identifier: BSD-2-Clause */
/* The files of a FAT file system in a tree. */
#include "boot/artefact/esp.h"
#include "boot/artefact/fat_private.h"
#include "boot/artefact/tree_private.h"

#include <stdlib.h>

enum { ROOT_CLUSTER = 44 }; /* of BPB_RootClus in the boot sector */

struct fat_source {
    assay_tree_source source;
    assay_fat fat;
};

struct scan {
    assay_tree *tree;
    const struct fat_source *source;
    uint8_t *seen; /* a bit for each cluster: a folder begins there */
    assay_error *error;
};

static void free_fat(assay_tree_source *source)
{
    free(source);
}

static int read_fat(const assay_tree_source *source, assay_tree_node *node, assay_error *error)
{
    const assay_fat *const fat = &((const struct fat_source *)source)->fat;

    return assay_fat_read(fat, node->cluster, (uint32_t)node->entry.size, &node->bytes,
                          &node->owned, error);
}

/* Folders within themselves would have no end, and folders in two places a very late one. */
static int check_seen(const struct scan *scan, uint32_t cluster, uint64_t offset)
{
    const uint32_t index = cluster - ASSAY_FAT_FIRST_CLUSTER;

    if (index >= scan->source->fat.cluster_count)
        return assay_fat_fail(scan->error, ASSAY_MALFORMED, offset, "DIR_FstClus",
                              "a folder begins at no cluster of the volume");
    if ((scan->seen[index / 8] & 1 << index % 8) != 0)
        return assay_fat_fail(scan->error, ASSAY_MALFORMED, offset, "DIR_FstClus",
                              "two folders begin at the same cluster");
    scan->seen[index / 8] |= (uint8_t)(1 << index % 8);
    return 0;
}

static int add_below(const struct scan *scan, assay_tree_node *parent, uint32_t cluster);

static int add_entry(const struct scan *scan, assay_tree_node *parent, const assay_fat_entry *entry)
{
    const assay_bytes name = assay_bytes_of_string(entry->name);
    assay_tree_node *node;

    /* No path can name such a one. */
    if (name.size == 0 || strpbrk(entry->name, "/\\") != NULL || strcmp(entry->name, ".") == 0 ||
        strcmp(entry->name, "..") == 0) {
        assay_tree_leave_out(scan->tree);
        return 0;
    }
    int status = assay_tree_put(scan->tree, parent, name, entry->folder, &node, scan->error);
    if (status <= 0)
        return status; /* of two with one name drivers find the first */
    status = assay_tree_alias(scan->tree, node, assay_bytes_of_string(entry->short_name),
                              scan->error);
    if (status == 0 && entry->folder)
        status = check_seen(scan, entry->cluster, entry->offset);
    if (status < 0)
        return status;
    if (entry->folder)
        return add_below(scan, node, entry->cluster);
    node->source = &scan->source->source;
    node->cluster = entry->cluster;
    node->entry.size = entry->size;
    return 0;
}

static int add_below(const struct scan *scan, assay_tree_node *parent, uint32_t cluster)
{
    assay_fat_folder folder = assay_fat_folder_of(&scan->source->fat, cluster);
    assay_fat_entry entry;
    int status;

    while ((status = assay_fat_next(&folder, &entry, scan->error)) > 0) {
        status = add_entry(scan, parent, &entry);
        if (status < 0)
            return status;
    }
    return status;
}

int assay_tree_add_fat(assay_tree *tree, assay_bytes volume, assay_error *error)
{
    struct fat_source *const source = calloc(1, sizeof *source);

    if (source == NULL)
        return assay_fail(error, ASSAY_NO_MEMORY, ASSAY_NOWHERE, "no memory for the volume");
    source->source = (assay_tree_source){ .read = read_fat, .free = free_fat };
    assay_tree_own(tree, &source->source);
    int status = assay_fat_open(&source->fat, volume, error);
    if (status < 0)
        return status;
    uint8_t *const seen = calloc(1, source->fat.cluster_count / 8 + 1);
    if (seen == NULL)
        return assay_fail(error, ASSAY_NO_MEMORY, ASSAY_NOWHERE, "no memory for the volume");

    const struct scan scan = { tree, source, seen, error };
    assay_tree_begin(tree);
    if (source->fat.bits == 32)
        status = check_seen(&scan, source->fat.root_cluster, ROOT_CLUSTER);
    if (status == 0)
        status = add_below(&scan, tree->root, 0);
    free(seen);
    return status;
}

int assay_tree_add_esp(assay_tree *tree, assay_bytes disk, assay_error *error)
{
    assay_esp esp;
    const int status = assay_esp_find(disk, &esp, error);

    return status < 0 ? status : assay_tree_add_fat(tree, esp.fat.volume, error);
}
