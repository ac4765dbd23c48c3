/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/reference/outcome.h"

#include "replay/bootaggregate.h"

/* PCRs that are not the boot's: IMA's list goes on, 16 and 23 are for anyone's use. */
static const assay_pcr_set not_the_boots = 1u << 10 | 1u << 16 | 1u << 23;

/*
 * PCRs that boot loaders, systemd-stub among them, and the kernel's own stub extend, and nothing
 * later (UAPI Group, Linux TPM PCR Registry): zeros there say that no addon, no credential and no
 * key of the owner came in, and a server that isn't told so takes a boot with one. 11 and 15 are
 * systemd's, too.
 */
static const assay_pcr_set the_loaders = 1u << 8 | 1u << 9 | 1u << 12 | 1u << 13 | 1u << 14;

static bool wants(const assay_learnt_boot *boot, uint16_t alg, unsigned pcr)
{
    bool bank = boot->bank_count == 0;

    for (size_t i = 0; i < boot->bank_count; i++)
        bank = bank || boot->banks[i] == alg;
    return bank && (boot->pcrs == 0 || assay_pcr_set_has(boot->pcrs, pcr));
}

static bool set_value(assay_outcome *out, uint16_t alg, unsigned pcr, assay_bytes value,
                      enum assay_confidence confidence)
{
    assay_pcr_bank *const bank = assay_pcrs_add_bank(&out->values, alg);

    if (bank == NULL || value.size != bank->size)
        return false;
    memcpy(bank->value[pcr], value.data, value.size);
    bank->present |= (assay_pcr_set)1 << pcr;
    out->confidence[bank - out->values.banks][pcr] = (uint8_t)confidence;
    return true;
}

static int contradicts(uint16_t alg, unsigned pcr, assay_error *error)
{
    char unknown[ASSAY_ALG_NUMBER_SIZE];

    return assay_fail(error, ASSAY_MALFORMED, ASSAY_NOWHERE,
                      "PCR %u of bank %s is not what the log folds to: the log does not tell all, "
                      "or not the truth", pcr, assay_alg_name(alg, unknown));
}

static enum assay_confidence seen(const assay_learnt_boot *boot, uint16_t alg, unsigned pcr)
{
    return boot->quote != NULL && assay_quote_has(boot->quote, alg, pcr)
               ? ASSAY_CONFIDENCE_QUOTED
               : ASSAY_CONFIDENCE_OBSERVED;
}

/* Which PCRs are held though nothing was extended into them. */
static assay_pcr_set held_untouched(const assay_learnt_boot *boot)
{
    return (boot->pcrs != 0 ? boot->pcrs : the_loaders) & ~not_the_boots;
}

/* IMA's list is of SHA-1 in a TPM without that bank, too: it says nothing of other PCRs. */
static bool is_of_firmware(const assay_sequence *sequence, uint16_t alg)
{
    for (size_t i = 0; i < sequence->log_count; i++) {
        const assay_log_header *const header = &sequence->logs[i].header;

        for (size_t k = 0; header->stage == ASSAY_STAGE_FIRMWARE && k < header->bank_count; k++)
            if (header->banks[k].alg == alg)
                return true;
    }
    return false;
}

static int take_folded(assay_outcome *out, const assay_sequence *sequence,
                       const assay_learnt_boot *boot, assay_error *error)
{
    /* Where the TPM disagrees there, the value is not held, and the steps still are. */
    const assay_pcr_set lists = assay_sequence_lists(sequence);

    for (size_t i = 0; i < out->replay.bank_count; i++) {
        const assay_replay_bank *const bank = &out->replay.banks[i];
        /* Without a TPM's word firmware's log alone tells what nothing was extended into. */
        const assay_pcr_set untouched =
            is_of_firmware(sequence, bank->alg) && !out->values.measurement_registers
                ? held_untouched(boot) & ~out->replay.measured
                : 0;
        const assay_pcr_set held = bank->hash == NULL ? 0
                                                      : (bank->extended | untouched) &
                                                            ~bank->incomplete &
                                                            ~out->unheld[bank->slot];

        for (unsigned pcr = 0; pcr < ASSAY_PCRS; pcr++) {
            const bool still = !assay_pcr_set_has(bank->extended, pcr);

            if (!assay_pcr_set_has(held, pcr) || !wants(boot, bank->alg, pcr))
                continue;
            const assay_bytes folded = assay_pcrs_value(&out->replay.pcrs, bank->alg, pcr);
            const assay_bytes given = boot->values == NULL
                                          ? ASSAY_NO_BYTES
                                          : assay_pcrs_value(boot->values, bank->alg, pcr);

            const bool differs = given.data != NULL && !assay_bytes_equal(given, folded);

            if (still && given.data != NULL)
                continue; /* take_given() takes it */
            if (differs && !assay_pcr_set_has(lists, pcr))
                return contradicts(bank->alg, pcr, error);
            if (differs)
                continue;
            set_value(out, bank->alg, pcr, folded,
                      given.data != NULL ? seen(boot, bank->alg, pcr)
                      : boot->predicted  ? ASSAY_CONFIDENCE_PREDICTED
                                         : ASSAY_CONFIDENCE_REPLAYED);
        }
    }
    return 0;
}

/* Zeros, and of a launch that never was ones. */
static bool is_start(assay_bytes value)
{
    return assay_bytes_all(value, 0x00) || assay_bytes_all(value, 0xFF);
}

/*
 * What the TPM holds in PCRs that no log speaks of, but for those that nothing was extended into;
 * or of `untouched` just these.
 */
static void take_given(assay_outcome *out, const assay_learnt_boot *boot, assay_pcr_set untouched)
{
    for (size_t i = 0; boot->values != NULL && i < boot->values->bank_count; i++)
        for (unsigned pcr = 0; pcr < ASSAY_PCRS; pcr++) {
            const uint16_t alg = boot->values->banks[i].alg;
            const assay_bytes given = assay_pcrs_value(boot->values, alg, pcr);
            const bool live = assay_pcrs_bank_const(&out->values, alg) != NULL;

            if (given.data != NULL && wants(boot, alg, pcr) &&
                (is_start(given) ? live && assay_pcr_set_has(untouched, pcr) : untouched == 0) &&
                !assay_pcr_set_has(not_the_boots | out->replay.measured, pcr))
                set_value(out, alg, pcr, given, seen(boot, alg, pcr));
        }
}

/* Whether the values are others than those that the kernel hashed when IMA started. */
static int contradict_list(const assay_event *event, const assay_pcrs *values,
                           assay_hashes *hashes, bool *ret_contradict)
{
    assay_boot_aggregate aggregate;
    const int status = assay_boot_aggregate_explain(event, values, hashes, &aggregate);

    *ret_contradict = status == 0 && aggregate.outcome == ASSAY_BOOT_AGGREGATE_DIFFERS;
    return status;
}

/* The list of another boot begins with another hash. The TPM's own values have the last word. */
static int check_list(const assay_outcome *out, const assay_sequence *sequence,
                      const assay_learnt_boot *boot, assay_hashes *hashes, assay_error *error)
{
    enum { HASHED = 0x3FF }; /* PCR 0-9 */
    const assay_pcrs *const values = boot->values != NULL ? boot->values : &out->values;

    if (boot->pcrs != 0 && (boot->pcrs & HASHED) != HASHED)
        return 0;
    for (size_t i = 0; i < sequence->count; i++) {
        const assay_event *const event = &sequence->steps[i].event;
        bool contradict;

        if (sequence->steps[i].stage != ASSAY_STAGE_KERNEL || !assay_boot_aggregate_is(event))
            continue;
        if (contradict_list(event, values, hashes, &contradict) < 0)
            return assay_fail(error, ASSAY_CRYPTO, ASSAY_NOWHERE,
                              "boot_aggregate can't be computed");
        if (contradict)
            return assay_fail(error, ASSAY_MALFORMED, ASSAY_NOWHERE,
                              "boot_aggregate is not the hash of these PCRs: the kernel's list is "
                              "another boot's");
    }
    return 0;
}

/* PCRs, or measurement registers: what the logs have is what the values have to be of. */
static int take_kind(assay_outcome *out, const assay_sequence *sequence, const assay_pcrs *values,
                     assay_error *error)
{
    const bool given = values != NULL && values->bank_count > 0;
    const bool logged = sequence->log_count > 0;
    const bool registers = out->replay.pcrs.measurement_registers;

    out->values.measurement_registers = logged ? registers : given && values->measurement_registers;
    return !logged || !given || values->measurement_registers == registers
               ? 0
               : assay_fail(error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE,
                            "of the logs and the values one has PCRs and the other measurement "
                            "registers");
}

int assay_outcome_of(assay_outcome *out, const assay_sequence *sequence,
                     const assay_learnt_boot *boot, assay_hashes *hashes, assay_error *error)
{
    *out = (assay_outcome){ .values.bank_count = 0 };
    const int status = assay_sequence_fold(sequence, hashes, &out->replay, out->unheld);
    if (status < 0)
        return assay_fail(error, (enum assay_kind)-status, ASSAY_NOWHERE,
                          "the logs can't be folded together");
    int taken = take_kind(out, sequence, boot->values, error);
    if (taken == 0)
        taken = take_folded(out, sequence, boot, error);
    if (taken == 0)
        take_given(out, boot, 0);
    /* In a bank that the machine doesn't use all are at their start, which says nothing. */
    if (taken == 0)
        take_given(out, boot, held_untouched(boot));
    return taken < 0 ? taken : check_list(out, sequence, boot, hashes, error);
}
