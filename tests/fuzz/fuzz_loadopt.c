/* SPDX-License-Identifier: BSD-2-Clause */
#include "eventlog/payload/loadopt.h"
#include "tests/fuzz/property.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const assay_bytes bytes = assay_bytes_of(data, size);
    assay_load_option option;

    if (!assay_load_option_decode(bytes, &option))
        return 0;
    MUST_WRITE(assay_load_option_encode, &option, bytes);
    must(option.path.size <= option.path_size);
    must(option.optional_data.size == 0 || option.path.size == option.path_size);
    MUST_REPEAT(assay_load_option_summary, &option);
    MUST_EMIT(assay_load_option_emit, &option);
    return 0;
}
