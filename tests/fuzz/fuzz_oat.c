/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Lines, each a body of OpenAttestation's interface: refused with a reason, or values; and the
 * bodies that are written of them read to the same, and are written the same again.
 */
#include "tests/fuzz/export_properties.h"

enum { FILES_MAX = 32 };

typedef struct bodies {
    size_t count;
    assay_export_file files[FILES_MAX];
} bodies;

static void add_body(bodies *to, assay_bytes text)
{
    if (to->count == FILES_MAX)
        return;
    assay_export_file *const file = &to->files[to->count++];
    *file = (assay_export_file){ .path = "body.json", .writer = assay_writer_growing(1 << 24) };
    assay_put(&file->writer, text);
}

static void close_bodies(bodies *all)
{
    for (size_t i = 0; i < all->count; i++)
        assay_writer_close(&all->files[i].writer);
}

static bodies lines_of(assay_bytes text)
{
    bodies all = { .count = 0 };

    while (text.size > 0) {
        const uint8_t *const end = memchr(text.data, '\n', text.size);
        const size_t size = end == NULL ? text.size : (size_t)(end - text.data);
        const size_t passed = size + (end != NULL);

        add_body(&all, assay_bytes_of(text.data, size));
        text = assay_bytes_of(text.data + passed, text.size - passed);
    }
    return all;
}

static assay_reference *read_bodies(const bodies *all, assay_hashes *hashes, int *ret_status)
{
    assay_import_job job = { .file_count = all->count, .files = all->files, .hashes = hashes };
    assay_reference *reference = NULL;
    assay_error error = { .what = "" };

    *ret_status =
        assay_export_read(assay_export_format_by_name("oat-wlm"), &job, &reference, &error);
    must((*ret_status == 0) == (reference != NULL));
    must(*ret_status == 0 || (error.kind == -*ret_status && error.what[0] != '\0'));
    assay_import_job_free(&job);
    return reference;
}

/* What the reference has of SHA-256; no bodies where it has none. */
static bodies write_bodies(const assay_reference *reference, assay_hashes *hashes)
{
    static const assay_export_setting all_pcrs = { "ranges", "all" };
    assay_export_job job = { .reference = reference,
                             .variants = assay_reference_all(reference),
                             .pcrs = ASSAY_ALL_PCRS,
                             .bank_count = 1,
                             .banks = { ASSAY_ALG_SHA256 },
                             .setting_count = 1,
                             .settings = &all_pcrs,
                             .hashes = hashes };
    const int status = assay_export_write(assay_export_format_by_name("oat-wlm"), &job, NULL);
    bodies all = { .count = 0 };

    must(status == 0 || status == -ASSAY_UNSUPPORTED);
    for (size_t i = 0; i < job.file_count && status == 0; i++)
        add_body(&all, assay_written(&job.files[i]->writer));
    assay_export_job_free(&job);
    return all;
}

/* Beyond so many not all are kept here, and what is read again is less. */
static void must_be_the_same(const bodies *once, assay_hashes *hashes)
{
    int status;
    assay_reference *again = read_bodies(once, hashes, &status);

    must(status == 0);
    bodies twice = write_bodies(again, hashes);
    must(once->count == twice.count);
    for (size_t i = 0; i < once->count; i++)
        must(assay_bytes_equal(assay_written(&once->files[i].writer),
                               assay_written(&twice.files[i].writer)));
    close_bodies(&twice);
    assay_reference_free(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static assay_hashes *hashes;
    int status;

    if (hashes == NULL)
        hashes = assay_hashes_new();
    bodies input = lines_of(assay_bytes_of(data, size));
    assay_reference *read = read_bodies(&input, hashes, &status);
    if (status == 0) {
        bodies once = write_bodies(read, hashes);

        if (once.count > 0 && once.count < FILES_MAX)
            must_be_the_same(&once, hashes);
        close_bodies(&once);
        assay_reference_free(&read);
    }
    close_bodies(&input);
    return 0;
}
