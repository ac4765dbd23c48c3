/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * UEFI's compression algorithm (UEFI 2.10, section 19): LZ77 whose literals, lengths and distances
 * are Huffman codes, in blocks that bring their own codes. Option ROMs and compression sections of
 * firmware volumes use it, with distances up to 8 KiB; Tiano's own form, in sections with
 * its GUID, reaches further.
 */
#ifndef ASSAY_BOOT_ARTEFACT_UEFIDECOMPRESS_H
#define ASSAY_BOOT_ARTEFACT_UEFIDECOMPRESS_H

#include "base/error.h"
#include "base/writer.h"

/** How many bits say how many codes of distances there are. */
enum assay_uefi_compression {
    ASSAY_UEFI_COMPRESSION = 4,
    ASSAY_TIANO_COMPRESSION = 5,
};

/**
 * What the header says that it will be, bytes; of the compressed data that `packed` begins with.
 * False where there is no room for a header.
 */
bool assay_uefi_decompressed_size(assay_bytes packed, uint32_t *ret_size);

/**
 * Decompresses into `out`, a lent or growing writer with nothing in it. 0; -ASSAY_TRUNCATED where
 * `packed` is shorter than its header says, -ASSAY_MALFORMED for codes or distances that can't be,
 * -ASSAY_TOO_LARGE for more than `ceiling` bytes, before anything is written, -ASSAY_NO_MEMORY.
 */
int assay_uefi_decompress(assay_bytes packed, enum assay_uefi_compression form, size_t ceiling,
                          assay_writer *out, assay_error *error);

/** Compresses into a lent or growing writer, with codes that are always the same: readable by all,
 * and not small. */
void assay_uefi_compress(assay_bytes plain, enum assay_uefi_compression form,
                         assay_writer *writer);

#endif
