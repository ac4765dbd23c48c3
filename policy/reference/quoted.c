/* SPDX-License-Identifier: BSD-2-Clause */
/* A boot's values as its quote vouches for them. */
#include "policy/key/quoted.h"
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
    if (log.error.kind != 0)
        *error = log.error;
    else if (status < 0)
        assay_fail(error, (enum assay_kind)-status, ASSAY_NOWHERE, "the logs can't be folded");
    assay_log_close(&log);
    return status;
}

/* Folds the logs, in the banks that the quote is of. */
static int fold_logs(assay_replay *replay, const assay_learnt_boot *boot, const assay_quote *quote,
                     assay_hashes *hashes, assay_error *error)
{
    int status = 0;

    for (size_t i = 0; i < boot->log_count && status == 0; i++)
        status = i == 0 ? assay_replay_begin(replay, &boot->logs[i]->header, hashes, NULL)
                        : assay_replay_continue(replay, &boot->logs[i]->header);
    for (size_t i = 0; i < boot->log_count && status == 0; i++)
        status = assay_quoted_add_banks(quote, &boot->logs[i]->header, replay);
    if (status < 0)
        return assay_fail(error, (enum assay_kind)-status, ASSAY_NOWHERE,
                          "the logs can't be folded together");
    for (size_t i = 0; i < boot->log_count && status == 0; i++)
        status = fold_log(replay, boot->logs[i], error);
    return status;
}

int assay_boot_take_quote(assay_learnt_boot *boot, const assay_quote *quote, assay_hashes *hashes,
                          assay_pcrs *ret_values, assay_error *error)
{
    const bool given = boot->values != NULL;
    assay_replay replay = { .bank_count = 0 };
    const int folded = given ? 0 : fold_logs(&replay, boot, quote, hashes, error);

    if (folded < 0)
        return folded;
    const int covers = assay_quoted_values(quote, boot->values, &replay, hashes, ret_values);
    if (covers < 0)
        return assay_fail(error, (enum assay_kind)-covers, ASSAY_NOWHERE,
                          "the quote has a PCR of which there is no value");
    if (covers == 0)
        return assay_fail(error, ASSAY_UNTRUSTED, ASSAY_NOWHERE,
                          given ? "the quote is of other PCR values"
                                : "the quote is of other PCR values than the logs fold to");
    boot->values = ret_values;
    boot->quote = quote;
    return 0;
}
