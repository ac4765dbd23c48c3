/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Linux kernels as boot loaders get them: bzImages, whose setup header says what they are (Linux
 * Documentation/arch/x86/boot.rst, "The Real-Mode Kernel Header"), and the EFI zboot images of
 * other architectures (Linux drivers/firmware/efi/libstub/zboot-header.S). All numbers are
 * little-endian; offsets count from the file's first byte.
 */
#ifndef ASSAY_BOOT_ARTEFACT_BZIMAGE_H
#define ASSAY_BOOT_ARTEFACT_BZIMAGE_H

#include "base/cursor.h"
#include "base/error.h"
#include "base/writer.h"

/** Bits of xloadflags. */
enum {
    ASSAY_XLF_KERNEL_64 = 1 << 0,
    ASSAY_XLF_CAN_BE_LOADED_ABOVE_4G = 1 << 1,
    ASSAY_XLF_EFI_HANDOVER_32 = 1 << 2,
    ASSAY_XLF_EFI_HANDOVER_64 = 1 << 3,
};

/** The setup header, as far as it matters here. What its protocol version lacks is 0. */
typedef struct assay_bzimage {
    uint8_t setup_sects;       /* as it is there, 0 standing for 4 */
    uint16_t version;          /* of the boot protocol: 0x020f is 2.15 */
    uint8_t type_of_loader;
    uint8_t loadflags;
    uint32_t ramdisk_image;
    uint32_t ramdisk_size;
    uint16_t heap_end_ptr;
    uint32_t cmd_line_ptr;
    uint32_t initrd_addr_max;  /* since 2.03: the highest address of an initrd's last byte */
    uint16_t xloadflags;       /* since 2.12 */
    uint32_t cmdline_size;     /* since 2.06: without its NUL */
    uint32_t handover_offset;  /* since 2.11 */
    assay_bytes kernel_version; /* "6.1.0-56-amd64 (...) #1 SMP", lent, without NUL; or none */
    assay_bytes protected_mode; /* what follows the setup code, lent */
} assay_bzimage;

/** Whether there is a setup header: "HdrS" where it belongs. */
bool assay_bzimage_detect(assay_bytes file);

/** Reads the header of `file`, which must outlive it. 0 or a negative kind. */
int assay_bzimage_open(assay_bzimage *image, assay_bytes file, assay_error *error);

/**
 * Writes an image of such a header: setup_sects sectors of setup code in which only the version's
 * text is, at 0x400, then protected_mode. A text that doesn't fit there is left out.
 */
void assay_bzimage_write(assay_writer *writer, const assay_bzimage *image);

/** An EFI zboot image: a decompressor with an EFI stub and, in it, the compressed kernel. */
typedef struct assay_zboot {
    assay_bytes compression; /* "gzip", "zstd22" ...; lent */
    assay_bytes payload;     /* compressed, lent */
} assay_zboot;

/** False when it is none, or its payload doesn't lie in it. */
bool assay_zboot_open(assay_bytes file, assay_zboot *ret_zboot);

/** The release of a kernel, as far as its behaviour depends on it. */
typedef struct assay_kernel_release {
    unsigned major, minor;
} assay_kernel_release;

/** Of "6.1.0-56-amd64": 6 and 1. False, and nothing written, for text that doesn't begin so. */
bool assay_kernel_release_parse(assay_bytes text, assay_kernel_release *ret_release);

/**
 * The release of a kernel's file: out of the setup header, or of the banner "Linux version " where
 * an image that isn't compressed has it, or one in gzip. False where it can't be known so.
 */
bool assay_kernel_release_of(assay_bytes file, assay_kernel_release *ret_release);

#endif
