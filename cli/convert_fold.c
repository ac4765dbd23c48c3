/* SPDX-License-Identifier: BSD-2-Clause */
/* assay convert, its proof: what the log folded to, and what it folds to now. */
#include "cli/convert.h"

#include "eventlog/log.h"

/* The banks asked for follow from a log that keeps all that was hashed, whether it states them or
 * not. */
static assay_log_header with_wanted_banks(const cli_converted_fold *fold,
                                          const assay_log_header *header)
{
    const cli_banks *const banks = &fold->common->banks;
    assay_log_header all = *header;

    for (size_t i = 0; i < banks->count && header->banks_follow; i++) {
        bool there = false;

        for (size_t b = 0; b < all.bank_count; b++)
            there = there || all.banks[b].alg == banks->alg[i];
        if (!there && all.bank_count < ASSAY_BANKS_MAX)
            all.banks[all.bank_count++] =
                (assay_bank){ banks->alg[i], assay_alg_find(banks->alg[i])->size };
    }
    return all;
}

int cli_converted_visit(void *context, size_t source, const assay_log_header *header,
                        const assay_event *event)
{
    cli_converted_fold *const fold = context;
    int status = 0;

    if (!fold->begun || fold->source != source) {
        const assay_log_header all = with_wanted_banks(fold, header);

        status = fold->begun ? assay_replay_continue(&fold->before, &all)
                             : assay_replay_begin(&fold->before, &all, fold->hashes, NULL);
        fold->begun = true;
        fold->source = source;
    }
    return status < 0 ? status : assay_replay_event(&fold->before, event);
}

int cli_converted_fold_written(cli_converted_fold *fold, assay_bytes written, const char *format)
{
    assay_event event;
    assay_log log;
    int status = assay_log_open(&log, written, format, NULL, NULL);

    if (status < 0)
        return status;
    status = assay_replay_begin(&fold->after, &log.header, fold->hashes, NULL);
    while (status >= 0 && (status = assay_log_next(&log, &event)) > 0)
        status = assay_replay_event(&fold->after, &event);
    assay_log_close(&log);
    return status;
}

static bool same_value(const cli_converted_fold *fold, const assay_replay_bank *before,
                       const assay_replay_bank *after, unsigned pcr)
{
    const assay_bytes a = assay_pcrs_value(&fold->before.pcrs, before->alg, pcr);
    const assay_bytes b = assay_pcrs_value(&fold->after.pcrs, after->alg, pcr);

    return fold->before.measurement_registers == fold->after.measurement_registers &&
           assay_pcr_set_has(before->incomplete, pcr) ==
               assay_pcr_set_has(after->incomplete, pcr) &&
           assay_pcr_set_has(before->extended, pcr) == assay_pcr_set_has(after->extended, pcr) &&
           assay_bytes_equal(a, b);
}

static cli_converted_bank compare(const cli_converted_fold *fold, const assay_replay_bank *before)
{
    const assay_replay_bank *const after = assay_replay_bank_of(&fold->after, before->alg);
    cli_converted_bank bank = { .alg = before->alg, .kept = after != NULL };
    const assay_pcr_set told = before->extended | before->incomplete;

    for (unsigned pcr = 0; pcr < ASSAY_PCRS; pcr++)
        if (after == NULL ? assay_pcr_set_has(told, pcr) : !same_value(fold, before, after, pcr))
            bank.changed |= (assay_pcr_set)1 << pcr;
    bank.same = told & ~bank.changed;
    return bank;
}

size_t cli_converted_banks(const cli_converted_fold *fold,
                           cli_converted_bank ret_banks[static ASSAY_BANKS_MAX])
{
    size_t count = 0;

    for (size_t i = 0; i < fold->before.bank_count; i++)
        if (cli_bank_wanted(&fold->common->banks, fold->before.banks[i].alg))
            ret_banks[count++] = compare(fold, &fold->before.banks[i]);
    return count;
}
