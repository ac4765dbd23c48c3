/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What must hold for the payload of any event, whatever wrote it: reading it twice says
 * the same, writing it gives back its bytes, emitting it gives well-formed JSON, and its
 * summary is one that assay_put_safe can make harmless.
 */
#ifndef ASSAY_TESTS_FUZZ_PAYLOAD_PROPERTIES_H
#define ASSAY_TESTS_FUZZ_PAYLOAD_PROPERTIES_H

#include <jansson.h>
#include <stdlib.h>

#include "eventlog/payload/payload.h"

enum { PAYLOAD_CEILING = 64 << 20 };

static inline void demand(bool condition)
{
    if (!condition)
        abort();
}

static inline void demand_bytes_come_back(const assay_payload *payload)
{
    assay_writer writer = assay_writer_growing(PAYLOAD_CEILING);

    assay_payload_encode(&writer, payload);
    demand(assay_bytes_equal(assay_written(&writer), payload->data));
    assay_writer_close(&writer);
}

static inline assay_writer json_of(const assay_payload *payload)
{
    assay_writer writer = assay_writer_growing(PAYLOAD_CEILING);
    assay_output out = assay_output_json_line(&writer);

    assay_emit_object(&out, NULL);
    assay_payload_emit(&out, payload);
    assay_emit_end(&out);
    demand(writer.failure == 0);
    return writer;
}

static inline void demand_json(const assay_payload *payload)
{
    assay_writer writer = json_of(payload);
    const assay_bytes text = assay_written(&writer);
    json_t *const parsed = json_loadb((const char *)text.data, text.size,
                                      JSON_ALLOW_NUL | JSON_DECODE_INT_AS_REAL, NULL);

    demand(parsed != NULL);
    json_decref(parsed);
    assay_writer_close(&writer);
}

/* One line for a terminal: no control character is left in it. */
static inline void demand_harmless_summary(const assay_payload *payload)
{
    assay_writer raw = assay_writer_growing(PAYLOAD_CEILING);
    assay_writer safe = assay_writer_growing(PAYLOAD_CEILING);

    assay_payload_summary(&raw, payload);
    assay_put_safe(&safe, assay_written(&raw));
    const assay_bytes line = assay_written(&safe);
    for (size_t i = 0; i < line.size; i++)
        demand(line.data[i] >= 0x20 && line.data[i] != 0x7F);
    assay_writer_close(&raw);
    assay_writer_close(&safe);
}

static inline void demand_the_same_twice(const assay_event *event, const assay_payload *payload)
{
    assay_payload again;

    assay_payload_decode(event, &again);
    assay_writer first = json_of(payload), second = json_of(&again);
    demand(again.kind == payload->kind);
    demand(assay_bytes_equal(assay_written(&first), assay_written(&second)));
    assay_writer_close(&first);
    assay_writer_close(&second);
}

static inline assay_payload demand_payload_properties(const assay_event *event)
{
    assay_payload payload;

    assay_payload_decode(event, &payload);
    demand_bytes_come_back(&payload);
    demand_json(&payload);
    demand_harmless_summary(&payload);
    demand_the_same_twice(event, &payload);
    return payload;
}

#endif
