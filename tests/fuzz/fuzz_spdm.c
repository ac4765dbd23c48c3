/* SPDX-License-Identifier: BSD-2-Clause */
/* DEVICE_SECURITY_EVENT_DATA: whatever its lengths say, no view leaves the event. */
#include "tests/fuzz/payload_properties.h"

#include "eventlog/types.h"

static void must_be_inside(assay_bytes view, assay_bytes whole)
{
    must(view.data == NULL ||
         (view.data >= whole.data && view.data + view.size <= whole.data + whole.size));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const assay_event event = { .type = EV_EFI_SPDM_FIRMWARE_BLOB,
                                .data = assay_bytes_of(data, size) };
    const assay_payload payload = must_read_payload(&event);
    assay_spdm_block block;
    assay_spdm_chain chain;

    if (payload.kind != ASSAY_PAYLOAD_SPDM)
        return 0;
    must_be_inside(payload.spdm.path, event.data);
    must_be_inside(payload.spdm.content, event.data);
    must_be_inside(payload.spdm.context, event.data);
    assay_cursor blocks = assay_spdm_blocks(&payload.spdm, NULL);
    while (assay_left(&blocks) > 0 && assay_spdm_block_next(&blocks, &block)) {
        must_be_inside(block.measurement, payload.spdm.content);
        must_be_inside(block.value, payload.spdm.content);
    }
    if (assay_spdm_chain_of(&payload.spdm, &chain)) {
        must_be_inside(chain.root_hash, payload.spdm.content);
        must_be_inside(chain.certificates, payload.spdm.content);
    }
    return 0;
}
