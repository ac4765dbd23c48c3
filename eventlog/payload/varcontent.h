/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a UEFI variable holds, by its vendor and name: UEFI 2.10 table 3.1 (globally
 * defined variables) and section 32.6 (signature databases), shim's MokVars.txt.
 */
#ifndef ASSAY_EVENTLOG_PAYLOAD_VARCONTENT_H
#define ASSAY_EVENTLOG_PAYLOAD_VARCONTENT_H

#include "eventlog/payload/loadopt.h"
#include "eventlog/payload/signature.h"
#include "eventlog/payload/variable.h"

enum assay_variable_kind {
    ASSAY_VARIABLE_OPAQUE,      /* unknown, or not what its name promises: bytes */
    ASSAY_VARIABLE_UNSET,       /* no data: the variable does not exist */
    ASSAY_VARIABLE_FLAG,        /* one byte: number, 0 or 1 by the standards */
    ASSAY_VARIABLE_NUMBER,      /* number: little-endian, up to eight bytes */
    ASSAY_VARIABLE_TEXT,        /* bytes: characters, in lines perhaps */
    ASSAY_VARIABLE_SIGNATURES,  /* bytes: EFI_SIGNATURE_LIST, any number */
    ASSAY_VARIABLE_SIGNATURE,   /* signature: one EFI_SIGNATURE_DATA */
    ASSAY_VARIABLE_CERTIFICATE, /* bytes: a certificate without owner, as old shims log it */
    ASSAY_VARIABLE_BOOT_ORDER,  /* bytes: UINT16 numbers of load options */
    ASSAY_VARIABLE_LOAD_OPTION, /* load_option */
    ASSAY_VARIABLE_DEVICE_PATH, /* bytes: a device path, of several instances perhaps */
    ASSAY_VARIABLE_KINDS
};

typedef struct assay_variable_content {
    enum assay_variable_kind kind;
    union {
        uint64_t number;
        assay_bytes bytes;
        assay_signature signature;
        assay_load_option load_option;
    };
} assay_variable_content;

/** Total: what is not what its name promises is ASSAY_VARIABLE_OPAQUE. */
void assay_variable_content_of(const assay_variable *variable, assay_variable_content *ret_content);

/** "flag", "signatures" ... Static. */
const char *assay_variable_kind_name(enum assay_variable_kind kind);

/** The content's fields, inside an object the caller has begun. */
void assay_variable_content_emit(assay_output *out, const assay_variable_content *content);

/** What goes behind the variable's name in a line: " = 1", ": 2 certificates (...)". */
void assay_variable_content_summary(assay_writer *writer, const assay_variable_content *content);

#endif
