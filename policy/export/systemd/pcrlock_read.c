/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reading components back. A folder says nowhere which variants of its components go together,
 * unless it was written here: then each file of a component with several names the boots that it
 * is of ("variants"). Else every combination is a boot, as it is to systemd-pcrlock.
 */
#include "policy/export/systemd/pcrlock_read.h"

#include "policy/export/imported.h"

#include <stdlib.h>

enum {
    FILE_MAX = 16 << 20,
    FILE_VALUES_MAX = 1 << 18,
    NAME_MAX_BYTES = 256,
};

static int no_memory(const assay_pcrlock_reading *r)
{
    return assay_fail(r->error, ASSAY_NO_MEMORY, ASSAY_NOWHERE, "no memory for the components");
}

/* Files. */

static bool take_suffix(assay_bytes *text, const char *suffix)
{
    const size_t size = strlen(suffix);

    if (text->size <= size || memcmp(text->data + text->size - size, suffix, size) != 0)
        return false;
    text->size -= size;
    return true;
}

/* What follows the last '/', which is cut off with it. */
static assay_bytes last_part(assay_bytes *path)
{
    size_t at = path->size;

    while (at > 0 && path->data[at - 1] != '/')
        at--;
    const assay_bytes part = assay_bytes_of(path->data + at, path->size - at);
    path->size = at > 0 ? at - 1 : 0;
    return part;
}

/* "500-separator.pcrlock.d/300-0x00000000.pcrlock", or "750-enter-initrd.pcrlock". */
static bool read_path(const char *path, assay_pcrlock_file *file)
{
    assay_bytes rest = assay_bytes_of_string(path);

    file->stem = last_part(&rest);
    if (!take_suffix(&file->stem, ".pcrlock"))
        return false;
    assay_bytes component = last_part(&rest);
    return assay_pcrlock_name_read(take_suffix(&component, ".pcrlock.d") ? component : file->stem,
                                   &file->name);
}

static int by_name(const void *left, const void *right)
{
    const assay_pcrlock_file *const a = left, *const b = right;

    if (assay_pcrlock_comes_before(&a->name, &b->name))
        return -1;
    if (assay_pcrlock_comes_before(&b->name, &a->name))
        return 1;
    const size_t size = a->stem.size < b->stem.size ? a->stem.size : b->stem.size;
    const int order = memcmp(a->stem.data, b->stem.data, size);
    return order != 0 ? order : (a->stem.size > b->stem.size) - (a->stem.size < b->stem.size);
}

bool assay_pcrlock_same_component(const assay_pcrlock_file *a, const assay_pcrlock_file *b)
{
    return a->name.number == b->name.number && strcmp(a->name.word, b->name.word) == 0;
}

/* Which boots a file is of, where it says so. */
static int check_variants(const assay_pcrlock_reading *r, const json_t *document)
{
    const json_t *const names = json_object_get(document, "variants");

    if (names != NULL && !json_is_array(names))
        return assay_json_refuse(&r->at, "variants", "an array of names is wanted");
    for (size_t i = 0; i < json_array_size(names); i++)
        if (!json_is_string(json_array_get(names, i)))
            return assay_json_refuse(&r->at, "variants", "name %zu is no string", i);
    return 0;
}

static int open_file(assay_pcrlock_reading *r, assay_pcrlock_file *file)
{
    static const char *const known[] = { "records", "variants", NULL };

    r->job->place = file->file->path;
    r->at = (assay_json_walk){ .error = r->error };
    int status = assay_json_load(&file->document, assay_written(&file->file->writer), FILE_MAX,
                                 FILE_VALUES_MAX, r->error);
    if (status < 0)
        return status;
    if (!json_is_array(json_object_get(file->document, "records")))
        return assay_json_refuse(&r->at, "records",
                                 "an object with an array of that name is wanted");
    status = assay_json_check_keys(&r->at, file->document, known);
    return status < 0 ? status : check_variants(r, file->document);
}

static int open_files(assay_pcrlock_reading *r)
{
    int status = 0;

    r->files = calloc(r->job->file_count + 1, sizeof *r->files);
    if (r->files == NULL)
        return no_memory(r);
    for (size_t i = 0; i < r->job->file_count; i++) {
        assay_pcrlock_file *const file = &r->files[i];

        file->file = &r->job->files[i];
        r->job->place = file->file->path;
        if (!read_path(file->file->path, file))
            return assay_fail(r->error, ASSAY_UNKNOWN_FORMAT, ASSAY_NOWHERE,
                              "components are called NNN-name.pcrlock, their variants "
                              "NNN-name.pcrlock.d/VARIANT.pcrlock");
    }
    r->count = r->job->file_count;
    qsort(r->files, r->count, sizeof *r->files, by_name);
    for (size_t i = 0; i < r->count && status == 0; i++) {
        status = open_file(r, &r->files[i]);
        r->files[i].alone =
            (i == 0 || !assay_pcrlock_same_component(&r->files[i], &r->files[i - 1])) &&
            (i + 1 == r->count || !assay_pcrlock_same_component(&r->files[i], &r->files[i + 1]));
    }
    return status;
}

static void close_files(assay_pcrlock_reading *r)
{
    for (size_t i = 0; i < r->count; i++)
        json_decref(r->files[i].document);
    free(r->files);
}

/* Variants. */

/* The ones that each file names; in the order in which they come first. */
static int name_variants(assay_pcrlock_reading *r, assay_pcrlock_file *file)
{
    json_t *const names = json_object_get(file->document, "variants"), *name;
    size_t i;

    r->job->place = file->file->path;
    json_array_foreach(names, i, name)
    {
        assay_reference_variant *variant;
        const int status = assay_import_want_variant(r->reference, assay_json_text(name), &variant,
                                                     r->error);

        if (status < 0)
            return status;
        file->variants |= (assay_variant_set)1 << (variant - r->reference->variants);
    }
    return 0;
}

/* Each variant is in one file of each component that has several. */
static int check_named(assay_pcrlock_reading *r)
{
    const assay_variant_set all = assay_reference_all(r->reference);
    assay_variant_set seen = 0;

    for (size_t i = 0; i < r->count; i++) {
        if (i == 0 || !assay_pcrlock_same_component(&r->files[i], &r->files[i - 1]))
            seen = 0;
        r->job->place = r->files[i].file->path;
        if ((seen & r->files[i].variants) != 0)
            return assay_fail(r->error, ASSAY_MALFORMED, ASSAY_NOWHERE,
                              "variants: another file of the component names one of them too");
        seen |= r->files[i].variants;
        if ((i + 1 == r->count || !assay_pcrlock_same_component(&r->files[i], &r->files[i + 1])) &&
            seen != all)
            return assay_fail(r->error, ASSAY_MALFORMED, ASSAY_NOWHERE,
                              "variants: no file of the component names all those that others do");
    }
    return 0;
}

static int take_named(assay_pcrlock_reading *r)
{
    int status = 0;

    for (size_t i = 0; i < r->count && status == 0; i++)
        if (!r->files[i].alone)
            status = name_variants(r, &r->files[i]);
    for (size_t i = 0; i < r->count; i++)
        if (r->files[i].alone)
            r->files[i].variants = assay_reference_all(r->reference);
    return status < 0 ? status : check_named(r);
}

static size_t count_files(const assay_pcrlock_reading *r, size_t first)
{
    size_t count = 1;

    while (first + count < r->count &&
           assay_pcrlock_same_component(&r->files[first], &r->files[first + count]))
        count++;
    return count;
}

/* Which file of each component combination `number` has; its name is put together of theirs. */
static int take_combination(assay_pcrlock_reading *r, size_t number)
{
    assay_writer name = assay_writer_growing(NAME_MAX_BYTES);
    const assay_variant_set bit = (assay_variant_set)1 << r->reference->variant_count;
    assay_reference_variant *variant;
    size_t count;

    for (size_t first = 0; first < r->count; first += count) {
        count = count_files(r, first);
        assay_pcrlock_file *const file = &r->files[first + number % count];

        number /= count;
        file->variants |= bit;
        if (count == 1)
            continue;
        assay_put_string(&name, name.used > 0 ? "+" : "");
        assay_put(&name, file->stem);
    }
    int status = name.failure != 0
                     ? assay_fail(r->error, ASSAY_TOO_LARGE, ASSAY_NOWHERE,
                                  "the names of the variants are too long together")
                     : assay_import_variant(r->reference,
                                               name.used > 0 ? assay_written(&name)
                                                             : assay_import_variant_name(r->job),
                                               &variant, r->error);
    assay_writer_close(&name);
    return status;
}

static int take_combinations(assay_pcrlock_reading *r)
{
    size_t combinations = 1, count;
    int status = 0;

    for (size_t first = 0; first < r->count; first += count) {
        count = count_files(r, first);
        combinations *= count;
        if (combinations > ASSAY_VARIANTS_MAX)
            return assay_fail(r->error, ASSAY_TOO_LARGE, ASSAY_NOWHERE,
                              "the components go together in more than %d ways",
                              ASSAY_VARIANTS_MAX);
    }
    for (size_t i = 0; i < combinations && status == 0; i++)
        status = take_combination(r, i);
    if (combinations > 1)
        assay_import_note_on(r->job, ASSAY_EXPORT_ADVICE,
                             "no file says which variants go together: all %zu combinations were "
                             "taken, as systemd-pcrlock takes them",
                             combinations);
    return status;
}

static int take_variants(assay_pcrlock_reading *r)
{
    bool some = false, all = true;

    for (size_t i = 0; i < r->count; i++) {
        const bool named = json_array_size(json_object_get(r->files[i].document, "variants")) > 0;

        some = some || (!r->files[i].alone && named);
        all = all && (r->files[i].alone || named);
    }
    return some && all ? take_named(r) : take_combinations(r);
}

int assay_pcrlock_read(assay_import_job *job, assay_reference **ret_reference, assay_error *error)
{
    assay_pcrlock_reading r = { .job = job,
                                .error = error,
                                .reference = assay_import_begin(job),
                                .count = 0 };

    if (r.reference == NULL)
        return no_memory(&r);
    int status = open_files(&r);
    if (status == 0)
        status = take_variants(&r);
    if (status == 0)
        status = assay_pcrlock_read_records(&r);
    close_files(&r);
    if (status == 0)
        assay_import_note_on(job, ASSAY_EXPORT_LOSS,
                             "types and data of events are not in the format, nor from which value "
                             "PCR 0 starts: zeros are taken");
    return assay_import_end(r.reference, status, ret_reference, error);
}
