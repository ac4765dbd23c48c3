/* SPDX-License-Identifier: BSD-2-Clause */
/* UTF-16LE as firmware writes it, which is not always well-formed. */
#ifndef ASSAY_BASE_UTF16_H
#define ASSAY_BASE_UTF16_H

#include "base/bytes.h"
#include "base/writer.h"

/**
 * Writes `text` (UTF-16LE) as UTF-8. Total: an unpaired surrogate, and a single
 * odd byte at the end, each become U+FFFD. NULs are kept as U+0000.
 */
void assay_put_utf16(assay_writer *writer, assay_bytes text);

/** Writes `text` (UTF-8) as UTF-16LE. Total: a byte that is no UTF-8 becomes U+FFFD. */
void assay_put_as_utf16(assay_writer *writer, assay_bytes text);

/** Whether UTF-16LE `text` holds exactly the ASCII characters of `ascii`. */
bool assay_utf16_is(assay_bytes text, const char *ascii);

/** `text` up to, and without, its first NUL character; all of it when it has none. */
assay_bytes assay_utf16_until_nul(assay_bytes text);

/**
 * Whether `text` looks like UTF-16LE written by a person: even, not empty,
 * printable characters of the first plane, at most a NUL at the end.
 */
bool assay_utf16_is_text(assay_bytes text);

#endif
