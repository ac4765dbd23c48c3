/* SPDX-License-Identifier: BSD-2-Clause */
/* The boot options as OVMF's boot manager refreshes them before it boots. */
#include "boot/loader/bootmanager.h"

#include "boot/loader/bootdevice.h"
#include "boot/loader/bootfile.h"
#include "eventlog/payload/devpath.h"

#include <stdio.h>

enum { ACPI_DP = 2, ACPI_HID = 1, PCI_ROOT = 0x0a0341d0 };

/* PlatformRegisterFvBootOption: what a build may have besides the menu. */
static const struct firmware_option {
    assay_guid file;
    const char *description;
} firmware_options[] = {
    { ASSAY_GUID(0x7c04a583, 0x9e3e, 0x4f1c, 0xad, 0x65, 0xe0, 0x52, 0x68, 0xd0, 0xb4, 0xd1),
      "EFI Internal Shell" },
    { ASSAY_GUID(0xb5ae312c, 0xbc8a, 0x43b1, 0x9c, 0x62, 0xeb, 0xb8, 0x26, 0xdd, 0x5d, 0x07),
      "Grub Bootloader" }, /* of builds for AMD SEV, edk2-stable202302 and later */
};

/* --- devices ---------------------------------------------------------------------------------- */

typedef struct device_options {
    size_t count;
    assay_bytes description[ASSAY_SCENARIO_DISKS];
    assay_bytes data[ASSAY_SCENARIO_DISKS]; /* no bytes: it can't be booted from */
} device_options;

/* BmMakeBootOptionDescriptionUnique: the second of a name becomes "name 2". */
static assay_bytes unique(assay_boot *boot, const device_options *options, size_t position)
{
    const assay_bytes name = options->description[position];
    unsigned equal = 1;
    char suffix[16];

    for (size_t i = 0; i < position; i++)
        equal += assay_bytes_equal(options->description[i], name) ? 1 : 0;
    if (equal == 1)
        return name;
    snprintf(suffix, sizeof suffix, " %u", equal);
    const assay_bytes more = assay_boot_utf16(boot, assay_bytes_of_string(suffix), false);
    uint8_t *const room = assay_boot_room(boot, name.size + more.size);
    assay_writer out = assay_writer_lent(room, room != NULL ? name.size + more.size : 0);

    assay_put(&out, name);
    assay_put(&out, more);
    return assay_written(&out);
}

/* One option for each device, with the mark of those that firmware makes. */
static device_options make_device_options(const assay_boot_manager *manager)
{
    const assay_bytes mark = assay_bytes_of(assay_guid_automatic_boot_option.bytes, 16);
    assay_boot *const boot = manager->boot;
    device_options options = { .count = manager->device_count };

    for (size_t i = 0; i < options.count; i++)
        options.description[i] = assay_bootdevice_description(boot, manager->devices[i]);
    for (size_t i = 0; i < options.count; i++) {
        const assay_bytes path = assay_bootdevice_path(boot, manager->devices[i]);

        if (path.size > 0)
            options.data[i] = assay_boot_option_make(boot, ASSAY_LOAD_OPTION_ACTIVE,
                                                     unique(boot, &options, i), path, mark);
    }
    return options;
}

static bool has(const device_options *options, assay_bytes data)
{
    for (size_t i = 0; i < options->count; i++)
        if (options->data[i].data != NULL && assay_bytes_equal(options->data[i], data))
            return true;
    return false;
}

/* EfiBootManagerRefreshAllBootOption */
static void refresh_devices(assay_boot_manager *manager)
{
    const device_options devices = make_device_options(manager);
    assay_boot_options *const options = &manager->options;

    for (size_t i = options->count; i > 0; i--)
        if (assay_boot_option_is_automatic(&options->list[i - 1]) &&
            !has(&devices, options->list[i - 1].data))
            assay_boot_options_remove(options, i - 1);
    for (size_t i = 0; i < devices.count; i++)
        if (devices.data[i].data != NULL)
            assay_boot_options_add(manager->boot, options, devices.data[i]);
}

/* --- the firmware's own ----------------------------------------------------------------------- */

static void add_firmware_options(assay_boot_manager *manager)
{
    assay_boot *const boot = manager->boot;

    for (size_t i = 0; i < sizeof firmware_options / sizeof *firmware_options; i++) {
        const assay_fvfile *const file =
            assay_fvfiles_find(manager->files, &firmware_options[i].file);

        if (file == NULL)
            continue;
        const assay_bytes description = assay_boot_utf16(
            boot, assay_bytes_of_string(firmware_options[i].description), false);

        assay_boot_options_add(boot, &manager->options,
                               assay_boot_option_make(boot, ASSAY_LOAD_OPTION_ACTIVE, description,
                                                      assay_fvfile_path(boot, file),
                                                      ASSAY_NO_BYTES));
    }
}

/* RemoveStaleFvFileOptions: those of another build's files. */
static void remove_stale(assay_boot_manager *manager)
{
    assay_boot_options *const options = &manager->options;

    for (size_t i = options->count; i > 0; i--) {
        const assay_bytes path = options->list[i - 1].load_option.path;

        if (assay_fvfile_is_path(path) && assay_fvfiles_of_path(manager->files, path) == NULL)
            assay_boot_options_remove(options, i - 1);
    }
}

/* --- QEMU's boot order ------------------------------------------------------------------------ */

/* BootOrderComplete: partitions and what hangs on PCI could have been listed: they are dropped. */
static bool survives(const assay_boot_option *option)
{
    assay_devpath path = assay_devpath_of(option->load_option.path);
    assay_devpath_node node;

    if (!assay_devpath_next(&path, &node))
        return true;
    assay_cursor c = assay_cursor_of(node.data);

    return !(node.type == ASSAY_DEVPATH_MEDIA && node.subtype == ASSAY_DEVPATH_HARD_DRIVE) &&
           !(node.type == ACPI_DP && node.subtype == ACPI_HID &&
             assay_take_u32le(&c) == PCI_ROOT);
}

/* SetBootOrderFromQemu: each listed device's options, then what survives of the active ones. */
static void order_as_listed(assay_boot_manager *manager)
{
    const assay_boot_options before = manager->options;
    assay_boot_options *const options = &manager->options;
    bool taken[ASSAY_BOOT_OPTIONS_MAX] = { false };

    options->count = 0;
    for (size_t d = 0; d < manager->device_count; d++)
        for (size_t i = 0; i < before.count; i++)
            if (!taken[i] &&
                (before.list[i].load_option.attributes & ASSAY_LOAD_OPTION_ACTIVE) != 0 &&
                assay_bootfile_is_on(manager->boot, manager->files,
                                     before.list[i].load_option.path, manager->devices[d])) {
                taken[i] = true;
                options->list[options->count++] = before.list[i];
            }
    if (options->count == 0) {
        manager->options = before;
        return;
    }
    for (size_t i = 0; i < before.count; i++)
        if (!taken[i] && survives(&before.list[i]) &&
            (before.list[i].load_option.attributes & ASSAY_LOAD_OPTION_ACTIVE) != 0)
            options->list[options->count++] = before.list[i];
}

void assay_boot_manager_refresh(assay_boot_manager *manager)
{
    if (manager->menu == NULL || manager->boot->status < 0)
        return;
    refresh_devices(manager);
    add_firmware_options(manager);
    remove_stale(manager);
    if (manager->device_count > 0 && manager->devices[0]->bootindex >= 0)
        order_as_listed(manager);
}
