/* SPDX-License-Identifier: BSD-2-Clause */
/* The files that a format makes, in memory. */
#include "policy/export/job.h"

#include <stdarg.h>
#include <stdio.h>

enum { FILE_MAX = 256 << 20, PATH_ROOM = 1 << 12 };

static assay_export_file *add_file(assay_export_job *job, const char *path)
{
    char *const kept = assay_arena_text(&job->arena, assay_bytes_of_string(path));
    assay_export_file *const file = assay_arena_room(&job->arena, sizeof *file);
    assay_export_file **const slot =
        assay_arena_more(&job->arena, &job->files, job->file_count, sizeof *slot);

    if (kept == NULL || file == NULL || slot == NULL)
        return NULL;
    *file = (assay_export_file){ .path = kept, .writer = assay_writer_growing(FILE_MAX) };
    *slot = file;
    job->file_count++;
    return file;
}

/* Stands in where there is no memory for a file: whatever is written there fails. */
static assay_writer *nowhere(assay_export_job *job)
{
    job->nowhere = assay_writer_lent(NULL, 0);
    job->nowhere.failure = ASSAY_NO_MEMORY;
    return &job->nowhere;
}

assay_writer *assay_export_add_file(assay_export_job *job, const char *path)
{
    assay_export_file *const file = add_file(job, path);

    return file != NULL ? &file->writer : nowhere(job);
}

assay_writer *assay_export_add_named(assay_export_job *job, bool executable, const char *format,
                                     ...)
{
    char path[PATH_ROOM];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(path, sizeof path, format, arguments);
    va_end(arguments);
    assay_export_file *const file = add_file(job, path);
    if (file != NULL)
        file->executable = executable;
    return file != NULL ? &file->writer : nowhere(job);
}

int assay_export_check_files(const assay_export_job *job, assay_error *error)
{
    if (job->nowhere.failure != 0)
        return assay_fail(error, ASSAY_NO_MEMORY, ASSAY_NOWHERE, "no memory for the output");
    for (size_t i = 0; i < job->file_count; i++)
        if (job->files[i]->writer.failure != 0)
            return assay_fail(error, (enum assay_kind)job->files[i]->writer.failure, ASSAY_NOWHERE,
                              "the output could not be made");
    return 0;
}
