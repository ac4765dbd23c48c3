/* SPDX-License-Identifier: BSD-2-Clause */
/* CBOR: reading. libcbor finds one item at a time; what may stand where is decided here. */
#include "policy/export/corim/cbor.h"

#include "base/utf8.h"

#include <cbor.h>

typedef struct document {
    assay_arena *arena;
    assay_bytes bytes;
    size_t at; /* of the next item */
    uint64_t base;
    size_t left; /* elements and pairs that there may still be */
    assay_error *error;
} document;

/* What libcbor found: one of these is called for each item. */

typedef struct event {
    assay_cbor *item;
    bool indefinite;
} event;

static void set(void *context, enum assay_cbor_kind kind, uint64_t number)
{
    event *const into = context;

    into->item->kind = kind;
    into->item->number = number;
}

static void set_string(void *context, enum assay_cbor_kind kind, cbor_data data, size_t size)
{
    set(context, kind, 0);
    ((event *)context)->item->bytes = assay_bytes_of(data, size);
}

static void set_collection(void *context, enum assay_cbor_kind kind, size_t count)
{
    set(context, kind, 0);
    ((event *)context)->item->count = count;
}

#define ON_NUMBER(name, type, kind)                                                                \
    static void name(void *context, type value)                                                    \
    {                                                                                              \
        set(context, kind, value);                                                                 \
    }
#define ON_OTHER(name, type)                                                                       \
    static void name(void *context, type value)                                                    \
    {                                                                                              \
        (void)value;                                                                               \
        set(context, ASSAY_CBOR_OTHER, 0);                                                         \
    }

ON_NUMBER(on_uint8, uint8_t, ASSAY_CBOR_UINT)
ON_NUMBER(on_uint16, uint16_t, ASSAY_CBOR_UINT)
ON_NUMBER(on_uint32, uint32_t, ASSAY_CBOR_UINT)
ON_NUMBER(on_uint64, uint64_t, ASSAY_CBOR_UINT)
ON_NUMBER(on_negint8, uint8_t, ASSAY_CBOR_NEGATIVE)
ON_NUMBER(on_negint16, uint16_t, ASSAY_CBOR_NEGATIVE)
ON_NUMBER(on_negint32, uint32_t, ASSAY_CBOR_NEGATIVE)
ON_NUMBER(on_negint64, uint64_t, ASSAY_CBOR_NEGATIVE)
ON_OTHER(on_float, float)
ON_OTHER(on_double, double)
ON_OTHER(on_boolean, bool)

static void on_tag(void *context, uint64_t tag)
{
    set(context, ASSAY_CBOR_TAG, tag);
    ((event *)context)->item->count = 1;
}

static void on_bytes(void *context, cbor_data data, size_t size)
{
    set_string(context, ASSAY_CBOR_BYTES, data, size);
}

static void on_text(void *context, cbor_data data, size_t size)
{
    set_string(context, ASSAY_CBOR_TEXT, data, size);
}

static void on_array(void *context, size_t count)
{
    set_collection(context, ASSAY_CBOR_ARRAY, count);
}

static void on_map(void *context, size_t count)
{
    set_collection(context, ASSAY_CBOR_MAP, count);
}

static void on_null(void *context)
{
    set(context, ASSAY_CBOR_NULL, 0);
}

static void on_undefined(void *context)
{
    set(context, ASSAY_CBOR_OTHER, 0);
}

static void on_indefinite(void *context)
{
    ((event *)context)->indefinite = true;
}

static const struct cbor_callbacks callbacks = {
    .uint8 = on_uint8,
    .uint16 = on_uint16,
    .uint32 = on_uint32,
    .uint64 = on_uint64,
    .negint8 = on_negint8,
    .negint16 = on_negint16,
    .negint32 = on_negint32,
    .negint64 = on_negint64,
    .byte_string_start = on_indefinite,
    .byte_string = on_bytes,
    .string = on_text,
    .string_start = on_indefinite,
    .indef_array_start = on_indefinite,
    .array_start = on_array,
    .indef_map_start = on_indefinite,
    .map_start = on_map,
    .tag = on_tag,
    .float2 = on_float,
    .float4 = on_float,
    .float8 = on_double,
    .undefined = on_undefined,
    .null = on_null,
    .boolean = on_boolean,
    .indef_break = on_indefinite,
};

/* What may stand there. */

static int refuse(const document *reading, enum assay_kind kind, uint64_t offset, const char *what)
{
    const assay_place place = { offset, ASSAY_NO_EVENT, "CBOR" };

    return assay_fail(reading->error, kind, place, "%s", what);
}

static int check_text(const document *reading, const assay_cbor *item)
{
    assay_bytes left = item->bytes;
    uint32_t character;

    while (left.size > 0) {
        const size_t size = assay_utf8_decode(left, &character);

        if (size == 0 || character == 0)
            return refuse(reading, ASSAY_MALFORMED, item->offset,
                          size == 0 ? "a text is not UTF-8" : "a text has a NUL in it");
        left = assay_bytes_of(left.data + size, left.size - size);
    }
    return 0;
}

/* Tags 0 to 23 stand in one byte; libcbor before 0.9 takes 6 to 20 of them for errors. */
static struct cbor_decoder_result decode(assay_bytes left, event *found)
{
    static const uint8_t tags = 0xc0, tags_end = 0xd8;

    if (left.size == 0)
        return (struct cbor_decoder_result){ .status = CBOR_DECODER_NEDATA };
    if (left.data[0] < tags || left.data[0] >= tags_end)
        return cbor_stream_decode(left.data, left.size, &callbacks, found);
    on_tag(found, left.data[0] - tags);
    return (struct cbor_decoder_result){ .status = CBOR_DECODER_FINISHED, .read = 1 };
}

/* One item without what it holds. */
static int read_head(document *reading, assay_cbor *ret_item)
{
    const assay_bytes left = assay_bytes_of(reading->bytes.data + reading->at,
                                            reading->bytes.size - reading->at);
    event found = { ret_item, false };

    *ret_item = (assay_cbor){ .kind = ASSAY_CBOR_OTHER, .offset = reading->base + reading->at };
    const struct cbor_decoder_result result = decode(left, &found);
    if (result.status == CBOR_DECODER_NEDATA)
        return refuse(reading, ASSAY_TRUNCATED, ret_item->offset, "the data ends inside an item");
    if (result.status != CBOR_DECODER_FINISHED)
        return refuse(reading, ASSAY_MALFORMED, ret_item->offset, "no item begins like this");
    if (found.indefinite)
        return refuse(reading, ASSAY_UNSUPPORTED, ret_item->offset,
                      "an item without a length: CoRIM's encoding has only definite ones");
    reading->at += result.read;
    ret_item->content = reading->base + reading->at - ret_item->bytes.size;
    return ret_item->kind == ASSAY_CBOR_TEXT ? check_text(reading, ret_item) : 0;
}

static bool is_key(const assay_cbor *item)
{
    return item->kind <= ASSAY_CBOR_TEXT;
}

bool assay_cbor_same(const assay_cbor *a, const assay_cbor *b)
{
    return a->kind == b->kind && a->number == b->number && assay_bytes_equal(a->bytes, b->bytes);
}

/* The pairs before `index` have other keys. */
static int check_key(const document *reading, const assay_cbor *items, size_t index)
{
    const assay_cbor *const key = &items[index];

    if (!is_key(key))
        return refuse(reading, ASSAY_UNSUPPORTED, key->offset,
                      "a key of a map that is neither a number nor a string");
    for (size_t i = 0; i < index; i += 2)
        if (assay_cbor_same(&items[i], key))
            return refuse(reading, ASSAY_MALFORMED, key->offset, "a key that the map has already");
    return 0;
}

static int read_item(document *reading, unsigned depth, assay_cbor *ret_item)
{
    int status = read_head(reading, ret_item);

    if (status < 0 || ret_item->count == 0)
        return status;
    const bool map = ret_item->kind == ASSAY_CBOR_MAP;
    /* Each element takes a byte at least: what is counted here was paid for. */
    if (ret_item->count > reading->bytes.size - reading->at)
        return refuse(reading, ASSAY_TRUNCATED, ret_item->offset,
                      "more elements than there are bytes");
    if (ret_item->count > reading->left || (map && ret_item->count > ASSAY_CBOR_MEMBERS))
        return refuse(reading, ASSAY_TOO_LARGE, ret_item->offset, "too many elements");
    if (depth == ASSAY_CBOR_DEPTH)
        return refuse(reading, ASSAY_TOO_LARGE, ret_item->offset, "nested too deep");
    const size_t count = ret_item->count * (map ? 2 : 1);
    reading->left -= ret_item->count;
    assay_cbor *const items = assay_arena_room(reading->arena, count * sizeof *items);
    if (items == NULL)
        return refuse(reading, ASSAY_NO_MEMORY, ret_item->offset, "no memory");
    ret_item->items = items;
    for (size_t i = 0; i < count && status == 0; i++) {
        status = read_item(reading, depth + 1, &items[i]);
        if (status == 0 && map && i % 2 == 0)
            status = check_key(reading, items, i);
    }
    return status;
}

int assay_cbor_read(assay_arena *arena, assay_bytes bytes, uint64_t base, assay_cbor *ret_item,
                    assay_error *error)
{
    document reading = { arena, bytes, 0, base, ASSAY_CBOR_ITEMS, error };
    const int status = read_item(&reading, 0, ret_item);

    return status == 0 && reading.at < bytes.size
               ? refuse(&reading, ASSAY_MALFORMED, base + reading.at, "bytes behind the last item")
               : status;
}

/* Looking into it. */

bool assay_cbor_is(const assay_cbor *item, int64_t number)
{
    return item != NULL && (number < 0 ? item->kind == ASSAY_CBOR_NEGATIVE &&
                                             item->number == ~(uint64_t)number
                                       : item->kind == ASSAY_CBOR_UINT &&
                                             item->number == (uint64_t)number);
}

const assay_cbor *assay_cbor_member(const assay_cbor *map, int64_t key)
{
    if (map == NULL || map->kind != ASSAY_CBOR_MAP)
        return NULL;
    for (size_t i = 0; i < 2 * map->count; i += 2)
        if (assay_cbor_is(&map->items[i], key))
            return &map->items[i + 1];
    return NULL;
}

const assay_cbor *assay_cbor_tagged(const assay_cbor *item, uint64_t tag)
{
    return item != NULL && item->kind == ASSAY_CBOR_TAG && item->number == tag ? item->items
                                                                               : NULL;
}
