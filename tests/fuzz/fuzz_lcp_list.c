/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/fuzz/lcp_properties.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const assay_bytes bytes = assay_bytes_of(data, size);
    assay_cursor cursor = assay_cursor_of(bytes);
    assay_lcp_list list;
    assay_error error;
    const int status = assay_lcp_list_read(&cursor, 0, &list, &error);

    must(status == 0 ? cursor.offset == list.bytes.size : cursor.offset == 0);
    must(status == 0 || error.kind == -status);
    check_list(&list, bytes, status == 0);
    return 0;
}
