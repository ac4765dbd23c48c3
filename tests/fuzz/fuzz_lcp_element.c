/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/fuzz/lcp_properties.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const assay_bytes bytes = assay_bytes_of(data, size);
    assay_cursor cursor = assay_cursor_of(bytes);
    assay_lcp_element element;
    assay_error error;
    size_t before = 0;
    int more;

    while ((more = assay_lcp_element_next(&cursor, 0, &element, &error)) > 0) {
        must(cursor.offset >= before + ASSAY_LCP_ELEMENT_HEADER);
        before = cursor.offset;
        check_element(&element, bytes);
    }
    must(more == 0 || (error.kind == -more && cursor.offset == before));
    return 0;
}
