/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * GRUB's environment block, the file grubenv: a signature, then NAME=VALUE lines where '\' stands
 * before '\' and newline, then '#' up to the end of 1024 bytes (GRUB manual, "load_env";
 * grub-core/lib/envblk.c).
 */
#ifndef ASSAY_BOOT_LOADER_GRUB_ENVBLK_H
#define ASSAY_BOOT_LOADER_GRUB_ENVBLK_H

#include "base/cursor.h"
#include "base/error.h"
#include "base/writer.h"

enum { ASSAY_ENVBLK_SIZE = 1024 };

/** Reads the signature; the cursor then stands at the first line. 0 or a negative kind. */
int assay_envblk_open(assay_cursor *cursor, assay_bytes file, assay_error *error);

/**
 * The next variable: its name, and its value as written, both lent. 1; 0 behind the last, and where
 * GRUB stops reading because of a line that has no '=' or no end.
 */
int assay_envblk_next(assay_cursor *cursor, assay_bytes *ret_name, assay_bytes *ret_value);

/** A value as written, without its escapes. */
void assay_envblk_put_value(assay_writer *out, assay_bytes value);

/** Writes a block: its signature and a warning, as grub-editenv 2.06 does; lines; and what fills it
 * up to `size` bytes. */
void assay_envblk_begin(assay_writer *out);
void assay_envblk_put(assay_writer *out, assay_bytes name, assay_bytes value);
void assay_envblk_end(assay_writer *out, size_t size);

#endif
