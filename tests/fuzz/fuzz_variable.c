/* SPDX-License-Identifier: BSD-2-Clause */
#include "eventlog/payload/varcontent.h"
#include "tests/fuzz/property.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const assay_bytes bytes = assay_bytes_of(data, size);
    assay_variable_content content;
    assay_variable variable;

    if (!assay_variable_decode(bytes, &variable))
        return 0;
    MUST_WRITE(assay_variable_encode, &variable, bytes);
    must(variable.data.size <= variable.data_length);
    must(variable.trailing.size == 0 || !assay_variable_is_cut(&variable));
    assay_variable_content_of(&variable, &content);
    must(content.kind < ASSAY_VARIABLE_KINDS);
    must((content.kind == ASSAY_VARIABLE_UNSET) == (variable.data.size == 0));
    MUST_REPEAT(assay_variable_summary, &variable);
    MUST_EMIT(assay_variable_emit, &variable);
    return 0;
}
