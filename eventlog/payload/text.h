/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Text in an event: EV_ACTION, EV_EFI_ACTION, EV_S_CRTM_VERSION, "ACPI DATA" and the
 * like (PFP 1.06 sections 10.4.1, 10.4.3 and 10.4.4). The specification wants ASCII
 * without a NUL, or UTF-16 with one for a version; firmware adds NULs, pads to a fixed
 * size, and puts binary behind a name ("GCE NonHostInfo", NUL, 16 bytes).
 */
#ifndef ASSAY_EVENTLOG_PAYLOAD_TEXT_H
#define ASSAY_EVENTLOG_PAYLOAD_TEXT_H

#include "base/output.h"

enum assay_text_form {
    ASSAY_TEXT_EMPTY, /* no bytes at all */
    ASSAY_TEXT_ASCII,
    ASSAY_TEXT_UTF16, /* little-endian */
    ASSAY_TEXT_GUID,  /* a version only: sixteen bytes of EFI_GUID */
};

typedef struct assay_text {
    enum assay_text_form form;
    assay_bytes text; /* the characters, or the GUID */
    assay_bytes rest; /* what follows them: the NUL, padding, or binary that the text names */
} assay_text;

/**
 * Printable ASCII to the end or, from three characters on, to the first byte that is
 * something else; or UTF-16 of two characters and more with nothing but NULs behind.
 */
bool assay_text_decode(assay_bytes data, assay_text *ret_text);

/**
 * The version of EV_S_CRTM_VERSION: the same, and besides no bytes, an empty UTF-16
 * string, and a GUID, which is what sixteen bytes are that are no text.
 */
bool assay_text_decode_version(assay_bytes data, assay_text *ret_text);

void assay_text_encode(assay_writer *writer, const assay_text *text);
void assay_text_emit(assay_output *out, const assay_text *text);
void assay_text_summary(assay_writer *writer, const assay_text *text);

#endif
