/* SPDX-License-Identifier: BSD-2-Clause */
/* Files of a reference's JSON: an element for each path, as far as one set of variants has it. */
#include "policy/reference/files.h"
#include "policy/reference/json_private.h"

#include <stdlib.h>

/* Writing. */

/* By path and kind, those that were written to, variants; and within an element by digest. */
static int compare_elements(const assay_reference_file *a, const assay_reference_file *b)
{
    const assay_reference_file x = { .path = a->path, .kind = a->kind };
    const assay_reference_file y = { .path = b->path, .kind = b->kind };
    const int paths = assay_file_compare(&x, &y);

    if (paths != 0)
        return paths;
    if ((a->alg == NULL) != (b->alg == NULL))
        return a->alg == NULL ? -1 : 1;
    return (a->variants > b->variants) - (a->variants < b->variants);
}

static int by_element(const void *a, const void *b)
{
    const assay_reference_file *const *const x = a, *const *const y = b;
    const int elements = compare_elements(*x, *y);

    return elements != 0 ? elements : assay_file_compare(*x, *y);
}

/* "path", or "path_hex" for what is no text. */
static void emit_path(assay_reference_writing *w, assay_bytes path)
{
    if (assay_reference_is_text(path))
        assay_emit_text(&w->out, "path", path);
    else
        assay_emit_hex(&w->out, "path_hex", path);
}

static void emit_digests(assay_reference_writing *w, const assay_reference_file *const *files,
                         size_t count)
{
    assay_emit_object(&w->out, "digests");
    for (size_t i = 0; i < count; i++) {
        if (i == 0 || strcmp(files[i - 1]->alg, files[i]->alg) != 0)
            assay_emit_array(&w->out, files[i]->alg);
        assay_emit_hex(&w->out, NULL, files[i]->digest);
        if (i + 1 == count || strcmp(files[i]->alg, files[i + 1]->alg) != 0)
            assay_emit_end(&w->out);
    }
    assay_emit_end(&w->out);
}

static void emit_element(assay_reference_writing *w, const assay_reference_file *const *files,
                         size_t count)
{
    assay_emit_object(&w->out, NULL);
    emit_path(w, files[0]->path);
    if (files[0]->kind != ASSAY_FILE)
        assay_emit_string(&w->out, "kind", assay_file_kind_name(files[0]->kind));
    if (files[0]->alg == NULL)
        assay_emit_bool(&w->out, "violates", true);
    else
        emit_digests(w, files, count);
    assay_reference_emit_set(w, files[0]->variants);
    assay_emit_end(&w->out);
}

static void emit_sorted(assay_reference_writing *w, const assay_reference_file *const *files)
{
    const size_t count = w->reference->file_count;

    assay_emit_array(&w->out, "files");
    for (size_t at = 0, next; at < count; at = next) {
        for (next = at + 1; next < count && compare_elements(files[at], files[next]) == 0;)
            next++;
        emit_element(w, files + at, next - at);
    }
    assay_emit_end(&w->out);
}

void assay_reference_emit_files(assay_reference_writing *w)
{
    const size_t count = w->reference->file_count;
    const assay_reference_file **const sorted = malloc((count + 1) * sizeof(void *));
    bool sound = true;

    if (sorted == NULL)
        w->status = -ASSAY_NO_MEMORY;
    for (size_t i = 0; sorted != NULL && i < count; i++) {
        sorted[i] = &w->reference->files[i];
        sound = sound && assay_file_is_sound(sorted[i]) && sorted[i]->variants != 0 &&
                (i == 0 || assay_file_compare(sorted[i - 1], sorted[i]) < 0);
    }
    if (!sound)
        w->status = -ASSAY_MALFORMED;
    else if (sorted != NULL && count > 0) {
        qsort(sorted, count, sizeof(void *), by_element);
        emit_sorted(w, sorted);
    }
    free(sorted);
}

/* Reading. */

static int add(const assay_reference_reading *r, const assay_reference_file *file, const char *key)
{
    assay_reference *const reference = r->reference;

    if (!assay_file_is_sound(file))
        return assay_json_refuse(&r->at, key,
                                 "by the kernel's name of an algorithm, \"sha256\", its digests");
    if (reference->file_count >= ASSAY_REFERENCE_FILES_MAX)
        return assay_json_refuse_as(&r->at, ASSAY_TOO_LARGE, key, "more than %d digests of files",
                                    ASSAY_REFERENCE_FILES_MAX);
    assay_reference_file *const added = assay_arena_more(&reference->arena, &reference->files,
                                                         reference->file_count, sizeof *added);
    if (added == NULL)
        return assay_reference_no_memory(r);
    *added = *file;
    reference->file_count++;
    return 0;
}

static int read_alg(const assay_reference_reading *r, const char *name, const json_t *array,
                    assay_reference_file *file)
{
    const json_t *digest;
    size_t i;

    file->alg = assay_arena_text(&r->reference->arena, assay_bytes_of_string(name));
    if (file->alg == NULL)
        return assay_reference_no_memory(r);
    if (json_array_size(array) == 0)
        return assay_json_refuse(&r->at, "digests", "an algorithm has an array of digests");
    json_array_foreach(array, i, digest)
    {
        int status = assay_reference_read_bytes(r, digest, "digests", 0, &file->digest);

        if (status == 0)
            status = add(r, file, "digests");
        if (status < 0)
            return status;
    }
    return 0;
}

static int read_digests(const assay_reference_reading *r, const json_t *element,
                        assay_reference_file *file)
{
    json_t *const object = json_object_get(element, "digests");
    const char *name;
    json_t *array;

    if (json_object_size(object) == 0)
        return assay_json_refuse(&r->at, "digests", "this is no object of arrays of digests");
    json_object_foreach(object, name, array)
    {
        const int status = read_alg(r, name, array, file);

        if (status < 0)
            return status;
    }
    return 0;
}

static int read_path(const assay_reference_reading *r, const json_t *element, assay_bytes *ret)
{
    const json_t *const text = json_object_get(element, "path");
    const json_t *const hex = json_object_get(element, "path_hex");

    if ((text == NULL) == (hex == NULL))
        return assay_json_refuse(&r->at, "path", "either this or \"path_hex\" is there");
    if (hex == NULL && !json_is_string(text))
        return assay_json_refuse(&r->at, "path", "this is no text");
    if (hex == NULL)
        return assay_arena_keep(&r->reference->arena, assay_json_text(text), ret)
                   ? 0
                   : assay_reference_no_memory(r);
    const int status = assay_reference_read_bytes(r, hex, "path_hex", 0, ret);
    if (status == 0 && assay_reference_is_text(*ret))
        return assay_json_refuse(&r->at, "path_hex", "this is UTF-8: it goes into \"path\"");
    return status;
}

static const char *kind_name(unsigned kind)
{
    return assay_file_kind_name((enum assay_file_kind)kind);
}

static int read_element(const assay_reference_reading *r, json_t *element)
{
    static const char *const keys[] = { "path",    "path_hex", "kind", "violates",
                                        "digests", "variants", NULL };
    assay_reference_file file = { .path = ASSAY_NO_BYTES };
    unsigned kind = ASSAY_FILE;
    bool violates = false;
    int status = assay_json_check_keys(&r->at, element, keys);

    if (status == 0)
        status = read_path(r, element, &file.path);
    if (status == 0 && json_object_get(element, "kind") != NULL)
        status = assay_reference_read_word(r, element, "kind", kind_name, ASSAY_FILE_KINDS, &kind);
    if (status == 0)
        status = assay_reference_read_bool(r, element, "violates", &violates);
    if (status == 0)
        status = assay_reference_read_set(r, element, &file.variants);
    if (status < 0)
        return status;
    file.kind = (enum assay_file_kind)kind;
    if (file.variants == 0)
        return assay_json_refuse(&r->at, "variants", "a file is of one at least");
    if (violates && json_object_get(element, "digests") != NULL)
        return assay_json_refuse(&r->at, "digests", "a violation has none");
    return violates ? add(r, &file, "violates") : read_digests(r, element, &file);
}

/* In any order; but no digest of a path stands in two elements, or twice in one. */
static int sort(const assay_reference_reading *r)
{
    assay_reference *const reference = r->reference;

    if (reference->file_count > 0)
        qsort(reference->files, reference->file_count, sizeof *reference->files,
              assay_file_order);
    for (size_t i = 1; i < reference->file_count; i++)
        if (assay_file_compare(&reference->files[i - 1], &reference->files[i]) == 0)
            return assay_json_refuse(&r->at, NULL, "a digest of one path stands there twice");
    return 0;
}

int assay_reference_read_files(assay_reference_reading *r, const json_t *root)
{
    json_t *const array = json_object_get(root, "files");
    const size_t above = assay_json_enter(&r->at, "files");
    json_t *element;
    int status = 0;
    size_t i;

    if (array != NULL && json_array_size(array) == 0)
        return assay_json_refuse(&r->at, NULL, "this is no array of files");
    json_array_foreach(array, i, element)
    {
        const size_t before = assay_json_enter_index(&r->at, i);

        status = read_element(r, element);
        assay_json_leave(&r->at, before);
        if (status < 0)
            return status;
    }
    status = sort(r);
    assay_json_leave(&r->at, above);
    return status;
}
