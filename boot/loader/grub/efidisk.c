/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which number a disk has: "hd0", "hd1" ... (disk/efi/efidisk.c, kern/efi/efi.c of GRUB 2.00 and
 * later). Disks are in the order of the last nodes of their device paths, and of whole paths where
 * those are equal; a greater type comes first, then a lesser subtype, length and content.
 */
#include "boot/loader/bootdevice.h"
#include "boot/loader/grub/machine.h"
#include "eventlog/payload/devpath.h"

static int compare_nodes(const assay_devpath_node *a, const assay_devpath_node *b)
{
    if (a->type != b->type)
        return (int)b->type - (int)a->type;
    if (a->subtype != b->subtype)
        return (int)a->subtype - (int)b->subtype;
    if (a->data.size != b->data.size)
        return a->data.size < b->data.size ? -1 : 1;
    return a->data.size > 0 ? memcmp(a->data.data, b->data.data, a->data.size) : 0;
}

/* A path that ends goes on with its End, as it does for firmware. */
static bool next(assay_devpath *path, assay_devpath_node *ret_node)
{
    if (assay_devpath_next(path, ret_node))
        return true;
    *ret_node = (assay_devpath_node){ ASSAY_DEVPATH_END, ASSAY_DEVPATH_END_ENTIRE,
                                      ASSAY_NO_BYTES };
    return false;
}

static int compare_paths(assay_bytes a, assay_bytes b)
{
    assay_devpath of_a = assay_devpath_of(a), of_b = assay_devpath_of(b);
    assay_devpath_node in_a, in_b;
    bool more_a = true, more_b = true;
    int order = 0;

    while (order == 0 && (more_a || more_b)) {
        more_a = next(&of_a, &in_a);
        more_b = next(&of_b, &in_b);
        order = compare_nodes(&in_a, &in_b);
    }
    return order;
}

static assay_devpath_node last_node(assay_bytes path)
{
    assay_devpath walk = assay_devpath_of(path);
    assay_devpath_node node, last = { ASSAY_DEVPATH_END, ASSAY_DEVPATH_END_ENTIRE,
                                      ASSAY_NO_BYTES };

    while (assay_devpath_next(&walk, &node) && node.type != ASSAY_DEVPATH_END)
        last = node;
    return last;
}

/* Those of which it isn't known where they are stay in the scenario's order, and go last. */
static bool precedes(assay_boot *boot, const assay_scenario_disk *a, const assay_scenario_disk *b)
{
    const assay_bytes path_a = assay_bootdevice_path(boot, a);
    const assay_bytes path_b = assay_bootdevice_path(boot, b);
    const assay_devpath_node last_a = last_node(path_a), last_b = last_node(path_b);
    int order = compare_nodes(&last_a, &last_b);

    if (path_a.size == 0 || path_b.size == 0)
        return path_a.size != path_b.size ? path_a.size > 0 : a < b;
    if (order == 0)
        order = compare_paths(path_a, path_b);
    return order != 0 ? order < 0 : a < b;
}

/* What can be booted from by network is no disk. */
static bool is_disk(assay_boot *boot, const assay_scenario_disk *device)
{
    enum { MESSAGING = 3, MAC_ADDRESS = 11, IPV6 = 13, URI = 24 };
    const assay_devpath_node last = last_node(assay_bootdevice_path(boot, device));

    return last.type != MESSAGING ||
           (last.subtype != URI && (last.subtype < MAC_ADDRESS || last.subtype > IPV6));
}

size_t assay_grub_disk_number(const assay_grub *grub, const assay_scenario_disk *disk)
{
    const assay_scenario_disk *disks[ASSAY_SCENARIO_DISKS];
    const size_t count = assay_bootdevice_list(grub->boot->scenario, disks);
    size_t before = 0;
    bool connected = false;

    for (size_t i = 0; i < count; i++)
        connected = connected || disks[i] == disk;
    for (size_t i = 0; i < count; i++)
        before += disks[i] != disk && is_disk(grub->boot, disks[i]) &&
                  (!connected || precedes(grub->boot, disks[i], disk));
    return before;
}
