/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Canonical event logs as references: a file is a boot, so several are several variants, each
 * named after its file. A log says nowhere who wrote a record; the stages of the boot are told
 * apart by the records' contents and types.
 */
#include "policy/export/plain/cel.h"

#include "base/utf8.h"
#include "eventlog/types.h"
#include "policy/export/imported.h"

enum { LOG_MAX = 256 << 20 };

/* A stage's records, in text. */
typedef struct stage_text {
    assay_log_header header;
    assay_log_writer out;
    assay_writer writer;
    bool begun;
} stage_text;

/* What the writer here puts for what comes any number of times: of no type, so in a list of IMA. */
static bool is_repeating(const assay_event *event)
{
    assay_unknown_record record;

    return event->type == EV_NO_ACTION && assay_unknown_record_decode(event->data, &record) &&
           record.type == ASSAY_NO_EVENT_TYPE;
}

/*
 * After a launch, what has no type of its own is the launch's too: of what tboot measures, Intel's
 * agent says a name alone. A record before it would be folded before it.
 */
static enum assay_stage stage_of(const assay_event *event, bool launched)
{
    if (is_repeating(event))
        return ASSAY_STAGE_KERNEL;
    switch (event->content) {
    case ASSAY_CONTENT_IMA_TEMPLATE:
    case ASSAY_CONTENT_IMA_TLV:
        return ASSAY_STAGE_KERNEL;
    case ASSAY_CONTENT_SYSTEMD:
        return ASSAY_STAGE_USERSPACE;
    default: /* types of TXT, tboot and Secure Launch have parts of their own */
        return launched || assay_part_of(event->type) != ASSAY_PART_OTHER ? ASSAY_STAGE_LAUNCH
                                                                          : ASSAY_STAGE_FIRMWARE;
    }
}

/* In its place an entry of the list that is no boot_aggregate: learning takes it for any number. */
static assay_event some_file(const assay_event *record)
{
    assay_event file = *record;

    file.type = ASSAY_NO_EVENT_TYPE;
    file.content = ASSAY_CONTENT_IMA_TEMPLATE;
    file.name = ASSAY_LITERAL("ima-ng");
    file.data = ASSAY_LITERAL("");
    return file;
}

static int write_event(stage_text stages[ASSAY_STAGES], const assay_log *log,
                       const assay_event *event, assay_error *error)
{
    const enum assay_stage stage = stage_of(event, stages[ASSAY_STAGE_LAUNCH].begun);
    const assay_event file = some_file(event);
    stage_text *const to = &stages[stage];

    if (!to->begun) {
        to->header = log->header;
        to->header.stage = stage;
        if (stage != ASSAY_STAGE_FIRMWARE)
            to->header.spec_id = (assay_spec_id){ .present = false };
        const int status =
            assay_log_write_begin(&to->out, "text", &to->header, &to->writer, error);
        if (status < 0)
            return status;
        to->begun = true;
    }
    return assay_log_write_event(&to->out, is_repeating(event) ? &file : event, error);
}

static int split(assay_log *log, stage_text stages[ASSAY_STAGES], assay_error *error)
{
    assay_event event;
    int status, written = 0;

    while (written >= 0 && (status = assay_log_next(log, &event)) > 0)
        written = write_event(stages, log, &event, error);
    if (written >= 0 && status < 0) {
        if (error != NULL)
            *error = log->error;
        written = status;
    }
    for (int stage = 0; stage < ASSAY_STAGES; stage++) {
        if (!stages[stage].begun)
            continue;
        const int ended = assay_log_write_end(&stages[stage].out, written < 0 ? NULL : error);
        if (written >= 0)
            written = ended;
    }
    return written;
}

/*
 * Whether the variant has a step whose digests are held. Of a log without, nobody could tell which
 * banks it is of: readers take them from the first record that extends a PCR.
 */
static bool has_held(const assay_reference *reference, const char *name)
{
    const size_t variant = assay_reference_find(reference, name);

    for (size_t i = 0; i < reference->step_count; i++) {
        const assay_reference_step *const step = &reference->steps[i];
        const assay_reference_alternative *const at = assay_reference_at(step, variant);

        if (at != NULL && step->varies == NULL && at->event.digest_count > 0 &&
            at->event.content != ASSAY_CONTENT_CEL && at->event.type != EV_NO_ACTION)
            return true;
    }
    return false;
}

static int learn(assay_import_job *job, assay_reference *reference, const char *name,
                 const stage_text stages[ASSAY_STAGES], assay_error *error)
{
    assay_log logs[ASSAY_STAGES], *opened[ASSAY_STAGES];
    assay_learnt_boot boot = { .variant = name, .logs = opened };
    int status = 0;

    for (int stage = 0; stage < ASSAY_STAGES && status == 0; stage++) {
        if (!stages[stage].begun)
            continue;
        status = assay_log_open(&logs[boot.log_count], assay_written(&stages[stage].writer),
                                "text", NULL, error);
        if (status == 0) {
            opened[boot.log_count] = &logs[boot.log_count];
            boot.log_count++;
        }
    }
    if (status == 0)
        status = assay_learn_boot(reference, &boot, job->hashes, error);
    if (status == 0 && !has_held(reference, name))
        status = assay_fail(error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE,
                            "no record of the log extends a PCR with a digest that is held");
    for (size_t i = 0; i < boot.log_count; i++)
        assay_log_close(opened[i]);
    return status;
}

static int read_file(assay_import_job *job, const assay_export_file *file, const char *format,
                     assay_reference *reference, assay_error *error)
{
    stage_text stages[ASSAY_STAGES] = { { .begun = false } };
    const assay_bytes name = job->file_count > 1 ? assay_import_stem(file->path)
                                                 : assay_import_variant_name(job);
    const char *const kept = assay_arena_text(&reference->arena, name);
    assay_findings *const findings = assay_arena_room(&reference->arena, sizeof *findings);
    assay_log log;

    job->place = file->path;
    if (kept == NULL || findings == NULL)
        return assay_fail(error, ASSAY_NO_MEMORY, ASSAY_NOWHERE, "no memory for a name");
    assay_findings_reset(findings);
    if (!assay_utf8_is_printable(name) || assay_import_find_variant(reference, name) != NULL)
        return assay_fail(error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE,
                          "the name of the file is no name for a variant, or another has it");
    int status = assay_log_open(&log, assay_written(&file->writer), format, findings, error);
    if (status < 0)
        return status;
    for (int stage = 0; stage < ASSAY_STAGES; stage++)
        stages[stage].writer = assay_writer_growing(LOG_MAX);
    status = split(&log, stages, error);
    if (status == 0)
        status = learn(job, reference, kept, stages, error);
    if (findings->seen[ASSAY_FINDING_BANK_UNKNOWN] > 0)
        assay_import_note_on(job, ASSAY_EXPORT_LOSS,
                             "%llu digests of banks that are unknown here are left out",
                             (unsigned long long)findings->seen[ASSAY_FINDING_BANK_UNKNOWN]);
    for (int stage = 0; stage < ASSAY_STAGES; stage++)
        assay_writer_close(&stages[stage].writer);
    assay_log_close(&log);
    return status;
}

/* The log folds to them, and nobody says that any machine wrote it. */
static void state_values(assay_reference *reference, const char *format)
{
    for (size_t i = 0; i < reference->variant_count; i++)
        memset(reference->variants[i].confidence, ASSAY_CONFIDENCE_STATED,
               sizeof reference->variants[i].confidence);
    for (size_t i = 0; i < reference->log_count; i++)
        reference->logs[i].format = format;
}

int assay_cel_import(assay_import_job *job, const char *format, assay_reference **ret_reference,
                     assay_error *error)
{
    assay_reference *const reference = assay_import_begin(job);
    int status = 0;

    for (size_t i = 0; reference != NULL && i < job->file_count && status == 0; i++)
        status = read_file(job, &job->files[i], format, reference, error);
    if (reference != NULL && status == 0)
        state_values(reference, format);
    return assay_import_end(reference, status, ret_reference, error);
}
