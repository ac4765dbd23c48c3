/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The files of a volume as firmware and boot loaders see them: an EFI system partition out of a
 * disk image, a folder that will become one, or files named one by one. Nothing is mounted and
 * nothing is read before it is asked for.
 *
 * Paths are UTF-8. '\' and '/' part their names, leading ones mean nothing, and case doesn't count
 * (FAT, UEFI 2.10 section 13.3): "\EFI\BOOT\BOOTX64.EFI" is "efi/boot/bootx64.efi".
 */
#ifndef ASSAY_BOOT_ARTEFACT_TREE_H
#define ASSAY_BOOT_ARTEFACT_TREE_H

#include "base/bytes.h"
#include "base/error.h"

typedef struct assay_tree assay_tree;

/** An entry of a folder. */
typedef struct assay_tree_entry {
    assay_bytes path; /* from the root, '/' between names, in the case it is stored in */
    assay_bytes name; /* the last of them */
    bool folder;
    uint64_t size; /* of a file, bytes */
} assay_tree_entry;

/** An empty tree; NULL when there is no memory. Freeing nulls the pointer. */
assay_tree *assay_tree_new(void);
void assay_tree_free(assay_tree **tree);

/*
 * What is added replaces files of the same path that were added before; a file in the place of a
 * folder, or a folder in the place of a file, is refused. After a failure the tree has what was
 * added until then.
 */

/**
 * Adds everything below a folder of this machine. Symbolic links are not followed: they, names
 * that are no UTF-8, and what is neither file nor folder, are left out and counted. Names that
 * differ in case only are refused. 0 or a negative kind.
 */
int assay_tree_add_folder(assay_tree *tree, const char *folder, assay_error *error);

/**
 * Adds one file of this machine under `path`, and the folders above it. The file must be there;
 * it is read when it is asked for. 0 or a negative kind.
 */
int assay_tree_add_file(assay_tree *tree, assay_bytes path, const char *file, assay_error *error);

/** The same with bytes, which must outlive the tree. */
int assay_tree_add_bytes(assay_tree *tree, assay_bytes path, assay_bytes bytes,
                         assay_error *error);

/**
 * Adds all files of a FAT file system (boot/artefact/fat.h); the bytes must outlive the tree. A
 * file is found by its short name ("EFI~1") too. 0 or a negative kind.
 */
int assay_tree_add_fat(assay_tree *tree, assay_bytes volume, assay_error *error);

/** The same of the EFI system partition of a disk's image (boot/artefact/esp.h). */
int assay_tree_add_esp(assay_tree *tree, assay_bytes disk, assay_error *error);

/** How many entries of folders were left out; of FAT those that no path can name. */
size_t assay_tree_left_out(const assay_tree *tree);

/** Looks a path up; no bytes are the root. False where there is nothing of this name. */
bool assay_tree_find(const assay_tree *tree, assay_bytes path, assay_tree_entry *ret_entry);

/**
 * The content of a file: 1 and the bytes, lent until the tree is freed; 0 where there is no such
 * file; or a negative kind.
 */
int assay_tree_read(assay_tree *tree, assay_bytes path, assay_bytes *ret_bytes,
                    assay_error *error);

/**
 * The entries of a folder (no bytes: the root) by position from 0, in the order of their names as
 * bytes. False beyond the last, and where there is no such folder.
 */
bool assay_tree_at(const assay_tree *tree, assay_bytes folder, size_t position,
                   assay_tree_entry *ret_entry);

#endif
