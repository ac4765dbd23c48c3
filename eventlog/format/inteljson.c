/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Intel's event lists, read. The only place of this room that sees jansson, which keeps no
 * places: each is found again in the text, where the lists and their digests come in the
 * order of the tree.
 */
#include "eventlog/format/inteljson.h"

#include "base/hex.h"
#include "base/number.h"
#include "eventlog/types.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

/* What log->owned points to. */
typedef struct inteljson {
    assay_inteljson_text text;
    json_t *document;
    json_t *lists;   /* the list objects of the document, one after the other */
    size_t list;     /* the one at hand */
    size_t event;    /* in it, the next one */
    size_t position; /* in the JSON: what was found last */
    assay_writer label;
    uint8_t digest[ASSAY_DIGEST_MAX];
    uint8_t locality[ASSAY_INTELJSON_LOCALITY_SIZE];
} inteljson;

/* Which PCR in which bank a list is of. */
typedef struct list_head {
    uint32_t pcr_index;
    const assay_alg *alg;
    json_t *events; /* an array, or NULL: there are none */
} list_head;

static int refuse(assay_log *log, const char *field, const char *what)
{
    inteljson *const self = log->owned;

    return assay_log_fail(log, ASSAY_MALFORMED, assay_inteljson_place(&self->text, self->position),
                          field, "%s", what);
}

static int refuse_memory(assay_log *log)
{
    return assay_log_fail(log, ASSAY_NO_MEMORY, 0, NULL, "no memory to read the JSON");
}

/* Moves to the next string that reads so; false, and stays, where there is none. */
static bool find_string(inteljson *self, const char *string)
{
    char quoted[2 * ASSAY_DIGEST_MAX + 8];
    const int length = snprintf(quoted, sizeof quoted, "\"%s\"", string);
    const assay_bytes json = self->text.json;

    if ((size_t)length >= sizeof quoted)
        return false;
    const uint8_t *const at = memmem(json.data + self->position, json.size - self->position, quoted,
                                     (size_t)length);
    if (at == NULL)
        return false;
    self->position = (size_t)(at - json.data);
    return true;
}

static assay_bytes text_of(const json_t *string)
{
    return json_is_string(string)
               ? assay_bytes_of(json_string_value(string), json_string_length(string))
               : ASSAY_NO_BYTES;
}

/* Numbers. */

static bool parse_after(assay_bytes text, assay_bytes prefix, unsigned base, uint32_t *ret_number)
{
    assay_cursor c = assay_cursor_of(text);
    uint64_t number;

    if (!assay_bytes_equal(assay_take(&c, prefix.size), prefix) ||
        !assay_digits_read(assay_take_rest(&c), base, UINT32_MAX, &number))
        return false;
    *ret_number = (uint32_t)number;
    return true;
}

/* 17 or "pcr_17". */
static bool parse_pcr_index(const json_t *value, uint32_t *ret_index)
{
    if (!json_is_integer(value))
        return parse_after(text_of(value), ASSAY_LITERAL("pcr_"), 10, ret_index);
    const json_int_t index = json_integer_value(value);
    if (index < 0 || index > UINT32_MAX)
        return false;
    *ret_index = (uint32_t)index;
    return true;
}

/* Lists. */

static const char *events_key(const json_t *list)
{
    return json_object_get(list, "tpm_events") != NULL ? "tpm_events" : "event_log";
}

/* `bank` is the one that lists of this place are of, or NULL. */
static int read_head(assay_log *log, json_t *list, const assay_alg *bank, list_head *ret_head)
{
    json_t *const pcr = json_object_get(list, "pcr");
    const json_t *const index = json_object_get(pcr != NULL ? pcr : list,
                                                pcr != NULL ? "index" : "pcr_index");
    const json_t *const name = json_object_get(pcr != NULL ? pcr : list,
                                               pcr != NULL ? "bank" : "pcr_bank");
    json_t *const events = json_object_get(list, events_key(list));

    *ret_head = (list_head){ .alg = bank };
    if (!json_is_object(list) || events == NULL)
        return refuse(log, "tpm_events", "a list of events without its events");
    if (!parse_pcr_index(index, &ret_head->pcr_index))
        return refuse(log, "index", "a list of events without the number of its PCR");
    if (name != NULL)
        ret_head->alg = assay_alg_by_name(text_of(name));
    if (ret_head->alg == NULL)
        return refuse(log, "bank", "a list of events without a bank that is known here");
    if (bank != NULL && ret_head->alg != bank)
        return refuse(log, "bank", "a list of events under the name of another bank");
    if (!json_is_array(events) && !json_is_null(events))
        return refuse(log, "tpm_events", "the events of a list are not an array");
    ret_head->events = json_is_array(events) ? events : NULL;
    return 0;
}

static void announce(assay_log_header *header, const assay_alg *alg)
{
    if (alg != NULL && !assay_log_announces(header, alg->id))
        header->banks[header->bank_count++] = (assay_bank){ alg->id, alg->size };
}

static int add_lists(assay_log *log, json_t *lists, const assay_alg *bank)
{
    inteljson *const self = log->owned;
    json_t *list;
    size_t i;

    if (json_is_null(lists))
        return 0;
    if (!json_is_array(lists))
        return refuse(log, NULL, "the lists of events are not an array");
    json_array_foreach(lists, i, list)
    {
        list_head head;

        find_string(self, events_key(list));
        const int status = read_head(log, list, bank, &head);
        if (status < 0)
            return status;
        announce(&log->header, head.alg);
        if (json_array_append(self->lists, list) < 0)
            return refuse_memory(log);
    }
    return 0;
}

static int add_map(assay_log *log, json_t *map)
{
    const char *name;
    json_t *lists;

    json_object_foreach(map, name, lists)
    {
        const assay_alg *const bank = assay_alg_by_name(assay_bytes_of_string(name));

        if (bank == NULL)
            return refuse(log, "pcr_event_log_map", "a key that is not the name of a bank");
        const int status = add_lists(log, lists, bank);
        if (status < 0)
            return status;
    }
    return 0;
}

static int add_document(assay_log *log)
{
    static const char map_key[] = "pcr_event_log_map";
    inteljson *const self = log->owned;
    json_t *const inner = json_object_get(self->document, "host_manifest");
    json_t *const manifest =
        json_object_get(inner != NULL ? inner : self->document, "pcr_manifest");
    json_t *const map = json_object_get(manifest, map_key);

    if (json_is_array(self->document))
        return add_lists(log, self->document, NULL);
    find_string(self, map_key);
    if (!json_is_object(map))
        return refuse(log, map_key, "JSON without lists of events: neither a measure log, nor a "
                                    "host manifest, nor a trust report");
    const size_t start = self->position;
    const int status = add_map(log, map);
    if (status == 0)
        self->position = start;
    return status;
}

/* Events. */

static int read_digest(assay_log *log, const json_t *object, const assay_alg *alg,
                       assay_event *event)
{
    inteljson *const self = log->owned;
    const json_t *const measurement = json_object_get(object, "measurement");
    const json_t *const value = json_object_get(object, "value");
    const assay_bytes hex = text_of(measurement != NULL ? measurement : value);

    if (hex.data == NULL || (measurement != NULL && value != NULL))
        return refuse(log, "measurement", "an event without its one digest");
    if (hex.size == 0 || hex.size > 2 * sizeof self->digest || hex.size % 2 != 0 ||
        !assay_hex_decode(hex, self->digest, hex.size / 2))
        return refuse(log, "measurement", "the next event's digest is not hexadecimal digits, as "
                                          "many as a digest has");
    if (!find_string(self, (const char *)hex.data))
        return refuse(log, "measurement", "the next event's digest is written with escapes, or "
                                          "the keys stand in an order that none can follow");
    event->offset = assay_inteljson_place(&self->text, self->position);
    event->data_offset = event->offset;
    event->only_bank = alg->id;
    event->digest_count = 1;
    event->digests[0] = (assay_event_digest){ alg->id, assay_bytes_of(self->digest, hex.size / 2) };
    if (hex.size != (size_t)2 * alg->size)
        assay_log_note(log, ASSAY_FINDING_DIGEST_SIZE, event->offset,
                       "%zu bytes in a list of bank %s", hex.size / 2, alg->name);
    return 0;
}

/* What Intel's programs call the event; they give an older one its label for a name. */
static assay_bytes name_of(const json_t *object)
{
    const json_t *const name = json_object_get(object, "type_name");

    return text_of(name != NULL ? name : json_object_get(object, "label"));
}

static int read_type(assay_log *log, const json_t *object, assay_event *event)
{
    const json_t *const id = json_object_get(object, "type_id");

    if (id == NULL)
        event->type = assay_inteljson_type_of(name_of(object));
    else if (!parse_after(text_of(id), ASSAY_LITERAL("0x"), 16, &event->type))
        return refuse(log, "type_id", "the type of an event is not like \"0x402\"");
    return 0;
}

static int read_tags(assay_log *log, const json_t *tags, assay_writer *label)
{
    const json_t *tag;
    size_t i;

    json_array_foreach(tags, i, tag)
    {
        if (!json_is_string(tag))
            return refuse(log, "tags", "a tag of an event is not a string");
        if (i > 0)
            assay_put_string(label, ", ");
        assay_put(label, text_of(tag));
    }
    return 0;
}

/* The label of an older event, or a name that says more than the type does. */
static assay_bytes words_of(const json_t *object, uint32_t type)
{
    const json_t *const name = json_object_get(object, "type_name");
    const char *const usual = assay_inteljson_type_name(type);

    if (name != NULL && usual != NULL &&
        assay_bytes_equal(text_of(name), assay_bytes_of_string(usual)))
        return ASSAY_NO_BYTES;
    return name_of(object);
}

/* The tags, or what else the list has for words. */
static int read_label(assay_log *log, const json_t *object, assay_event *event)
{
    inteljson *const self = log->owned;
    const json_t *const tags = json_object_get(object, "tags");

    self->label.used = 0;
    if (tags != NULL && !json_is_array(tags) && !json_is_null(tags))
        return refuse(log, "tags", "the tags of an event are not an array");
    const int status = read_tags(log, tags, &self->label);
    if (status < 0)
        return status;
    if (json_array_size(tags) == 0)
        assay_put(&self->label, words_of(object, event->type));
    if (self->label.failure != 0)
        return refuse_memory(log);
    event->label = self->label.used == 0 ? ASSAY_LITERAL("") : assay_written(&self->label);
    return 0;
}

/* The one tag that says all of its event: TCG_EfiStartupLocalityEvent. */
static void restore_locality(inteljson *self, assay_event *event)
{
    uint32_t locality;

    if (event->type != EV_NO_ACTION ||
        !parse_after(event->label, ASSAY_LITERAL(ASSAY_INTELJSON_LOCALITY), 10, &locality) ||
        locality > UINT8_MAX)
        return;
    memcpy(self->locality, ASSAY_INTELJSON_LOCALITY, sizeof ASSAY_INTELJSON_LOCALITY);
    self->locality[sizeof self->locality - 1] = (uint8_t)locality;
    event->data = assay_bytes_of(self->locality, sizeof self->locality);
    event->label = ASSAY_NO_BYTES;
}

static int read_event(assay_log *log, const list_head *head, assay_event *event)
{
    inteljson *const self = log->owned;
    const json_t *const object = json_array_get(head->events, self->event++);

    *event = (assay_event){ .number = log->next_number, .pcr_index = head->pcr_index };
    int status = read_digest(log, object, head->alg, event);
    if (status == 0)
        status = read_type(log, object, event);
    if (status == 0)
        status = read_label(log, object, event);
    if (status < 0)
        return status;
    restore_locality(self, event);
    return 1;
}

static int next(assay_log *log, assay_event *ret_event)
{
    inteljson *const self = log->owned;
    json_t *list;

    while ((list = json_array_get(self->lists, self->list)) != NULL) {
        list_head head;
        const int status = read_head(log, list, NULL, &head);

        if (status < 0)
            return status;
        if (self->event < json_array_size(head.events))
            return read_event(log, &head, ret_event);
        self->list++;
        self->event = 0;
    }
    return 0;
}

/* The document. */

/* jansson calls a lack of memory a bad token in places; errno tells. */
static int refuse_document(assay_log *log, const json_error_t *fault, int cause)
{
    inteljson *const self = log->owned;
    const enum json_error_code code = json_error_code(fault);

    if (cause == ENOMEM || code == json_error_out_of_memory)
        return refuse_memory(log);
    if (fault->position > 0 && (size_t)fault->position <= self->text.json.size)
        self->position = (size_t)fault->position;
    if (code == json_error_premature_end_of_input)
        return assay_log_fail(log, ASSAY_TRUNCATED,
                              assay_inteljson_place(&self->text, self->position), NULL,
                              "the JSON ends too early");
    return refuse(log, NULL, code == json_error_duplicate_key ? "a key stands there twice"
                                                              : "not JSON");
}

static int parse(assay_log *log)
{
    inteljson *const self = log->owned;
    json_error_t fault;

    errno = 0;
    self->document = json_loadb((const char *)self->text.json.data, self->text.json.size,
                                JSON_REJECT_DUPLICATES, &fault);
    if (self->document == NULL)
        return refuse_document(log, &fault, errno);
    if (errno == ENOMEM)
        return refuse_memory(log); /* jansson 2.14 cuts a string that it can't make room for */
    self->lists = json_array();
    return self->lists != NULL ? add_document(log) : refuse_memory(log);
}

static int open(assay_log *log)
{
    inteljson *const self = calloc(1, sizeof *self);

    log->owned = self;
    if (self == NULL)
        return refuse_memory(log);
    self->label = assay_writer_growing(ASSAY_INTELJSON_CEILING);
    const int status = assay_inteljson_text_open(log, &self->text);
    return status == 0 ? parse(log) : status;
}

static void close(assay_log *log)
{
    inteljson *const self = log->owned;

    if (self == NULL)
        return;
    json_decref(self->lists);
    json_decref(self->document);
    assay_writer_close(&self->label);
    assay_inteljson_text_close(&self->text);
    free(self);
}

const assay_format assay_format_inteljson = {
    .info = { "inteljson", "Intel's event lists (trust agent, HVS)",
              "intel-secl: measure log, host manifest, trust report, TPM quote response", true },
    .room = { .contents = 1u << ASSAY_CONTENT_PCCLIENT_STD,
              .banks = ASSAY_ROOM_BANK_BY_BANK, .types = true, .labels = true,
              .only_bank = true, .odd_digests = true,
              .holds_data = assay_inteljson_holds_data },
    .detect = assay_inteljson_detect,
    .open = open,
    .next = next,
    .close = close,
    .write_begin = assay_inteljson_write_begin,
    .write_event = assay_inteljson_write_event,
    .write_end = assay_inteljson_write_end,
};
