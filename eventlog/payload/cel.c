/* SPDX-License-Identifier: BSD-2-Clause */
#include "eventlog/payload/cel.h"

enum {
    TYPE_VERSION = 1,
    TYPE_FIRMWARE_END = 2,
    TYPE_TIMESTAMP = 80,
    TYPE_STATE_TRANS = 81,
    TYPE_TIMESTAMP_HEX = 0x80,
    TYPE_STATE_TRANS_HEX = 0x81,
    MAJOR = 0,
    MINOR = 1,
    NUMBER_MAX = 8,
};

static bool take_field(assay_cursor *c, uint8_t *ret_type, assay_bytes *ret_value)
{
    *ret_type = assay_take_u8(c);
    const uint32_t size = assay_take_u32be(c);
    *ret_value = assay_take(c, size);
    return !c->failed;
}

bool assay_cel_number(assay_bytes value, uint64_t *ret_number)
{
    assay_cursor c = assay_cursor_of(value);
    uint64_t number = 0;

    if (value.size == 0 || value.size > NUMBER_MAX)
        return false;
    while (assay_left(&c) > 0)
        number = number << 8 | assay_take_u8(&c);
    *ret_number = number;
    return true;
}

static bool read_version(assay_bytes value, assay_cel_item *item)
{
    assay_cursor c = assay_cursor_of(value);
    assay_bytes major, minor;
    uint8_t type;

    return take_field(&c, &type, &major) && type == MAJOR && take_field(&c, &type, &minor) &&
           type == MINOR && assay_left(&c) == 0 && assay_cel_number(major, &item->major) &&
           assay_cel_number(minor, &item->minor);
}

static enum assay_cel_kind kind_of(uint8_t type)
{
    switch (type) {
    case TYPE_VERSION:
        return ASSAY_CEL_VERSION;
    case TYPE_FIRMWARE_END:
        return ASSAY_CEL_FIRMWARE_END;
    case TYPE_TIMESTAMP:
    case TYPE_TIMESTAMP_HEX:
        return ASSAY_CEL_TIMESTAMP;
    case TYPE_STATE_TRANS:
    case TYPE_STATE_TRANS_HEX:
        return ASSAY_CEL_STATE_TRANS;
    default:
        return ASSAY_CEL_UNKNOWN;
    }
}

static bool read_value(assay_cel_item *item)
{
    switch (item->kind) {
    case ASSAY_CEL_VERSION:
        return read_version(item->value, item);
    case ASSAY_CEL_FIRMWARE_END:
        return item->value.size == 0;
    case ASSAY_CEL_TIMESTAMP:
    case ASSAY_CEL_STATE_TRANS:
        return assay_cel_number(item->value, &item->number);
    default:
        return false;
    }
}

bool assay_cel_next(assay_cursor *c, assay_cel_item *ret_item)
{
    assay_cel_item item = { .kind = ASSAY_CEL_UNKNOWN };

    if (assay_left(c) == 0 || !take_field(c, &item.type, &item.value))
        return false;
    item.kind = kind_of(item.type);
    if (!read_value(&item))
        item.kind = ASSAY_CEL_UNKNOWN;
    *ret_item = item;
    return true;
}

bool assay_cel_decode(assay_bytes data, assay_cel *ret_cel)
{
    assay_cursor c = assay_cursor_of(data);
    assay_cel cel = { .list = data };
    assay_cel_item item;

    while (assay_cel_next(&c, &item))
        cel.count++;
    if (c.failed || cel.count == 0)
        return false;
    *ret_cel = cel;
    return true;
}

void assay_cel_encode(assay_writer *writer, const assay_cel *cel)
{
    assay_put(writer, cel->list);
}

void assay_cel_put(assay_writer *writer, uint8_t type, assay_bytes value)
{
    assay_put_u8(writer, type);
    assay_put_u32be(writer, (uint32_t)value.size);
    assay_put(writer, value);
}

void assay_cel_put_number(assay_writer *writer, uint8_t type, uint64_t number)
{
    uint8_t bytes[NUMBER_MAX];
    size_t at = NUMBER_MAX;

    do {
        bytes[--at] = (uint8_t)number;
        number >>= 8;
    } while (number != 0);
    assay_cel_put(writer, type, assay_bytes_of(bytes + at, NUMBER_MAX - at));
}

static const struct {
    const char *name;
    uint8_t type;
} kinds[] = {
    [ASSAY_CEL_UNKNOWN] = { NULL, 0 },
    [ASSAY_CEL_VERSION] = { "cel_version", TYPE_VERSION },
    [ASSAY_CEL_FIRMWARE_END] = { "firmware_end", TYPE_FIRMWARE_END },
    [ASSAY_CEL_TIMESTAMP] = { "cel_timestamp", TYPE_TIMESTAMP },
    [ASSAY_CEL_STATE_TRANS] = { "state_trans", TYPE_STATE_TRANS },
};

const char *assay_cel_kind_name(enum assay_cel_kind kind)
{
    return kinds[kind].name;
}

uint8_t assay_cel_kind_type(enum assay_cel_kind kind)
{
    return kinds[kind].type;
}

const char *assay_cel_state_name(uint64_t number)
{
    static const char *const states[] = { "suspend", "hibernate", "kexec" };

    return number < sizeof states / sizeof *states ? states[number] : NULL;
}

static void emit_item(assay_output *out, const assay_cel_item *item)
{
    const char *const state = assay_cel_state_name(item->number);

    assay_emit_object(out, NULL);
    assay_emit_u64(out, "type", item->type);
    if (item->kind != ASSAY_CEL_UNKNOWN)
        assay_emit_string(out, "name", assay_cel_kind_name(item->kind));
    if (item->kind == ASSAY_CEL_VERSION) {
        assay_emit_u64(out, "major", item->major);
        assay_emit_u64(out, "minor", item->minor);
    } else if (item->kind == ASSAY_CEL_STATE_TRANS && state != NULL) {
        assay_emit_string(out, "state", state);
    } else if (item->kind == ASSAY_CEL_TIMESTAMP || item->kind == ASSAY_CEL_STATE_TRANS) {
        assay_emit_u64(out, "value", item->number);
    } else if (item->kind == ASSAY_CEL_UNKNOWN) {
        assay_emit_hex(out, "data", item->value);
    }
    assay_emit_end(out);
}

void assay_cel_emit(assay_output *out, const assay_cel *cel)
{
    assay_cursor c = assay_cursor_of(cel->list);
    assay_cel_item item;

    assay_emit_array(out, "management");
    while (assay_cel_next(&c, &item))
        emit_item(out, &item);
    assay_emit_end(out);
}

static void summarise(assay_writer *writer, const assay_cel_item *item)
{
    const char *const state = assay_cel_state_name(item->number);

    if (item->kind == ASSAY_CEL_VERSION)
        assay_put_format(writer, "canonical event log of version %llu.%llu",
                         (unsigned long long)item->major, (unsigned long long)item->minor);
    else if (item->kind == ASSAY_CEL_FIRMWARE_END)
        assay_put_string(writer, "end of the firmware's events");
    else if (item->kind == ASSAY_CEL_TIMESTAMP)
        assay_put_format(writer, "timestamp %llu", (unsigned long long)item->number);
    else if (item->kind == ASSAY_CEL_STATE_TRANS && state != NULL)
        assay_put_format(writer, "the platform's state changes: %s", state);
    else
        assay_put_format(writer, "management event %u of %zu byte%s", item->type, item->value.size,
                         item->value.size == 1 ? "" : "s");
}

void assay_cel_summary(assay_writer *writer, const assay_cel *cel)
{
    assay_cursor c = assay_cursor_of(cel->list);
    assay_cel_item item;

    for (size_t i = 0; assay_cel_next(&c, &item); i++) {
        if (i > 0)
            assay_put_string(writer, "; ");
        summarise(writer, &item);
    }
}
