/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/loader/bootdevice.h"

#include "base/utf16.h"
#include "eventlog/payload/devpath.h"

#include <stdio.h>

enum {
    ACPI_DP = 2, /* types and subtypes of UEFI 2.10 section 10.3 */
    ACPI_HID = 1,
    HARDWARE_DP = 1,
    HARDWARE_PCI = 1,
    MESSAGING_DP = 3,
    MESSAGING_ATAPI = 1,
    MESSAGING_SCSI = 2,
    MESSAGING_USB = 5,
    MESSAGING_MAC = 11,
    MESSAGING_SATA = 18,
    MESSAGING_NVME = 23,
    PCI_ROOT = 0x0a0341d0, /* EISA's PNP0A03 */
    SATA_DIRECT = 0xffff,  /* no port multiplier */
    QEMU_MODEL = 40,       /* ATA and NVMe pad a model with blanks to this, a serial to the next */
    QEMU_SERIAL = 20,
};

static void put_node(assay_writer *out, uint8_t type, uint8_t subtype, const assay_writer *data)
{
    assay_devpath_encode(out, &(assay_devpath_node){ type, subtype, assay_written(data) });
}

void assay_bootdevice_put_pci(assay_writer *out, uint8_t device, uint8_t function)
{
    uint8_t room[8];
    assay_writer root = assay_writer_lent(room, sizeof room);

    assay_put_u32le(&root, PCI_ROOT);
    assay_put_u32le(&root, 0);
    put_node(out, ACPI_DP, ACPI_HID, &root);
    assay_writer pci = assay_writer_lent(room, sizeof room);
    assay_put_u8(&pci, function);
    assay_put_u8(&pci, device);
    put_node(out, HARDWARE_DP, HARDWARE_PCI, &pci);
}

static void put_sata(assay_writer *out, const assay_scenario_disk *disk)
{
    uint8_t room[6];
    assay_writer sata = assay_writer_lent(room, sizeof room);

    assay_put_u16le(&sata, disk->port);
    assay_put_u16le(&sata, SATA_DIRECT);
    assay_put_u16le(&sata, 0);
    put_node(out, MESSAGING_DP, MESSAGING_SATA, &sata);
}

/* QEMU's first name space, which has no EUI-64 in machines of version 7.0 and later. */
static void put_nvme(assay_writer *out)
{
    uint8_t room[12];
    assay_writer nvme = assay_writer_lent(room, sizeof room);

    assay_put_u32le(&nvme, 1);
    assay_put_u64le(&nvme, 0);
    put_node(out, MESSAGING_DP, MESSAGING_NVME, &nvme);
}

assay_bytes assay_bootdevice_path(assay_boot *boot, const assay_scenario_disk *disk)
{
    uint8_t room[64];
    assay_writer out = assay_writer_lent(room, sizeof room);

    if (disk->path.size > 0)
        return disk->path;
    if (disk->bus == ASSAY_DISK_OTHER)
        return ASSAY_NO_BYTES;
    assay_bootdevice_put_pci(&out, disk->pci_device, disk->pci_function);
    if (disk->bus == ASSAY_DISK_SATA)
        put_sata(&out, disk);
    if (disk->bus == ASSAY_DISK_NVME)
        put_nvme(&out);
    return assay_boot_keep(boot, assay_written(&out));
}

/* --- names ------------------------------------------------------------------------------------ */

/* Where QEMU puts its own: the numbers of the path's last PCI node, and its last node. */
typedef struct device_place {
    uint8_t device, function;
    assay_devpath_node last;
} device_place;

static device_place place_of(assay_bytes path)
{
    assay_devpath walk = assay_devpath_of(path);
    assay_devpath_node node;
    device_place place = { .last = { .type = 0 } };

    while (assay_devpath_next(&walk, &node) && node.type != ASSAY_DEVPATH_END) {
        if (node.type == HARDWARE_DP && node.subtype == HARDWARE_PCI && node.data.size == 2) {
            place.function = node.data.data[0];
            place.device = node.data.data[1];
        }
        place.last = node;
    }
    return place;
}

/* A serial number that nobody chose: QEMU counts two units for each port before. */
static void put_ata(assay_writer *out, const assay_scenario_disk *disk, unsigned port)
{
    char serial[QEMU_SERIAL + 1];

    if (disk->serial != NULL)
        snprintf(serial, sizeof serial, "%s", disk->serial);
    else
        snprintf(serial, sizeof serial, "QM%05u", 2 * port + 1);
    assay_put_format(out, "%-*s %-*s", QEMU_MODEL, "QEMU HARDDISK", QEMU_SERIAL, serial);
}

static void put_network(assay_writer *out, assay_bytes node)
{
    assay_cursor c = assay_cursor_of(node);
    const assay_bytes mac = assay_take(&c, 6);

    assay_put_string(out, "PXEv4 (MAC:");
    for (size_t i = 0; i < mac.size; i++)
        assay_put_format(out, "%02X", mac.data[i]);
    assay_put_char(out, ')');
}

static unsigned number_at(assay_bytes data, size_t at)
{
    assay_cursor c = assay_cursor_of(data);

    assay_take(&c, at);
    return assay_take_u8(&c);
}

/* What the device says of itself, or what EDK2 says of its kind. */
static void put_plain(assay_writer *out, const assay_scenario_disk *disk, const device_place *place)
{
    const assay_bytes data = place->last.data;

    if (disk->bus == ASSAY_DISK_NVME)
        assay_put_format(out, "%-*s %-*.*s 1", QEMU_MODEL, "QEMU NVMe Ctrl", QEMU_SERIAL,
                         QEMU_SERIAL, disk->serial != NULL ? disk->serial : "");
    else if (disk->bus == ASSAY_DISK_SATA)
        put_ata(out, disk, disk->port);
    else if (place->last.type != MESSAGING_DP)
        assay_put_string(out, "Misc Device");
    else if (place->last.subtype == MESSAGING_SATA)
        put_ata(out, disk, number_at(data, 0));
    else if (place->last.subtype == MESSAGING_ATAPI)
        put_ata(out, disk, number_at(data, 0));
    else if (place->last.subtype == MESSAGING_SCSI)
        assay_put_format(out, "%-8s %-16s", "QEMU", "QEMU HARDDISK");
    else if (place->last.subtype == MESSAGING_USB)
        assay_put_format(out, "QEMU QEMU USB HARDDRIVE 1-0000:00:%02x.%x-%u", place->device,
                         place->function, number_at(data, 0) + 1);
    else if (place->last.subtype == MESSAGING_MAC)
        put_network(out, data);
    else
        assay_put_string(out, "Misc Device");
}

/* BmEliminateExtraSpaces: of a row of blanks one stays, and none in front. */
static assay_bytes squeeze(uint8_t *text, size_t size)
{
    size_t kept = 0;

    for (size_t i = 0; i < size; i++)
        if (text[i] != ' ' || (kept > 0 && text[kept - 1] != ' '))
            text[kept++] = text[i];
    return assay_bytes_of(text, kept);
}

assay_bytes assay_bootdevice_description(assay_boot *boot, const assay_scenario_disk *disk)
{
    uint8_t room[256];
    assay_writer out = assay_writer_lent(room, sizeof room);
    const device_place place = place_of(disk->path);

    if (disk->description != NULL)
        return assay_boot_utf16(boot, assay_bytes_of_string(disk->description), false);
    assay_put_string(&out, "UEFI ");
    put_plain(&out, disk, &place);
    return assay_boot_utf16(boot, squeeze(room, assay_written(&out).size), false);
}

/* --- which ------------------------------------------------------------------------------------ */

size_t assay_bootdevice_list(const assay_scenario *scenario,
                             const assay_scenario_disk *ret_disks[ASSAY_SCENARIO_DISKS])
{
    size_t count = 0;

    for (size_t i = 0; i < scenario->disk_count; i++) {
        const assay_scenario_disk *const disk = &scenario->disks[i];
        size_t at = count;

        if (disk->bootindex < 0)
            continue;
        for (; at > 0 && ret_disks[at - 1]->bootindex > disk->bootindex; at--)
            ret_disks[at] = ret_disks[at - 1];
        ret_disks[at] = disk;
        count++;
    }
    for (size_t i = 0; count == 0 && i < scenario->disk_count; i++)
        ret_disks[i] = &scenario->disks[i];
    return count > 0 ? count : scenario->disk_count;
}
