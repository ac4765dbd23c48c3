/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Files, whole: read to their end whatever their stated size (files of securityfs
 * and sysfs have size 0), written whole or not at all.
 */
#ifndef ASSAY_BASE_FILE_H
#define ASSAY_BASE_FILE_H

#include "base/bytes.h"
#include "base/error.h"
#include "base/writer.h"

typedef struct assay_file {
    assay_bytes bytes; /* lent until the file is closed */
    void *owned;       /* where they are */
    bool mapped;
} assay_file;

/**
 * Reads `path`, or standard input for "-", to its end; at most `ceiling` bytes.
 * A regular file of a size beyond a megabyte, and a block device, is mapped instead of copied, and
 * must not shrink while it is open. Of a character device no more than 16 MiB are read. What comes from a pipe and is larger than 16 MiB goes to a
 * temporary file without a name (in TMPDIR, else /var/tmp) and is mapped from there; it stays in
 * memory only where there is no such place. 0 or a negative kind; close after 0.
 */
int assay_file_read(assay_file *file, const char *path, size_t ceiling, assay_error *error);

/** The same of a file that is open, from where it stands; `fd` stays the caller's. */
int assay_file_read_open(assay_file *file, int fd, size_t ceiling, assay_error *error);

/**
 * Gives back the memory of a mapped file's pages from byte `from` on and below `to`, which are
 * read anew when they are wanted again. Nothing for a file in memory.
 */
void assay_file_release(const assay_file *file, uint64_t from, uint64_t to);

void assay_file_close(assay_file *file);

/** Whether there is a folder of this name. */
bool assay_file_is_folder(const char *path);

/**
 * A file in the making: written beside `path` under another name, renamed over it
 * by assay_outfile_commit, removed by assay_outfile_discard. Where `path` is not a
 * regular file (a terminal, a pipe, /dev/null) it is written to directly.
 */
typedef struct assay_outfile {
    char *path;      /* owned; where a symbolic link was given, what it points to */
    char *temporary; /* owned; NULL when writing directly */
    int fd;
} assay_outfile;

int assay_outfile_open(assay_outfile *file, const char *path, assay_error *error);
/** Closes `file`, whether it succeeds or not; after a failure nothing is left of it. */
int assay_outfile_commit(assay_outfile *file, assay_error *error);
void assay_outfile_discard(assay_outfile *file);

#endif
