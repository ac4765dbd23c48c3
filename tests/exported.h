/* SPDX-License-Identifier: BSD-2-Clause */
/* Exports and imports for tests: a job made of a reference, a reference made of bytes. */
#ifndef ASSAY_TESTS_EXPORTED_H
#define ASSAY_TESTS_EXPORTED_H

#include "policy/export/export.h"
#include "tests/learnt.h"

#include <criterion/criterion.h>
#include <stdio.h>

/* Writing. */

/** A job that asks for all that the reference has; assay_export_job_free() frees its results. */
static inline assay_export_job job_of(const assay_reference *reference, assay_hashes *hashes)
{
    assay_export_job job = { .reference = reference,
                             .variants = assay_reference_all(reference),
                             .hashes = hashes };

    assay_export_want_all(&job);
    return job;
}

/** Writes, and expects that it succeeds. */
static inline void write_job(assay_export_job *job, const char *format)
{
    assay_error error = { .what = "" };

    cr_assert_eq(assay_export_write(assay_export_format_by_name(format), job, &error), 0, "%s: %s",
                 format, error.what);
}

static inline const char *text_of_file(assay_export_file *file)
{
    assay_put_char(&file->writer, '\0');
    file->writer.used--;
    return (const char *)file->writer.data;
}

/** What a job wrote into its one file, NUL-terminated for comparing. */
static inline const char *text_of_job(const assay_export_job *job)
{
    cr_assert_eq(job->file_count, 1);
    return text_of_file(job->files[0]);
}

/** Writes into a single file; its bytes, lent from the job. */
static inline assay_bytes exported(const char *format, assay_export_job *job)
{
    write_job(job, format);
    cr_assert_eq(job->file_count, 1);
    return assay_written(&job->files[0]->writer);
}

static inline assay_export_file *find_file(const assay_export_job *job, const char *path)
{
    for (size_t i = 0; i < job->file_count; i++)
        if (strcmp(job->files[i]->path, path) == 0)
            return job->files[i];
    return NULL;
}

/** What a job wrote there, lent from it; no bytes where it wrote no such file. */
static inline assay_bytes file_of(const assay_export_job *job, const char *path)
{
    const assay_export_file *const file = find_file(job, path);

    return file != NULL ? assay_written(&file->writer) : ASSAY_NO_BYTES;
}

/** The same as text, which "(none)" stands for where it wrote no such file. */
static inline const char *text_of(const assay_export_job *job, const char *path)
{
    assay_export_file *const file = find_file(job, path);

    return file != NULL ? text_of_file(file) : "(none)";
}

static inline bool notes_have(const assay_export_note *notes, size_t count,
                              enum assay_export_note_kind kind, const char *words)
{
    for (size_t i = 0; i < count; i++)
        if (notes[i].kind == kind && strstr(notes[i].text, words) != NULL)
            return true;
    for (size_t i = 0; i < count; i++)
        fprintf(stderr, "%s: %s\n", assay_export_note_kind_name(notes[i].kind), notes[i].text);
    return false;
}

/** Whether a note of an export or import is of the kind and has these words; else all are told. */
#define has_note(job, kind, words) notes_have((job)->notes, (job)->note_count, kind, words)

/* Reading. */

/** Reads a single file. 0 and a reference to be freed, or the negative kind. */
static inline int import_bytes(const char *format, assay_bytes bytes, assay_import_job *job,
                               assay_reference **ret_reference, assay_error *error)
{
    assay_export_file file = { .path = "some/where.txt", .writer = assay_writer_growing(1 << 28) };

    assay_put(&file.writer, bytes);
    job->files = &file;
    job->file_count = 1;
    const int status =
        assay_export_read(assay_export_format_by_name(format), job, ret_reference, error);
    assay_writer_close(&file.writer);
    return status;
}

/** The same without its notes; *ret_error is empty after 0. */
static inline int try_import(const char *format, assay_bytes text, assay_hashes *hashes,
                             const assay_export_setting *settings, size_t setting_count,
                             assay_reference **ret_reference, assay_error *ret_error)
{
    assay_import_job job = { .settings = settings, .setting_count = setting_count,
                             .hashes = hashes };

    *ret_error = (assay_error){ .what = "" };
    const int status = import_bytes(format, text, &job, ret_reference, ret_error);
    assay_import_job_free(&job);
    return status;
}

static inline assay_reference *import(const char *format, const char *text, assay_hashes *hashes)
{
    assay_reference *reference = NULL;
    assay_error error;

    cr_assert_eq(try_import(format, assay_bytes_of_string(text), hashes, NULL, 0, &reference,
                            &error), 0, "%s: %s", format, error.what);
    return reference;
}

/** Writing, reading and writing again gives the same bytes; and the reference that was read. */
static inline assay_reference *expect_round_trip(const assay_reference *reference,
                                                 const char *format, assay_hashes *hashes)
{
    assay_export_job once = job_of(reference, hashes);
    write_job(&once, format);
    assay_reference *const read = import(format, text_of_job(&once), hashes);
    assay_export_job twice = job_of(read, hashes);

    write_job(&twice, format);
    cr_expect_str_eq(text_of_job(&twice), text_of_job(&once), "%s", format);
    assay_export_job_free(&twice);
    assay_export_job_free(&once);
    return read;
}

/** A malformed input, and what is said of it. */
typedef struct refused_text {
    const char *text;
    const char *what; /* some part of the sentence */
} refused_text;

static inline void expect_refused(const char *format, const refused_text *rows, size_t count,
                                  assay_hashes *hashes)
{
    for (size_t i = 0; i < count; i++) {
        assay_reference *reference = NULL;
        assay_error error;
        const int status = try_import(format, assay_bytes_of_string(rows[i].text), hashes, NULL, 0,
                                      &reference, &error);

        cr_expect_lt(status, 0, "%s is taken: %s", format, rows[i].text);
        cr_expect_eq(status, -error.kind);
        cr_expect_not_null(strstr(error.what, rows[i].what), "%s, row %zu: %s", format, i,
                           error.what);
        assay_reference_free(&reference);
    }
}

/* References. */

/** Adds a variant without values; it stays where it is until the next one. */
static inline assay_reference_variant *add_test_variant(assay_reference *reference,
                                                        const char *name)
{
    assay_reference_variant *const variant = assay_arena_more(
        &reference->arena, &reference->variants, reference->variant_count++, sizeof *variant);

    cr_assert_not_null(variant);
    variant->name = name;
    return variant;
}

/** A value of one byte, as often as the bank wants it. */
static inline void set_test_value(assay_reference_variant *variant, uint16_t alg, unsigned pcr,
                                  uint8_t byte)
{
    assay_pcr_bank *const bank = assay_pcrs_add_bank(&variant->values, alg);

    cr_assert_not_null(bank);
    memset(bank->value[pcr], byte, bank->size);
    bank->present |= (assay_pcr_set)1 << pcr;
}

/** What the logs of a boot of fixtures/machines come to; `ima` with the kernel's list. */
static inline assay_reference *learn_machine(const char *machine, bool ima, assay_hashes *hashes)
{
    assay_reference *const reference = assay_reference_new("machine");
    assay_error error = { .what = "" };
    learnt one;

    learnt_open(&one, machine);
    cr_assert(!ima || one.boot.log_count == 2, "%s has no list of the kernel", machine);
    const assay_learnt_boot boot = { .variant = "boot", .logs = one.boot.logs,
                                     .log_count = ima ? 2 : 1 };
    cr_assert_eq(assay_learn_boot(reference, &boot, hashes, &error), 0, "%s", error.what);
    learnt_free(&one);
    return reference;
}

#endif
