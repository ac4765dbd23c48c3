/* SPDX-License-Identifier: BSD-2-Clause */
/* What fuzz targets of formats demand that references are written in and read from. */
#ifndef ASSAY_TESTS_FUZZ_EXPORT_PROPERTIES_H
#define ASSAY_TESTS_FUZZ_EXPORT_PROPERTIES_H

#include "policy/export/export.h"
#include "tests/fuzz/property.h"

static inline assay_reference *import_bytes(const assay_export_format *format, assay_bytes bytes,
                                            assay_hashes *hashes, int *ret_status)
{
    assay_export_file file = { .path = "input", .writer = assay_writer_growing(PROPERTY_CEILING) };
    assay_import_job job = { .file_count = 1, .files = &file, .hashes = hashes };
    assay_reference *reference = NULL;
    assay_error error = { .what = "" };

    assay_put(&file.writer, bytes);
    *ret_status = assay_export_read(format, &job, &reference, &error);
    must((*ret_status == 0) == (reference != NULL));
    must(*ret_status == 0 || (error.kind == -*ret_status && error.what[0] != '\0'));
    assay_import_job_free(&job);
    assay_writer_close(&file.writer);
    return reference;
}

/* All that the reference has, in the format's one file. */
static inline assay_writer export_bytes(const assay_export_format *format,
                                        const assay_reference *reference, assay_hashes *hashes)
{
    assay_export_job job = { .reference = reference,
                             .variants = assay_reference_all(reference),
                             .pcrs = ASSAY_ALL_PCRS,
                             .hashes = hashes };
    assay_writer copy = assay_writer_growing(PROPERTY_CEILING);
    assay_pcrs banks = { 0 };

    for (size_t v = 0; v < reference->variant_count; v++)
        for (size_t b = 0; b < reference->variants[v].values.bank_count; b++)
            assay_pcrs_add_bank(&banks, reference->variants[v].values.banks[b].alg);
    for (size_t b = 0; b < banks.bank_count; b++)
        job.banks[job.bank_count++] = banks.banks[b].alg;
    must(assay_export_write(format, &job, NULL) == 0 && job.file_count == 1);
    assay_put(&copy, assay_written(&job.files[0]->writer));
    assay_export_job_free(&job);
    return copy;
}

/** Bytes are refused with a reason, or read; and what is written of that, reads to the same. */
static inline void must_read_back(const char *name, assay_bytes bytes)
{
    static assay_hashes *hashes;
    const assay_export_format *const format = assay_export_format_by_name(name);
    int status;

    if (hashes == NULL)
        hashes = assay_hashes_new();
    assay_reference *read = import_bytes(format, bytes, hashes, &status);
    if (status < 0)
        return;
    assay_writer once = export_bytes(format, read, hashes);
    assay_reference *again = import_bytes(format, assay_written(&once), hashes, &status);
    must(status == 0 && again->variant_count == read->variant_count);
    assay_writer twice = export_bytes(format, again, hashes);
    must(assay_bytes_equal(assay_written(&once), assay_written(&twice)));
    assay_writer_close(&twice);
    assay_writer_close(&once);
    assay_reference_free(&again);
    assay_reference_free(&read);
}

#endif
