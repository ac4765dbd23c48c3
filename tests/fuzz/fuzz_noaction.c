/* SPDX-License-Identifier: BSD-2-Clause */
/* EV_NO_ACTION: whatever its signature promises, no view leaves the event. */
#include "tests/fuzz/payload_properties.h"

#include "eventlog/types.h"

static void must_be_inside(assay_bytes view, assay_bytes whole)
{
    must(view.data == NULL ||
           (view.data >= whole.data && view.data + view.size <= whole.data + whole.size));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const assay_event event = { .type = EV_NO_ACTION, .data = assay_bytes_of(data, size) };
    const assay_payload payload = must_read_payload(&event);
    const assay_no_action *const no_action = &payload.no_action;

    if (payload.kind != ASSAY_PAYLOAD_NO_ACTION)
        return 0;
    must_be_inside(no_action->signature, event.data);
    must_be_inside(no_action->rest, event.data);
    if (no_action->kind == ASSAY_NO_ACTION_SPEC_ID) {
        must_be_inside(no_action->spec_id.algorithms, event.data);
        must_be_inside(no_action->spec_id.vendor_info, event.data);
    }
    if (no_action->kind == ASSAY_NO_ACTION_PLATFORM_ID) {
        must_be_inside(no_action->platform_id.firmware_version, event.data);
        must_be_inside(no_action->platform_id.rim.value, event.data);
        must_be_inside(no_action->platform_id.platform_cert.value, event.data);
    }
    return 0;
}
