/* SPDX-License-Identifier: BSD-2-Clause */
/* UEFI_GPT_DATA, and its entries one by one: as many as stated, and each inside the table. */
#include "tests/fuzz/payload_properties.h"

#include "eventlog/types.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const assay_event event = { .type = EV_EFI_GPT_EVENT, .data = assay_bytes_of(data, size) };
    const assay_payload payload = must_read_payload(&event);
    assay_cursor c = assay_cursor_of(payload.gpt.entries);
    assay_gpt_entry entry;
    uint64_t count = 0;

    if (payload.kind != ASSAY_PAYLOAD_GPT)
        return 0;
    while (assay_gpt_next(&payload.gpt, &c, &entry)) {
        must(entry.name.size <= 72);
        count++;
    }
    must(count == payload.gpt.count);
    return 0;
}
