/* SPDX-License-Identifier: BSD-2-Clause */
/* Base64 (RFC 4648). */
#ifndef ASSAY_BASE_BASE64_H
#define ASSAY_BASE_BASE64_H

#include "base/writer.h"

/** Section 4: with '+' and '/', padded with '='. */
void assay_put_base64(assay_writer *writer, assay_bytes bytes);

/** Section 5: with '-' and '_', not padded. */
void assay_put_base64url(assay_writer *writer, assay_bytes bytes);

/**
 * The bytes that such text stands for, one way or the other. False, having put some of them, for
 * text that no encoder writes: another character, padding missing or too much, bits beyond the
 * last byte. No line breaks.
 */
bool assay_put_unbase64(assay_writer *writer, assay_bytes text);
bool assay_put_unbase64url(assay_writer *writer, assay_bytes text);

#endif
