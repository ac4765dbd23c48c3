/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/export/formats.h"

#include "eventlog/types.h"

#include <stdarg.h>
#include <stdio.h>

enum { FILE_MAX = 256 << 20, TEXT_MAX = 1 << 12 };

static const assay_export_format *const *const families[] = {
    assay_exports_plain, assay_exports_keylime, assay_exports_systemd,   assay_exports_tpm,
    assay_exports_corim, assay_exports_rim,     assay_exports_hvs,       assay_exports_oat,
    assay_exports_rvps,  assay_exports_openstack,
};

const assay_export_format *assay_export_format_at(size_t index)
{
    for (size_t i = 0; i < sizeof families / sizeof *families; i++)
        for (size_t j = 0; families[i][j] != NULL; j++)
            if (index-- == 0)
                return families[i][j];
    return NULL;
}

const assay_export_format *assay_export_format_by_name(const char *name)
{
    const assay_export_format *format;

    for (size_t i = 0; (format = assay_export_format_at(i)) != NULL; i++)
        if (strcmp(format->name, name) == 0)
            return format;
    return NULL;
}

const char *assay_export_note_kind_name(enum assay_export_note_kind kind)
{
    return kind == ASSAY_EXPORT_REFUSAL  ? "refusal"
           : kind == ASSAY_EXPORT_LOSS   ? "loss"
           : kind == ASSAY_EXPORT_NATURE ? "lost by nature"
                                         : "advice";
}

/* Settings. */

static const char *find_setting(const assay_export_setting *settings, size_t count,
                                const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(settings[i].name, name) == 0)
            return settings[i].value;
    return NULL;
}

const char *assay_export_setting_of(const assay_export_job *job, const char *name)
{
    return find_setting(job->settings, job->setting_count, name);
}

const char *assay_import_setting_of(const assay_import_job *job, const char *name)
{
    return find_setting(job->settings, job->setting_count, name);
}

static bool knows_setting(const assay_export_format *format, const char *name)
{
    const assay_export_setting_info *info = format->settings;

    while (info != NULL && info->name != NULL && strcmp(info->name, name) != 0)
        info++;
    return info != NULL && info->name != NULL;
}

/* The name is the user's, and may hold anything: only its place is told. */
static int check_settings(const assay_export_format *format, const assay_export_setting *settings,
                          size_t count, assay_error *error)
{
    for (size_t i = 0; i < count; i++)
        if (!knows_setting(format, settings[i].name))
            return assay_fail(error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE,
                              "%s has no setting of the name that --set number %zu gives",
                              format->name, i + 1);
    return 0;
}

/* Notes. */

__attribute__((format(printf, 5, 0))) static void
add_note(assay_arena *arena, assay_export_note **notes, size_t *count,
         enum assay_export_note_kind kind, const char *format, va_list arguments)
{
    char text[TEXT_MAX];

    vsnprintf(text, sizeof text, format, arguments);
    for (size_t i = 0; i < *count; i++)
        if ((*notes)[i].kind == kind && strcmp((*notes)[i].text, text) == 0)
            return;
    const char *const kept = assay_arena_text(arena, assay_bytes_of_string(text));
    assay_export_note *const note =
        kept == NULL ? NULL : assay_arena_more(arena, notes, *count, sizeof *note);
    if (note != NULL) {
        *note = (assay_export_note){ kind, kept };
        ++*count;
    }
}

void assay_export_note_on(assay_export_job *job, enum assay_export_note_kind kind,
                          const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    add_note(&job->arena, &job->notes, &job->note_count, kind, format, arguments);
    va_end(arguments);
}

void assay_import_note_on(assay_import_job *job, enum assay_export_note_kind kind,
                          const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    add_note(&job->arena, &job->notes, &job->note_count, kind, format, arguments);
    va_end(arguments);
}

bool assay_export_is_refused(const assay_export_job *job)
{
    for (size_t i = 0; i < job->note_count; i++)
        if (job->notes[i].kind == ASSAY_EXPORT_REFUSAL)
            return true;
    return false;
}

/* Files. */

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
    char path[TEXT_MAX];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(path, sizeof path, format, arguments);
    va_end(arguments);
    assay_export_file *const file = add_file(job, path);
    if (file != NULL)
        file->executable = executable;
    return file != NULL ? &file->writer : nowhere(job);
}

/* What is wanted. */

static bool has_bank(const assay_export_job *job, uint16_t alg)
{
    for (size_t i = 0; i < job->reference->variant_count; i++)
        if (assay_export_has_variant(job, i) &&
            assay_pcrs_bank_const(&job->reference->variants[i].values, alg) != NULL)
            return true;
    return false;
}

void assay_export_want_all(assay_export_job *job)
{
    job->bank_count = 0;
    for (size_t i = 0; i < ASSAY_ALGS; i++)
        if (has_bank(job, assay_alg_at(i)->id))
            job->banks[job->bank_count++] = assay_alg_at(i)->id;
    job->pcrs = ASSAY_ALL_PCRS;
}

/* Values. */

static bool bank_wanted(const assay_export_job *job, uint16_t alg)
{
    for (size_t i = 0; i < job->bank_count; i++)
        if (job->banks[i] == alg)
            return true;
    return false;
}

assay_bytes assay_export_value(const assay_export_job *job, size_t variant, uint16_t alg,
                               unsigned pcr)
{
    return bank_wanted(job, alg) && assay_pcr_set_has(job->pcrs, pcr)
               ? assay_reference_value(job->reference, variant, alg, pcr)
               : ASSAY_NO_BYTES;
}

bool assay_export_has_variant(const assay_export_job *job, size_t variant)
{
    return (job->variants >> variant & 1) != 0;
}

size_t assay_export_variant_count(const assay_export_job *job)
{
    return (size_t)__builtin_popcountll(job->variants);
}

static const uint16_t by_strength[] = { ASSAY_ALG_SHA256,   ASSAY_ALG_SHA512,   ASSAY_ALG_SHA384,
                                        ASSAY_ALG_SHA3_512, ASSAY_ALG_SHA3_384, ASSAY_ALG_SHA3_256,
                                        ASSAY_ALG_SM3_256,  ASSAY_ALG_SHA1 };

static void note_other_banks(assay_export_job *job, uint16_t alg)
{
    char unknown[2][ASSAY_ALG_NUMBER_SIZE];

    for (size_t i = 0; i < job->bank_count; i++)
        if (job->banks[i] != alg)
            assay_export_note_on(job, ASSAY_EXPORT_LOSS,
                                 "the format has one bank: %s is written, %s is not",
                                 assay_alg_name(alg, unknown[0]),
                                 assay_alg_name(job->banks[i], unknown[1]));
}

uint16_t assay_export_one_bank(assay_export_job *job)
{
    if (job->banks_asked && job->bank_count > 0) {
        note_other_banks(job, job->banks[0]);
        return job->banks[0];
    }
    for (size_t i = 0; i < sizeof by_strength / sizeof *by_strength; i++)
        if (bank_wanted(job, by_strength[i])) {
            note_other_banks(job, by_strength[i]);
            return by_strength[i];
        }
    assay_export_note_on(job, ASSAY_EXPORT_REFUSAL, "there is no bank of those that are wanted");
    return 0;
}

/* PCRs that a value is held of, in some wanted bank. */
static assay_pcr_set held_of(const assay_export_job *job, size_t variant)
{
    assay_pcr_set held = 0;

    for (size_t bank = 0; bank < job->bank_count; bank++)
        for (unsigned pcr = 0; pcr < ASSAY_PCRS; pcr++)
            if (assay_export_value(job, variant, job->banks[bank], pcr).data != NULL)
                held |= (assay_pcr_set)1 << pcr;
    return held;
}

/* PCRs that some step of the variant goes into and that no value is held of, in any wanted bank. */
static assay_pcr_set unheld_of(const assay_export_job *job, size_t variant)
{
    assay_pcr_set touched = 0;

    for (size_t i = 0; i < job->reference->step_count; i++) {
        const assay_reference_alternative *const at =
            assay_reference_at(&job->reference->steps[i], variant);

        if (at != NULL && at->event.pcr_index < ASSAY_PCRS && at->event.type != EV_NO_ACTION)
            touched |= (assay_pcr_set)1 << at->event.pcr_index;
    }
    return touched & job->pcrs & ~held_of(job, variant);
}

void assay_export_note_unheld(assay_export_job *job)
{
    for (size_t i = 0; i < job->reference->variant_count; i++) {
        char text[80];
        assay_writer writer = assay_writer_lent(text, sizeof text - 1);
        const assay_pcr_set unheld = assay_export_has_variant(job, i) ? unheld_of(job, i) : 0;

        assay_pcr_set_write(&writer, unheld);
        text[writer.used] = '\0';
        if (unheld != 0)
            assay_export_note_on(job, ASSAY_EXPORT_LOSS,
                                 "PCR %s of variant %s has steps that vary or are not known, so "
                                 "there is no value to write",
                                 text, job->reference->variants[i].name);
    }
}

/* What was asked for by its number is not left out in silence. */
static void note_missing(assay_export_job *job)
{
    for (size_t i = 0; i < job->reference->variant_count; i++) {
        char text[80];
        assay_writer writer = assay_writer_lent(text, sizeof text - 1);
        const assay_pcr_set missing = assay_export_has_variant(job, i)
                                          ? job->pcrs & ~held_of(job, i) & ~unheld_of(job, i)
                                          : 0;

        assay_pcr_set_write(&writer, missing);
        text[writer.used] = '\0';
        if (missing != 0)
            assay_export_note_on(job, ASSAY_EXPORT_LOSS,
                                 "PCR %s is asked for, and no value of it is held of variant %s: a "
                                 "boot that extends it passes",
                                 text, job->reference->variants[i].name);
    }
}

void assay_export_note_tuples(assay_export_job *job)
{
    const size_t count = assay_export_variant_count(job);

    if (count > 1)
        assay_export_note_on(job, ASSAY_EXPORT_LOSS,
                             "the format lists values PCR by PCR: which of the %zu variants' "
                             "values belong together is lost, and a boot that mixes them passes",
                             count);
}

/* Running a format. */

static void note_files(assay_export_job *job)
{
    size_t count = 0;

    for (size_t i = 0; i < job->reference->file_count; i++)
        count += (job->reference->files[i].variants & job->variants) != 0;
    if (count > 0)
        assay_export_note_on(job, ASSAY_EXPORT_LOSS,
                             "the format has no files: the %zu digests that the kernel's list may "
                             "have are not written",
                             count);
}

static int check_files(const assay_export_job *job, assay_error *error)
{
    if (job->nowhere.failure != 0)
        return assay_fail(error, ASSAY_NO_MEMORY, ASSAY_NOWHERE, "no memory for the output");
    for (size_t i = 0; i < job->file_count; i++)
        if (job->files[i]->writer.failure != 0)
            return assay_fail(error, (enum assay_kind)job->files[i]->writer.failure, ASSAY_NOWHERE,
                              "the output could not be made");
    return 0;
}

int assay_export_write(const assay_export_format *format, assay_export_job *job,
                       assay_error *error)
{
    int status = check_settings(format, job->settings, job->setting_count, error);

    if (status == 0 && format->needs_key && job->key == NULL)
        status = assay_fail(error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE,
                            "%s is always signed, and no key was given", format->name);
    if (status == 0 && !format->takes_key && job->key != NULL)
        status = assay_fail(error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE,
                            "%s has no place for a signature", format->name);
    if (status == 0 && job->key != NULL)
        status = assay_key_check_strength(job->key, error);
    if (status == 0)
        status = format->write(job, error);
    if (status == 0 && !format->holds_files && !format->about_hosts)
        note_files(job);
    if (status == 0 && job->pcrs_asked && !format->about_hosts)
        note_missing(job);
    return status < 0 ? status : check_files(job, error);
}

void assay_export_job_free(assay_export_job *job)
{
    for (size_t i = 0; i < job->file_count; i++)
        assay_writer_close(&job->files[i]->writer);
    job->file_count = 0;
    job->note_count = 0;
    assay_arena_free(&job->arena);
}

int assay_export_read(const assay_export_format *format, assay_import_job *job,
                      assay_reference **ret_reference, assay_error *error)
{
    int status = check_settings(format, job->settings, job->setting_count, error);

    for (size_t i = 0; i < job->trusted_count && status == 0; i++)
        status = assay_key_check_strength(job->trusted[i], error);
    if (status == 0 && job->trusted_count > 0 && !format->checks_signature)
        return assay_fail(error, ASSAY_UNTRUSTED, ASSAY_NOWHERE,
                          "no signature of %s is checked: no key can be trusted for it",
                          format->name);
    return status < 0 ? status : format->read(job, ret_reference, error);
}

void assay_import_job_free(assay_import_job *job)
{
    job->note_count = 0;
    assay_arena_free(&job->arena);
}
