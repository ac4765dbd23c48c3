/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The cursor: every untrusted byte of this project passes through it.
 *
 * assay_take() is the only function that compares a length with what is left.
 * Failure is sticky: the first read that does not fit moves nothing, remembers
 * where it stood and what it wanted, and every later read yields zero or no
 * bytes. So a parser is a column of reads with one question at the bottom:
 *
 *     event.pcr_index = assay_take_u32le(&cursor);
 *     event.type      = assay_take_u32le(&cursor);
 *     if (cursor.failed) ...
 */
#ifndef ASSAY_BASE_CURSOR_H
#define ASSAY_BASE_CURSOR_H

#include "base/bytes.h"

typedef struct assay_cursor {
    assay_bytes bytes; /* what may be read */
    size_t offset;     /* of the next byte; never beyond bytes.size */
    bool failed;       /* a read did not fit */
    size_t wanted;     /* how many bytes that read asked for, from offset */
} assay_cursor;

/** A cursor at the first of `bytes`. */
static inline assay_cursor assay_cursor_of(assay_bytes bytes)
{
    return (assay_cursor){ .bytes = bytes };
}

/**
 * The next `size` bytes, lent from the cursor's own; moves past them. When fewer
 * are left, or an earlier read failed: no bytes, and the cursor stays.
 */
assay_bytes assay_take(assay_cursor *cursor, size_t size);

/**
 * The next `size` bytes, or all that is left when that is less: for a field whose
 * stated length may lie and of which a part is worth having. Compare the size of
 * what comes back with `size` to learn which.
 */
assay_bytes assay_take_up_to(assay_cursor *cursor, uint64_t size);

/** All that is left; empty at the end, no bytes after a failure. */
assay_bytes assay_take_rest(assay_cursor *cursor);

/** What is left, without moving. */
assay_bytes assay_peek_rest(const assay_cursor *cursor);

/** How many bytes are left; 0 after a failure. */
size_t assay_left(const assay_cursor *cursor);

/** Moves to `offset` from the start; beyond the end is a failure. */
void assay_seek(assay_cursor *cursor, uint64_t offset);

/** Unsigned integers, little-endian (le: firmware, TXT) or big-endian (be: TPM 2.0). */
uint8_t assay_take_u8(assay_cursor *cursor);
uint16_t assay_take_u16le(assay_cursor *cursor);
uint32_t assay_take_u32le(assay_cursor *cursor);
uint64_t assay_take_u64le(assay_cursor *cursor);
uint16_t assay_take_u16be(assay_cursor *cursor);
uint32_t assay_take_u32be(assay_cursor *cursor);
uint64_t assay_take_u64be(assay_cursor *cursor);

#endif
