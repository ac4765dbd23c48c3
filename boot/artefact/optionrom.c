/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/artefact/optionrom.h"

#include "base/cursor.h"
#include "boot/artefact/uefidecompress.h"

enum {
    SIGNATURE = 0xAA55,
    PCIR_AT = 0x18, /* where the header says where the PCI data structure is */
    PCIR = 0x52494350,
    EFI_SIGNATURE = 0x0EF1,
    UNIT = 512, /* that lengths are in */
    LAST = 0x80,
    HEADER_SIZE = 0x1C, /* of what is written here, then the PCI data structure */
    PCIR_SIZE = 0x18,
};

static int fail(assay_error *error, enum assay_kind kind, uint64_t offset, const char *field,
                const char *what)
{
    const assay_place place = { offset, ASSAY_NO_EVENT, field };

    return assay_fail(error, kind, place, "%s", what);
}

/* PCI data structure (section 5.1.2); false where there is none. */
static bool take_pcir(assay_bytes rom, assay_option_rom_image *image, uint64_t at,
                      uint16_t *ret_length)
{
    assay_cursor c = assay_cursor_of(rom);

    assay_seek(&c, at);
    const uint32_t signature = assay_take_u32le(&c);
    image->vendor_id = assay_take_u16le(&c);
    image->device_id = assay_take_u16le(&c);
    assay_take_u16le(&c); /* Device List Pointer */
    assay_take_u16le(&c); /* PCI Data Structure Length */
    assay_take_u8(&c);    /* Revision */
    for (size_t i = 0; i < sizeof image->class_code; i++)
        image->class_code[i] = assay_take_u8(&c);
    *ret_length = assay_take_u16le(&c);
    assay_take_u16le(&c); /* Vendor ROM Revision Level */
    image->code_type = assay_take_u8(&c);
    image->last = (assay_take_u8(&c) & LAST) != 0;
    return !c.failed && signature == PCIR;
}

bool assay_option_rom_detect(assay_bytes rom)
{
    assay_cursor c = assay_cursor_of(rom);
    assay_option_rom_image image;
    uint16_t length;
    const bool begins = assay_take_u16le(&c) == SIGNATURE;

    assay_seek(&c, PCIR_AT);
    const uint16_t pcir = assay_take_u16le(&c);
    return begins && !c.failed && take_pcir(rom, &image, pcir, &length);
}

/* EFI_PCI_EXPANSION_ROM_HEADER (UEFI 2.10, table 14.27). */
static int take_efi(assay_option_rom_image *image, assay_error *error)
{
    assay_cursor c = assay_cursor_of(image->image);

    assay_seek(&c, 2);
    const uint64_t size = (uint64_t)assay_take_u16le(&c) * UNIT;
    image->is_efi = assay_take_u32le(&c) == EFI_SIGNATURE;
    image->subsystem = assay_take_u16le(&c);
    image->machine = assay_take_u16le(&c);
    image->compression = assay_take_u16le(&c);
    assay_take(&c, 8); /* Reserved */
    const uint16_t header = assay_take_u16le(&c);

    if (c.failed || !image->is_efi)
        return 0;
    if (size > image->image.size)
        return fail(error, ASSAY_MALFORMED, image->offset + 2, "InitializationSize",
                    "an EFI image is larger than PCIR says that the whole image is");
    if (header >= size)
        return fail(error, ASSAY_MALFORMED, image->offset + 0x16, "EfiImageHeaderOffset",
                    "the driver begins outside of its image");
    image->driver_offset = image->offset + header;
    image->driver = assay_bytes_of(image->image.data + header, (size_t)(size - header));
    return 0;
}

/* Firmware looks for the next image at every multiple of 512. */
static bool seek_signature(assay_cursor *c, uint64_t *offset)
{
    for (; *offset < c->bytes.size; *offset += UNIT) {
        assay_seek(c, *offset);
        if (assay_take_u16le(c) == SIGNATURE)
            return true;
    }
    return false;
}

int assay_option_rom_next(assay_bytes rom, uint64_t *offset, assay_option_rom_image *ret_image,
                          assay_error *error)
{
    assay_option_rom_image image = { .offset = 0 };
    assay_cursor c = assay_cursor_of(rom);
    uint16_t length;

    if (*offset == 0 && !assay_option_rom_detect(rom))
        return fail(error, ASSAY_MALFORMED, 0, "Signature",
                    "this is no option ROM: it doesn't begin with 55 AA and a PCI data structure");
    if (!seek_signature(&c, offset))
        return 0;
    image.offset = *offset;
    assay_seek(&c, *offset + PCIR_AT);
    const uint16_t pcir = assay_take_u16le(&c);
    if (c.failed)
        return fail(error, ASSAY_TRUNCATED, *offset, "header", "an option ROM's header is cut");
    if (!take_pcir(rom, &image, *offset + pcir, &length))
        return fail(error, ASSAY_MALFORMED, *offset + PCIR_AT, "PCIR",
                    "there is no PCI data structure where the header says");
    assay_seek(&c, *offset);
    image.image = assay_take(&c, (size_t)length * UNIT);
    if (c.failed)
        return fail(error, ASSAY_TRUNCATED, *offset + pcir + 0x10, "Image Length",
                    "an image is longer than its ROM");
    if (length == 0)
        return fail(error, ASSAY_MALFORMED, *offset + pcir + 0x10, "Image Length",
                    "an image has no length");
    const int status = image.code_type == ASSAY_OPTION_ROM_EFI ? take_efi(&image, error) : 0;
    if (status < 0)
        return status;
    *ret_image = image;
    *offset = image.last ? rom.size : c.offset;
    return 1;
}

int assay_option_rom_driver(const assay_option_rom_image *image, assay_writer *out,
                            assay_bytes *ret_driver, assay_error *error)
{
    if (image->compression > 1)
        return fail(error, ASSAY_UNSUPPORTED, image->offset + 0xC, "CompressionType",
                    "the driver is compressed in a way that UEFI doesn't define");
    *ret_driver = image->driver;
    if (image->compression == 0)
        return 0;
    const int status = assay_uefi_decompress(image->driver, ASSAY_UEFI_COMPRESSION,
                                             ASSAY_OPTION_ROM_DRIVER_MAX, out, error);
    if (status == 0)
        *ret_driver = assay_written(out);
    return status;
}

void assay_option_rom_put(assay_writer *writer, const assay_option_rom_image *image)
{
    const size_t header = HEADER_SIZE + PCIR_SIZE;
    const size_t units = (header + image->driver.size + UNIT - 1) / UNIT;

    assay_put_u16le(writer, SIGNATURE);
    assay_put_u16le(writer, (uint16_t)units);
    assay_put_u32le(writer, EFI_SIGNATURE);
    assay_put_u16le(writer, image->subsystem);
    assay_put_u16le(writer, image->machine);
    assay_put_u16le(writer, image->compression);
    assay_put_zeros(writer, 8);
    assay_put_u16le(writer, (uint16_t)header);
    assay_put_u16le(writer, HEADER_SIZE);
    assay_put_zeros(writer, 2);
    assay_put_u32le(writer, PCIR);
    assay_put_u16le(writer, image->vendor_id);
    assay_put_u16le(writer, image->device_id);
    assay_put_u16le(writer, 0);
    assay_put_u16le(writer, PCIR_SIZE);
    assay_put_u8(writer, 0);
    assay_put(writer, assay_bytes_of(image->class_code, sizeof image->class_code));
    assay_put_u16le(writer, (uint16_t)units);
    assay_put_u16le(writer, 0);
    assay_put_u8(writer, ASSAY_OPTION_ROM_EFI);
    assay_put_u8(writer, image->last ? LAST : 0);
    assay_put_u16le(writer, 0);
    assay_put(writer, image->driver);
    assay_put_zeros(writer, units * UNIT - header - image->driver.size);
}
