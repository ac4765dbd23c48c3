/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An entry of a Linux IMA measurement list: the fields of its template (eventlog/imatemplate.h),
 * which say of which file or buffer the digest is.
 */
#ifndef ASSAY_EVENTLOG_PAYLOAD_IMA_H
#define ASSAY_EVENTLOG_PAYLOAD_IMA_H

#include "base/output.h"
#include "eventlog/ima.h"

typedef struct assay_ima {
    assay_bytes template_name;
    bool violation; /* see assay_ima_is_violation() */
    assay_ima_fields fields;
    /* What each field is; ASSAY_IMA_FIELD_IDS of a template not known, or of other fields. */
    enum assay_ima_field ids[ASSAY_IMA_FIELDS_MAX];
} assay_ima;

/** The digest of a file or buffer, as d, d-ng, d-ngv2 and d-modsig say it. */
typedef struct assay_ima_file_hash {
    assay_bytes type;      /* of d-ngv2: "ima" or "verity"; else no bytes */
    assay_bytes algorithm; /* as the kernel calls it: "sha256", "sm3"; empty where it is not said */
    assay_bytes value;
} assay_ima_file_hash;

/** False when the data are no fields behind their lengths, as assay_ima_split() splits them. */
bool assay_ima_decode(const assay_event *event, assay_ima *ret_ima);
void assay_ima_encode(assay_writer *writer, const assay_ima *ima);
void assay_ima_emit(assay_output *out, const assay_ima *ima);
void assay_ima_summary(assay_writer *writer, const assay_ima *ima);

/** The value of a field; no bytes where the template has none of the kind. */
assay_bytes assay_ima_field_of(const assay_ima *ima, enum assay_ima_field field);

/** The name of the file or buffer, without its NUL; no bytes where there is none. */
assay_bytes assay_ima_file_name(const assay_ima *ima);

/** The digest of the file or buffer; false when the template has none. */
bool assay_ima_file_digest(const assay_ima *ima, assay_ima_file_hash *ret_digest);

#endif
