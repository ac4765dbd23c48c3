/* SPDX-License-Identifier: BSD-2-Clause */
/* EFI_GUID (UEFI 2.10, appendix A): 16 bytes, the first three fields little-endian. */
#ifndef ASSAY_BASE_GUID_H
#define ASSAY_BASE_GUID_H

#include "base/cursor.h"
#include "base/writer.h"

typedef struct assay_guid {
    uint8_t bytes[16]; /* as they lie in firmware structures */
} assay_guid;

enum { ASSAY_GUID_TEXT = 37 }; /* characters of the text form, NUL included */

/** Sixteen bytes from the cursor; all zero when they do not fit. */
assay_guid assay_take_guid(assay_cursor *cursor);

void assay_put_guid(assay_writer *writer, const assay_guid *guid);

bool assay_guid_equal(const assay_guid *a, const assay_guid *b);

/** "8be4df61-93ca-11d2-aa0d-00e098032b8c", lower case. */
void assay_guid_format(const assay_guid *guid, char ret_text[ASSAY_GUID_TEXT]);

/** Reads that text form, either case; false, and nothing written, for anything else. */
bool assay_guid_parse(assay_bytes text, assay_guid *ret_guid);

/** A short well-known name ("EFI_GLOBAL_VARIABLE", "shim lock"), static, or NULL. */
const char *assay_guid_name(const assay_guid *guid);

/** Writes the well-known name, or the text form of a GUID that has none. */
void assay_put_guid_name(assay_writer *writer, const assay_guid *guid);

/** The GUID of that well-known name; false, and nothing written, for a name unknown here. */
bool assay_guid_by_name(assay_bytes name, assay_guid *ret_guid);

/** "8be4df61-93ca-11d2-aa0d-00e098032b8c" as bytes at compile time:
 *  ASSAY_GUID(0x8be4df61, 0x93ca, 0x11d2, 0xaa, 0x0d, 0x00, 0xe0, 0x98, 0x03, 0x2b, 0x8c) */
#define ASSAY_GUID(a, b, c, d0, d1, d2, d3, d4, d5, d6, d7)                                        \
    { { (a) & 0xff, (a) >> 8 & 0xff, (a) >> 16 & 0xff, (a) >> 24 & 0xff, (b) & 0xff,               \
        (b) >> 8 & 0xff, (c) & 0xff, (c) >> 8 & 0xff, d0, d1, d2, d3, d4, d5, d6, d7 } }

#endif
