/* SPDX-License-Identifier: BSD-2-Clause */
/* Any bytes as a disk: its partition table, what is measured of it, and where its ESP is. */
#include "boot/artefact/esp.h"
#include "tests/fuzz/property.h"

static void must_measure(const assay_gptdisk *disk)
{
    assay_writer event = assay_writer_growing(PROPERTY_CEILING);
    assay_writer node = assay_writer_growing(PROPERTY_CEILING);
    assay_gptdisk_partition partition;
    uint32_t number = 0;
    uint64_t count = 0;
    assay_gpt gpt;

    assay_gptdisk_event(disk, &event);
    must(assay_gpt_decode(assay_written(&event), &gpt));
    while (assay_gptdisk_next(disk, &number, &partition)) {
        must(partition.number == number);
        assay_gptdisk_hd_node(&node, &partition);
        count++;
    }
    must(gpt.count == count);
    must(gpt.header_crc != ASSAY_GPT_CRC_BAD);
    must(assay_written(&node).size == count * ASSAY_GPTDISK_HD_NODE);
    assay_writer_close(&node);
    assay_writer_close(&event);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const assay_bytes bytes = assay_bytes_of(data, size);
    assay_error error = { .what = "" };
    assay_gptdisk disk;
    assay_esp esp;

    if (assay_gptdisk_open(&disk, bytes, &error) == 0)
        must_measure(&disk);
    else
        must(error.what[0] != '\0');
    error.what[0] = '\0';
    if (assay_esp_find(bytes, &esp, &error) == 0)
        must(esp.fat.volume.data >= data &&
             esp.fat.volume.data + esp.fat.volume.size <= data + size);
    else
        must(error.what[0] != '\0');
    return 0;
}
