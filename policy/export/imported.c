/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/export/imported.h"

#include "base/utf8.h"

const assay_export_setting_info assay_import_variant_setting[] = {
    { "variant", "NAME", "of the one boot whose values are read" },
    { NULL, NULL, NULL },
};

int assay_import_one_file(assay_import_job *job, assay_bytes *ret_text, assay_error *error)
{
    if (job->file_count != 1)
        return assay_fail(error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE,
                          "one file is read at a time, and these are %zu", job->file_count);
    job->place = job->files[0].path;
    *ret_text = assay_written(&job->files[0].writer);
    return 0;
}

const assay_export_file *assay_import_file(const assay_import_job *job, const char *path)
{
    for (size_t i = 0; i < job->file_count; i++)
        if (strcmp(job->files[i].path, path) == 0)
            return &job->files[i];
    return NULL;
}

assay_bytes assay_import_line(const assay_import_job *job, const char *path)
{
    const assay_export_file *const file = assay_import_file(job, path);
    assay_bytes line = file == NULL ? ASSAY_NO_BYTES : assay_written(&file->writer);

    if (line.size > 0 && line.data[line.size - 1] == '\n')
        line.size--;
    return line;
}

bool assay_import_ends_in(const char *path, const char *ending)
{
    const size_t size = strlen(path), wanted = strlen(ending);

    return size >= wanted && strcmp(path + size - wanted, ending) == 0;
}

assay_bytes assay_import_stem(const char *path)
{
    const char *const slash = strrchr(path, '/');
    const char *const name = slash == NULL ? path : slash + 1;
    const char *const dot = strchr(name, '.');

    return assay_bytes_of(name, dot == NULL || dot == name ? strlen(name) : (size_t)(dot - name));
}

bool assay_import_name(assay_reference *reference, assay_bytes name)
{
    if (name.size == 0 || !assay_utf8_is_printable(name))
        return true;
    const char *const kept = assay_arena_text(&reference->arena, name);
    if (kept != NULL)
        reference->name = kept;
    return kept != NULL;
}

assay_reference *assay_import_begin(const assay_import_job *job)
{
    assay_reference *reference = assay_reference_new("imported");

    if (reference != NULL && job->file_count > 0 &&
        !assay_import_name(reference, assay_import_stem(job->files[0].path)))
        assay_reference_free(&reference);
    return reference;
}

assay_bytes assay_import_variant_name(const assay_import_job *job)
{
    const char *const said = assay_import_setting_of(job, "variant");

    return assay_bytes_of_string(said != NULL ? said : "default");
}

assay_reference_variant *assay_import_find_variant(assay_reference *reference, assay_bytes name)
{
    for (size_t i = 0; i < reference->variant_count; i++)
        if (assay_bytes_equal(assay_bytes_of_string(reference->variants[i].name), name))
            return &reference->variants[i];
    return NULL;
}

int assay_import_variant(assay_reference *reference, assay_bytes name,
                            assay_reference_variant **ret_variant, assay_error *error)
{
    if (name.size == 0 || !assay_utf8_is_printable(name))
        return assay_fail(error, ASSAY_MALFORMED, ASSAY_NOWHERE,
                          "the name of variant %zu is empty, or nothing that can be shown",
                          reference->variant_count + 1);
    if (assay_import_find_variant(reference, name) != NULL)
        return assay_fail(error, ASSAY_MALFORMED, ASSAY_NOWHERE,
                          "variant %zu has the name of another", reference->variant_count + 1);
    if (reference->variant_count == ASSAY_VARIANTS_MAX)
        return assay_fail(error, ASSAY_TOO_LARGE, ASSAY_NOWHERE, "more than %d variants",
                          ASSAY_VARIANTS_MAX);
    assay_reference_variant *const variant = assay_arena_more(
        &reference->arena, &reference->variants, reference->variant_count, sizeof *variant);
    const char *const kept = assay_arena_text(&reference->arena, name);
    if (variant == NULL || kept == NULL)
        return assay_fail(error, ASSAY_NO_MEMORY, ASSAY_NOWHERE, "no memory for a variant");
    variant->name = kept;
    reference->variant_count++;
    *ret_variant = variant;
    return 0;
}

int assay_import_want_variant(assay_reference *reference, assay_bytes name,
                              assay_reference_variant **ret_variant, assay_error *error)
{
    assay_reference_variant *const known = assay_import_find_variant(reference, name);

    if (known == NULL)
        return assay_import_variant(reference, name, ret_variant, error);
    *ret_variant = known;
    return 0;
}

void assay_import_sort_variants(assay_reference *reference)
{
    assay_reference_variant *const variants = reference->variants;

    for (size_t i = 1; i < reference->variant_count; i++)
        for (size_t j = i; j > 0 && strcmp(variants[j].name, variants[j - 1].name) < 0; j--) {
            const assay_reference_variant other = variants[j];

            variants[j] = variants[j - 1];
            variants[j - 1] = other;
        }
}

int assay_import_variant_at(assay_reference *reference, assay_bytes name, uint64_t offset,
                            assay_reference_variant **ret_variant, assay_error *error)
{
    const int status = assay_import_variant(reference, name, ret_variant, error);

    if (status < 0 && error != NULL)
        error->offset = offset;
    return status;
}

int assay_import_numbered(const assay_import_job *job, assay_reference *reference, size_t index,
                          size_t count, assay_reference_variant **ret_variant, assay_error *error)
{
    enum { NAME_MAX_SIZE = 256 };
    const assay_bytes base = assay_import_variant_name(job);
    char name[NAME_MAX_SIZE + 32];
    assay_writer writer = assay_writer_lent(name, sizeof name);

    if (count == 1)
        return assay_import_variant(reference, base, ret_variant, error);
    assay_put(&writer, assay_bytes_of(base.data, base.size < NAME_MAX_SIZE ? base.size
                                                                           : NAME_MAX_SIZE));
    assay_put_format(&writer, "-%zu", index + 1);
    return assay_import_variant(reference, assay_written(&writer), ret_variant, error);
}

enum assay_import_set assay_import_set_value(assay_pcrs *values, uint16_t alg, unsigned pcr,
                                             assay_bytes value)
{
    const assay_alg *const known = assay_alg_find(alg);
    assay_pcr_bank *const bank = known == NULL || value.size != known->size
                                     ? NULL
                                     : assay_pcrs_add_bank(values, alg);

    if (bank == NULL)
        return ASSAY_IMPORT_WRONG_SIZE;
    if (assay_pcr_set_has(bank->present, pcr))
        return memcmp(bank->value[pcr], value.data, value.size) == 0 ? ASSAY_IMPORT_SAME
                                                                     : ASSAY_IMPORT_OTHER;
    memcpy(bank->value[pcr], value.data, value.size);
    bank->present |= (assay_pcr_set)1 << pcr;
    return ASSAY_IMPORT_SET;
}

/* A new variant's values are all stated: it is the weakest that can be said of them. */
bool assay_import_value(assay_reference_variant *variant, uint16_t alg, unsigned pcr,
                        assay_bytes value)
{
    return pcr < ASSAY_PCRS &&
           assay_import_set_value(&variant->values, alg, pcr, value) == ASSAY_IMPORT_SET;
}

int assay_import_text(const assay_json_walk *at, assay_reference *reference, assay_bytes text,
                      const char **into)
{
    if (*into != NULL || text.size == 0)
        return 0;
    if (!assay_utf8_is_printable(text))
        return assay_json_refuse(at, NULL, "a text that can't be shown");
    *into = assay_arena_text(&reference->arena, text);
    return *into == NULL ? assay_json_refuse_as(at, ASSAY_NO_MEMORY, NULL, "no memory") : 0;
}

int assay_import_end(assay_reference *reference, int status, assay_reference **ret_reference,
                    assay_error *error)
{
    if (reference == NULL)
        return assay_fail(error, ASSAY_NO_MEMORY, ASSAY_NOWHERE, "no memory for a reference");
    /* Of a log all steps may be such that no value is held. */
    for (size_t i = 0; i < reference->variant_count && status == 0; i++)
        if (reference->variants[i].values.bank_count == 0 && reference->step_count == 0)
            status = assay_fail(error, ASSAY_MALFORMED, ASSAY_NOWHERE,
                                "variant %zu has no values", i + 1);
    if (status == 0 && reference->variant_count == 0)
        status =
            assay_fail(error, ASSAY_UNKNOWN_FORMAT, ASSAY_NOWHERE, "there are no values in it");
    if (status == 0)
        *ret_reference = reference;
    else
        assay_reference_free(&reference);
    return status;
}
