/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A variant as one log in the TCG Canonical Event Log format: all stages of the boot, in order,
 * numbered through. What becomes of the logs that the steps were learnt from is what becomes of
 * any logs that are converted (eventlog/convert.h): here they are only made anew, in text. Where
 * a digest isn't held, there is the record of predictions that says so (payload/unknown.h).
 */
#include "policy/export/plain/cel.h"

#include "eventlog/convert.h"

enum { LOG_MAX = 256 << 20 };

/* A log that is written: a stage of the variant. */
typedef struct stage_log {
    assay_export_job *job;
    size_t variant;
    enum assay_stage stage;
    assay_prediction *prediction;
    size_t repeating; /* steps that stand for any number of events */
    size_t varying;   /* those whose digests are not all held */
} stage_log;

static bool lacks_digest(const assay_reference_step *step, const assay_reference_alternative *at,
                         uint16_t alg)
{
    bool lacks = step->varies != NULL;

    for (size_t i = 0; i < at->unknown_count && !lacks; i++)
        lacks = at->unknown[i] == alg;
    return lacks && (at->event.only_bank == 0 || at->event.only_bank == alg);
}

static int add_step(stage_log *log, const assay_reference_step *step,
                    const assay_reference_alternative *at, assay_error *error)
{
    const assay_log_header *const header = &log->prediction->header;
    assay_predicted_event event = { .event = at->event, .origin = ASSAY_PREDICTED_KEPT };

    for (size_t i = 0; i < header->bank_count; i++)
        if (lacks_digest(step, at, header->banks[i].alg))
            event.unknown[event.unknown_count++] = header->banks[i].alg;
    if (step->varies != NULL || (event.unknown_count > 0 && at->event.digest_count == 0))
        event.origin = ASSAY_PREDICTED_UNKNOWN;
    log->varying += event.unknown_count > 0;
    return assay_prediction_add(log->prediction, &event, error);
}

/* Of what comes any number of times, that it does: in no bank is the PCR known then. */
static int add_repeating(stage_log *log, const assay_reference_alternative *at, assay_error *error)
{
    const assay_log_header *const header = &log->prediction->header;
    assay_predicted_event event = { .event = { .pcr_index = at->event.pcr_index,
                                               .type = ASSAY_NO_EVENT_TYPE },
                                    .origin = ASSAY_PREDICTED_UNKNOWN,
                                    .unknown_count = header->bank_count };

    for (size_t i = 0; i < header->bank_count; i++)
        event.unknown[i] = header->banks[i].alg;
    log->repeating++;
    return assay_prediction_add(log->prediction, &event, error);
}

static int add_steps(stage_log *log, assay_error *error)
{
    const assay_reference *const reference = log->job->reference;
    int status = 0;

    for (size_t i = 0; i < reference->step_count && status == 0; i++) {
        const assay_reference_step *const step = &reference->steps[i];
        const assay_reference_alternative *const at =
            step->stage == log->stage ? assay_reference_at(step, log->variant) : NULL;

        if (at != NULL && step->repeats)
            status = add_repeating(log, at, error);
        else if (at != NULL)
            status = add_step(log, step, at, error);
    }
    return status;
}

static void note_unheld(const stage_log *log)
{
    if (log->repeating > 0)
        assay_export_note_on(log->job, ASSAY_EXPORT_LOSS,
                             "what comes any number of times (files that IMA measures) is one "
                             "EV_NO_ACTION record, which only assay understands");
    if (log->varying > 0)
        assay_export_note_on(log->job, ASSAY_EXPORT_LOSS,
                             "%zu steps vary or are not known: an EV_NO_ACTION record stands in "
                             "for the digest of each, which only assay understands",
                             log->varying);
}

static bool has_bank(const assay_log_header *header, uint16_t alg)
{
    for (size_t i = 0; i < header->bank_count; i++)
        if (header->banks[i].alg == alg)
            return true;
    return false;
}

/*
 * The header of the stage's log. Where all banks follow from what the records keep, and the header
 * has only those that it states, it gets those of the other stages: they are extended too.
 */
static assay_log_header header_of(const stage_log *log, const assay_reference_log *of)
{
    assay_log_header header = of->header;

    for (int stage = 0; stage < ASSAY_STAGES && header.banks_follow; stage++) {
        const assay_reference_log *const other = assay_reference_log_of(
            log->job->reference, log->variant, (enum assay_stage)stage);

        for (size_t i = 0; other != NULL && i < other->header.bank_count; i++)
            if (!has_bank(&header, other->header.banks[i].alg) &&
                header.bank_count < ASSAY_BANKS_MAX)
                header.banks[header.bank_count++] = other->header.banks[i];
    }
    return header;
}

/* The stage's log as text; nothing written where the variant has none. */
static int write_stage(stage_log *log, assay_writer *writer, assay_error *error)
{
    const assay_reference_log *const of =
        assay_reference_log_of(log->job->reference, log->variant, log->stage);

    if (of == NULL)
        return 0;
    const assay_log_header header = header_of(log, of);
    log->prediction = assay_prediction_new(&header);
    int status = log->prediction == NULL ? assay_fail(error, ASSAY_NO_MEMORY, ASSAY_NOWHERE,
                                                      "no memory for the log")
                                         : add_steps(log, error);
    if (status == 0)
        status = assay_prediction_write(log->prediction, "text", writer, error);
    assay_prediction_free(&log->prediction);
    note_unheld(log);
    return status;
}

static void note_losses(assay_export_job *job, const assay_conversion *conversion)
{
    for (int i = 0; i < ASSAY_LOSSES; i++) {
        const assay_loss_info *const info = assay_loss_describe((enum assay_loss)i);
        const assay_lost *const lost = &conversion->lost[i];

        if (lost->count > 0)
            assay_export_note_on(job, info->matters ? ASSAY_EXPORT_LOSS : ASSAY_EXPORT_ADVICE,
                                 "lost %llu times: %.*s", (unsigned long long)lost->count,
                                 (int)strlen(info->sentence) - 1, info->sentence);
    }
}

static int convert(assay_export_job *job, const assay_writer *logs, const char *format,
                   assay_error *error)
{
    assay_convert_source sources[ASSAY_STAGES];
    const assay_convert_wish wish = { .to = format,
                                      .banks = job->banks_asked ? job->banks : NULL,
                                      .bank_count = job->banks_asked ? job->bank_count : 0,
                                      .pcrs = job->pcrs_asked ? job->pcrs : 0 };
    assay_conversion conversion;
    size_t count = 0;

    for (int stage = 0; stage < ASSAY_STAGES; stage++)
        if (logs[stage].used > 0)
            sources[count++] =
                (assay_convert_source){ .bytes = assay_written(&logs[stage]), .format = "text" };
    if (count == 0)
        return assay_fail(error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE,
                          "the reference has values without the events that they come from");
    const int status = assay_convert(sources, count, &wish, assay_export_add_file(job, ""),
                                     &conversion, error);
    if (status == 0)
        note_losses(job, &conversion);
    return status;
}

int assay_cel_export(assay_export_job *job, const char *format, assay_error *error)
{
    assay_writer logs[ASSAY_STAGES];
    int status = 0;

    if (assay_export_variant_count(job) != 1)
        return assay_fail(error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE,
                          "a log is of one boot, and the reference has %zu variants: --variant "
                          "chooses one",
                          assay_export_variant_count(job));
    for (int stage = 0; stage < ASSAY_STAGES; stage++)
        logs[stage] = assay_writer_growing(LOG_MAX);
    for (int stage = 0; stage < ASSAY_STAGES && status == 0; stage++) {
        stage_log log = { .job = job,
                          .variant = (size_t)__builtin_ctzll(job->variants),
                          .stage = (enum assay_stage)stage };

        status = write_stage(&log, &logs[stage], error);
    }
    if (status == 0)
        status = convert(job, logs, format, error);
    assay_export_note_only(job, (size_t)__builtin_ctzll(job->variants));
    for (int stage = 0; stage < ASSAY_STAGES; stage++)
        assay_writer_close(&logs[stage]);
    return status;
}
