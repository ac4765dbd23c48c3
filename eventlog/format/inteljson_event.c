/* SPDX-License-Identifier: BSD-2-Clause */
/* Intel's event lists, one event of theirs: its digest, its type, and its words. */
#include "eventlog/format/inteljson.h"

#include "base/hex.h"
#include "eventlog/types.h"

static int read_digest(assay_log *log, const json_t *object, const assay_alg *alg,
                       assay_event *event)
{
    assay_inteljson *const self = log->owned;
    const json_t *const measurement = json_object_get(object, "measurement");
    const json_t *const value = json_object_get(object, "value");
    const assay_bytes hex = assay_inteljson_string(measurement != NULL ? measurement : value);

    if (hex.data == NULL || (measurement != NULL && value != NULL))
        return assay_inteljson_refuse(log, "measurement", "an event without its one digest");
    if (hex.size == 0 || hex.size > 2 * sizeof self->digest || hex.size % 2 != 0 ||
        !assay_hex_decode(hex, self->digest, hex.size / 2))
        return assay_inteljson_refuse(log, "measurement",
                                      "the next event's digest is not hexadecimal digits, as "
                                      "many as a digest has");
    if (!assay_inteljson_find(self, (const char *)hex.data))
        return assay_inteljson_refuse(log, "measurement",
                                      "the next event's digest is written with escapes, or "
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

    return assay_inteljson_string(name != NULL ? name : json_object_get(object, "label"));
}

static int read_type(assay_log *log, const json_t *object, assay_event *event)
{
    const json_t *const id = json_object_get(object, "type_id");

    if (id == NULL)
        event->type = assay_inteljson_type_of(name_of(object));
    else if (!assay_inteljson_number_after(assay_inteljson_string(id), ASSAY_LITERAL("0x"), 16,
                                           &event->type))
        return assay_inteljson_refuse(log, "type_id", "the type of an event is not like \"0x402\"");
    return 0;
}

static int read_tags(assay_log *log, const json_t *tags, assay_writer *label)
{
    const json_t *tag;
    size_t i;

    json_array_foreach(tags, i, tag)
    {
        if (!json_is_string(tag))
            return assay_inteljson_refuse(log, "tags", "a tag of an event is not a string");
        if (i > 0)
            assay_put_string(label, ", ");
        assay_put(label, assay_inteljson_string(tag));
    }
    return 0;
}

/* The label of an older event, or a name that says more than the type does. */
static assay_bytes words_of(const json_t *object, uint32_t type)
{
    const json_t *const name = json_object_get(object, "type_name");
    const char *const usual = assay_inteljson_type_name(type);

    if (name != NULL && usual != NULL &&
        assay_bytes_equal(assay_inteljson_string(name), assay_bytes_of_string(usual)))
        return ASSAY_NO_BYTES;
    return name_of(object);
}

/* The tags, or what else the list has for words. */
static int read_label(assay_log *log, const json_t *object, assay_event *event)
{
    assay_inteljson *const self = log->owned;
    const json_t *const tags = json_object_get(object, "tags");

    self->label.used = 0;
    if (tags != NULL && !json_is_array(tags) && !json_is_null(tags))
        return assay_inteljson_refuse(log, "tags", "the tags of an event are not an array");
    const int status = read_tags(log, tags, &self->label);
    if (status < 0)
        return status;
    if (json_array_size(tags) == 0)
        assay_put(&self->label, words_of(object, event->type));
    if (self->label.failure != 0)
        return assay_inteljson_no_memory(log);
    event->label = self->label.used == 0 ? ASSAY_LITERAL("") : assay_written(&self->label);
    return 0;
}

/* The one tag that says all of its event: TCG_EfiStartupLocalityEvent. */
static void restore_locality(assay_inteljson *self, assay_event *event)
{
    uint32_t locality;

    if (event->type != EV_NO_ACTION ||
        !assay_inteljson_number_after(event->label, ASSAY_LITERAL(ASSAY_INTELJSON_LOCALITY), 10,
                                      &locality) ||
        locality > UINT8_MAX)
        return;
    memcpy(self->locality, ASSAY_INTELJSON_LOCALITY, sizeof ASSAY_INTELJSON_LOCALITY);
    self->locality[sizeof self->locality - 1] = (uint8_t)locality;
    event->data = assay_bytes_of(self->locality, sizeof self->locality);
    event->label = ASSAY_NO_BYTES;
}

int assay_inteljson_event_read(assay_log *log, const assay_inteljson_list *head, assay_event *event)
{
    assay_inteljson *const self = log->owned;
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
