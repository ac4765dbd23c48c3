/* SPDX-License-Identifier: BSD-2-Clause */
/* A disk as its images and measurements speak of it: partition table, device paths. */
#include "boot/artefact/esp.h"
#include "boot/loader/bootdevice.h"
#include "eventlog/payload/devpath.h"

void assay_boot_measure_gpt(assay_boot *boot, const assay_scenario_disk *disk)
{
    assay_writer out = assay_boot_writer();
    assay_gptdisk gpt;

    /* Firmware measures no other partition table. */
    if (boot->status < 0 || assay_gptdisk_open(&gpt, disk->gpt, NULL) < 0)
        return;
    assay_gptdisk_event(&gpt, &out);
    assay_boot_measure_data(boot, 5, EV_EFI_GPT_EVENT, ASSAY_PART_GPT,
                            assay_boot_take(boot, &out));
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

void assay_boot_put_backslashed(assay_writer *out, assay_bytes path)
{
    for (size_t i = 0; i < path.size; i++)
        assay_put_u8(out, path.data[i] == '/' ? '\\' : path.data[i]);
}

/* The name as it is, but for its slashes. */
static void put_name_node(assay_boot *boot, assay_writer *out, assay_bytes name)
{
    assay_writer text = assay_boot_writer();

    assay_boot_put_backslashed(&text, name);
    assay_devpath_put_file(out, assay_boot_take(boot, &text));
}

/* One '\' before the first name, as firmware writes paths, however many there were. */
static void put_file_node(assay_boot *boot, assay_writer *out, assay_bytes path)
{
    assay_writer text = assay_boot_writer();

    while (path.size > 0 && (path.data[0] == '/' || path.data[0] == '\\'))
        path = assay_bytes_of(path.data + 1, path.size - 1);
    assay_put_char(&text, '\\');
    assay_put(&text, path);
    put_name_node(boot, out, assay_boot_take(boot, &text));
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
    assay_writer out = assay_boot_writer();

    assay_put(&out, assay_bootdevice_path(boot, disk));
    put_esp_node(&out, disk);
    put_nodes(boot, &out, path);
    assay_devpath_put_end(&out);
    return assay_boot_take(boot, &out);
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
