/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * PCI expansion ROMs (PCI Firmware Specification 3.3, section 5.1; UEFI 2.10, section 14.4.2): one
 * image behind the other, each with a header, a PCI data structure that says what it is and how
 * long, and, for the EFI ones, a PE image, compressed or not. Everything is little-endian.
 */
#ifndef ASSAY_BOOT_ARTEFACT_OPTIONROM_H
#define ASSAY_BOOT_ARTEFACT_OPTIONROM_H

#include "base/bytes.h"
#include "base/error.h"
#include "base/writer.h"

enum {
    ASSAY_OPTION_ROM_MAX = 16 << 20,        /* bytes, as large as a ROM's window may be */
    ASSAY_OPTION_ROM_DRIVER_MAX = 16 << 20, /* bytes of a driver, decompressed */
};

/** What a header's code is, PCIR's Code Type. */
enum assay_option_rom_code {
    ASSAY_OPTION_ROM_BIOS = 0,
    ASSAY_OPTION_ROM_OPEN_FIRMWARE = 1,
    ASSAY_OPTION_ROM_EFI = 3,
};

typedef struct assay_option_rom_image {
    uint64_t offset;   /* of its header, from the ROM's first byte */
    assay_bytes image; /* as long as PCIR's Image Length says */
    uint16_t vendor_id, device_id;
    uint8_t class_code[3];
    uint8_t code_type;    /* enum assay_option_rom_code, or anything */
    bool last;            /* Indicator, bit 7 */
    bool is_efi;          /* code type 3 and EFI's signature 0x0EF1 */
    uint16_t subsystem;   /* EfiSubsystem: 11 boot service driver, 12 runtime driver */
    uint16_t machine;     /* EfiMachineType */
    uint16_t compression; /* CompressionType: 0 not, 1 by UEFI's algorithm */
    uint64_t driver_offset; /* of what follows, from the ROM's first byte */
    assay_bytes driver;     /* the PE image, compressed or not */
} assay_option_rom_image;

/** Whether it begins as a ROM: 0xAA55, and a PCI data structure where the header says. */
bool assay_option_rom_detect(assay_bytes rom);

/**
 * The next image of a ROM: 1, and *offset, 0 at first, behind it; 0 behind the last; or a negative
 * kind. An EFI image ends where its InitializationSize says, which may be before Image Length does.
 */
int assay_option_rom_next(assay_bytes rom, uint64_t *offset, assay_option_rom_image *ret_image,
                          assay_error *error);

/**
 * The PE image of an EFI image: lent from the ROM, or decompressed into `out`, a growing writer
 * that must outlive it. 0; -ASSAY_UNSUPPORTED for a compression unknown here; or another kind.
 */
int assay_option_rom_driver(const assay_option_rom_image *image, assay_writer *out,
                            assay_bytes *ret_driver, assay_error *error);

/** Writes an EFI image as the ROM's next: of `image`, what has to be said and is not computed. */
void assay_option_rom_put(assay_writer *writer, const assay_option_rom_image *image);

#endif
