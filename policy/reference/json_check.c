/* SPDX-License-Identifier: BSD-2-Clause */
/* Whether the values that a reference states are those that its steps come to. */
#include "policy/reference/json_private.h"
#include "policy/reference/sequence.h"

/* Of one PCR that the steps extend. */
static int check_value(const assay_reference_reading *r, size_t variant, const assay_replay *replay,
                       uint16_t alg, unsigned pcr, bool held)
{
    const assay_bytes stated = assay_reference_value(r->reference, variant, alg, pcr);
    char unknown[ASSAY_ALG_NUMBER_SIZE];
    const char *const name = assay_alg_name(alg, unknown);

    if (held == (stated.data != NULL) &&
        (!held || assay_bytes_equal(assay_pcrs_value(&replay->pcrs, alg, pcr), stated)))
        return 0;
    return assay_json_refuse(&r->at, name,
                             !held ? "PCR %u has a value, and its steps come to none"
                             : stated.data == NULL
                                 ? "the value of PCR %u is missing"
                                 : "the value of PCR %u does not follow from its steps",
                             pcr);
}

static int check_bank(const assay_reference_reading *r, size_t variant, const assay_replay *replay,
                      const assay_replay_bank *bank, assay_pcr_set unheld, assay_pcr_set lists)
{
    int status = 0;

    for (unsigned pcr = 0; pcr < ASSAY_PCRS && status == 0; pcr++)
        if (assay_pcr_set_has(lists, pcr) &&
            assay_reference_value(r->reference, variant, bank->alg, pcr).data == NULL)
            continue; /* a list's value need not be held: see assay_sequence_lists() */
        else if (assay_pcr_set_has(bank->extended & ~bank->incomplete & ~unheld, pcr))
            status = check_value(r, variant, replay, bank->alg, pcr, true);
        else if (assay_pcr_set_has(unheld, pcr))
            status = check_value(r, variant, replay, bank->alg, pcr, false);
    return status;
}

/* A variant of some PCRs has no steps of others. */
static int check_only(const assay_reference_reading *r, size_t variant,
                      const assay_sequence *sequence)
{
    const assay_pcr_set only = r->reference->variants[variant].only_pcrs;

    for (size_t i = 0; i < sequence->count && only != 0; i++) {
        const uint32_t pcr = sequence->steps[i].event.pcr_index;

        if (pcr < ASSAY_PCRS && !assay_pcr_set_has(only, pcr))
            return assay_json_refuse(&r->at, NULL,
                                     "it has a step of PCR %u, which is not among only_pcrs",
                                     (unsigned)pcr);
    }
    return 0;
}

static int check_variant(const assay_reference_reading *r, size_t variant, assay_hashes *hashes)
{
    assay_pcr_set unheld[ASSAY_ALGS];
    assay_replay replay = { .bank_count = 0 };
    assay_sequence sequence;
    int status = assay_sequence_of_variant(&sequence, r->reference, variant);
    const assay_pcr_set lists = status < 0 ? 0 : assay_sequence_lists(&sequence);
    const int outside = status < 0 ? 0 : check_only(r, variant, &sequence);

    if (status == 0 && outside == 0)
        status = assay_sequence_fold(&sequence, hashes, &replay, unheld);
    assay_sequence_free(&sequence);
    if (outside < 0)
        return outside;
    if (status < 0)
        return assay_json_refuse_as(&r->at, (enum assay_kind) - status, NULL,
                                    status == -ASSAY_UNSUPPORTED
                                        ? "its logs can't be of one boot: PCRs and registers"
                                        : "its steps can't be folded");
    if (replay.bank_count > 0 && replay.pcrs.measurement_registers !=
                                     r->reference->variants[variant].values.measurement_registers)
        return assay_json_refuse(&r->at, "measurement_registers", "its logs say something else");
    for (size_t i = 0; i < replay.bank_count && status == 0; i++)
        if (replay.banks[i].hash != NULL)
            status = check_bank(r, variant, &replay, &replay.banks[i], unheld[replay.banks[i].slot],
                                lists);
    return status;
}

int assay_reference_check_values(const assay_reference_reading *reading, assay_hashes *hashes)
{
    assay_reference_reading r = *reading;
    int status = 0;

    assay_json_enter(&r.at, "variants");
    for (size_t i = 0; i < r.reference->variant_count && status == 0; i++) {
        const size_t before = assay_json_enter_index(&r.at, i);

        assay_json_enter(&r.at, "values");
        status = check_variant(&r, i, hashes);
        assay_json_leave(&r.at, before);
    }
    return status;
}
