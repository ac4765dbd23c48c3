/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * LZMA as firmware volumes have it: the form of LZMA Utils, "lzma alone", whose header of thirteen
 * bytes says how large the data will be. liblzma does the work.
 */
#ifndef ASSAY_BOOT_ARTEFACT_LZMA_H
#define ASSAY_BOOT_ARTEFACT_LZMA_H

#include "base/error.h"
#include "base/writer.h"

/** What the header says that it will be, bytes; false for less than a header, or no size. */
bool assay_lzma_size(assay_bytes packed, uint64_t *ret_size);

/**
 * Decompresses into exactly `size` bytes at `room`. 0; -ASSAY_TRUNCATED, -ASSAY_MALFORMED for data
 * that is damaged or of another size, -ASSAY_TOO_LARGE for a dictionary beyond what any firmware
 * needs, -ASSAY_NO_MEMORY.
 */
int assay_lzma_decompress(assay_bytes packed, uint8_t *room, size_t size, assay_error *error);

/** Compresses; false when there was no memory. */
bool assay_lzma_compress(assay_bytes plain, assay_writer *writer);

#endif
