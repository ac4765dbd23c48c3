/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What must hold for the payload of any event, whatever wrote it: its bytes come back,
 * reading it twice says the same, what is emitted is JSON, and its summary can be made
 * harmless for a terminal.
 */
#ifndef ASSAY_TESTS_FUZZ_PAYLOAD_PROPERTIES_H
#define ASSAY_TESTS_FUZZ_PAYLOAD_PROPERTIES_H

#include "eventlog/payload/payload.h"
#include "tests/fuzz/property.h"

#include <jansson.h>

/* The payload as one object: what MUST_REPEAT and the JSON reader look at. */
static inline void put_json(assay_writer *writer, const assay_payload *payload)
{
    assay_output out = assay_output_json_line(writer);

    assay_emit_object(&out, NULL);
    assay_payload_emit(&out, payload);
    assay_emit_end(&out);
}

static inline void must_be_json(const assay_payload *payload)
{
    assay_writer writer = assay_writer_growing(PROPERTY_CEILING);

    put_json(&writer, payload);
    json_t *const parsed = json_loadb((const char *)writer.data, writer.used,
                                      JSON_ALLOW_NUL | JSON_DECODE_INT_AS_REAL, NULL);
    must(parsed != NULL);
    json_decref(parsed);
    assay_writer_close(&writer);
}

static inline void must_have_harmless_summary(const assay_payload *payload)
{
    assay_writer raw = assay_writer_growing(PROPERTY_CEILING);
    assay_writer safe = assay_writer_growing(PROPERTY_CEILING);

    assay_payload_summary(&raw, payload);
    assay_put_safe(&safe, assay_written(&raw));
    for (size_t i = 0; i < safe.used; i++)
        must(safe.data[i] >= 0x20 && safe.data[i] != 0x7F);
    assay_writer_close(&raw);
    assay_writer_close(&safe);
}

/** Reads the payload of `event` and demands all of the above. */
static inline assay_payload must_read_payload(const assay_event *event)
{
    assay_payload payload, again;

    assay_payload_decode(event, &payload);
    assay_payload_decode(event, &again);
    must(again.kind == payload.kind);
    MUST_WRITE(assay_payload_encode, &payload, event->data);
    MUST_WRITE(assay_payload_encode, &again, event->data);
    MUST_REPEAT(put_json, &payload);
    MUST_REPEAT(assay_payload_summary, &payload);
    must_be_json(&payload);
    must_have_harmless_summary(&payload);
    return payload;
}

#endif
