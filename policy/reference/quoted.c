/* SPDX-License-Identifier: BSD-2-Clause */
/* Values that a TPM signed for. */
#include "policy/reference/learn.h"

static int fold_log(assay_replay *replay, const assay_log *from, assay_error *error)
{
    assay_event event;
    assay_log log;
    int status = assay_log_open_again(&log, from, error);

    if (status < 0)
        return status;
    while ((status = assay_log_next(&log, &event)) > 0 &&
           (status = assay_replay_event(replay, &event)) == 0)
        continue;
    if (status < 0 && log.error.kind != 0)
        *error = log.error;
    assay_log_close(&log);
    return status;
}

static int fold_logs(const assay_learnt_boot *boot, assay_hashes *hashes, assay_pcrs *ret_values,
                     assay_error *error)
{
    assay_replay replay = { .bank_count = 0 };
    int status = 0;

    for (size_t i = 0; i < boot->log_count && status == 0; i++)
        status = i == 0 ? assay_replay_begin(&replay, &boot->logs[i]->header, hashes, NULL)
                        : assay_replay_continue(&replay, &boot->logs[i]->header);
    if (status < 0)
        return assay_fail(error, (enum assay_kind)-status, ASSAY_NOWHERE,
                          "the logs can't be folded together");
    for (size_t i = 0; i < boot->log_count && status == 0; i++)
        status = fold_log(&replay, boot->logs[i], error);
    *ret_values = replay.pcrs;
    return status;
}

/* Nobody signed for the others. */
static void keep_quoted(assay_pcrs *values, const assay_quote *quote)
{
    for (size_t i = 0; i < values->bank_count; i++)
        for (unsigned pcr = 0; pcr < ASSAY_PCRS; pcr++)
            if (!assay_quote_has(quote, values->banks[i].alg, pcr))
                values->banks[i].present &= ~((assay_pcr_set)1 << pcr);
}

int assay_boot_take_quote(assay_learnt_boot *boot, const assay_quote *quote, assay_hashes *hashes,
                          assay_pcrs *ret_values, assay_error *error)
{
    const bool given = boot->values != NULL;
    assay_pcrs values = given ? *boot->values : (assay_pcrs){ .bank_count = 0 };
    const int folded = given ? 0 : fold_logs(boot, hashes, &values, error);

    if (folded < 0)
        return folded;
    const int covers = assay_quote_covers(quote, &values, hashes);
    if (covers < 0)
        return assay_fail(error, (enum assay_kind)-covers, ASSAY_NOWHERE,
                          "the quote has a PCR of which there is no value");
    if (covers == 0)
        return assay_fail(error, ASSAY_UNTRUSTED, ASSAY_NOWHERE,
                          given ? "the quote is of other PCR values"
                                : "the quote is of other PCR values than the logs fold to");
    keep_quoted(&values, quote);
    *ret_values = values;
    boot->values = ret_values;
    boot->quote = quote;
    return 0;
}
