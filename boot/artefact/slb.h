/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Secure loader blocks of AMD's SKINIT (AMD64 Architecture Programmer's Manual, volume 2,
 * 15.27.2): two words, entry point and length, and what software makes of the rest. The TPM gets
 * the first `length` bytes, so PCR 17 becomes H(zeros | H(those)). Everything is little-endian.
 *
 * TrenchBoot's Secure Kernel Loader puts an information table into its block, found by a third
 * word in older ones and by a fourth in newer ones.
 */
#ifndef ASSAY_BOOT_ARTEFACT_SLB_H
#define ASSAY_BOOT_ARTEFACT_SLB_H

#include "base/error.h"
#include "base/guid.h"
#include "base/output.h"

enum { ASSAY_SLB_MAX = 65536 };

typedef struct assay_slb {
    uint16_t entry_point; /* offset */
    uint16_t length;      /* of what is measured */
    assay_bytes measured; /* lent from the file */
    bool is_skl;          /* the information table of the Secure Kernel Loader is there */
    uint16_t skl_info_offset;
    uint32_t
        skl_version; /* as it lies there: older ones are 0, newer have major, minor, protocol */
} assay_slb;

extern const assay_guid assay_skl_uuid;

/** Why the bytes look like a Secure Kernel Loader, as a static phrase, or NULL. */
const char *assay_slb_detect(assay_bytes bytes);

/** Reads a block. 0, or a negative kind with `error` filled. */
int assay_slb_open(assay_slb *slb, assay_bytes bytes, assay_error *error);

/** The fields, in an object the caller has begun. */
void assay_slb_emit(assay_output *out, const assay_slb *slb);

#endif
