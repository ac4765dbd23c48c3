/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * UEFI_PLATFORM_FIRMWARE_BLOB and UEFI_PLATFORM_FIRMWARE_BLOB2 (PFP 1.06 section
 * 10.2.5): where in memory the measured firmware lay. The bytes themselves are not in
 * the log, so the digest says nothing about these fields.
 */
#ifndef ASSAY_EVENTLOG_PAYLOAD_BLOB_H
#define ASSAY_EVENTLOG_PAYLOAD_BLOB_H

#include "base/output.h"

typedef struct assay_blob {
    assay_bytes description; /* BlobDescription; no bytes in the first form, which has none */
    uint64_t base;           /* BlobBase, a physical address */
    uint64_t length;         /* BlobLength, bytes */
} assay_blob;

bool assay_blob_decode(assay_bytes data, assay_blob *ret_blob);  /* ..._BLOB */
bool assay_blob_decode2(assay_bytes data, assay_blob *ret_blob); /* ..._BLOB2 */
void assay_blob_encode(assay_writer *writer, const assay_blob *blob);
void assay_blob_emit(assay_output *out, const assay_blob *blob);
void assay_blob_summary(assay_writer *writer, const assay_blob *blob);

#endif
