/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Folders of systemd-pcrlock's components as references: refused with a reason, or read; and what
 * is written of that, is written once more when it is read again. The input is a file's path, a
 * newline and its text up to a NUL; then the next one's.
 */
#include "policy/export/export.h"
#include "tests/fuzz/property.h"

enum { FILES_MAX = 32, PATH_MAX_BYTES = 200 };

typedef struct folder {
    size_t count;
    assay_export_file files[FILES_MAX];
    char paths[FILES_MAX][PATH_MAX_BYTES];
} folder;

static assay_hashes *hashes;

static void add_file(folder *into, assay_bytes path, assay_bytes text)
{
    assay_export_file *const file = &into->files[into->count];
    char *const name = into->paths[into->count];

    if (into->count == FILES_MAX || path.size >= PATH_MAX_BYTES)
        return;
    memcpy(name, path.data, path.size);
    name[path.size] = '\0';
    *file = (assay_export_file){ .path = name, .writer = assay_writer_growing(PROPERTY_CEILING) };
    assay_put(&file->writer, text);
    into->count++;
}

static void split(folder *into, assay_bytes bytes)
{
    into->count = 0;
    while (bytes.size > 0) {
        const size_t size = assay_bytes_find(bytes, assay_bytes_of("", 1));
        const assay_bytes one = assay_bytes_of(bytes.data, size);
        const size_t line = assay_bytes_find(one, ASSAY_LITERAL("\n"));

        if (line < one.size)
            add_file(into, assay_bytes_of(one.data, line),
                     assay_bytes_of(one.data + line + 1, one.size - line - 1));
        bytes = size == bytes.size ? ASSAY_NO_BYTES
                                   : assay_bytes_of(bytes.data + size + 1, bytes.size - size - 1);
    }
}

static void close_files(folder *of)
{
    for (size_t i = 0; i < of->count; i++)
        assay_writer_close(&of->files[i].writer);
}

static assay_reference *read_folder(const folder *from)
{
    assay_import_job job = { .file_count = from->count, .files = from->files, .hashes = hashes };
    assay_reference *reference = NULL;
    assay_error error = { .what = "" };
    const int status = assay_export_read(assay_export_format_by_name("pcrlock"), &job, &reference,
                                         &error);

    must((status == 0) == (reference != NULL));
    must(status == 0 || (error.kind == -status && error.what[0] != '\0'));
    assay_import_job_free(&job);
    return reference;
}

/* Whether it can be written: a reference may have no PCR that is known. */
static bool write_folder(const assay_reference *reference, folder *to)
{
    assay_export_job job = { .reference = reference,
                             .variants = assay_reference_all(reference),
                             .pcrs = ASSAY_ALL_PCRS,
                             .hashes = hashes };
    assay_error error = { .what = "" };

    to->count = 0;
    for (size_t i = 0; i < ASSAY_ALGS; i++)
        job.banks[job.bank_count++] = assay_alg_at(i)->id;
    const int status =
        assay_export_write(assay_export_format_by_name("pcrlock"), &job, &error);
    must(status == 0 || (error.kind == -status && error.what[0] != '\0'));
    for (size_t i = 0; i < job.file_count && status == 0; i++)
        add_file(to, assay_bytes_of_string(job.files[i]->path),
                 assay_written(&job.files[i]->writer));
    const bool whole = status == 0 && job.file_count <= FILES_MAX;
    assay_export_job_free(&job);
    return whole;
}

static void must_come_back(const folder *written)
{
    static folder again;
    assay_reference *reference = read_folder(written);

    must(reference != NULL && write_folder(reference, &again) && again.count == written->count);
    for (size_t i = 0; i < again.count; i++) {
        must(strcmp(again.paths[i], written->paths[i]) == 0);
        must(assay_bytes_equal(assay_written(&again.files[i].writer),
                               assay_written(&written->files[i].writer)));
    }
    close_files(&again);
    assay_reference_free(&reference);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static folder given, written;

    if (hashes == NULL)
        hashes = assay_hashes_new();
    split(&given, assay_bytes_of(data, size));
    assay_reference *reference = read_folder(&given);
    if (reference != NULL && write_folder(reference, &written))
        must_come_back(&written);
    close_files(&written);
    written.count = 0;
    close_files(&given);
    assay_reference_free(&reference);
    return 0;
}
