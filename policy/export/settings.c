/* SPDX-License-Identifier: BSD-2-Clause */
/* What the user says of NAME=VALUE to a format. */
#include "policy/export/job.h"

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
int assay_export_check_settings(const assay_export_format *format,
                                const assay_export_setting *settings, size_t count,
                                assay_error *error)
{
    for (size_t i = 0; i < count; i++)
        if (!knows_setting(format, settings[i].name))
            return assay_fail(error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE,
                              "%s has no setting of the name that --set number %zu gives",
                              format->name, i + 1);
    return 0;
}
