/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The signatures of a PE image (Microsoft, "Windows Authenticode Portable Executable Signature
 * Format" 1.0; UEFI 2.10 section 32.2.4). The certificate table is a row of WIN_CERTIFICATEs, each
 * on a multiple of eight bytes; one of PKCS #7 SignedData signs a SpcIndirectDataContent, in which
 * the signer put the digest of the image.
 */
#ifndef ASSAY_BOOT_ARTEFACT_AUTHENTICODE_H
#define ASSAY_BOOT_ARTEFACT_AUTHENTICODE_H

#include "boot/artefact/pe.h"

enum {
    ASSAY_WIN_CERT_TYPE_PKCS_SIGNED_DATA = 0x0002,
    ASSAY_WIN_CERT_TYPE_EFI_GUID = 0x0EF1,
};

/** WIN_CERTIFICATE. */
typedef struct assay_win_certificate {
    uint64_t offset; /* in the file */
    uint32_t length; /* dwLength as stated, its 8 bytes of header included */
    uint16_t revision;
    uint16_t type;
    assay_bytes signed_data; /* PKCS #7, with what pads it; no bytes for other types */
} assay_win_certificate;

typedef struct assay_win_certificates {
    assay_cursor cursor; /* at the next one */
    uint64_t base;       /* of the table in the file */
    size_t count;        /* met so far */
} assay_win_certificates;

enum { ASSAY_WIN_CERTIFICATES_MAX = 32 };

/** At the first; an image without signatures has none. */
assay_win_certificates assay_win_certificates_of(const assay_pe *pe);

/**
 * The next one: 1; 0 at the end; -ASSAY_MALFORMED where the table is not what it should be, upon
 * which firmware refuses the image, whatever came before; -ASSAY_TOO_LARGE beyond the maximum.
 */
int assay_win_certificates_next(assay_win_certificates *walk, assay_win_certificate *ret,
                                assay_error *error);

/** A signature that was read. */
typedef struct assay_authenticode assay_authenticode;

/**
 * Reads PKCS #7 SignedData; bytes after it are ignored. 0 and a signature to be freed, or a
 * negative kind: -ASSAY_MALFORMED for what is no such signature, -ASSAY_NO_MEMORY. Leaves
 * libcrypto's error queue as it was, as all of these do.
 */
int assay_authenticode_open(assay_bytes signed_data, assay_authenticode **ret,
                            assay_error *error);

/** Nulls the pointer. */
void assay_authenticode_free(assay_authenticode **signature);

/** The digest of the image that the signer put inside; its algorithm is 0 where it isn't known
 * here. */
const assay_digest *assay_authenticode_digest(const assay_authenticode *signature);

/** The certificate of the first signer in DER, lent; no bytes when it isn't inside. */
assay_bytes assay_authenticode_signer(const assay_authenticode *signature);

/**
 * Whether it is the signer's, and a chain leads from the signer's certificate to this one (DER), or
 * it is this one. As EDK2's AuthenticodeVerify() and shim's do, which share their source: no
 * certificate expires, none needs to be self-signed, none's purpose matters. Whether the digest
 * inside is the image's is another question.
 */
bool assay_authenticode_is_by(const assay_authenticode *signature, assay_bytes certificate);

/** Whether the digest inside is among `digests`. */
bool assay_authenticode_is_of(const assay_authenticode *signature, const assay_digests *digests);

/**
 * The digests of the ToBeSigned part of a certificate (DER): EFI_CERT_X509_SHA256 and its kin.
 * False for what is no certificate.
 */
bool assay_certificate_tbs_digests(assay_bytes certificate, assay_hashes *hashes,
                                   const uint16_t *algs, size_t count,
                                   assay_digests *ret_digests);

/** Whether an extended key usage of a certificate (DER) is the one with this OID, "1.3.6...". */
bool assay_certificate_has_usage(assay_bytes certificate, const char *oid);

#endif
