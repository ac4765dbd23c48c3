/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * UUIDs of custom elements (TXT SDG appendix D.4.4) and of tboot's policies of version 1: a u32,
 * three u16 and six bytes, the four numbers little-endian. So two bytes lie the other way round
 * than in an EFI_GUID, and the text form here is that of the structure:
 * "c3930641-e3cb-4f40-91d7-27f8b9e25c86".
 */
#ifndef ASSAY_POLICY_LCP_UUID_H
#define ASSAY_POLICY_LCP_UUID_H

#include "base/guid.h"

/** The element that tboot looks for its verified launch policy in. */
extern const assay_guid assay_lcp_uuid_tboot;

/** The text form, lower case. */
void assay_lcp_uuid_format(const assay_guid *uuid, char ret_text[ASSAY_GUID_TEXT]);

/**
 * Reads that form, a name, or as C has it: "{0xc3930641, 0xe3cb, 0x4f40, 0x91d7, {0x27, ...}}".
 * False, and nothing written, for anything else.
 */
bool assay_lcp_uuid_parse(assay_bytes text, assay_guid *ret_uuid);

/** "tboot", "vmm", "dom0", static, or NULL for one unknown here. */
const char *assay_lcp_uuid_name(const assay_guid *uuid);

#endif
