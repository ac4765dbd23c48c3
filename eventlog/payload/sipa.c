/* SPDX-License-Identifier: BSD-2-Clause */
#include "eventlog/payload/sipa.h"

static const assay_sipa_kind kinds[] = {
#define SIPA(value, name, show) { value, #name, ASSAY_SIPA_##show },
#include "eventlog/payload/sipa.def"
#undef SIPA
};

enum { KINDS = sizeof kinds / sizeof *kinds };

static const char *const classes[] = {
    NULL,
    "Windows container",
    "Windows information",
    "Windows error",
    "Windows pre-OS parameter",
    "Windows OS parameter",
    "Windows authority",
    "Windows loaded module",
    "Windows trust point",
    "Windows ELAM",
    "Windows VBS",
    "Windows KSR",
    "Windows DRTM",
};

const char *assay_sipa_class_name(uint32_t type)
{
    const uint32_t class = type >> 16 & 0xFF;

    return (type & 0x3F000000) == 0 && class < sizeof classes / sizeof *classes ? classes[class]
                                                                                : NULL;
}

bool assay_sipa_is_type(uint32_t type)
{
    return assay_sipa_class_name(type) != NULL;
}

const assay_sipa_kind *assay_sipa_kind_at(size_t index)
{
    return index < KINDS ? &kinds[index] : NULL;
}

const assay_sipa_kind *assay_sipa_find(uint32_t type)
{
    for (size_t i = 0; i < KINDS; i++)
        if (kinds[i].type == type)
            return &kinds[i];
    return NULL;
}

bool assay_sipa_next(assay_cursor *list, assay_sipa_record *ret_record)
{
    assay_cursor ahead = *list;
    assay_sipa_record record = { .type = assay_take_u32le(&ahead) };

    record.data = assay_take(&ahead, assay_take_u32le(&ahead));
    if (ahead.failed)
        return false;
    *list = ahead;
    *ret_record = record;
    return true;
}

bool assay_sipa_decode(assay_bytes data, assay_sipa *ret_sipa)
{
    assay_cursor c = assay_cursor_of(data);
    assay_cursor first = c;
    const uint32_t type = assay_take_u32le(&first);
    assay_sipa_record record;
    size_t count = 0;

    if (first.failed || !assay_sipa_is_type(type))
        return false;
    while (assay_sipa_next(&c, &record))
        count++;
    if (assay_left(&c) > 0 &&
        (assay_left(&first) < sizeof(uint32_t) || assay_sipa_find(type) == NULL))
        return false;
    *ret_sipa = (assay_sipa){ count, assay_bytes_of(data.data, c.offset), assay_peek_rest(&c) };
    return true;
}

void assay_sipa_encode(assay_writer *writer, const assay_sipa *sipa)
{
    assay_cursor c = assay_cursor_of(sipa->list);
    assay_sipa_record record;

    while (assay_sipa_next(&c, &record)) {
        assay_put_u32le(writer, record.type);
        assay_put_u32le(writer, (uint32_t)record.data.size);
        assay_put(writer, record.data);
    }
    assay_put(writer, sipa->rest);
}

assay_sipa_walk assay_sipa_walk_of(const assay_sipa *sipa)
{
    return (assay_sipa_walk){ .list = { assay_cursor_of(sipa->list) } };
}

bool assay_sipa_walk_next(assay_sipa_walk *walk, assay_sipa_record *ret_record)
{
    while (!assay_sipa_next(&walk->list[walk->depth], ret_record))
        if (walk->depth-- == 0) {
            walk->depth = 0;
            return false;
        }
    ret_record->depth = walk->depth;
    if ((ret_record->type & ASSAY_SIPA_AGGREGATION) != 0 && walk->depth + 1 < ASSAY_SIPA_DEPTH)
        walk->list[++walk->depth] = assay_cursor_of(ret_record->data);
    return true;
}

bool assay_sipa_number(assay_bytes data, uint64_t *ret_number)
{
    uint64_t number = 0;

    if (data.size == 0 || data.size > sizeof number)
        return false;
    for (size_t i = data.size; i > 0; i--)
        number = number << 8 | data.data[i - 1];
    *ret_number = number;
    return true;
}

static void emit_list(assay_output *out, const char *key, assay_bytes list, unsigned depth);

/* What a type is called that wbcl.h does not list. */
static const char *unnamed(uint32_t type)
{
    const char *const class = assay_sipa_class_name(type);

    return class != NULL ? class : "unknown";
}

static void emit_record(assay_output *out, const assay_sipa_record *record, unsigned depth)
{
    const assay_sipa_kind *const kind = assay_sipa_find(record->type);

    assay_emit_object(out, NULL);
    assay_emit_address(out, "type", record->type);
    assay_emit_string(out, "name", kind != NULL ? kind->name : unnamed(record->type));
    if ((record->type & ASSAY_SIPA_AGGREGATION) != 0 && depth + 1 < ASSAY_SIPA_DEPTH)
        emit_list(out, "children", record->data, depth + 1);
    else
        assay_sipa_emit_value(out, record);
    assay_emit_end(out);
}

/* The records of a list, and the bytes after the last that is whole. */
static void emit_list(assay_output *out, const char *key, assay_bytes list, unsigned depth)
{
    assay_cursor c = assay_cursor_of(list);
    assay_sipa_record record;

    assay_emit_array(out, key);
    while (assay_sipa_next(&c, &record))
        emit_record(out, &record, depth);
    assay_emit_end(out);
    if (assay_left(&c) > 0)
        assay_emit_hex(out, "rest", assay_peek_rest(&c));
}

/* A record that says to be longer than what is left of the event. */
static void emit_damaged(assay_output *out, assay_bytes rest)
{
    assay_cursor c = assay_cursor_of(rest);
    const uint32_t type = assay_take_u32le(&c);
    const uint32_t size = assay_take_u32le(&c);
    const assay_sipa_kind *const kind = assay_sipa_find(type);

    assay_emit_object(out, "damaged");
    if (!c.failed) {
        assay_emit_address(out, "type", type);
        assay_emit_string(out, "name", kind != NULL ? kind->name : unnamed(type));
        assay_emit_u64(out, "size", size);
    }
    assay_emit_hex(out, "data", c.failed ? rest : assay_peek_rest(&c));
    assay_emit_end(out);
}

void assay_sipa_emit(assay_output *out, const assay_sipa *sipa)
{
    emit_list(out, "events", sipa->list, 0);
    if (sipa->rest.size > 0)
        emit_damaged(out, sipa->rest);
}
