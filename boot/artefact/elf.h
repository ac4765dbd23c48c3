/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ELF executables as a multiboot loader takes them (System V ABI; Multiboot 1 section 3.1.3,
 * Multiboot 2 section 3.1.5): the segments of type PT_LOAD. libelf reads the headers; what
 * they say of the file is checked here.
 */
#ifndef ASSAY_BOOT_ARTEFACT_ELF_H
#define ASSAY_BOOT_ARTEFACT_ELF_H

#include "base/error.h"
#include "boot/artefact/loadedimage.h"

typedef struct assay_elf {
    bool is_64;
    uint16_t machine;         /* e_machine: 3 i386, 62 x86-64 */
    uint64_t entry;           /* e_entry */
    uint64_t paddr;           /* p_paddr of the first segment */
    assay_loaded_image image; /* PT_LOAD segments in the order of the program headers, one behind
                          the other: their file bytes, then zeros; gaps between addresses are not */
    bool gaps;                /* the segments don't follow each other in memory as they do here */
} assay_elf;

/** Whether the bytes begin with ELF's magic. */
bool assay_elf_detect(assay_bytes bytes);

/**
 * Reads the layout of an executable (ET_EXEC) for x86. 0, or a negative kind: -ASSAY_UNKNOWN_FORMAT
 * for what is no ELF, -ASSAY_UNSUPPORTED for an ELF that no multiboot loader takes.
 */
int assay_elf_open(assay_elf *elf, assay_bytes bytes, assay_error *error);

#endif
