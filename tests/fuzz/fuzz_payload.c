/* SPDX-License-Identifier: BSD-2-Clause */
/* Any event: u32 pcrIndex, u32 eventType, then its data. */
#include "tests/fuzz/payload_properties.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    assay_cursor c = assay_cursor_of(assay_bytes_of(data, size));
    assay_event event = { .pcr_index = assay_take_u32le(&c), .type = assay_take_u32le(&c) };

    event.data = assay_take_rest(&c);
    if (!c.failed)
        must_read_payload(&event);
    return 0;
}
