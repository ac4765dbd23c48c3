/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Multiboot headers: how a kernel tells a boot loader that it can load it, version 1 (0.6.96,
 * section 3.1) and version 2 (2.0, section 3.1). A file may have both.
 */
#ifndef ASSAY_BOOT_ARTEFACT_MULTIBOOT_H
#define ASSAY_BOOT_ARTEFACT_MULTIBOOT_H

#include "base/cursor.h"

/** Bits of a Multiboot 1 header's flags. */
enum {
    ASSAY_MULTIBOOT1_PAGE_ALIGN = 1 << 0,
    ASSAY_MULTIBOOT1_MEMORY_INFO = 1 << 1,
    ASSAY_MULTIBOOT1_VIDEO_MODE = 1 << 2,
    ASSAY_MULTIBOOT1_ADDRESSES = 1 << 16, /* the five addresses are there */
};

typedef struct assay_multiboot1 {
    uint64_t offset; /* in the file: a multiple of 4 in the first 8192 bytes */
    uint32_t flags;
    uint32_t header_addr; /* where the header's magic is loaded to; these five with _ADDRESSES */
    uint32_t load_addr;
    uint32_t load_end_addr;
    uint32_t bss_end_addr;
    uint32_t entry_addr;
} assay_multiboot1;

/** The first header whose checksum is right; false where there is none. */
bool assay_multiboot1_find(assay_bytes file, assay_multiboot1 *ret_header);

typedef struct assay_multiboot2 {
    uint64_t offset;       /* in the file: a multiple of 8 in the first 32768 bytes */
    uint32_t architecture; /* 0 i386, 4 MIPS */
    uint32_t header_length;
    assay_bytes tags; /* lent from the file */
} assay_multiboot2;

/** The same for version 2. */
bool assay_multiboot2_find(assay_bytes file, assay_multiboot2 *ret_header);

enum assay_multiboot2_tag_type {
    ASSAY_MULTIBOOT2_END = 0,
    ASSAY_MULTIBOOT2_INFORMATION_REQUEST = 1,
    ASSAY_MULTIBOOT2_ADDRESS = 2,
    ASSAY_MULTIBOOT2_ENTRY_ADDRESS = 3,
    ASSAY_MULTIBOOT2_CONSOLE_FLAGS = 4,
    ASSAY_MULTIBOOT2_FRAMEBUFFER = 5,
    ASSAY_MULTIBOOT2_MODULE_ALIGN = 6,
    ASSAY_MULTIBOOT2_EFI_BOOT_SERVICES = 7,
    ASSAY_MULTIBOOT2_ENTRY_ADDRESS_EFI32 = 8,
    ASSAY_MULTIBOOT2_ENTRY_ADDRESS_EFI64 = 9,
    ASSAY_MULTIBOOT2_RELOCATABLE = 10,
};

typedef struct assay_multiboot2_tag {
    uint16_t type;    /* enum assay_multiboot2_tag_type, or anything */
    uint16_t flags;   /* bit 0: a loader may ignore it */
    assay_bytes data; /* after type, flags and size */
} assay_multiboot2_tag;

/**
 * The next of the header's tags, from a cursor that begins at assay_cursor_of(header.tags). False
 * after the one that ends them, and at one that contradicts itself.
 */
bool assay_multiboot2_next_tag(assay_cursor *tags, assay_multiboot2_tag *ret_tag);

/** The name of a tag's type ("address"), or NULL for one unknown here. */
const char *assay_multiboot2_tag_name(uint16_t type);

#endif
