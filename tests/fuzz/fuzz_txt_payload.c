/* SPDX-License-Identifier: BSD-2-Clause */
/* Any TXT event: u16 eventType, u8 for its bank, a digest of that bank, then its data. */
#include "base/alg.h"
#include "eventlog/types.h"
#include "tests/fuzz/payload_properties.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    assay_cursor c = assay_cursor_of(assay_bytes_of(data, size));
    const uint32_t type = assay_take_u16le(&c);
    const assay_alg *const alg = assay_alg_at(assay_take_u8(&c) % ASSAY_ALGS);
    assay_event event = { .pcr_index = 17, .type = type, .digest_count = 1 };

    event.digests[0] = (assay_event_digest){ alg->id, assay_take(&c, alg->size) };
    event.data = assay_take_rest(&c);
    if (c.failed || assay_event_type_find(type) == NULL ||
        assay_event_type_find(type)->decoder != ASSAY_DECODE_TXT)
        return 0;
    const assay_payload payload = must_read_payload(&event);
    const bool known = assay_txt_known_digest(type, alg->id, event.digests[0].value) != NULL;
    must(payload.kind != ASSAY_PAYLOAD_TXT || payload.txt.type == type);
    must(payload.kind != ASSAY_PAYLOAD_TXT || (payload.txt.known != NULL) == known);
    return 0;
}
