/* SPDX-License-Identifier: BSD-2-Clause */
/* Records of the kernel's list, and those of a canonical log, which has all stages in one. */
#include "eventlog/ima.h"
#include "policy/reference/sequence.h"
#include "replay/bootaggregate.h"

static const char files_as_read[] = "files are measured as they are read";

/* An entry of the kernel's list: it begins with what is the boot's; then comes what was read. */
int assay_sequence_add_entry(assay_sequence *sequence, const assay_learnt_boot *boot,
                             const assay_event *event, assay_error *error)
{
    assay_sequence_step step = { .stage = ASSAY_STAGE_KERNEL,
                                 .event = *event,
                                 .component = { .role = ASSAY_PART_USERSPACE } };

    if (!assay_boot_wants(boot, event))
        return 0;
    assay_boot_want_digests(boot, &step.event);
    if (assay_boot_aggregate_is(event))
        return assay_sequence_add(sequence, &step, error);
    /* One step stands for all that comes after. */
    for (size_t i = 0; i < sequence->count; i++)
        if (sequence->steps[i].repeats && sequence->steps[i].stage == ASSAY_STAGE_KERNEL)
            return 0;
    step.varies = files_as_read;
    step.repeats = true;
    return assay_sequence_add(sequence, &step, error);
}

/* What references write in a log for what comes any number of times: a digest of no type. */
static bool is_repeating(const assay_predicted_event *event)
{
    return event->unknown_count > 0 && event->event.digest_count == 0 &&
           event->event.type == ASSAY_NO_EVENT_TYPE;
}

/* What a dynamic launch alone can reset and extend (PFP 1.06 section 3.3.4), and its own types. */
static bool is_launched(const assay_event *event)
{
    return (event->pcr_index >= 17 && event->pcr_index <= 22) ||
           assay_part_of(event->type) != ASSAY_PART_OTHER;
}

/* The stage of a record: a canonical log has those of all stages in one. */
enum assay_stage assay_record_stage(const assay_predicted_event *event, enum assay_stage logs)
{
    if (is_repeating(event))
        return ASSAY_STAGE_KERNEL;
    switch (event->event.content) {
    case ASSAY_CONTENT_IMA_TEMPLATE:
    case ASSAY_CONTENT_IMA_TLV:
        return ASSAY_STAGE_KERNEL;
    case ASSAY_CONTENT_SYSTEMD:
        return ASSAY_STAGE_USERSPACE;
    default:
        return logs == ASSAY_STAGE_FIRMWARE && is_launched(&event->event) ? ASSAY_STAGE_LAUNCH
                                                                          : logs;
    }
}

void assay_sequence_want_log(assay_sequence *sequence, enum assay_stage stage)
{
    assay_reference_log log = sequence->logs[sequence->log_count - 1];

    for (size_t i = 0; i < sequence->log_count; i++)
        if (sequence->logs[i].header.stage == stage)
            return;
    log.header.stage = stage;
    log.header.spec_id = (assay_spec_id){ .present = false };
    sequence->logs[sequence->log_count++] = log;
}

/* What another stage has in the log, with a log of its own in the reference. */
int assay_sequence_add_record(assay_sequence *sequence, const assay_learnt_boot *boot,
                              const assay_predicted_event *predicted, enum assay_stage stage,
                              assay_error *error)
{
    assay_event some_file = predicted->event;
    const assay_event *const event = is_repeating(predicted) ? &some_file : &predicted->event;

    assay_sequence_want_log(sequence, stage);
    some_file.content = ASSAY_CONTENT_IMA_TEMPLATE;
    some_file.name = ASSAY_LITERAL("ima-ng");
    some_file.data = ASSAY_LITERAL("");
    if (stage == ASSAY_STAGE_KERNEL)
        return assay_sequence_add_entry(sequence, boot, event, error);
    assay_sequence_step step = { .stage = stage,
                                 .event = *event,
                                 .component = { .role = ASSAY_PART_USERSPACE } };
    assay_boot_want_digests(boot, &step.event);
    return assay_boot_wants(boot, event) ? assay_sequence_add(sequence, &step, error) : 0;
}
