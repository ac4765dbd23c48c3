/* SPDX-License-Identifier: BSD-2-Clause */
/* Writing: for each variant swidtag/NAME.swidtag and rim/NAME.rimel, as hosts keep them. */
#include "policy/export/rim/rim.h"

#include <stdio.h>

enum { FILE_NAME = 128 };

/* HIRS takes file names without white space; no path is to come of a name. */
static void put_word(const char *text, char ret_name[static FILE_NAME])
{
    size_t used = strlen(ret_name);

    for (const char *at = text; *at != '\0' && used < FILE_NAME - 8; at++) {
        const bool plain = (*at >= '0' && *at <= '9') || (*at >= 'a' && *at <= 'z') ||
                           (*at >= 'A' && *at <= 'Z') || *at == '-' || *at == '_' ||
                           (*at == '.' && used > 0);

        ret_name[used++] = plain ? *at : '_';
    }
    ret_name[used] = '\0';
}

static void name_files(const assay_export_job *job, size_t variant, char ret_name[static FILE_NAME])
{
    ret_name[0] = '\0';
    put_word(job->reference->name, ret_name);
    if (assay_export_variant_count(job) > 1) {
        put_word(".", ret_name);
        put_word(job->reference->variants[variant].name, ret_name);
    }
    if (ret_name[0] == '\0')
        put_word("rim", ret_name);
}

/* Two names that come to the same file are told apart by the later one's number. */
static void tell_apart(const assay_export_job *job, size_t variant, char name[static FILE_NAME])
{
    char other[FILE_NAME];

    for (size_t i = 0; i < variant; i++) {
        if (!assay_export_has_variant(job, i))
            continue;
        name_files(job, i, other);
        if (strcmp(other, name) == 0) {
            const size_t used = strlen(name);

            snprintf(name + used, FILE_NAME - used, "~%zu", variant + 1);
            return;
        }
    }
}

static int take_texts(assay_export_job *job, size_t variant, assay_rim_tag *tag)
{
    int status = assay_rim_default_texts(job->reference, variant, &job->arena, tag->texts);

    if (status == 0)
        status = assay_rim_take_kept(job->reference, variant, &job->arena, tag->texts);
    for (size_t i = 0; i < ASSAY_RIM_TEXTS && status == 0; i++) {
        const char *const setting = assay_rim_text_at((enum assay_rim_text)i)->setting;
        const char *const given = setting == NULL ? NULL : assay_export_setting_of(job, setting);

        if (given != NULL)
            tag->texts[i] = given;
        if (tag->texts[i] != NULL && tag->texts[i][0] == '\0')
            tag->texts[i] = NULL;
    }
    return status;
}

static bool has_hash(const assay_rim_file *file, uint16_t alg)
{
    for (size_t i = 0; i < file->hash_count; i++)
        if (file->hashes[i].alg == alg)
            return true;
    return false;
}

/* "sha256,sha384": each of the three, at most once. */
static int take_hashes(const assay_export_job *job, assay_rim_file *file, assay_error *error)
{
    const char *at = assay_export_setting_of(job, "hashes");

    if (at == NULL)
        at = "sha256";
    while (file->hash_count < ASSAY_RIM_HASHES) {
        const size_t size = strcspn(at, ",");
        const assay_alg *const alg = assay_alg_by_name(assay_bytes_of(at, size));

        if (alg == NULL || assay_rim_hash_uri(alg->id) == NULL || has_hash(file, alg->id))
            break;
        file->hashes[file->hash_count++].alg = alg->id;
        if (at[size] == '\0')
            return 0;
        at += size + 1;
    }
    return assay_fail(error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE,
                      "hashes of support RIMs are sha256, sha384 and sha512, each once");
}

static int hash_file(const assay_export_job *job, assay_bytes bytes, assay_rim_file *file,
                     assay_error *error)
{
    int status = take_hashes(job, file, error);

    if (status < 0)
        return status;
    file->size = bytes.size;
    for (size_t i = 0; i < file->hash_count && status == 0; i++) {
        assay_hash *hash;

        status = assay_hashes_get(job->hashes, file->hashes[i].alg, &hash);
        if (status == 0)
            status = assay_hash_parts(hash, &bytes, 1, file->hashes[i].value);
    }
    return status == 0 ? 0
                       : assay_fail(error, (enum assay_kind)-status, ASSAY_NOWHERE,
                                    "the support RIM could not be hashed");
}

static int write_pair(assay_export_job *job, size_t variant, assay_bytes log, assay_error *error)
{
    char name[FILE_NAME], file_name[FILE_NAME + 8];
    assay_rim_file file = { .name = file_name };
    assay_rim_tag tag = { .file_count = 1, .files = &file };
    int status = take_texts(job, variant, &tag);

    if (status < 0)
        return assay_fail(error, (enum assay_kind)-status, ASSAY_NOWHERE,
                          "the tag's texts could not be made");
    status = hash_file(job, log, &file, error);
    if (status < 0)
        return status;
    name_files(job, variant, name);
    tell_apart(job, variant, name);
    snprintf(file_name, sizeof file_name, "%s.rimel", name);
    assay_rim_note_tag(job, &tag);
    assay_put(assay_export_add_named(job, false, "rim/%s", file_name), log);
    return assay_rim_put_tag(job, &tag,
                             assay_export_add_named(job, false, "swidtag/%s.swidtag", name), error);
}

static int write_variant(assay_export_job *job, size_t variant, assay_error *error)
{
    assay_writer log = assay_writer_growing(ASSAY_REFERENCE_FILE_MAX);
    int status = assay_rim_put_log(job, variant, &log, error);

    if (status > 0 && log.failure != 0)
        status = assay_fail(error, (enum assay_kind)log.failure, ASSAY_NOWHERE,
                            "the support RIM is too large");
    if (status > 0)
        status = write_pair(job, variant, assay_written(&log), error);
    assay_writer_close(&log);
    return status;
}

static bool is_one_of(const char *value, const char *a, const char *b)
{
    return value == NULL || strcmp(value, a) == 0 || strcmp(value, b) == 0;
}

/* What the schema refuses, and what no reader could repair: one identity for several tags. */
static int check_settings(const assay_export_job *job, assay_error *error)
{
    static const char *const single[] = { "tag-id", "edition" };
    static const char *const wanted[] = { "tag-id", "role", "directory" };
    static const char *const flags[] = { "corpus", "patch", "supplemental" };
    const char *const role = assay_export_setting_of(job, "role");

    for (size_t i = 0; i < sizeof single / sizeof *single; i++)
        if (assay_export_variant_count(job) > 1 && assay_export_setting_of(job, single[i]) != NULL)
            return assay_fail(error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE,
                              "%s is of one variant: choose it with --variant", single[i]);
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        const char *const value = assay_export_setting_of(job, wanted[i]);

        if (value != NULL && *value == '\0')
            return assay_fail(error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE, "no tag is without %s",
                              wanted[i]);
    }
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
        if (!is_one_of(assay_export_setting_of(job, flags[i]), "true", "false"))
            return assay_fail(error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE, "%s is true or false",
                              flags[i]);
    if (role != NULL && !assay_rim_has_word(role, "tagCreator"))
        return assay_fail(error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE,
                          "role is a list of words, one of them tagCreator");
    return is_one_of(assay_export_setting_of(job, "embed-certificates"), "yes", "no")
               ? 0
               : assay_fail(error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE,
                            "embed-certificates is yes or no");
}

int assay_rim_write(assay_export_job *job, assay_error *error)
{
    int status = check_settings(job, error);

    for (size_t i = 0; i < job->reference->variant_count && status >= 0; i++)
        if (assay_export_has_variant(job, i))
            status = write_variant(job, i, error);
    if (status >= 0 && job->file_count == 0)
        return assay_fail(error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE,
                          "no variant has events of its firmware that a support RIM could hold");
    return status < 0 ? status : 0;
}
