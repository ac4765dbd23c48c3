/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a person wants to know of an X.509 certificate (RFC 5280) in a signature
 * database: whose it is. Nothing here verifies anything.
 */
#ifndef ASSAY_EVENTLOG_PAYLOAD_X509_H
#define ASSAY_EVENTLOG_PAYLOAD_X509_H

#include "base/bytes.h"

enum {
    ASSAY_X509_MAX = 64 * 1024, /* bytes of a certificate that is looked into */
    ASSAY_X509_TEXT = 512,      /* of a name, its NUL included */
    ASSAY_X509_SERIAL = 64,     /* of a serial number's digits, their NUL included */
    ASSAY_X509_TIME = 32,
};

/**
 * Texts are UTF-8 on one line, control characters escaped as RFC 2253 escapes
 * them; what is longer than its field ends in "...".
 */
typedef struct assay_x509 {
    char subject[ASSAY_X509_TEXT];  /* RFC 2253: "CN=Example CA,O=Example" */
    char issuer[ASSAY_X509_TEXT];
    char name[ASSAY_X509_TEXT];     /* its common name, else its organization, else all of it */
    char serial[ASSAY_X509_SERIAL]; /* hexadecimal, with '-' before a negative one */
    char not_before[ASSAY_X509_TIME]; /* "2011-06-27T21:22:45Z"; empty when it is no time */
    char not_after[ASSAY_X509_TIME];
    uint8_t sha256[32];             /* of the certificate's DER: its usual fingerprint */
} assay_x509;

/**
 * Reads the DER certificate that `bytes` begin with; bytes after it are ignored, and so
 * are its key, signature and extensions.
 * False, and nothing written, for anything else, for more than ASSAY_X509_MAX
 * bytes, and when there is no memory. Leaves libcrypto's error queue as it was.
 */
bool assay_x509_read(assay_bytes bytes, assay_x509 *ret_certificate);

/** Whether `bytes` are one DER SEQUENCE of exactly their size and large enough: no promise. */
bool assay_x509_is_likely(assay_bytes bytes);

#endif
