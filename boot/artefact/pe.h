/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * PE32 and PE32+ images (Microsoft PE/COFF specification), as UEFI firmware loads and measures
 * them. All numbers are little-endian; offsets count from the file's first byte.
 */
#ifndef ASSAY_BOOT_ARTEFACT_PE_H
#define ASSAY_BOOT_ARTEFACT_PE_H

#include "base/cursor.h"
#include "base/error.h"
#include "boot/artefact/digests.h"

enum { ASSAY_PE_SECTIONS_MAX = 96, ASSAY_PE_NAME = 64 };

/** IMAGE_SECTION_HEADER, as far as it matters here. */
typedef struct assay_pe_section {
    char name[ASSAY_PE_NAME]; /* of more than eight characters out of the string table */
    uint32_t virtual_size;
    uint32_t virtual_address;
    uint32_t raw_size;
    uint32_t raw_offset;
    assay_bytes bytes; /* the first min(virtual_size, raw_size), lent from the file */
    uint32_t zeros;    /* that follow them in memory, up to virtual_size */
} assay_pe_section;

typedef struct assay_pe {
    assay_bytes file;
    uint16_t machine;         /* IMAGE_FILE_MACHINE_*: 0x8664 x64, 0x14C i386, 0xAA64 ARM64 */
    bool plus;                /* PE32+ */
    uint32_t time_date_stamp;
    uint16_t subsystem;       /* 10 EFI application, 11 boot service driver, 12 runtime driver */
    uint64_t image_base;
    uint32_t size_of_image;
    uint32_t size_of_headers;
    uint32_t checksum_offset; /* of OptionalHeader.CheckSum */
    uint32_t security_offset; /* of data directory entry 4; 0: there is none */
    uint32_t certificates_offset; /* what that entry says: the certificate table */
    uint32_t certificates_size;
    size_t section_count;
    assay_pe_section sections[ASSAY_PE_SECTIONS_MAX]; /* in the order of their headers */
} assay_pe;

/** Whether it begins as one: "MZ" and, where that says, "PE". */
bool assay_pe_detect(assay_bytes bytes);

/** Reads the headers of `bytes`, which must outlive `pe`. 0 or a negative kind. */
int assay_pe_open(assay_pe *pe, assay_bytes bytes, assay_error *error);

/** The first section of a name, or NULL. */
const assay_pe_section *assay_pe_find(const assay_pe *pe, const char *name);

/** Its bytes as they lie in the file, or no bytes. */
assay_bytes assay_pe_bytes(const assay_pe *pe, const char *name);

/**
 * The digests that PCR 4 and 2 are extended with: the Authenticode digest as EDK2 computes it,
 * which leaves out CheckSum, the certificate table and its directory entry. `digesting` is begun.
 */
int assay_pe_digest(const assay_pe *pe, assay_digesting *digesting, assay_digests *ret_digests,
                    assay_error *error);

#endif
