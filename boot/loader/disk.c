/* SPDX-License-Identifier: BSD-2-Clause */
/* A disk as its images and measurements speak of it: partition table, device paths. */
#include "boot/artefact/esp.h"
#include "boot/loader/bootdevice.h"
#include "eventlog/payload/devpath.h"

void assay_boot_measure_gpt(assay_boot *boot, const assay_scenario_disk *disk)
{
    assay_writer measure = assay_writer_lent(NULL, 0);
    assay_gptdisk gpt;

    /* Firmware measures no other partition table. */
    if (boot->status < 0 || assay_gptdisk_open(&gpt, disk->gpt, NULL) < 0)
        return;
    assay_gptdisk_event(&gpt, &measure);
    uint8_t *const room = assay_boot_room(boot, (size_t)measure.written);
    assay_writer out = assay_writer_lent(room, room != NULL ? (size_t)measure.written : 0);
    assay_gptdisk_event(&gpt, &out);
    assay_boot_measure_data(boot, 5, EV_EFI_GPT_EVENT, ASSAY_PART_GPT, assay_written(&out));
}

/* The Hard Drive node of the ESP; nothing for a disk without one. */
static void put_esp_node(assay_writer *out, const assay_scenario_disk *disk)
{
    assay_gptdisk_partition partition;
    assay_gptdisk gpt;

    if (disk->gpt.data != NULL && assay_gptdisk_open(&gpt, disk->gpt, NULL) == 0 &&
        assay_esp_partition(&gpt, &partition))
        assay_gptdisk_hd_node(out, &partition);
}

/* The name as it is, but for its slashes. */
static void put_name_node(assay_boot *boot, assay_writer *out, assay_bytes name)
{
    uint8_t *const text = assay_boot_room(boot, name.size + 1);

    if (text == NULL)
        return;
    for (size_t i = 0; i < name.size; i++)
        text[i] = name.data[i] == '/' ? '\\' : name.data[i];
    const assay_devpath_node node = {
        .type = ASSAY_DEVPATH_MEDIA,
        .subtype = ASSAY_DEVPATH_FILE,
        .data = assay_boot_utf16(boot, assay_bytes_of(text, name.size), true),
    };
    assay_devpath_encode(out, &node);
}

/* '\' before each name, as firmware writes paths, however many were there. */
static void put_file_node(assay_boot *boot, assay_writer *out, assay_bytes path)
{
    while (path.size > 0 && (path.data[0] == '/' || path.data[0] == '\\'))
        path = assay_bytes_of(path.data + 1, path.size - 1);
    uint8_t *const text = assay_boot_room(boot, path.size + 1);

    if (text == NULL)
        return;
    text[0] = '\\';
    if (path.size > 0)
        memcpy(text + 1, path.data, path.size);
    put_name_node(boot, out, assay_bytes_of(text, path.size + 1));
}

/* A folder of no name at the top of the file system. */
static void put_split_nodes(assay_boot *boot, assay_writer *out, assay_bytes path)
{
    size_t name = path.size;

    while (name > 0 && path.data[name - 1] != '/')
        name--;
    put_name_node(boot, out, assay_bytes_of(path.data, name > 0 ? name - 1 : 0));
    put_name_node(boot, out, assay_bytes_of(path.data + name, path.size - name));
}

static assay_bytes path_with(assay_boot *boot, const assay_scenario_disk *disk, assay_bytes path,
                             void (*put_nodes)(assay_boot *, assay_writer *, assay_bytes))
{
    static const assay_devpath_node end = { .type = ASSAY_DEVPATH_END,
                                            .subtype = ASSAY_DEVPATH_END_ENTIRE };
    enum { NODES_MAX = 256 };
    const size_t size = disk->path.size + NODES_MAX + 2 * path.size;
    uint8_t *const room = assay_boot_room(boot, size);
    assay_writer out = assay_writer_lent(room, room != NULL ? size : 0);

    assay_put(&out, assay_bootdevice_path(boot, disk));
    put_esp_node(&out, disk);
    put_nodes(boot, &out, path);
    assay_devpath_encode(&out, &end);
    return assay_written(&out);
}

assay_bytes assay_boot_file_path(assay_boot *boot, const assay_scenario_disk *disk,
                                 assay_bytes path)
{
    return path_with(boot, disk, path, put_file_node);
}

assay_bytes assay_boot_split_path(assay_boot *boot, const assay_scenario_disk *disk,
                                  assay_bytes path)
{
    return path_with(boot, disk, path, put_split_nodes);
}

assay_bytes assay_boot_file_nodes(assay_bytes device_path)
{
    assay_devpath walk = assay_devpath_of(device_path);
    assay_bytes rest = device_path;
    assay_devpath_node node;

    while (assay_devpath_next(&walk, &node)) {
        if (node.type == ASSAY_DEVPATH_MEDIA && node.subtype == ASSAY_DEVPATH_FILE)
            return rest;
        rest = assay_devpath_rest(&walk);
    }
    return ASSAY_NO_BYTES;
}
