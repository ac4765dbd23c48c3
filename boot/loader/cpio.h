/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cpio archives in the format "newc" (Linux, Documentation/driver-api/early-userspace/
 * buffer-format.rst), which initrds are made of: for each file a header of thirteen numbers in
 * hexadecimal, the name with its NUL, zeros up to a multiple of four, the content, zeros again.
 */
#ifndef ASSAY_BOOT_LOADER_CPIO_H
#define ASSAY_BOOT_LOADER_CPIO_H

#include "base/cursor.h"
#include "base/error.h"
#include "base/writer.h"

enum {
    ASSAY_CPIO_HEADER = 110,       /* bytes of magic and numbers */
    ASSAY_CPIO_FOLDER = 0040000,   /* S_IFDIR in the mode */
    ASSAY_CPIO_FILE = 0100000,     /* S_IFREG */
    ASSAY_CPIO_NAME_MAX = 4096,    /* of a name, its NUL included; Linux has no longer paths */
};

/** c_ino ... c_check; the sizes of name and data are those of the bytes. */
typedef struct assay_cpio_entry {
    uint32_t ino, mode, uid, gid, nlink, mtime;
    uint32_t devmajor, devminor, rdevmajor, rdevminor;
    uint32_t check;
    assay_bytes name; /* without its NUL */
    assay_bytes data; /* no bytes for a folder */
} assay_cpio_entry;

/** What stands before the content: header, name and its padding. Numbers in lower case. */
void assay_put_cpio_head(assay_writer *writer, const assay_cpio_entry *entry);

/** The same, the content and its padding. */
void assay_put_cpio(assay_writer *writer, const assay_cpio_entry *entry);

/**
 * The record that ends an archive, byte for byte as systemd-stub has it: a link count of 1 and
 * the name's size in upper case.
 */
void assay_put_cpio_trailer(assay_writer *writer);

/** How many zeros follow `size` bytes of an archive. */
static inline size_t assay_cpio_padding(uint64_t size)
{
    return (size_t)(-size & 3);
}

/**
 * The next entry of an archive that begins where the cursor's bytes begin. 1; 0 at its trailer,
 * which the cursor is then behind; or a negative kind.
 */
int assay_cpio_next(assay_cursor *cursor, assay_cpio_entry *ret_entry, assay_error *error);

#endif
