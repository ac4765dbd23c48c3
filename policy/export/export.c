/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of formats, and running one. */
#include "policy/export/formats.h"
#include "policy/export/job.h"

static const assay_export_format *const *const families[] = {
    assay_exports_plain, assay_exports_keylime,   assay_exports_systemd, assay_exports_tpm,
    assay_exports_corim, assay_exports_rim,       assay_exports_hvs,     assay_exports_oat,
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

int assay_export_write(const assay_export_format *format, assay_export_job *job, assay_error *error)
{
    int status = assay_export_check_settings(format, job->settings, job->setting_count, error);

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
        assay_export_note_files(job);
    if (status == 0 && job->pcrs_asked && !format->about_hosts)
        assay_export_note_missing(job);
    return status < 0 ? status : assay_export_check_files(job, error);
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
    int status = assay_export_check_settings(format, job->settings, job->setting_count, error);

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
