/* SPDX-License-Identifier: BSD-2-Clause */
/* What a trial knows of each side, and whether the boot's values follow from its logs. */
#include "policy/reference/compare_boot.h"

#include "policy/reference/files.h"
#include "replay/compare.h"

/* PCRs that are not the boot's: IMA's list goes on, 16 and 23 are for anyone's use. */
static const assay_pcr_set not_the_boots = 1u << 10 | 1u << 16 | 1u << 23;

/* Sides. */

static int copy_firmware(const assay_sequence *sequence, assay_prediction *prediction)
{
    int status = 0;

    for (size_t i = 0; i < sequence->count && status == 0; i++) {
        const assay_sequence_step *const step = &sequence->steps[i];
        const assay_predicted_event event = { .event = step->event,
                                              .part = step->component.role };

        if (step->stage == ASSAY_STAGE_FIRMWARE)
            status = assay_prediction_add(prediction, &event, NULL);
    }
    return status;
}

/* Firmware's log comes first in both. */
static int recognise(assay_arena *arena, assay_trial_side *side)
{
    static const assay_log_header none;
    const assay_sequence *const sequence = side->sequence;
    assay_prediction *prediction = assay_prediction_new(&none);
    int status = prediction == NULL ? -ASSAY_NO_MEMORY : copy_firmware(sequence, prediction);

    side->recognised = assay_arena_room(arena, (sequence->count + 1) * sizeof *side->recognised);
    if (status == 0 && side->recognised == NULL)
        status = -ASSAY_NO_MEMORY;
    if (status == 0)
        assay_recognise(prediction, side->recognised);
    assay_prediction_free(&prediction);
    return status;
}

int assay_trial_side_of(assay_trial_side *side, const assay_sequence *sequence, assay_arena *arena)
{
    *side = (assay_trial_side){ .sequence = sequence };
    for (size_t i = 0; i < sequence->count; i++)
        side->stages[sequence->steps[i].stage] = true;
    for (size_t i = 0; i < sequence->log_count; i++)
        side->stages[sequence->logs[i].header.stage] = true;
    side->fates = assay_arena_room(arena, (sequence->count + 1) * sizeof *side->fates);
    return side->fates == NULL ? -ASSAY_NO_MEMORY : recognise(arena, side);
}

/* The fold of the logs as they are, with all that IMA's list has. */

static int add_banks(assay_replay *replay, const assay_pcrs *values)
{
    int status = 0;

    for (size_t i = 0; values != NULL && i < values->bank_count && status == 0; i++)
        status = assay_replay_add_bank(replay, values->banks[i].alg);
    return status;
}

/* A list whose digests follow from its data can be folded in any bank that is to be compared. */
static int begin_replay(assay_tried_boot *boot, const assay_reference *reference)
{
    const assay_learnt_boot *const learnt = boot->learnt;
    bool follow = false;
    int status = 0;

    for (size_t i = 0; i < learnt->log_count && status == 0; i++) {
        const assay_log_header *const header = &learnt->logs[i]->header;

        follow = follow || header->banks_follow;
        status = i == 0 ? assay_replay_begin(&boot->replay, header, boot->hashes, NULL)
                        : assay_replay_continue(&boot->replay, header);
    }
    if (status == 0 && follow)
        status = add_banks(&boot->replay, learnt->values);
    for (size_t i = 0; i < reference->variant_count && status == 0 && follow; i++)
        status = add_banks(&boot->replay, &reference->variants[i].values);
    return status;
}

static int replay_log(assay_tried_boot *boot, size_t index, assay_runtime *runtime,
                      assay_error *error)
{
    assay_log log;
    assay_event event;
    int status = assay_log_open_again(&log, boot->learnt->logs[index], error);

    if (status < 0)
        return status;
    while ((status = assay_log_next(&log, &event)) > 0) {
        status = assay_replay_event(&boot->replay, &event);
        if (status == 0)
            status = assay_runtime_event(runtime, &boot->replay, &event, (uint32_t)index);
        if (status < 0)
            break;
    }
    if (log.error.kind != 0)
        *error = log.error;
    assay_log_close(&log);
    return status;
}

/* Only of what decides. */
static assay_pcrs values_wanted(const assay_learnt_boot *boot)
{
    assay_pcrs wanted = { .bank_count = 0 };

    if (boot->values == NULL)
        return wanted;
    wanted = *boot->values;
    wanted.bank_count = 0;
    for (size_t i = 0; i < boot->values->bank_count; i++) {
        bool bank = boot->bank_count == 0;

        for (size_t j = 0; j < boot->bank_count; j++)
            bank = bank || boot->banks[j] == boot->values->banks[i].alg;
        if (!bank)
            continue;
        wanted.banks[wanted.bank_count] = boot->values->banks[i];
        if (boot->pcrs != 0)
            wanted.banks[wanted.bank_count].present &= boot->pcrs;
        wanted.bank_count++;
    }
    return wanted;
}

static void take_state(assay_tried_boot *boot, const assay_pcr_status *status)
{
    const assay_pcr_set bit = (assay_pcr_set)1 << status->pcr;

    if (status->state == ASSAY_PCR_MISMATCH) {
        boot->contradicted_bank = boot->contradicted == 0 ? status->alg : boot->contradicted_bank;
        boot->contradicted |= bit;
    } else if (status->state == ASSAY_PCR_NOT_IN_LOG) {
        boot->unlogged |= bit & ~not_the_boots;
    } else if (status->state == ASSAY_PCR_MATCH) {
        const size_t bank = assay_alg_index(status->alg);

        if (bank < ASSAY_ALGS)
            boot->follows[bank] |= bit;
    }
}

/* Of values alone all that are not as a PCR starts. */
static void take_unlogged(assay_tried_boot *boot)
{
    const assay_pcrs values = values_wanted(boot->learnt);

    for (size_t i = 0; i < values.bank_count; i++)
        for (unsigned pcr = 0; pcr < ASSAY_PCRS; pcr++) {
            const assay_bytes value = assay_pcrs_value(&values, values.banks[i].alg, pcr);

            if (value.data != NULL && !assay_bytes_all(value, 0x00) &&
                !assay_bytes_all(value, 0xFF))
                boot->unlogged |= ((assay_pcr_set)1 << pcr) & ~not_the_boots;
        }
}

static int fold(assay_tried_boot *boot, const assay_reference *reference, assay_error *error)
{
    const assay_pcrs values = values_wanted(boot->learnt);
    assay_runtime runtime;
    struct assay_comparison comparison;
    int status = begin_replay(boot, reference);

    if (status < 0)
        return assay_fail(error, (enum assay_kind)-status, ASSAY_NOWHERE,
                          "the logs can't be folded together");
    assay_runtime_begin(&runtime, &values, &boot->replay);
    for (size_t i = 0; i < boot->learnt->log_count && status == 0; i++) {
        *error = (assay_error){ .kind = 0 };
        status = replay_log(boot, i, &runtime, error);
    }
    if (status < 0)
        return error->kind != 0 ? status
                                : assay_fail(error, (enum assay_kind)-status, ASSAY_NOWHERE,
                                             "the logs can't be folded");
    assay_compare(&boot->replay, &values, ASSAY_ALL_PCRS, &comparison);
    assay_compare_runtime(&comparison, &runtime);
    for (size_t i = 0; i < comparison.count; i++)
        take_state(boot, &comparison.list[i]);
    return 0;
}

int assay_tried_boot_read(assay_tried_boot *boot, const assay_learnt_boot *learnt,
                          const assay_reference *reference, assay_variant_set variants,
                          assay_hashes *hashes, assay_error *error)
{
    assay_error unused = { .kind = 0 };
    assay_error *const place = error != NULL ? error : &unused;

    *boot = (assay_tried_boot){ .learnt = learnt,
                                .hashes = hashes,
                                .contradicted_bank = ASSAY_ALG_NULL,
                                .filed = assay_reference_filed(reference),
                                .pairs_left = ASSAY_COMPARED_PAIRS_MAX };
    int status = assay_sequence_read(&boot->sequence, learnt, hashes, place);
    if (status == 0)
        status = assay_files_unlisted(&boot->sequence, learnt, reference, variants, hashes,
                                      &boot->unlisted, place);
    if (status == 0 && assay_trial_side_of(&boot->side, &boot->sequence, &boot->sequence.arena) < 0)
        status = assay_fail(place, ASSAY_NO_MEMORY, ASSAY_NOWHERE, "no memory for a boot's steps");
    if (status < 0 || learnt->log_count > 0)
        return status < 0 ? status : fold(boot, reference, place);
    take_unlogged(boot);
    return 0;
}

void assay_tried_boot_free(assay_tried_boot *boot)
{
    assay_sequence_free(&boot->sequence);
}
