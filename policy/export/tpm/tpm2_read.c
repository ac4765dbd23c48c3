/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The folder for tpm2-tools, read back: the values of each variant, which must give its policy
 * where that is there. Scripts, PolicyOR and signatures follow from them, and aren't read.
 */
#include "base/cursor.h"
#include "policy/export/imported.h"
#include "policy/export/tpm/tpm2.h"

#include <stdio.h>

enum { LINE_MAX = 1 << 12, PATH_SIZE = 128 };

static assay_bytes contents(const assay_export_file *file)
{
    return file == NULL ? ASSAY_NO_BYTES : assay_written(&file->writer);
}

static int take_values(assay_reference_variant *variant, const assay_tpm_selection *selection,
                       assay_bytes raw, assay_error *error)
{
    assay_cursor cursor = assay_cursor_of(raw);

    for (size_t i = 0; i < selection->count; i++)
        for (unsigned pcr = 0; pcr < ASSAY_PCRS; pcr++)
            if (assay_pcr_set_has(selection->banks[i].pcrs, pcr)) {
                const uint16_t alg = selection->banks[i].alg;
                const assay_bytes value = assay_take(&cursor, assay_alg_find(alg)->size);

                if (!cursor.failed)
                    assay_import_value(variant, alg, pcr, value);
            }
    if (cursor.failed)
        return assay_fail(error, ASSAY_TRUNCATED, ASSAY_NOWHERE,
                          "the values end before the last of the %zu that are selected",
                          assay_tpm_selection_count(selection));
    return assay_left(&cursor) == 0
               ? 0
               : assay_fail(error, ASSAY_MALFORMED, ASSAY_NOWHERE,
                            "%zu bytes follow the %zu values that are selected",
                            assay_left(&cursor), assay_tpm_selection_count(selection));
}

/* Whether it is the PolicyPCR of the values in a session of the hash; negative where that fails. */
static int is_policy_of(assay_bytes stated, uint16_t hash, const assay_tpm_selection *selection,
                        const assay_pcrs *values, assay_hashes *hashes, assay_error *error)
{
    assay_digest policy;
    int failed = assay_tpm_policy_begin(&policy, hash, hashes, error);

    if (failed == 0)
        failed = assay_tpm_policy_pcr(&policy, selection, values, hashes, error);
    return failed != 0 ? failed : assay_bytes_equal(assay_tpm_policy_bytes(&policy), stated);
}

/* Of which hash it is only its length says, and several have one length. */
static int check_policy(assay_import_job *job, const assay_reference_variant *variant,
                        const assay_tpm_selection *selection, const char *path, assay_error *error)
{
    const assay_export_file *const file = assay_import_file(job, path);
    const assay_bytes stated = contents(file);

    if (file == NULL)
        return 0;
    for (size_t i = 0; i < ASSAY_ALGS; i++) {
        const assay_alg *const alg = assay_alg_at(i);
        const int is = alg->size != stated.size
                           ? 0
                           : is_policy_of(stated, alg->id, selection, &variant->values, job->hashes,
                                          error);
        if (is != 0 && is != -ASSAY_UNSUPPORTED)
            return is > 0 ? 0 : is;
    }
    job->place = file->path;
    return assay_fail(error, ASSAY_MALFORMED, ASSAY_NOWHERE,
                      "the policy does not follow from the values beside it");
}

/* `folder` ends in '/', or is "" for files that have none. */
static int read_variant(assay_import_job *job, assay_reference *reference, const char *folder,
                        assay_bytes name, assay_error *error)
{
    char path[3][PATH_SIZE];
    assay_tpm_selection selection;
    assay_reference_variant *variant;

    snprintf(path[0], PATH_SIZE, "%sselection", folder);
    snprintf(path[1], PATH_SIZE, "%spcrs.raw", folder);
    snprintf(path[2], PATH_SIZE, "%spolicy.digest", folder);
    const assay_export_file *const values =
        folder[0] == '\0' && job->file_count == 1 ? job->files : assay_import_file(job, path[1]);
    const char *const asked = assay_import_setting_of(job, "selection");
    const assay_bytes text =
        asked != NULL ? assay_bytes_of_string(asked) : assay_import_line(job, path[0]);

    if (values == NULL)
        return assay_fail(error, ASSAY_UNKNOWN_FORMAT, ASSAY_NOWHERE,
                          "there is no pcrs.raw of variant %zu", reference->variant_count + 1);
    job->place = values->path;
    if (text.data == NULL)
        return assay_fail(error, ASSAY_MALFORMED, ASSAY_NOWHERE,
                          "nothing says which values these are: a file selection, or --set "
                          "selection=sha256:0,4");
    const assay_export_file *const selected =
        asked != NULL ? NULL : assay_import_file(job, path[0]);
    if (selected != NULL)
        job->place = selected->path;
    int failed = assay_tpm_selection_read(&selection, text, error);
    if (failed == 0)
        job->place = values->path;
    if (failed == 0)
        failed = assay_import_variant(reference, name, &variant, error);
    if (failed == 0)
        failed = take_values(variant, &selection, contents(values), error);
    return failed != 0 ? failed : check_policy(job, variant, &selection, path[2], error);
}

static int read_listed(assay_import_job *job, assay_reference *reference,
                       const assay_export_file *list, assay_error *error)
{
    assay_cursor cursor = assay_cursor_of(contents(list));
    int failed = 0;

    while (failed == 0 && assay_left(&cursor) > 0) {
        const assay_bytes rest = assay_peek_rest(&cursor);
        const assay_bytes line =
            assay_take(&cursor, assay_bytes_find(rest, ASSAY_LITERAL("\n")));
        char folder[PATH_SIZE], name[PATH_SIZE];

        assay_take(&cursor, assay_left(&cursor) > 0 ? 1 : 0);
        job->place = list->path;
        if (line.size == 0 || line.size >= ASSAY_TPM2_FOLDER || memchr(line.data, 0, line.size))
            return assay_fail(error, ASSAY_MALFORMED, ASSAY_NOWHERE,
                              "line %zu is no folder's name", reference->variant_count + 1);
        snprintf(folder, sizeof folder, "variants/%.*s/", (int)line.size, (const char *)line.data);
        snprintf(name, sizeof name, "%.*sname", PATH_SIZE - 8, folder);
        const assay_bytes said = assay_import_line(job, name);
        failed = read_variant(job, reference, folder, said.data != NULL ? said : line, error);
    }
    return failed;
}

int assay_tpm2_read(assay_import_job *job, assay_reference **ret_reference, assay_error *error)
{
    const assay_export_file *const list = assay_import_file(job, "variants/list");
    assay_reference *reference = assay_reference_new("reference");

    if (reference == NULL || !assay_import_name(reference, assay_import_line(job, "name"))) {
        assay_reference_free(&reference);
        return assay_fail(error, ASSAY_NO_MEMORY, ASSAY_NOWHERE, "no memory");
    }
    int failed = list != NULL ? read_listed(job, reference, list, error)
                              : read_variant(job, reference, "", ASSAY_LITERAL("boot"), error);
    if (failed == 0 && reference->variant_count == 0)
        failed = assay_fail(error, ASSAY_MALFORMED, ASSAY_NOWHERE, "no variant is listed");
    if (failed != 0) {
        assay_reference_free(&reference);
        return failed;
    }
    if (assay_import_file(job, "authorize/key.pem") != NULL ||
        assay_import_file(job, "nv/name") != NULL)
        assay_import_note_on(job, ASSAY_EXPORT_LOSS,
                             "what authorizes the policies, a key or an NV index, is not kept");
    *ret_reference = reference;
    return 0;
}
