/* SPDX-License-Identifier: BSD-2-Clause */
/* What fuzz targets of formats demand that references are written in and read from. */
#ifndef ASSAY_TESTS_FUZZ_EXPORT_PROPERTIES_H
#define ASSAY_TESTS_FUZZ_EXPORT_PROPERTIES_H

#include "policy/export/export.h"
#include "tests/fuzz/property.h"

/** How references are written in a format. */
typedef struct property_export {
    const char *format;
    uint16_t bank;   /* the one that is asked for, or 0 */
    bool every_bank; /* all that there are, are asked for */
    bool some_alone; /* it has no place for some of what is read, which may be all of it */
    bool may_refuse; /* what its own reader would refuse needn't come back */
    const assay_export_setting *setting; /* or NULL */
} property_export;

enum { PROPERTY_FILES_MAX = 1024 };

static inline assay_hashes *property_hashes(void)
{
    static assay_hashes *hashes;

    if (hashes == NULL)
        hashes = assay_hashes_new();
    return hashes;
}

/** NULL and a reason, or a reference to be freed. */
static inline assay_reference *read_files(const char *format, const assay_export_file *files,
                                          size_t count)
{
    assay_import_job job = { .file_count = count, .files = files, .hashes = property_hashes() };
    assay_reference *reference = NULL;
    assay_error error = { .what = "" };
    const int status =
        assay_export_read(assay_export_format_by_name(format), &job, &reference, &error);

    must((status == 0) == (reference != NULL));
    must(status == 0 || (error.kind == -status && error.what[0] != '\0'));
    assay_import_job_free(&job);
    return reference;
}

/** Whether it can be written; the job is to be freed either way. */
static inline bool write_files(const property_export *how, const assay_reference *reference,
                               assay_export_job *job)
{
    assay_error error = { .what = "" };

    *job = (assay_export_job){ .reference = reference,
                               .variants = assay_reference_all(reference),
                               .settings = how->setting,
                               .setting_count = how->setting != NULL,
                               .hashes = property_hashes() };
    assay_export_want_all(job);
    job->banks_asked = how->every_bank || how->bank != 0;
    if (how->bank != 0) {
        job->bank_count = 1;
        job->banks[0] = how->bank;
    }
    const int status =
        assay_export_write(assay_export_format_by_name(how->format), job, &error);
    must(status == 0 || (how->some_alone && status == -ASSAY_UNSUPPORTED));
    must(status == 0 || (error.kind == -status && error.what[0] != '\0'));
    return status == 0;
}

static inline void must_be_same(const assay_export_job *a, const assay_export_job *b)
{
    must(a->file_count == b->file_count);
    for (size_t i = 0; i < a->file_count; i++)
        must(strcmp(a->files[i]->path, b->files[i]->path) == 0 &&
             assay_bytes_equal(assay_written(&a->files[i]->writer),
                               assay_written(&b->files[i]->writer)));
}

/** What was written can be read, and is written as the same files. */
static inline void must_come_back(const property_export *how, const assay_export_job *once,
                                  size_t variant_count)
{
    static assay_export_file files[PROPERTY_FILES_MAX];
    assay_export_job twice;

    if (once->file_count > PROPERTY_FILES_MAX)
        return;
    for (size_t i = 0; i < once->file_count; i++)
        files[i] = *once->files[i];
    assay_reference *again = read_files(how->format, files, once->file_count);
    must(again != NULL && (how->some_alone || again->variant_count == variant_count));
    must(write_files(how, again, &twice));
    must_be_same(once, &twice);
    assay_export_job_free(&twice);
    assay_reference_free(&again);
}

/** Files are refused with a reason, or read; and what is written of that, is written again. */
static inline void must_read_files_back(const property_export *how, const assay_export_file *files,
                                        size_t count)
{
    assay_reference *read = read_files(how->format, files, count);
    assay_export_job once;

    if (read == NULL)
        return;
    if (write_files(how, read, &once) && !(how->may_refuse && assay_export_is_refused(&once)))
        must_come_back(how, &once, read->variant_count);
    assay_export_job_free(&once);
    assay_reference_free(&read);
}

/** The same of a format that is one file. */
static inline void must_read_back(const property_export *how, const uint8_t *data, size_t size)
{
    assay_export_file file = { .path = "input", .writer = assay_writer_growing(PROPERTY_CEILING) };

    assay_put(&file.writer, assay_bytes_of(data, size));
    must_read_files_back(how, &file, 1);
    assay_writer_close(&file.writer);
}

#endif
