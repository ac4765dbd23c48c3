/* SPDX-License-Identifier: BSD-2-Clause */
/* The logs and steps of a reference's JSON. */
#include "policy/reference/json_private.h"

static void emit_flag(assay_output *out, const char *key, bool value)
{
    if (value)
        assay_emit_bool(out, key, true);
}

/* Logs. */

static void emit_banks(assay_output *out, const assay_log_header *header)
{
    assay_emit_object(out, "banks");
    for (size_t i = 0; i < header->bank_count; i++) {
        char unknown[ASSAY_ALG_NUMBER_SIZE];

        assay_emit_u64(out, assay_alg_name(header->banks[i].alg, unknown), header->banks[i].size);
    }
    assay_emit_end(out);
}

static void emit_spec_id(assay_output *out, const assay_spec_id *spec_id)
{
    if (!spec_id->present)
        return;
    assay_emit_object(out, "spec_id");
    for (const assay_reference_number *row = assay_reference_spec_id_numbers; row->key != NULL;
         row++) {
        const uint8_t *const field = (const uint8_t *)spec_id + row->offset;
        uint32_t number = *field;

        if (row->size == sizeof number)
            memcpy(&number, field, sizeof number);
        assay_emit_u64(out, row->key, number);
    }
    if (spec_id->vendor_info.size > 0)
        assay_emit_hex(out, "vendor_info", spec_id->vendor_info);
    assay_emit_end(out);
}

void assay_reference_emit_logs(assay_reference_writing *w)
{
    if (w->reference->log_count == 0)
        return;
    assay_emit_array(&w->out, "logs");
    for (size_t i = 0; i < w->reference->log_count; i++) {
        const assay_reference_log *const log = &w->reference->logs[i];

        assay_emit_object(&w->out, NULL);
        assay_emit_string(&w->out, "stage", assay_stage_name(log->header.stage));
        assay_reference_emit_text(w, "format", log->format);
        assay_reference_emit_set(w, log->variants);
        emit_flag(&w->out, "measurement_registers", log->header.measurement_registers);
        emit_flag(&w->out, "banks_follow", log->header.banks_follow);
        emit_flag(&w->out, "big_endian", log->header.big_endian);
        emit_banks(&w->out, &log->header);
        emit_spec_id(&w->out, &log->header.spec_id);
        assay_emit_end(&w->out);
    }
    assay_emit_end(&w->out);
}

/* Steps. */

/* Words of a log, which may be any bytes all the same. */
static void emit_words(assay_output *out, const char *key, const char *hex_key, assay_bytes words)
{
    if (assay_reference_is_text(words))
        assay_emit_text(out, key, words);
    else
        assay_emit_hex(out, hex_key, words);
}

static void emit_type(assay_output *out, uint32_t type)
{
    char text[64];
    assay_writer writer = assay_writer_lent(text, sizeof text);

    if (type == ASSAY_NO_EVENT_TYPE)
        return;
    assay_reference_put_type(&writer, type);
    assay_emit_text(out, "type", assay_written(&writer));
}

static void emit_what(assay_output *out, const assay_event *event)
{
    char text[ASSAY_REFERENCE_WHAT_MAX];
    assay_writer writer = assay_writer_lent(text, sizeof text);

    assay_reference_put_what(&writer, event);
    if (writer.used > 0)
        assay_emit_text(out, "what", assay_written(&writer));
}

/* A digest that no algorithm makes would not be read again. */
static void emit_digests(assay_reference_writing *w, const assay_event *event)
{
    assay_output *const out = &w->out;

    if (event->digest_count == 0)
        return;
    assay_emit_object(out, "digests");
    for (size_t i = 0; i < event->digest_count; i++) {
        const assay_event_digest *const digest = &event->digests[i];
        const assay_alg *const alg = assay_alg_find(digest->alg);
        char unknown[ASSAY_ALG_NUMBER_SIZE];

        if (alg != NULL && digest->value.size != alg->size)
            w->status = -ASSAY_MALFORMED;
        assay_emit_hex(out, assay_alg_name(digest->alg, unknown), digest->value);
    }
    assay_emit_end(out);
}

static void emit_unknown(assay_output *out, const assay_reference_alternative *alternative)
{
    if (alternative->unknown_count == 0)
        return;
    assay_emit_array(out, "unknown");
    for (size_t i = 0; i < alternative->unknown_count; i++)
        assay_emit_alg(out, NULL, alternative->unknown[i]);
    assay_emit_end(out);
}

/* What follows it is what people look at least. */
static void emit_content(assay_output *out, const assay_event *event)
{
    if (event->content != ASSAY_CONTENT_PCCLIENT_STD)
        assay_emit_string(out, "content", assay_content_name(event->content));
    if (event->name.size > 0)
        emit_words(out, "content_name", "content_name_hex", event->name);
    if (event->only_bank != 0)
        assay_emit_alg(out, "only_bank", event->only_bank);
    if (event->data.size > 0)
        assay_emit_hex(out, "data", event->data);
}

static void emit_alternative(assay_reference_writing *w,
                             const assay_reference_alternative *alternative)
{
    const assay_event *const event = &alternative->event;

    assay_reference_emit_set(w, alternative->variants);
    if (event->nv_index != 0)
        assay_emit_u64(&w->out, "nv_index", event->nv_index);
    else
        assay_emit_u64(&w->out, "pcr", event->pcr_index);
    emit_type(&w->out, event->type);
    assay_emit_string(&w->out, "component", w->ids[alternative->component]);
    emit_what(&w->out, event);
    if (event->label.data != NULL)
        emit_words(&w->out, "label", "label_hex", event->label);
    emit_digests(w, event);
    emit_unknown(&w->out, alternative);
    emit_content(&w->out, event);
}

static void emit_step(assay_reference_writing *w, const assay_reference_step *step)
{
    assay_emit_object(&w->out, NULL);
    assay_emit_string(&w->out, "stage", assay_stage_name(step->stage));
    assay_reference_emit_text(w, "varies", step->varies);
    emit_flag(&w->out, "repeats", step->repeats);
    if (step->alternative_count == 1) {
        emit_alternative(w, &step->alternatives[0]);
    } else {
        assay_emit_array(&w->out, "alternatives");
        for (size_t i = 0; i < step->alternative_count; i++) {
            assay_emit_object(&w->out, NULL);
            emit_alternative(w, &step->alternatives[i]);
            assay_emit_end(&w->out);
        }
        assay_emit_end(&w->out);
    }
    assay_emit_end(&w->out);
}

void assay_reference_emit_steps(assay_reference_writing *w)
{
    if (w->reference->step_count == 0)
        return;
    assay_emit_array(&w->out, "steps");
    for (size_t i = 0; i < w->reference->step_count; i++)
        emit_step(w, &w->reference->steps[i]);
    assay_emit_end(&w->out);
}
