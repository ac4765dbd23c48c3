/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/altered.h"

#include <criterion/criterion.h>
#include <stdlib.h>

assay_event altered_event(const altered *a, uint32_t number)
{
    assay_log log;
    assay_event event = { .number = UINT32_MAX };
    assay_error error;

    cr_assert_eq(assay_log_open(&log, a->one.files[0].bytes, NULL, NULL, &error), 0);
    while (assay_log_next(&log, &event) > 0 && event.number != number)
        ;
    assay_log_close(&log);
    cr_assert_eq(event.number, number);
    return event;
}

size_t altered_offset(const altered *a, const uint8_t *place)
{
    return (size_t)(place - a->one.files[0].bytes.data);
}

void altered_open(altered *a, const char *machine)
{
    learnt_open(&a->one, machine);
    const assay_bytes bytes = a->one.files[0].bytes;
    a->bytes = malloc(2 * bytes.size);
    memcpy(a->bytes, bytes.data, bytes.size);
}

void altered_reopen(altered *a, size_t size)
{
    assay_error error = { .what = "" };

    assay_log_close(&a->one.logs[0]);
    cr_assert_eq(assay_log_open(&a->one.logs[0], assay_bytes_of(a->bytes, size), NULL, NULL,
                                &error),
                 0, "%s", error.what);
}

void altered_free(altered *a)
{
    learnt_free(&a->one);
    free(a->bytes);
}

void altered_digests(altered *a, uint32_t number)
{
    const assay_event event = altered_event(a, number);

    for (size_t i = 0; i < event.digest_count; i++)
        a->bytes[altered_offset(a, event.digests[i].value.data)] ^= 1;
    altered_reopen(a, a->one.files[0].bytes.size);
}

void altered_text(altered *a, uint32_t number, const char *from, const char *to)
{
    const assay_event event = altered_event(a, number);
    const size_t size = strlen(from), start = altered_offset(a, event.data.data);
    size_t at = 0;

    cr_assert_eq(strlen(to), size, "%s", to);
    while (at + size <= event.data.size && memcmp(a->bytes + start + at, from, size) != 0)
        at++;
    cr_assert_leq(at + size, event.data.size, "no %s in event %u", from, number);
    memcpy(a->bytes + start + at, to, size);
    altered_digests(a, number);
}

void altered_drop(altered *a, uint32_t number)
{
    const uint64_t start = altered_event(a, number).offset;
    const uint64_t end = altered_event(a, number + 1).offset;
    const assay_bytes bytes = a->one.files[0].bytes;

    memmove(a->bytes + start, a->bytes + end, bytes.size - end);
    altered_reopen(a, bytes.size - (end - start));
}

void altered_swap(altered *a, uint32_t first)
{
    const uint64_t start = altered_event(a, first).offset;
    const uint64_t middle = altered_event(a, first + 1).offset;
    const uint64_t end = altered_event(a, first + 2).offset;
    const uint8_t *const data = a->one.files[0].bytes.data;

    memcpy(a->bytes + start, data + middle, end - middle);
    memcpy(a->bytes + start + (end - middle), data + start, middle - start);
    altered_reopen(a, a->one.files[0].bytes.size);
}
