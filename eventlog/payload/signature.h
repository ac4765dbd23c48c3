/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * EFI_SIGNATURE_DATA (UEFI 2.10 section 32.4.1): one entry of a signature
 * database, a hash or a certificate most of the time. The type stands in the list
 * around it; an EV_EFI_VARIABLE_AUTHORITY event holds the entry without its list.
 */
#ifndef ASSAY_EVENTLOG_PAYLOAD_SIGNATURE_H
#define ASSAY_EVENTLOG_PAYLOAD_SIGNATURE_H

#include "base/guid.h"
#include "base/output.h"

typedef struct assay_signature {
    assay_guid owner; /* SignatureOwner: who put it there */
    assay_bytes data; /* SignatureData */
} assay_signature;

enum assay_signature_form {
    ASSAY_SIGNATURE_OTHER,       /* a key, a signature, or unknown */
    ASSAY_SIGNATURE_HASH,        /* of an image */
    ASSAY_SIGNATURE_CERTIFICATE, /* X.509 in DER */
    ASSAY_SIGNATURE_REVOCATION,  /* hash of a certificate's ToBeSigned part, and an EFI_TIME */
};

/** A row of the table of signature types. Strings are static. */
typedef struct assay_signature_type {
    const char *name; /* as assay_guid_name() has it: "EFI_CERT_SHA256" */
    enum assay_signature_form form;
    uint32_t size;    /* of SignatureData in bytes; 0 when it varies */
    const char *one;  /* "SHA-256 hash" */
    const char *many; /* "SHA-256 hashes" */
} assay_signature_type;

enum { ASSAY_SIGNATURE_TYPES = 15 }; /* rows of the table */

/** The rows, certificates first; NULL beyond the last. */
const assay_signature_type *assay_signature_type_at(size_t index);

/** The position of a type's row, or ASSAY_SIGNATURE_TYPES for one unknown here. */
size_t assay_signature_type_index(const assay_guid *type);

/** What the data looks like when no list says what it is. */
enum assay_signature_form assay_signature_guess(assay_bytes data);

/** Reads an entry that fills `bytes`; false when they are too few for an owner. */
bool assay_signature_decode(assay_bytes bytes, assay_signature *ret_signature);
void assay_signature_encode(assay_writer *writer, const assay_signature *signature);

/**
 * Type, owner and content, inside an object the caller has begun. `type` is the
 * SignatureType of the list, or NULL.
 */
void assay_signature_emit(assay_output *out, const assay_guid *type,
                          const assay_signature *signature);

/** What the data is, without owner: "Example CA", "SHA-256 hash 6e34...". */
void assay_signature_summary(assay_writer *writer, assay_bytes data);

/** The fields of an X.509 certificate, or its bytes when it can't be read. */
void assay_certificate_emit(assay_output *out, assay_bytes der);

#endif
