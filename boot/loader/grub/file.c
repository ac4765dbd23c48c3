/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Devices and files (kern/file.c, kern/verifiers.c, commands/tpm.c): whatever is opened, but for
 * what is in the memdisk, is measured as a whole into PCR 9 under the name that it was opened by.
 */
#include "boot/artefact/tree.h"
#include "boot/loader/grub/machine.h"

enum {
    GPT_HEADER = 512,
    GPT_ENTRIES_LBA = 72,
    GPT_BLOCK = 512,
    GPT_ENTRIES_MOST = 1024,
};

static const assay_guid esp_type =
    ASSAY_GUID(0xc12a7328, 0xf81f, 0x11d2, 0xba, 0x4b, 0x00, 0xa0, 0xc9, 0x3e, 0xc9, 0x3b);

/* Partitions of a disk: how many there are, and which of them is the ESP, from 1; 0: none. */
static void count_partitions(const assay_scenario_disk *disk, size_t *ret_count, size_t *ret_esp)
{
    assay_cursor c = assay_cursor_of(disk->gpt);

    *ret_count = *ret_esp = 0;
    assay_seek(&c, GPT_HEADER);
    if (!assay_bytes_equal(assay_take(&c, 8), ASSAY_LITERAL("EFI PART")))
        return;
    assay_seek(&c, GPT_HEADER + GPT_ENTRIES_LBA);
    const uint64_t lba = assay_take_u64le(&c);
    const uint32_t count = assay_take_u32le(&c), size = assay_take_u32le(&c);

    for (uint32_t i = 0; i < count && i < GPT_ENTRIES_MOST && lba < UINT32_MAX; i++) {
        assay_seek(&c, lba * GPT_BLOCK + (uint64_t)i * size);
        const assay_guid type = assay_take_guid(&c);

        if (c.failed)
            return;
        *ret_count += !assay_bytes_all(assay_bytes_of(type.bytes, sizeof type.bytes), 0);
        if (*ret_esp == 0 && assay_guid_equal(&type, &esp_type))
            *ret_esp = i + 1;
    }
}

assay_bytes assay_grub_device(assay_grub *grub, const assay_scenario_disk *disk)
{
    char text[64];
    assay_writer out = assay_writer_lent(text, sizeof text);
    size_t count, esp;

    count_partitions(disk, &count, &esp);
    assay_put_format(&out, "hd%zu", assay_grub_disk_number(grub, disk));
    if (count > 0)
        assay_put_format(&out, ",gpt%zu", esp > 0 ? esp : 1);
    return assay_grub_keep(&grub->pool, assay_written(&out));
}

bool assay_grub_has_unknown_volumes(const assay_grub *grub)
{
    const assay_scenario *const scenario = grub->boot->scenario;

    for (size_t i = 0; i < scenario->disk_count; i++) {
        size_t count, esp;

        count_partitions(&scenario->disks[i], &count, &esp);
        if (count > (scenario->disks[i].esp != NULL ? 1u : 0u))
            return true;
    }
    return false;
}

/* "hd0,gpt1", or as older ones spell it "hd0,1". */
static bool names_esp(assay_grub *grub, const assay_scenario_disk *disk, assay_bytes device)
{
    const assay_bytes name = assay_grub_device(grub, disk);
    const size_t comma = assay_bytes_find(name, ASSAY_LITERAL(","));
    const assay_bytes parts[2] = { assay_bytes_of(name.data, comma < name.size ? comma + 1 : comma),
                                   assay_bytes_of(name.data + (comma < name.size ? comma + 4 : 0),
                                                  comma < name.size ? name.size - comma - 4 : 0) };

    return assay_bytes_equal(device, name) ||
           (comma < name.size &&
            assay_bytes_equal(device, assay_grub_join(&grub->pool, parts, 2)));
}

static assay_grub_place place_of(assay_grub *grub, assay_bytes device, assay_bytes path)
{
    const assay_scenario *const scenario = grub->boot->scenario;
    assay_grub_place place = { .path = path };

    place.memdisk = assay_grub_is(device, "memdisk");
    for (size_t i = 0; i < scenario->disk_count && place.disk == NULL; i++)
        if (scenario->disks[i].esp != NULL && names_esp(grub, &scenario->disks[i], device))
            place.disk = &scenario->disks[i];
    place.no_device = place.disk == NULL && !assay_grub_has_unknown_volumes(grub);
    return place;
}

assay_grub_place assay_grub_resolve(assay_grub *grub, assay_bytes name)
{
    const size_t end = assay_bytes_find(name, ASSAY_LITERAL(")"));

    if (name.size > 0 && name.data[0] == '(' && end < name.size)
        return place_of(grub, assay_bytes_of(name.data + 1, end - 1),
                        assay_bytes_of(name.data + end + 1, name.size - end - 1));
    return place_of(grub, assay_grub_get_string(grub, "root"), name);
}

static assay_bytes without_slashes(assay_bytes path)
{
    while (path.size > 0 && path.data[0] == '/')
        path = assay_bytes_of(path.data + 1, path.size - 1);
    while (path.size > 0 && path.data[path.size - 1] == '/')
        path.size--;
    return path;
}

enum assay_grub_found assay_grub_look(assay_grub *grub, assay_bytes name)
{
    const assay_grub_place place = assay_grub_resolve(grub, name);
    const assay_bytes path = without_slashes(place.path);
    assay_tree_entry entry;

    if (place.disk == NULL)
        return place.no_device || place.memdisk ? ASSAY_GRUB_ABSENT : ASSAY_GRUB_UNKNOWN;
    if (path.size == 0)
        return ASSAY_GRUB_FOLDER;
    if (!assay_tree_find(place.disk->esp, path, &entry))
        return ASSAY_GRUB_ABSENT;
    return entry.folder ? ASSAY_GRUB_FOLDER : ASSAY_GRUB_FILE;
}

/* Name and NUL, as the event's data has them. */
static assay_bytes with_nul(assay_grub *grub, const char *prefix, assay_bytes name)
{
    const assay_bytes parts[3] = { assay_bytes_of_string(prefix), name, assay_bytes_of("", 1) };

    return assay_grub_join(&grub->pool, parts, 3);
}

void assay_grub_measure_line(assay_grub *grub, const char *prefix, enum assay_part part,
                             assay_bytes line)
{
    if (!grub->silent)
        assay_boot_measure(grub->boot, 8, EV_IPL, part, line, with_nul(grub, prefix, line));
}

enum assay_grub_found assay_grub_open(assay_grub *grub, assay_bytes name, enum assay_part part,
                                      assay_bytes *ret_bytes)
{
    const assay_grub_place place = assay_grub_resolve(grub, name);
    const enum assay_grub_found found = assay_grub_look(grub, name);

    if (found == ASSAY_GRUB_UNKNOWN) {
        assay_boot_measure_unknown(grub->boot, 9, EV_IPL, part, with_nul(grub, "", name),
                                   "the file lies on a volume that isn't known");
        assay_grub_lose(grub, "GRUB opens a file of a volume that isn't known: %.*s",
                        (int)(name.size < 80 ? name.size : 80), (const char *)name.data);
        return found;
    }
    if (found != ASSAY_GRUB_FILE ||
        !assay_boot_read(grub->boot, place.disk, without_slashes(place.path), ret_bytes))
        return ASSAY_GRUB_ABSENT;
    assay_boot_measure(grub->boot, 9, EV_IPL, part, *ret_bytes, with_nul(grub, "", name));
    return found;
}

enum assay_grub_found assay_grub_peek(assay_grub *grub, assay_bytes name, assay_bytes *ret_bytes)
{
    const assay_grub_place place = assay_grub_resolve(grub, name);
    const enum assay_grub_found found = assay_grub_look(grub, name);

    if (found == ASSAY_GRUB_UNKNOWN)
        assay_grub_lose(grub, "GRUB opens a file of a volume that isn't known");
    if (found != ASSAY_GRUB_FILE ||
        !assay_boot_read(grub->boot, place.disk, without_slashes(place.path), ret_bytes))
        return found == ASSAY_GRUB_UNKNOWN ? found : ASSAY_GRUB_ABSENT;
    return found;
}
