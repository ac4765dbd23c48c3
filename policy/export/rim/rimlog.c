/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The support RIM of a variant: its firmware's log, crypto-agile (TCG_EventLog_Assertion). A log
 * can't leave a digest open, so that a step whose digests aren't held is left out of it, and a bank
 * that some step has no digest of.
 */
#include "policy/export/rim/rim.h"

#include "eventlog/types.h"

/* A variant's steps on their way into its log. */
typedef struct selection {
    assay_export_job *job;
    size_t variant;
    const char *name; /* the variant's */
    const assay_reference_log *log;
    assay_log_header header; /* of the log to be written */
    assay_pcr_set open;      /* PCRs of steps that are left out: their digests aren't held */
    size_t foreign;          /* events that are none of the PC Client profile */
    size_t bare;             /* events whose data the reference doesn't have */
} selection;

static bool extends(const assay_event *event)
{
    return event->type != EV_NO_ACTION;
}

static bool bank_wanted(const assay_export_job *job, uint16_t alg)
{
    for (size_t i = 0; i < job->bank_count; i++)
        if (job->banks[i] == alg)
            return true;
    return false;
}

static void choose_banks(selection *s)
{
    const assay_log_header *const from = &s->log->header;

    s->header = *from;
    s->header.bank_count = 0;
    for (size_t i = 0; i < from->bank_count; i++)
        if (bank_wanted(s->job, from->banks[i].alg))
            s->header.banks[s->header.bank_count++] = from->banks[i];
}

/* Whether the event has a digest of any bank of the log. */
static bool is_held(const selection *s, const assay_event *event)
{
    for (size_t i = 0; i < s->header.bank_count; i++)
        if (assay_event_digest_of(event, s->header.banks[i].alg).data != NULL)
            return true;
    return false;
}

/* What the variant is at a step, if that can stand in the log. */
static const assay_event *held_event(const selection *s, const assay_reference_step *step)
{
    const assay_reference_alternative *const at = assay_reference_at(step, s->variant);

    if (at == NULL || step->stage != ASSAY_STAGE_FIRMWARE || step->varies != NULL ||
        at->event.content != ASSAY_CONTENT_PCCLIENT_STD || at->event.type == ASSAY_NO_EVENT_TYPE ||
        assay_log_is_spec_id(&s->log->header, &at->event))
        return NULL;
    if (s->job->pcrs_asked && (at->event.pcr_index >= ASSAY_PCRS ||
                               !assay_pcr_set_has(s->job->pcrs, at->event.pcr_index)))
        return NULL;
    return !extends(&at->event) || is_held(s, &at->event) ? &at->event : NULL;
}

static bool is_whole(const selection *s, uint16_t alg)
{
    for (size_t i = 0; i < s->job->reference->step_count; i++) {
        const assay_event *const event = held_event(s, &s->job->reference->steps[i]);

        if (event != NULL && extends(event) && assay_event_digest_of(event, alg).data == NULL)
            return false;
    }
    return true;
}

/* A bank that an event lacks isn't the log's: a reader would take it for a bank that was capped. */
static void drop_banks(selection *s)
{
    char unknown[ASSAY_ALG_NUMBER_SIZE];
    assay_log_header whole = s->header;

    whole.bank_count = 0;
    for (size_t i = 0; i < s->header.bank_count; i++)
        if (is_whole(s, s->header.banks[i].alg))
            whole.banks[whole.bank_count++] = s->header.banks[i];
        else
            assay_export_note_on(s->job, ASSAY_EXPORT_LOSS,
                                 "variant %s: some event has no digest of %s, so that the support "
                                 "RIM is without that bank",
                                 s->name, assay_alg_name(s->header.banks[i].alg, unknown));
    s->header = whole;
}

static void put_event(const selection *s, const assay_event *event, assay_event *ret_event)
{
    *ret_event = *event;
    ret_event->digest_count = 0;
    for (size_t i = 0; i < event->digest_count; i++)
        for (size_t j = 0; j < s->header.bank_count; j++)
            if (s->header.banks[j].alg == event->digests[i].alg)
                ret_event->digests[ret_event->digest_count++] = event->digests[i];
}

static int write(const selection *s, assay_writer *writer, assay_error *error)
{
    assay_log_writer log;
    int status = assay_log_write_begin(&log, "tcg2", &s->header, writer, error);

    if (status < 0)
        return status;
    for (size_t i = 0; i < s->job->reference->step_count && status == 0; i++) {
        const assay_event *const event = held_event(s, &s->job->reference->steps[i]);
        assay_event fitting;

        if (event == NULL)
            continue;
        put_event(s, event, &fitting);
        status = assay_log_write_event(&log, &fitting, error);
    }
    const int ended = assay_log_write_end(&log, status < 0 ? NULL : error);
    return status < 0 ? status : ended;
}

/* What of the variant's firmware doesn't come into its log. */
static void look_at(selection *s, const assay_reference_step *step)
{
    const assay_reference_alternative *const at = assay_reference_at(step, s->variant);

    if (at == NULL || step->stage != ASSAY_STAGE_FIRMWARE ||
        assay_log_is_spec_id(&s->log->header, &at->event))
        return;
    s->foreign +=
        at->event.content != ASSAY_CONTENT_PCCLIENT_STD || at->event.type == ASSAY_NO_EVENT_TYPE;
    s->bare += !assay_event_keeps_data(&at->event);
    if (at->event.pcr_index < ASSAY_PCRS && extends(&at->event) &&
        assay_pcr_set_has(s->job->pcrs, at->event.pcr_index) &&
        (step->varies != NULL || !is_held(s, &at->event)))
        s->open |= (assay_pcr_set)1 << at->event.pcr_index;
}

static void note_left_out(selection *s)
{
    char set[ASSAY_PCR_SET_TEXT];

    for (size_t i = 0; i < s->job->reference->step_count; i++)
        look_at(s, &s->job->reference->steps[i]);
    if (s->open != 0)
        assay_export_note_on(s->job, ASSAY_EXPORT_REFUSAL,
                             "PCR %s of variant %s has steps that vary or are not known; a log has "
                             "no room for such, and HIRS, which looks for each of a machine's "
                             "events, won't find theirs",
                             assay_pcr_set_text(s->open, set), s->name);
    if (s->foreign > 0)
        assay_export_note_on(s->job, ASSAY_EXPORT_LOSS,
                             "variant %s: %zu events that are none of the PC Client profile can't "
                             "stand in a support RIM",
                             s->name, s->foreign);
    if (s->bare > 0)
        assay_export_note_on(s->job, ASSAY_EXPORT_LOSS,
                             "variant %s: %zu events come without their data, which the reference "
                             "doesn't have",
                             s->name, s->bare);
}

/* Why there is nothing to write; NULL where there is. */
static const char *nothing_because(const selection *s)
{
    if (s->log == NULL)
        return "has no events of its firmware, and HIRS reads no support RIM of PCR values alone";
    return s->log->header.measurement_registers
               ? "is of a confidential guest, whose registers are no PCRs"
               : NULL;
}

int assay_rim_put_log(assay_export_job *job, size_t variant, assay_writer *writer,
                      assay_error *error)
{
    selection s = { .job = job,
                    .variant = variant,
                    .name = job->reference->variants[variant].name,
                    .log = assay_reference_log_of(job->reference, variant, ASSAY_STAGE_FIRMWARE) };
    const char *why = nothing_because(&s);

    if (why == NULL) {
        choose_banks(&s);
        note_left_out(&s);
        drop_banks(&s);
        why = s.header.bank_count == 0 ? "has no bank in which all events have a digest" : NULL;
    }
    if (why != NULL) {
        assay_export_note_on(job, ASSAY_EXPORT_REFUSAL, "variant %s %s: it is left out", s.name,
                             why);
        return 0;
    }
    assay_rim_note_readers(job, variant, &s.log->header, &s.header);
    const int status = write(&s, writer, error);
    return status < 0 ? status : 1;
}
