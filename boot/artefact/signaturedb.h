/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Looking into a signature database (UEFI 2.10 section 32.4.1): db, dbx, MokList and their kin are
 * signature lists, and what is found in one is an EFI_SIGNATURE_DATA, owner and all, lent from the
 * lists; no bytes where nothing is found. Of several the first is found.
 */
#ifndef ASSAY_BOOT_ARTEFACT_SIGNATUREDB_H
#define ASSAY_BOOT_ARTEFACT_SIGNATUREDB_H

#include "boot/artefact/authenticode.h"

/** Whether there is a list of hashes of images of this algorithm. */
bool assay_signaturedb_has_hashes(assay_bytes lists, uint16_t alg);

/** The entry with the hash of an image. */
assay_bytes assay_signaturedb_find_hash(assay_bytes lists, const assay_digest *digest);

/** Whether a certificate (DER) may be tried at all; NULL: any. */
typedef bool assay_signaturedb_admits(assay_bytes certificate);

/**
 * The entry with the certificate that a signature is by. Firmware tries all certificates of a list,
 * shim the first of each alone.
 */
assay_bytes assay_signaturedb_find_signer(assay_bytes lists, const assay_authenticode *signature,
                                          bool first_of_list, assay_signaturedb_admits *admits);

/**
 * Whether a certificate (DER) is revoked by the hash of its ToBeSigned part. *ret_dated tells that
 * signatures made before a time remain valid, if a timestamp says so.
 */
bool assay_signaturedb_revokes(assay_bytes lists, assay_bytes certificate, assay_hashes *hashes,
                               bool *ret_dated);

#endif
