/* SPDX-License-Identifier: BSD-2-Clause */
/* What the logs of a boot say, as steps. */
#include "policy/reference/sequence.h"

#include "base/utf16.h"
#include "boot/rebase/recognise.h"
#include "eventlog/ima.h"
#include "eventlog/keep.h"
#include "eventlog/payload/ipl.h"
#include "eventlog/types.h"
#include "replay/bootaggregate.h"

#include <stdlib.h>

static const char unknown_digest[] = "its digest was not known when it was predicted";

static int no_memory(assay_error *error)
{
    return assay_fail(error, ASSAY_NO_MEMORY, ASSAY_NOWHERE, "no memory for the steps of a boot");
}

/* What is wanted. */

static bool bank_wanted(const assay_learnt_boot *boot, uint16_t alg)
{
    for (size_t i = 0; i < boot->bank_count; i++)
        if (boot->banks[i] == alg)
            return true;
    return boot->bank_count == 0;
}

bool assay_boot_wants(const assay_learnt_boot *boot, const assay_event *event)
{
    return boot->pcrs == 0 || event->nv_index != 0 || event->pcr_index >= ASSAY_PCRS ||
           assay_pcr_set_has(boot->pcrs, event->pcr_index);
}

void assay_boot_want_digests(const assay_learnt_boot *boot, assay_event *event)
{
    uint16_t kept = 0;

    for (size_t i = 0; i < event->digest_count; i++)
        if (bank_wanted(boot, event->digests[i].alg))
            event->digests[kept++] = event->digests[i];
    event->digest_count = kept;
}

static void want_banks(const assay_learnt_boot *boot, assay_log_header *header)
{
    size_t kept = 0;

    for (size_t i = 0; i < header->bank_count; i++)
        if (bank_wanted(boot, header->banks[i].alg))
            header->banks[kept++] = header->banks[i];
    header->bank_count = kept;
}

/* Keeping. */

static int check_digests(const assay_event *event, assay_error *error)
{
    for (size_t i = 0; i < event->digest_count; i++) {
        const assay_alg *const alg = assay_alg_find(event->digests[i].alg);

        if (alg != NULL && event->digests[i].value.size != alg->size)
            return assay_fail(error, ASSAY_MALFORMED,
                              (assay_place){ event->offset, event->number, "digest" },
                              "a digest of %s has %zu bytes", alg->name,
                              event->digests[i].value.size);
    }
    return 0;
}

int assay_sequence_add(assay_sequence *sequence, const assay_sequence_step *step,
                       assay_error *error)
{
    const int sound = check_digests(&step->event, error);

    if (sound < 0)
        return sound;
    if (sequence->count >= ASSAY_REFERENCE_STEPS_MAX)
        return assay_fail(error, ASSAY_TOO_LARGE, ASSAY_NOWHERE,
                          "a boot of more than %d steps is not learnt", ASSAY_REFERENCE_STEPS_MAX);
    assay_sequence_step *const added =
        assay_arena_more(&sequence->arena, &sequence->steps, sequence->count, sizeof *added);
    if (added == NULL)
        return no_memory(error);
    *added = *step;
    if (!assay_event_keep(&sequence->arena, &added->event))
        return no_memory(error);
    sequence->count++;
    return 0;
}

/* One log of each stage: a second one has to have the banks of the first. */
static int add_log(assay_sequence *sequence, const assay_learnt_boot *boot, const assay_log *log,
                   enum assay_stage stage, assay_error *error)
{
    for (size_t i = 0; i < sequence->log_count; i++)
        if (sequence->logs[i].header.stage == stage)
            return sequence->logs[i].header.measurement_registers ==
                           log->header.measurement_registers
                       ? 0
                       : assay_fail(error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE,
                                    "one log has PCRs and the other measurement registers");
    assay_reference_log *const added = &sequence->logs[sequence->log_count];
    *added = (assay_reference_log){ .format = assay_log_format_name(log), .header = log->header };
    added->header.stage = stage;
    want_banks(boot, &added->header);
    if (!assay_arena_keep(&sequence->arena, log->header.spec_id.vendor_info,
                          &added->header.spec_id.vendor_info))
        return no_memory(error);
    sequence->log_count++;
    return 0;
}

/* Firmware's log and a launch's, by way of the prediction's reader: it knows what is unknown. */

/*
 * A prediction has the first entry of the kernel's list in firmware's log, as the line of the list
 * that it will be. It becomes that entry.
 */
static bool is_predicted_list(const assay_learnt_boot *boot, const assay_predicted_event *event)
{
    return boot->predicted && event->event.type == EV_COMPACT_HASH &&
           event->event.pcr_index == ASSAY_IMA_PCR && event->event.digest_count > 0;
}

static int add_predicted_list(assay_sequence *sequence, const assay_sequence_step *predicted,
                              assay_error *error)
{
    const assay_bytes sha1 = assay_event_digest_of(&predicted->event, ASSAY_ALG_SHA1);
    assay_sequence_step step = *predicted;
    assay_writer line = assay_writer_growing(ASSAY_ROOM_MAX);
    assay_event entry;
    assay_log log;
    int status;

    assay_put_string(&line, "10 ");
    if (sha1.data != NULL)
        assay_put_hex(&line, sha1);
    else
        assay_put_format(&line, "%040d", 0); /* a list always has one, and this stands for it */
    assay_put_char(&line, ' ');
    assay_put(&line, predicted->event.data);
    assay_put_char(&line, '\n');
    if (assay_log_open(&log, assay_written(&line), "ima-text", NULL, error) < 0) {
        assay_writer_close(&line);
        return assay_sequence_add(sequence, predicted, error);
    }
    status = assay_log_next(&log, &entry);
    if (status > 0) {
        step.stage = ASSAY_STAGE_KERNEL;
        step.component = (assay_reference_component){ .role = ASSAY_PART_USERSPACE };
        step.event.content = entry.content;
        step.event.type = entry.type;
        step.event.name = entry.name;
        step.event.data = entry.data;
        status = assay_sequence_add(sequence, &step, error);
        sequence->logs[sequence->log_count] =
            (assay_reference_log){ .format = "ima", .header = log.header };
        sequence->log_count += status == 0;
    } else {
        status = assay_sequence_add(sequence, predicted, error);
    }
    assay_log_close(&log);
    assay_writer_close(&line);
    return status;
}

static int add_predicted(assay_sequence *sequence, const assay_learnt_boot *boot,
                         const assay_predicted_event *event, enum assay_part part,
                         enum assay_stage stage, assay_error *error)
{
    assay_sequence_step step = { .stage = stage,
                                 .event = event->event,
                                 .component = { .role = part, .index = event->index },
                                 .varies = event->unknown_count > 0 ? unknown_digest : NULL };

    if (!assay_boot_wants(boot, &event->event))
        return 0;
    assay_boot_want_digests(boot, &step.event);
    if (is_predicted_list(boot, event))
        return add_predicted_list(sequence, &step, error);
    for (size_t i = 0; i < event->unknown_count; i++)
        if (bank_wanted(boot, event->unknown[i]))
            step.unknown[step.unknown_count++] = event->unknown[i];
    /* Known in a bank that is wanted, it is held there. */
    if (step.event.digest_count > 0)
        step.varies = NULL;
    return assay_sequence_add(sequence, &step, error);
}

/* What no rule knows is of whom the PCR is for (PFP 1.06 section 3.3.4). */
static enum assay_part part_of_pcr(uint32_t pcr)
{
    static const enum assay_part parts[] = {
        [0] = ASSAY_PART_FIRMWARE,   [1] = ASSAY_PART_SETUP, [2] = ASSAY_PART_OPTION_ROM,
        [3] = ASSAY_PART_OPTION_ROM, [4] = ASSAY_PART_OTHER, [5] = ASSAY_PART_OTHER,
        [6] = ASSAY_PART_FIRMWARE,   [7] = ASSAY_PART_SECURE_BOOT,
    };

    return pcr < sizeof parts / sizeof *parts ? parts[pcr] : ASSAY_PART_OTHER;
}

/*
 * Of a UKI the sections that somebody replaces by themselves are components of their own, and so is
 * the kernel in it.
 */
static enum assay_part part_of(const assay_event *event, const assay_recognised *recognised)
{
    static const struct {
        const char *section;
        enum assay_part part;
    } sections[] = {
        { ".linux", ASSAY_PART_KERNEL },
        { ".initrd", ASSAY_PART_INITRD },
        { ".ucode", ASSAY_PART_INITRD },
        { ".cmdline", ASSAY_PART_CMDLINE },
    };
    assay_ipl ipl;

    if (recognised->part == ASSAY_PART_OTHER)
        return part_of_pcr(event->pcr_index);
    if (recognised->role == ASSAY_ROLE_IMAGE_STUB_KERNEL)
        return ASSAY_PART_KERNEL;
    if ((recognised->role != ASSAY_ROLE_SECTION && recognised->role != ASSAY_ROLE_SECTION_NAME) ||
        !assay_ipl_decode(event, &ipl))
        return recognised->part;
    for (size_t i = 0; i < sizeof sections / sizeof *sections; i++)
        if (ipl.utf16 ? assay_utf16_is(ipl.text, sections[i].section)
                      : assay_bytes_equal(ipl.text, assay_bytes_of_string(sections[i].section)))
            return sections[i].part;
    return recognised->part;
}

/* A launch's records in a canonical log, behind those of firmware. */
static int add_launched(assay_sequence *sequence, const assay_learnt_boot *boot,
                        const assay_predicted_event *event, assay_error *error)
{
    assay_sequence_want_log(sequence, ASSAY_STAGE_LAUNCH);
    return add_predicted(sequence, boot, event, event->part, ASSAY_STAGE_LAUNCH, error);
}

static int add_all_predicted(assay_sequence *sequence, const assay_learnt_boot *boot,
                             const assay_prediction *prediction, const assay_log *log,
                             enum assay_stage stage, assay_error *error)
{
    assay_recognised *const recognised = calloc(prediction->count + 1, sizeof *recognised);
    int status = 0;

    if (recognised == NULL)
        return no_memory(error);
    if (stage == ASSAY_STAGE_FIRMWARE)
        assay_recognise(prediction, recognised);
    for (size_t i = 0; i < prediction->count && status == 0; i++) {
        const assay_predicted_event *const event = &prediction->events[i];
        const enum assay_part part = stage == ASSAY_STAGE_FIRMWARE
                                         ? part_of(&event->event, &recognised[i])
                                         : event->part;

        const enum assay_stage own = assay_record_stage(event, stage);

        if (assay_log_is_header(log, &event->event))
            continue;
        if (own == stage)
            status = add_predicted(sequence, boot, event, part, stage, error);
        else if (own == ASSAY_STAGE_LAUNCH)
            status = add_launched(sequence, boot, event, error);
        else
            status = assay_sequence_add_record(sequence, boot, event, own, error);
    }
    free(recognised);
    return status;
}

/* A canonical log says of no stage that it is its own: one of a launch alone is the launch's. */
static enum assay_stage stage_of(const assay_prediction *prediction, const assay_log *log)
{
    const enum assay_stage stage = log->header.stage;
    bool launched = false;

    for (size_t i = 0; i < prediction->count; i++) {
        const assay_predicted_event *const event = &prediction->events[i];

        if (event->event.type == EV_NO_ACTION)
            continue;
        if (assay_record_stage(event, stage) != ASSAY_STAGE_LAUNCH)
            return stage;
        launched = true;
    }
    return launched ? ASSAY_STAGE_LAUNCH : stage;
}

static int read_boot_log(assay_sequence *sequence, const assay_learnt_boot *boot, assay_log *log,
                         assay_error *error)
{
    assay_prediction *prediction = assay_prediction_new(&log->header);

    if (prediction == NULL)
        return no_memory(error);
    int status = assay_prediction_read(prediction, log, error);
    const enum assay_stage stage = status == 0 ? stage_of(prediction, log) : log->header.stage;
    if (status == 0)
        status = add_log(sequence, boot, log, stage, error);
    if (status == 0)
        status = add_all_predicted(sequence, boot, prediction, log, stage, error);
    assay_prediction_free(&prediction);
    return status;
}

/* The kernel's list. */

static int read_list(assay_sequence *sequence, const assay_learnt_boot *boot, assay_log *log,
                     assay_error *error)
{
    assay_event event;
    int status, added = 0;

    while (added == 0 && (status = assay_log_next(log, &event)) > 0)
        added = assay_sequence_add_entry(sequence, boot, &event, error);
    if (added == 0 && status < 0)
        *error = log->error;
    return added < 0 ? added : status;
}

/* What systemd wrote: each record is a step. */
static int read_userspace(assay_sequence *sequence, const assay_learnt_boot *boot, assay_log *log,
                          assay_error *error)
{
    assay_event event;
    int status;

    while ((status = assay_log_next(log, &event)) > 0) {
        assay_sequence_step step = { .stage = ASSAY_STAGE_USERSPACE,
                                     .event = event,
                                     .component = { .role = ASSAY_PART_USERSPACE } };

        assay_boot_want_digests(boot, &step.event);
        status = assay_boot_wants(boot, &event) ? assay_sequence_add(sequence, &step, error) : 0;
        if (status < 0)
            return status;
    }
    if (status < 0)
        *error = log->error;
    return status;
}

static int read_log(assay_sequence *sequence, const assay_learnt_boot *boot, assay_log *log,
                    assay_error *error)
{
    const enum assay_stage stage = log->header.stage;

    if (stage != ASSAY_STAGE_KERNEL && stage != ASSAY_STAGE_USERSPACE)
        return read_boot_log(sequence, boot, log, error);
    const int status = add_log(sequence, boot, log, stage, error);
    if (status < 0)
        return status;
    return stage == ASSAY_STAGE_KERNEL ? read_list(sequence, boot, log, error)
                                       : read_userspace(sequence, boot, log, error);
}

/* Stable: the order within a stage stays. */
int assay_sequence_sort(assay_sequence *sequence, assay_error *error)
{
    assay_sequence_step *const sorted =
        assay_arena_array(&sequence->arena, sequence->count, sizeof *sorted); /* more may follow */
    size_t count = 0;

    if (sorted == NULL)
        return no_memory(error);
    for (int stage = 0; stage < ASSAY_STAGES; stage++)
        for (size_t i = 0; i < sequence->count; i++)
            if ((int)sequence->steps[i].stage == stage)
                sorted[count++] = sequence->steps[i];
    sequence->steps = sorted;
    return 0;
}

int assay_sequence_read(assay_sequence *sequence, const assay_learnt_boot *boot,
                        assay_hashes *hashes, assay_error *error)
{
    int status = 0;

    (void)hashes;
    *sequence = (assay_sequence){ .count = 0 };
    for (size_t i = 0; i < boot->log_count && status == 0; i++)
        status = read_log(sequence, boot, boot->logs[i], error);
    if (status == 0)
        status = assay_sequence_sort(sequence, error);
    if (status == 0)
        assay_sequence_tell_banks(sequence);
    if (status == 0 && assay_sequence_name_components(sequence) < 0)
        status = no_memory(error);
    return status;
}
