/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/key/quoted.h"

int assay_quoted_add_banks(const assay_quote *quote, const assay_log_header *header,
                           assay_replay *replay)
{
    int status = 0;

    for (size_t i = 0; header->banks_follow && i < quote->bank_count && status == 0; i++)
        status = assay_replay_add_bank(replay, quote->banks[i].alg);
    return status;
}

void assay_quoted_keep(const assay_quote *quote, assay_pcrs *values)
{
    for (size_t i = 0; i < values->bank_count; i++)
        for (unsigned pcr = 0; pcr < ASSAY_PCRS; pcr++)
            if (!assay_quote_has(quote, values->banks[i].alg, pcr))
                values->banks[i].present &= ~((assay_pcr_set)1 << pcr);
}

/* What the logs fold to, as far as they have all digests of a bank. */
static assay_pcrs folded(const assay_replay *replay)
{
    assay_pcrs values = replay->pcrs;

    for (size_t i = 0; i < replay->bank_count; i++)
        if (replay->banks[i].hash != NULL)
            values.banks[replay->banks[i].slot].present &= ~replay->banks[i].incomplete;
    return values;
}

int assay_quoted_values(const assay_quote *quote, const assay_pcrs *given,
                        const assay_replay *replay, assay_hashes *hashes, assay_pcrs *ret_values)
{
    assay_pcrs values = given != NULL ? *given : folded(replay);
    const int covers = assay_quote_covers(quote, &values, hashes);

    if (covers <= 0)
        return covers;
    assay_quoted_keep(quote, &values);
    *ret_values = values;
    return covers;
}
