/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The firmware file system, versions 2 and 3 (PI 1.8, volume 3, sections 3.2.3 to 3.2.5): files in
 * a firmware volume, sections in a file, and sections in sections, some of them compressed.
 *
 * All numbers are little-endian.
 */
#ifndef ASSAY_BOOT_ARTEFACT_FFS_H
#define ASSAY_BOOT_ARTEFACT_FFS_H

#include "boot/artefact/fv.h"

/** EFI_FV_FILETYPE, as far as it matters here. */
enum assay_ffs_type {
    ASSAY_FFS_RAW = 0x01,
    ASSAY_FFS_FREEFORM = 0x02,
    ASSAY_FFS_SECURITY_CORE = 0x03,
    ASSAY_FFS_PEI_CORE = 0x04,
    ASSAY_FFS_DXE_CORE = 0x05,
    ASSAY_FFS_PEIM = 0x06,
    ASSAY_FFS_DRIVER = 0x07,
    ASSAY_FFS_APPLICATION = 0x09,
    ASSAY_FFS_FIRMWARE_VOLUME_IMAGE = 0x0B,
    ASSAY_FFS_PAD = 0xF0,
};

/** EFI_SECTION_TYPE. */
enum assay_ffs_section_type {
    ASSAY_FFS_COMPRESSION = 0x01,
    ASSAY_FFS_GUID_DEFINED = 0x02,
    ASSAY_FFS_DISPOSABLE = 0x03,
    ASSAY_FFS_PE32 = 0x10,
    ASSAY_FFS_PIC = 0x11,
    ASSAY_FFS_TE = 0x12,
    ASSAY_FFS_DXE_DEPEX = 0x13,
    ASSAY_FFS_VERSION = 0x14,
    ASSAY_FFS_USER_INTERFACE = 0x15,
    ASSAY_FFS_FIRMWARE_VOLUME = 0x17,
    ASSAY_FFS_FREEFORM_SUBTYPE_GUID = 0x18,
    ASSAY_FFS_RAW_SECTION = 0x19,
    ASSAY_FFS_PEI_DEPEX = 0x1B,
};

/** EFI_FFS_FILE_HEADER, or EFI_FFS_FILE_HEADER2 of a file of 16 MiB and more. */
typedef struct assay_ffs_file {
    uint64_t offset; /* of its header, from the volume's first byte */
    assay_guid name;
    uint8_t type; /* enum assay_ffs_type, or anything */
    uint8_t attributes;
    bool large;
    bool valid;          /* its state says that it is there, header and all */
    assay_bytes content; /* behind the header */
} assay_ffs_file;

/**
 * The next file of a volume with files: 1, and *offset, which is to be fv->files at first, behind
 * it; 0 at the end, where free space begins; or a negative kind for a header that contradicts
 * itself, also in its checksum. Pad files are told like others.
 */
int assay_ffs_next(const assay_fv *fv, uint64_t *offset, assay_ffs_file *ret_file,
                   assay_error *error);

/** The first valid file of a name. False where there is none, or where the volume breaks off. */
bool assay_ffs_find(const assay_fv *fv, const assay_guid *name, assay_ffs_file *ret_file);

/** EFI_COMMON_SECTION_HEADER, and what those that hold others say of them. */
typedef struct assay_ffs_section {
    uint64_t offset; /* of its header, from the first byte of the sections */
    uint8_t type;    /* enum assay_ffs_section_type, or anything */
    assay_bytes content; /* behind all of its header: the data, packed or not */
    assay_guid guid;     /* GUID_DEFINED: what packed it */
    uint16_t guid_attributes;
    assay_bytes guid_data; /* GUID_DEFINED: what its header has more, GuidSpecificHeaderFields */
    uint8_t compression;   /* COMPRESSION: 0 not, 1 by UEFI's algorithm (uefidecompress.h) */
    uint32_t uncompressed; /* COMPRESSION: bytes it will be */
} assay_ffs_section;

/**
 * The next of a run of sections, each aligned to 4 bytes: 1, and *offset, 0 at first, behind it;
 * 0 at the end; or a negative kind.
 */
int assay_ffs_next_section(assay_bytes sections, uint64_t *offset, assay_ffs_section *ret_section,
                           assay_error *error);

/** The first section of a type, not looking into others; no bytes where there is none. */
assay_bytes assay_ffs_section_of(assay_bytes sections, uint8_t type);

enum {
    ASSAY_FFS_DEPTH = 8,                     /* sections, files and volumes in one another */
    ASSAY_FFS_UNPACKED_MAX = 128 * 1024 * 1024, /* bytes, of all that is unpacked */
};

/** What sections were unpacked to, which lives until this is freed. */
typedef struct assay_ffs_unpacked {
    size_t total; /* bytes */
    struct assay_ffs_chunk *chunks;
} assay_ffs_unpacked;

void assay_ffs_unpacked_free(assay_ffs_unpacked *unpacked);

/**
 * The sections inside a section that holds others: 1 and they, lent from it or unpacked; 0 for one
 * that holds none, or that is packed in a way unknown here; or a negative kind, -ASSAY_TOO_LARGE
 * when all that was unpacked would be more than ASSAY_FFS_UNPACKED_MAX.
 *
 * Known are compression sections, and by GUID: LZMA (ee4e5898-3914-4259-9d6e-dc7bd79403cf), UEFI's
 * algorithm with Tiano's longer table (a31280ad-481e-41b6-95e8-127f4c984779), CRC32
 * (fc1bcdb0-7d31-49aa-936a-a4600d9dd083).
 */
int assay_ffs_unpack(const assay_ffs_section *section, assay_ffs_unpacked *unpacked,
                     assay_bytes *ret_sections, assay_error *error);

/** What assay_ffs_walk() met: a volume; a file of it; or a section of a file. */
typedef struct assay_ffs_met {
    unsigned depth;
    const assay_fv *fv;
    const assay_ffs_file *file;       /* NULL: the volume itself */
    const assay_ffs_section *section; /* NULL: the file itself */
} assay_ffs_met;

/** Told what was met; false ends the walk. */
typedef bool assay_ffs_visit(void *context, const assay_ffs_met *met);

/**
 * Walks through a flash image or volume: all volumes, their files, their sections, what is in
 * those. 0 at the end; or the negative kind of the first that is broken, or too deep, or too large.
 */
int assay_ffs_walk(assay_bytes flash, assay_ffs_unpacked *unpacked, assay_ffs_visit *visit,
                   void *context, assay_error *error);

/* --- writing ---------------------------------------------------------------------------------- */

/** Writes a file and what aligns the next one to 8 bytes, as of the start of `writer`. */
void assay_ffs_put_file(assay_writer *writer, const assay_guid *name, uint8_t type,
                        assay_bytes content);

/** Writes a section and what aligns the next one to 4 bytes; `header` goes between the common
 * header and the content. */
void assay_ffs_put_section(assay_writer *writer, uint8_t type, assay_bytes header,
                           assay_bytes content);

#endif
