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

/* '\' before each name, as firmware writes paths, however many were there. */
static void put_file_node(assay_boot *boot, assay_writer *out, assay_bytes path)
{
    uint8_t *const text = assay_boot_room(boot, path.size + 1);

    if (text == NULL)
        return;
    while (path.size > 0 && (path.data[0] == '/' || path.data[0] == '\\'))
        path = assay_bytes_of(path.data + 1, path.size - 1);
    text[0] = '\\';
    for (size_t i = 0; i < path.size; i++)
        text[i + 1] = path.data[i] == '/' ? '\\' : path.data[i];
    const assay_devpath_node node = {
        .type = ASSAY_DEVPATH_MEDIA,
        .subtype = ASSAY_DEVPATH_FILE,
        .data = assay_boot_utf16(boot, assay_bytes_of(text, path.size + 1), true),
    };
    assay_devpath_encode(out, &node);
}

assay_bytes assay_boot_file_path(assay_boot *boot, const assay_scenario_disk *disk,
                                 assay_bytes path)
{
    static const assay_devpath_node end = { .type = ASSAY_DEVPATH_END,
                                            .subtype = ASSAY_DEVPATH_END_ENTIRE };
    enum { NODES_MAX = 256 };
    const size_t size = disk->path.size + NODES_MAX + 2 * path.size;
    uint8_t *const room = assay_boot_room(boot, size);
    assay_writer out = assay_writer_lent(room, room != NULL ? size : 0);

    assay_put(&out, assay_bootdevice_path(boot, disk));
    put_esp_node(&out, disk);
    put_file_node(boot, &out, path);
    assay_devpath_encode(&out, &end);
    return assay_written(&out);
}
