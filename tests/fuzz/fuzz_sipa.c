/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Windows' records: no view leaves the event, the walk ends and goes no deeper than it says, and
 * what is read of values stays inside them.
 */
#include "tests/fuzz/payload_properties.h"

#include "eventlog/payload/sipavalue.h"
#include "eventlog/types.h"

static void must_be_inside(assay_bytes view, assay_bytes whole)
{
    must(view.data == NULL ||
         (view.data >= whole.data && view.data + view.size <= whole.data + whole.size));
}

static void read_values(const assay_sipa_record *record)
{
    assay_sipa_digested digested;
    assay_sipa_quote quote;
    assay_sipa_key key;

    if (assay_sipa_revocation_read(record->data, &digested) ||
        assay_sipa_policy_read(record->data, &digested) ||
        assay_sipa_boot_policy_read(record->data, &digested)) {
        must_be_inside(digested.digest, record->data);
        must_be_inside(digested.name, record->data);
    }
    if (assay_sipa_public_key_read(record->data, &key) ||
        assay_sipa_identity_key_read(record->data, &key)) {
        must_be_inside(key.modulus, record->data);
        must_be_inside(key.exponent, record->data);
    }
    if (assay_sipa_quote_read(record->data, &quote)) {
        must_be_inside(quote.extra_data, record->data);
        must_be_inside(quote.pcr_digest, record->data);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const assay_event event = { .pcr_index = 12,
                                .type = EV_EVENT_TAG,
                                .data = assay_bytes_of(data, size) };
    const assay_payload payload = must_read_payload(&event);
    assay_sipa_record record;
    size_t count = 0;

    if (payload.kind != ASSAY_PAYLOAD_SIPA)
        return 0;
    must(payload.sipa.list.size + payload.sipa.rest.size == size);
    assay_sipa_walk walk = assay_sipa_walk_of(&payload.sipa);
    while (assay_sipa_walk_next(&walk, &record)) {
        must(record.depth < ASSAY_SIPA_DEPTH);
        must_be_inside(record.data, event.data);
        read_values(&record);
        count++;
    }
    must(count >= payload.sipa.count && count <= size / 8);
    return 0;
}
