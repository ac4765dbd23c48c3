/* SPDX-License-Identifier: BSD-2-Clause */
/* PCR values: whether they follow from the logs, and whether they are the variant's. */
#include "policy/reference/compare_private.h"

static bool bank_wanted(const assay_learnt_boot *boot, uint16_t alg)
{
    for (size_t i = 0; i < boot->bank_count; i++)
        if (boot->banks[i] == alg)
            return true;
    return boot->bank_count == 0;
}

static assay_pcr_set pcrs_wanted(const assay_learnt_boot *boot)
{
    return boot->pcrs == 0 ? ASSAY_ALL_PCRS : boot->pcrs;
}

static assay_bytes value_given(const assay_learnt_boot *boot, uint16_t alg, unsigned pcr)
{
    return boot->values == NULL ? ASSAY_NO_BYTES : assay_pcrs_value(boot->values, alg, pcr);
}

/* What the log folds to; of a PCR that it doesn't extend nothing, unless it is held untouched. */
static assay_bytes value_folded(const assay_replay *replay, uint16_t alg, unsigned pcr,
                                assay_bytes expected)
{
    const assay_replay_bank *const bank = assay_replay_bank_of(replay, alg);

    if (bank == NULL || bank->hash == NULL || assay_pcr_set_has(bank->incomplete, pcr))
        return ASSAY_NO_BYTES;
    const assay_bytes folded = assay_pcrs_value(&replay->pcrs, alg, pcr);
    return assay_pcr_set_has(bank->extended, pcr) || assay_bytes_equal(folded, expected)
               ? folded
               : ASSAY_NO_BYTES;
}

static assay_bytes value_of(const assay_trial *t, uint16_t alg, unsigned pcr, assay_bytes expected)
{
    const assay_learnt_boot *const boot = t->boot->learnt;
    const bool registers = t->reference->variants[t->variant].values.measurement_registers;
    const assay_bytes given = value_given(boot, alg, pcr);

    /* A PCR and an RTMR have nothing to do with each other. */
    if (given.data != NULL)
        return boot->values->measurement_registers == registers ? given : ASSAY_NO_BYTES;
    if (boot->log_count == 0 || t->boot->replay.measurement_registers != registers)
        return ASSAY_NO_BYTES;
    return value_folded(&t->boot->replay, alg, pcr, expected);
}

static int add_row(assay_trial *t, uint16_t alg, unsigned pcr, assay_bytes expected,
                   assay_bytes actual, enum assay_compared outcome)
{
    assay_reference_pcr_result *const added =
        assay_arena_more(&t->arena, &t->pcrs, t->pcr_count, sizeof *added);

    if (added == NULL)
        return -ASSAY_NO_MEMORY;
    *added = (assay_reference_pcr_result){ alg, pcr, expected, actual, outcome };
    t->pcr_count++;
    return 0;
}

static void count_row(assay_trial *t, uint16_t alg, unsigned pcr, enum assay_compared outcome)
{
    const assay_pcr_set bit = (assay_pcr_set)1 << pcr;

    t->held |= bit;
    if (outcome == ASSAY_COMPARED_EQUAL)
        t->met |= bit;
    if (outcome == ASSAY_COMPARED_EQUAL && alg != ASSAY_ALG_SHA1)
        t->met_strong |= bit;
    if (outcome == ASSAY_COMPARED_CHANGED)
        t->missed |= bit;
}

/*
 * A PCR that a step goes into which is free to be what it is has no value that could be held. One
 * of the kernel's list has gone on by the time that it is read, and a kernel without a bank's hash
 * extends something else there: what has the value is right, and what has another may be.
 */
static int compare_pcr(assay_trial *t, uint16_t alg, unsigned pcr, bool unheld)
{
    const bool of_list = assay_pcr_set_has(t->lists, pcr);
    const assay_bytes expected = assay_reference_value(t->reference, t->variant, alg, pcr);
    const assay_bytes actual = value_of(t, alg, pcr, expected);
    enum assay_compared outcome = ASSAY_COMPARED_CHANGED;

    if (unheld || expected.data == NULL)
        return unheld && actual.data != NULL
                   ? add_row(t, alg, pcr, ASSAY_NO_BYTES, actual, ASSAY_COMPARED_VARIES)
                   : 0;
    if (actual.data != NULL && assay_bytes_equal(expected, actual))
        outcome = ASSAY_COMPARED_EQUAL;
    else if (actual.data == NULL || of_list)
        outcome = ASSAY_COMPARED_UNKNOWN;
    if (!of_list || outcome != ASSAY_COMPARED_UNKNOWN)
        count_row(t, alg, pcr, outcome);
    if (outcome == ASSAY_COMPARED_EQUAL && value_given(t->boot->learnt, alg, pcr).data != NULL) {
        t->vouched |= (assay_pcr_set)1 << pcr;
        t->vouched_strong |= alg != ASSAY_ALG_SHA1 ? (assay_pcr_set)1 << pcr : 0;
    }
    return add_row(t, alg, pcr, expected, actual, outcome);
}

int assay_trial_values(assay_trial *t)
{
    const assay_reference_variant *const variant = &t->reference->variants[t->variant];
    const assay_pcr_set wanted = pcrs_wanted(t->boot->learnt);
    assay_replay replay;
    assay_pcr_set unheld[ASSAY_ALGS];
    int status = assay_sequence_fold(&t->sequence, t->hashes, &replay, unheld);

    t->lists = assay_sequence_lists(&t->sequence);
    for (size_t alg = 0; alg < ASSAY_ALGS && status == 0; alg++) {
        const uint16_t id = assay_alg_at(alg)->id;
        const assay_pcr_bank *const folded = assay_pcrs_bank_const(&replay.pcrs, id);
        const assay_pcr_set free = folded != NULL ? unheld[folded - replay.pcrs.banks] : 0;

        if (folded == NULL && assay_pcrs_bank_const(&variant->values, id) == NULL)
            continue;
        for (unsigned pcr = 0; pcr < ASSAY_PCRS && status == 0; pcr++)
            if (assay_pcr_set_has(wanted, pcr) && bank_wanted(t->boot->learnt, id))
                status = compare_pcr(t, id, pcr, assay_pcr_set_has(free, pcr));
    }
    return status;
}
