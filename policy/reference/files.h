/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Files that the kernel's list (Linux IMA) names: which of them boots read is chance, and what is
 * in them is not. They are no steps; a reference has them beside those.
 * Private to policy/.
 */
#ifndef ASSAY_POLICY_REFERENCE_FILES_H
#define ASSAY_POLICY_REFERENCE_FILES_H

#include "policy/reference/keep.h"
#include "policy/reference/sequence.h"

/** What an entry of the kernel's list is. */
enum assay_file_entry {
    ASSAY_FILE_NONE,    /* the boot's aggregate: it is a step */
    ASSAY_FILE_NAMED,
    ASSAY_FILE_UNKNOWN, /* of a template or encoding not known here, or none of a kernel's */
};

/**
 * What file an entry is of: ret_file lends from the event, and its algorithm from `ret_alg`. Of no
 * variant.
 */
enum assay_file_entry assay_file_of(const assay_event *event, assay_reference_file *ret_file,
                                    char ret_alg[static ASSAY_FILE_ALG_MAX + 1]);

/** Whether an algorithm's name and its digest, or neither, can be in a reference. */
bool assay_file_is_sound(const assay_reference_file *file);

/** By path, kind, algorithm and digest. */
int assay_file_compare(const assay_reference_file *a, const assay_reference_file *b);

/** The same for qsort(). */
int assay_file_order(const void *a, const void *b);

/** Copies what a file points to; false when there is no memory. */
bool assay_file_keep(assay_arena *arena, assay_reference_file *file);

/** Files of a boot, in the order of its lists. */
typedef struct assay_files {
    assay_arena arena;
    size_t count;
    assay_reference_file *list;
} assay_files;

/** Reads those of a boot whose `files` are wanted. 0 or a negative kind; free after both. */
int assay_files_read(assay_files *files, const assay_learnt_boot *boot, assay_error *error);

void assay_files_free(assay_files *files);

/**
 * Adds copies of files; to one that is there already its variants. 0 or a negative kind, and then
 * the reference has to be thrown away.
 */
int assay_reference_add_files(assay_reference *reference, const assay_reference_file *files,
                              size_t count, assay_error *error);

/**
 * Adds steps to a boot's for all files that a reference does not have of one of `variants`, at most
 * ASSAY_UNLISTED_MAX, and counts them all. An entry whose digest is not of its fields is of no file
 * that is had: what was extended is another's. 0 or a negative kind.
 */
int assay_files_unlisted(assay_sequence *sequence, const assay_learnt_boot *boot,
                         const assay_reference *reference, assay_variant_set variants,
                         assay_hashes *hashes, size_t *ret_count, assay_error *error);

enum { ASSAY_UNLISTED_MAX = 4096 };

#endif
