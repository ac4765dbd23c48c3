/* SPDX-License-Identifier: BSD-2-Clause */
/* What fuzz targets of formats demand that are a folder of files. */
#ifndef ASSAY_TESTS_FUZZ_FOLDER_PROPERTIES_H
#define ASSAY_TESTS_FUZZ_FOLDER_PROPERTIES_H

#include "policy/export/export.h"
#include "tests/fuzz/property.h"

enum { FOLDER_FILES_MAX = 1024 };

static inline assay_reference *import_files(const assay_export_format *format,
                                            const assay_export_file *files, size_t count,
                                            assay_hashes *hashes, int *ret_status)
{
    assay_import_job job = { .file_count = count, .files = files, .hashes = hashes };
    assay_reference *reference = NULL;
    assay_error error = { .what = "" };

    *ret_status = assay_export_read(format, &job, &reference, &error);
    must((*ret_status == 0) == (reference != NULL));
    must(*ret_status == 0 || (error.kind == -*ret_status && error.what[0] != '\0'));
    assay_import_job_free(&job);
    return reference;
}

/* All that the reference has, in all banks; the caller frees the job. */
static inline assay_export_job export_folder(const assay_export_format *format,
                                             const assay_reference *reference,
                                             assay_hashes *hashes)
{
    assay_export_job job = { .reference = reference,
                             .variants = assay_reference_all(reference),
                             .pcrs = ASSAY_ALL_PCRS,
                             .banks_asked = true,
                             .hashes = hashes };

    for (size_t i = 0; i < ASSAY_ALGS; i++)
        for (size_t v = 0; v < reference->variant_count; v++)
            if (assay_pcrs_bank_const(&reference->variants[v].values, assay_alg_at(i)->id) != NULL) {
                job.banks[job.bank_count++] = assay_alg_at(i)->id;
                break;
            }
    must(assay_export_write(format, &job, NULL) == 0);
    return job;
}

static inline void must_be_same(const assay_export_job *a, const assay_export_job *b)
{
    must(a->file_count == b->file_count);
    for (size_t i = 0; i < a->file_count; i++)
        must(strcmp(a->files[i]->path, b->files[i]->path) == 0 &&
             assay_bytes_equal(assay_written(&a->files[i]->writer),
                               assay_written(&b->files[i]->writer)));
}

/** Files are refused with a reason, or read; and what is written of that, is written again. */
static inline void must_read_folder_back(const char *name, const assay_export_file *files,
                                         size_t count)
{
    static assay_export_file written[FOLDER_FILES_MAX];
    static assay_hashes *hashes;
    const assay_export_format *const format = assay_export_format_by_name(name);
    int status;

    if (hashes == NULL)
        hashes = assay_hashes_new();
    assay_reference *read = import_files(format, files, count, hashes, &status);
    if (status < 0)
        return;
    assay_export_job once = export_folder(format, read, hashes);
    if (!assay_export_is_refused(&once)) {
        must(once.file_count < FOLDER_FILES_MAX);
        for (size_t i = 0; i < once.file_count; i++)
            written[i] = *once.files[i];
        assay_reference *again = import_files(format, written, once.file_count, hashes, &status);
        must(status == 0 && again->variant_count == read->variant_count);
        assay_export_job twice = export_folder(format, again, hashes);
        must_be_same(&once, &twice);
        assay_export_job_free(&twice);
        assay_reference_free(&again);
    }
    assay_export_job_free(&once);
    assay_reference_free(&read);
}

#endif
