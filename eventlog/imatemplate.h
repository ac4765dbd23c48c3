/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The templates of Linux IMA: which fields an entry of a measurement list has
 * (security/integrity/ima/ima_template.c, Documentation/security/IMA-templates.rst).
 *
 * Integers are little-endian, or big-endian in the list of a big-endian kernel.
 *
 * A template has a name of its own ("ima-sig"), or, when the kernel was started with
 * ima_template_fmt=, its format is its name: "d-ng|n-ng|sig", field ids with '|' between.
 */
#ifndef ASSAY_EVENTLOG_IMATEMPLATE_H
#define ASSAY_EVENTLOG_IMATEMPLATE_H

#include "base/bytes.h"

/** The fields there are, by their ids. */
enum assay_ima_field {
    ASSAY_IMA_D,            /* "d": the file's SHA-1 or MD5 digest */
    ASSAY_IMA_D_NG,         /* "d-ng": algorithm, ':', NUL, digest */
    ASSAY_IMA_D_NGV2,       /* "d-ngv2": "ima" or "verity", ':', and the same */
    ASSAY_IMA_N,            /* "n": file name, at most 255 bytes, NUL */
    ASSAY_IMA_N_NG,         /* "n-ng": file name of any length, NUL */
    ASSAY_IMA_SIG,          /* "sig": security.ima, or security.evm where that is portable */
    ASSAY_IMA_BUF,          /* "buf": a measured buffer: command line, key, critical data */
    ASSAY_IMA_D_MODSIG,     /* "d-modsig": as d-ng, without the appended signature */
    ASSAY_IMA_MODSIG,       /* "modsig": the appended signature, PKCS #7 */
    ASSAY_IMA_EVMSIG,       /* "evmsig": security.evm */
    ASSAY_IMA_IUID,         /* "iuid": the inode's user, 4 bytes */
    ASSAY_IMA_IGID,         /* "igid": the inode's group, 4 bytes */
    ASSAY_IMA_IMODE,        /* "imode": the inode's mode, 2 bytes */
    ASSAY_IMA_XATTRNAMES,   /* "xattrnames": with '|' between, NUL */
    ASSAY_IMA_XATTRLENGTHS, /* "xattrlengths": 4 bytes each */
    ASSAY_IMA_XATTRVALUES,  /* "xattrvalues": one after the other */
    ASSAY_IMA_FIELD_IDS,    /* of a template that is not known here */
};

enum {
    ASSAY_IMA_FIELDS_MAX = 15, /* of a template: IMA_TEMPLATE_NUM_FIELDS_MAX */
    ASSAY_IMA_OLD_DIGEST = 20, /* bytes of the digest of template "ima", which has no length */
    ASSAY_IMA_OLD_NAME = 255,  /* bytes of its longest name: IMA_EVENT_NAME_LEN_MAX */
};

typedef struct assay_ima_template {
    size_t count;
    enum assay_ima_field fields[ASSAY_IMA_FIELDS_MAX];
} assay_ima_template;

/** The fields of the template of that name or format; false for one unknown here. */
bool assay_ima_template_find(assay_bytes name, assay_ima_template *ret_template);

/** Whether it is the first template, "ima", whose entries are laid out in a way of their own. */
bool assay_ima_template_is_old(assay_bytes name);

/** "d-ng" ... Static; NULL for ASSAY_IMA_FIELD_IDS. */
const char *assay_ima_field_id(enum assay_ima_field field);

/** The fields of an entry's data, without their lengths. */
typedef struct assay_ima_fields {
    bool big_endian; /* their lengths are: the list of a big-endian kernel, which hashed them so */
    size_t count;
    assay_bytes list[ASSAY_IMA_FIELDS_MAX];
} assay_ima_fields;

/** Splits `data` of the template `name`; false where they are not fields behind their lengths. */
bool assay_ima_split(assay_bytes name, assay_bytes data, assay_ima_fields *ret_fields);

#endif
