/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The registers of Intel TXT (TXT SDG appendix B). The public space is at physical address
 * 0xFED30000 and the private one, with the same registers, at 0xFED20000; a launched environment
 * alone can read the latter. Numbers are little-endian.
 *
 * They come as an image, the bytes of the space from its first on, of which any length is taken:
 * a register beyond the end, or one that a text does not name, is not captured, which differs from
 * 0.
 */
#ifndef ASSAY_BOOT_PLATFORM_TXTREGS_H
#define ASSAY_BOOT_PLATFORM_TXTREGS_H

#include "base/error.h"
#include "base/output.h"

enum assay_txt_register {
#define TXT_REGISTER(ID, offset, width, name, alias, file, clause) ASSAY_TXT_##ID,
#include "boot/platform/txtregs.def"
    ASSAY_TXT_REGISTERS
};

#define ASSAY_TXT_PUBLIC_SPACE UINT64_C(0xFED30000)
#define ASSAY_TXT_PRIVATE_SPACE UINT64_C(0xFED20000)

enum {
    ASSAY_TXT_SPACE_SIZE = 0x10000, /* bytes between the two spaces */
    ASSAY_TXT_IMAGE_SIZE = 0x8F8,   /* up to the last register of the table */
    ASSAY_TXT_KEY_SIZE = 32,
};

typedef struct assay_txt_registers {
    bool captured[ASSAY_TXT_REGISTERS];
    uint64_t value[ASSAY_TXT_REGISTERS];    /* zero-extended; of PUBLIC_KEY nothing */
    uint8_t public_key[ASSAY_TXT_KEY_SIZE]; /* as it lies in memory */
    const char *form;                       /* what it was read from, static: "image", "text" */
    uint64_t offset;                        /* image: of the space's first byte in the input */
} assay_txt_registers;

typedef struct assay_txt_register_info {
    uint32_t offset; /* in the space */
    uint32_t width;  /* bytes */
    const char *name, *alias, *file, *clause;
} assay_txt_register_info;

const assay_txt_register_info *assay_txt_register_describe(enum assay_txt_register id);

/**
 * Reads an image or a text, whichever it is: text has no byte below a blank but line ends and tabs.
 * 0 or a negative kind with `error` filled; what was read before the fault is then in *registers.
 */
int assay_txt_registers_read(assay_bytes input, assay_txt_registers *registers, assay_error *error);

/**
 * An image of the public space, or of both from the private one on (longer than 64 KiB): then the
 * public one, at 0x10000, is read. A register that reads all ones where its width allows no such
 * value was not there. Refuses what has another vendor than Intel in DIDVID.
 */
int assay_txt_registers_read_image(assay_bytes image, assay_txt_registers *registers,
                                   assay_error *error);

/**
 * A text with lines as txt-stat(8), tboot's log and coreboot's print them ("STS: 0x00018091",
 * "TBOOT: TXT.HEAP.BASE: 0x76f20000", "SINIT.SIZE: 131072B (0x20000)"). Where tboot's log follows
 * txt-stat's registers, the log speaks of before the launch, so txt-stat's lines win; else the last
 * line of a register does. Refuses text that names no register.
 */
int assay_txt_registers_read_text(assay_bytes text, assay_txt_registers *registers,
                                  assay_error *error);

/**
 * Takes one register from the text of its file of Linux Secure Launch: "0x00000000c0000001" and a
 * line end, which a NUL may follow. 0 or -ASSAY_MALFORMED.
 */
int assay_txt_registers_take_file(assay_txt_registers *registers, enum assay_txt_register id,
                                  assay_bytes text, assay_error *error);

/** Writes an image up to the last register of the table; what was not captured is zero there. */
void assay_txt_registers_write_image(assay_writer *writer, const assay_txt_registers *registers);

/** Writes the captured ones as lines that assay_txt_registers_read_text reads: "TXT.STS: 0x..". */
void assay_txt_registers_write_text(assay_writer *writer, const assay_txt_registers *registers);

/** Whether both have the same registers with the same values. */
bool assay_txt_registers_equal(const assay_txt_registers *a, const assay_txt_registers *b);

/** The value, or 0 for one that was not captured. */
uint64_t assay_txt_register_value(const assay_txt_registers *registers, enum assay_txt_register id);

/** Whether that bit of a captured register is 1. */
bool assay_txt_register_bit(const assay_txt_registers *registers, enum assay_txt_register id,
                            unsigned bit);

/** Whether every captured register has all its bits 1: nothing answered where they were read. */
bool assay_txt_registers_absent(const assay_txt_registers *registers);

/** How many were captured. */
size_t assay_txt_registers_count(const assay_txt_registers *registers);

/** The fields of a register's value in words, a comma between them; nothing for none. */
void assay_txt_register_put_words(assay_writer *writer, const assay_txt_registers *registers,
                                  enum assay_txt_register id);

/** "registers": an array of those captured; "not_captured": the names of the others. */
void assay_txt_registers_emit(assay_output *out, const assay_txt_registers *registers);

#endif
