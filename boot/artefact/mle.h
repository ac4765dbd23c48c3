/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Measured launched environments (TXT SDG 2.1): what SINIT measures and starts. An MLE says
 * of itself, in a header found by its UUID, which of its bytes are measured and where its
 * command line is put. Two forms are known here: an ELF executable as tboot is one, and a
 * Linux kernel built for Secure Launch, whose kernel_info tells where the header is.
 *
 * Offsets count from the image's first byte: of the ELF file's segments as laid out, or of the
 * kernel's protected-mode part.
 */
#ifndef ASSAY_BOOT_ARTEFACT_MLE_H
#define ASSAY_BOOT_ARTEFACT_MLE_H

#include "base/guid.h"
#include "base/output.h"
#include "boot/artefact/elf.h"

enum { ASSAY_MLE_HEADER_SIZE = 52 };

/** Table 2-1. All little-endian. */
typedef struct assay_mle_header {
    uint32_t header_len;
    uint32_t version;          /* major in the upper half: 0x00020001 is 2.1 */
    uint32_t entry_point;      /* linear */
    uint32_t first_valid_page; /* linear */
    uint32_t mle_start;        /* offset of the first byte of the MLE */
    uint32_t mle_end;          /* offset behind its last */
    uint32_t capabilities;     /* see assay_txt_capabilities */
    uint32_t cmdline_start;    /* of the area for the command line; 0: there is none */
    uint32_t cmdline_end;
} assay_mle_header;

extern const assay_guid assay_mle_uuid;

/** Reads UUID and fields. 0, or a negative kind with `error` filled. */
int assay_mle_header_read(assay_mle_header *header, assay_bytes bytes, assay_error *error);

/** Writes UUID and fields, 52 bytes. */
void assay_mle_header_write(assay_writer *out, const assay_mle_header *header);

enum assay_mle_form { ASSAY_MLE_ELF, ASSAY_MLE_LINUX };

typedef struct assay_mle {
    enum assay_mle_form form;
    assay_loaded_image image;
    uint64_t header_offset; /* in the image */
    assay_mle_header header;
    bool gaps; /* ELF: addresses have gaps that the layout hasn't: see assay_elf */
} assay_mle;

/** Whether this is a Linux kernel for x86 whose kernel_info names an MLE header. */
bool assay_mle_linux_detect(assay_bytes bytes);

/**
 * Finds the MLE in `bytes`, unzipped already, which must outlive it. 0 or a negative kind:
 * -ASSAY_UNKNOWN_FORMAT for what is neither ELF nor Linux, -ASSAY_UNSUPPORTED where either has no
 * MLE header.
 */
int assay_mle_open(assay_mle *mle, assay_bytes bytes, assay_error *error);

/** The longest command line there is room for, its NUL not counted; 0 where there is no area. */
uint32_t assay_mle_cmdline_max(const assay_mle *mle);

/**
 * The digests of the MLE with `cmdline` in its place, followed by zeros; no bytes leave the area
 * as it is in the file. Where the MLE has no area, the command line is no part of it.
 * -ASSAY_TOO_LARGE for a command line that doesn't fit: what a launcher makes of one that it cuts
 * is its own business.
 */
int assay_mle_digest(const assay_mle *mle, assay_bytes cmdline, assay_digesting *digesting,
                     assay_digests *ret_digests, assay_error *error);

/** The header's fields, in an object the caller has begun. */
void assay_mle_emit(assay_output *out, const assay_mle *mle);

#endif
