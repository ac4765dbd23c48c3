/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A scenario's document for what one has: disk images, folders with the files of an ESP, firmware
 * images, loaders and kernels by themselves, event logs, and machine folders. What each says is put
 * together; what none of them says, and what was taken for granted, is noted.
 */
#ifndef ASSAY_BOOT_SCENARIO_INIT_H
#define ASSAY_BOOT_SCENARIO_INIT_H

#include "boot/scenario/document.h"

typedef struct assay_scenario_init assay_scenario_init;

/** An empty one; NULL when there is no memory. Freeing nulls the pointer. */
assay_scenario_init *assay_scenario_init_new(void);
void assay_scenario_init_free(assay_scenario_init **init);

/**
 * Adds a file or a folder, told apart by what is in it:
 *
 *   a disk with an ESP, a FAT file system   a disk
 *   a PE image                              the loader of a disk's fallback path
 *   a flash image                           the firmware's code, its variables, or both
 *   an event log                            the banks, and the partition table it measured
 *   a folder with eventlog.bin, efivars/    a machine: the same, and its variables
 *       or pcrs.json
 *   a folder with EFI/, loader/ or *.efi    the files of an ESP
 *
 * What lacks a partition table and what has nothing else become one disk. 0, or a negative kind:
 * -ASSAY_UNKNOWN_FORMAT for anything else.
 */
int assay_scenario_init_add(assay_scenario_init *init, const char *path, assay_error *error);

/** Nothing more comes: notes what is missing. */
void assay_scenario_init_end(assay_scenario_init *init);

/** The document, lent until `init` is freed. Its files have absolute paths but for those below. */
const assay_document *assay_scenario_init_document(const assay_scenario_init *init);

/** The notes by position, sentences without their full stop; NULL beyond the last. */
const char *assay_scenario_init_note(const assay_scenario_init *init, size_t position);

/**
 * Files that the document names and that have yet to be written into its folder, by position: name
 * and bytes, lent. False beyond the last.
 */
bool assay_scenario_init_file(const assay_scenario_init *init, size_t position,
                              const char **ret_name, assay_bytes *ret_bytes);

#endif
