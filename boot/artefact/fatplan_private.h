/* SPDX-License-Identifier: BSD-2-Clause */
/* A new FAT volume before it is written: what is in it, and where. Private to boot/artefact/. */
#ifndef ASSAY_BOOT_ARTEFACT_FATPLAN_PRIVATE_H
#define ASSAY_BOOT_ARTEFACT_FATPLAN_PRIVATE_H

#include "boot/artefact/fat_private.h"

enum { ASSAY_FAT_LONG_UNITS = ASSAY_FAT_LONG_ENTRIES * ASSAY_FAT_LONG_CHARS };

/** A file or folder that will be. */
typedef struct assay_fat_item {
    assay_tree_entry entry;
    uint8_t short_name[ASSAY_FAT_SHORT_NAME];
    size_t long_entries;        /* before its short one */
    size_t parent;              /* among the items */
    size_t children, child_count; /* of a folder: the first of them among the items, and how many */
    uint64_t size;              /* bytes: of a folder's entries too */
    uint32_t cluster, clusters; /* the first, or 0; and how many */
} assay_fat_item;

typedef struct assay_fat_layout {
    size_t count, capacity;
    assay_fat_item *items; /* the root first; children of a folder side by side */
    unsigned bits;
    uint32_t sector, cluster; /* bytes */
    uint32_t reserved, table, root; /* sectors: before the tables, of one table, of the root */
    uint32_t total;                 /* sectors */
    uint32_t clusters, used;
    const char *label; /* NULL: none */
    uint32_t serial;
} assay_fat_layout;

/** Free layout->items also after a failure. */
int assay_fat_lay_out(assay_fat_layout *layout, const assay_tree *tree, const assay_fat_plan *plan,
                      assay_error *error);

/** The name's UTF-16 units, without NUL; 0 for a name that FAT does not have. */
size_t assay_fat_long_name(assay_bytes name, uint16_t ret_units[ASSAY_FAT_LONG_UNITS]);

/**
 * The short name of the entry `position` of a folder, different from that of any other of it.
 * False when it says all of the name, so that no long one is needed.
 */
bool assay_fat_short_name(assay_bytes name, size_t position,
                          uint8_t ret_name[ASSAY_FAT_SHORT_NAME]);

#endif
