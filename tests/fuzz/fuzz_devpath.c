/* SPDX-License-Identifier: BSD-2-Clause */
#include "eventlog/payload/devpath.h"
#include "tests/fuzz/property.h"

static void write_again(assay_writer *writer, assay_bytes bytes)
{
    assay_devpath path = assay_devpath_of(bytes);
    assay_devpath_node node;

    while (assay_devpath_next(&path, &node)) {
        const assay_devpath_kind *const kind = assay_devpath_kind_of(&node);

        must(kind == NULL || node.data.size + 4 >= kind->minimum);
        assay_devpath_encode(writer, &node);
    }
    must(path.ended || !assay_devpath_next(&path, &node));
    assay_put(writer, assay_devpath_rest(&path));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const assay_bytes bytes = assay_bytes_of(data, size);

    MUST_WRITE(write_again, bytes, bytes);
    MUST_REPEAT(assay_devpath_put_text, bytes);
    MUST_REPEAT(assay_devpath_summary, bytes);
    MUST_EMIT(assay_devpath_emit, "path", bytes);
    return 0;
}
