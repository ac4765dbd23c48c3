/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Option ROMs: the drivers in them, as PciBusDxe loads them (EDK2, MdeModulePkg/Bus/Pci/PciBusDxe/
 * PciOptionRomSupport.c).
 */
#include "cli/measure_machine.h"

#include "boot/artefact/pe.h"

enum { PCR_DRIVERS = 2, SUBSYSTEM_RUNTIME_DRIVER = 12 };

bool cli_is_rom(assay_bytes bytes, const char *name)
{
    (void)name;
    return assay_option_rom_detect(bytes);
}

static int digest_driver(cli_measured *m, const assay_option_rom_image *image, assay_bytes driver,
                         assay_error *error)
{
    cli_measured_event event = { .pcr = PCR_DRIVERS,
                                 .when = "by firmware that finds the device" };
    assay_digesting digesting;
    assay_pe pe;
    int status = assay_pe_open(&pe, driver, error);

    if (status == 0 && cli_measured_begin(m, &digesting))
        status = assay_pe_digest(&pe, &digesting, &event.digests, error);
    if (status < 0)
        return status;
    event.type = pe.subsystem == SUBSYSTEM_RUNTIME_DRIVER ? EV_EFI_RUNTIME_SERVICES_DRIVER
                                                          : EV_EFI_BOOT_SERVICES_DRIVER;
    event.of = cli_measured_text(m, "the driver at byte %llu",
                                 (unsigned long long)image->driver_offset);
    cli_measured_add(m, &event);
    return cli_measured_status(m, error);
}

static int measure_driver(cli_measured *m, const assay_option_rom_image *image, assay_error *error)
{
    assay_writer unpacked = assay_writer_growing(ASSAY_OPTION_ROM_DRIVER_MAX);
    assay_bytes driver;
    int status = assay_option_rom_driver(image, &unpacked, &driver, error);

    if (status == 0)
        status = digest_driver(m, image, driver, error);
    assay_writer_close(&unpacked);
    return status;
}

int cli_measure_rom(cli_measured *m, assay_error *error)
{
    cli_measured_rom *const rom = cli_measured_room(m, sizeof *rom);
    uint64_t offset = 0;
    int status = 1;

    if (rom == NULL)
        return cli_measured_status(m, error);
    rom->count = 0;
    m->as.rom = rom;
    cli_measured_digest(m, m->file.bytes);
    while (status > 0 && rom->count < CLI_ROM_IMAGES) {
        assay_option_rom_image *const image = &rom->images[rom->count];

        status = assay_option_rom_next(m->file.bytes, &offset, image, error);
        rom->count += status > 0;
        if (status > 0 && image->is_efi) {
            const int measured = measure_driver(m, image, error);

            status = measured < 0 ? measured : status;
        }
    }
    return status < 0 ? status : cli_measured_status(m, error);
}

void cli_measured_put_rom(const cli_call *call, const cli_measured *m)
{
    for (size_t i = 0; i < m->as.rom->count; i++) {
        const assay_option_rom_image *const image = &m->as.rom->images[i];

        cli_measured_label(call, "image");
        assay_put_format(call->out, "%zu bytes at byte %llu, for %04x:%04x, %s%s\n",
                         image->image.size, (unsigned long long)image->offset, image->vendor_id,
                         image->device_id, image->is_efi ? "EFI" : "not EFI",
                         image->is_efi && image->compression != 0 ? ", compressed" : "");
    }
}

void cli_measured_emit_rom(assay_output *out, const cli_measured *m)
{
    assay_emit_object(out, "optionrom");
    assay_emit_array(out, "images");
    for (size_t i = 0; i < m->as.rom->count; i++) {
        const assay_option_rom_image *const image = &m->as.rom->images[i];

        assay_emit_object(out, NULL);
        assay_emit_u64(out, "offset", image->offset);
        assay_emit_u64(out, "size", image->image.size);
        assay_emit_address(out, "vendor_id", image->vendor_id);
        assay_emit_address(out, "device_id", image->device_id);
        assay_emit_u64(out, "code_type", image->code_type);
        assay_emit_bool(out, "efi", image->is_efi);
        if (image->is_efi)
            assay_emit_u64(out, "compression", image->compression);
        assay_emit_end(out);
    }
    assay_emit_end(out);
    assay_emit_end(out);
}
