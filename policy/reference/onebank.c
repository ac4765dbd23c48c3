/* SPDX-License-Identifier: BSD-2-Clause */
/* Records that speak for one bank alone, of logs that can't say so. */
#include "eventlog/types.h"
#include "policy/reference/sequence.h"

/* The bank of a step that states one digest, and 0 of what could speak for several. */
static uint16_t lone_bank(const assay_sequence_step *step)
{
    return step->event.digest_count == 1 && step->unknown_count == 0 && step->varies == NULL
               ? step->event.digests[0].alg
               : 0;
}

/* Whether the log of a stage announces its banks: what misses a digest of one is wrong then. */
static bool announces_banks(const assay_sequence *sequence, enum assay_stage stage)
{
    for (size_t i = 0; i < sequence->log_count; i++)
        if (sequence->logs[i].header.stage == stage && sequence->logs[i].header.spec_id.present)
            return true;
    return false;
}

/* Whether it is one of firmware's or a launch's records that extend a PCR. */
static bool is_measured(const assay_sequence_step *step)
{
    return step->event.content == ASSAY_CONTENT_PCCLIENT_STD && step->event.nv_index == 0 &&
           step->event.pcr_index < ASSAY_PCRS && step->event.type != EV_NO_ACTION;
}

static bool could_be_of_one(const assay_sequence *sequence, const assay_sequence_step *step)
{
    return is_measured(step) && lone_bank(step) != 0 && step->event.only_bank == 0 &&
           !announces_banks(sequence, step->stage);
}

/* PCRs all of whose records state one digest each. */
static assay_pcr_set find_pcrs(const assay_sequence *sequence)
{
    assay_pcr_set lone = 0, several = 0;

    for (size_t i = 0; i < sequence->count; i++) {
        const assay_sequence_step *const step = &sequence->steps[i];

        if (step->event.pcr_index < ASSAY_PCRS)
            *(could_be_of_one(sequence, step) ? &lone : &several) |=
                (assay_pcr_set)1 << step->event.pcr_index;
    }
    return lone & ~several;
}

static bool is_among(const assay_sequence_step *step, assay_pcr_set pcrs)
{
    return is_measured(step) && assay_pcr_set_has(pcrs, step->event.pcr_index);
}

static bool has_several_banks(const assay_sequence *sequence, assay_pcr_set pcrs)
{
    uint16_t first = 0;

    for (size_t i = 0; i < sequence->count; i++) {
        const uint16_t bank = lone_bank(&sequence->steps[i]);

        if (!is_among(&sequence->steps[i], pcrs))
            continue;
        if (first != 0 && bank != first)
            return true;
        first = bank;
    }
    return false;
}

/* Where nothing announces banks, a reader of the log took those of its first record. */
static void announce(assay_sequence *sequence, enum assay_stage stage, uint16_t alg)
{
    const assay_alg *const known = assay_alg_find(alg);

    for (size_t i = 0; i < sequence->log_count; i++) {
        assay_log_header *const header = &sequence->logs[i].header;

        if (header->stage == stage && known != NULL && !assay_log_announces(header, alg) &&
            header->bank_count < ASSAY_BANKS_MAX)
            header->banks[header->bank_count++] = (assay_bank){ alg, known->size };
    }
}

void assay_sequence_tell_banks(assay_sequence *sequence)
{
    const assay_pcr_set pcrs = find_pcrs(sequence);

    if (!has_several_banks(sequence, pcrs))
        return;
    for (size_t i = 0; i < sequence->count; i++) {
        assay_sequence_step *const step = &sequence->steps[i];

        if (!is_among(step, pcrs))
            continue;
        step->event.only_bank = lone_bank(step);
        announce(sequence, step->stage, step->event.only_bank);
    }
}
