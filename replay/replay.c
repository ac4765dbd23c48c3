/* SPDX-License-Identifier: BSD-2-Clause */
#include "replay/replay.h"

#include "replay/rules.h"

/* Start values. */

static uint8_t *value_of(assay_replay *replay, const assay_replay_bank *bank, uint32_t pcr)
{
    return replay->pcrs.banks[bank->slot].value[pcr];
}

void assay_replay_start(const assay_replay *replay, unsigned pcr, size_t size, uint8_t *ret_value)
{
    const bool drtm = pcr >= PCR_DRTM_FIRST && pcr <= PCR_DRTM_LAST;

    memset(ret_value, drtm && !replay->dynamic_launch ? 0xFF : 0x00, size);
    /* The locality of TPM2_Startup stands in the last byte of PCR 0, in every bank. */
    if (pcr == 0 && replay->startup_locality > 0)
        ret_value[size - 1] = (uint8_t)replay->startup_locality;
}

/* Sets PCRs to their start values anew: the log has said what those are. */
void assay_replay_restart(assay_replay *replay, unsigned first, unsigned last)
{
    for (size_t i = 0; i < replay->pcrs.bank_count; i++) {
        assay_pcr_bank *const values = &replay->pcrs.banks[i];

        for (unsigned pcr = first; pcr <= last; pcr++)
            assay_replay_start(replay, pcr, values->size, values->value[pcr]);
    }
}

void assay_replay_start_at_locality(assay_replay *replay, int locality)
{
    replay->startup_locality = locality;
    assay_replay_restart(replay, 0, 0);
}

/* Those that a log can extend. */
static assay_pcr_set registers_of(const assay_replay *replay)
{
    assay_pcr_set set = 0;

    for (uint32_t index = 0; index < ASSAY_REGISTERS_MAX; index++) {
        const uint32_t number = assay_register_number(replay->registers, index);

        if (number != ASSAY_NO_REGISTER)
            set |= assay_pcr_bit(number);
    }
    return set;
}

static void start_bank(assay_replay *replay, assay_replay_bank *bank)
{
    assay_pcr_bank *const values = assay_pcrs_add_bank(&replay->pcrs, bank->alg);

    bank->slot = (size_t)(values - replay->pcrs.banks);
    values->present = ASSAY_ALL_PCRS;
    if (replay->measurement_registers)
        values->present = registers_of(replay);
    for (unsigned pcr = 0; pcr < ASSAY_PCRS; pcr++)
        assay_replay_start(replay, pcr, values->size, values->value[pcr]);
}

int assay_replay_add_bank(assay_replay *replay, uint16_t alg)
{
    if (assay_replay_bank_of(replay, alg) != NULL)
        return 0;
    if (replay->bank_count == ASSAY_BANKS_MAX)
        return -ASSAY_TOO_LARGE;

    assay_replay_bank bank = { .alg = alg, .incomplete = replay->all_banks };
    const int status = assay_hashes_get(replay->hashes, alg, &bank.hash);
    if (status == 0)
        start_bank(replay, &bank);
    else if (status != -ASSAY_UNSUPPORTED)
        return status;
    else if (assay_alg_find(alg) != NULL) /* of one unknown here the log's reader has told */
        assay_findings_add(replay->findings, ASSAY_FINDING_BANK_UNKNOWN, ASSAY_NO_EVENT,
                           ASSAY_NO_OFFSET, ASSAY_NO_PCR, "libcrypto does not offer %s",
                           assay_alg_find(alg)->name);
    replay->banks[replay->bank_count++] = bank;
    return 0;
}

int assay_replay_begin(assay_replay *replay, const assay_log_header *header, assay_hashes *hashes,
                       assay_findings *findings)
{
    memset(replay, 0, sizeof *replay);
    replay->hashes = hashes;
    replay->findings = findings;
    replay->last = ASSAY_NO_PCR;
    replay->startup_locality = -1;
    replay->measurement_registers = header->measurement_registers;
    replay->pcrs.measurement_registers = header->measurement_registers;
    replay->registers = assay_registers_of(header);
    return assay_replay_continue(replay, header);
}

int assay_replay_continue(assay_replay *replay, const assay_log_header *header)
{
    int status = 0;

    if (replay->measurement_registers != header->measurement_registers)
        return -ASSAY_UNSUPPORTED;
    replay->firmware = replay->firmware || header->stage == ASSAY_STAGE_FIRMWARE;
    for (size_t i = 0; i < header->bank_count && status == 0; i++)
        status = assay_replay_add_bank(replay, header->banks[i].alg);
    return status;
}

/* Folding. */

/* Most logs list an event's digests in the header's order: then nothing is searched. */
static assay_bytes digest_of(const assay_event *event, size_t position, uint16_t alg)
{
    if (position < event->digest_count && event->digests[position].alg == alg)
        return event->digests[position].value;
    return assay_event_digest_of(event, alg);
}

int assay_replay_fold_bank(const assay_measurement *m, assay_replay_bank *bank, assay_bytes digest,
                           assay_fold *fold)
{
    int status = 0;

    if (bank->hash != NULL && digest.size != assay_hash_size(bank->hash)) {
        bank->incomplete |= assay_pcr_bit(m->pcr);
        return 0;
    }
    if (bank->hash != NULL)
        status = fold(m, bank, value_of(m->replay, bank, m->pcr), digest.data);
    bank->extended |= assay_pcr_bit(m->pcr);
    return status;
}

void assay_replay_remember(const assay_measurement *m)
{
    assay_replay *const replay = m->replay;

    replay->measured |= assay_pcr_bit(m->pcr);
    if (m->event->only_bank == 0)
        replay->all_banks |= assay_pcr_bit(m->pcr);
    replay->last = m->pcr;
}

int assay_replay_fold_banks(const assay_measurement *m, assay_fold *fold)
{
    assay_replay *const replay = m->replay;
    const uint16_t only = m->event->only_bank;
    int status = 0;

    for (size_t i = 0; i < replay->bank_count && status == 0; i++) {
        assay_replay_bank *const bank = &replay->banks[i];
        const assay_bytes digest = digest_of(m->event, i, bank->alg);

        if (digest.data != NULL)
            status = assay_replay_fold_bank(m, bank, digest, fold);
        else if (only == 0 || only == bank->alg)
            bank->incomplete |= assay_pcr_bit(m->pcr);
    }
    assay_replay_remember(m);
    return status;
}

const assay_replay_bank *assay_replay_bank_of(const assay_replay *replay, uint16_t alg)
{
    for (size_t i = 0; i < replay->bank_count; i++)
        if (replay->banks[i].alg == alg)
            return &replay->banks[i];
    return NULL;
}

bool assay_replay_untouched(const assay_replay_bank *bank, unsigned pcr)
{
    return !assay_pcr_set_has(bank->extended | bank->incomplete, pcr);
}
