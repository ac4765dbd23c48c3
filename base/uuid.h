/* SPDX-License-Identifier: BSD-2-Clause */
/* UUIDs as the IETF has them (RFC 9562): sixteen bytes in network order. base/guid.h has UEFI's. */
#ifndef ASSAY_BASE_UUID_H
#define ASSAY_BASE_UUID_H

#include "base/bytes.h"

enum { ASSAY_UUID_TEXT = 37 }; /* characters of the text form, NUL included */

/** "11111111-2222-8333-8444-555555555555", lower case. */
void assay_uuid_format(const uint8_t uuid[16], char ret_text[ASSAY_UUID_TEXT]);

/** Reads that text form, either case; false, and nothing written, for anything else. */
bool assay_uuid_parse(assay_bytes text, uint8_t ret_uuid[16]);

/** Whether it can be read. */
bool assay_uuid_is(assay_bytes text);

#endif
