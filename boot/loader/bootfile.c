/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/loader/bootfile.h"

#include "base/utf16.h"
#include "boot/artefact/gptdisk.h"
#include "boot/loader/bootdevice.h"
#include "eventlog/payload/devpath.h"

enum {
    PATH_MAX_BYTES = 4096,
    HD_DATA = 38, /* HARDDRIVE_DEVICE_PATH after its header */
    HD_SIGNATURE = 20,
    SUBSYSTEM_APPLICATION = 10,
};

static const assay_guid efi_system_partition =
    ASSAY_GUID(0xc12a7328, 0xf81f, 0x11d2, 0xba, 0x4b, 0x00, 0xa0, 0xc9, 0x3e, 0xc9, 0x3b);

/* EFI_REMOVABLE_MEDIA_FILE_NAME of those machines whose firmware is played here. */
static const struct removable_default {
    uint16_t machine; /* IMAGE_FILE_MACHINE_* */
    const char *path;
} removable_defaults[] = {
    { 0x8664, "\\EFI\\BOOT\\BOOTX64.EFI" },
    { 0xaa64, "\\EFI\\BOOT\\BOOTAA64.EFI" },
    { 0x5064, "\\EFI\\BOOT\\BOOTRISCV64.EFI" },
};

/* A file system that was found: of a disk, by a partition's node or without one. */
typedef struct file_system {
    const assay_scenario_disk *disk;
    uint8_t node[ASSAY_GPTDISK_HD_NODE];
    size_t node_size; /* 0: the disk has no partitions, or none is known */
} file_system;

/* --- partitions ------------------------------------------------------------------------------- */

/* What decides whether a node means a partition: all of it but where that begins and ends. */
static bool same_partition(assay_bytes a, assay_bytes b)
{
    return a.size == HD_DATA && b.size == HD_DATA && memcmp(a.data, b.data, 4) == 0 &&
           memcmp(a.data + HD_SIGNATURE, b.data + HD_SIGNATURE, HD_DATA - HD_SIGNATURE) == 0;
}

static void keep_node(file_system *fs, const assay_gptdisk_partition *partition)
{
    assay_writer out = assay_writer_lent(fs->node, sizeof fs->node);

    assay_gptdisk_hd_node(&out, partition);
    fs->node_size = assay_written(&out).size;
}

/* Of a table only the ESP's files are known. `wanted` is a node's data; no bytes: any ESP. */
static bool find_in_table(const assay_gptdisk *table, assay_bytes wanted, file_system *fs)
{
    assay_gptdisk_partition partition;
    uint32_t number = 0;

    while (assay_gptdisk_next(table, &number, &partition)) {
        keep_node(fs, &partition);
        const assay_bytes data = assay_bytes_of(fs->node + 4, fs->node_size - 4);

        if (assay_guid_equal(&partition.entry.partition_type_guid, &efi_system_partition) &&
            (wanted.data == NULL || same_partition(data, wanted)))
            return true;
    }
    fs->node_size = 0;
    return false;
}

/* A disk of which no table is known may have any partition. */
static bool find_partition(const assay_scenario_disk *disk, assay_bytes wanted, file_system *fs)
{
    assay_gptdisk table;

    *fs = (file_system){ .disk = disk };
    if (disk->esp == NULL)
        return false;
    if (disk->gpt.size > 0 && assay_gptdisk_open(&table, disk->gpt, NULL) == 0)
        return find_in_table(&table, wanted, fs);
    if (wanted.size == HD_DATA) {
        const assay_devpath_node node = { ASSAY_DEVPATH_MEDIA, ASSAY_DEVPATH_HARD_DRIVE, wanted };
        assay_writer out = assay_writer_lent(fs->node, sizeof fs->node);

        assay_devpath_encode(&out, &node);
        fs->node_size = assay_written(&out).size;
    }
    return true;
}

static bool is_hard_drive(const assay_devpath_node *node)
{
    return node->type == ASSAY_DEVPATH_MEDIA && node->subtype == ASSAY_DEVPATH_HARD_DRIVE;
}

static bool is_file(const assay_devpath_node *node)
{
    return node->type == ASSAY_DEVPATH_MEDIA && node->subtype == ASSAY_DEVPATH_FILE;
}

/* --- files ------------------------------------------------------------------------------------ */

static void put_file_system(assay_boot *boot, assay_writer *out, const file_system *fs)
{
    assay_put(out, assay_bootdevice_path(boot, fs->disk));
    assay_put(out, assay_bytes_of(fs->node, fs->node_size));
}

/* BmIsLoadOptionPeHeaderValid: what firmware takes for a boot application of its machine. */
static bool is_application(assay_bytes file, uint16_t machine)
{
    assay_pe pe;

    return assay_pe_open(&pe, file, NULL) == 0 && pe.subsystem == SUBSYSTEM_APPLICATION &&
           (machine == 0 || pe.machine == machine);
}

/* The name as a tree takes it, without what leads it; its separators all alike. */
static assay_bytes tree_path(assay_boot *boot, assay_bytes name)
{
    uint8_t *const room = assay_boot_room(boot, name.size);
    size_t size = 0;

    for (size_t i = 0; room != NULL && i < name.size; i++) {
        const uint8_t c = name.data[i] == '\\' ? '/' : name.data[i];

        if (c != '/' || (size > 0 && room[size - 1] != '/'))
            room[size++] = c;
    }
    return assay_bytes_of(room, size);
}

static bool open_file(assay_boot *boot, const file_system *fs, assay_bytes name, uint16_t machine,
                      assay_boot_image *image)
{
    image->disk = fs->disk;
    image->path = tree_path(boot, name);
    return assay_boot_read(boot, fs->disk, image->path, &image->file) &&
           is_application(image->file, machine);
}

static bool open_default(assay_boot *boot, const file_system *fs, assay_boot_image *image)
{
    uint8_t room[PATH_MAX_BYTES];
    assay_writer out = assay_writer_lent(room, sizeof room);

    for (size_t i = 0; i < sizeof removable_defaults / sizeof *removable_defaults; i++) {
        const assay_bytes name = assay_bytes_of_string(removable_defaults[i].path);

        if (!open_file(boot, fs, name, removable_defaults[i].machine, image))
            continue;
        put_file_system(boot, &out, fs);
        assay_devpath_put_file(&out, name);
        assay_devpath_put_end(&out);
        image->device_path = assay_boot_keep(boot, assay_written(&out));
        return true;
    }
    return false;
}

/* The names of the nodes up to the end, one behind the other. False for any other node. */
static bool put_names(assay_bytes nodes, assay_writer *name)
{
    assay_devpath path = assay_devpath_of(nodes);
    assay_devpath_node node;

    while (assay_devpath_next(&path, &node) && node.type != ASSAY_DEVPATH_END) {
        if (!is_file(&node))
            return false;
        if (name->used > 0 && name->data[name->used - 1] != '\\')
            assay_put_char(name, '\\');
        assay_put_utf16(name, assay_devpath_file_name(&node));
    }
    return path.ended && name->failure == 0;
}

/* `nodes` follow those of the file system. */
static bool open_nodes(assay_boot *boot, const file_system *fs, assay_bytes nodes,
                       assay_boot_image *image)
{
    uint8_t name_room[PATH_MAX_BYTES], room[2 * PATH_MAX_BYTES];
    assay_writer name = assay_writer_lent(name_room, sizeof name_room);
    assay_writer out = assay_writer_lent(room, sizeof room);

    if (!put_names(nodes, &name))
        return false;
    if (assay_written(&name).size == 0)
        return open_default(boot, fs, image);
    if (!open_file(boot, fs, assay_written(&name), 0, image))
        return false;
    put_file_system(boot, &out, fs);
    assay_put(&out, nodes);
    image->device_path = assay_boot_keep(boot, assay_written(&out));
    return true;
}

bool assay_bootfile_of_firmware(assay_boot *boot, const assay_fvfile *file,
                                assay_boot_image *ret_image)
{
    uint8_t room[64];
    assay_writer out = assay_writer_lent(room, sizeof room);

    if (file->pe.size == 0)
        return false;
    assay_put(&out, assay_fvfile_path(boot, file));
    assay_devpath_put_end(&out);
    *ret_image = (assay_boot_image){
        .file = assay_boot_keep(boot, file->pe), /* the unpacked firmware doesn't last so long */
        .device_path = assay_boot_keep(boot, assay_written(&out)),
    };
    return boot->status == 0;
}

/* --- paths ------------------------------------------------------------------------------------ */

/* HD(...)/...: the first disk with such a partition and a file there. */
static bool open_partition(assay_boot *boot, assay_bytes hd, assay_bytes rest,
                           assay_boot_image *image)
{
    file_system fs;

    for (size_t i = 0; i < boot->scenario->disk_count; i++)
        if (find_partition(&boot->scenario->disks[i], hd, &fs) &&
            open_nodes(boot, &fs, rest, image))
            return true;
    return false;
}

/* \EFI\...: the first disk with such a file. */
static bool open_anywhere(assay_boot *boot, assay_bytes path, assay_boot_image *image)
{
    return open_partition(boot, ASSAY_NO_BYTES, path, image);
}

bool assay_bootfile_find_default(assay_boot *boot, assay_boot_image *ret_image)
{
    static const uint8_t end[] = { ASSAY_DEVPATH_END, ASSAY_DEVPATH_END_ENTIRE, 4, 0 };

    *ret_image = (assay_boot_image){ .disk = NULL };
    return open_anywhere(boot, assay_bytes_of(end, sizeof end), ret_image);
}

/* A path that begins with the disk's own. */
static bool open_on_disk(assay_boot *boot, const assay_scenario_disk *disk, assay_bytes path,
                         assay_boot_image *image)
{
    const assay_bytes device = assay_bootdevice_path(boot, disk);
    assay_devpath_node node;
    file_system fs;

    if (device.size == 0 || !assay_bytes_start_with(path, device))
        return false;
    const assay_bytes rest = assay_bytes_of(path.data + device.size, path.size - device.size);
    assay_devpath walk = assay_devpath_of(rest);

    if (!assay_devpath_next(&walk, &node))
        return false;
    if (is_hard_drive(&node))
        return find_partition(disk, node.data, &fs) &&
               open_nodes(boot, &fs, assay_devpath_rest(&walk), image);
    return find_partition(disk, ASSAY_NO_BYTES, &fs) && open_nodes(boot, &fs, rest, image);
}

/* The first of several paths, with its End. */
static assay_bytes first_path(assay_bytes list)
{
    assay_devpath walk = assay_devpath_of(list);
    assay_devpath_node node;

    while (assay_devpath_next(&walk, &node))
        continue;
    return assay_bytes_of(list.data, list.size - assay_devpath_rest(&walk).size);
}

bool assay_bootfile_find(assay_boot *boot, const assay_fvfiles *files, assay_bytes path,
                         assay_boot_image *ret_image)
{
    const assay_bytes first = first_path(path);
    assay_devpath walk = assay_devpath_of(first);
    assay_devpath_node node;
    bool found = false;

    *ret_image = (assay_boot_image){ .disk = NULL };
    if (!assay_devpath_next(&walk, &node))
        return false;
    if (is_hard_drive(&node))
        return open_partition(boot, node.data, assay_devpath_rest(&walk), ret_image);
    if (is_file(&node))
        return open_anywhere(boot, first, ret_image);
    if (assay_fvfile_is_path(first)) {
        const assay_fvfile *const file = assay_fvfiles_of_path(files, first);

        return file != NULL && assay_bootfile_of_firmware(boot, file, ret_image);
    }
    for (size_t i = 0; !found && i < boot->scenario->disk_count; i++)
        found = open_on_disk(boot, &boot->scenario->disks[i], first, ret_image);
    return found;
}

bool assay_bootfile_is_on(assay_boot *boot, const assay_fvfiles *files, assay_bytes path,
                          const assay_scenario_disk *disk)
{
    const assay_bytes device = assay_bootdevice_path(boot, disk);
    assay_devpath walk = assay_devpath_of(path);
    assay_devpath_node node;
    assay_boot_image image;

    if (assay_devpath_next(&walk, &node) && (is_hard_drive(&node) || is_file(&node)))
        return assay_bootfile_find(boot, files, path, &image) && image.disk == disk;
    return device.size > 0 && assay_bytes_start_with(path, device);
}
