/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Folders of systemd-pcrlock's components as references: refused with a reason, or read; and what
 * is written of that, is written once more when it is read again. The input is a file's path, a
 * newline and its text up to a NUL; then the next one's.
 */
#include "tests/fuzz/export_properties.h"

enum { FILES_MAX = 32, PATH_MAX_BYTES = 200 };

typedef struct folder {
    size_t count;
    assay_export_file files[FILES_MAX];
    char paths[FILES_MAX][PATH_MAX_BYTES];
} folder;

/* A reference may have no PCR that is known. */
static const property_export how = { .format = "pcrlock", .some_alone = true };

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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static folder given;

    split(&given, assay_bytes_of(data, size));
    must_read_files_back(&how, given.files, given.count);
    close_files(&given);
    return 0;
}
