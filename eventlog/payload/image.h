/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * UEFI_IMAGE_LOAD_EVENT (PFP 1.06 section 10.2.3): an application or driver that
 * was loaded. The digest beside it is the image's Authenticode digest and covers
 * nothing of what is here.
 *
 * Until PFP made all fields 64 bits wide, three of them were a UINTN, which 32-bit
 * firmware writes in four bytes. Old versions of shim leave eight or nine bytes
 * behind DevicePath, and write no path for what they load themselves.
 */
#ifndef ASSAY_EVENTLOG_PAYLOAD_IMAGE_H
#define ASSAY_EVENTLOG_PAYLOAD_IMAGE_H

#include "base/output.h"

typedef struct assay_image {
    uint64_t location;          /* ImageLocationInMemory */
    uint64_t length;            /* ImageLengthInMemory */
    uint64_t link_time_address; /* ImageLinkTimeAddress */
    uint64_t path_size;         /* LengthOfDevicePath in bytes, as stated */
    assay_bytes path;           /* DevicePath, as far as it is there */
    assay_bytes trailing;       /* whatever follows it */
    bool narrow;                /* the last three numbers have four bytes */
} assay_image;

bool assay_image_decode(assay_bytes data, assay_image *ret_image);
void assay_image_encode(assay_writer *writer, const assay_image *image);
void assay_image_emit(assay_output *out, const assay_image *image);
void assay_image_summary(assay_writer *writer, const assay_image *image);

#endif
