/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Lines, each a body of OpenAttestation's interface: refused with a reason, or values; and the
 * bodies that are written of them read to the same, and are written the same again.
 */
#include "tests/fuzz/export_properties.h"

enum { FILES_MAX = 32 };

static const assay_export_setting all_pcrs = { "ranges", "all" };

/* A variant may have values of another bank alone. */
static const property_export how = { .format = "oat-wlm", .bank = ASSAY_ALG_SHA256,
                                     .some_alone = true, .setting = &all_pcrs };

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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    bodies input = lines_of(assay_bytes_of(data, size));

    must_read_files_back(&how, input.files, input.count);
    close_bodies(&input);
    return 0;
}
