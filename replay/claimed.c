/* SPDX-License-Identifier: BSD-2-Clause */
#include "replay/claimed.h"

#include "replay/chain.h"
#include "replay/pcrvalues.h"

typedef struct claimed {
    const assay_log *log;
    const assay_replay *replay;
    assay_findings *findings;
    assay_pcrs pcrs;
} claimed;

/* Extends with every event of the PCR, those included that extend nothing. */
static int fold_all(const assay_chain *chain, uint8_t *value)
{
    const assay_links *const extended = &chain->links, *const others = &chain->no_actions;
    size_t other = 0;
    int status = 0;

    for (size_t i = 0; i <= extended->count && status == 0; i++) {
        while (status == 0 && other < others->count && others->list[other].after <= i)
            status = assay_hash_extend(chain->hash, value, others->list[other++].digest);
        if (status == 0 && i < extended->count)
            status = assay_hash_extend(chain->hash, value, extended->list[i].digest);
    }
    return status;
}

/* What tpm2-tools did until release 5.5: 1 if that gives `value`, 0, or a negative kind. */
static int is_of_old_rules(const claimed *self, uint16_t alg, unsigned pcr, assay_bytes value)
{
    uint8_t folded[ASSAY_DIGEST_MAX] = { 0 };
    assay_chain chain;
    int status = assay_chain_read(&chain, &self->log, 1, self->replay->hashes, alg, pcr);

    if (status < 0)
        return status;
    status = fold_all(&chain, folded);
    if (status == 0)
        status = assay_bytes_equal(value, assay_bytes_of(folded, chain.size));
    assay_chain_free(&chain);
    return status;
}

static int compare(const claimed *self, const assay_replay_bank *bank, unsigned pcr,
                   assay_bytes value)
{
    const char *const name = assay_alg_find(bank->alg)->name;

    if (assay_bytes_equal(value, assay_pcrs_value(&self->replay->pcrs, bank->alg, pcr)) ||
        assay_pcr_set_has(bank->incomplete, pcr))
        return 0;
    const int old = is_of_old_rules(self, bank->alg, pcr, value);
    if (old < 0)
        return old;
    assay_findings_add(
        self->findings, old > 0 ? ASSAY_FINDING_CLAIMED_OLD_RULES : ASSAY_FINDING_CLAIMED_DIFFERS,
        ASSAY_NO_EVENT, ASSAY_NO_OFFSET, pcr,
        old > 0 ? "%s PCR %u, which starts from zero there and counts EV_NO_ACTION" : "%s PCR %u",
        name, pcr);
    return 0;
}

static int compare_bank(const claimed *self, const assay_pcr_bank *values)
{
    const assay_replay_bank *const bank = assay_replay_bank_of(self->replay, values->alg);
    int status = 0;

    if (bank == NULL || bank->hash == NULL)
        return 0;
    for (unsigned pcr = 0; pcr < ASSAY_PCRS && status == 0; pcr++)
        if (assay_pcr_set_has(values->present, pcr))
            status = compare(self, bank, pcr, assay_bytes_of(values->value[pcr], values->size));
    return status;
}

int assay_claimed_check(const assay_log *log, const assay_replay *replay, assay_findings *findings)
{
    claimed self = { .log = log, .replay = replay, .findings = findings };
    const assay_bytes text = assay_log_claimed_pcrs(log);
    assay_error fault = { .kind = 0 };
    int status = 0;

    if (text.size == 0)
        return 0;
    status = assay_pcrvalues_salvage(text, &self.pcrs, &fault, NULL);
    if (status == -ASSAY_NO_MEMORY)
        return status;
    if (status < 0 || fault.kind != 0)
        assay_findings_add(findings, ASSAY_FINDING_TEXT_LINE, ASSAY_NO_EVENT, ASSAY_NO_OFFSET,
                           ASSAY_NO_PCR, "a PCR value at the end that can't be read");
    if (status < 0)
        return 0;
    for (size_t i = 0; i < self.pcrs.bank_count && status == 0; i++)
        status = compare_bank(&self, &self.pcrs.banks[i]);
    return status;
}
