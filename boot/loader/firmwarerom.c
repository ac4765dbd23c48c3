/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Drivers out of option ROMs, which PciBusDxe loads as it finds the devices (EDK2,
 * MdeModulePkg/Bus/Pci/PciBusDxe/PciOptionRomSupport.c). OVMF lets them all pass, also with Secure
 * Boot: its PcdOptionRomImageVerificationPolicy is ALWAYS_EXECUTE, so none has an authority.
 */
#include "boot/artefact/optionrom.h"
#include "boot/loader/bootdevice.h"
#include "eventlog/payload/image.h"

enum {
    SUBSYSTEM_APPLICATION = 10,
    SUBSYSTEM_RUNTIME_DRIVER = 12,
    MACHINE_I386 = 0x14C, /* those that a PE loader for x64 takes, even where none can run */
    MACHINE_X64 = 0x8664,
    MACHINE_EBC = 0xEBC,
    PATH_SIZE = 12 + 6 + 24 + 4,
    EVENT_SIZE = 32 + PATH_SIZE,
};

/*
 * UEFI_IMAGE_LOAD_EVENT, whose device path ends with Offset(start, end). Before it goes the
 * device's own, where that is known.
 */
static assay_bytes event_data(assay_boot *boot, const assay_scenario_rom *rom,
                              const assay_option_rom_image *image, const assay_pe *pe)
{
    uint8_t path[PATH_SIZE], data[EVENT_SIZE];
    assay_writer nodes = assay_writer_lent(path, sizeof path);
    assay_writer out = assay_writer_lent(data, sizeof data);

    if (rom->located)
        assay_bootdevice_put_pci(&nodes, rom->pci_device, rom->pci_function);
    assay_put_u16le(&nodes, 0x0804); /* media, relative offset range */
    assay_put_u16le(&nodes, 24);
    assay_put_u32le(&nodes, 0);
    assay_put_u64le(&nodes, image->offset);
    assay_put_u64le(&nodes, image->offset + image->image.size - 1);
    assay_put_u32le(&nodes, 0x0004FF7F); /* End */
    assay_image_encode(&out, &(assay_image){ .length = pe->file.size,
                                             .link_time_address = pe->image_base,
                                             .path_size = nodes.used,
                                             .path = assay_written(&nodes) });
    return assay_boot_keep(boot, assay_written(&out));
}

static bool is_loaded(const assay_option_rom_image *image)
{
    return image->is_efi && image->subsystem != SUBSYSTEM_APPLICATION && image->compression <= 1;
}

static bool is_measured(const assay_pe *pe)
{
    return pe->machine == MACHINE_X64 || pe->machine == MACHINE_I386 ||
           pe->machine == MACHINE_EBC;
}

static void measure_driver(assay_boot *boot, const assay_scenario_rom *rom,
                           const assay_option_rom_image *image)
{
    assay_writer unpacked = assay_writer_growing(ASSAY_OPTION_ROM_DRIVER_MAX);
    assay_bytes driver;
    assay_error error;
    assay_pe pe;
    int status = assay_option_rom_driver(image, &unpacked, &driver, &error);

    if (status == 0 && image->compression != 0)
        driver = assay_boot_keep(boot, driver);
    if (status == 0 && boot->status == 0)
        status = assay_pe_open(&pe, driver, &error);
    assay_writer_close(&unpacked);
    if (boot->status < 0)
        return;
    if (status < 0)
        assay_boot_remark(boot, ASSAY_PART_OPTION_ROM, true,
                          "a driver of the option ROM %s can't be loaded: %s", rom->name,
                          error.what);
    else if (is_measured(&pe))
        assay_boot_measure_pe(boot, 2,
                              pe.subsystem == SUBSYSTEM_RUNTIME_DRIVER
                                  ? EV_EFI_RUNTIME_SERVICES_DRIVER
                                  : EV_EFI_BOOT_SERVICES_DRIVER,
                              ASSAY_PART_OPTION_ROM, &pe, event_data(boot, rom, image, &pe));
}

static void measure_rom(assay_boot *boot, const assay_scenario_rom *rom)
{
    uint64_t offset = 0;
    assay_option_rom_image image;
    assay_error error;
    int status = 1;

    while (status == 1 && boot->status == 0) {
        status = assay_option_rom_next(rom->bytes, &offset, &image, &error);
        if (status == 1 && is_loaded(&image))
            measure_driver(boot, rom, &image);
    }
    if (status < 0)
        assay_boot_remark(boot, ASSAY_PART_OPTION_ROM, true, "the option ROM %s is broken: %s",
                          rom->name, error.what);
}

void assay_firmware_option_roms(assay_boot *boot)
{
    for (size_t i = 0; i < boot->scenario->rom_count; i++)
        measure_rom(boot, &boot->scenario->roms[i]);
}
