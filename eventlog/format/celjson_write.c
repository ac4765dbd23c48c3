/* SPDX-License-Identifier: BSD-2-Clause */
/* A record of the canonical event log, written in JSON with its members in systemd's order. */
#include "base/utf8.h"
#include "eventlog/format/celjson.h"
#include "eventlog/jsontext.h"
#include "eventlog/payload/cel.h"
#include "eventlog/types.h"

static int refuse(const assay_event *event, const char *field, assay_error *error, const char *what)
{
    return assay_fail(error, ASSAY_UNSUPPORTED,
                      (assay_place){ event->offset, event->number, field }, "%s", what);
}

static void escape(assay_writer *writer, uint32_t character)
{
    if (character == '"' || character == '\\') {
        assay_put_char(writer, '\\');
        assay_put_u8(writer, (uint8_t)character);
    } else if (character < 0x10000) {
        assay_put_format(writer, "\\u%04x", character);
    } else {
        assay_put_format(writer, "\\u%04x\\u%04x", 0xD800 + ((character - 0x10000) >> 10),
                         0xDC00 + ((character - 0x10000) & 0x3FF));
    }
}

static void put_string(assay_writer *w, assay_bytes text)
{
    assay_put_char(w, '"');
    assay_put_escaped(w, text, true, escape);
    assay_put_char(w, '"');
}

static void put_hex(assay_writer *w, assay_bytes bytes)
{
    assay_put_char(w, '"');
    assay_put_hex(w, bytes);
    assay_put_char(w, '"');
}

/* Whether text comes back from JSON as it went in: UTF-8 without NUL. */
static bool is_text(assay_bytes text)
{
    assay_cursor c = assay_cursor_of(text);

    while (assay_left(&c) > 0) {
        uint32_t character = 0;
        const size_t size = assay_utf8_decode(assay_peek_rest(&c), &character);

        if (size == 0 || character == 0)
            return false;
        assay_take(&c, size);
    }
    return true;
}

/* Whether bytes are one JSON value, and of a record no reader would refuse. */
static int check_json(assay_bytes text, bool object, const assay_event *event, assay_error *error)
{
    json_error_t fault;
    json_t *const value =
        assay_json_is_modest(text, ASSAY_CELJSON_DEPTH, ASSAY_CELJSON_CONTENT_NODES)
            ? json_loadb((const char *)text.data, text.size,
                         JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &fault)
            : NULL;
    const bool right = value != NULL && (!object || json_is_object(value));

    json_decref(value);
    return right ? 0 : refuse(event, "content", error, "a content that is not JSON");
}

/* The place. */

static int put_index(assay_log_writer *out, const assay_event *event, assay_error *error)
{
    assay_writer *const w = out->writer;

    if (event->nv_index == 0 && out->header->measurement_registers && event->pcr_index == 0)
        return refuse(event, "rtmr", error, "CEL-JSON has no name for the register MRTD");
    if (event->nv_index != 0)
        assay_put_format(w, "\"nv_index\":%u", event->nv_index);
    else if (out->header->measurement_registers)
        assay_put_format(w, "\"rtmr\":%u", event->pcr_index - 1);
    else
        assay_put_format(w, "\"pcr\":%u", event->pcr_index);
    return 0;
}

static void put_digests(assay_writer *w, const assay_event *event)
{
    assay_put_string(w, ",\"digests\":[");
    for (size_t i = 0; i < event->digest_count; i++) {
        const assay_alg *const alg = assay_alg_find(event->digests[i].alg);

        assay_put_string(w, i == 0 ? "{\"hashAlg\":" : ",{\"hashAlg\":");
        if (alg != NULL)
            assay_put_format(w, "\"%s\"", alg->name);
        else
            assay_put_decimal(w, event->digests[i].alg);
        assay_put_string(w, ",\"digest\":");
        put_hex(w, event->digests[i].value);
        assay_put_char(w, '}');
    }
    assay_put_char(w, ']');
}

/* Contents. */

static void put_content_type(assay_writer *w, const char *name)
{
    assay_put_format(w, ",\"content_type\":\"%s\",\"content\":", name);
}

static void put_pcclient(assay_writer *w, const assay_event *event)
{
    const assay_event_type *const type = assay_event_type_find(event->type);

    assay_put_string(w, "{\"event_type\":");
    if (type != NULL)
        assay_put_format(w, "\"%s\"", type->name);
    else
        assay_put_decimal(w, event->type);
    assay_put_string(w, ",\"event_data\":");
    put_hex(w, event->data);
    assay_put_char(w, '}');
}

static void put_template(assay_writer *w, const assay_event *event)
{
    assay_put_string(w, "{\"template_name\":");
    put_string(w, event->name);
    assay_put_string(w, ",\"template_data\":");
    put_hex(w, event->data);
    assay_put_char(w, '}');
}

/* A content without a name of ours: see cel.h. */
static void put_other(assay_writer *w, const assay_event *event)
{
    uint8_t type;

    if (assay_cel_type_by_name(event->name, &type)) {
        assay_put_format(w, ",\"content_type\":%u,\"content\":", type);
        put_hex(w, event->data);
        return;
    }
    if (event->name.size > 0) {
        assay_put_string(w, ",\"content_type\":");
        put_string(w, event->name);
    }
    if (event->data.size > 0) {
        assay_put_string(w, ",\"content\":");
        assay_put(w, event->data);
    }
}

static void put_content(assay_writer *w, const assay_event *event)
{
    if (event->content == ASSAY_CONTENT_OTHER) {
        put_other(w, event);
        return;
    }
    put_content_type(w, assay_content_name(event->content));
    if (event->content == ASSAY_CONTENT_PCCLIENT_STD)
        put_pcclient(w, event);
    else if (event->content == ASSAY_CONTENT_IMA_TEMPLATE)
        put_template(w, event);
    else if (event->content == ASSAY_CONTENT_CEL)
        assay_celjson_put_management(w, event->data);
    else if (event->content == ASSAY_CONTENT_SYSTEMD)
        assay_put(w, event->data);
    else
        put_hex(w, event->data);
}

/* Whether there is a way to write the content that a reader finds back from. */
static int check_content(const assay_event *event, assay_error *error)
{
    uint8_t type;

    if (event->data.size > ASSAY_CELJSON_DATA_MAX || event->name.size > ASSAY_CELJSON_DATA_MAX / 4)
        return refuse(event, "content", error, "a content longer than a reader would take");
    if (!is_text(event->name))
        return refuse(event, "content_type", error, "a name that is not UTF-8 text");
    if (event->content == ASSAY_CONTENT_SYSTEMD)
        return check_json(event->data, true, event, error);
    if (event->content != ASSAY_CONTENT_OTHER || assay_cel_type_by_name(event->name, &type) ||
        event->data.size == 0)
        return 0;
    return check_json(event->data, false, event, error);
}

int assay_celjson_put(assay_log_writer *out, uint64_t recnum, const assay_event *event,
                      assay_error *error)
{
    assay_writer *const w = out->writer;
    int status = check_content(event, error);

    if (status < 0)
        return status;
    assay_put_char(w, '{');
    status = put_index(out, event, error);
    if (status < 0)
        return status;
    if (recnum != 0) {
        assay_put_string(w, ",\"recnum\":");
        assay_put_decimal(w, recnum);
    }
    put_digests(w, event);
    put_content(w, event);
    assay_put_char(w, '}');
    return 0;
}

/* Management events. */

/* Whether the number is written in as few bytes as can be, and JSON can hold it. */
static bool is_short_number(assay_bytes value, uint64_t number)
{
    uint8_t room[5 + 8];
    assay_writer usual = assay_writer_lent(room, sizeof room);

    assay_cel_put_number(&usual, 0, number);
    return number <= INT64_MAX && usual.used == value.size + 5;
}

static bool is_short_version(const assay_cel_item *item)
{
    uint8_t room[2 * (5 + 8)];
    assay_writer usual = assay_writer_lent(room, sizeof room);

    assay_cel_put_number(&usual, 0, item->major);
    assay_cel_put_number(&usual, 1, item->minor);
    return item->major <= INT64_MAX && item->minor <= INT64_MAX &&
           assay_bytes_equal(assay_written(&usual), item->value);
}

/* Whether the item is the one that a reader makes of its name and numbers. */
static bool is_usual(const assay_cel_item *item)
{
    if (item->kind == ASSAY_CEL_UNKNOWN || item->type != assay_cel_kind_type(item->kind))
        return false;
    if (item->kind == ASSAY_CEL_FIRMWARE_END)
        return true;
    return item->kind == ASSAY_CEL_VERSION ? is_short_version(item)
                                           : is_short_number(item->value, item->number);
}

static void put_item(assay_writer *w, const assay_cel_item *item)
{
    const char *const state = assay_cel_state_name(item->number);

    if (!is_usual(item)) {
        assay_put_format(w, "{\"type\":%u,\"data\":", item->type);
        put_hex(w, item->value);
        assay_put_char(w, '}');
        return;
    }
    assay_put_format(w, "{\"type\":\"%s\"", assay_cel_kind_name(item->kind));
    if (item->kind == ASSAY_CEL_VERSION)
        assay_put_format(w, ",\"data\":{\"major\":%llu,\"minor\":%llu}",
                         (unsigned long long)item->major, (unsigned long long)item->minor);
    else if (item->kind == ASSAY_CEL_STATE_TRANS && state != NULL)
        assay_put_format(w, ",\"data\":\"%s\"", state);
    else if (item->kind != ASSAY_CEL_FIRMWARE_END)
        assay_put_format(w, ",\"data\":%llu", (unsigned long long)item->number);
    assay_put_char(w, '}');
}

/* One is an object, more are an array; more than a reader takes, and what is none, are digits. */
void assay_celjson_put_management(assay_writer *w, assay_bytes data)
{
    enum { ITEMS_MAX = 256 };
    assay_cursor c = assay_cursor_of(data);
    assay_cel_item item;
    assay_cel cel;

    if (!assay_cel_decode(data, &cel) || cel.count > ITEMS_MAX) {
        put_hex(w, data);
        return;
    }
    if (cel.count > 1)
        assay_put_char(w, '[');
    for (size_t i = 0; assay_cel_next(&c, &item); i++) {
        if (i > 0)
            assay_put_char(w, ',');
        put_item(w, &item);
    }
    if (cel.count > 1)
        assay_put_char(w, ']');
}
