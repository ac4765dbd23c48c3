/* SPDX-License-Identifier: BSD-2-Clause */
/* References of values and of boots, written and read back by tests: all in memory. */
#ifndef ASSAY_TESTS_IMPORTED_H
#define ASSAY_TESTS_IMPORTED_H

#include "base/file.h"
#include "policy/export/export.h"
#include "policy/reference/learn.h"
#include "replay/pcrvalues.h"

#include <criterion/criterion.h>
#include <stdio.h>

/** A job that asks for all that the reference has. Its results are freed by assay_export_job_free(). */
static inline assay_export_job job_of(const assay_reference *reference, assay_hashes *hashes)
{
    assay_export_job job = { .reference = reference,
                             .variants = assay_reference_all(reference),
                             .pcrs = ASSAY_ALL_PCRS,
                             .hashes = hashes };
    assay_pcrs banks = { 0 };

    for (size_t v = 0; v < reference->variant_count; v++)
        for (size_t b = 0; b < reference->variants[v].values.bank_count; b++)
            assay_pcrs_add_bank(&banks, reference->variants[v].values.banks[b].alg);
    for (size_t b = 0; b < banks.bank_count; b++)
        job.banks[job.bank_count++] = banks.banks[b].alg;
    return job;
}

/** What a job wrote into its one file, NUL-terminated for comparing. */
static inline const char *text_of_job(const assay_export_job *job)
{
    assay_writer *const writer = &job->files[0]->writer;

    cr_assert_eq(job->file_count, 1);
    assay_put_char(writer, '\0');
    writer->used--;
    return (const char *)writer->data;
}

static inline void write_job(assay_export_job *job, const char *format)
{
    assay_error error = { .what = "" };

    cr_assert_eq(assay_export_write(assay_export_format_by_name(format), job, &error), 0, "%s: %s",
                 format, error.what);
}

/** Whether some note of the kind has `part` in it; all notes are told where one is missed. */
static inline bool has_note(const assay_export_job *job, enum assay_export_note_kind kind,
                            const char *part)
{
    for (size_t i = 0; i < job->note_count; i++)
        if (job->notes[i].kind == kind && strstr(job->notes[i].text, part) != NULL)
            return true;
    for (size_t i = 0; i < job->note_count; i++)
        fprintf(stderr, "%s: %s\n", assay_export_note_kind_name(job->notes[i].kind),
                job->notes[i].text);
    return false;
}

/** Reads text as one file; *ret_error is empty after 0. */
static inline int try_import(const char *format, assay_bytes text, assay_hashes *hashes,
                             const assay_export_setting *settings, size_t setting_count,
                             assay_reference **ret_reference, assay_error *ret_error)
{
    assay_export_file file = { .path = "some/where.txt", .writer = assay_writer_growing(1 << 24) };
    assay_import_job job = { .file_count = 1, .files = &file, .settings = settings,
                             .setting_count = setting_count, .hashes = hashes };

    *ret_error = (assay_error){ .what = "" };
    assay_put(&file.writer, text);
    const int status =
        assay_export_read(assay_export_format_by_name(format), &job, ret_reference, ret_error);
    assay_import_job_free(&job);
    assay_writer_close(&file.writer);
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

/** A reference of one boot of fixtures/machines; `ima` with the kernel's list. */
static inline assay_reference *learn_machine(const char *machine, bool ima, assay_hashes *hashes)
{
    static const char *const names[] = { "eventlog.bin", "ima.bin" };
    assay_reference *const reference = assay_reference_new("machine");
    assay_file files[2];
    assay_log logs[2], *const opened[] = { &logs[0], &logs[1] };
    assay_learnt_boot boot = { .variant = "boot", .logs = opened, .log_count = ima ? 2 : 1 };
    assay_error error = { .what = "" };

    for (size_t i = 0; i < boot.log_count; i++) {
        char path[200];

        snprintf(path, sizeof path, "fixtures/machines/%s/%s", machine, names[i]);
        cr_assert_eq(assay_file_read(&files[i], path, 1 << 24, &error), 0, "%s", path);
        cr_assert_eq(assay_log_open(&logs[i], files[i].bytes, NULL, NULL, &error), 0, "%s", path);
    }
    cr_assert_eq(assay_learn_boot(reference, &boot, hashes, &error), 0, "%s", error.what);
    for (size_t i = 0; i < boot.log_count; i++) {
        assay_log_close(&logs[i]);
        assay_file_close(&files[i]);
    }
    return reference;
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

#endif
