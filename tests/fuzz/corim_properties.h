/* SPDX-License-Identifier: BSD-2-Clause */
/* What fuzz targets of formats that are written and read back demand. */
#ifndef ASSAY_TESTS_FUZZ_CORIM_PROPERTIES_H
#define ASSAY_TESTS_FUZZ_CORIM_PROPERTIES_H

#include "policy/export/export.h"
#include "tests/fuzz/fuzz.h"

/** Reads bytes as a format: NULL and an explained failure, or a reference to be freed. */
static inline assay_reference *import_any(const char *format, assay_bytes bytes,
                                          assay_hashes *hashes)
{
    assay_export_file file = { .path = "fuzz", .writer = assay_writer_growing(FUZZ_CEILING) };
    assay_import_job job = { .file_count = 1, .files = &file, .hashes = hashes };
    assay_error error = { .kind = 0 };
    assay_reference *reference = NULL;

    assay_put(&file.writer, bytes);
    const int status =
        assay_export_read(assay_export_format_by_name(format), &job, &reference, &error);
    demand((status == 0) == (reference != NULL), "a reference, or a failure");
    demand(status == 0 || (error.kind == -status && error.what[0] != '\0'),
           "a failure has a kind and a text");
    demand(status == 0 || error.offset == ASSAY_NO_OFFSET || error.offset <= bytes.size,
           "a place is in the input");
    assay_writer_close(&file.writer);
    assay_import_job_free(&job);
    return reference;
}

/** Writes it; false where the format has no place for what is left (a bank without a number). */
static inline bool export_any(const char *format, const assay_reference *reference,
                              assay_hashes *hashes, assay_writer *ret_bytes)
{
    assay_export_job job = { .reference = reference,
                             .variants = assay_reference_all(reference),
                             .pcrs = ASSAY_ALL_PCRS,
                             .hashes = hashes };
    assay_error error = { .kind = 0 };

    for (size_t i = 0; i < ASSAY_ALGS; i++)
        job.banks[job.bank_count++] = assay_alg_at(i)->id;
    const int status = assay_export_write(assay_export_format_by_name(format), &job, &error);
    demand(status == 0 || status == -ASSAY_UNSUPPORTED, "what was read can be written");
    *ret_bytes = assay_writer_growing(FUZZ_CEILING);
    if (status == 0)
        assay_put(ret_bytes, assay_written(&job.files[0]->writer));
    assay_export_job_free(&job);
    return status == 0;
}

/** What was read is written, read again and written as the same bytes. */
static inline void demand_same_again(const char *format, assay_bytes bytes)
{
    assay_hashes *hashes = assay_hashes_new();
    assay_reference *first = import_any(format, bytes, hashes), *second;
    assay_writer once, twice;

    if (first != NULL && export_any(format, first, hashes, &once)) {
        second = import_any(format, assay_written(&once), hashes);
        demand(second != NULL, "what is written can be read");
        demand(export_any(format, second, hashes, &twice), "and be written again");
        demand(assay_bytes_equal(assay_written(&once), assay_written(&twice)),
               "write(read(x)) == x");
        assay_writer_close(&twice);
        assay_writer_close(&once);
        assay_reference_free(&second);
    } else if (first != NULL) {
        assay_writer_close(&once);
    }
    assay_reference_free(&first);
    assay_hashes_free(&hashes);
}

#endif
