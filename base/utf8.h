/* SPDX-License-Identifier: BSD-2-Clause */
/* UTF-8 (RFC 3629), strictly: no overlong form, no surrogate, nothing beyond U+10FFFF. */
#ifndef ASSAY_BASE_UTF8_H
#define ASSAY_BASE_UTF8_H

#include "base/bytes.h"
#include "base/writer.h"

/** The bytes of the character that `text` begins with, 1 to 4; 0 when it begins with none. */
size_t assay_utf8_decode(assay_bytes text, uint32_t *ret_character);

void assay_put_utf8(assay_writer *writer, uint32_t character);

/**
 * Whether a character may be shown as it is: no control character of C0 or C1, none
 * that turns or hides other text (bidirectional controls, zero width, tags), no line
 * separator, no noncharacter.
 */
bool assay_utf8_is_harmless(uint32_t character);

/** Whether all of `text` is UTF-8 of characters that may be shown as they are. */
bool assay_utf8_is_printable(assay_bytes text);

/** How a notation writes a character that may not stand as it is. */
typedef void (*assay_escape)(assay_writer *writer, uint32_t character);

/** What assay_escape gets for a byte that is not UTF-8: this plus the byte. */
enum { ASSAY_NOT_UTF8 = 0x40000000 };

/**
 * Writes `text`: harmless characters as they are, all others through `escape`, and
 * `"` and `\` too when it stands between quotes.
 */
void assay_put_escaped(assay_writer *writer, assay_bytes text, bool quoted, assay_escape escape);

#endif
