/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A base RIM is refused, with a reason, or read; and what is written of one that was read says the
 * same when it is read again, and is written the same.
 */
#include "policy/export/rim/rim.h"

#include <stdio.h>
#include <stdlib.h>

static assay_hashes *hashes;

static void must(bool so)
{
    if (!so)
        abort();
}

static bool same_text(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static bool same_file(const assay_rim_file *a, const assay_rim_file *b)
{
    return strcmp(a->name, b->name) == 0 && a->size == b->size && a->hash_count == b->hash_count;
}

static int read_tag(assay_bytes xml, assay_arena *arena, assay_rim_tag *ret_tag)
{
    enum assay_rim_trust trust;
    assay_error error = { .kind = 0 };
    const int status = assay_rim_read_tag(xml, NULL, 0, hashes, arena, ret_tag, &trust, &error);

    must(status == 0 || (error.kind == -status && error.what[0] != '\0'));
    return status;
}

static assay_writer write_tag(const assay_rim_tag *tag)
{
    assay_writer xml = assay_writer_growing((size_t)ASSAY_RIM_TAG_MAX * 8);
    assay_export_job job = { .hashes = hashes };
    assay_error error;

    must(assay_rim_put_tag(&job, tag, &xml, &error) == 0 && xml.failure == 0);
    assay_export_job_free(&job);
    return xml;
}

static void compare(const assay_rim_tag *a, const assay_rim_tag *b)
{
    must(a->file_count == b->file_count);
    for (size_t i = 0; i < ASSAY_RIM_TEXTS; i++)
        must(same_text(a->texts[i], b->texts[i]));
    for (size_t i = 0; i < a->file_count; i++)
        must(same_file(&a->files[i], &b->files[i]));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    assay_arena arena = { NULL };
    assay_rim_tag tag, again;

    if (hashes == NULL)
        hashes = assay_hashes_new();
    if (read_tag(assay_bytes_of(data, size), &arena, &tag) == 0) {
        assay_writer first = write_tag(&tag);

        must(assay_written(&first).size > ASSAY_RIM_TAG_MAX ||
             read_tag(assay_written(&first), &arena, &again) == 0);
        if (assay_written(&first).size <= ASSAY_RIM_TAG_MAX) {
            assay_writer second = write_tag(&again);

            compare(&tag, &again);
            must(assay_bytes_equal(assay_written(&first), assay_written(&second)));
            assay_writer_close(&second);
        }
        assay_writer_close(&first);
    }
    assay_arena_free(&arena);
    return 0;
}
