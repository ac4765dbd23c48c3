/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Boot loader entries as Fedora's GRUB reads them (rhboot/grub2, grub-core/commands/blscfg.c): of
 * a line the first blank, or else the first tab, ends the key; '#' begins a comment, and a line
 * without a value ends the entry. (boot/loader/bls.h reads them as systemd-boot does.)
 */
#ifndef ASSAY_BOOT_LOADER_GRUB_BLSFRAGMENT_H
#define ASSAY_BOOT_LOADER_GRUB_BLSFRAGMENT_H

#include "base/cursor.h"
#include "base/writer.h"

/** The next key and its value, both lent. False at the end. */
bool assay_grub_bls_next(assay_cursor *cursor, assay_bytes *ret_key, assay_bytes *ret_value);

/** Writes a line that reads as the same key and value. */
void assay_grub_bls_put(assay_writer *out, assay_bytes key, assay_bytes value);

#endif
