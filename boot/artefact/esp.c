/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/artefact/esp.h"

#include "eventlog/payload/devpath.h"

enum {
    MBR_SIGNATURE = 440, /* UEFI 2.10 section 5.2.1 */
    MBR_PARTITIONS = 446,
    MBR_PARTITION = 16,
    MBR_COUNT = 4,
    MBR_ESP = 0xEF,
    MBR_BLOCK = 512,
    BOOT_SIGNATURE = 510,
    FORMAT_MBR = 1, /* of the Hard Drive node: partition format, signature type */
    SIGNATURE_MBR = 1,
};

static const assay_guid type_of_esp =
    ASSAY_GUID(0xc12a7328, 0xf81f, 0x11d2, 0xba, 0x4b, 0x00, 0xa0, 0xc9, 0x3e, 0xc9, 0x3b);

static bool is_esp(const assay_gptdisk_partition *partition)
{
    return partition->fault == NULL &&
           assay_guid_equal(&partition->entry.partition_type_guid, &type_of_esp);
}

bool assay_esp_partition(const assay_gptdisk *gpt, assay_gptdisk_partition *ret_partition)
{
    assay_gptdisk_partition partition;
    uint32_t number = 0;

    while (assay_gptdisk_next(gpt, &number, &partition))
        if (is_esp(&partition)) {
            *ret_partition = partition;
            return true;
        }
    return false;
}

/* A file system at a place of the disk: 0 or a negative kind. It may lie beyond what is there. */
static int open_fat(assay_bytes disk, uint64_t offset, uint64_t size, assay_fat *fat,
                    assay_error *error)
{
    assay_cursor c = assay_cursor_of(disk);

    assay_seek(&c, offset);
    const assay_bytes volume = assay_take_up_to(&c, size);
    if (c.failed || (volume.size == 0 && size > 0))
        return assay_fail(error, ASSAY_TRUNCATED,
                          (assay_place){ disk.size, ASSAY_NO_EVENT, "StartingLBA" },
                          "the image ends before the EFI system partition begins");
    return assay_fat_open(fat, volume, error);
}

/* Takes the partition for the one, unless a better one was found before. */
static void take(assay_esp *esp, const assay_esp *found, bool *any)
{
    const unsigned others = esp->others;
    const bool better = !*any || (found->typed && !esp->typed);

    if (better)
        *esp = *found;
    esp->others = others + (*any ? 1 : 0);
    *any = true;
}

static int fail_none(assay_error *error)
{
    return assay_fail(error, ASSAY_UNKNOWN_FORMAT, (assay_place){ 0, ASSAY_NO_EVENT, NULL },
                      "the disk has no partition with a FAT file system");
}

/* The failure of a partition whose type says that it is one is worth telling. */
static int find_gpt(assay_bytes disk, const assay_gptdisk *gpt, assay_esp *ret_esp,
                    assay_error *error)
{
    assay_esp esp = { .others = 0 };
    assay_gptdisk_partition partition;
    uint32_t number = 0;
    bool any = false;
    int status = 0;

    while (assay_gptdisk_next(gpt, &number, &partition)) {
        assay_esp found = { .kind = ASSAY_ESP_GPT,
                            .typed = is_esp(&partition),
                            .gpt = *gpt,
                            .partition = partition,
                            .offset = partition.offset };
        if (partition.fault != NULL)
            continue;
        const int opened = open_fat(disk, partition.offset, partition.size, &found.fat,
                                    found.typed && status == 0 ? error : NULL);
        if (opened == 0)
            take(&esp, &found, &any);
        else if (found.typed && status == 0)
            status = opened;
    }
    if (any)
        *ret_esp = esp;
    return any ? 0 : status < 0 ? status : fail_none(error);
}

static int find_mbr(assay_bytes disk, assay_esp *ret_esp, assay_error *error)
{
    assay_cursor c = assay_cursor_of(disk);
    assay_esp esp = { .others = 0 };
    bool any = false;

    assay_seek(&c, BOOT_SIGNATURE);
    if (assay_take_u16le(&c) != 0xAA55)
        return assay_fail(error, ASSAY_UNKNOWN_FORMAT, (assay_place){ 0, ASSAY_NO_EVENT, NULL },
                          "neither a disk with partitions nor a FAT file system");
    for (uint32_t i = 0; i < MBR_COUNT; i++) {
        assay_esp found = { .kind = ASSAY_ESP_MBR, .mbr_number = i + 1 };

        assay_seek(&c, MBR_SIGNATURE);
        found.mbr_signature = assay_take_u32le(&c);
        assay_seek(&c, MBR_PARTITIONS + i * MBR_PARTITION + 4);
        found.typed = assay_take_u8(&c) == MBR_ESP;
        assay_seek(&c, MBR_PARTITIONS + i * MBR_PARTITION + 8);
        found.mbr_start = assay_take_u32le(&c);
        found.mbr_size = assay_take_u32le(&c);
        found.offset = (uint64_t)found.mbr_start * MBR_BLOCK;
        if (found.mbr_start > 0 && found.mbr_size > 0 &&
            open_fat(disk, found.offset, (uint64_t)found.mbr_size * MBR_BLOCK, &found.fat, NULL) ==
                0)
            take(&esp, &found, &any);
    }
    if (any)
        *ret_esp = esp;
    return any ? 0 : fail_none(error);
}

int assay_esp_find(assay_bytes disk, assay_esp *ret_esp, assay_error *error)
{
    assay_esp esp = { .kind = ASSAY_ESP_BARE };
    assay_gptdisk gpt;
    const int status = assay_gptdisk_open(&gpt, disk, error);

    if (status == 0)
        return find_gpt(disk, &gpt, ret_esp, error);
    if (status != -ASSAY_UNKNOWN_FORMAT)
        return status;
    if (assay_fat_open(&esp.fat, disk, NULL) < 0)
        return find_mbr(disk, ret_esp, error);
    *ret_esp = esp;
    return 0;
}

static void put_mbr_node(assay_writer *writer, const assay_esp *esp)
{
    uint8_t data[ASSAY_GPTDISK_HD_NODE - 4];
    assay_writer fields = assay_writer_lent(data, sizeof data);

    assay_put_u32le(&fields, esp->mbr_number);
    assay_put_u64le(&fields, esp->mbr_start);
    assay_put_u64le(&fields, esp->mbr_size);
    assay_put_u32le(&fields, esp->mbr_signature);
    assay_put_zeros(&fields, 12);
    assay_put_u8(&fields, FORMAT_MBR);
    assay_put_u8(&fields, SIGNATURE_MBR);
    assay_devpath_encode(writer,
                         &(assay_devpath_node){ .type = ASSAY_DEVPATH_MEDIA,
                                                .subtype = ASSAY_DEVPATH_HARD_DRIVE,
                                                .data = assay_bytes_of(data, sizeof data) });
}

void assay_esp_hd_node(assay_writer *writer, const assay_esp *esp)
{
    if (esp->kind == ASSAY_ESP_GPT)
        assay_gptdisk_hd_node(writer, &esp->partition);
    else if (esp->kind == ASSAY_ESP_MBR)
        put_mbr_node(writer, esp);
}
