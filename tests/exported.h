/* SPDX-License-Identifier: BSD-2-Clause */
/* Exports and imports for tests: a job made of a reference, a reference made of bytes. */
#ifndef ASSAY_TESTS_EXPORTED_H
#define ASSAY_TESTS_EXPORTED_H

#include "policy/export/export.h"

#include <criterion/criterion.h>

/** A job that wants everything of a reference. */
static inline assay_export_job export_job(const assay_reference *reference, assay_hashes *hashes)
{
    assay_export_job job = { .reference = reference,
                             .variants = assay_reference_all(reference),
                             .pcrs = ASSAY_ALL_PCRS,
                             .hashes = hashes };

    for (size_t i = 0; i < ASSAY_ALGS; i++)
        job.banks[job.bank_count++] = assay_alg_at(i)->id;
    return job;
}

/** Writes, and expects that it succeeds; the single file's bytes, lent from the job. */
static inline assay_bytes exported(const char *format, assay_export_job *job)
{
    assay_error error = { .what = "" };

    cr_assert_eq(assay_export_write(assay_export_format_by_name(format), job, &error), 0, "%s",
                 error.what);
    cr_assert_eq(job->file_count, 1);
    return assay_written(&job->files[0]->writer);
}

/** Reads a single file. 0 and a reference to be freed, or the negative kind. */
static inline int import_bytes(const char *format, assay_bytes bytes, assay_import_job *job,
                               assay_reference **ret_reference, assay_error *error)
{
    assay_export_file file = { .path = "imported", .writer = assay_writer_growing(1 << 28) };

    assay_put(&file.writer, bytes);
    job->files = &file;
    job->file_count = 1;
    const int status =
        assay_export_read(assay_export_format_by_name(format), job, ret_reference, error);
    assay_writer_close(&file.writer);
    return status;
}

/** Whether a note of a kind has these words in it. */
static inline bool has_note(const assay_export_note *notes, size_t count,
                            enum assay_export_note_kind kind, const char *words)
{
    for (size_t i = 0; i < count; i++)
        if (notes[i].kind == kind && strstr(notes[i].text, words) != NULL)
            return true;
    return false;
}

/** A variant of `reference` with values of one byte each; the variant stays until the next one. */
static inline assay_reference_variant *add_test_variant(assay_reference *reference,
                                                        const char *name)
{
    assay_reference_variant *const variant = assay_arena_more(
        &reference->arena, &reference->variants, reference->variant_count++, sizeof *variant);

    cr_assert_not_null(variant);
    variant->name = name;
    return variant;
}

static inline void set_test_value(assay_reference_variant *variant, uint16_t alg, unsigned pcr,
                                  uint8_t byte)
{
    assay_pcr_bank *const bank = assay_pcrs_add_bank(&variant->values, alg);

    cr_assert_not_null(bank);
    memset(bank->value[pcr], byte, bank->size);
    bank->present |= (assay_pcr_set)1 << pcr;
}

#endif
