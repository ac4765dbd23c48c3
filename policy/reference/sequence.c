/* SPDX-License-Identifier: BSD-2-Clause */
/* The steps of a variant, and what they fold to. */
#include "policy/reference/sequence.h"

void assay_sequence_free(assay_sequence *sequence)
{
    assay_arena_free(&sequence->arena);
}

int assay_sequence_of_variant(assay_sequence *sequence, const assay_reference *reference,
                              size_t variant)
{
    *sequence = (assay_sequence){ .count = 0 };
    for (size_t i = 0; i < reference->step_count; i++) {
        if (assay_reference_at(&reference->steps[i], variant) == NULL)
            continue;
        assay_sequence_step *const added =
            assay_arena_more(&sequence->arena, &sequence->steps, sequence->count, sizeof *added);
        if (added == NULL)
            return -ASSAY_NO_MEMORY;
        *added = assay_sequence_step_of(reference, &reference->steps[i], variant);
        sequence->count++;
    }
    for (int stage = 0; stage < ASSAY_STAGES; stage++) {
        const assay_reference_log *const log =
            assay_reference_log_of(reference, variant, (enum assay_stage)stage);

        if (log != NULL)
            sequence->logs[sequence->log_count++] = *log;
    }
    return 0;
}

static void leave_unheld(const assay_replay *replay, const assay_sequence_step *step,
                         assay_pcr_set ret_unheld[ASSAY_ALGS])
{
    const uint32_t pcr = assay_register_number(replay->registers, step->event.pcr_index);

    if (pcr >= ASSAY_PCRS)
        return;
    for (size_t bank = 0; bank < replay->pcrs.bank_count; bank++) {
        bool unheld = step->varies != NULL;

        for (size_t i = 0; i < step->unknown_count && !unheld; i++)
            unheld = step->unknown[i] == replay->pcrs.banks[bank].alg;
        if (unheld)
            ret_unheld[bank] |= (assay_pcr_set)1 << pcr;
    }
}

static int begin_fold(const assay_sequence *sequence, assay_hashes *hashes, assay_replay *replay)
{
    bool begun = false;
    int status = 0;

    /* All banks are known before the first event. */
    for (int stage = 0; stage < ASSAY_STAGES; stage++)
        for (size_t i = 0; i < sequence->log_count && status == 0; i++) {
            const assay_log_header *const header = &sequence->logs[i].header;

            if ((int)header->stage != stage)
                continue;
            status = begun ? assay_replay_continue(replay, header)
                           : assay_replay_begin(replay, header, hashes, NULL);
            begun = true;
        }
    return status;
}

int assay_sequence_fold(const assay_sequence *sequence, assay_hashes *hashes,
                        assay_replay *ret_replay, assay_pcr_set ret_unheld[ASSAY_ALGS])
{
    *ret_replay = (assay_replay){ .bank_count = 0 };
    memset(ret_unheld, 0, ASSAY_ALGS * sizeof *ret_unheld);
    int status = begin_fold(sequence, hashes, ret_replay);
    for (size_t i = 0; i < sequence->count && status == 0 && sequence->log_count > 0; i++) {
        const assay_sequence_step *const step = &sequence->steps[i];

        leave_unheld(ret_replay, step, ret_unheld);
        /* What repeats stands for any number of events, so that its own digests mean nothing. */
        if (!step->repeats)
            status = assay_replay_event(ret_replay, &step->event);
    }
    return status;
}

assay_pcr_set assay_sequence_lists(const assay_sequence *sequence)
{
    assay_pcr_set lists = 0, others = 0;

    for (size_t i = 0; i < sequence->count; i++)
        if (sequence->steps[i].event.pcr_index < ASSAY_PCRS)
            *(sequence->steps[i].stage == ASSAY_STAGE_KERNEL ? &lists : &others) |=
                (assay_pcr_set)1 << sequence->steps[i].event.pcr_index;
    return lists & ~others;
}
