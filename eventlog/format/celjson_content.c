/* SPDX-License-Identifier: BSD-2-Clause */
/* The contents of a canonical event log's records in JSON. */
#include "eventlog/format/celjson.h"

#include "eventlog/jsontext.h"
#include "eventlog/payload/cel.h"
#include "eventlog/types.h"

static assay_bytes text_of(const json_t *string)
{
    return json_is_string(string)
               ? assay_bytes_of(json_string_value(string), json_string_length(string))
               : ASSAY_NO_BYTES;
}

/* Event types. */

/* systemd and the specification write EV_..., others the same in small letters. */
static const assay_event_type *type_by_name(const char *name)
{
    char upper[64];
    size_t i = 0;

    for (; name[i] != '\0' && i + 1 < sizeof upper; i++)
        upper[i] = name[i] >= 'a' && name[i] <= 'z' ? (char)(name[i] - 'a' + 'A') : name[i];
    if (name[i] != '\0')
        return NULL;
    upper[i] = '\0';
    return assay_event_type_by_name(upper);
}

static bool read_type(const json_t *value, uint32_t *ret_type)
{
    const assay_event_type *const type =
        json_is_string(value) ? type_by_name(json_string_value(value)) : NULL;
    uint64_t number;

    if (type == NULL && !assay_celjson_number(value, UINT32_MAX, &number))
        return false;
    *ret_type = type != NULL ? type->value : (uint32_t)number;
    return true;
}

/* Contents. Each reads its own into the event, and says what it wanted. */

static const char *read_pcclient(assay_celjson *self, const json_t *content, assay_event *event)
{
    if (!read_type(json_object_get(content, "event_type"), &event->type))
        return "an event_type that is neither a name nor a number";
    if (!assay_celjson_hex(&self->data, json_object_get(content, "event_data")))
        return "an event_data that is not hexadecimal digits";
    event->data = assay_written(&self->data);
    return NULL;
}

static const char *read_template(assay_celjson *self, const json_t *content, assay_event *event)
{
    event->name = text_of(json_object_get(content, "template_name"));
    if (event->name.data == NULL)
        return "no template_name";
    if (!assay_celjson_hex(&self->data, json_object_get(content, "template_data")))
        return "a template_data that is not hexadecimal digits";
    event->data = assay_written(&self->data);
    return NULL;
}

static const char *read_management(assay_celjson *self, const json_t *content, assay_event *event)
{
    if (!assay_celjson_management(self, content))
        return "no management event";
    event->data = assay_written(&self->data);
    return NULL;
}

static const char *read_hex(assay_celjson *self, const json_t *content, assay_event *event)
{
    if (!assay_celjson_hex(&self->data, content))
        return "not hexadecimal digits";
    event->data = assay_written(&self->data);
    return NULL;
}

static const char *read_systemd(assay_celjson *self, const json_t *content, assay_event *event)
{
    (void)self;
    (void)event; /* its data is the text, set already */
    return json_is_object(content) ? NULL : "systemd's content is not an object";
}

/* An unknown content: bytes as hexadecimal digits under a number, or the text as it stands. */
static const char *read_other(assay_celjson *self, const json_t *content, assay_event *event)
{
    uint8_t type;

    if (assay_cel_type_by_name(event->name, &type) && content != NULL)
        return read_hex(self, content, event);
    return NULL;
}

static const struct content {
    const char *name;
    uint8_t type; /* 0: CEL 1.0 has none */
    const char *(*read)(assay_celjson *self, const json_t *content, assay_event *event);
} contents[ASSAY_CONTENTS] = {
    [ASSAY_CONTENT_PCCLIENT_STD] = { "pcclient_std", ASSAY_CEL_TYPE_PCCLIENT_STD, read_pcclient },
    [ASSAY_CONTENT_IMA_TEMPLATE] = { "ima_template", ASSAY_CEL_TYPE_IMA_TEMPLATE, read_template },
    [ASSAY_CONTENT_IMA_TLV] = { "ima_tlv", ASSAY_CEL_TYPE_IMA_TLV, read_hex },
    [ASSAY_CONTENT_SYSTEMD] = { "systemd", 0, read_systemd },
    [ASSAY_CONTENT_CEL] = { "cel", ASSAY_CEL_TYPE_MANAGEMENT, read_management },
    [ASSAY_CONTENT_OTHER] = { NULL, 0, read_other },
};

static enum assay_content content_by_name(assay_bytes name)
{
    for (size_t i = 0; i < ASSAY_CONTENTS; i++)
        if (contents[i].name != NULL &&
            assay_bytes_equal(name, assay_bytes_of_string(contents[i].name)))
            return (enum assay_content)i;
    return ASSAY_CONTENT_OTHER;
}

/* content_type: a name, a number, or nothing. */
static bool read_content_type(const json_t *value, assay_event *event)
{
    uint64_t number;

    event->content = ASSAY_CONTENT_OTHER;
    event->name = ASSAY_LITERAL("");
    if (value == NULL)
        return true;
    if (json_is_string(value)) {
        event->content = content_by_name(text_of(value));
        if (event->content == ASSAY_CONTENT_OTHER)
            event->name = text_of(value);
        return true;
    }
    if (!assay_celjson_number(value, UINT8_MAX, &number) ||
        !assay_cel_is_content_type((uint8_t)number))
        return false;
    event->content = assay_cel_content_of((uint8_t)number);
    if (event->content == ASSAY_CONTENT_OTHER)
        event->name = assay_cel_type_name((uint8_t)number);
    return true;
}

int assay_celjson_content(assay_log *log, assay_event *event)
{
    assay_celjson *const self = log->owned;
    const json_t *const content = json_object_get(self->record, "content");
    const assay_bytes text = assay_json_member(self->text, "content");

    if (!read_content_type(json_object_get(self->record, "content_type"), event))
        return assay_celjson_refuse(log, assay_json_member(self->text, "content_type"),
                                    "content_type", "neither a name nor the number of a content");
    if ((content == NULL) != (text.data == NULL))
        return assay_celjson_refuse(log, ASSAY_NO_BYTES, "content",
                                    "a key that is written with escapes");
    if (content == NULL && event->content != ASSAY_CONTENT_OTHER)
        return assay_celjson_refuse(log, ASSAY_NO_BYTES, "content", "a record without its content");
    if (!assay_json_is_modest(text, ASSAY_CELJSON_DEPTH, ASSAY_CELJSON_CONTENT_NODES))
        return assay_celjson_refuse(log, text, "content", "more values than any content has");
    event->type = ASSAY_NO_EVENT_TYPE;
    event->data = content != NULL ? text : ASSAY_LITERAL("");
    event->data_offset = content != NULL ? (uint64_t)(text.data - log->bytes.data) : event->offset;
    const char *const fault = contents[event->content].read(self, content, event);
    return fault == NULL ? 0 : assay_celjson_refuse(log, text, "content", fault);
}

/* Management events. */

static enum assay_cel_kind management_kind(const json_t *type, uint8_t *ret_type)
{
    uint64_t number;

    for (int kind = ASSAY_CEL_VERSION; kind <= ASSAY_CEL_STATE_TRANS; kind++) {
        const uint8_t value = assay_cel_kind_type((enum assay_cel_kind)kind);
        const char *const name = assay_cel_kind_name((enum assay_cel_kind)kind);

        *ret_type = value;
        if ((json_is_integer(type) && json_integer_value(type) == value) ||
            (json_is_string(type) && strcmp(json_string_value(type), name) == 0))
            return (enum assay_cel_kind)kind;
    }
    if (!json_is_integer(type) || !assay_celjson_number(type, UINT8_MAX, &number))
        *ret_type = 0;
    else
        *ret_type = (uint8_t)number;
    return ASSAY_CEL_UNKNOWN;
}

static bool put_version(assay_celjson *self, uint8_t type, const json_t *data)
{
    enum { ROOM = 2 * (5 + 8) };
    uint8_t room[ROOM];
    assay_writer fields = assay_writer_lent(room, sizeof room);
    uint64_t major, minor;

    if (!assay_celjson_number(json_object_get(data, "major"), UINT64_MAX, &major) ||
        !assay_celjson_number(json_object_get(data, "minor"), UINT64_MAX, &minor))
        return false;
    assay_cel_put_number(&fields, 0, major);
    assay_cel_put_number(&fields, 1, minor);
    assay_cel_put(&self->data, type, assay_written(&fields));
    return true;
}

static bool put_state(assay_celjson *self, uint8_t type, const json_t *data)
{
    const char *name;

    for (uint64_t state = 0; (name = assay_cel_state_name(state)) != NULL; state++)
        if (json_is_string(data) && strcmp(json_string_value(data), name) == 0) {
            assay_cel_put_number(&self->data, type, state);
            return true;
        }
    return false;
}

/* The value as hexadecimal digits: what has no other form. */
static bool put_raw(assay_celjson *self, uint8_t type, const json_t *data)
{
    if (!json_is_string(data))
        return false;
    assay_put_u8(&self->data, type);
    assay_put_u32be(&self->data, (uint32_t)(json_string_length(data) / 2));
    return assay_celjson_hex(&self->data, data);
}

static bool put_management(assay_celjson *self, const json_t *item)
{
    const json_t *const data = json_object_get(item, "data");
    const json_t *const stated = json_object_get(item, "type");
    uint8_t type;
    const enum assay_cel_kind kind = management_kind(stated, &type);

    if (stated == NULL || (type == 0 && !json_is_integer(stated)))
        return false;
    if (kind == ASSAY_CEL_FIRMWARE_END && data == NULL) {
        assay_cel_put(&self->data, type, ASSAY_NO_BYTES);
        return true;
    }
    if (kind == ASSAY_CEL_VERSION && json_is_object(data))
        return put_version(self, type, data);
    if ((kind == ASSAY_CEL_TIMESTAMP || kind == ASSAY_CEL_STATE_TRANS) && json_is_integer(data) &&
        json_integer_value(data) >= 0) {
        assay_cel_put_number(&self->data, type, (uint64_t)json_integer_value(data));
        return true;
    }
    if (kind == ASSAY_CEL_STATE_TRANS && put_state(self, type, data))
        return true;
    return put_raw(self, type, data);
}

bool assay_celjson_management(assay_celjson *self, const json_t *content)
{
    const json_t *item;
    size_t i;

    if (json_is_string(content))
        return assay_celjson_hex(&self->data, content);
    if (!json_is_array(content))
        return put_management(self, content);
    json_array_foreach(content, i, item) if (!put_management(self, item)) return false;
    return true;
}
