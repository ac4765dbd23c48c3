/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Bytes that exist somewhere else: a pointer and a length that travel together,
 * by value. The bytes are lent: whoever holds an assay_bytes may read them and
 * never frees them.
 *
 * Null and empty differ and both are legal. {NULL, 0} says "there is no such
 * field", {pointer, 0} says "the field is there and has no bytes".
 */
#ifndef ASSAY_BASE_BYTES_H
#define ASSAY_BASE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef struct assay_bytes {
    const uint8_t *data;
    size_t size;
} assay_bytes;

/** No bytes at all, as opposed to an empty run of them. */
#define ASSAY_NO_BYTES ((assay_bytes){ NULL, 0 })

/** The characters of a string literal, without its NUL. */
#define ASSAY_LITERAL(s) ((assay_bytes){ (const uint8_t *)(s), sizeof(s) - 1 })

/** `size` bytes at `data`. */
static inline assay_bytes assay_bytes_of(const void *data, size_t size)
{
    return (assay_bytes){ (const uint8_t *)data, size };
}

/** The characters of a NUL-terminated string, without its NUL. */
static inline assay_bytes assay_bytes_of_string(const char *text)
{
    return (assay_bytes){ (const uint8_t *)text, strlen(text) };
}

static inline bool assay_bytes_equal(assay_bytes a, assay_bytes b)
{
    return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

static inline bool assay_bytes_start_with(assay_bytes bytes, assay_bytes prefix)
{
    return bytes.size >= prefix.size &&
           (prefix.size == 0 || memcmp(bytes.data, prefix.data, prefix.size) == 0);
}

/** Where `wanted` first stands in `bytes`, as an offset, or bytes.size where it does not. */
size_t assay_bytes_find(assay_bytes bytes, assay_bytes wanted);

/** Whether every byte equals `value`; true for no bytes. */
bool assay_bytes_all(assay_bytes bytes, uint8_t value);

#endif
