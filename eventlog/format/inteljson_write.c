/* SPDX-License-Identifier: BSD-2-Clause */
/* Intel's event lists, written as a measure log: what follows on in one PCR and bank is a list. */
#include "base/output.h"
#include "eventlog/format/inteljson.h"
#include "eventlog/types.h"

#include <stdio.h>
#include <stdlib.h>

/* What log_writer->owned points to. */
typedef struct measure_log {
    assay_output out;
    bool in_list;
    uint32_t pcr_index; /* of the list at hand */
    uint16_t alg;
} measure_log;

int assay_inteljson_write_begin(assay_log_writer *out, assay_error *error)
{
    measure_log *const self = calloc(1, sizeof *self);

    if (self == NULL)
        return assay_fail(error, ASSAY_NO_MEMORY, ASSAY_NOWHERE, "no memory to write the JSON");
    out->owned = self;
    self->out = assay_output_json(out->writer);
    assay_emit_array(&self->out, NULL);
    return 0;
}

static void end_list(measure_log *self)
{
    if (!self->in_list)
        return;
    assay_emit_end(&self->out);
    assay_emit_end(&self->out);
    self->in_list = false;
}

/* "SHA256", as Intel's programs spell it. */
static void emit_bank(assay_output *out, const assay_alg *alg)
{
    char name[16];
    size_t i = 0;

    for (; alg->name[i] != '\0' && i + 1 < sizeof name; i++)
        name[i] = alg->name[i] >= 'a' && alg->name[i] <= 'z' ? (char)(alg->name[i] - 'a' + 'A')
                                                              : alg->name[i];
    name[i] = '\0';
    assay_emit_string(out, "bank", name);
}

static void begin_list(measure_log *self, uint32_t pcr_index, const assay_alg *alg)
{
    assay_output *const out = &self->out;

    assay_emit_object(out, NULL);
    assay_emit_object(out, "pcr");
    assay_emit_u64(out, "index", pcr_index);
    emit_bank(out, alg);
    assay_emit_end(out);
    assay_emit_array(out, "tpm_events");
    self->in_list = true;
    self->pcr_index = pcr_index;
    self->alg = alg->id;
}

/* The locality of TCG_EfiStartupLocalityEvent, the only data that a tag can hold; else -1. */
static int locality_of(const assay_event *event)
{
    const assay_bytes signature = { (const uint8_t *)ASSAY_INTELJSON_LOCALITY,
                                    sizeof ASSAY_INTELJSON_LOCALITY };
    assay_cursor c = assay_cursor_of(event->data);

    if (event->type != EV_NO_ACTION || event->data.size != ASSAY_INTELJSON_LOCALITY_SIZE ||
        !assay_bytes_equal(assay_take(&c, signature.size), signature))
        return -1;
    return assay_take_u8(&c);
}

bool assay_inteljson_holds_data(const assay_event *event)
{
    return locality_of(event) >= 0;
}

static void emit_tags(assay_output *out, const assay_event *event)
{
    const int locality = locality_of(event);
    char text[32];

    if (locality < 0 && event->label.size == 0)
        return;
    assay_emit_array(out, "tags");
    snprintf(text, sizeof text, "%s%d", ASSAY_INTELJSON_LOCALITY, locality);
    if (locality >= 0)
        assay_emit_string(out, NULL, text);
    else
        assay_emit_text(out, NULL, event->label);
    assay_emit_end(out);
}

static void emit_type(assay_output *out, uint32_t type)
{
    const char *const name = assay_inteljson_type_name(type);
    char id[16];

    if (type == ASSAY_NO_EVENT_TYPE)
        return;
    snprintf(id, sizeof id, "0x%x", type);
    assay_emit_string(out, "type_id", id);
    if (name != NULL)
        assay_emit_string(out, "type_name", name);
}

static int refuse(const assay_event *event, assay_error *error, const char *what)
{
    return assay_fail(error, ASSAY_UNSUPPORTED,
                      (assay_place){ event->offset, event->number, "event" }, "%s", what);
}

int assay_inteljson_write_event(assay_log_writer *out, const assay_event *event,
                                assay_error *error)
{
    measure_log *const self = out->owned;
    const assay_alg *const alg =
        event->digest_count == 1 ? assay_alg_find(event->digests[0].alg) : NULL;

    if (alg == NULL || event->only_bank != alg->id)
        return refuse(event, error,
                      "a list of events is of one bank, and of one that is known here");
    if (assay_event_keeps_data(event) && !assay_inteljson_holds_data(event))
        return refuse(event, error, "a list of events has no room for the data of an event");
    if (self->in_list && (self->pcr_index != event->pcr_index || self->alg != alg->id))
        end_list(self);
    if (!self->in_list)
        begin_list(self, event->pcr_index, alg);
    assay_emit_object(&self->out, NULL);
    emit_type(&self->out, event->type);
    emit_tags(&self->out, event);
    assay_emit_hex(&self->out, "measurement", event->digests[0].value);
    assay_emit_end(&self->out);
    return 0;
}

int assay_inteljson_write_end(assay_log_writer *out, assay_error *error)
{
    measure_log *const self = out->owned;

    (void)error;
    end_list(self);
    assay_emit_end(&self->out);
    free(self);
    out->owned = NULL;
    return 0;
}
