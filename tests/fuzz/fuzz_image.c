/* SPDX-License-Identifier: BSD-2-Clause */
#include "eventlog/payload/image.h"
#include "tests/fuzz/property.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const assay_bytes bytes = assay_bytes_of(data, size);
    assay_image image;

    if (!assay_image_decode(bytes, &image))
        return 0;
    MUST_WRITE(assay_image_encode, &image, bytes);
    must(image.path.size <= image.path_size);
    must(image.trailing.size == 0 || image.path.size == image.path_size);
    MUST_REPEAT(assay_image_summary, &image);
    MUST_EMIT(assay_image_emit, &image);
    return 0;
}
