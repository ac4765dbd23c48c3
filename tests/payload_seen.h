/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An event's payload as a test looks at it: decoded, written again, as JSON and in one
 * line. Looking asserts what must hold for any payload: the bytes come back, and all of
 * it is well-formed JSON.
 */
#ifndef ASSAY_TESTS_PAYLOAD_SEEN_H
#define ASSAY_TESTS_PAYLOAD_SEEN_H

#include <criterion/criterion.h>
#include <jansson.h>

#include "eventlog/payload/payload.h"
#include "eventlog/types.h"

struct seen {
    assay_payload payload;
    char summary[1024];
    char json[8192];
};

static inline void terminate(assay_writer *writer, char *text, size_t size)
{
    cr_assert_lt(writer->written, size, "the test's buffer is too small");
    text[writer->used] = '\0';
}

static inline void assert_written_again(const assay_payload *payload)
{
    assay_writer writer = assay_writer_growing(1 << 20);

    assay_payload_encode(&writer, payload);
    cr_assert(assay_bytes_equal(assay_written(&writer), payload->data), "encode(decode(x)) != x");
    assay_writer_close(&writer);
}

static inline struct seen see(uint32_t pcr, uint32_t type, const void *data, size_t size)
{
    const assay_event event = { .pcr_index = pcr,
                                .type = type,
                                .data = assay_bytes_of(data, size) };
    struct seen seen;
    assay_writer summary = assay_writer_lent(seen.summary, sizeof seen.summary);
    assay_writer json = assay_writer_lent(seen.json, sizeof seen.json);
    assay_output out = assay_output_json_line(&json);

    assay_payload_decode(&event, &seen.payload);
    assert_written_again(&seen.payload);
    assay_payload_summary(&summary, &seen.payload);
    terminate(&summary, seen.summary, sizeof seen.summary);
    assay_emit_object(&out, NULL);
    assay_payload_emit(&out, &seen.payload);
    assay_emit_end(&out);
    terminate(&json, seen.json, sizeof seen.json);

    json_t *const parsed = json_loads(seen.json, JSON_ALLOW_NUL | JSON_DECODE_INT_AS_REAL, NULL);
    cr_assert_not_null(parsed, "not JSON: %s", seen.json);
    json_decref(parsed);
    return seen;
}

/* One payload and what it must look like; json without its newline. */
struct expectation {
    uint32_t type;
    const void *data;
    size_t size;
    enum assay_payload_kind kind;
    const char *summary;
    const char *json;
};

/* Data from a string literal, without its NUL. */
#define DATA(literal) literal, sizeof(literal) - 1

static inline void expect_all(const struct expectation *expectations, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct expectation *const e = &expectations[i];
        const struct seen seen = see(0, e->type, e->data, e->size);
        const size_t length = strlen(seen.json);

        cr_expect_eq(seen.payload.kind, e->kind, "row %zu is %s", i,
                     assay_payload_kind_name(seen.payload.kind));
        cr_expect_str_eq(seen.summary, e->summary, "row %zu", i);
        cr_expect(length == strlen(e->json) + 1 && memcmp(seen.json, e->json, length - 1) == 0,
                  "row %zu: %s not %s", i, seen.json, e->json);
    }
}

#endif
