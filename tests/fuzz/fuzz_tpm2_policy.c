/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The folder for tpm2-tools: variants/list, the name, and the selection of one variant, a line
 * each, and its values: whatever is taken comes back from what is written of it.
 */
#include "tests/fuzz/export_properties.h"

enum { FILES = 4 };

static const property_export how = { .format = "tpm2-policy", .every_bank = true,
                                     .may_refuse = true };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    assay_export_file files[FILES] = { { .path = "variants/list" },
                                       { .path = "variants/a/name" },
                                       { .path = "variants/a/selection" },
                                       { .path = "variants/a/pcrs.raw" } };
    assay_bytes left = assay_bytes_of(data, size);

    for (size_t i = 0; i < FILES; i++) {
        const size_t end = assay_bytes_find(left, ASSAY_LITERAL("\n"));
        const size_t taken = i + 1 == FILES || end == left.size ? left.size : end + 1;

        files[i].writer = assay_writer_growing(size + 1);
        assay_put(&files[i].writer, assay_bytes_of(left.data, taken));
        left = assay_bytes_of(left.data + taken, left.size - taken);
    }
    must_read_files_back(&how, files, FILES);
    for (size_t i = 0; i < FILES; i++)
        assay_writer_close(&files[i].writer);
    return 0;
}
