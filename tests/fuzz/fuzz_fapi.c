/* SPDX-License-Identifier: BSD-2-Clause */
/* Policies of the Feature API: whatever is taken comes back from what is written of it. */
#include "tests/fuzz/folder_properties.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    assay_export_file file = { .path = "policy.json", .writer = assay_writer_growing(size + 1) };

    assay_put(&file.writer, assay_bytes_of(data, size));
    must_read_folder_back("fapi", &file, 1);
    assay_writer_close(&file.writer);
    return 0;
}
