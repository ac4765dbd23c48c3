/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * CBOR (RFC 8949). Written as its core deterministic encoding wants it (section 4.2.1: definite
 * lengths, numbers as short as they go, keys in the order of their bytes, which is the writer's
 * caller's care); read into a tree that knows where in the file each item stands.
 * Private to policy/.
 */
#ifndef ASSAY_POLICY_EXPORT_CORIM_CBOR_H
#define ASSAY_POLICY_EXPORT_CORIM_CBOR_H

#include "base/arena.h"
#include "base/error.h"
#include "base/writer.h"

enum {
    ASSAY_CBOR_DEPTH = 24,        /* of items in items; a CoMID's deepest is 12 */
    ASSAY_CBOR_ITEMS = 1 << 18,   /* elements and pairs of one tree */
    ASSAY_CBOR_MEMBERS = 1 << 10, /* of one map, each looked at beside all before it */
};

void assay_cbor_put_uint(assay_writer *writer, uint64_t value);
void assay_cbor_put_int(assay_writer *writer, int64_t value);
void assay_cbor_put_bytes(assay_writer *writer, assay_bytes bytes);
void assay_cbor_put_text(assay_writer *writer, const char *text); /* UTF-8 */

/** The heads of what holds others: their count (of a map of pairs) follows. */
void assay_cbor_put_array(assay_writer *writer, uint64_t count);
void assay_cbor_put_map(assay_writer *writer, uint64_t count);
void assay_cbor_put_tag(assay_writer *writer, uint64_t tag);

enum assay_cbor_kind {
    ASSAY_CBOR_UINT,
    ASSAY_CBOR_NEGATIVE,
    ASSAY_CBOR_BYTES,
    ASSAY_CBOR_TEXT,
    ASSAY_CBOR_ARRAY,
    ASSAY_CBOR_MAP,
    ASSAY_CBOR_TAG,
    ASSAY_CBOR_NULL,
    ASSAY_CBOR_OTHER, /* a floating point number, true, false, undefined: CoRIM has no use for it */
};

typedef struct assay_cbor {
    enum assay_cbor_kind kind;
    uint64_t number;   /* of UINT; the n of NEGATIVE, which is -1 - n; the tag of TAG */
    assay_bytes bytes; /* of BYTES and TEXT, lent from what was read */
    size_t count;      /* elements of ARRAY, pairs of MAP, 1 of TAG */
    const struct assay_cbor *items; /* of MAP key, value, key, value ... */
    uint64_t offset;   /* of its first byte in the file */
    uint64_t content;  /* of the first of `bytes` there */
} assay_cbor;

/**
 * Reads one item and nothing behind it; `base` is the offset of the first byte in the file. Keys
 * are numbers or strings and stand once each; a length that comes late (indefinite) is refused.
 * 0 or a negative kind with `error` filled.
 */
int assay_cbor_read(assay_arena *arena, assay_bytes bytes, uint64_t base, assay_cbor *ret_item,
                    assay_error *error);

/** The value of a number in a map; NULL where there is none, and of what is no map. */
const assay_cbor *assay_cbor_member(const assay_cbor *map, int64_t key);

/** What a tag of that number holds; NULL of anything else. */
const assay_cbor *assay_cbor_tagged(const assay_cbor *item, uint64_t tag);

/** Whether two are the same number or the same string; what others hold isn't looked at. */
bool assay_cbor_same(const assay_cbor *a, const assay_cbor *b);

/** Whether it is the number; of NULL false. */
bool assay_cbor_is(const assay_cbor *item, int64_t number);

#endif
