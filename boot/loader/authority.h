/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Secure Boot's judgement of an image, by EDK2's rules (SecurityPkg, DxeImageVerificationLib, of
 * 2022.11 to 2025.02).
 */
#ifndef ASSAY_BOOT_LOADER_AUTHORITY_H
#define ASSAY_BOOT_LOADER_AUTHORITY_H

#include "boot/artefact/signaturedb.h"
#include "boot/loader/boot.h"

/** The hashes of an image, each computed when first asked for. */
typedef struct assay_image_hashes {
    assay_boot *boot;
    const assay_pe *pe;
    assay_digests known;
} assay_image_hashes;

assay_image_hashes assay_image_hashes_of(assay_boot *boot, const assay_pe *pe);

/** NULL when it can't be had. */
const assay_digest *assay_image_hash(assay_image_hashes *hashes, uint16_t alg);

enum { ASSAY_VERDICT_ENTRIES = 8 };

typedef struct assay_verdict {
    bool passes;
    /* Entries of db that were found, in the order in which each is measured into PCR 7 at once: of
     * an image that is refused in the end, too. */
    size_t count;
    assay_bytes entries[ASSAY_VERDICT_ENTRIES]; /* EFI_SIGNATURE_DATA, lent from db */
} assay_verdict;

assay_verdict assay_boot_judge(assay_boot *boot, const assay_pe *pe, assay_bytes db,
                               assay_bytes dbx);

#endif
